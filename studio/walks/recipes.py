"""From a picture's own metadata back to the order that made it."""

from __future__ import annotations

from dataclasses import replace

from pipelines.image.provenance import read_recipe
from pipelines.prompt.persona import check_persona
from store.errors import NotFound
from store.store import Store
from studio.codec import from_json
from studio.views import GenerationOrder, OrderReference


def read_order(store: Store, owner: str, data: bytes) -> GenerationOrder | None:
    """The order that a picture of ours carries; None where it carries none.

    What it names but this owner does not have (an avatar, reference photos) is left out: the persona draws instead.
    Raises RequestRefused for settings that this version does not know, PersonaRefused for anybody under 18.
    """
    recipe = read_recipe(data)
    stored = recipe.get("order") if recipe else None
    if not isinstance(stored, dict):
        return None
    order = from_json(GenerationOrder, stored)
    check_persona(order.persona)
    return replace(
        order,
        avatar_id=order.avatar_id if _has_avatar(store, owner, order.avatar_id) else None,
        references=tuple(reference for reference in order.references if _has_photo(store, owner, reference)),
    )


def _has_avatar(store: Store, owner: str, avatar_id: str | None) -> bool:
    if avatar_id is None:
        return False
    try:
        store.avatars.get(owner, avatar_id)
    except NotFound:
        return False
    return True


def _has_photo(store: Store, owner: str, reference: OrderReference) -> bool:
    try:
        store.photos.get(owner, reference.photo_id)
    except NotFound:
        return False
    return True
