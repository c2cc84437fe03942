"""What REST answers: the studio's views, described. Files are named by id and address, never by path."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, computed_field

from pipelines.types import ControlKind, View
from studio.vocabulary.codec import to_json
from studio.vocabulary.generation import Generation
from studio.vocabulary.job import Job, JobKind, JobLane, JobState
from studio.vocabulary.order import Recipe
from studio.vocabulary.photo import PhotoRole

API_PREFIX = "/api/v1"


def file_url(file_id: str) -> str:
    """Where a file is fetched."""
    return f"{API_PREFIX}/files/{file_id}"


class Answer(BaseModel):
    """What all answers share: they are read off a view's attributes."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, view: Any) -> Self:
        """The answer that describes this view."""
        return cls.model_validate(view)


class PhotoHolderOut(Answer):
    """An avatar that was made with a photo."""

    avatar_id: str
    name: str


class PhotoOut(Answer):
    """A kept photo and what was found in it."""

    id: str
    sha256: str = Field(description="Of the bytes as they were uploaded.")
    width: int
    height: int
    is_duplicate: bool
    people: int
    remarks: list[str]
    body_usable: bool
    body_problem: str
    body_problem_code: str
    file_id: str
    thumbnail_id: str
    created_at: datetime
    name: str = Field(description="The file's, as it came.")
    role: PhotoRole = Field(description="What it was given for; it may be used for more.")
    media_type: str = Field(
        description="Of the file that is kept, as are `size` (bytes), `width` and `height`."
    )
    size: int
    tags: list[str]
    uses: int = Field(description="Avatars, generations and poses that were made with it, without the trash.")
    last_used_at: datetime | None
    held_by: list[PhotoHolderOut] = Field(description="The avatars that were made with it, newest first.")

    @computed_field
    def file_url(self) -> str:
        return file_url(self.file_id)

    @computed_field
    def thumbnail_url(self) -> str:
        return file_url(self.thumbnail_id)


class PhotoTaken(BaseModel):
    """What became of one of several photos: it is kept, or `error` says why not."""

    photo: PhotoOut | None
    error: dict[str, Any] | None = Field(description="`code`, `message` and `hint`, as in every refusal.")


class PhotosTaken(BaseModel):
    """In the order in which they were sent."""

    items: list[PhotoTaken]


class PhotoPageOut(BaseModel):
    """One page of photos, newest first; `next_cursor` is null on the last page."""

    items: list[PhotoOut]
    next_cursor: str | None


class PhotoKnown(BaseModel):
    """Whether you have a photo of these bytes."""

    exists: bool
    photo_id: str | None


class JobRef(BaseModel):
    """The job that an order became."""

    job_id: str


class OrderedOut(Answer):
    """What an order became."""

    job_id: str
    generation_id: str
    not_drawn: list[str] = Field(
        description="Your own words, as written, that the chosen engine will not draw; empty where all is drawn."
    )


class PricedOrderOut(OrderedOut):
    """What an order became, and what it costs."""

    credits: int = Field(description="If it succeeds; 0 where pictures are free.")


class ErrorOut(BaseModel):
    """Why a job failed."""

    code: str
    message: str

    @classmethod
    def of(cls, view: Job | Generation) -> Self | None:
        """The error of a job or a generation; None where it did not fail."""
        return cls(code=view.error_code, message=view.error) if view.error_code or view.error else None


class JobOut(Answer):
    """A job: `step` of `total` within `stage`, 0 of 0 when not known; `error` and `result` null until there is one."""

    id: str
    kind: JobKind
    lane: JobLane = Field(
        description="What it waits for: gpu for image models, cpu for drafts and bodies, download for weights. Jobs of "
        "one lane hold up none of another."
    )
    title: str
    state: JobState
    stage: str
    step: int
    total: int
    percent: int = Field(ge=0, le=100, description="`step` of `total`; 100 only where it has succeeded.")
    attempt: int
    cancel_requested: bool
    error: ErrorOut | None
    preset: str = Field(description="Of a download: whose weights; else empty.")
    result: dict[str, Any] | None
    seconds_left: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    place: int | None = Field(
        description="Of one that waits: its place in the queue, 1 being the next; else null."
    )
    expected_start: datetime | None = Field(
        description="Of one that waits: when it is expected to begin, from how long others took; null while unknown."
    )

    @classmethod
    def of(cls, view: Job) -> Self:
        """The answer that describes this job."""
        own: dict[str, Any] = {"error": ErrorOut.of(view), "result": dict(view.result) or None}
        return cls.model_validate(
            {name: getattr(view, name) for name in cls.model_fields if name not in own} | own
        )


