"""Where a person's own presets lie, and which engine and preset are meant where one is left out."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import UnknownName
from pipelines.image.presets import DRAFT_PRESET, PRESETS, find_preset
from studio.settings import Settings

OWN_PRESETS = "presets"  # folder in the data folder


def find_own_presets(settings: Settings, *, again: bool = True) -> None:
    """From now on, the preset files in the data folder stand beside the shipped ones. Reads nothing yet.

    Without `again`, a process that looks there already keeps what it has found, there and elsewhere.
    """
    folder = settings.data / OWN_PRESETS
    if again or folder not in PRESETS.places:
        PRESETS.look_in([folder])


def take_preset_file(settings: Settings, file: Path) -> str:
    """Let a person's own preset file, wherever it lies, stand beside the others in this process; its name.

    Raises PresetRefused, naming the file and what is wrong with it, also where the name is taken.
    """
    from pipelines.image.preset_file import PresetRefused, read_preset

    preset = read_preset(file)
    PRESETS.look_in([settings.data / OWN_PRESETS, file])
    if PRESETS.get(preset.name) != preset:
        PRESETS.look_in([settings.data / OWN_PRESETS])
        raise PresetRefused(f"{file.name}: the name “{preset.name}” is taken. Choose another.")
    return preset.name


def first_preset(engine: str) -> str:
    """The name of the first of an engine's presets. Raises UnknownName where there is none."""
    for name, preset in PRESETS.items():
        if preset.engine == engine:
            return name
    raise UnknownName(f"There is no engine called “{engine}”, or it has no preset.")


def choose_engine(engine: str | None, preset: str | None) -> tuple[str, str]:
    """Engine and preset, where one of them, or both, may be left out: each is the other's, or the draft's.

    Raises UnknownName for what is not there.
    """
    if preset is not None:
        return engine or find_preset(preset).engine, preset
    return (engine, first_preset(engine)) if engine is not None else (DRAFT_PRESET.engine, DRAFT_PRESET.name)
