"""From a generation to others: variations of it, and the same drawn by another engine ("make this draft real")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from pipelines.errors import PipelineError, RequestRefused
from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.types import View
from store.owned import require_writable
from store.records import GenerationRecord
from studio.errors import NotFound, NothingToVary
from studio.services.generations import Generations
from studio.services.orders import is_edited
from studio.services.service import PersonalService
from studio.vocabulary.generation import Ordered
from studio.vocabulary.order import GenerationOrder, OrderRedraw, RedrawWanted, read_order

GONE = "The avatar or a reference photo of this order was deleted. Bring it back, or choose another."


class Variations(PersonalService):
    """New orders out of one person's old ones."""

    def vary(self, generation_id: str, count: int, *, idempotency_key: str | None = None) -> Ordered:
        """Order the same with other seeds: `count` pictures of every prompt, pose and view.

        Raises NotFound, NothingToVary for an engine that knows no seed, and what an order raises.
        """
        order, project_id = self._read(generation_id)
        if engine_class(order.engine).info.pose == "draws":
            raise NothingToVary
        return self._order(replace(order, seed=None, count=count), project_id, idempotency_key)

    def proceed(
        self,
        generation_id: str,
        *,
        engine: str | None = None,
        preset: str | None = None,
        draft_strength: float | None = None,
        idempotency_key: str | None = None,
    ) -> Ordered:
        """Order the same of another engine: person, pose, views, seed and words stay, what belongs to an engine is
        chosen anew. With `draft_strength` it starts from the draft, so much changed.

        Raises NotFound, UnknownName for a preset, and what an order raises.
        """
        order, project_id = self._read(generation_id)
        engine, preset = self._presets.choose(engine, preset)
        if not is_edited(order):  # the words that belong to another engine are written anew
            order = replace(order, prompt=None, negative_prompt=None)
        order = replace(
            order,
            engine=engine,
            preset=preset,
            controls=None,
            loras=None,
            steps=None,
            guidance=None,
            second_pass=None,
            face_pass=None,
            draft_strength=draft_strength,
        )
        return self._order(order, project_id, idempotency_key)

    def redraw(
        self,
        generation_id: str,
        wanted: RedrawWanted,
        *,
        engine: str | None = None,
        preset: str | None = None,
        prompt: str | None = None,
        seed: int | None = None,
        idempotency_key: str | None = None,
    ) -> Ordered:
        """Order a part of one of its pictures anew, by the engine that drew it unless another is named; everything
        outside of the part stays as it is. A prompt takes the place of the picture's own; what the model does not look
        at, photos of the person, is left out: the rest of the picture says who it is.

        Raises NotFound, RequestRefused, UnknownName, and what an order raises.
        """
        order, project_id = self._read(generation_id)
        pictures = self._store.generations.get(self._owner, generation_id).pictures
        picture = next((one for one in pictures if wanted.picture_id in (None, one.id)), None)
        if picture is None:
            raise NotFound
        if engine is not None or preset is not None:
            engine, preset = self._presets.choose(engine, preset)
            own: dict[str, Any] = {"controls": None, "loras": None, "steps": None, "guidance": None}
            order = replace(order, engine=engine, preset=preset, **own)
            if not narrow_info(engine_class(engine).info, self._presets.find(preset)).max_references:
                order = replace(order, references=(), person_pictures=(), avatar_pictures=0)
        number = min(picture.position // max(1, order.pictures // len(order.prompts)), len(order.prompts) - 1)
        order = replace(
            order,
            prompt=prompt or order.prompts[number] or None,
            more_prompts=(),
            poses=(picture.pose,),
            views=(cast(View, picture.view),),
            count=1,
            sheet=False,
            seed=seed,
            draft_strength=None,
            redraw=OrderRedraw(
                picture_id=picture.id,
                parts=wanted.parts,
                mask_photo_id=wanted.mask_photo_id,
                strength=wanted.strength,
            ),
        )
        return self._order(order, project_id, idempotency_key)

    def _read(self, generation_id: str) -> tuple[GenerationOrder, str | None]:
        with self._store.read() as look:
            require_writable(look, GenerationRecord, self._owner, generation_id)
        kept = self._store.generations.get(self._owner, generation_id).generation
        try:
            return read_order(kept.order), kept.project_id
        except PipelineError as error:
            raise RequestRefused(f"It cannot be gone on with: {error.message}") from error

    def _order(self, order: GenerationOrder, project_id: str | None, key: str | None) -> Ordered:
        generations = Generations(self._resources, self._person)
        try:
            return generations.order(order, idempotency_key=key, project_id=project_id)
        except NotFound as error:
            raise NotFound(GONE) from error
