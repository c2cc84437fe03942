"""Clothing sizes of a measured body: which rows of the size charts its measures, and their ±, reach.

The charts are data, `assets/body/size_charts.json`: one object a chart, another chart is another object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipelines.types import Gender, Measurement

CHARTS_PATH = Path(__file__).parents[2] / "assets" / "body" / "size_charts.json"
SURELY_A_MAN, SURELY_A_WOMAN = (
    0.35,
    0.65,
)  # of the body's own number, 0 a man's to 1 a woman's; between them both count


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRange:
    """One row of a chart: the size of who measures so much."""

    size: str
    from_cm: float
    to_cm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChart:
    """One chart: whose it is and by which measure it goes; its rows go up without gaps."""

    name: str
    gender: Gender
    measure: str
    sizes: tuple[SizeRange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClothingSize:
    """What a chart says of a body: the size, the centimetres it is for, and what it may also be within the ±."""

    chart: str
    gender: Gender
    size: str
    measure: str
    from_cm: float
    to_cm: float
    perhaps: tuple[str, ...]


@lru_cache(1)
def load_charts() -> tuple[SizeChart, ...]:
    """The charts that are shipped."""
    return tuple(
        SizeChart(**{**chart, "sizes": tuple(SizeRange(**row) for row in chart["sizes"])})
        for chart in json.loads(CHARTS_PATH.read_text(encoding="utf-8"))
    )


def find_sizes(measurements: Iterable[Measurement], shape: Mapping[str, float]) -> tuple[ClothingSize, ...]:
    """The size by every chart that is for such a body and goes that far; measures in cm, `shape` as the body's.

    At a limit the larger size counts: clothes that are too wide can be worn.
    """
    by_name = {one.name: one for one in measurements}
    woman = shape.get("gender", 0.5)
    found = []
    for chart in load_charts():
        measured = by_name.get(chart.measure)
        is_for_them = woman < SURELY_A_WOMAN if chart.gender == "male" else woman > SURELY_A_MAN
        if measured is None or not is_for_them:
            continue
        low, high = measured.cm - measured.plus_minus_cm, measured.cm + measured.plus_minus_cm
        reached = [row for row in chart.sizes if row.from_cm <= high and low < row.to_cm]
        row = next((row for row in reached if row.from_cm <= measured.cm < row.to_cm), None)
        if row is None:
            continue
        found.append(
            ClothingSize(
                chart=chart.name,
                gender=chart.gender,
                size=row.size,
                measure=chart.measure,
                from_cm=row.from_cm,
                to_cm=row.to_cm,
                perhaps=tuple(other.size for other in reached if other != row),
            )
        )
    return tuple(found)
