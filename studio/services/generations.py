"""Persona + pose → picture: plan and order it, draw it in the worker, list it, make it again."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pipelines.image.presets import PresetShelf
from pipelines.types import (
    View,
)
from store.database import Transaction
from store.errors import NotFound
from store.generations import GenerationEntry
from store.rows import PictureRow
from store.store import Store
from studio.services.models import refuse_unready
from studio.services.orders import plan_order
from studio.settings import Settings
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.views import GenerationOrder, GenerationView, JobState, Page, PictureView
from studio.worker.jobs import JobNotifier

log = logging.getLogger(__name__)


def order_generation(
    store: Store,
    notifier: JobNotifier,
    settings: Settings,
    presets: PresetShelf,
    owner: str,
    order: GenerationOrder,
    *,
    idempotency_key: str | None,
) -> str:
    """Plan, refuse, order; the job's id. The same key with the same order gives the same job."""
    planned = plan_order(store, presets, owner, order, recipe_wanted=settings.recipe_in_pictures)
    refuse_unready(settings, presets.find(order.preset))
    return _submit(store, notifier, owner, planned, [], {"order": to_json(order)}, idempotency_key)


def make_again(
    store: Store,
    notifier: JobNotifier,
    settings: Settings,
    presets: PresetShelf,
    owner: str,
    generation_id: str,
    *,
    idempotency_key: str | None,
) -> str:
    """Send the stored requests again, to the letter; the new job's id. An order that never began is planned anew."""
    kept = store.generations.get(owner, generation_id).generation
    order = from_json(GenerationOrder, kept.order)
    refuse_unready(settings, presets.find(order.preset))
    requests = store.generations.requests(owner, generation_id)
    return _submit(store, notifier, owner, order, requests, {"again": generation_id}, idempotency_key)


def _submit(
    store: Store,
    notifier: JobNotifier,
    owner: str,
    order: GenerationOrder,
    requests: list[dict[str, Any]],
    payload: Mapping[str, Any],
    idempotency_key: str | None,
) -> str:
    title = f"{order.persona.name.strip() or 'Avatar'}, {count_of(order.pictures, 'picture')}"
    with store.begin() as transaction:
        job_id, is_new = store.jobs.submit(
            transaction,
            owner=owner,
            kind="generation",
            title=title,
            payload=payload,
            idempotency_key=idempotency_key,
        )
        if is_new:
            store.generations.add(
                transaction,
                owner,
                job_id=job_id,
                avatar_id=order.avatar_id if _is_there(store, owner, order.avatar_id, transaction) else None,
                title=title,
                order=to_json(order),
                requests=requests,
                prompt=order.prompt or "",
                negative_prompt=order.negative_prompt or "",
            )
    notifier.notify(job_id)
    return job_id


def _is_there(store: Store, owner: str, avatar_id: str | None, transaction: Transaction) -> bool:
    """Whether the avatar still exists: what was drawn of a deleted one can be made again all the same."""
    if avatar_id is None:
        return False
    try:
        store.avatars.get(owner, avatar_id, transaction=transaction)
    except NotFound:
        return False
    return True


def count_of(number: int, noun: str) -> str:
    """ "1 picture", "4 pictures"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def list_page(store: Store, owner: str, *, cursor: str | None, limit: int) -> Page:
    """One page of the history, newest first, with the pictures of each."""
    found = store.generations.list_page(owner, cursor, limit)
    return Page(items=tuple(view_generation(entry) for entry in found.entries), next_cursor=found.next_cursor)


def view_generation(entry: GenerationEntry, requests: Sequence[Mapping[str, Any]] = ()) -> GenerationView:
    """What is shown of a generation."""
    row = entry.generation
    order = from_json(GenerationOrder, row.order)
    seconds = (
        (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else None
    )
    return GenerationView(
        id=row.id,
        job_id=row.job_id,
        title=row.title,
        state=cast(JobState, row.state),
        error=row.error,
        error_code=row.error_code,
        order=order,
        requests=tuple(requests),
        pictures=tuple(_view_picture(picture, order) for picture in entry.pictures),
        prompt=row.prompt,
        negative_prompt=row.negative_prompt,
        avatar_id=row.avatar_id,
        seconds=seconds,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _view_picture(row: PictureRow, order: GenerationOrder) -> PictureView:
    of_one_prompt = order.pictures // len(order.prompts)
    return PictureView(
        id=row.id,
        file_id=row.file_id,
        thumbnail_id=row.thumbnail_id,
        view=cast(View, row.view),
        pose=row.pose,
        seed=row.seed,
        width=row.width,
        height=row.height,
        alt=row.alt,
        prompt=order.prompts[row.position // of_one_prompt],
    )
