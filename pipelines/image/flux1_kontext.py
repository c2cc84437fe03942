"""KontextEngine: FLUX.1 Kontext, which keeps the person of the one picture that it looks at, and takes no pose maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.flux1 import Flux1Engine, list_own_parts
from pipelines.image.loading import ModelPart
from pipelines.image.roles import bind_pictures, list_pictures
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch


class KontextEngine(Flux1Engine):
    """FLUX.1's parts, with a transformer that was trained to look at a picture beside the one that it draws."""

    info: ClassVar[EngineInfo] = EngineInfo(
        name="flux1-kontext",
        title="FLUX.1 Kontext",
        pose="none",
        identity="keeps",
        max_references=1,
        loras=True,
        side_multiple=16,
    )

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """FLUX.1's own."""
        return list_own_parts(preset)

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """One pipeline, with and without a picture."""
        from diffusers import FluxKontextPipeline

        self._plain = FluxKontextPipeline(**parts)
        self._plain.set_progress_bar_config(disable=True)

    def compose_prompt(self, request: GenerationRequest) -> str:
        """The sentence that says what the picture is for, then the prompt."""
        assert self._preset is not None
        return bind_pictures(self._preset, request)

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call. The size is always said, and its area, or the picture would be drawn at a megapixel."""
        assert self._preset is not None
        request = run.request
        pictures = list_pictures(self._preset, request, run.inputs)
        looked_at = {"image": pictures[0]} if pictures else {}
        return pipe(**self.call_words(run), **looked_at, max_area=request.width * request.height).images
