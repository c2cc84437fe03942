"""QwenEditEngine: Qwen-Image-Edit, which keeps the person of a photo and follows a skeleton, as pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pipelines.image.capabilities import TRUE_CFG
from pipelines.image.diffusion import DiffusionEngine
from pipelines.image.family import SCHEDULER_PART
from pipelines.image.loading import ModelPart
from pipelines.image.qwen_words import WordsAndPictures
from pipelines.image.roles import bind_pictures, list_pictures
from pipelines.image.sampling import Run
from pipelines.image.spec import EngineInfo, EngineInputs, EnginePreset
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch
    from PIL import Image

MOST_PICTURES = 3  # its makers: one to three work best
CHANNELS = 16  # of unpacked latents
LATENT_PX = 8  # pixels a side of one latent
PATCH = 2  # latents a side of one token
READING_PX = 384 * 384  # of a picture as the reader of the words sees it: diffusers' CONDITION_IMAGE_SIZE
NOTHING = " "  # what its makers push away from, where nobody says what
SHIFT = "shift"  # option: the schedule's shift, for weights that were distilled with a fixed one

PARTS = (
    SCHEDULER_PART,
    ModelPart(name="tokenizer", source="transformers:Qwen2Tokenizer", subfolder="tokenizer", network=False),
    ModelPart(
        name="processor", source="transformers:Qwen2VLImageProcessorPil", subfolder="processor", network=False
    ),
    ModelPart(
        name="text_encoder",
        source="transformers:Qwen2_5_VLForConditionalGeneration",
        subfolder="text_encoder",
        large=True,
    ),
    ModelPart(
        name="transformer",
        source="diffusers:QwenImageTransformer2DModel",
        subfolder="transformer",
        large=True,
    ),
    ModelPart(name="vae", source="diffusers:AutoencoderKLQwenImage", subfolder="vae"),
)


class QwenEditEngine(DiffusionEngine):
    """Qwen-Image-Edit by its parts. Its guidance is true CFG: two looks a step above 1, one at 1."""

    info: ClassVar[EngineInfo] = EngineInfo(
        name="qwen-image-edit",
        title="Qwen-Image-Edit",
        pose="follow",
        identity="keeps",
        controls=("pose", "depth", "edges"),
        max_references=MOST_PICTURES,
        loras=True,
        negative_prompt=True,
        side_multiple=16,
        max_controls=2,
        max_pictures=MOST_PICTURES,
    )

    def __init__(self) -> None:
        super().__init__()
        self._looking: Any = None
        self._by_words: Any = None
        self._schedules: dict[bool, Any] = {}  # of one step alone? -> schedule

    def forget_pipelines(self) -> None:
        """Drop the pipelines."""
        self._looking = self._by_words = None

    def list_parts(self, preset: EnginePreset) -> Sequence[ModelPart]:
        """The six of Qwen-Image-Edit."""
        return PARTS

    def build_pipelines(self, preset: EnginePreset, parts: Mapping[str, Any]) -> None:
        """QwenImageEditPlusPipeline, and QwenImagePipeline over its components for orders without a picture."""
        from diffusers import QwenImageEditPlusPipeline, QwenImagePipeline

        rest = {name: part for name, part in parts.items() if name not in ("processor", "scheduler")}
        schedule = _with_shift(parts["scheduler"], preset)
        # One that is stretched to end at a stated noise divides by nothing where its only step begins with all of it.
        self._schedules = {False: schedule, True: _change(schedule, shift_terminal=None)}
        rest["scheduler"] = schedule
        self._by_words = QwenImagePipeline(**rest)
        self._looking = QwenImageEditPlusPipeline(**rest, processor=None)
        self._looking.processor = WordsAndPictures(parts["tokenizer"], parts["processor"])
        for pipe in (self._by_words, self._looking):
            pipe.set_progress_bar_config(disable=True)

    def pipeline_for(self, request: GenerationRequest) -> Any:
        """The one that looks, where there is something to look at."""
        return self._looking if request.controls or request.references else self._by_words

    def compose_prompt(self, request: GenerationRequest) -> str:
        """The sentences that bind each picture to its role, then the prompt."""
        assert self._preset is not None
        return bind_pictures(self._preset, request)

    def pictures_beside_words(
        self, request: GenerationRequest, inputs: EngineInputs
    ) -> Sequence[Image.Image]:
        """All of them: words and pictures are read together."""
        assert self._preset is not None
        return list_pictures(self._preset, request, inputs)

    def encode_words(
        self, pipe: Any, prompt: str, request: GenerationRequest, pictures: Sequence[Image.Image]
    ) -> Mapping[str, Any]:
        """Qwen2.5-VL's last layer, and its mask; twice where guidance asks for it."""
        assert self._preset is not None
        seen = {"image": [_shrink(pipe, picture) for picture in pictures]} if pictures else {}
        embeds, mask = pipe.encode_prompt(prompt=prompt, **seen)
        words = {"prompt_embeds": embeds, "prompt_embeds_mask": mask}
        if request.guidance > 1:
            pushes = float(self._preset.options.get(TRUE_CFG, 0)) > 1
            away = (request.negative_prompt if pushes else "") or NOTHING
            embeds, mask = pipe.encode_prompt(prompt=away, **seen)
            words |= {"negative_prompt_embeds": embeds, "negative_prompt_embeds_mask": mask}
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
        """Tokens to (1, C, H, W), with the autoencoder's own means and spreads."""
        rows, columns = height // (LATENT_PX * PATCH), width // (LATENT_PX * PATCH)
        patches = latents.view(1, rows, columns, CHANNELS, PATCH, PATCH).permute(0, 3, 1, 4, 2, 5)
        unpacked = patches.reshape(1, CHANNELS, rows * PATCH, columns * PATCH)
        mean, spread = self._statistics(unpacked)
        return unpacked * spread + mean

    def from_vae(self, raw: torch.Tensor) -> torch.Tensor:
        """The way back, unpacked."""
        mean, spread = self._statistics(raw)
        return (raw - mean) / spread

    def _statistics(self, like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and spread of the autoencoder's latents, (1, C, 1, 1)."""
        settings = self._parts["vae"].config
        mean, spread = (
            like.new_tensor(values).view(1, -1, 1, 1)
            for values in (settings.latents_mean, settings.latents_std)
        )
        return mean, spread

    def encode_picture(self, vae: Any, pixels: torch.Tensor) -> torch.Tensor:
        """As one frame: this autoencoder knows of time."""
        return vae.encode(pixels.unsqueeze(2)).latent_dist.mode().squeeze(2)

    def decode_picture(self, vae: Any, raw: torch.Tensor) -> torch.Tensor:
        """The one frame."""
        return vae.decode(raw.unsqueeze(2), return_dict=False)[0].squeeze(2)

    def draw(self, pipe: Any, run: Run) -> torch.Tensor:
        """One call; the output's size is always said, or it would be the last picture's."""
        told = self.call_words(run)
        guidance = told.pop("guidance_scale")  # of distilled kinds, which there are none of yet
        pictures = self.pictures_beside_words(run.request, run.inputs)
        pipe.scheduler = self._schedules[len(run.sigmas) == 1]
        looked_at = {"image": list(pictures)} if pictures else {}
        return pipe(**told, **looked_at, true_cfg_scale=guidance).images


def _with_shift(scheduler: Any, preset: EnginePreset) -> Any:
    """The schedule, or one of a fixed shift where the preset names it, as Lightning's authors set it."""
    if SHIFT not in preset.options:
        return scheduler
    fixed = math.log(float(preset.options[SHIFT]))
    changes = {"base_shift": fixed, "max_shift": fixed, "time_shift_type": "exponential"}
    return _change(scheduler, shift_terminal=None, **changes)


def _change(scheduler: Any, **settings: Any) -> Any:
    return type(scheduler).from_config(scheduler.config, **settings)


def _shrink(pipe: Any, picture: Image.Image) -> Image.Image:
    """The picture at the size at which the library's own call shows it to the reader of the words."""
    from diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus import calculate_dimensions

    width, height = calculate_dimensions(READING_PX, picture.width / picture.height)
    return pipe.image_processor.resize(picture, height, width)
