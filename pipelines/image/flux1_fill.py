"""FillEngine: FLUX.1 Fill, which draws a part of a finished picture anew and sees the rest of it at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image

from pipelines.image.flux1 import Flux1Engine, list_own_parts
from pipelines.image.loading import ModelPart
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch


class FillEngine(Flux1Engine):
    """FLUX.1's parts, with a transformer whose input is the latents, the picture around the part, and its mask."""

    sees_rest: ClassVar[bool] = True
    info: ClassVar[EngineInfo] = EngineInfo(
        name="flux1-fill",
        title="FLUX.1 Fill",
        pose="none",
        identity="no",
        loras=True,
        redraws=True,
        side_multiple=16,
    )

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """FLUX.1's own."""
        return list_own_parts(preset)

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """One pipeline, for parts and for whole pictures."""
        from diffusers import FluxFillPipeline

        self._plain = FluxFillPipeline(**parts)
        self._plain.set_progress_bar_config(disable=True)

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call. Without a part the whole picture is to be filled: what lies under the mask does not count."""
        return pipe(**self.call_words(run), **_seen(run.request, run.inputs.kept, run.inputs.mask)).images


def _seen(
    request: GenerationRequest, kept: Image.Image | None, mask: Image.Image | None
) -> dict[str, Image.Image]:
    """The picture and its mask, white where it is drawn, of the request's size."""
    size = (request.width, request.height)
    return {
        "image": Image.new("RGB", size) if kept is None else kept.convert("RGB"),
        "mask_image": Image.new("L", size, 255) if mask is None else mask,
    }
