"""What REST takes and says of avatars: the ways to a new one, changes, versions, and where one was used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, Tag, computed_field

from studio.api.answers import Answer, Plain, file_url
from studio.api.paging import PagedList
from studio.api.persona_words import PersonaChange, PersonaIn
from studio.api.schemas import PictureText, Strict, tell_no_default
from studio.api.words import BY
from studio.vocabulary.avatar import AvatarMade, AvatarName, AvatarSource, Licence, PersonaSaid
from studio.vocabulary.job import JobState
from studio.vocabulary.names import Id
from studio.vocabulary.order import Prompt


class MeasurementOut(Answer):
    """One tailor's measure: centimetres, what we expect to be wrong by, and how it was taken."""

    name: str
    cm: float
    plus_minus_cm: float
    method: str
    told_cm: float | None = Field(
        default=None, description="What was told of it: the height, or what a tape said."
    )
    left_cm: float | None = Field(
        default=None, description="Of a measure that both sides have; `cm` is the mean of both."
    )
    right_cm: float | None = None


class DerivedMeasureOut(Answer):
    """What follows from measures: volume, weight, body mass index, or a ratio."""

    name: str
    value: float
    unit: str = Field(description="“l”, “kg”, “kg/m²”; empty of a ratio.")
    plus_minus: float | None = Field(description="In the same unit; 0: exact or told, null: not known.")
    method: str


class ClothingSizeOut(Answer):
    """What a size chart says of a body."""

    chart: str
    gender: str = Field(description="Whose chart it is; a body between both gets both.")
    size: str
    measure: str = Field(description="Which measure it goes by.")
    from_cm: float
    to_cm: float
    perhaps: list[str] = Field(description="Other sizes within the ± of the measure.")


class BodyOut(Answer):
    """A measured body; its meshes are files."""

    parameters: Plain = Field(description="`model`, and `shape`: the numbers that rebuild the body.")
    measurements: list[MeasurementOut]
    derived: list[DerivedMeasureOut]
    sizes: list[ClothingSizeOut]
    remarks: list[str]
    confidence: float | None = Field(description="0..1: how much of the person seen the body covers.")
    coverage: float | None = Field(description="0..1: how much of the body's skin the photos show.")
    people: list[Plain] = Field(
        description="Who is in the photo, left to right: `number`, `box` (x, y, width, height in pixels), `measured`."
    )
    source: str
    extractor: str = Field(
        description="Which extractor measured it; empty: none, or one before this was kept."
    )
    raw: dict[str, list[float]] = Field(
        description="The extractor's own numbers, as SMPL's `betas`, `body_pose`, `global_orient`; empty: it has none."
    )
    measured_at: datetime | None = Field(description="null of a body that was drawn, or measured long ago.")
    glb_id: str | None
    obj_id: str | None

    @computed_field
    def glb_url(self) -> str | None:
        return file_url(self.glb_id) if self.glb_id else None

    @computed_field
    def obj_url(self) -> str | None:
        return file_url(self.obj_id) if self.obj_id else None


class OriginOut(Answer):
    """Where an avatar came from."""

    source: AvatarSource
    prompt: str = Field(description="The words it was made of, or that its picture was drawn of.")
    negative_prompt: str
    seed: int | None = Field(description="Of its picture.")
    picture_id: str | None
    licence: str = Field(description="What its maker says about its use.")


class AvatarOut(Answer):
    """A kept person."""

    id: str
    name: str
    persona: Plain
    body: BodyOut | None
    unreadable: str = Field(description="Why another version's avatar cannot be read here; else empty.")
    project_id: str | None
    photo_id: str | None
    thumbnail_id: str | None = Field(description="300 × 300; null until it is drawn.")
    base_id: str | None = Field(description="The picture it was made of, or its photo.")
    origin: OriginOut
    created_at: datetime
    updated_at: datetime

    @computed_field
    def thumbnail_url(self) -> str | None:
        return file_url(self.thumbnail_id) if self.thumbnail_id else None

    @computed_field
    def base_url(self) -> str | None:
        return file_url(self.base_id) if self.base_id else None


