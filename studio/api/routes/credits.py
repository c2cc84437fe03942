"""GET /credits: what you have and how it came about; in a shared studio, where pictures cost credits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Response, status
from pydantic import BaseModel, Field

from store.tiers import TierRow
from studio.api.answers import Answer
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.parameters import PathId
from studio.api.schemas import Strict
from studio.vocabulary.credits import (
    Allowance,
    AtOnce,
    Credits,
    Megabytes,
    MovementKind,
    Reason,
    TierName,
    Turns,
)
from studio.vocabulary.names import KEY_PATTERN, PRESET_PATTERN

CSV = "text/csv"
GivenKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        min_length=1,
        description="Sent again with the same key, the same credits are given once.",
    ),
]


class MovementOut(Answer):
    """One entry of the ledger. A reserve is held until its job ends: then it is captured, or released whole."""

    kind: MovementKind
    job_id: str | None
    amount: int = Field(description="What was moved; below zero where an adjustment took something away.")
    cause: str
    at: datetime


class PricesOut(Answer):
    """What one picture costs, in credits."""

    picture: int
    hd: int = Field(description="More, in hd.")
    priority: int = Field(description="More, in an order with priority.")


class CreditsOut(Answer):
    """What you can spend, what your open orders hold, what you have spent, and the newest 200 entries."""

    balance: int = Field(ge=0)
    held: int = Field(ge=0)
    spent: int = Field(ge=0)
    prices: PricesOut
    entries: list[MovementOut]


class CreditsIn(Strict):
    """Credits for a person; below zero to take away."""

    amount: Credits
    reason: Reason


def credit_routes() -> APIRouter:
    """The routes of one's own credits."""
    router = APIRouter(tags=["credits"])

    @router.get("/credits", responses=problems(404, 422))
    def get_credits(mine: Mine) -> CreditsOut:
        """What you have. Not found in a studio where nothing costs credits."""
        return CreditsOut.of(mine.credits.look())

    @router.get(
        "/credits/ledger",
        response_class=Response,
        responses={
            200: {"content": {CSV: {}}, "description": "Every entry, newest first."},
            **problems(404, 422),
        },
    )
    def get_ledger(mine: Mine) -> Response:
        """Every entry of your ledger as CSV."""
        return Response("".join(mine.credits.write_csv()), media_type=CSV, headers=NEVER_STORED)

    return router


class TierIn(Strict):
    """Limits, turns and allowance of a tier. Null: no limit."""

    running: AtOnce = Field(default=None, description="Jobs of one person at once, in each lane.")
    queued: AtOnce = Field(default=None, description="Jobs of one person that wait.")
    per_day: AtOnce = Field(default=None, description="Jobs that one person orders in 24 hours.")
    storage_mb: Megabytes = Field(
        default=None, description="Millions of bytes that one person keeps, the trash included."
    )
    priority: Turns = Field(default=1, description="Turns in each round of the queue, where others have one.")
    monthly_credits: Allowance = 0


class TierOut(Answer):
    """A named set of limits."""

    name: str
    running: int | None
    queued: int | None
    per_day: int | None
    storage_mb: int | None
    priority: int
    monthly_credits: int


class TierList(BaseModel):
    """All tiers, by name."""

    items: list[TierOut]


class TierOfPersonIn(Strict):
    """The tier of a person."""

    tier: TierName


def tier_routes() -> APIRouter:
    """What the admin does about limits and credits of others."""
    router = APIRouter(tags=["people"])

    @router.post("/people/{person_id}/credits", responses=problems(401, 402, 404, 409, 413, 422))
    def give_credits(
        person_id: PathId, given: CreditsIn, mine: Mine, idempotency_key: GivenKey
    ) -> CreditsOut:
        """Give somebody credits, or take some away; what they have then."""
        house = mine.credits.house
        return CreditsOut.of(house.give(person_id, given.amount, given.reason, key=idempotency_key))

    @router.get("/tiers", responses=problems(401, 422))
    def list_tiers(mine: Mine) -> TierList:
        """All tiers; an account begins in “standard”."""
        return TierList(items=[TierOut.of(tier) for tier in mine.credits.house.list_tiers()])

    @router.put("/tiers/{name}", responses=problems(401, 413, 422))
    def put_tier(name: Annotated[str, Path(pattern=PRESET_PATTERN)], tier: TierIn, mine: Mine) -> TierOut:
        """Make a tier, or change it."""
        return TierOut.of(mine.credits.house.put_tier(TierRow(name=name, **tier.model_dump())))

    @router.put(
        "/people/{person_id}/tier",
        status_code=status.HTTP_204_NO_CONTENT,
        responses=problems(401, 404, 413, 422),
    )
    def set_tier(person_id: PathId, wanted: TierOfPersonIn, mine: Mine) -> None:
        """Put somebody into a tier."""
        mine.credits.house.set_tier(person_id, wanted.tier)

    return router
