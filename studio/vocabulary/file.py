"""File: bytes that a person has here, by id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A kept file: what a route needs to serve it."""

    id: str
    media_type: str
    size: int
    sha256: str
    path: str  # for the process that serves it; never sent to a client
