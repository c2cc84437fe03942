"""What the store hands out: frozen copies of its rows. Nobody outside touches a record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from store.records import OPEN_STATES, Record

RowType = TypeVar("RowType")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One owner's file: `sha256` and `size` (bytes) of what it holds."""

    id: str
    owner: str
    sha256: str
    size: int
    media_type: str
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """A picture that a person gave; `look` is what was found in it."""

    id: str
    owner: str
    file_id: str
    thumbnail_id: str
    sha256: str
    width: int
    height: int
    look: dict[str, Any]
    created_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """A shelf of avatars and generations."""

    id: str
    owner: str
    name: str
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarRow:
    """A kept person, without what it was before (it is large: `Avatars.versions`)."""

    id: str
    owner: str
    name: str
    project_id: str | None
    persona: dict[str, Any]
    body: dict[str, Any] | None
    origin: dict[str, Any]
    photo_id: str | None
    thumbnail_id: str | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseRow:
    """A pose of a person's own."""

    id: str
    owner: str
    slug: str
    template: dict[str, Any]
    credit: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A name and something in JSON."""

    id: str
    owner: str
    kind: str
    name: str
    content: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRow:
    """What was ordered and what became of it, without the requests (they are large: `Generations.requests`)."""

    id: str
    owner: str
    job_id: str
    avatar_id: str | None
    project_id: str | None
    title: str
    favourite: bool
    rating: int | None
    notes: str
    tags: list[str]
    state: str
    error_code: str
    error: str
    order: dict[str, Any]
    prompt: str
    negative_prompt: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRow:
    """One picture of a generation; `position` is the index of its request."""

    id: str
    owner: str
    generation_id: str
    position: int
    file_id: str
    thumbnail_id: str
    view: str
    pose: str
    seed: int
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job as it stands, without its preview (`Jobs.preview`)."""

    id: str
    owner: str
    kind: str
    lane: str
    priority: int
    title: str
    payload: dict[str, Any]
    idempotency_key: str | None
    state: str
    cancel_requested: bool
    attempt: int
    not_before: datetime
    lease_until: datetime | None
    token: str | None
    worker: str | None
    stage: str
    step: int
    total: int
    ends_at: datetime | None
    error_code: str
    error: str
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it may still change."""
        return self.state in OPEN_STATES


def columns_of(record: type[Record], row_type: type) -> tuple[InstrumentedAttribute[Any], ...]:
    """The columns of a record that make one row of that type, in the order of its fields."""
    return tuple(getattr(record, field.name) for field in fields(row_type))


def to_rows(row_type: type[RowType], values: Iterable[Sequence[Any]]) -> list[RowType]:
    """Rows from selected values, which lie in the order of the type's fields."""
    setters = [getattr(row_type, field.name).__set__ for field in fields(row_type)]  # type: ignore[arg-type]
    rows = []
    for one in values:  # slot by slot: half the time of a frozen class's own way, and a page has hundreds
        row = object.__new__(row_type)
        for put, value in zip(setters, one, strict=True):
            put(row, value)
        rows.append(row)
    return rows


def to_row(row_type: type[RowType], values: Sequence[Any]) -> RowType:
    """One row from selected values."""
    return to_rows(row_type, (values,))[0]
