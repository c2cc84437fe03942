"""The picture of which an order draws a part anew: its own request, and what of it changes."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import PipelineError, RequestRefused
from pipelines.image.capabilities import cannot_redraw
from pipelines.image.engines import engine_class
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import GenerationRequest, Redraw
from store.store import Store
from studio.vocabulary.codec import from_json
from studio.vocabulary.order import GenerationOrder

NO_REQUEST = "How that picture was made cannot be read here, so no part of it can be drawn anew."
NOTHING_CHOSEN = "Choose what is to be drawn anew: clothes, face, hair, background, or a mask."
WHOLE_PICTURES = "Of a character sheet choose one of its pictures."


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """A finished picture: the request that made it, and what is drawn anew of it."""

    request: GenerationRequest
    redraw: Redraw


def find_redrawn(store: Store, owner: str, order: GenerationOrder) -> Redrawn | None:
    """What an order draws anew; None where it draws whole pictures. Raises NotFound, RequestRefused."""
    wanted = order.redraw
    if wanted is None:
        return None
    if not wanted.parts and wanted.mask_photo_id is None:
        raise RequestRefused(NOTHING_CHOSEN)
    picture = store.generations.get_picture(owner, wanted.picture_id)
    stored = store.generations.requests(owner, picture.generation_id)
    if picture.position >= len(stored):
        raise RequestRefused(WHOLE_PICTURES)
    try:
        request = from_json(GenerationRequest, stored[picture.position])
    except PipelineError as error:
        raise RequestRefused(NO_REQUEST) from error
    if request.scene is None:
        raise RequestRefused(NO_REQUEST)
    mask = store.photos.get(owner, wanted.mask_photo_id).file_id if wanted.mask_photo_id else ""
    redraw = Redraw(
        picture_sha256=store.files.get(owner, picture.file_id).sha256,
        parts=wanted.parts,
        mask_sha256=store.files.get(owner, mask).sha256 if mask else "",
        scene=request.scene,
        strength=wanted.strength,
    )
    return Redrawn(request=request, redraw=redraw)


def refuse_redraw(info: EngineInfo, preset: EnginePreset, redrawn: Redrawn) -> None:
    """Refuse an engine that draws whole pictures only, and a drawn part in a picture of another kind."""
    if not info.redraws:
        raise RequestRefused(cannot_redraw(preset))
    made_by = engine_class(redrawn.request.engine).info
    if info.pose == "draws" and made_by.pose != "draws":
        raise RequestRefused(
            f"{preset.title} redraws only what it drew. Choose the model that made this picture."
        )
