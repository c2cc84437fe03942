"""Persona + pose → picture: plan and order it, draw it in the worker, list it, make it again."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
from PIL import Image

from pipelines.errors import PictureRefused, RequestRefused
from pipelines.image.engine import EngineInfo, EnginePreset, engine_class, find_preset
from pipelines.image.honours import narrow_info
from pipelines.image.plan import LARGEST_SEED, plan_generation
from pipelines.image.provenance import MEDIA_TYPES, sign_picture
from pipelines.pose.library import load_library
from pipelines.prompt.persona import check_persona
from pipelines.prompt.styles import find_style, with_style
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import (
    BodyParameters,
    ControlKind,
    ControlSpec,
    GenerationRequest,
    Progress,
    Reference,
    View,
)
from store.database import WriteUnit
from store.errors import NotFound
from store.generations import GenerationEntry, NewPicture
from store.rows import PictureRow
from store.store import Store
from studio.codec import from_json, to_json
from studio.jobs import JobContext, JobQueue
from studio.scenes import make_scenes
from studio.views import GenerationOrder, GenerationView, JobState, Page, PictureView
from studio.walks.engines import EngineRoom

THUMBNAIL_PX = 300  # SPEC D7
LONGEST_PROMPT = 8000  # characters
MOST_POSES = 32
SUGGESTED_CONTROLS: tuple[ControlKind, ...] = ("pose", "depth")
NEARLY_BLACK = 4  # of 255: the brightest pixel of a picture that failed

log = logging.getLogger(__name__)


def plan_order(
    store: Store, owner: str, order: GenerationOrder, *, recipe_wanted: bool = False
) -> tuple[GenerationOrder, tuple[GenerationRequest, ...]]:
    """The order with its seed chosen and its words written, and its requests, one per picture.

    Raises NotFound, UnknownName, PersonaRefused, RequestRefused.
    """
    check_persona(order.persona)
    if len(order.poses) > MOST_POSES or len(set(order.views)) != len(order.views):
        raise RequestRefused(f"One order can hold {MOST_POSES} poses and each view once.")
    preset = find_preset(order.preset)
    if preset.engine != order.engine:
        raise RequestRefused(f"The preset “{order.preset}” belongs to the engine “{preset.engine}”.")
    info = narrow_info(engine_class(order.engine).info, preset)
    order = _write_words(order, recipe_wanted=recipe_wanted)
    assert order.seed is not None
    scale = preset.hd_scale if order.quality == "hd" else 1.0
    width, height = (_scale_side(side, scale, info.side_multiple) for side in (order.width, order.height))
    scenes = make_scenes(
        order.persona,
        body=_body_of(store, owner, order),
        poses=order.poses,
        views=order.views,
        framing=order.framing,
        finish=order.look,
    )
    requests = plan_generation(
        info,
        preset,
        prompt=order.prompt or "",
        negative_prompt=order.negative_prompt or "",
        scenes=[scene for _, scene in scenes],
        seed=order.seed,
        count=order.count,
        width=width,
        height=height,
        controls=_choose_controls(order, info, preset),
        references=_find_references(store, owner, order),
        loras=preset.loras if order.loras is None else order.loras,
        steps=preset.hd_steps or None if order.quality == "hd" and order.steps is None else order.steps,
        guidance=order.guidance,
        draft_strength=order.draft_strength,
    )
    return order, requests


def _write_words(order: GenerationOrder, *, recipe_wanted: bool) -> GenerationOrder:
    """The order with its seed chosen, its words written, and whether they go into the pictures."""
    style = find_style(order.picture_style)
    realism = style.key == "realistic"
    written = with_style(
        write_prompt(order.persona, realism=realism),
        write_negative_prompt(order.persona, realism=realism),
        style,
    )
    prompt = written[0] if order.prompt is None else order.prompt.strip()
    negative = written[1] if order.negative_prompt is None else order.negative_prompt.strip()
    if max(len(prompt), len(negative)) > LONGEST_PROMPT:
        raise RequestRefused(f"A prompt can be {LONGEST_PROMPT} characters long.")
    return replace(
        order,
        seed=secrets.randbelow(LARGEST_SEED // 2) if order.seed is None else order.seed,
        prompt=prompt,
        negative_prompt=negative,
        recipe=recipe_wanted if order.recipe is None else order.recipe,
    )


def _body_of(store: Store, owner: str, order: GenerationOrder) -> BodyParameters | None:
    """The avatar's measured body; None where the persona's own is meant. Raises NotFound."""
    if order.avatar_id is None:
        return None
    kept = store.avatars.get(owner, order.avatar_id).body
    return from_json(BodyParameters, kept["parameters"]) if kept else None


def _choose_controls(
    order: GenerationOrder, info: EngineInfo, preset: EnginePreset
) -> tuple[ControlSpec, ...]:
    """What the person chose, or what suits the preset, with the preset's strengths."""
    suits = [kind for kind in SUGGESTED_CONTROLS if kind in info.controls and kind in preset.control_strength]
    if not suits and info.pose == "follow":
        suits = [kind for kind in SUGGESTED_CONTROLS[:1] if kind in info.controls]
    kinds = suits[: info.max_controls] if order.controls is None else order.controls
    plain = ControlSpec(kind="pose")
    return tuple(
        ControlSpec(
            kind=kind,
            strength=preset.control_strength.get(kind, plain.strength),
            end=preset.control_end.get(kind, plain.end),
        )
        for kind in kinds
    )


