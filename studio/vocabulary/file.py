"""File: bytes that a person has here, by id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A kept file: what is said of it where it is served. `size` in bytes."""

    id: str
    media_type: str
    size: int
    sha256: str
