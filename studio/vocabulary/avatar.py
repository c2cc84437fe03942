"""Avatar: a kept person, with the measured body; where it came from, what it was before, and where it was used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Literal

from pipelines.body.derived import BodyVolume, DerivedMeasure, derive_measures
from pipelines.body.estimate import PersonInPhoto
from pipelines.body.sizes import ClothingSize, find_sizes
from pipelines.bounds import Text
from pipelines.options import LONGEST_NAME
from pipelines.types import BodyParameters, CameraFit, KnownMeasures, Measurement, Persona, Pose
from studio.vocabulary.job import JobState
from studio.vocabulary.project import TRIMMED

AvatarSource = Literal["text", "photo", "picture", "file"]
AvatarName = Annotated[str, Text(LONGEST_NAME, least=1, pattern=TRIMMED)]
LONGEST_LICENCE = 2000
LengthUnit = Literal["cm", "in"]
SHEET_TYPE = "text/html"  # of a body to print
Licence = Annotated[str, Text(LONGEST_LICENCE)]
MOST_VERSIONS = 50  # of one avatar; the oldest go


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPhotos:
    """The kept photos that a body was measured from, and whom of several in the front one (None: the largest)."""

    front: str
    side: str | None = None
    back: str | None = None
    person: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBody:
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
    people: tuple[PersonInPhoto, ...] = ()  # BodyEstimate.people
    coverage: float | None = None  # BodyEstimate.coverage
    extractor: str = ""  # which measured it; "": none, or one before this was kept
    raw: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # BodyEstimate.raw
    confidence: float | None = (
        None  # BodyEstimate.confidence; None for a persona's body, and one measured before
    )
    volume: BodyVolume | None = None  # None of one measured before volumes were taken
    known: KnownMeasures = field(default_factory=KnownMeasures)  # what was told of it
    photos: MeasuredPhotos | None = None  # None of a persona's body, and one measured before
    measured_at: datetime | None = None  # None of a persona's body, and one measured before

    @property
    def sizes(self) -> tuple[ClothingSize, ...]:
        """The clothing sizes of such a body."""
        return find_sizes(self.measurements, self.parameters.shape)

    @property
    def derived(self) -> tuple[DerivedMeasure, ...]:
        """Volume, weight, BMI and ratios."""
        return derive_measures(self.measurements, self.volume, self.known.weight_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarOrigin:
    """Where an avatar came from: the person's words, a photo, a finished picture, or another studio's file."""

    source: AvatarSource = "text"
    prompt: str = ""  # the words it was made from, or that its picture was drawn from
    negative_prompt: str = ""
    seed: int | None = None  # of its picture
    base_id: str | None = None  # the file of its base picture; a photo is not copied for it
    source_type: str = "algorithmicMedia"  # how that was made, as IPTC's digital source types say it
    picture_id: str | None = None
    licence: str = ""  # what its maker says about its use


@dataclass(frozen=True, slots=True, kw_only=True)
class Avatar:
    """A kept person."""

    id: str
    name: str
    persona: Persona
    body: MeasuredBody | None
    unreadable: str = ""  # why persona and body could not be read: then they say nothing
    project_id: str | None = None
    photo_id: str | None
    thumbnail_id: str | None
    photo_file_id: str | None = None  # the photo itself, where it is not in the trash
    origin: AvatarOrigin = field(default_factory=AvatarOrigin)
    created_at: datetime
    updated_at: datetime
    owner: str = ""  # the name of whoever shares it; "": it is one's own

    @property
    def full_name(self) -> str:
        """Its name in a list; of one that is shared, whose it is too."""
        return f"{self.name} · {self.owner}" if self.owner else self.name

    @property
    def base_id(self) -> str | None:
        """The file of its base picture: the picture it was made of, or its photo."""
        return self.origin.base_id or self.photo_file_id


def known_of(avatar: Avatar) -> KnownMeasures:
    """What was told of an avatar's body; of one measured before that was kept, what its measures say was told."""
    if avatar.body is None or avatar.body.measured_at is not None:
        return avatar.body.known if avatar.body else KnownMeasures()
    told = {one.name: one.told_cm for one in avatar.body.measurements if one.told_cm is not None}
    gender = None if avatar.persona.gender == "neutral" else avatar.persona.gender
    return KnownMeasures(height_cm=told.pop("height", None), tape=told, gender=gender)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPicture:
    """A picture that shows an avatar's face, for a model to look at: its file, and what it is."""

    file_id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarPage:
    """One page of avatars, newest first. `next_cursor` is None on the last page."""

    items: tuple[Avatar, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaSaid:
    """Some fields of a persona in their JSON; and words of hair, eyes and skin that go to the person's own words."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    added_words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarMade:
    """A new avatar, and the job that measures its body; None where nothing is to be measured."""

    avatar: Avatar
    job_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarVersion:
    """What an avatar was until it was changed. Numbers grow and are not used again."""

    number: int
    name: str
    persona: Persona
    body: MeasuredBody | None
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarUse:
    """A generation that an avatar was used for."""

    generation_id: str
    title: str
    state: JobState
    pictures: int
    thumbnail_ids: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarUsage:
    """Where an avatar was used, page by page, newest first; `total` and `last_used_at` are of all pages."""

    items: tuple[AvatarUse, ...]
    total: int
    last_used_at: datetime | None
    next_cursor: str | None
