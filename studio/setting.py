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
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    is_url: bool = False
    several: bool = False  # addresses with commas between them
