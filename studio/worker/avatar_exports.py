"""Writes an avatar as a file that other programs open: GLB, VRM, or OBJ in a ZIP. Nobody holds it, so it expires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.body.anny import open_anny
from pipelines.errors import RequestRefused
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.export.choices import AVATAR_ENDINGS, AVATAR_MEDIA_TYPES
from pipelines.figure.export.vrm import VrmMeta
from pipelines.figure.export.write import write_avatar
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import BodyParameters, Persona
from store.errors import LostLease, RowMissing
from store.exports import OTHERS
from studio.vocabulary.avatar_export import AVATAR_FILE, AvatarExportOrder
from studio.vocabulary.codec import from_json
from studio.vocabulary.file_names import safe_stem
from studio.worker.jobs import JobContext

NAMELESS = "avatar"


def export_avatar(context: JobContext) -> Mapping[str, Any]:
    """Write what was asked for; the job's result names the file."""
    store = context.store
    order = from_json(AvatarExportOrder, context.payload[AVATAR_FILE])
    persona, parameters, licence, whose = _find_person(context, order)
    template = load_library().find(order.pose) if order.pose else None
    pose = adapt_pose(template, open_anny(), parameters) if template else None
    made = write_avatar(
        parameters,
        appearance_of(persona, pose=template),
        VrmMeta(name=persona.name or NAMELESS, author=order.author, licence=order.licence or licence),
        format=order.format,
        triangles=order.triangles,
        clip=order.clip,
        pose=pose,
        suit=order.suit,
        joints=order.joints,
        on_progress=context.on_progress,
    )
    blob = store.files.put(made.data)
    try:
        with context.begin() as transaction:
            file, _ = store.files.register(transaction, context.owner, blob, AVATAR_MEDIA_TYPES[order.format])
    except LostLease:  # the avatar was deleted for good meanwhile: this goes too
        store.files.erase_stray(blob)
        raise
    name = f"{safe_stem(persona.name) or NAMELESS}{AVATAR_ENDINGS[order.format]}"
    told: dict[str, Any] = {"triangles": made.triangles, "height_cm": round(made.height_m * 100, 1)}
    if whose != context.owner:  # it goes when that person is erased
        told[OTHERS] = [whose]
    return {**told, "file_id": file.id, "file_name": name, "size": blob.size}


def _find_person(context: JobContext, order: AvatarExportOrder) -> tuple[Persona, BodyParameters, str, str]:
    """Who goes out, their body, what their maker says about their use, and whose they are."""
    if order.avatar_id is None:
        assert order.persona is not None
        return order.persona, body_of(order.persona), "", context.owner
    try:
        row = context.store.avatars.get(context.owner, order.avatar_id)
    except RowMissing as error:
        raise RequestRefused("The avatar of this export was deleted meanwhile.") from error
    persona = from_json(Persona, row.persona)
    parameters = from_json(BodyParameters, row.body["parameters"]) if row.body else body_of(persona)
    return persona, parameters, str(row.origin.get("licence", "")), row.owner
