"""Setting: one row of the table of settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One row of the table: its name, its default and what it does."""

    name: str
    default: Any
    help: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    is_url: bool = False
    several: bool = False  # addresses with commas between them
    is_list: bool = False  # read as a tuple of texts in small letters, with commas between them
    shape: str = ""  # a regular expression that a text, or each of a list, has to match; "": any
    shape_says: str = ""  # what that means, after "it has to be"
