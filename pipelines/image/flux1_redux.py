"""ReduxEngine: FLUX.1-dev with Redux, which reads a picture beside the words: its style, and a little of its person."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.devices import CPU
from pipelines.image.flux1 import Flux1Engine
from pipelines.image.loading import ModelPart
from pipelines.image.spec import EngineInfo, EngineInputs, EnginePreset
from pipelines.image.tiers import OFFLOAD
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

REDUX = "redux"
SHRINK = (
    "picture_shrink"  # option: so many tokens a side of the picture become one; 1: all, as it is published
)
EMBEDS = ("prompt_embeds", "negative_prompt_embeds")

REDUX_PARTS = (
    ModelPart(
        name="feature_extractor",
        source="transformers:SiglipImageProcessorPil",
        role=REDUX,
        subfolder="feature_extractor",
        network=False,
    ),
    ModelPart(
        name="image_encoder",
        source="transformers:SiglipVisionModel",
        role=REDUX,
        subfolder="image_encoder",
    ),
    ModelPart(
        name="image_embedder",
        source="diffusers.pipelines.flux.modeling_flux:ReduxImageEncoder",
        role=REDUX,
        subfolder="image_embedder",
    ),
)


class ReduxEngine(Flux1Engine):
    """FLUX.1's parts; a picture becomes tokens after those of the words, so it goes together with all the rest."""

    info: ClassVar[EngineInfo] = replace(
        Flux1Engine.info, name="flux1-redux", title="FLUX.1 Redux", references_need=REDUX
    )

    def __init__(self) -> None:
        super().__init__()
        self._looking: Any = None

    def forget_pipelines(self) -> None:
        """Drop the pipelines."""
        super().forget_pipelines()
        self._looking = None

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """FLUX.1's, the ControlNet and what reads pictures where the preset names them."""
        named = {component.role for component in preset.components}
        return [*super().list_parts(preset), *(REDUX_PARTS if REDUX in named else ())]

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """FLUX.1's pipelines, and FluxPriorReduxPipeline to look."""
        from diffusers import FluxPriorReduxPipeline

        own = {part.name for part in REDUX_PARTS}
        super().build_pipelines(preset, {name: part for name, part in parts.items() if name not in own})
        if own <= set(parts):
            self._looking = FluxPriorReduxPipeline(**{name: parts[name] for name in own})

    def pictures_beside_words(
        self, request: GenerationRequest, inputs: EngineInputs
    ) -> Sequence[Image.Image]:
        """What is looked at: words and pictures are read together."""
        return [
            picture.convert("RGB") for reference, picture in inputs.references if reference.role != "init"
        ]

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """FLUX.1's words, then the picture's tokens; after the negative ones too, so that words alone push away."""
        import torch

        words = dict(super().encode_words(pipe, prompt, request, pictures))
        if pictures:
            seen = self._look(pictures[0]).to(words["prompt_embeds"])
            words |= {name: torch.cat([words[name], seen], dim=1) for name in EMBEDS if name in words}
        return words

    def _look(self, picture: Image.Image) -> torch.Tensor:
        """The picture's tokens, (1, n, width of a word's). Offloaded, the readers wait in the main memory again."""
        assert self._preset is not None
        readers = (self._looking.image_encoder, self._looking.image_embedder)
        try:
            for reader in readers:
                reader.to(self._device.kind)
            seen = self._looking.encode_image(picture, self._device.kind, 1)
            tokens = self._looking.image_embedder(seen).image_embeds
        finally:
            if self._tier == OFFLOAD:
                for reader in readers:
                    reader.to(CPU)
        return _shrink(tokens, int(self._preset.options.get(SHRINK, 1)))


def _shrink(tokens: torch.Tensor, by: int) -> torch.Tensor:
    """Tokens of a square of patches, (1, n, c), averaged over squares of `by` x `by`: fewer of them, and the words have
    more of a say."""
    import torch

    if by <= 1:
        return tokens
    side = math.isqrt(tokens.shape[1])
    square = tokens.transpose(1, 2).unflatten(2, (side, side))
    small = torch.nn.functional.adaptive_avg_pool2d(square, max(1, side // by))
    return small.flatten(2).transpose(1, 2)
