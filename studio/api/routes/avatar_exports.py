"""POST /avatars/{id}/exports and GET one: an avatar as a GLB, a VRM or an OBJ that other programs open."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from fastapi import APIRouter, Response, status
from pydantic import ConfigDict, Field

from pipelines.figure.export.choices import AvatarFormat, ClipName, JointNaming
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
    PoseSlug,
    Triangles,
)
from studio.vocabulary.job import JobState
from studio.vocabulary.order import Choice


class AvatarExportIn(Strict):
    """As what the avatar goes out."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"properties": {"format": {"const": "glb"}}},
                {
                    "properties": {
                        "clip": {"type": "null"},
                        "pose": {"const": ""},
                        "joints": {"const": "humanoid"},
                    }
                },
            ]
        }
    )

    format: AvatarFormat = Field(default="glb", description="obj is a ZIP of OBJ, MTL and textures.")
    triangles: Triangles | None = Field(
        default=None, description="At most about so many; null: as fine as it is drawn."
    )
    clip: ClipName | None = Field(default=None, description="Of a GLB: only this one; null: all of them.")
    pose: PoseSlug = Field(default="", description="Of a GLB: the id of a pose, held as one more clip.")
    suit: Choice = Field(default=False, description="true: barefoot in a neutral body suit.")
    joints: JointNaming = Field(default="humanoid", description="Of a GLB: what they are called.")
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
    triangles: int = Field(description="0 until it is there.")
    height_cm: float = Field(description="Without shoes and hair; 0 until it is there.")
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
        """Order the avatar, dressed and rigged, as a file that other programs open; a job makes it."""
        order = AvatarExportOrder(avatar_id=avatar_id, **wanted.model_dump())
        export = mine.avatar_exports.start(order, idempotency_key=idempotency_key or None)
        response.headers["Location"] = f"{API_PREFIX}/avatars/{avatar_id}/exports/{export.id}"
        return AvatarExportOut.of(export)

    @router.get("/avatars/{avatar_id}/exports/{export_id}", responses=problems(404, 422))
    def get_avatar_export(avatar_id: PathId, export_id: PathId, mine: Mine) -> AvatarExportOut:
        """How far it is, and where its file is. The file expires after a day."""
        return AvatarExportOut.of(mine.avatar_exports.get(export_id, avatar_id=avatar_id))

    return router