class AvatarList(BaseModel):
    """One page of kept people, newest first; `next_cursor` is null on the last."""

    items: list[AvatarOut]
    next_cursor: str | None


class NewAvatar(Strict):
    """What every new avatar is told."""

    name: AvatarName
    project_id: Id | None = Field(default=None, description="Left out: in no project.")


class AvatarOfWords(NewAvatar):
    """An avatar from words, with a persona beside them where more is known."""

    prompt: Annotated[Prompt, Field(min_length=1)] = Field(description="Who it is, in your own words.")
    persona: PersonaIn | None = Field(default=None, description="Left out: read out of the words.")


class AvatarOfPersona(NewAvatar):
    """An avatar from a persona."""

    persona: PersonaIn


class AvatarOfImage(NewAvatar):
    """An avatar from a photo that is sent along."""

    image: PictureText


class AvatarOfPhoto(NewAvatar):
    """An avatar from a kept photo."""

    photo_id: Id


class AvatarOfPicture(NewAvatar):
    """An avatar from a picture of a finished generation."""

    picture_id: Id


def _which(given: Any) -> str:
    """By which of its fields a new avatar is meant; the words where none is there."""
    fields = given if isinstance(given, dict) else {}
    ways = ("picture_id", "photo_id", "image", "prompt", "persona")
    return BY + next((way for way in ways if way in fields), "prompt")


AvatarIn = Annotated[
    Annotated[AvatarOfWords, Tag(BY + "prompt")]
    | Annotated[AvatarOfPersona, Tag(BY + "persona")]
    | Annotated[AvatarOfImage, Tag(BY + "image")]
    | Annotated[AvatarOfPhoto, Tag(BY + "photo_id")]
    | Annotated[AvatarOfPicture, Tag(BY + "picture_id")],
    Discriminator(_which),
]


class AvatarChangeIn(Strict):
    """What to change of an avatar; what is left out stays."""

    name: AvatarName = Field(default="", json_schema_extra=tell_no_default)
    persona: PersonaChange = Field(
        default_factory=PersonaSaid, description="Those of its fields that are sent; the others stay."
    )
    project_id: Id | None = Field(default=None, description="null: in no project.")
    licence: Licence = Field(default="", description="What you say about its use; it travels in its file.")

    def said(self) -> dict[str, Any]:
        """Only what was sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class DuplicateIn(Strict):
    """What the second one is called."""

    name: AvatarName = Field(
        default="",
        description="Left out: the first one's name, and “copy”.",
        json_schema_extra=tell_no_default,
    )


class AvatarMadeOut(AvatarOut):
    """A new avatar."""

    job_id: str | None = Field(
        description="The job that measures its body in the photo; null where there is nothing to measure."
    )

    @classmethod
    def of_made(cls, made: AvatarMade) -> AvatarMadeOut:
        """The answer that describes a new avatar and its job."""
        return cls(
            **AvatarOut.of(made.avatar).model_dump(exclude=set(cls.model_computed_fields)), job_id=made.job_id
        )


class VersionOut(Answer):
    """What an avatar was until it was changed."""

    number: int
    name: str
    persona: Plain
    body: BodyOut | None
    kept_at: datetime = Field(description="When it was changed, and this became a version.")


class VersionList(PagedList):
    """The latest version first; the avatar as it is now is none of them."""

    items: list[VersionOut]


class UseOut(Answer):
    """A generation that an avatar was used for."""

    generation_id: str
    title: str
    state: JobState
    pictures: int
    thumbnail_ids: list[str]
    created_at: datetime

    @computed_field
    def thumbnail_urls(self) -> list[str]:
        return [file_url(one) for one in self.thumbnail_ids]


class UsageOut(Answer):
    """Where an avatar was used, newest first; `next_cursor` is null on the last page."""

    items: list[UseOut]
    total: int
    last_used_at: datetime | None
    next_cursor: str | None
