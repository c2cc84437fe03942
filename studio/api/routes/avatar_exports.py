"""POST /avatars/{id}/exports and GET one: an avatar as GLB, VRM or OBJ for other programs, or in a drawn clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from fastapi import APIRouter, Response, status
from pydantic import ConfigDict, Field

from pipelines.figure.export.choices import (
    CHOICES,
    CLIP_HEIGHT,
    CLIP_WIDTH,
    FEWEST_ON_PATH,
    FORMATS,
    PATH,
    AvatarFormat,
    ClipName,
    JointNaming,
    formats_with,
    usual_clips,
)
from studio.api.answers import API_PREFIX, Answer, ErrorOut, file_url
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.parameters import IdempotencyKey, PathId
from studio.api.schemas import Strict
from studio.vocabulary.avatar import Licence
from studio.vocabulary.avatar_export import (
    AuthorName,
    AvatarExport,
    AvatarExportOrder,
    ClipSide,
    PoseSlug,
    Through,
    Triangles,
)
from studio.vocabulary.job import JobState
from studio.vocabulary.order import Choice


def _what_formats_take() -> Iterator[dict[str, Any]]:
    """For each format the schema of an order: what it does not take stays as it is where it is left out."""
    usual = {field.name: field.default for field in fields(AvatarExportOrder)}
    for format, info in FORMATS.items():
        left_out: dict[str, dict[str, Any]] = {
            # `const: null` would be lost on the way: FastAPI writes no null into the description.
            name: {"type": "null"} if usual[name] is None else {"const": usual[name]}
            for name in CHOICES
            if name not in info.takes
        }
        if "through" in left_out:
            left_out["through"] = {"maxItems": 0}
        told = {} if format == usual["format"] else {"required": ["format"]}
        yield {"properties": {"format": {"const": format}, **left_out}, **told}


class AvatarExportIn(Strict):
    """As what the avatar goes out."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": list(_what_formats_take()),
            "if": {"properties": {"clip": {"const": PATH}}, "required": ["clip"]},
            "then": {"properties": {"through": {"minItems": FEWEST_ON_PATH}}, "required": ["through"]},
            "else": {"properties": {"through": {"maxItems": 0}}},
        }
    )

    format: AvatarFormat = Field(
        default="glb",
        description="obj is a ZIP of OBJ, MTL and textures; webp, gif and mp4 are a clip, drawn, "
        "that goes on for ever (an mp4: once); "
        "bvh is one of the joints alone.",
    )
    triangles: Triangles | None = Field(
        default=None,
        description=f"Of a {formats_with('triangles')}: at most about so many; null: as fine as it is drawn.",
    )
    clip: ClipName | None = Field(
        default=None,
        description=f"Of a GLB: only this one; null: all of them. Null: {usual_clips()}.",
    )
    through: Through = Field(
        default=(),
        description=f"Of the clip {PATH}: the ids of the poses that it goes through, and back again.",
    )
    pose: PoseSlug = Field(default="", description="Of a GLB: the id of a pose, held as one more clip.")
    suit: Choice = Field(
        default=False, description=f"Of a {formats_with('suit')}: true: barefoot in a neutral body suit."
    )
    joints: JointNaming = Field(default="humanoid", description="Of a GLB: what they are called.")
    width: ClipSide | None = Field(
        default=None, description=f"Of a {formats_with('width')}, pixels; null: {CLIP_WIDTH}."
    )
    height: ClipSide | None = Field(default=None, description=f"Likewise; null: {CLIP_HEIGHT}.")
    author: AuthorName = Field(default="", description="Of a VRM: who made it.")
    licence: Licence = Field(
        default="", description="Of a VRM: what they say about its use; empty: what the avatar says."
    )


class AvatarExportOut(Answer):
    """An avatar's export: how far it is, and its file."""

    id: str = Field(
        description="Of its job too: /jobs/{id} and /events tell of it, /jobs/{id}/cancel stops it."
    )
    state: JobState
    avatar_id: str
    format: AvatarFormat
    title: str
    percent: int = Field(ge=0, le=100)
    stage: str
    error: ErrorOut | None
    triangles: int = Field(description="0 until it is there, and of a clip.")
    height_cm: float = Field(description="Without shoes and hair; 0 until it is there, and of a clip.")
    frames: int = Field(description="Of a clip; 0 until it is there, and of a mesh.")
    file_url: str | None = Field(description="Null until it is there, and once it has expired.")
    file_name: str
    size: int = Field(description="Bytes.")
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, view: AvatarExport) -> Self:
        """The answer that describes this export."""
        own: dict[str, Any] = {"error": None, "file_url": None}
        if view.error_code or view.error:
            own["error"] = ErrorOut(code=view.error_code, message=view.error)
        if view.file_id:
            own["file_url"] = f"{file_url(view.file_id)}?download={quote(view.file_name)}"
        return cls.model_validate(
            {name: getattr(view, name) for name in cls.model_fields if name not in own} | own
        )


def avatar_export_routes() -> APIRouter:
    """The routes of avatars' exports."""
    router = APIRouter(tags=["avatars"])

    @router.post(
        "/avatars/{avatar_id}/exports",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(404, 409, 413, 422, 429),
    )
    def start_avatar_export(
        avatar_id: PathId,
        wanted: AvatarExportIn,
        response: Response,
        mine: Mine,
        idempotency_key: IdempotencyKey = "",
    ) -> AvatarExportOut:
        """Order the avatar, dressed and rigged, as a file that other programs open, or as a short clip that is drawn; a
        job makes it."""
        order = AvatarExportOrder(avatar_id=avatar_id, **wanted.model_dump())
        export = mine.avatar_exports.start(order, idempotency_key=idempotency_key or None)
        response.headers["Location"] = f"{API_PREFIX}/avatars/{avatar_id}/exports/{export.id}"
        return AvatarExportOut.of(export)

    @router.get("/avatars/{avatar_id}/exports/{export_id}", responses=problems(404, 422))
    def get_avatar_export(avatar_id: PathId, export_id: PathId, mine: Mine) -> AvatarExportOut:
        """How far it is, and where its file is. The file expires after a day."""
        return AvatarExportOut.of(mine.avatar_exports.get(export_id, avatar_id=avatar_id))

    return router
