"""DiffusionEngine: what the engines on diffusers share; load, the walk of one picture, cancel, out of memory.

A family's file says which parts it opens, how it makes pipelines of them, how it reads words, and the one call that
draws. The walk is the same for all: words, pictures, steps, finish; `on_progress` is called between and within them,
and whatever it raises ends the run with the engine ready for the next one.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PIL import Image

from pipelines.devices import BYTES_PER_GB, PROCESSOR, Device, free_memory, free_ram_gb, is_out_of_memory
from pipelines.errors import EngineUnavailable, RequestRefused
from pipelines.image.capabilities import refuse_unsupported
from pipelines.image.family import DiffusionFamily
from pipelines.image.latents import Preview, encode_by_mode, make_noise, mix_start, set_tiles, start_step
from pipelines.image.loading import Residents, file_of
from pipelines.image.lora import LoraShelf
from pipelines.image.passes import Pass, inputs_of, lay_over, plan_passes
from pipelines.image.picture import to_picture, to_tensor
from pipelines.image.redraw import hold_rest, spread_mask
from pipelines.image.sampling import (
    FINISHING,
    LOOKING,
    READING,
    Run,
    Tell,
    all_sigmas,
    cell_px,
    first_sigma,
    start_picture,
    watch_steps,
)
from pipelines.image.spec import NO_INPUTS, EngineInputs, EnginePreset
from pipelines.image.tiers import OFFLOAD, choose_device, choose_tier, next_lower_tier
from pipelines.progress import OnProgress, Progress
from pipelines.types import GenerationRequest

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

KEPT_WORDS = 4  # encoded prompts that are kept


class DiffusionEngine(DiffusionFamily):
    """An ImageEngine on diffusers' pipelines. One run at a time."""

    def __init__(self) -> None:
        self._residents = Residents()
        self._preset: EnginePreset | None = None
        self._device: Device = PROCESSOR
        self._tier = ""
        self._parts: dict[str, Any] = {}
        self._pipe: Any = None  # the pipeline whose hooks are in place
        self._preview: Preview | None = None
        self._loras = LoraShelf()
        self._words: OrderedDict[tuple[str, str, float, tuple[str, ...]], Mapping[str, Any]] = OrderedDict()

    # --- the protocol ---

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Open what the preset needs and is not open yet, in the first tier that fits the free memory.

        Raises WeightsMissing, EngineUnavailable without a GPU or memory, Cancelled through on_progress between parts.
        """
        if preset.engine != self.info.name:
            raise RequestRefused(f"The preset “{preset.name}” belongs to the engine “{preset.engine}”.")
        if preset == self._preset:
            return
        device = choose_device(preset)
        free_ram = free_ram_gb()
        tier = choose_tier(
            preset,
            replace(device, free_gb=device.free_gb + self.held_gb),
            None if free_ram is None else free_ram + self.held_ram_gb,
        )
        if self._open_within_memory(preset, device, tier, on_progress):
            return
        self._open_lower(preset, device, tier, on_progress)

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        """One picture of exactly request.width x request.height. Out of memory: once more, a tier lower.

        Raises RequestRefused for what the preset does not support, PictureRefused for a broken picture,
        EngineUnavailable where nothing is loaded or the memory does not suffice, Cancelled through on_progress.
        """
        if self._preset is None:
            raise EngineUnavailable(f"{self.info.title} has no weights loaded. Load a preset first.")
        preset, device, tier = self._preset, self._device, self._tier
        refuse_unsupported(self.info, preset, request, inputs)
        try:
            return self._walk(request, inputs, on_progress)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            log.warning("out of memory in tier %s", tier)
        # outside the handler, whose traceback holds what filled the memory
        self._open_lower(preset, device, tier, on_progress)
        try:
            return self._walk(request, inputs, on_progress)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
        self.unload()
        raise _too_little_memory(preset, device)

    def unload(self) -> None:
        """Free the weights and everything that was kept beside them."""
        self._preset, self._pipe, self._preview, self._tier = None, None, None, ""
        self._parts = {}
        self._loras = LoraShelf()
        self._words.clear()
        self.forget_pipelines()
        self._residents.clear()

    @property
    def tier(self) -> str:
        """The memory tier in force; empty when nothing is loaded."""
        return self._tier

    @property
    def held_gb(self) -> float:
        """What the loaded weights hold of the accelerator, in GB; those that wait in the main memory hold nothing."""
        return self._residents.bytes_on_card / BYTES_PER_GB

    @property
    def held_ram_gb(self) -> float:
        """What the loaded weights hold of the main memory, in GB."""
        return (self._residents.bytes_held - self._residents.bytes_on_card) / BYTES_PER_GB

    @property
    def bytes_moved(self) -> int:
        """Bytes of weights that were read since this engine was made."""
        return self._residents.bytes_moved

    # --- opening ---

    def _open_within_memory(
        self, preset: EnginePreset, device: Device, tier: str, on_progress: OnProgress
    ) -> bool:
        """Open everything; False where the memory did not suffice. Whatever is raised leaves nothing half open."""
        done = False
        try:
            self._open(preset, device, tier, on_progress)
            done = True
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            log.warning("out of memory while opening tier %s", tier)
        finally:
            if not done:
                self.unload()
        return done

    def _open(self, preset: EnginePreset, device: Device, tier: str, on_progress: OnProgress) -> None:
        transformer = self._parts.get("transformer")
        if self._pipe is not None and self._tier == OFFLOAD:
            self._pipe.remove_all_hooks()
        self.forget_pipelines()
        self._pipe = None
        self._parts = {}
        parts = self._residents.open(self.list_parts(preset), preset, device, tier, on_progress)
        if parts["transformer"] is not transformer:
            self._loras = LoraShelf()
        self._words.clear()
        encode_by_mode(parts["vae"])
        self._parts, self._device, self._tier = parts, device, tier
        self.build_pipelines(preset, parts)
        self._preset, self._preview = preset, None

    def _open_lower(self, preset: EnginePreset, device: Device, tier: str, on_progress: OnProgress) -> None:
        """Free everything and open the next lower tier. Raises EngineUnavailable where there is none, or it fails."""
        self.unload()
        lower = next_lower_tier(preset, tier)
        if lower is None or not self._open_within_memory(preset, device, lower, on_progress):
            raise _too_little_memory(preset, device)

    # --- one picture ---

    def _walk(self, request: GenerationRequest, inputs: EngineInputs, on_progress: OnProgress) -> Image.Image:
        """Every pass of the picture, each from the one before; the steps of all are counted together."""
        assert self._preset is not None
        passes = plan_passes(self.info, self._preset, request, inputs)
        total, done = sum(one.steps for one in passes), 0

        def tell(stage: str, step: int, preview: bytes | None = None) -> None:
            on_progress(Progress(stage=stage, step=done + step, total=total, preview=preview))

        picture: Image.Image | None = None
        for one in passes:
            drawn = self._draw_pass(one, inputs_of(one, inputs, picture), tell)
            picture = lay_over(picture, drawn, one.region)
            done += one.steps
        assert picture is not None
        return picture

    def _draw_pass(self, one: Pass, inputs: EngineInputs, tell: Tell) -> Image.Image:
        import torch

        request = one.request
        pipe = self._take(self.pipeline_for(request))
        set_tiles(pipe.vae, request.width, request.height)
        done = False
        try:
            with torch.no_grad():
                tell(READING, 0)
                self._apply_loras(pipe, request, inputs)
                words = self._read_words(pipe, request, inputs)
                tell(LOOKING, 0)
                run = self._begin(pipe, one, inputs, words, tell)
                tell(one.stage, one.steps - len(run.sigmas))
                latents = self.draw(pipe, run)
                tell(FINISHING, one.steps)
                pixels = self._decode(pipe, self.to_vae(latents, request.width, request.height))
            done = True
            return to_picture(pixels, request.width, request.height)
        finally:
            pipe.maybe_free_model_hooks()
            if not done:
                free_memory()

    def _take(self, pipe: Any) -> Any:
        """The pipeline, with offloading in place where the tier asks for it."""
        if self._tier == OFFLOAD and pipe is not self._pipe:
            if self._pipe is not None:
                self._pipe.remove_all_hooks()
            pipe.enable_model_cpu_offload(device=self._device.kind)
        self._pipe = pipe
        return pipe

    def _apply_loras(self, pipe: Any, request: GenerationRequest, inputs: EngineInputs) -> None:
        assert self._preset is not None
        own = {component.role: component for component in self._preset.components}
        uses = []
        for lora in request.loras:
            if lora.name in inputs.loras:
                uses.append((lora.name, inputs.loras[lora.name], lora.weight))
            elif lora.name in own:
                uses.append((lora.name, file_of(own[lora.name]), lora.weight))
            else:
                raise RequestRefused(f"There is no LoRA called “{lora.name}”. Choose its file again.")
        opens = self._tier == OFFLOAD and self._loras.lacks(uses)
        if opens:  # the library would put its own hooks back, for the device that it thinks of
            pipe.remove_all_hooks()
        try:
            if self._loras.apply(pipe, uses):
                self._words.clear()
        finally:
            if opens:
                pipe.enable_model_cpu_offload(device=self._device.kind)

    def _read_words(self, pipe: Any, request: GenerationRequest, inputs: EngineInputs) -> Mapping[str, Any]:
        prompt, pictures = self.compose_prompt(request), self.pictures_beside_words(request, inputs)
        seen = tuple(hashlib.sha256(picture.tobytes()).hexdigest() for picture in pictures)
        key = (prompt, request.negative_prompt, request.guidance, seen)
        if key not in self._words:
            self._words[key] = self.encode_words(pipe, prompt, request, pictures)
        self._words.move_to_end(key)
        while len(self._words) > KEPT_WORDS:
            self._words.popitem(last=False)
        return self._words[key]

    def _begin(self, pipe: Any, one: Pass, inputs: EngineInputs, words: Mapping[str, Any], tell: Tell) -> Run:
        """Noise of the seed, or the start picture with as much noise as its strength asks for."""
        request = one.request
        width, height = request.width, request.height
        sigmas = all_sigmas(request.steps)
        latents = make_noise(request.seed, self.noise_shape(width, height))
        start, strength = start_picture(inputs), request.draft_strength
        if request.redraw is not None:
            start, strength = inputs.kept, request.redraw.strength
        hold = None
        if strength is not None and start is not None:
            sigmas = sigmas[start_step(request.steps, strength) :]
            picture = self.from_vae(self._encode(pipe, to_tensor(start, width, height)).float().cpu())
            shift = self.shift_of(pipe.scheduler, latents.shape, len(sigmas))
            if inputs.mask is not None and not self.sees_rest:
                stays = (spread_mask(inputs.mask, latents), picture, latents)
                hold = hold_rest(*(self.in_steps(self.pack(one)) for one in stays))
            latents = mix_start(picture, latents, first_sigma(pipe.scheduler, sigmas, shift))
        if self._preview is None:
            self._preview = Preview(lambda pixels: self._encode(pipe, pixels), cell_px(pipe.vae))
        preview, packed, spared = self._preview, self.pack(latents), one.steps - len(sigmas)
        return Run(
            request=request,
            inputs=inputs,
            words=words,
            latents=packed,
            sigmas=sigmas,
            on_step_end=watch_steps(
                self.in_steps(packed),
                lambda finished: preview.draw(self.to_vae(finished, width, height)[0]),
                lambda step, small: tell(one.stage, spared + step, small),
                hold,
            ),
        )

    def _encode(self, pipe: Any, pixels: torch.Tensor) -> torch.Tensor:
        return self.encode_picture(pipe.vae, pixels.to(self._device.kind, pipe.vae.dtype))

    def _decode(self, pipe: Any, raw: torch.Tensor) -> torch.Tensor:
        return self.decode_picture(pipe.vae, raw.to(self._device.kind, pipe.vae.dtype))


def _too_little_memory(preset: EnginePreset, device: Device) -> EngineUnavailable:
    return EngineUnavailable(
        f"The memory of {device.name} did not suffice for {preset.title}, at its lowest tier tried too. "
        "Make the picture smaller, close what else uses the GPU, or choose a smaller model."
    )
