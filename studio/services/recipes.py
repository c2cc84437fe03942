"""From a picture's own metadata, or from the history, back to an order that can be given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pipelines.errors import RequestRefused
from pipelines.image import provenance
from pipelines.pose.library import load_library
from pipelines.prompt.persona import check_persona
from store.errors import NotOwner, RowMissing
from store.owned import require_writable
from store.records import AvatarRecord
from studio.errors import NoRecipe
from studio.services.orders import is_edited
from studio.services.readiness import missing_loras
from studio.services.scanning import scan_upload
from studio.services.service import PersonalService
from studio.vocabulary.order import GenerationOrder, Recipe, read_order


class Recipes(PersonalService):
    """Orders that come back, measured by what this person has."""

    def read(self, data: bytes) -> Recipe:
        """The order that a picture of ours carries.

        Raises NoRecipe where it carries none, RequestRefused for settings that this version does not know,
        PersonaRefused for anybody under 18.
        """
        scan_upload(self._settings, data)
        recipe = provenance.read_recipe(data)
        stored = recipe.get("order") if recipe else None
        if not isinstance(stored, dict):
            raise NoRecipe
        return self.judge(read_order(stored))

    def judge(self, order: GenerationOrder) -> Recipe:
        """The order without what it names but this person does not have, and what is missing in words.

        Raises PersonaRefused, RequestRefused for an order that names nothing to draw, UnknownName for its style.
        """
        check_persona(order.persona)
        if not order.poses or not order.views:
            raise RequestRefused("These settings name no pose or no view.")
        has_avatar = order.avatar_id is None or _has(self._may_order_from, self._owner, order.avatar_id)
        references = tuple(
            reference
            for reference in order.references
            if _has(self._store.photos.get, self._owner, reference.photo_id)
        )
        pictures = tuple(
            one for one in order.person_pictures if _has(self._store.files.get, self._owner, one)
        )
        redrawn_is_gone = order.redraw is not None and not _has(
            self._store.generations.get_picture, self._owner, order.redraw.picture_id
        )
        lost = len(order.references) - len(references)
        gone = len(order.person_pictures) - len(pictures)
        poses = {template.slug for template in load_library().all()}
        missing = [
            *(() if has_avatar else ("the avatar",)),
            *(("a reference photo",) if lost == 1 else (f"{lost} reference photos",) if lost else ()),
            *(("the picture of which a part was drawn anew",) if redrawn_is_gone else ()),
            *(
                ("a picture of the person",)
                if gone == 1
                else (f"{gone} pictures of the person",)
                if gone
                else ()
            ),
            *(
                f"the pose “{pose}”"
                for pose in order.poses
                if pose not in poses and pose not in order.given_poses
            ),
            *(() if order.preset in self._presets else (f"the model “{order.preset}”",)),
            *(f"the LoRA “{name}”" for name in missing_loras(self._settings, self._presets, order)),
        ]
        kept = replace(
            order,
            avatar_id=order.avatar_id if has_avatar else None,
            references=references,
            person_pictures=pictures,
            redraw=None if redrawn_is_gone else order.redraw,
        )
        return Recipe(order=kept, missing=tuple(missing), is_edited=is_edited(kept))

    def _may_order_from(self, owner: str, avatar_id: str) -> None:
        with self._store.read() as look:
            require_writable(look, AvatarRecord, owner, avatar_id)


def _has(get: Callable[[str, str], Any], owner: str, key: str) -> bool:
    try:
        get(owner, key)
    except (RowMissing, NotOwner):
        return False
    return True
