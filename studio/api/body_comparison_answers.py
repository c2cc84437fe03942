"""What REST says of two measured bodies side by side."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from pipelines.body.comparison import ChangeVerdict
from studio.api.answers import Answer


class ComparedBodyOut(Answer):
    """One of the two bodies."""

    avatar_id: str
    version: int | None = Field(description="null: as the avatar is now.")
    name: str
    measured_at: datetime | None
    source: str


class MeasureChangeOut(Answer):
    """What one measure was and is."""

    name: str
    before: float
    after: float
    change: float
    plus_minus: float | None = Field(
        description="Of the difference: both bodies' ± put together; null: not known."
    )
    unit: str = Field(description="“cm”, “l”, “kg”, “kg/m²”; empty of a ratio.")
    verdict: ChangeVerdict = Field(
        description="`within`: no more than two photos of the same person differ by; `unsure`: up to twice as much, "
        "which also happens where nothing changed; `changed`: more; `unknown`: one of the ± is not known."
    )


class ComparisonOut(Answer):
    """Two bodies side by side."""

    before: ComparedBodyOut
    after: ComparedBodyOut
    measures: list[MeasureChangeOut]
    derived: list[MeasureChangeOut]
    summary: str = Field(description="What the ± makes of the differences, in a sentence or two.")
    remarks: list[str] = Field(description="What else was different than the body.")
