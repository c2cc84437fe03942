"""The BodyExtractor protocol and the table of extractors: photos in, a body estimate out.

The studio has one body, the free one. An extractor that fits another (SMPL) converts its answer to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar, Protocol

import numpy as np

from pipelines.body.estimate import BodyEstimate
from pipelines.errors import UnknownName
from pipelines.progress import OnProgress
from pipelines.types import KnownMeasures


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorInfo:
    """What an extractor is and needs, in words for a person."""

    name: str
    title: str
    needs: str = ""  # what must be there before it runs; empty: nothing
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotoSet:
    """The photos of one person: from the front, and, where there are any, from one side and from behind; each
    (height, width, 3) uint8 RGB, upright."""

    front: np.ndarray
    person: int | None = None  # whom of several in the front photo: 1 is the leftmost; None: the largest
    side: np.ndarray | None = None
    back: np.ndarray | None = None


class BodyExtractor(Protocol):
    """Fits the free body to photos of one person."""

    info: ClassVar[ExtractorInfo]

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        """Pose, camera and joints are those of the front. Raises PhotoRefused where no whole person is found, or not
        from where a photo is said to be taken; Cancelled through on_progress."""
        ...


EXTRACTORS = {"landmark-fit": "pipelines.body.landmark_fit:LandmarkFit"}


def open_extractor(name: str) -> BodyExtractor:
    """A new extractor of that name. Raises UnknownName."""
    if name not in EXTRACTORS:
        raise UnknownName(f"There is no extractor called “{name}”. Known: {', '.join(EXTRACTORS)}.")
    module, attribute = EXTRACTORS[name].split(":")
    return getattr(import_module(module), attribute)()
