"""Health of the house, and what fsck finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether each part works, in words."""

    ok: bool
    version: str
    parts: Mapping[str, str] = field(default_factory=dict)  # "database": "ok", …


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One disagreement between rows and files that fsck found."""

    kind: str  # "row-without-file", "file-without-row", …
    subject: str  # an id or a path inside the data folder
    repaired: bool = False
    sentence: str = ""  # what is wrong; after a repair, what was done or what a person can do
