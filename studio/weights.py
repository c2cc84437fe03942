"""Where weights and LoRA files lie, and which engines the settings allow to send anything out."""

from __future__ import annotations

from pathlib import Path

from pipelines.image.spec import EngineInfo
from pipelines.weights.hub import HUB_URL
from pipelines.weights.manager import WeightsManager
from studio.settings import Settings

MODELS_FOLDER = "models"
LORAS_FOLDER = "loras"
LORA_SUFFIX = ".safetensors"


def models_folder(settings: Settings) -> Path:
    """Where weights lie."""
    return Path(settings.models).expanduser() if settings.models else settings.data / MODELS_FOLDER


def open_weights(settings: Settings) -> WeightsManager:
    """The weights manager; opens nothing."""
    return WeightsManager(
        models_folder(settings),
        token=settings.hf_token or None,
        offline=not settings.downloads,
        hub_cache=Path(settings.hub_cache).expanduser() if settings.hub_cache else None,
        hub_url=settings.hub_url or HUB_URL,
    )


def list_loras(settings: Settings) -> tuple[str, ...]:
    """The LoRA files in the data folder, by name."""
    folder = settings.data / LORAS_FOLDER
    if not folder.is_dir():
        return ()
    found = (path for path in folder.glob(f"*{LORA_SUFFIX}") if not path.name.startswith("."))
    return tuple(sorted(path.stem for path in found))


def find_lora(settings: Settings, name: str) -> Path | None:
    """A person's own LoRA by its name; None leaves the name to the preset. What opens it checks it."""
    if name not in list_loras(settings):  # a name out of the folder's own list can be no path
        return None
    return settings.data / LORAS_FOLDER / f"{name}{LORA_SUFFIX}"


def consent_for(settings: Settings, info: EngineInfo) -> dict[str, str] | None:
    """The arguments of an engine's `allow`, where the person's settings consent to what leaves this computer; else
    None."""
    said = {name: getattr(settings, name) for name in info.consent}
    if not all(said.values()):
        return None
    return {argument: str(said[name]) for name, argument in info.consent.items() if argument}


def write_off(info: EngineInfo) -> str:
    """That an engine is switched off, and why."""
    return (
        f"{info.title} is off: what you ask for would leave this computer. "
        "Switch it on in the settings if you want that."
    )
