"""Export: what goes out of the studio as one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pipelines.bounds import Between, Several, Text
from studio.vocabulary.job import JobState
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.names import Id

ExportFormat = Literal["zip", "csv", "json", "sheet", "dataset"]
PictureEncoding = Literal["original", "png", "webp", "jpeg", "avif"]

MOST_EXPORTED = 5000  # ids of one export; a search may find more
NAME_FIELDS = ("title", "name", "date", "time", "project", "pose", "view", "seed", "number", "id")
# Plain text with fields in braces; a slash makes a folder.
NAME_PATTERN = r"^([^\x00-\x1f\x7f{}]|\{(" + "|".join(NAME_FIELDS) + r")\})+$"
DEFAULT_NAMES = "{number} {title} {view}"
LONGEST_NAMES = 120
LONGEST_TRIGGER = 60

ExportIds = Annotated[tuple[Id, ...], Several(MOST_EXPORTED, least=1, each_once=True)]
Trigger = Annotated[str, Text(LONGEST_TRIGGER)]
FileNames = Annotated[str, Text(LONGEST_NAMES, least=1, pattern=NAME_PATTERN)]
LongestSide = Annotated[int, Between(64, 8192)]

ENDINGS: Mapping[ExportFormat, str] = {"zip": ".zip", "dataset": ".zip", "csv": ".csv", "json": ".json"}
MEDIA_TYPES_OF: Mapping[ExportFormat, str] = {
    "zip": "application/zip",
    "dataset": "application/zip",
    "csv": "text/csv",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What is to go out, and how. `ids` of generations, or a `search` that they fit: one of the two.

    `metadata` False: without prompts, settings and recipes; the mark that a machine made the pictures stays.
    `image_format`, `longest_px` and `names` are of the pictures in a zip; the first is a sheet's too, the first two a
    dataset's. A dataset is what a LoRA is trained on; `trigger` stands first in each of its captions.
    """

    ids: ExportIds | None = None
    search: GenerationSearch | None = None
    format: ExportFormat = "zip"
    image_format: PictureEncoding = "original"
    longest_px: LongestSide | None = None  # larger pictures are made this long on their longer side
    metadata: bool = True
    names: FileNames = DEFAULT_NAMES
    trigger: Trigger = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """An export: a job, and the file that it made. The file goes when it expires."""

    id: str  # the job's too
    state: JobState
    format: ExportFormat
    title: str
    percent: int
    stage: str
    error_code: str
    error: str
    generations: int = 0  # in the file
    pictures: int = 0
    left_out: int = 0  # pictures whose files are lost
    file_id: str | None = None  # None until it is there, and once it has expired
    file_name: str = ""
    size: int = 0
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPicture:
    """A picture as a name of its file may speak of it."""

    title: str
    name: str  # of the persona
    created_at: datetime
    project: str
    pose: str
    view: str
    seed: int
    number: int
    id: str
    fields: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        said = {one: str(getattr(self, one)) for one in NAME_FIELDS if one not in ("date", "time", "number")}
        said |= {"date": f"{self.created_at:%Y-%m-%d}", "time": f"{self.created_at:%H-%M-%S}"}
        object.__setattr__(self, "fields", said | {"number": f"{self.number:03d}"})
