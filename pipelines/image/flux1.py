"""Flux1Engine: FLUX.1-dev and -schnell with ControlNets, a weak identity by IP-adapter, LoRAs, a start picture.

Everything runs through two pipelines over the same parts, with and without control maps. A start picture is the same
call with fewer steps and latents that are that picture with noise, so it goes together with all the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.capabilities import TRUE_CFG
from pipelines.image.diffusion import DiffusionEngine
from pipelines.image.family import SCHEDULER_PART
from pipelines.image.loading import ModelPart, file_of
from pipelines.image.sampling import Run, gate_forward
from pipelines.image.spec import TRANSFORMER, EngineInfo, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

CONTROLNET, IP_ADAPTER, IMAGE_ENCODER = "controlnet", "ip-adapter", "image-encoder"
CHANNELS = 16  # of unpacked latents
LATENT_PX = 8  # pixels a side of one latent
PATCH = 2  # latents a side of one token
# Of FLUX.1-dev-ControlNet-Union-Pro, by its page; version 2.0 was trained for the same kinds and is told none.
MODES = {"edges": 0, "depth": 2, "pose": 4, "gray": 5}
NO_MODE = -1
MOST_TOKENS = "max_tokens"  # option: tokens of the prompt; 512 for dev, 256 for schnell
IDENTITY_STRENGTH = "identity_strength"  # option: how much the reference counts

PARTS = (
    SCHEDULER_PART,
    ModelPart(name="tokenizer", source="transformers:CLIPTokenizer", subfolder="tokenizer", network=False),
    ModelPart(
        name="tokenizer_2", source="transformers:T5TokenizerFast", subfolder="tokenizer_2", network=False
    ),
    ModelPart(name="text_encoder", source="transformers:CLIPTextModel", subfolder="text_encoder"),
    ModelPart(
        name="text_encoder_2", source="transformers:T5EncoderModel", subfolder="text_encoder_2", large=True
    ),
    ModelPart(
        name="transformer", source="diffusers:FluxTransformer2DModel", subfolder="transformer", large=True
    ),
    ModelPart(name="vae", source="diffusers:AutoencoderKL", subfolder="vae"),
)
OWN_TRANSFORMER_PART = ModelPart(
    name="transformer",
    source="diffusers:FluxTransformer2DModel",
    role=TRANSFORMER,
    large=True,
    base_config="transformer",
)
CONTROLNET_PART = ModelPart(
    name="controlnet", source="diffusers:FluxControlNetModel", role=CONTROLNET, large=True
)
IMAGE_ENCODER_PART = ModelPart(
    name="image_encoder", source="transformers:CLIPVisionModelWithProjection", role=IMAGE_ENCODER
)


class Flux1Engine(DiffusionEngine):
    """FLUX.1 by its parts."""

    info: ClassVar[EngineInfo] = EngineInfo(
        name="flux1",
        title="FLUX.1",
        pose="lock",
        identity="weak",
        controls=("pose", "depth", "edges", "gray"),
        max_references=1,
        loras=True,
        negative_prompt=True,
        starts_from_draft=True,
        second_pass=True,
        redraws=True,
        face_pass=True,
        side_multiple=16,
        controls_need=CONTROLNET,
        references_need=IP_ADAPTER,
    )

    def __init__(self) -> None:
        super().__init__()
        self._plain: Any = None
        self._controlled: Any = None
        self._processors: dict[bool, Any] = {}  # with identity? -> attention processors

    def forget_pipelines(self) -> None:
        """Drop the pipelines; the transformer gets its own attention back."""
        if self._processors:
            transformer = self._plain.transformer
            transformer.set_attn_processor(dict(self._processors[False]))
            transformer.encoder_hid_proj = None
        self._plain = self._controlled = None
        self._processors = {}

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """FLUX.1's own, the ControlNet and the image encoder where the preset names them."""
        roles = {component.role for component in preset.components}
        parts = list_own_parts(preset)
        if CONTROLNET in roles:
            parts.append(CONTROLNET_PART)
        if IP_ADAPTER in roles:
            parts.append(IMAGE_ENCODER_PART)
        return parts

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """FluxPipeline, and FluxControlNetPipeline over its components."""
        from diffusers import FluxControlNetPipeline, FluxMultiControlNetModel, FluxPipeline

        own = {name: part for name, part in parts.items() if name != CONTROLNET_PART.name}
        self._plain = _quiet(FluxPipeline(**own))
        self._load_identity(preset)
        if CONTROLNET_PART.name in parts:
            nets = FluxMultiControlNetModel([parts[CONTROLNET_PART.name]])
            gate_forward(nets, _acting_controls, (None, None))
            self._controlled = _quiet(FluxControlNetPipeline(**self._plain.components, controlnet=nets))

    def _load_identity(self, preset: EnginePreset) -> None:
        """Keep both sets of attention processors: with the adapter's, a call without a reference fails."""
        adapter = next((part for part in preset.components if part.role == IP_ADAPTER), None)
        if adapter is None:
            return
        transformer = self._plain.transformer
        self._processors[False] = dict(transformer.attn_processors)
        file = file_of(adapter)
        self._plain.load_ip_adapter(
            str(file.parent),
            weight_name=file.name,
            image_encoder_pretrained_model_name_or_path=None,
            local_files_only=True,
        )
        self._plain.set_ip_adapter_scale(float(preset.options.get(IDENTITY_STRENGTH, 1.0)))
        self._processors[True] = dict(transformer.attn_processors)

    def pipeline_for(self, request: GenerationRequest) -> Any:
        """With control maps only where some are asked for."""
        return self._controlled if request.controls else self._plain

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """CLIP's summary and T5's tokens; twice where a negative prompt counts."""
        assert self._preset is not None
        tokens = int(self._preset.options.get(MOST_TOKENS, 512))
        embeds, pooled, _ = pipe.encode_prompt(prompt, None, max_sequence_length=tokens)
        words = {"prompt_embeds": embeds, "pooled_prompt_embeds": pooled}
        true_cfg = float(self._preset.options.get(TRUE_CFG, 0))
        if request.negative_prompt and true_cfg > 1:
            embeds, pooled, _ = pipe.encode_prompt(request.negative_prompt, None, max_sequence_length=tokens)
            words |= {
                "negative_prompt_embeds": embeds,
                "negative_pooled_prompt_embeds": pooled,
                "true_cfg_scale": true_cfg,
            }
        return words

    def noise_shape(self, width: int, height: int) -> tuple[int, ...]:
        """16 channels, an eighth of the sides."""
        return (1, CHANNELS, height // LATENT_PX, width // LATENT_PX)

    def pack(self, latents: torch.Tensor) -> torch.Tensor:
        """(1, C, H, W) to tokens of 2 x 2 latents, (1, H/2 · W/2, 4 C)."""
        _, channels, height, width = latents.shape
        patches = latents.view(1, channels, height // PATCH, PATCH, width // PATCH, PATCH)
        return patches.permute(0, 2, 4, 1, 3, 5).reshape(1, -1, channels * PATCH * PATCH)

    def to_vae(self, latents: torch.Tensor, width: int, height: int) -> torch.Tensor:
        """Tokens to (1, C, H, W), with the autoencoder's own scale and shift."""
        rows, columns = height // (LATENT_PX * PATCH), width // (LATENT_PX * PATCH)
        patches = latents.view(1, rows, columns, CHANNELS, PATCH, PATCH).permute(0, 3, 1, 4, 2, 5)
        unpacked = patches.reshape(1, CHANNELS, rows * PATCH, columns * PATCH)
        settings = self._parts["vae"].config
        return unpacked / settings.scaling_factor + settings.shift_factor

    def from_vae(self, raw: torch.Tensor) -> torch.Tensor:
        """The way back, unpacked."""
        settings = self._parts["vae"].config
        return (raw - settings.shift_factor) * settings.scaling_factor

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call of either pipeline."""
        return pipe(**self.call_words(run), **self._identity(pipe, run), **self._controls(run)).images

    def _controls(self, run: Run) -> dict[str, Any]:
        controls = run.request.controls
        if not controls:
            return {}
        net = self._parts[CONTROLNET_PART.name]
        return {
            "control_image": [run.inputs.controls[control.kind].convert("RGB") for control in controls],
            "control_mode": [MODES[control.kind] if net.union else NO_MODE for control in controls],
            "controlnet_conditioning_scale": [control.strength for control in controls],
            "control_guidance_start": [control.start for control in controls],
            "control_guidance_end": [control.end for control in controls],
        }

    def _identity(self, pipe: Any, run: Run) -> dict[str, Any]:
        if not self._processors:
            return {}
        faces = [picture for reference, picture in run.inputs.references if reference.role != "init"]
        pipe.transformer.set_attn_processor(dict(self._processors[bool(faces)]))
        return {"ip_adapter_image": faces[0].convert("RGB")} if faces else {}


def list_own_parts(preset: EnginePreset) -> list[ModelPart]:
    """FLUX.1's own parts; the transformer out of a person's own file where the preset names one."""
    roles = {component.role for component in preset.components}
    own = TRANSFORMER in roles
    return [OWN_TRANSFORMER_PART if own and part.name == "transformer" else part for part in PARTS]


def _acting_controls(named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The arguments of the ControlNets without the maps that do not act at this step; None where none does."""
    acting = [place for place, scale in enumerate(named["conditioning_scale"]) if scale]
    if not acting:
        return None
    per_map = ("controlnet_cond", "controlnet_mode", "conditioning_scale")
    return {**named, **{key: [named[key][place] for place in acting] for key in per_map}}


def _quiet(pipe: Any) -> Any:
    pipe.set_progress_bar_config(disable=True)
    return pipe
