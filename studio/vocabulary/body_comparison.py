"""BodyComparison: two measured bodies side by side, as of one person at two times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.body.comparison import MeasureChange


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMoment:
    """Which body: of an avatar as it is (`version` None) or as it was."""

    avatar_id: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedBody:
    """One of the two: whose it is, and when it was measured (None: it was drawn, or that was not kept)."""

    avatar_id: str
    version: int | None
    name: str
    measured_at: datetime | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyComparison:
    """What differs between two bodies. `summary` says in a sentence what the ± makes of it; `remarks` what else was
    different than the body."""

    before: ComparedBody
    after: ComparedBody
    measures: tuple[MeasureChange, ...]
    derived: tuple[MeasureChange, ...]
    summary: str
    remarks: tuple[str, ...]


def choose_before(
    avatar_id: str, *, version: int | None, before: str | None, before_version: int | None
) -> tuple[BodyMoment, BodyMoment | None]:
    """The later body and the earlier one, as REST and the command line ask for them; None: the body that the avatar had
    until then."""
    after = BodyMoment(avatar_id=avatar_id, version=version)
    if before is None and before_version is None:
        return after, None
    return after, BodyMoment(avatar_id=before or avatar_id, version=before_version)
