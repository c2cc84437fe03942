"""Where a person's own presets lie, and which preset an engine starts with."""

from __future__ import annotations

from pipelines.errors import UnknownName
from pipelines.image.engine import PRESETS
from studio.settings import Settings

OWN_PRESETS = "presets"  # folder in the data folder


def look_for_own_presets(settings: Settings) -> None:
    """From now on, the preset files in the data folder stand beside the shipped ones. Reads nothing yet."""
    PRESETS.look_in([settings.data / OWN_PRESETS])


def first_preset(engine: str) -> str:
    """The name of the first of an engine's presets. Raises UnknownName where there is none."""
    for name, preset in PRESETS.items():
        if preset.engine == engine:
            return name
    raise UnknownName(f"There is no engine called “{engine}”, or it has no preset.")
