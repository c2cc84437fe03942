"""DiffusionFamily: what a family of models says of itself, so that one walk can draw with any of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.loading import ModelPart
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EngineInputs, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image


SCHEDULER_PART = ModelPart(
    name="scheduler",
    source="diffusers:FlowMatchEulerDiscreteScheduler",
    subfolder="scheduler",
    network=False,
)


class DiffusionFamily(ABC):
    """Which parts are opened, how pipelines are made of them, how words are read, and the one call that draws."""

    info: ClassVar[EngineInfo]
    sees_rest: ClassVar[bool] = (
        False  # looks at the rest of a picture of which it draws a part; who does not is held to it in each step
    )
    _preset: EnginePreset | None
    _parts: dict[str, Any]

    @abstractmethod
    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """What is opened for that preset."""

    @abstractmethod
    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """Make the family's pipelines of the opened parts."""

    @abstractmethod
    def forget_pipelines(self) -> None:
        """Drop the pipelines, so that the parts can be freed."""

    @abstractmethod
    def pipeline_for(self, request: GenerationRequest) -> Any:
        """The pipeline that draws that request."""

    @abstractmethod
    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """The prompt, and the negative one where it counts, as keyword arguments of the pipeline.

        `pictures`: what `pictures_beside_words` gave.
        """

    def pictures_beside_words(
        self, request: GenerationRequest, inputs: EngineInputs
    ) -> Sequence[Image.Image]:
        """The pictures that the reader of the words looks at; none where words are read by themselves."""
        return ()

    @abstractmethod
    def noise_shape(self, width: int, height: int) -> tuple[int, ...]:
        """The shape of unpacked latents."""

    @abstractmethod
    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """The one call of the pipeline; latents as it returns them."""

    def call_words(self, run: Run) -> dict[str, Any]:
        """What every family's call is told; size, steps and guidance always, as the library's own may be wrong."""
        import torch

        request = run.request
        return {
            **run.words,
            "width": request.width,
            "height": request.height,
            "num_inference_steps": len(run.sigmas),
            "sigmas": run.sigmas,
            "guidance_scale": request.guidance,
            "latents": run.latents,
            "generator": torch.Generator().manual_seed(request.seed),
            "output_type": "latent",
            "callback_on_step_end": run.on_step_end,
        }

    @abstractmethod
    def to_vae(self, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """The pipeline's latents as the autoencoder's own, (1, C, H, W)."""

    @abstractmethod
    def from_vae(self, raw: torch.Tensor) -> torch.Tensor:
        """The way back, unpacked: what noise is mixed with where a run starts from a picture."""

    def encode_picture(self, vae: Any, pixels: torch.Tensor) -> torch.Tensor:
        """(1, 3, H, W), -1..1, to the autoencoder's latents (1, C, h, w): the middle of what it thinks, no sample."""
        return vae.encode(pixels).latent_dist.mode()

    def decode_picture(self, vae: Any, raw: torch.Tensor) -> torch.Tensor:
        """The way back."""
        return vae.decode(raw, return_dict=False)[0]

    def shift_of(self, scheduler: Any, shape: tuple[int, ...], steps: int) -> float:
        """The schedule's shift for unpacked latents of that shape, as the pipeline itself reckons it.

        Here that of FLUX.1, which grows with the number of 2 x 2 patches (diffusers' calculate_shift).
        """
        from diffusers.pipelines.flux.pipeline_flux import calculate_shift

        settings = scheduler.config
        return float(
            calculate_shift(
                (shape[2] // 2) * (shape[3] // 2),
                settings.base_image_seq_len,
                settings.max_image_seq_len,
                settings.base_shift,
                settings.max_shift,
            )
        )

    def pack(self, latents: torch.Tensor) -> torch.Tensor:
        """Unpacked latents as the pipeline takes them."""
        return latents

    def in_steps(self, latents: torch.Tensor) -> torch.Tensor:
        """The latents that the pipeline takes, as it hands them out between its steps."""
        return latents

    def compose_prompt(self, request: GenerationRequest) -> str:
        """The prompt as the model reads it."""
        instruction = self._preset.instruction if self._preset else ""
        return " ".join(part for part in (instruction, request.prompt) if part)
