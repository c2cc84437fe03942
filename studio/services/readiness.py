"""Whether a preset and its LoRAs are here, said before there is a job."""

from __future__ import annotations

from pipelines.errors import EngineUnavailable, PresetUnready, UnknownName
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.image.tiers import choose_device
from studio.settings import Settings
from studio.vocabulary.order import GenerationOrder
from studio.weights import consent_for, list_loras, open_weights, write_off


def refuse_unready(settings: Settings, preset: EnginePreset) -> None:
    """What would end a job of this preset before its first step, said before there is a job; nothing is hashed.

    How much memory is free is left to the worker: what it has loaded itself takes no more.
    Raises EngineUnavailable (off, or no GPU), LicenceNotAccepted, WeightsMissing.
    """
    info = engine_class(preset.engine).info
    if info.sends_data_out and consent_for(settings, info) is None:
        raise EngineUnavailable(write_off(info))
    lacking = _lacks_gpu(info, preset)
    try:
        open_weights(settings).resolve(preset)
    except PresetUnready as error:
        raise error.with_more(lacking) from error
    if lacking:
        raise EngineUnavailable(lacking)


def _lacks_gpu(info: EngineInfo, preset: EnginePreset) -> str:
    """A sentence where the preset needs a GPU and there is none."""
    if info.needs_gpu:
        try:
            choose_device(preset)
        except EngineUnavailable as error:
            return error.message
        except ImportError:  # no torch: the worker says so
            return ""
    return ""


def refuse_unknown_loras(settings: Settings, presets: PresetShelf, order: GenerationOrder) -> None:
    """Raises UnknownName for a LoRA that is neither in the data folder nor of the order's preset."""
    presets.find(order.preset)  # the preset is what is said to be missing first
    for name in missing_loras(settings, presets, order):
        own = ", ".join(list_loras(settings)) or "none"
        raise UnknownName(f"There is no LoRA called “{name}”. In the data folder: {own}.")


def missing_loras(settings: Settings, presets: PresetShelf, order: GenerationOrder) -> tuple[str, ...]:
    """The names of an order's LoRAs that are neither in the data folder nor of its preset."""
    preset = presets.get(order.preset)
    components = preset.components if preset is not None else ()
    known = {*list_loras(settings), *(component.role for component in components)}
    return tuple(lora.name for lora in order.loras or () if lora.name not in known)
