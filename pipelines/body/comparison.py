"""Two bodies of one person, measured at two times: what differs, and whether two photos would differ by as much."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from pipelines.body.derived import DerivedMeasure
from pipelines.types import Measurement

# Within: no more than two photos of the same person differ by anyway. Unsure: up to twice as much, which happens to one
# measure in four where nothing changed (the ± holds two thirds of errors). Unknown: nobody knows one of the ±.
ChangeVerdict = Literal["within", "unsure", "changed", "unknown"]
SURELY = 2.0  # times the ± of the difference
Kind = TypeVar("Kind", Measurement, DerivedMeasure)
LEAST = 0.05  # of exact numbers, as of drawn bodies: less is the same, to the digit that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureChange:
    """One measure of two bodies, in `unit` ("cm", "l", "kg", "kg/m²", or "" of a ratio). `plus_minus` is that of the
    difference: both bodies' put together as if their errors had nothing to do with each other; None: not known."""

    name: str
    before: float
    after: float
    change: float
    plus_minus: float | None
    unit: str
    verdict: ChangeVerdict


def compare_measures(
    before: Iterable[Measurement], after: Iterable[Measurement]
) -> tuple[MeasureChange, ...]:
    """What differs of the measures that both bodies have, in the order of the later ones."""
    return tuple(
        _compare(name, one.cm, other.cm, (one.plus_minus_cm, other.plus_minus_cm), "cm")
        for name, one, other in _pairs(before, after)
    )


def compare_derived(
    before: Iterable[DerivedMeasure], after: Iterable[DerivedMeasure]
) -> tuple[MeasureChange, ...]:
    """The same of what follows from measures."""
    return tuple(
        _compare(name, one.value, other.value, (one.plus_minus, other.plus_minus), other.unit)
        for name, one, other in _pairs(before, after)
    )


def _pairs(before: Iterable[Kind], after: Iterable[Kind]) -> Iterator[tuple[str, Kind, Kind]]:
    earlier = {one.name: one for one in before}
    for other in after:
        if other.name in earlier:
            yield other.name, earlier[other.name], other


def _compare(
    name: str, before: float, after: float, within: tuple[float | None, float | None], unit: str
) -> MeasureChange:
    one, other = within
    plus_minus = None if one is None or other is None else math.hypot(one, other)
    return MeasureChange(
        name=name,
        before=before,
        after=after,
        change=after - before,
        plus_minus=plus_minus,
        unit=unit,
        verdict=_judge(after - before, plus_minus, LEAST if unit else LEAST / 10),
    )


def _judge(change: float, plus_minus: float | None, least: float) -> ChangeVerdict:
    if plus_minus is None:
        return "unknown"
    if abs(change) <= max(plus_minus, least):
        return "within"
    return "changed" if abs(change) > SURELY * plus_minus else "unsure"
