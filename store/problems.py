"""The kinds of disagreement between rows and files, and between rows."""

from __future__ import annotations

from dataclasses import dataclass

DAMAGED_DATABASE = "damaged-database"
BROKEN_REFERENCE = "broken-reference"
ROW_WITHOUT_FILE = "row-without-file"
DAMAGED_FILE = "damaged-file"
FILE_WITHOUT_BLOB = "file-row-without-blob"
PICTURE_WITHOUT_FILE = "picture-without-file"
USE_WITHOUT_HOLDER = "use-without-holder"
USE_MISSING = "use-missing"
OPEN_WITHOUT_JOB = "generation-open-without-job"
OUT_OF_STEP = "generation-out-of-step"
PICTURES_MISSING = "generation-lacks-pictures"
SEARCH_OUT_OF_STEP = "search-out-of-step"
FILE_WITHOUT_ROW = "file-without-row"
LEFTOVER_TEMP = "leftover-temporary-file"

KINDS = (  # in the order in which they are repaired: a later repair relies on the earlier ones
    DAMAGED_DATABASE,
    FILE_WITHOUT_BLOB,
    ROW_WITHOUT_FILE,
    DAMAGED_FILE,
    PICTURE_WITHOUT_FILE,
    BROKEN_REFERENCE,
    USE_WITHOUT_HOLDER,
    USE_MISSING,
    OPEN_WITHOUT_JOB,
    OUT_OF_STEP,
    PICTURES_MISSING,
    SEARCH_OUT_OF_STEP,
    FILE_WITHOUT_ROW,
    LEFTOVER_TEMP,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProblem:
    """A disagreement: its kind, the id of the row or the path in the data folder, and what is wrong."""

    kind: str
    id: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What became of a problem: whether rows and files agree again, and what was done, or what a person can do."""

    problem: DataProblem
    repaired: bool
    sentence: str
