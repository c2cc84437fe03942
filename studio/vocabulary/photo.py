"""Photo: a picture that a person gave, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
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
