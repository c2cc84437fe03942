"""The engine types: what an engine says of itself, presets and their weights, a request's pictures, the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from PIL import Image

from pipelines.options import SIDE_PX
from pipelines.progress import OnProgress
from pipelines.types import ControlKind, FacePass, GenerationRequest, LoraUse, Normals, Reference, SecondPass

PoseMode = Literal["draws", "lock", "follow", "none"]
IdentityMode = Literal["draws", "keeps", "weak", "no"]
MOST_STEPS = 200
MOST_GUIDANCE = 30.0
MOST_STRENGTH = 2.0  # of a control map
MOST_SCALE = 4.0  # of a second pass

TRANSFORMER = "transformer"  # the role of a person's own file in place of the base's transformer
BASE = "base"  # the role of the repository that everything else goes on top of

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; the last two are outside


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """What an engine is, supports and needs. The window shows only what counts; plan_generation refuses the rest."""

    name: str
    title: str
    pose: PoseMode
    identity: IdentityMode
    controls: tuple[ControlKind, ...] = ()
    max_references: int = 0
    loras: bool = False
    negative_prompt: bool = False
    starts_from_draft: bool = False  # takes the draft picture as its first frame, with a strength
    second_pass: bool = False  # draws smaller first, then over the enlarged picture
    redraws: bool = False  # draws a part of a finished picture anew
    face_pass: bool = False  # draws over the face, where a preset holds the pose and so knows its place
    max_controls: int = 4  # control maps in one picture
    max_pictures: int = 0  # control maps and references together; 0: as each allows
    controls_need: str = ""  # component's role or option without which a preset takes no control maps
    references_need: str = ""  # component's role or option without which a preset takes no references
    min_side: int = 64
    max_side: int = SIDE_PX[1]
    side_multiple: int = 1
    needs_gpu: bool = True
    lane: Literal["gpu", "cpu"] = "gpu"  # the queue that its jobs wait in
    sends_data_out: bool = False  # the request leaves this program: opt-in, and said plainly
    consent: Mapping[str, str] = field(
        default_factory=dict
    )  # where it sends data out: settings that must all be set -> the argument of `allow` that each is ("": none)
    source_type: str = "trainedAlgorithmicMedia"  # IPTC digital source type of its pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Weights that a preset needs: a repository in the diffusers layout, or single files of one.

    `folder` is where they lie on this machine; None until the weights manager has found them.
    """

    role: str  # "base", "controlnet", "ip-adapter", or a LoRA's name
    repo: str
    revision: str = ""  # "": the hub's listing at the first download is recorded and pinned
    files: tuple[str, ...] = ()  # path patterns; empty: everything that the diffusers layout names
    size_bytes: int = 0  # as the preset's author stated it, for the cost before the click
    size_estimated: bool = False  # reckoned from the number of weights, not read from a listing
    gated: bool = False  # its makers let known people in only
    may_ask_token: bool = False  # open by its licence, yet its page may ask for a token
    folder: Path | None = None
    fingerprint: str = ""  # of a person's own file: it is refused where it is another one by now


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePreset:
    """One row of choices for an engine: weights, steps, guidance, sizes, what it supports. From assets/presets."""

    name: str
    engine: str
    title: str
    about: str = ""  # one sentence for a person
    steps: int = 1
    guidance: float = 0.0
    takes_guidance: bool = True  # False: distilled to draw without; another one than the preset's is refused
    width: int = 1024
    height: int = 1024
    hd_steps: int = 0  # 0: as steps
    hd_scale: float = 1.0  # sides of an "hd" picture over those of an "sd" one
    second_pass: SecondPass | None = None  # that of an "hd" picture
    face_pass: FacePass | None = None
    licence: str = ""
    licence_url: str = ""
    non_commercial: bool = False
    components: tuple[Component, ...] = ()
    memory_gb: Mapping[str, float] = field(
        default_factory=dict
    )  # tier ("bf16", "8bit", "4bit", "offload") -> GB of the card, weights and drawing at width x height
    ram_gb: Mapping[str, float] = field(
        default_factory=dict
    )  # tier -> GB of main memory, to open and to keep
    own_file: str = ""  # the model of which a person's own file can be its transformer; "": of none
    memory_estimated: bool = False  # reckoned from the number of weights, not measured on a card
    tier: str = ""  # chosen for this machine before loading
    preferred: bool = (
        False  # what a page opens on where it runs, and what is named where another does not suit
    )
    styles: tuple[str, ...] = ()  # picture styles that it draws well; none: no better at one than at another
    pose: PoseMode | None = None  # None: as the engine
    identity: IdentityMode | None = None
    control_strength: Mapping[str, float] = field(default_factory=dict)  # kind -> strength
    control_end: Mapping[str, float] = field(default_factory=dict)  # kind -> part of the steps it acts on
    normals: Normals | None = (
        None  # the convention in which its ControlNet takes normals; None: it takes none
    )
    reference_order: tuple[str, ...] = ()  # roles, in the order in which pictures are handed over
    instruction: str = ""  # sentence put before the prompt
    role_sentences: Mapping[str, str] = field(
        default_factory=dict
    )  # role -> sentence that binds its picture, "{n}" being that picture's number; put before the prompt
    loras: tuple[LoraUse, ...] = ()  # what a request starts with; their files are components of those names
    lora_styles: Mapping[str, str] = field(
        default_factory=dict
    )  # LoRA -> the one picture style that it is for
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)  # the engine's own settings

    @property
    def download_bytes(self) -> int:
        """What a first use downloads at most."""
        return sum(component.size_bytes for component in self.components)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EngineInputs:
    """The pictures that belong to a request, ready made: rendered from its scene or read by its references."""

    controls: Mapping[ControlKind, Image.Image] = field(default_factory=dict)
    references: tuple[tuple[Reference, Image.Image], ...] = ()
    draft: Image.Image | None = (
        None  # the scene as the draft engine draws it, where the request starts from it
    )
    loras: Mapping[str, Path] = field(default_factory=dict)  # name -> safetensors file
    kept: Image.Image | None = None  # the finished picture of which a part is drawn anew
    mask: Image.Image | None = None  # that part: gray of the picture's size, 255 all of it
    face_box: Box | None = None  # from brows to chin; None: no face is seen, or nobody asked


NO_INPUTS = EngineInputs()


class ImageEngine(Protocol):
    """Makes pictures from requests. One run at a time; may raise Cancelled only through on_progress."""

    info: ClassVar[EngineInfo]

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Make ready for that preset, whose components have their folders; cheap when it is loaded already."""
        ...

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        """One picture of exactly request.width x request.height."""
        ...

    def unload(self) -> None:
        """Free what load took."""
        ...

    @property
    def held_gb(self) -> float:
        """What its loaded weights hold of the accelerator's memory: free for whoever comes after it."""
        ...
