"""KleinEngine: FLUX.2-klein, which follows a skeleton and keeps a person, each being a picture that it looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.diffusion import DiffusionEngine
from pipelines.image.family import SCHEDULER_PART
from pipelines.image.loading import ModelPart
from pipelines.image.roles import bind_pictures, list_pictures
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

MOST_PICTURES = 4  # looked at in one run: control maps and references together
CHANNELS = 128  # of latents in patches: 32 of the autoencoder's, 2 x 2
LATENT_PX = 16  # pixels a side of one patch
PATCH = 2
MOST_TOKENS = "max_tokens"

PARTS = (
    SCHEDULER_PART,
    ModelPart(
        name="tokenizer", source="transformers:Qwen2TokenizerFast", subfolder="tokenizer", network=False
    ),
    ModelPart(
        name="text_encoder", source="transformers:Qwen3ForCausalLM", subfolder="text_encoder", large=True
    ),
    ModelPart(
        name="transformer", source="diffusers:Flux2Transformer2DModel", subfolder="transformer", large=True
    ),
    ModelPart(name="vae", source="diffusers:AutoencoderKLFlux2", subfolder="vae"),
)


class KleinEngine(DiffusionEngine):
    """FLUX.2-klein by its parts."""

    info: ClassVar[EngineInfo] = EngineInfo(
        name="flux2-klein",
        title="FLUX.2 klein",
        pose="follow",
        identity="keeps",
        controls=("pose", "depth"),
        max_references=MOST_PICTURES,
        loras=True,
        second_pass=True,
        redraws=True,
        side_multiple=16,
        max_controls=2,
        max_pictures=MOST_PICTURES,
    )

    def __init__(self) -> None:
        super().__init__()
        self._only: Any = None

    def forget_pipelines(self) -> None:
        """Drop the pipeline."""
        self._only = None

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """The five of klein."""
        return PARTS

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """One pipeline; with a guidance above 1 the undistilled kind, which reads an empty prompt beside each."""
        from diffusers import Flux2KleinPipeline

        self._only = Flux2KleinPipeline(**parts, is_distilled=preset.guidance <= 1)
        self._only.set_progress_bar_config(disable=True)

    def pipeline_for(self, request: GenerationRequest) -> Any:
        """There is one."""
        return self._only

    def compose_prompt(self, request: GenerationRequest) -> str:
        """The sentences that bind each picture to its role, then the prompt."""
        assert self._preset is not None
        return bind_pictures(self._preset, request)

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """Three layers of Qwen3, side by side; those of an empty prompt too where guidance asks for it."""
        assert self._preset is not None
        tokens = int(self._preset.options.get(MOST_TOKENS, 512))
        words = {"prompt_embeds": pipe.encode_prompt(prompt, max_sequence_length=tokens)[0]}
        if request.guidance > 1 and not pipe.config.is_distilled:
            words["negative_prompt_embeds"] = pipe.encode_prompt("", max_sequence_length=tokens)[0]
        return words

    def noise_shape(self, width: int, height: int) -> tuple[int, ...]:
        """128 channels, a sixteenth of the sides."""
        return (1, CHANNELS, height // LATENT_PX, width // LATENT_PX)

    def in_steps(self, latents: torch.Tensor) -> torch.Tensor:
        """(1, C, H, W) to tokens, (1, H · W, C)."""
        return latents.flatten(2).permute(0, 2, 1)

    def to_vae(self, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """Tokens (1, H · W, C) or patches to the autoencoder's own (1, 32, 2 H, 2 W); the result of a run is that."""
        if latents.dim() == 4 and latents.shape[1] != CHANNELS:
            return latents
        rows, columns = height // LATENT_PX, width // LATENT_PX
        if latents.dim() == 3:
            latents = latents.permute(0, 2, 1).reshape(1, CHANNELS, rows, columns)
        mean, spread = self._statistics(latents)
        latents = latents * spread + mean
        patches = latents.view(1, CHANNELS // PATCH**2, PATCH, PATCH, rows, columns).permute(0, 1, 4, 2, 5, 3)
        return patches.reshape(1, CHANNELS // PATCH**2, rows * PATCH, columns * PATCH)

    def from_vae(self, raw: torch.Tensor) -> torch.Tensor:
        """The way back: (1, 32, 2 H, 2 W) to patches (1, C, H, W)."""
        _, channels, height, width = raw.shape
        rows, columns = height // PATCH, width // PATCH
        patches = raw.view(1, channels, rows, PATCH, columns, PATCH).permute(0, 1, 3, 5, 2, 4)
        latents = patches.reshape(1, CHANNELS, rows, columns)
        mean, spread = self._statistics(latents)
        return (latents - mean) / spread

    def _statistics(self, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and spread of the autoencoder's latents in patches, (1, C, 1, 1)."""
        vae = self._parts["vae"]
        mean, variance = (
            value.view(1, -1, 1, 1).to(like.device, like.dtype)
            for value in (vae.bn.running_mean, vae.bn.running_var)
        )
        return mean, (variance + vae.config.batch_norm_eps).sqrt()

    def shift_of(self, scheduler: Any, shape: tuple[int, ...], steps: int) -> float:
        """By the number of patches and steps (diffusers' compute_empirical_mu)."""
        from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu

        return float(compute_empirical_mu(shape[2] * shape[3], steps))

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call; the output's size is always said, or it would be the first picture's."""
        assert self._preset is not None
        pictures = list_pictures(self._preset, run.request, run.inputs)
        return pipe(**self.call_words(run), image=pictures or None).images
