"""What the walks hand to the window, the REST routes and the command line: frozen, plain, owner-checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pipelines.appearance import Backdrop, Finish, Light
from pipelines.image.presets import DRAFT_PRESET
from pipelines.types import (
    BodyParameters,
    CameraFit,
    ControlKind,
    Framing,
    LoraUse,
    Measurement,
    Persona,
    Pose,
    View,
)

OWNER_YOU = "you"  # the single creator on localhost
MOST_PROMPTS = 8  # in one order

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
JobKind = Literal["body", "generation", "download"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A kept file: what a route needs to serve it."""

    id: str
    media_type: str
    size: int
    sha256: str
    path: str  # for the process that serves it; never sent to a client


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    """A kept photo and what was found in it."""

    id: str
    file_id: str
    thumbnail_id: str
    sha256: str
    width: int
    height: int
    is_duplicate: bool
    people: int
    remarks: tuple[str, ...]  # sentences for a person
    body_usable: bool  # False: good for a face only; body_problem says why
    body_problem: str  # "" or the sentence that says what is missing and what to do
    body_problem_code: str
    landmarks: Mapping[str, Any]  # see pipelines.photo.landmarks.Landmarks.to_json
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """A measured body: of an avatar, or of a persona that was never kept."""

    parameters: BodyParameters
    measurements: tuple[Measurement, ...]
    remarks: tuple[str, ...]
    source: str  # "Measured from a photo" / "Drawn from the persona"
    glb_id: str | None = None
    obj_id: str | None = None
    pose: Pose | None = None  # as the photo shows it; None for a persona's body
    joints_m: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)  # BodyEstimate.joints_m
    camera: CameraFit | None = None
    confidence: float | None = (
        None  # BodyEstimate.confidence; None for a persona's body, and one measured before
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement between rows and files that fsck found."""

    kind: str  # "row-without-file", "file-without-row", …
    subject: str  # an id or a path inside the data folder
    repaired: bool = False
    sentence: str = ""  # what is wrong; after a repair, what was done or what a person can do


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarView:
    """A kept person."""

    id: str
    name: str
    persona: Persona
    body: BodyView | None
    photo_id: str | None
    thumbnail_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as a person sees it. `step` of `total` within `stage`; 0 of 0 when not known."""

    id: str
    kind: JobKind
    title: str  # "Avatar 1, 4 pictures"
    state: JobState
    stage: str
    step: int
    total: int
    attempt: int
    cancel_requested: bool
    error_code: str
    error: str
    preset: str  # of a download: whose weights; else ""
    result: Mapping[str, Any]  # body: {"avatar_id"}; generation: {"generation_id", "pictures": n}
    seconds_left: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """One picture of a generation."""

    id: str
    file_id: str
    thumbnail_id: str
    view: View
    pose: str  # slug
    seed: int
    width: int
    height: int
    alt: str  # "Draft of Avatar 1, arms crossed, front view"
    prompt: str = ""  # the one of its order's that made it


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReference:
    """A kept photo that the engine shall look at, and what for."""

    role: Literal["person", "style", "garment", "init"]
    photo_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """A preset as a person must know it before the click. Sizes in bytes."""

    name: str
    engine: str
    title: str
    about: str
    pose: str  # "draws", "lock", "follow", "none"
    identity: str  # "draws", "keeps", "weak", "no"
    controls: tuple[ControlKind, ...]
    max_references: int
    takes_loras: bool
    takes_negative_prompt: bool
    starts_from_draft: bool
    sends_data_out: bool
    licence: str
    licence_url: str
    licence_accepted: bool
    gated: bool
    bytes_on_disk: int
    bytes_to_download: int
    disk_free: int
    tier: str
    memory_needed_gb: float
    expected_seconds: float | None  # a picture in sd, from this machine's own past runs
    expected_hd_seconds: float | None = None
    can_run: bool
    is_downloadable: bool
    may_ask_token: bool = False  # open by its licence, yet the hub's page may ask for a token
    size_estimated: bool = False  # bytes_to_download is reckoned, not listed
    memory_estimated: bool = False  # memory_needed_gb is reckoned, not measured
    preferred: bool = False  # what a page opens on where it runs
    second_pass: bool = False  # hd: draws smaller first, then over the enlarged picture
    face_pass: bool = False  # hd: draws over the face by itself, where its place is known
    says: str  # what is here, what is missing and what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFinding:
    """A downloaded file that is not as it should be, and what to do."""

    subject: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationOrder:
    """What a person asks for: one job, prompts x poses x views x count pictures. Stored whole, so that it can be
    sent again."""

    persona: Persona
    avatar_id: str | None = None  # its measured body, where it has one, takes the persona's place
    prompt: str | None = None  # edited by the person; None: written from the persona
    negative_prompt: str | None = None
    poses: tuple[str, ...] = ("relaxed-stand",)
    views: tuple[View, ...] = ("front",)
    framing: Framing | None = None  # None: the pose's own
    engine: str = DRAFT_PRESET.engine
    preset: str = DRAFT_PRESET.name
    seed: int | None = None  # None: chosen
    count: int = 1
    width: int = 1024
    height: int = 1024
    look: Finish = "coloured"
    light: Light = "soft"  # of a draft
    set: Backdrop = "paper"  # what stands behind the figure of a draft
    quality: Literal["sd", "hd"] = "sd"
    picture_style: str = (
        "realistic"  # a key of pipelines.prompt.styles; used where the prompt is written here
    )
    controls: tuple[ControlKind, ...] | None = None  # None: what suits the preset
    references: tuple[OrderReference, ...] = ()
    loras: tuple[LoraUse, ...] | None = None  # None: the preset's own
    steps: int | None = None
    guidance: float | None = None
    draft_strength: float | None = None  # start from the draft picture, this much changed
    second_pass: bool | None = (
        None  # draw smaller first, then over the enlarged; None: in hd, where it can be
    )
    face_pass: bool | None = None  # draw over the face by itself; None: in hd, where its place is known
    recipe: bool | None = None  # write the order into the pictures; None: as the settings say
    more_prompts: tuple[str, ...] = ()  # everything is made once more with each in place of `prompt`

    @property
    def prompts(self) -> tuple[str, ...]:
        """All prompts, in the order of the pictures; "" for one that is still to be written."""
        return (self.prompt or "", *self.more_prompts)

    @property
    def pictures(self) -> int:
        """How many pictures it makes."""
        return len(self.prompts) * len(self.poses) * len(self.views) * self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """An order that comes back from a picture or from the history, and what of it is not here any more.

    The order goes without an avatar or a photo that its owner does not have; a pose, a model or a LoRA that is not
    known here stays in it, and is refused by name when it is ordered.
    """

    order: GenerationOrder
    missing: tuple[str, ...] = ()  # "the avatar", "the LoRA “ink”"
    is_edited: bool = False  # its words are the person's own, not what is written from the persona

    @property
    def says(self) -> str:
        """One sentence about what is missing; "" where everything is here."""
        if not self.missing:
            return ""
        *first, last = self.missing
        words = f"{', '.join(first)} and {last}" if first else last
        are = "is" if len(self.missing) == 1 and not last[0].isdigit() else "are"
        return f"The settings are back, but {words} {are} not here any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationView:
    """A kept generation: the order, its requests, its pictures."""

    id: str
    job_id: str
    title: str
    state: JobState
    error: str
    error_code: str
    order: GenerationOrder
    requests: tuple[Mapping[str, Any], ...]  # every GenerationRequest as JSON, in order of the pictures
    pictures: tuple[PictureView, ...]
    prompt: str
    negative_prompt: str
    avatar_id: str | None
    seconds: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, newest first. `next_cursor` is None on the last page."""

    items: tuple[GenerationView, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseView:
    """A pose of the gallery."""

    slug: str
    name: str
    category: str
    tags: tuple[str, ...]
    framing: Framing
    thumbnail_url: str  # a public, cached route: "/poses/thumbnails/<slug>.webp"
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScene:
    """What the stage shows: the live draft's whole request."""

    persona: Persona
    avatar_id: str | None = None
    pose: str = "relaxed-stand"
    view: View = "front"
    framing: Framing | None = None
    look: Finish = "coloured"
    dark: bool = False
    width: int = 576
    height: int = 768


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether each part works, in words."""

    ok: bool
    version: str
    parts: Mapping[str, str] = field(default_factory=dict)  # "database": "ok", …
