"""The BodyExtractor protocol and the table of extractors: a photo in, a body estimate out.

The studio has one body, the free one. An extractor that fits another (SMPL) converts its answer to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar, Protocol

import numpy as np

from pipelines.errors import UnknownName
from pipelines.progress import OnProgress
from pipelines.types import BodyEstimate, KnownMeasures


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorInfo:
    """What an extractor is and needs, in words for a person."""

    name: str
    title: str
    needs: str = ""  # what must be there before it runs; empty: nothing
    licence: str = ""


class BodyExtractor(Protocol):
    """Fits the free body to one photo. `photo` is (height, width, 3) uint8 RGB, upright."""

    info: ClassVar[ExtractorInfo]

    def extract(self, photo: np.ndarray, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        """Raises PhotoRefused where no whole person is found, Cancelled through on_progress."""
        ...


EXTRACTORS = {"landmark-fit": "pipelines.body.landmark_fit:LandmarkFit"}


def open_extractor(name: str) -> BodyExtractor:
    """A new extractor of that name. Raises UnknownName."""
    if name not in EXTRACTORS:
        raise UnknownName(f"There is no extractor called “{name}”. Known: {', '.join(EXTRACTORS)}.")
    module, attribute = EXTRACTORS[name].split(":")
    return getattr(import_module(module), attribute)()
