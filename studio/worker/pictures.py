"""Draws the pictures of an order and keeps each the moment it is done."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from PIL import Image

from pipelines.errors import PictureRefused, RequestRefused
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.provenance import MEDIA_TYPES, SOURCE_TYPES, find_mark, sign_picture
from pipelines.image.spec import EngineInfo
from pipelines.progress import OnProgress
from pipelines.types import GenerationRequest, Reference, View
from store.errors import RowMissing
from store.room import check_room
from store.store import Store
from studio.errors import translate_errors
from studio.vocabulary.character_sheet import CELLS
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.order import GenerationOrder, read_order
from studio.worker.character_sheets import draw_character_sheet
from studio.worker.jobs import JobContext
from studio.worker.planning import find_body, find_references, find_template, plan_requests
from studio.worker.progress import OrderProgress
from studio.worker.redraws import find_redrawn

THUMBNAIL_PX = 300
WHOLE_SHEET = "Character sheet"
NEARLY_BLACK = 4  # of 255: the brightest pixel of a picture that failed


class Engines(Protocol):
    """What draws one picture; see studio.worker.engine_pool.EnginePool."""

    def draw(
        self, request: GenerationRequest, on_progress: OnProgress, read_reference: Callable[[str], bytes]
    ) -> Image.Image: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What one picture of an order is of."""

    prompt: int  # index into the order's prompts
    pose: str
    view: View
    label: str = ""  # what it shows beside pose and view, of a character sheet


def places_of(order: GenerationOrder) -> tuple[Place, ...]:
    """What each picture is of, in the order of its requests."""
    if order.sheet:
        return tuple(Place(prompt=0, pose=order.poses[0], view=cell.view, label=cell.label) for cell in CELLS)
    return tuple(
        Place(prompt=prompt, pose=pose, view=view)
        for prompt in range(len(order.prompts))
        for pose in order.poses
        for view in order.views
        for _ in range(order.count)
    )


@translate_errors
def refuse_spent_room(store: Store, owner: str) -> None:
    """Refuse one picture more of who keeps as much as they may: what was free when it was ordered may be taken by now.
    Raises StorageSpent."""
    with store.read() as look:
        check_room(look, owner)


def draw_pictures(context: JobContext, pool: Engines, presets: PresetShelf) -> Mapping[str, Any]:
    """Draw what was ordered. Every picture is kept the moment it is done, so that a late failure loses none."""
    store, owner = context.store, context.owner
    entry = store.generations.get_by_job(owner, context.job_id)
    generation_id = entry.generation.id
    order = read_order(entry.generation.order)
    progress = OrderProgress(order.pictures, context.on_progress)
    stored = store.generations.requests(owner, generation_id)
    requests = [from_json(GenerationRequest, one) for one in stored]
    requests = requests or _plan(context, order, presets, progress.report)

    def read_reference(sha256: str) -> bytes:
        file = store.files.find(owner, sha256)
        if file is None:
            raise RequestRefused("A reference photo of this order was deleted. Choose it again.")
        return store.files.read(owner, file.id)

    kept = context.kept_positions()
    for position, (request, place) in enumerate(zip(requests, places_of(order), strict=True)):
        if position in kept:  # an earlier attempt got so far
            continue
        progress.begin(position)
        refuse_spent_room(store, owner)
        image = pool.draw(name_made(request, context, position), progress.report, read_reference)
        refuse_broken(image, request)
        _keep_picture(context, order, position, request, image, place)
    if order.sheet and len(requests) not in kept:
        sheet = draw_character_sheet(_read_made(context, len(requests)))
        place = Place(prompt=0, pose=order.poses[0], view=order.views[0], label=WHOLE_SHEET)
        _keep_picture(context, order, len(requests), requests[0], sheet, place)
    return {"generation_id": generation_id, "pictures": len(requests)}


