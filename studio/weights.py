"""Where weights and LoRA files lie, and which engines the settings allow to send anything out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipelines.image.spec import EngineInfo
from pipelines.weights import local
from pipelines.weights.hub import HUB_URL
from pipelines.weights.manager import WeightsManager
from studio.errors import SettingsRefused
from studio.settings import AUTO, Settings, read_kept_setting

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
        token=_find_token(settings),
        offline=not settings.downloads,
        hub_cache=partial(_find_cache, settings),
        hub_url=settings.hub_url or HUB_URL,
    )


def is_kept_auto(settings: Settings, name: str) -> bool:
    """Whether settings.toml says “auto” of this setting now; where it cannot be read, nothing is allowed."""
    try:
        return read_kept_setting(settings.data, name) == AUTO
    except (SettingsRefused, OSError):
        return False


def _find_token(settings: Settings) -> str | None:
    """The settings' own token, or that of `hf auth login` where a person has allowed it since the start."""
    if not settings.hf_token and is_kept_auto(settings, "hf_token"):
        return local.stored_token()
    return settings.hf_token or None


def _find_cache(settings: Settings) -> Path | None:
    """The settings' own Hub cache, or the usual one where a person has allowed it since the start."""
    if not settings.hub_cache and is_kept_auto(settings, "hub_cache"):
        return local.default_hub_cache()
    return Path(settings.hub_cache).expanduser() if settings.hub_cache else None


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
