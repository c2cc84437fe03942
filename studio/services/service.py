"""Service: what every use case works with, and the person it works for."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from store.room import check_room
from studio.account_errors import NotAllowed
from studio.errors import translate_errors
from studio.services.tiers import find_limits
from studio.vocabulary.permission import Permission
from studio.vocabulary.person import Person

if TYPE_CHECKING:
    from pipelines.image.presets import PresetShelf
    from store.database import Transaction
    from store.store import Store
    from studio.settings import Settings
    from studio.worker.channel import ChannelClient
    from studio.worker.jobs import JobNotifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What services work with. `channel` is None where no worker runs beside this process (the command line)."""

    settings: Settings
    store: Store
    presets: PresetShelf
    notifier: JobNotifier
    channel: ChannelClient | None = None


# What only looks, by the names that such methods have in every service; "list_…" too. All others change something.
READS = frozenset(
    [
        "get",
        "find",
        "find_slug",
        "find_similar",
        "search",
        "count",
        "count_trash",
        "look",
        "preview",
        "thumbnail",
        "thumbnails",
        "export",
        "carry",
        "whole",
        "mesh",
        "read",
        "check_photo",
        "file",
        "tape_line",
        "compare",
        "moments",
        "order_of",
        "sheet",
        "rig",
        "open",
        "path",
        "settle",
        "judge",
        "fill",
        "draw",
        "render_control",
    ]
)


class Service:
    """The use cases of one noun. Its public methods raise the studio's errors in place of the store's."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._store = resources.store
        self._presets = resources.presets
        self._notifier = resources.notifier
        self._channel = resources.channel

    def __init_subclass__(cls) -> None:
        translate_errors(cls)


class Deletable(Protocol):
    """The rows of a noun that goes into the trash."""

    def delete(self, transaction: Transaction, owner: str, row_id: str, /) -> None: ...
    def purge_now(self, transaction: Transaction, owner: str, row_id: str, /) -> None: ...


class PersonalService(Service):
    """The use cases of one noun for one person: every row that they see or change is that person's.

    A foreign id and a missing id both raise NotFound; what the person's role does not allow raises NotAllowed.
    """

    def __init_subclass__(cls, *, needs: Permission = "write", reads: Collection[str] | None = None) -> None:
        """Let every public method ask for its permission: "read" for those that only look, `needs` for the others."""
        super().__init_subclass__()
        for name, member in list(vars(cls).items()):
            if inspect.isfunction(member) and not name.startswith("_"):
                setattr(cls, name, _allowed(member, "read" if _only_looks(name, reads) else needs))

    def __init__(self, resources: Resources, person: Person) -> None:
        super().__init__(resources)
        self._person = person
        self._owner = person.id

    def _submit_job(
        self,
        transaction: Transaction,
        *,
        kind: str,
        title: str,
        payload: Mapping[str, Any],
        lane: str = "cpu",
        priority: int = 0,
        idempotency_key: str | None = None,
        price: int = 0,
    ) -> tuple[str, bool]:
        """Submit a job of this person, as far as their limits allow; its id, and whether it is new.

        Raises what `store.jobs.submit` raises.
        """
        return self._store.jobs.submit(
            transaction,
            owner=self._owner,
            kind=kind,
            title=title,
            payload=payload,
            lane=lane,
            priority=priority,
            idempotency_key=idempotency_key,
            limits=find_limits(self._store, self._settings, self._owner, transaction),
            price=price,
        )

    def _check_room(self) -> None:
        """Refuse more files of who keeps as much as they may, before any work. Raises StorageSpent."""
        with self._store.read() as look:
            check_room(look, self._owner)

    def _delete(self, rows: Deletable, row_id: str, *, purge: bool) -> None:
        """Into the trash, or with `purge` for good; on a full disk in the space kept for it. Raises NotFound."""

        def work() -> None:
            with self._store.begin() as transaction:
                (rows.purge_now if purge else rows.delete)(transaction, self._owner, row_id)

        self._store.reserve.spend_on(work)


def _only_looks(name: str, reads: Collection[str] | None) -> bool:
    return name in reads if reads is not None else name in READS or name.startswith("list_")


def _allowed(method: Callable[..., Any], permission: Permission) -> Callable[..., Any]:
    """The method, for whom the permission is given. Raises NotAllowed."""

    @functools.wraps(method)
    def asked(self: PersonalService, *args: Any, **kwargs: Any) -> Any:
        if not self._person.may(permission):
            raise NotAllowed
        return method(self, *args, **kwargs)

    asked.permission = permission  # type: ignore[attr-defined]
    return asked
