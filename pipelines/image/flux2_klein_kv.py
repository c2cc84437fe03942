"""KleinKVEngine: FLUX.2-klein that looks at its pictures in the first step alone, and remembers what it saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.flux2_klein import MOST_TOKENS, KleinEngine
from pipelines.image.roles import list_pictures
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

MOST_PICTURES = 2  # looked at in one run: what is remembered of each megapixel takes 2.1 GB of the card


class KleinKVEngine(KleinEngine):
    """klein's parts, with a transformer that was trained to be shown its pictures once."""

    info: ClassVar[EngineInfo] = replace(
        KleinEngine.info,
        name="flux2-klein-kv",
        title="FLUX.2 klein KV",
        max_references=MOST_PICTURES,
        max_pictures=MOST_PICTURES,
        max_controls=1,
    )

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """One pipeline; it gives the transformer's blocks the attention that remembers."""
        from diffusers import Flux2KleinKVPipeline

        self._only = Flux2KleinKVPipeline(**parts)
        self._only.set_progress_bar_config(disable=True)

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """Three layers of Qwen3, side by side; it was distilled to draw without guidance."""
        assert self._preset is not None
        tokens = int(self._preset.options.get(MOST_TOKENS, 512))
        return {"prompt_embeds": pipe.encode_prompt(prompt, max_sequence_length=tokens)[0]}

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call; the output's size is always said, or it would be the first picture's."""
        assert self._preset is not None
        told = self.call_words(run)
        del told["guidance_scale"]
        pictures = list_pictures(self._preset, run.request, run.inputs)
        return pipe(**told, image=pictures or None).images
