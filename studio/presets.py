"""Which preset an engine starts with, for those who name the engine only."""

from __future__ import annotations

from pipelines.errors import UnknownName
from pipelines.image.engine import PRESETS


def first_preset(engine: str) -> str:
    """The name of the first of an engine's presets. Raises UnknownName where there is none."""
    for name, preset in PRESETS.items():
        if preset.engine == engine:
            return name
    raise UnknownName(f"There is no engine called “{engine}”, or it has no preset.")
