"""What is shown of a kept avatar, and the form in which it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipelines.errors import PipelineError
from pipelines.types import Persona
from store.rows import AvatarRow
from studio.vocabulary.avatar import Avatar, AvatarOrigin, AvatarVersion, MeasuredBody
from studio.vocabulary.codec import from_json


def view_avatar(row: AvatarRow, photo_file_id: str | None = None) -> Avatar:
    """What is shown of an avatar; of one that another version wrote, its name and why it cannot be read."""
    unreadable, persona, body, origin = "", Persona(), None, AvatarOrigin()
    try:
        persona = from_json(Persona, row.persona)
        body = from_json(MeasuredBody, row.body) if row.body else None
        # What was kept before avatars said where they are from came from a photo, or from words.
        origin = from_json(AvatarOrigin, {"source": "photo" if row.photo_id else "text", **row.origin})
    except PipelineError as error:
        unreadable = f"The avatar “{row.name}” cannot be read here. {error.message}"
    return Avatar(
        id=row.id,
        name=row.name,
        persona=persona,
        body=body,
        unreadable=unreadable,
        project_id=row.project_id,
        photo_id=row.photo_id,
        thumbnail_id=row.thumbnail_id,
        photo_file_id=photo_file_id,
        origin=origin,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def view_version(stored: Mapping[str, Any]) -> AvatarVersion:
    """What is shown of what an avatar was. Raises RequestRefused for one that this version cannot read."""
    body = stored["body"]
    return AvatarVersion(
        number=stored["number"],
        name=stored["name"],
        persona=from_json(Persona, stored["persona"]),
        body=from_json(MeasuredBody, body) if body else None,
        kept_at=datetime.fromisoformat(stored["kept_at"]),
    )
