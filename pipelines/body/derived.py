"""What follows from a body's measures: its volume, weight and BMI, and how measures stand to each other."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.types import Measurement

DENSITY_KG_PER_L = 0.98  # as in Anny's own anthropometry (Apache-2.0); lungs included
DENSITY_SD = 0.03  # of the density: it differs from person to person
CM_PER_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedMeasure:
    """One number that follows from others. `unit` is "l", "kg", "kg/m²", or "" of a ratio; `plus_minus` is in the same
    unit, 0 where it is exact or was told, None where nobody knows."""

    name: str
    value: float
    unit: str
    plus_minus: float | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyVolume:
    """How much room a body takes, in litres, and by how much that may be wrong (None: not known)."""

    litres: float
    plus_minus_l: float | None


# Name, and the measures of which one is divided by the other.
RATIOS = (
    ("waist_to_hip", "waist", "hip"),
    ("waist_to_height", "waist", "height"),
    ("chest_to_waist", "chest", "waist"),
    ("inseam_to_height", "inseam", "height"),
)
DERIVED_TITLES = {
    "volume": "Volume",
    "weight": "Weight",
    "bmi": "Body mass index",
    "waist_to_hip": "Waist to hip",
    "waist_to_height": "Waist to height",
    "chest_to_waist": "Chest to waist",
    "inseam_to_height": "Inseam to height",
}


def derive_measures(
    measurements: Iterable[Measurement], volume: BodyVolume | None, told_weight_kg: float | None
) -> tuple[DerivedMeasure, ...]:
    """What follows from the measures; of a body whose volume nobody took, what follows without it.

    The ± of a ratio is put together as if the errors of its two measures had nothing to do with each other.
    """
    by_name = {one.name: one for one in measurements}
    weight = _told_weight(told_weight_kg) if told_weight_kg is not None else _weigh(volume)
    found = [] if volume is None else [_volume(volume)]
    if weight is not None:
        found.append(weight)
        if "height" in by_name:
            found.append(_body_mass_index(weight, by_name["height"]))
    return (*found, *_ratios(by_name))


def _volume(volume: BodyVolume) -> DerivedMeasure:
    return DerivedMeasure(
        name="volume",
        value=volume.litres,
        unit="l",
        plus_minus=volume.plus_minus_l,
        method="All that the skin encloses, lungs included.",
    )


def _told_weight(kg: float) -> DerivedMeasure:
    return DerivedMeasure(name="weight", value=kg, unit="kg", plus_minus=0.0, method="As it was told.")


def _weigh(volume: BodyVolume | None) -> DerivedMeasure | None:
    """The weight of a volume of average density; of an exact volume, as a drawn body's, that is all there is to say."""
    if volume is None:
        return None
    kg, within = volume.litres * DENSITY_KG_PER_L, volume.plus_minus_l
    return DerivedMeasure(
        name="weight",
        value=kg,
        unit="kg",
        plus_minus=math.hypot(within * DENSITY_KG_PER_L, kg * DENSITY_SD) if within else within,
        method=f"The volume by {DENSITY_KG_PER_L} kg a litre, lungs included.",
    )


def _body_mass_index(weight: DerivedMeasure, height: Measurement) -> DerivedMeasure:
    value = weight.value / (height.cm / CM_PER_M) ** 2
    share = None if weight.plus_minus is None else weight.plus_minus / weight.value
    return DerivedMeasure(
        name="bmi",
        value=value,
        unit="kg/m²",
        plus_minus=None if share is None else value * math.hypot(share, 2 * height.plus_minus_cm / height.cm),
        method="The weight in kilograms by the square of the height in metres.",
    )


def _ratios(by_name: dict[str, Measurement]) -> Iterator[DerivedMeasure]:
    for name, above, below in RATIOS:
        if above not in by_name or below not in by_name:
            continue
        one, other = by_name[above], by_name[below]
        value = one.cm / other.cm
        share = math.hypot(one.plus_minus_cm / one.cm, other.plus_minus_cm / other.cm)
        method = f"The {above} divided by the {below}."
        yield DerivedMeasure(name=name, value=value, unit="", plus_minus=value * share, method=method)
