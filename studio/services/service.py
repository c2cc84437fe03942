"""Service: what every use case works with, and the person it works for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from studio.errors import translate_errors
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

    A foreign id and a missing id both raise NotFound.
    """

    def __init__(self, resources: Resources, person: Person) -> None:
        super().__init__(resources)
        self._person = person
        self._owner = person.id

    def _delete(self, rows: Deletable, row_id: str, *, purge: bool) -> None:
        """Into the trash, or with `purge` for good; on a full disk in the space kept for it. Raises NotFound."""

        def work() -> None:
            with self._store.begin() as transaction:
                (rows.purge_now if purge else rows.delete)(transaction, self._owner, row_id)

        self._store.reserve.spend_on(work)