def _find_references(store: Store, owner: str, order: GenerationOrder) -> tuple[Reference, ...]:
    """The photos' hashes by which the request names them. Raises NotFound for a photo that is not the owner's."""
    found = []
    for reference in order.references:
        photo = store.photos.get(owner, reference.photo_id)
        found.append(Reference(role=reference.role, sha256=store.files.get(owner, photo.file_id).sha256))
    return tuple(found)


def _scale_side(side: int, scale: float, multiple: int) -> int:
    return side if scale == 1.0 else round(side * scale / multiple) * multiple


def order_generation(
    store: Store,
    queue: JobQueue,
    owner: str,
    order: GenerationOrder,
    *,
    recipe_wanted: bool,
    idempotency_key: str | None,
) -> str:
    """Plan, refuse, order; the job's id. The same key with the same order gives the same job."""
    planned, requests = plan_order(store, owner, order, recipe_wanted=recipe_wanted)
    wanted = [to_json(request) for request in requests]
    return _submit(store, queue, owner, planned, wanted, {"order": to_json(order)}, idempotency_key)


def make_again(
    store: Store, queue: JobQueue, owner: str, generation_id: str, *, idempotency_key: str | None
) -> str:
    """Send the stored requests again, to the letter; the new job's id."""
    kept = store.generations.get(owner, generation_id).generation
    order = from_json(GenerationOrder, kept.order)
    requests = store.generations.requests(owner, generation_id)
    return _submit(store, queue, owner, order, requests, {"again": generation_id}, idempotency_key)


def _submit(
    store: Store,
    queue: JobQueue,
    owner: str,
    order: GenerationOrder,
    requests: list[dict[str, Any]],
    payload: Mapping[str, Any],
    idempotency_key: str | None,
) -> str:
    title = f"{order.persona.name.strip() or 'Avatar'}, {count_of(len(requests), 'picture')}"
    with store.begin() as unit:
        job_id, is_new = store.jobs.submit(
            unit,
            owner=owner,
            kind="generation",
            title=title,
            payload=payload,
            idempotency_key=idempotency_key,
        )
        if is_new:
            store.generations.add(
                unit,
                owner,
                job_id=job_id,
                avatar_id=order.avatar_id if _is_there(store, owner, order.avatar_id, unit) else None,
                title=title,
                order=to_json(order),
                requests=requests,
                prompt=order.prompt or "",
                negative_prompt=order.negative_prompt or "",
            )
    queue.ring(job_id)
    return job_id


def _is_there(store: Store, owner: str, avatar_id: str | None, unit: WriteUnit) -> bool:
    """Whether the avatar still exists: what was drawn of a deleted one can be made again all the same."""
    if avatar_id is None:
        return False
    try:
        store.avatars.get(owner, avatar_id, unit=unit)
    except NotFound:
        return False
    return True


def count_of(number: int, noun: str) -> str:
    """ "1 picture", "4 pictures"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def draw_pictures(context: JobContext, room: EngineRoom) -> Mapping[str, Any]:
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
    places = [(pose, view) for pose in order.poses for view in order.views for _ in range(order.count)]
    for position, (request, (pose, view)) in enumerate(zip(requests, places, strict=True)):
        if position in done:  # an earlier attempt got so far
            continue
        stage = f"Drawing picture {position + 1} of {len(requests)}"

        def report(progress: Progress, stage: str = stage, position: int = position) -> None:
            total = max(progress.total, 1)
            context.on_progress(
                replace(
                    progress,
                    stage=stage,
                    step=position * total + min(progress.step, total),
                    total=len(requests) * total,
                )
            )

        report(Progress(stage=stage, step=0, total=1))
        image = room.draw(request, report, read_reference)
        refuse_broken(image, request)
        _keep_picture(context, order, position, request, image, pose=pose, view=view)
    return {"generation_id": generation_id, "pictures": len(requests)}


def _keep_picture(
    context: JobContext,
    order: GenerationOrder,
    position: int,
    request: GenerationRequest,
    image: Image.Image,
    *,
    pose: str,
    view: str,
) -> None:
    files, owner = context.store.files, context.owner
    info = engine_class(request.engine).info
    recipe = {"order": to_json(order), "seed": request.seed} if order.recipe else None
    picture = files.put(sign_picture(image, info.source_type, recipe=recipe))
    small = image.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    thumbnail = files.put(sign_picture(small, info.source_type, file_format="WEBP"))
    with context.begin() as unit:
        new = NewPicture(
            position=position,
            file_id=files.register(unit, owner, picture, MEDIA_TYPES["PNG"])[0].id,
            thumbnail_id=files.register(unit, owner, thumbnail, MEDIA_TYPES["WEBP"])[0].id,
            view=view,
            pose=pose,
            seed=request.seed,
            width=request.width,
            height=request.height,
            alt=describe_picture(info, order, pose, view),
        )
        context.store.generations.add_picture(unit, context.job_id, context.token, new)


def describe_picture(info: EngineInfo, order: GenerationOrder, pose: str, view: str) -> str:
    """An alt text: "Draft of Mira, arms crossed, front view"."""
    kind = "Draft" if info.pose == "draws" else "Picture"
    who = order.persona.name.strip() or "the avatar"
    return f"{kind} of {who}, {load_library().find(pose).name.lower()}, {view} view"


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
        order=from_json(GenerationOrder, row.order),
        requests=tuple(requests),
        pictures=tuple(_view_picture(picture) for picture in entry.pictures),
        prompt=row.prompt,
        negative_prompt=row.negative_prompt,
        avatar_id=row.avatar_id,
        seconds=seconds,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _view_picture(row: PictureRow) -> PictureView:
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
    )
