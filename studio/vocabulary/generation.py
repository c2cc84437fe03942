"""Generation: the kept record of an order, with its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.types import View
from studio.vocabulary.job import JobState
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.project import Hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
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
    is_lost: bool = False  # its file was damaged or is missing, and no backup that is here holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """A picture where only a small one is shown."""

    file_id: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """A kept generation: the order, its requests, its pictures."""

    id: str
    job_id: str
    title: str
    state: JobState
    error: str
    error_code: str
    order: GenerationOrder
    stored_order: Mapping[str, Any]  # as it was stored
    unreadable: str  # why the order could not be read, "" where it could: then `order` says nothing
    requests: tuple[Mapping[str, Any], ...]  # every GenerationRequest as JSON, in order of the pictures
    pictures: tuple[Picture, ...]
    prompt: str
    negative_prompt: str
    avatar_id: str | None
    project_id: str | None = None
    favourite: bool = False
    rating: int | None = None  # 0 to 5
    notes: str = ""
    tags: tuple[str, ...] = ()
    seconds: float | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    hold: Hold = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list. `next_cursor` is None on the last page."""

    items: tuple[Generation, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What an order became, and which of the person's own words the engine will not draw, as they were written."""

    job_id: str
    generation_id: str
    not_drawn: tuple[str, ...] = ()
    credits: int | None = None  # what it costs, if it succeeds; None where nothing costs credits
