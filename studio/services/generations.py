"""Persona + pose → picture: order it, list what was made, make it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pipelines.errors import PipelineError, RequestRefused
from pipelines.image.engines import engine_class
from pipelines.types import Persona, View
from store.access import find_hold
from store.database import Transaction
from store.entries import GenerationEntry
from store.errors import NotOwner, RowMissing
from store.owned import require_writable
from store.records import OPEN_STATES, GenerationRecord, ProjectRecord
from store.rows import GenerationRow, PictureRow
from store.search import Search
from studio.errors import JobStillOpen, NothingToRetry
from studio.services.credits import pay_allowance, price_of, prices_of
from studio.services.library import KIND_OF, change_of, find_search, view_counts
from studio.services.orders import find_undrawn, plan_order
from studio.services.own_poses import OwnPoses
from studio.services.readiness import refuse_unknown_loras, refuse_unready
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values, to_json
from studio.vocabulary.generation import Generation, Ordered, Page, Picture, Thumbnail
from studio.vocabulary.job import JobState
from studio.vocabulary.library import (
    UNCHANGED,
    BulkAction,
    GenerationCounts,
    GenerationSearch,
    Ids,
    Tags,
    Unchanged,
    said_of,
)
from studio.vocabulary.order import GenerationOrder, read_order
from studio.vocabulary.project import Hold
from studio.vocabulary.tag import UsedTag

MOST_PER_PAGE = 200
MOST_COUNTED = 10_000  # of a search: counting all of a million takes seconds


class Generations(PersonalService):
    """The generations of one person."""

    def order(
        self, order: GenerationOrder, *, idempotency_key: str | None = None, project_id: str | None = None
    ) -> Ordered:
        """Check, refuse what cannot be done, or not with what is here, and order: the worker makes the scenes.

        The same key with the same order gives the same job. Raises what plan_order raises, UnknownName for a LoRA,
        EngineUnavailable, LicenceNotAccepted, WeightsMissing.
        """
        refuse_unknown_loras(self._settings, self._presets, order)
        order = self._carry_poses(order)
        recipe_wanted = self._settings.recipe_in_pictures
        planned = plan_order(self._store, self._presets, self._owner, order, recipe_wanted=recipe_wanted)
        refuse_unready(self._settings, self._presets.find(order.preset))
        read_order(to_json(planned))  # what is stored can be read again: held to every bound of its class
        return self._submit(planned, [], {"order": to_json(order)}, idempotency_key, project_id=project_id)

    def again(self, generation_id: str, *, idempotency_key: str | None = None) -> Ordered:
        """Send the stored requests again, to the letter. Raises NotFound, NotYours for what is shared to look at, and
        RequestRefused for an order that this version cannot read."""
        kept = self._get_writable(generation_id)
        try:
            order = read_order(kept.order)
        except PipelineError as error:
            raise RequestRefused(f"It cannot be made again: {error.message}") from error
        refuse_unready(self._settings, self._presets.find(order.preset))
        requests = self._store.generations.requests(self._owner, generation_id)
        again = {"again": generation_id}
        return self._submit(order, requests, again, idempotency_key, project_id=kept.project_id)

    def list_page(
        self, search: GenerationSearch | None = None, *, cursor: str | None = None, limit: int = 60
    ) -> Page:
        """One page of all or of what fits a search, without the requests. Raises CursorRefused."""
        limit, wanted = max(1, min(limit, MOST_PER_PAGE)), find_search(self._store, self._owner, search)
        if wanted == Search():  # by far the most asked for: it needs no index of words
            found = self._store.generations.list_page(self._owner, cursor, limit)
        else:
            found = self._store.generations.search_page(self._owner, wanted, cursor, limit)
        lost = self._store.files.find_lost(self._owner)
        items = tuple(view_generation(entry, lost=lost) for entry in found.entries)
        return Page(items=items, next_cursor=found.next_cursor)

    def count(self, search: GenerationSearch | None = None) -> GenerationCounts:
        """How many fit a search, in all and of each state, project, tag and so on; of many, of the newest."""
        wanted = find_search(self._store, self._owner, search)
        return view_counts(self._store.generations.count(self._owner, wanted, most=MOST_COUNTED))

    def list_tags(self) -> Sequence[UsedTag]:
        """Every tag of generations and photos: the most used first, and those that are used alike by name."""
        counted = self._store.generations.count(self._owner, Search())
        made = {value: number for (facet, value), number in counted.items() if facet == "tag" and number}
        given = self._store.photos.count_tags(self._owner)
        tags = [
            UsedTag(name=name, generations=made.get(name, 0), photos=given.get(name, 0))
            for name in {*made, *given}
        ]
        return sorted(tags, key=lambda tag: (-tag.generations - tag.photos, tag.name))

    def update(
        self,
        generation_id: str,
        *,
        title: str | Unchanged = UNCHANGED,
        tags: Sequence[str] | Unchanged = UNCHANGED,
        favourite: bool | Unchanged = UNCHANGED,
        rating: int | Unchanged | None = UNCHANGED,
        notes: str | Unchanged = UNCHANGED,
        project_id: str | Unchanged | None = UNCHANGED,
    ) -> Generation:
        """Change what is said of a generation. Raises NotFound, also for a project, and RequestRefused."""
        said = said_of(
            title=title, tags=tags, favourite=favourite, rating=rating, notes=notes, project_id=project_id
        )
        check_values(**{name: (KIND_OF[name], value) for name, value in said.items()})
        if "tags" in said:
            said["tags"] = list(said["tags"])
        if said:
            with self._store.begin() as transaction:
                self._store.generations.update(transaction, self._owner, generation_id, said)
        return self.get(generation_id)

    def bulk(
        self,
        ids: Sequence[str],
        action: BulkAction,
        *,
        project_id: str | None = None,
        tags: Sequence[str] = (),
    ) -> int:
        """Do one thing to several, to all or to none of them; how many. `move` takes a project, or none to take them
        out of theirs; `tag` and `untag` take tags. Raises NotFound, RequestRefused."""
        check_values(ids=(Ids, tuple(ids)), action=(BulkAction, action), tags=(Tags, tuple(tags)))
        rows, owner = self._store.generations, self._owner

        def work() -> None:
            with self._store.begin() as transaction:
                for one in ids:
                    if action in ("delete", "restore", "purge"):
                        {"delete": rows.delete, "restore": rows.restore, "purge": rows.purge_now}[action](
                            transaction, owner, one
                        )
                        continue
                    kept = rows.get(owner, one, transaction=transaction).generation
                    values = change_of(kept.tags, action, project_id, tags)
                    rows.update(transaction, owner, one, values)

        self._store.reserve.spend_on(work)
        return len(ids)

    def retry(self, generation_id: str) -> Ordered:
        """Order a failed or cancelled generation's work anew; pressed twice it is ordered once.

        Raises NotFound, NotYours, JobStillOpen, NothingToRetry.
        """
        kept = self._get_writable(generation_id)
        if kept.state in OPEN_STATES:
            raise JobStillOpen
        if kept.state == "succeeded":
            raise NothingToRetry
        return self.again(generation_id, idempotency_key=f"retry:{kept.job_id}")

    def get(self, generation_id: str) -> Generation:
        """One generation with its requests. Raises NotFound."""
        with self._store.read() as look:
            entry = self._store.generations.get(self._owner, generation_id, transaction=look)
            requests = self._store.generations.requests(self._owner, generation_id, transaction=look)
            is_own = entry.generation.owner == self._owner
            hold = "own" if is_own else find_hold(look, GenerationRecord, self._owner, generation_id)
        seen = view_generation(entry, requests, lost=self._store.files.find_lost(self._owner))
        return replace(seen, hold=cast(Hold, hold))

    def thumbnails(self, job_ids: Sequence[str]) -> Mapping[str, Sequence[Thumbnail]]:
        """What each of these jobs has made, and nothing large: job id → its pictures. What is deleted is left out."""
        found = self._store.generations.get_light(self._owner, job_ids)
        return {
            job_id: tuple(Thumbnail(file_id=one.thumbnail_id, alt=one.alt) for one in light.pictures)
            for job_id, light in found.items()
        }

    def delete(self, generation_id: str, *, purge: bool = False) -> None:
        """Put a generation into the trash or, with `purge`, delete it for good, from the trash too. Raises NotFound."""
        self._delete(self._store.generations, generation_id, purge=purge)

    def restore(self, generation_id: str) -> Generation:
        """Take a generation out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.generations.restore(transaction, self._owner, generation_id)
        return self.get(generation_id)

    def _get_writable(self, generation_id: str) -> GenerationRow:
        """One that may be ordered from. Raises NotFound, NotYours."""
        with self._store.read() as look:
            require_writable(look, GenerationRecord, self._owner, generation_id)
            return self._store.generations.get(self._owner, generation_id, transaction=look).generation

    def _carry_poses(self, order: GenerationOrder) -> GenerationOrder:
        """The order with its person's own poses inside: it can be made again when they are changed or deleted."""
        own = OwnPoses(self._resources, self._person).carry(
            [p for p in order.poses if p not in order.given_poses]
        )
        return replace(order, given_poses={**own, **order.given_poses}) if own else order

    def _submit(
        self,
        order: GenerationOrder,
        requests: list[dict[str, Any]],
        payload: Mapping[str, Any],
        idempotency_key: str | None,
        *,
        project_id: str | None = None,
    ) -> Ordered:
        store, owner = self._store, self._owner
        price = price_of(self._settings, order)
        what = "character sheet" if order.sheet else count_of(order.pictures, "picture")
        title = f"{order.persona.name.strip() or 'Avatar'}, {what}"
        with store.begin() as transaction:
            if price:
                pay_allowance(store, self._settings, owner, transaction)
            job_id, is_new = self._submit_job(
                transaction,
                kind="generation",
                title=title,
                payload=payload,
                lane=engine_class(order.engine).info.lane,
                priority=int(order.priority),
                idempotency_key=idempotency_key,
                price=price,
            )
            if is_new:
                generation = store.generations.add(
                    transaction,
                    owner,
                    job_id=job_id,
                    avatar_id=order.avatar_id if self._has_avatar(order.avatar_id, transaction) else None,
                    title=title,
                    order=to_json(order),
                    requests=requests,
                    prompt=order.prompt or "",
                    negative_prompt=order.negative_prompt or "",
                    project_id=project_id if self._has_project(project_id, transaction) else None,
                )
        if not is_new:
            generation = store.generations.get_by_job(owner, job_id).generation
        self._notifier.notify(job_id)
        return Ordered(
            job_id=job_id,
            generation_id=generation.id,
            not_drawn=find_undrawn(order),
            credits=None if prices_of(self._settings) is None else price,
        )

    def _has_project(self, project_id: str | None, transaction: Transaction) -> bool:
        """Whether this person can still put something into it: what is made again of a deleted one's is in none."""
        if project_id is None:
            return False
        try:
            require_writable(transaction, ProjectRecord, self._owner, project_id)
        except (RowMissing, NotOwner):
            return False
        return True

    def _has_avatar(self, avatar_id: str | None, transaction: Transaction) -> bool:
        """Whether the avatar still exists: what was drawn of a deleted one can be made again all the same."""
        if avatar_id is None:
            return False
        try:
            self._store.avatars.get(self._owner, avatar_id, transaction=transaction)
        except RowMissing:
            return False
        return True


