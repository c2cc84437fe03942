"""The presets of one studio: the shipped ones, a person's own, and those made of their own files of FLUX.1."""

from __future__ import annotations

from pipelines.image.presets import PresetShelf
from store.own_files import PRESETS_NAME as OWN_PRESETS
from studio.settings import Settings

OWN_TRANSFORMERS = "transformers"  # another: FLUX.1 in single files (GGUF, safetensors) that the person has


def open_presets(settings: Settings) -> PresetShelf:
    """The shelf that a studio and its worker pass on. Reads nothing yet."""
    return PresetShelf([settings.data / OWN_PRESETS], settings.data / OWN_TRANSFORMERS)
