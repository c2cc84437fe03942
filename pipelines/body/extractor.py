"""The BodyExtractor protocol and the table of extractors: photos in, a body estimate out.

The studio has one body, the free one. An extractor that fits another (SMPL) converts its answer to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol

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
    passes: frozenset[str] = (
        frozenset()
    )  # problems of a photo for a body (codes) that do not keep this one from it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorSetup:
    """What an extractor is opened with: where a network runs ("auto", "cpu", "cuda", "mps"), the folder of a person's
    own body models, and how sure it has to be that a person is there, 0..1."""

    device: str = "auto"
    smpl_folder: Path | None = None
    person_threshold: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotoSet:
    """The photos of one person: from the front, and, where there are any, from one side and from behind; each
    (height, width, 3) uint8 RGB, upright."""

    front: np.ndarray
    person: int | None = None  # whom of several in the front photo: 1 is the leftmost; None: the largest
    side: np.ndarray | None = None
    back: np.ndarray | None = None


class BodyExtractor(Protocol):
    """Fits the free body to photos of one person. It is called with an ExtractorSetup to be opened: it loads nothing
    then, and raises a PipelineError where something that it needs is not there."""

    info: ClassVar[ExtractorInfo]

    def extract(self, photos: PhotoSet, known: KnownMeasures, on_progress: OnProgress) -> BodyEstimate:
        """Pose, camera and joints are those of the front. Raises PhotoRefused where no whole person is found, or not
        from where a photo is said to be taken; Cancelled through on_progress."""
        ...


USUAL_EXTRACTOR = "landmark-fit"  # it needs nothing
EXTRACTORS = {
    "landmark-fit": "pipelines.body.landmark_fit:LandmarkFit",
    "hmr2": "pipelines.body.hmr2:Hmr2",
}


def open_extractor(name: str, setup: ExtractorSetup | None = None) -> BodyExtractor:
    """A new extractor of that name. Raises UnknownName, and what an extractor raises that lacks something."""
    if name not in EXTRACTORS:
        raise UnknownName(f"There is no extractor called “{name}”. Known: {', '.join(EXTRACTORS)}.")
    return _find_class(name)(setup or ExtractorSetup())


def list_extractors() -> dict[str, ExtractorInfo]:
    """What every extractor is and needs, by name. Their modules are imported for it."""
    return {name: _find_class(name).info for name in EXTRACTORS}


def _find_class(name: str) -> Any:
    module, attribute = EXTRACTORS[name].split(":")
    return getattr(import_module(module), attribute)
