"""Persona + pose → picture: plan and order it, draw it in the worker, list it, make it again."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from PIL import Image

from pipelines.errors import PictureRefused, RequestRefused
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.provenance import MEDIA_TYPES, sign_picture
from pipelines.image.spec import EngineInfo
from pipelines.pose.library import load_library
from pipelines.types import (
    GenerationRequest,
    Reference,
    View,
)
from store.database import Transaction
from store.errors import NotFound
from store.generations import GenerationEntry, NewPicture
from store.rows import PictureRow
from store.store import Store
from studio.services.models import refuse_unready
from studio.services.orders import Place, places_of, plan_order
from studio.settings import Settings
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.views import GenerationOrder, GenerationView, JobState, Page, PictureView
from studio.worker.engine_pool import EnginePool
from studio.worker.jobs import JobContext, JobNotifier
from studio.worker.progress import OrderProgress

THUMBNAIL_PX = 300
NEARLY_BLACK = 4  # of 255: the brightest pixel of a picture that failed

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
    planned, requests = plan_order(store, presets, owner, order, recipe_wanted=settings.recipe_in_pictures)
    refuse_unready(settings, presets.find(order.preset))
    wanted = [to_json(request) for request in requests]
    return _submit(store, notifier, owner, planned, wanted, {"order": to_json(order)}, idempotency_key)


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
    """Send the stored requests again, to the letter; the new job's id."""
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
    title = f"{order.persona.name.strip() or 'Avatar'}, {count_of(len(requests), 'picture')}"
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


def draw_pictures(context: JobContext, pool: EnginePool) -> Mapping[str, Any]:
    """The worker's part: every picture is kept the moment it is done, so that a late failure loses none."""
    store, owner = context.store, context.owner
    entry = store.generations.get_by_job(owner, context.job_id)
    generation_id = entry.generation.id
    order = from_json(GenerationOrder, entry.generation.order)
    requests = [
        from_json(GenerationRequest, stored) for stored in store.generations.requests(owner, generation_id)
    ]

    def read_reference(sha256: str) -> bytes:
        file = store.files.find(owner, sha256)
        if file is None:
            raise RequestRefused("A reference photo of this order was deleted. Choose it again.")
        return store.files.read(owner, file.id)

    done = {picture.position for picture in entry.pictures}
    progress = OrderProgress(len(requests), context.on_progress)
    for position, (request, place) in enumerate(zip(requests, places_of(order), strict=True)):
        if position in done:  # an earlier attempt got so far
            continue
        progress.begin(position)
        image = pool.draw(name_made(request, context, position), progress.report, read_reference)
        refuse_broken(image, request)
        _keep_picture(context, order, position, request, image, place)
    return {"generation_id": generation_id, "pictures": len(requests)}


def name_made(request: GenerationRequest, context: JobContext, position: int) -> GenerationRequest:
    """The request with the hashes of those of its references that are earlier pictures of the same order."""
    if not any(reference.pictures_back for reference in request.references):
        return request
    store, owner = context.store, context.owner
    made = {one.position: one.file_id for one in store.generations.get_by_job(owner, context.job_id).pictures}

    def name(reference: Reference) -> Reference:
        file_id = made.get(position - reference.pictures_back)
        if not reference.pictures_back or file_id is None:
            return reference
        return replace(reference, sha256=store.files.get(owner, file_id).sha256)

    return replace(request, references=tuple(name(reference) for reference in request.references))


def _keep_picture(
    context: JobContext,
    order: GenerationOrder,
    position: int,
    request: GenerationRequest,
    image: Image.Image,
    place: Place,
) -> None:
    files, owner = context.store.files, context.owner
    info = engine_class(request.engine).info
    recipe = {"order": to_json(order), "seed": request.seed} if order.recipe else None
    picture = files.put(sign_picture(image, info.source_type, recipe=recipe))
    small = image.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    thumbnail = files.put(sign_picture(small, info.source_type, file_format="WEBP"))
    with context.begin() as transaction:
        new = NewPicture(
            position=position,
            file_id=files.register(transaction, owner, picture, MEDIA_TYPES["PNG"])[0].id,
            thumbnail_id=files.register(transaction, owner, thumbnail, MEDIA_TYPES["WEBP"])[0].id,
            view=place.view,
            pose=place.pose,
            seed=request.seed,
            width=request.width,
            height=request.height,
            alt=describe_picture(info, order, place),
        )
        context.store.generations.add_picture(transaction, context.job_id, context.token, new)


def describe_picture(info: EngineInfo, order: GenerationOrder, place: Place) -> str:
    """An alt text: "Draft of Mira, arms crossed, front view"; of several prompts with "prompt 2 of 3"."""
    kind = "Draft" if info.pose == "draws" else "Picture"
    who = order.persona.name.strip() or "the avatar"
    number = f", prompt {place.prompt + 1} of {len(order.prompts)}" if order.more_prompts else ""
    return f"{kind} of {who}, {load_library().find(place.pose).name.lower()}, {place.view} view{number}"


def refuse_broken(image: Image.Image, request: GenerationRequest) -> None:
    """Raises PictureRefused for a picture of the wrong size, or black all over: a failure, not a result."""
    if image.size != (request.width, request.height):
        raise PictureRefused(
            f"The engine made a picture of {image.width} × {image.height} instead of "
            f"{request.width} × {request.height}. Try again."
        )
    if np.asarray(image.convert("L")).max() <= NEARLY_BLACK:
        raise PictureRefused


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