def count_of(number: int, noun: str) -> str:
    """ "1 picture", "4 pictures"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def view_generation(
    entry: GenerationEntry,
    requests: Sequence[Mapping[str, Any]] = (),
    *,
    lost: frozenset[str] = frozenset(),
) -> Generation:
    """What is shown of a generation. An order that this version cannot read says so in place of itself: its pictures
    are there all the same."""
    row = entry.generation
    unreadable = ""
    try:
        order = read_order(row.order)
    except PipelineError as error:
        order = GenerationOrder(persona=Persona())
        unreadable = f"The settings of these pictures cannot be read here. {error.message}"
    seconds = (
        (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else None
    )
    return Generation(
        id=row.id,
        job_id=row.job_id,
        title=row.title,
        state=cast(JobState, row.state),
        error=row.error,
        error_code=row.error_code,
        order=order,
        stored_order=row.order if isinstance(row.order, Mapping) else {},
        unreadable=unreadable,
        requests=tuple(requests),
        pictures=tuple(_view_picture(picture, order, lost) for picture in entry.pictures),
        prompt=row.prompt,
        negative_prompt=row.negative_prompt,
        avatar_id=row.avatar_id,
        project_id=row.project_id,
        favourite=row.favourite,
        rating=row.rating,
        notes=row.notes,
        tags=tuple(row.tags),
        seconds=seconds,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _view_picture(row: PictureRow, order: GenerationOrder, lost: frozenset[str]) -> Picture:
    of_one_prompt = max(1, order.pictures // len(order.prompts))
    number = min(row.position // of_one_prompt, len(order.prompts) - 1)
    return Picture(
        id=row.id,
        file_id=row.file_id,
        thumbnail_id=row.file_id if row.thumbnail_id in lost else row.thumbnail_id,
        is_lost=row.file_id in lost,
        view=cast(View, row.view),
        pose=row.pose,
        seed=row.seed,
        width=row.width,
        height=row.height,
        alt=row.alt,
        prompt=order.prompts[number],
    )