def _plan(
    context: JobContext, order: GenerationOrder, presets: PresetShelf, report: OnProgress
) -> list[GenerationRequest]:
    """Make the order's scenes and keep its exact requests: a further attempt, and "make again", send these."""
    store, owner = context.store, context.owner
    try:
        body, references = find_body(store, owner, order), find_references(store, owner, order)
        redrawn = find_redrawn(store, owner, order)
    except RowMissing as error:
        raise RequestRefused(
            "The avatar or a picture that this order needs was deleted. Bring it back, or choose another."
        ) from error
    requests = plan_requests(
        order, presets, body=body, references=references, on_progress=report, redrawn=redrawn
    )
    with context.begin() as transaction:
        wanted = [to_json(request) for request in requests]
        store.generations.set_requests(transaction, context.job_id, context.token, wanted)
    return list(requests)


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
        return replace(reference, sha256=store.files.get(owner, file_id, in_trash=True).sha256)

    return replace(request, references=tuple(name(reference) for reference in request.references))


def _read_made(context: JobContext, count: int) -> list[Image.Image]:
    """The first pictures of this order, as they were kept."""
    store, owner = context.store, context.owner
    made = {one.position: one.file_id for one in store.generations.get_by_job(owner, context.job_id).pictures}
    pictures = []
    for position in range(count):
        with Image.open(io.BytesIO(store.files.read(owner, made[position])), formats=["PNG"]) as opened:
            pictures.append(opened.copy())
    return pictures


def _keep_picture(
    context: JobContext,
    order: GenerationOrder,
    position: int,
    request: GenerationRequest,
    image: Image.Image,
    place: Place,
) -> None:
    """Sign the picture and its thumbnail, and hand both to the job."""
    info = engine_class(request.engine).info
    source_type = find_source_type(context, request, info)
    recipe = {"order": to_json(order), "seed": request.seed} if order.recipe else None
    small = image.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    context.keep_picture(
        sign_picture(image, source_type, recipe=recipe),
        sign_picture(small, source_type, file_format="WEBP"),
        media_types=(MEDIA_TYPES["PNG"], MEDIA_TYPES["WEBP"]),
        position=position,
        view=place.view,
        pose=place.pose,
        seed=request.seed,
        width=image.width,
        height=image.height,
        alt=describe_picture(info, order, place),
    )


def find_source_type(context: JobContext, request: GenerationRequest, info: EngineInfo) -> str:
    """How a picture was made, as its mark says it: of one in which a part was drawn anew, what says more."""
    if request.redraw is None:
        return info.source_type
    file = context.store.files.find(context.owner, request.redraw.picture_sha256)
    before = find_mark(context.store.files.read(context.owner, file.id)) if file else None
    return max(info.source_type, before or info.source_type, key=SOURCE_TYPES.index)


def describe_picture(info: EngineInfo, order: GenerationOrder, place: Place) -> str:
    """An alt text: "Draft of Mira, arms crossed, front view"; of several prompts with "prompt 2 of 3"."""
    kind = "Draft" if info.pose == "draws" else "Picture"
    who = order.persona.name.strip() or "the avatar"
    if place.label == WHOLE_SHEET:
        return f"{WHOLE_SHEET} of {who}, {find_template(order, place.pose).name.lower()}"
    shows = place.label.lower() or f"{place.view} view"
    number = f", prompt {place.prompt + 1} of {len(order.prompts)}" if order.more_prompts else ""
    return f"{kind} of {who}, {find_template(order, place.pose).name.lower()}, {shows}{number}"


def refuse_broken(image: Image.Image, request: GenerationRequest) -> None:
    """Raises PictureRefused for a picture of the wrong size, or black all over: a failure, not a result."""
    if image.size != (request.width, request.height):
        raise PictureRefused(
            f"The engine made a picture of {image.width} × {image.height} instead of "
            f"{request.width} × {request.height}. Try again."
        )
    if np.asarray(image.convert("L")).max() <= NEARLY_BLACK:
        raise PictureRefused
