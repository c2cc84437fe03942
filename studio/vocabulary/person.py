"""Person: who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["creator", "admin", "viewer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks for something. Every row of their data carries their id."""

    id: str
    role: Role = "creator"


YOU = Person(id="you")  # the single creator on this computer
