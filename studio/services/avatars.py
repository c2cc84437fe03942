"""Avatars: kept people, from a persona or a measured photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.prompt.persona import check_persona
from pipelines.types import Persona
from store.rows import AvatarRow
from store.store import Store
from studio.services.bodies import persona_body
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.views import AvatarView, BodyView
from studio.worker.meshes import hold_meshes, next_name, write_meshes


def keep_avatar(store: Store, owner: str, persona: Persona) -> AvatarView:
    """Keep a persona with the body it stands for, its meshes too; a nameless one is numbered."""
    check_persona(persona)
    body = persona_body(persona)
    blobs = write_meshes(store, body.parameters)
    name = persona.name.strip() or next_name(store, owner)
    with store.begin() as transaction:
        files = hold_meshes(store, transaction, owner, blobs)
        row = store.avatars.add(
            transaction,
            owner,
            name=name,
            persona=to_json(replace(persona, name=name)),
            body=_with_meshes(body, files),
            files=files,
        )
    return view_avatar(row)


def update_avatar(store: Store, owner: str, avatar_id: str, persona: Persona) -> AvatarView:
    """Change who an avatar is. A body measured from a photo stays; one drawn from the persona follows it."""
    check_persona(persona)
    kept = store.avatars.get(owner, avatar_id)
    body = None if kept.photo_id else persona_body(persona)
    blobs = write_meshes(store, body.parameters) if body else {}
    name = persona.name.strip() or kept.name
    with store.begin() as transaction:
        files = hold_meshes(store, transaction, owner, blobs)
        row = store.avatars.update(
            transaction,
            owner,
            avatar_id,
            name=name,
            persona=to_json(replace(persona, name=name)),
            body=_with_meshes(body, files) if body else None,
            files=files,
        )
    return view_avatar(row)


def _with_meshes(body: BodyView, files: Mapping[str, str]) -> dict[str, Any]:
    return to_json(replace(body, glb_id=files["glb"], obj_id=files["obj"]))


def list_avatars(store: Store, owner: str) -> Sequence[AvatarView]:
    """Newest first."""
    return [view_avatar(row) for row in store.avatars.list_recent(owner)]


def view_avatar(row: AvatarRow) -> AvatarView:
    """What is shown of an avatar."""
    return AvatarView(
        id=row.id,
        name=row.name,
        persona=from_json(Persona, row.persona),
        body=from_json(BodyView, row.body) if row.body else None,
        photo_id=row.photo_id,
        thumbnail_id=row.thumbnail_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