class JobPageOut(BaseModel):
    """One page of jobs, newest first; `next_cursor` is null on the last page."""

    items: list[JobOut]
    next_cursor: str | None


class PictureOut(Answer):
    """One picture of a generation."""

    id: str
    file_id: str
    thumbnail_id: str
    view: View
    pose: str
    seed: int
    width: int
    height: int
    alt: str
    prompt: str = Field(description="The one of its order's prompts that made it.")
    is_lost: bool = Field(
        description="Its file was damaged or is missing, and no backup that is here holds it."
    )

    @computed_field
    def file_url(self) -> str:
        return file_url(self.file_id)

    @computed_field
    def thumbnail_url(self) -> str:
        return file_url(self.thumbnail_id)


class GenerationOut(Answer):
    """A kept generation: what was ordered, every exact request, the pictures and the times."""

    id: str
    job_id: str
    title: str
    state: JobState
    error: ErrorOut | None
    prompt: str
    negative_prompt: str
    avatar_id: str | None
    project_id: str | None
    favourite: bool
    rating: int | None
    notes: str
    tags: list[str]
    order: dict[str, Any]
    requests: list[dict[str, Any]]
    pictures: list[PictureOut]
    seconds: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, view: Generation) -> Self:
        """The answer that describes this generation."""
        own: dict[str, Any] = {
            "error": ErrorOut.of(view),
            "order": dict(view.stored_order),
            "requests": [dict(request) for request in view.requests],
            "pictures": [PictureOut.of(picture) for picture in view.pictures],
        }
        return cls.model_validate(
            {name: getattr(view, name) for name in cls.model_fields if name not in own} | own
        )


class RecipeOut(BaseModel):
    """The settings that a picture carries."""

    order: dict[str, Any] = Field(
        description="As in a generation; without an avatar or a photo that you do not have."
    )
    missing: list[str] = Field(description="What of it is not here any more, in words.")
    says: str = Field(description="The same in one sentence; empty where everything is here.")
    is_edited: bool = Field(description="Whether the prompt is other than what is written from the persona.")

    @classmethod
    def of(cls, view: Recipe) -> Self:
        """The answer that describes this recipe."""
        return cls(
            order=to_json(view.order), missing=list(view.missing), says=view.says, is_edited=view.is_edited
        )


def _plain(value: Any) -> Any:
    return value if isinstance(value, dict) else to_json(value)


Plain = Annotated[dict[str, Any], BeforeValidator(_plain)]  # a dataclass of the vocabulary as JSON


class ModelOut(Answer):
    """A preset of an image model, as it must be known before the click. Sizes in bytes."""

    name: str
    engine: str
    title: str
    about: str
    pose: Literal["draws", "lock", "follow", "none"]
    identity: Literal["draws", "keeps", "weak", "no"]
    controls: list[ControlKind]
    max_references: int
    takes_loras: bool
    takes_negative_prompt: bool
    starts_from_draft: bool
    second_pass: bool
    face_pass: bool
    sends_data_out: bool = Field(
        description="What is asked for leaves this computer: off until it is allowed."
    )
    licence: str
    licence_url: str
    licence_accepted: bool
    gated: bool
    may_ask_token: bool = Field(description="Open by its licence, yet the hub's page may ask for a token.")
    bytes_on_disk: int
    bytes_to_download: int
    size_estimated: bool = Field(description="The download's size is reckoned, not listed.")
    disk_free: int
    tier: str
    memory_needed_gb: float
    memory_estimated: bool = Field(description="The memory is reckoned, not measured.")
    expected_seconds: float | None = Field(description="A picture in sd, from this machine's own past runs.")
    expected_hd_seconds: float | None = Field(description="The same in hd.")
    can_run: bool
    is_downloadable: bool
    says: str = Field(description="What is here, what is missing and what to do.")


class ModelList(BaseModel):
    """All presets; and the LoRAs in the data folder, by name."""

    items: list[ModelOut]
    loras: list[str]


class LocalModelsOut(Answer):
    """Whether what Hugging Face's own tools keep on the studio's computer is used."""

    folder: str
    is_allowed: bool
    is_used: bool
    says: str


class BytesFreed(BaseModel):
    """What a removal gave back to the disk."""

    bytes_freed: int


class HealthOut(Answer):
    """Whether each part works, in words."""

    ok: bool
    version: str
    parts: dict[str, str]
