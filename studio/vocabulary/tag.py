"""A tag, and what it is on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTag:
    """A tag, and how many generations and photos outside the trash it is on."""

    name: str
    generations: int
    photos: int
