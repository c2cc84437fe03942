"""Avatars: kept people, from a persona or a measured photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.prompt.persona import check_persona
from pipelines.types import Persona
from store.rows import AvatarRow
from store.store import Store
from studio.codec import from_json, to_json
from studio.views import AvatarView, BodyView
from studio.walks.bodies import next_name, persona_body


def keep_avatar(store: Store, owner: str, persona: Persona) -> AvatarView:
    """Keep a persona with the body it stands for; a nameless one is numbered."""
    check_persona(persona)
    body = persona_body(persona)
    name = persona.name.strip() or next_name(store, owner)
    with store.begin() as unit:
        row = store.avatars.add(
            unit, owner, name=name, persona=to_json(replace(persona, name=name)), body=to_json(body)
        )
    return view_avatar(row)


def update_avatar(store: Store, owner: str, avatar_id: str, persona: Persona) -> AvatarView:
    """Change who an avatar is. A body measured from a photo stays; one drawn from the persona follows it."""
    check_persona(persona)
    kept = store.avatars.get(owner, avatar_id)
    body = None if kept.photo_id else to_json(persona_body(persona))
    name = persona.name.strip() or kept.name
    with store.begin() as unit:
        row = store.avatars.update(
            unit, owner, avatar_id, name=name, persona=to_json(replace(persona, name=name)), body=body
        )
    return view_avatar(row)


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
