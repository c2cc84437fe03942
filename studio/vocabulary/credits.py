"""Credits: what pictures cost in a shared studio, and what a person has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pipelines.bounds import Between, Text
from studio.vocabulary.names import PRESET_PATTERN

MOST_CREDITS = 1_000_000_000
Credits = Annotated[int, Between(-MOST_CREDITS, MOST_CREDITS)]
Reason = Annotated[str, Text(200, least=1)]
TierName = Annotated[str, Text(40, least=1, pattern=PRESET_PATTERN)]
MOST_JOBS_COUNTED = 100_000
AtOnce = Annotated[int, Between(1, MOST_JOBS_COUNTED)] | None  # None: no limit
Megabytes = Annotated[int, Between(1, 1_000_000_000)] | None  # None: no limit
Turns = Annotated[int, Between(1, 4)]
Allowance = Annotated[int, Between(0, MOST_CREDITS)]
TIER_FIELDS: dict[str, Any] = {
    "name": TierName,
    "running": AtOnce,
    "queued": AtOnce,
    "per_day": AtOnce,
    "storage_mb": Megabytes,
    "priority": Turns,
    "monthly_credits": Allowance,
}
MovementKind = Literal["grant", "reserve", "capture", "release", "adjust"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One entry of the ledger. `amount` is what was moved; below zero where an adjustment took something away."""

    kind: MovementKind
    job_id: str | None
    amount: int
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What one picture costs, in credits."""

    picture: int
    hd: int  # more
    priority: int  # more

    def of(self, pictures: int, *, hd: bool, priority: bool) -> int:
        """What so many pictures cost."""
        return pictures * (self.picture + self.hd * hd + self.priority * priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditBalance:
    """What a person can spend, what their open orders hold, what they have spent; and the newest movements."""

    balance: int
    held: int
    spent: int
    prices: Prices
    entries: tuple[Movement, ...]
