"""What the store takes and hands out of generations beside their rows: entries with pictures, light ones, pages."""

from __future__ import annotations

from dataclasses import dataclass

from store.rows import GenerationRow, PictureRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicture:
    """A picture to be added: `position` is the index of its request; size in pixels; files are registered."""

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
class GenerationEntry:
    """A generation with its pictures, in the order of their requests."""

    generation: GenerationRow
    pictures: tuple[PictureRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LightPicture:
    """What a small tile needs of a picture."""

    id: str
    position: int
    file_id: str
    thumbnail_id: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LightGeneration:
    """A generation with nothing large in it: neither order nor requests nor prompts."""

    id: str
    job_id: str
    title: str
    state: str
    pictures: tuple[LightPicture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One page, newest first; `next_cursor` is None on the last."""

    entries: tuple[GenerationEntry, ...]
    next_cursor: str | None
