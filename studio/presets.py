"""The presets of one studio: the shipped ones, and a person's own in the data folder."""

from __future__ import annotations

from pipelines.image.presets import PresetShelf
from studio.settings import Settings

OWN_PRESETS = "presets"  # folder in the data folder


def open_presets(settings: Settings) -> PresetShelf:
    """The shelf that a studio and its worker pass on. Reads nothing yet."""
    return PresetShelf([settings.data / OWN_PRESETS])
