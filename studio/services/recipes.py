"""From a picture's own metadata, or from the history, back to an order that can be given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipelines.errors import RequestRefused
from pipelines.image import provenance
from pipelines.image.presets import PresetShelf
from pipelines.pose.library import load_library
from pipelines.prompt.persona import check_persona
from store.errors import NotFound
from store.store import Store
from studio.errors import NoRecipe
from studio.services.models import missing_loras
from studio.services.orders import is_edited
from studio.settings import Settings
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import GenerationOrder, Recipe


def read_recipe(store: Store, settings: Settings, presets: PresetShelf, owner: str, data: bytes) -> Recipe:
    """The order that a picture of ours carries.

    Raises NoRecipe where it carries none, RequestRefused for settings that this version does not know,
    PersonaRefused for anybody under 18.
    """
    recipe = provenance.read_recipe(data)
    stored = recipe.get("order") if recipe else None
    if not isinstance(stored, dict):
        raise NoRecipe
    return judge_order(store, settings, presets, owner, from_json(GenerationOrder, stored))


def judge_order(
    store: Store, settings: Settings, presets: PresetShelf, owner: str, order: GenerationOrder
) -> Recipe:
    """The order without what it names but this owner does not have, and what is missing in words.

    Raises PersonaRefused, RequestRefused for an order that names nothing to draw, UnknownName for its style.
    """
    check_persona(order.persona)
    if not order.poses or not order.views:
        raise RequestRefused("These settings name no pose or no view.")
    has_avatar = order.avatar_id is None or _has(store.avatars.get, owner, order.avatar_id)
    references = tuple(
        reference for reference in order.references if _has(store.photos.get, owner, reference.photo_id)
    )
    lost = len(order.references) - len(references)
    poses = {template.slug for template in load_library().all()}
    missing = [
        *(() if has_avatar else ("the avatar",)),
        *(("a reference photo",) if lost == 1 else (f"{lost} reference photos",) if lost else ()),
        *(f"the pose “{pose}”" for pose in order.poses if pose not in poses),
        *(() if order.preset in presets else (f"the model “{order.preset}”",)),
        *(f"the LoRA “{name}”" for name in missing_loras(settings, presets, order)),
    ]
    kept = replace(order, avatar_id=order.avatar_id if has_avatar else None, references=references)
    return Recipe(order=kept, missing=tuple(missing), is_edited=is_edited(kept))


def _has(get: Callable[[str, str], Any], owner: str, key: str) -> bool:
    try:
        get(owner, key)
    except NotFound:
        return False
    return True
