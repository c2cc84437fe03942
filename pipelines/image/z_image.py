"""ZImageEngine: Z-Image-Turbo with its union ControlNet: a locked pose under an open licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.diffusion import DiffusionEngine
from pipelines.image.family import SCHEDULER_PART
from pipelines.image.loading import ModelPart
from pipelines.image.sampling import Run, gate_forward
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import ControlSpec, GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

CONTROLNET = "controlnet"
CONTROLNET_CONFIG = "z-image-controlnet-union-2.1"  # its authors publish one file, which names no shape
CHANNELS = 16
LATENT_PX = 8
MOST_TOKENS = "max_tokens"

PARTS = (
    SCHEDULER_PART,
    ModelPart(
        name="tokenizer", source="transformers:Qwen2TokenizerFast", subfolder="tokenizer", network=False
    ),
    ModelPart(name="text_encoder", source="transformers:Qwen3Model", subfolder="text_encoder", large=True),
    ModelPart(
        name="transformer", source="diffusers:ZImageTransformer2DModel", subfolder="transformer", large=True
    ),
    ModelPart(name="vae", source="diffusers:AutoencoderKL", subfolder="vae"),
)
CONTROLNET_PART = ModelPart(
    name="controlnet",
    source="diffusers:ZImageControlNetModel",
    role=CONTROLNET,
    large=True,
    config=CONTROLNET_CONFIG,
)


class ZImageEngine(DiffusionEngine):
    """Z-Image by its parts."""

    info: ClassVar[EngineInfo] = EngineInfo(
        name="z-image",
        title="Z-Image",
        pose="lock",
        identity="no",
        controls=("pose", "depth", "edges"),
        loras=True,
        starts_from_draft=True,
        second_pass=True,
        redraws=True,
        face_pass=True,
        side_multiple=16,
        max_controls=1,
        controls_need=CONTROLNET,
    )

    def __init__(self) -> None:
        super().__init__()
        self._acting = range(0)  # the steps in which the control map counts
        self._step = 0
        self._plain: Any = None
        self._controlled: Any = None

    def forget_pipelines(self) -> None:
        """Drop the pipelines."""
        self._plain = self._controlled = None

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """Z-Image's own, and the ControlNet where the preset names it."""
        named = any(component.role == CONTROLNET for component in preset.components)
        return (*PARTS, CONTROLNET_PART) if named else PARTS

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """ZImagePipeline, and ZImageControlNetPipeline over its components."""
        from diffusers import ZImageControlNetPipeline, ZImagePipeline

        own = {name: part for name, part in parts.items() if name != CONTROLNET_PART.name}
        self._plain = ZImagePipeline(**own)
        self._plain.set_progress_bar_config(disable=True)
        if CONTROLNET_PART.name in parts:
            net = parts[CONTROLNET_PART.name]
            self._controlled = ZImageControlNetPipeline(**self._plain.components, controlnet=net)
            self._controlled.set_progress_bar_config(disable=True)
            gate_forward(net, lambda named: named if self._step in self._acting else None, {})

    def pipeline_for(self, request: GenerationRequest) -> Any:
        """With a control map only where one is asked for."""
        return self._controlled if request.controls else self._plain

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """Qwen3's last layer but one, a tensor for each prompt; an empty one beside it where guidance asks for it."""
        assert self._preset is not None
        embeds, empty = pipe.encode_prompt(
            prompt,
            do_classifier_free_guidance=request.guidance > 0,
            max_sequence_length=int(self._preset.options.get(MOST_TOKENS, 512)),
        )
        return {"prompt_embeds": embeds, "negative_prompt_embeds": empty}

    def noise_shape(self, width: int, height: int) -> tuple[int, ...]:
        """16 channels, an eighth of the sides."""
        return (1, CHANNELS, height // LATENT_PX, width // LATENT_PX)

    def to_vae(self, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """With the autoencoder's own scale and shift."""
        settings = self._parts["vae"].config
        return latents / settings.scaling_factor + settings.shift_factor

    def from_vae(self, raw: torch.Tensor) -> torch.Tensor:
        """The way back."""
        settings = self._parts["vae"].config
        return (raw - settings.shift_factor) * settings.scaling_factor

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call of either pipeline; a negative guidance of 0 is this family's way of having none."""
        self._step = 0

        def on_step_end(pipe: Any, step: int, timestep: Any, given: dict[str, Any]) -> dict[str, Any]:
            self._step = step + 1
            return run.on_step_end(pipe, step, timestep, given)

        told = {**self.call_words(run), "callback_on_step_end": on_step_end}
        return pipe(**told, **self._control(run)).images

    def _control(self, run: Run) -> dict[str, Any]:
        if not run.request.controls:
            return {}
        control = run.request.controls[0]
        self._acting = acting_steps(control, len(run.sigmas))
        return {
            "control_image": run.inputs.controls[control.kind].convert("RGB"),
            "controlnet_conditioning_scale": control.strength,
        }


def acting_steps(control: ControlSpec, steps: int) -> range:
    """The steps that lie within a control's start and end, by the rule of diffusers' FLUX pipelines."""
    acting = [
        step for step in range(steps) if step / steps >= control.start and (step + 1) / steps <= control.end
    ]
    return range(acting[0], acting[-1] + 1) if acting else range(0)
