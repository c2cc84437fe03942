"""Photo: a picture that a person gave, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, get_args

from pipelines.bounds import ONE_LINE, Text

PhotoRole = Literal["person", "pose", "style", "garment", "init"]
LONGEST_FILE_NAME = 255
PhotoName = Annotated[str, Text(LONGEST_FILE_NAME, pattern=ONE_LINE)]
PHOTO_ROLES: tuple[PhotoRole, ...] = get_args(PhotoRole)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoHolder:
    """An avatar that was made with a photo."""

    avatar_id: str
    name: str


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
    name: str = ""  # the file's, as it came; it decides nothing
    role: PhotoRole = "person"  # what it was given for; it may be used for more
    media_type: str = ""  # of the file that is kept
    size: int = 0  # bytes of that file
    tags: tuple[str, ...] = ()
    uses: int = 0  # avatars, generations and poses that were made with it, without the trash
    last_used_at: datetime | None = None
    held_by: tuple[PhotoHolder, ...] = ()  # outside the trash, newest first
    is_lost: bool = False  # its file was damaged or is missing, and no backup that is here holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPage:
    """One page of photos, newest first. `next_cursor` is None on the last page."""

    items: tuple[Photo, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCounts:
    """How many photos each role has and each tag is on: what choosing it instead would show."""

    role: Mapping[str, int]
    tag: Mapping[str, int]
