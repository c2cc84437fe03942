"""Writes an avatar as a file that other programs open: GLB, VRM, OBJ in a ZIP, BVH, or a drawn clip. Nobody holds it,
so it expires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.body.anny import open_anny
from pipelines.errors import RequestRefused
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.export.choices import CLIP_HEIGHT, CLIP_WIDTH, FORMATS, AvatarFormat
from pipelines.figure.export.movements import BodyMovement, MovementMaker
from pipelines.figure.export.vrm import VrmMeta
from pipelines.figure.export.write import write_avatar
from pipelines.image.draft_clip import draw_clip
from pipelines.image.provenance import MovingFormat
from pipelines.pose.exchange.bvh import FRAME_TIME_S, write_bvh
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.progress import Progress
from pipelines.types import BodyParameters, Persona
from store.errors import LostLease, RowMissing
from store.exports import OTHERS
from studio.vocabulary.avatar_export import AVATAR_FILE, AvatarExportOrder
from studio.vocabulary.codec import from_json
from studio.vocabulary.file_names import safe_stem
from studio.worker.jobs import JobContext

NAMELESS = "avatar"
MOVING_JOINTS = "Moving the joints"
MOVING: Mapping[AvatarFormat, MovingFormat] = {"webp": "WEBP", "gif": "GIF", "mp4": "MP4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """Who goes out, whose they are, and what their maker says about their use."""

    persona: Persona
    body: BodyParameters
    owner: str
    licence: str = ""


def export_avatar(context: JobContext) -> Mapping[str, Any]:
    """Write what was asked for; the job's result names the file."""
    store = context.store
    order = from_json(AvatarExportOrder, context.payload[AVATAR_FILE])
    who = _find_person(context, order)
    info = FORMATS[order.format]
    data, told = WRITERS[info.shows](context, order, who)
    blob = store.files.put(data)
    try:
        with context.begin() as transaction:
            file, _ = store.files.register(transaction, context.owner, blob, info.media_type)
    except LostLease:  # the avatar was deleted for good meanwhile: this goes too
        store.files.erase_stray(blob)
        raise
    name = f"{safe_stem(who.persona.name) or NAMELESS}{info.ending}"
    if who.owner != context.owner:  # it goes when that person is erased
        told[OTHERS] = [who.owner]
    return {**told, "file_id": file.id, "file_name": name, "size": blob.size}


def _write(context: JobContext, order: AvatarExportOrder, who: _Leaving) -> tuple[bytes, dict[str, Any]]:
    """The person as a mesh, and what is told of it."""
    template = load_library().find(order.pose) if order.pose else None
    pose = adapt_pose(template, open_anny(), who.body) if template else None
    made = write_avatar(
        who.body,
        appearance_of(who.persona, pose=template),
        VrmMeta(name=who.persona.name or NAMELESS, author=order.author, licence=order.licence or who.licence),
        format=order.format,
        triangles=order.triangles,
        clip=order.clip,
        through=order.through,
        pose=pose,
        suit=order.suit,
        joints=order.joints,
        on_progress=context.on_progress,
    )
    return made.data, {"triangles": made.triangles, "height_cm": round(made.height_m * 100, 1)}


def _draw(context: JobContext, order: AvatarExportOrder, who: _Leaving) -> tuple[bytes, dict[str, Any]]:
    """The person in a clip, and what is told of it."""
    made = draw_clip(
        who.body,
        appearance_of(who.persona),
        _movement(MovementMaker(open_anny(), who.body), order),
        file_format=MOVING[order.format],
        width=order.width or CLIP_WIDTH,
        height=order.height or CLIP_HEIGHT,
        on_progress=context.on_progress,
    )
    return made.data, {"frames": made.frames}


def _write_joints(
    context: JobContext, order: AvatarExportOrder, who: _Leaving
) -> tuple[bytes, dict[str, Any]]:
    """The person's joints over time, and what is told of it."""
    context.on_progress(Progress(stage=MOVING_JOINTS, total=1))
    makes = MovementMaker(open_anny(), who.body)
    poses = makes.list_poses(_movement(makes, order), FRAME_TIME_S)
    return write_bvh(poses, body=who.body), {"frames": len(poses)}


def _movement(makes: MovementMaker, order: AvatarExportOrder) -> BodyMovement:
    """The one that was asked for, or the usual one of the format."""
    clip = order.clip or FORMATS[order.format].clip
    assert clip is not None
    return makes.make(clip, order.through)


WRITERS = {"mesh": _write, "frames": _draw, "joints": _write_joints}


def _find_person(context: JobContext, order: AvatarExportOrder) -> _Leaving:
    """Who goes out. Raises RequestRefused where the avatar was deleted."""
    if order.avatar_id is None:
        assert order.persona is not None
        return _Leaving(persona=order.persona, body=body_of(order.persona), owner=context.owner)
    try:
        row = context.store.avatars.get(context.owner, order.avatar_id)
    except RowMissing as error:
        raise RequestRefused("The avatar of this export was deleted meanwhile.") from error
    persona = from_json(Persona, row.persona)
    parameters = from_json(BodyParameters, row.body["parameters"]) if row.body else body_of(persona)
    licence = str(row.origin.get("licence", ""))
    return _Leaving(persona=persona, body=parameters, owner=row.owner, licence=licence)
