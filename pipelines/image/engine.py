"""The ImageEngine protocol, what an engine says of itself, and the table of engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import ClassVar, Literal, Protocol

from PIL import Image

from pipelines.errors import UnknownName
from pipelines.types import ControlKind, GenerationRequest, OnProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """What an engine is, honours and needs. The window shows only what counts; plan_generation refuses the rest."""

    name: str
    title: str
    pose: Literal["draws", "lock", "follow", "none"]
    identity: Literal["draws", "keeps", "weak", "no"]
    controls: tuple[ControlKind, ...] = ()
    max_references: int = 0
    loras: bool = False
    negative_prompt: bool = False
    min_side: int = 64
    max_side: int = 2048
    side_multiple: int = 1
    needs_gpu: bool = True
    source_type: str = "trainedAlgorithmicMedia"  # IPTC digital source type of its pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePreset:
    """One row of choices for an engine: weights, steps, guidance, sizes."""

    name: str
    engine: str
    title: str
    steps: int = 1
    guidance: float = 0.0
    width: int = 1024
    height: int = 1024
    licence: str = ""
    download_bytes: int = 0
    memory_gb: Mapping[str, float] = field(default_factory=dict)


class ImageEngine(Protocol):
    """Makes pictures from requests. One run at a time; may raise Cancelled only through on_progress."""

    info: ClassVar[EngineInfo]

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Make ready for that preset; cheap when it is loaded already."""
        ...

    def generate(self, request: GenerationRequest, on_progress: OnProgress) -> Image.Image:
        """One picture of exactly request.width x request.height."""
        ...

    def unload(self) -> None:
        """Free what load took."""
        ...


ENGINES = {"draft": "pipelines.image.draft:DraftEngine"}

# name -> preset. A preset's name is what a request stores.
PRESETS = {"draft": EnginePreset(name="draft", engine="draft", title="Draft on this CPU")}


def engine_class(name: str) -> type[ImageEngine]:
    """The class of that engine, imported when first asked for. Raises UnknownName."""
    if name not in ENGINES:
        raise UnknownName(f"There is no engine called “{name}”. Known: {', '.join(ENGINES)}.")
    module, attribute = ENGINES[name].split(":")
    return getattr(import_module(module), attribute)


def find_preset(name: str) -> EnginePreset:
    """The preset of that name. Raises UnknownName."""
    if name not in PRESETS:
        raise UnknownName(f"There is no preset called “{name}”. Known: {', '.join(PRESETS)}.")
    return PRESETS[name]
