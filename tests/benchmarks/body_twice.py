"""What two photos of the same body differ by, and how much of it the comparison calls within their ±.

Run: python -m tests.benchmarks.body_twice --n 12

The same rendered people are photographed once more, standing otherwise before another camera. Their bodies did not
change, so every measure that is called "changed" is a false alarm.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.comparison import MeasureChange, compare_measures
from pipelines.body.extractor import PhotoSet
from pipelines.body.landmark_fit import LandmarkFit
from pipelines.body.measure import measure_sides, measurements
from pipelines.photo.errors import PhotoRefused
from pipelines.progress import ignore_progress
from pipelines.types import KnownMeasures, Measurement
from tests.benchmarks.people import Person, make_person, photograph_again

LONG_COUNT = 12


def compare_twice(n: int, seed: int, told: str) -> list[tuple[MeasureChange, ...]]:
    """The differences of n people's two photos; those of whom a photo is refused are left out."""
    return list(_compare(n, seed, told))


def _compare(n: int, seed: int, told: str) -> Iterator[tuple[MeasureChange, ...]]:
    for place in range(seed, seed + n):
        person = make_person(place)
        try:
            first = take(person, person.photo, told)
            second = take(person, photograph_again(person, place, 0.0), told)
        except PhotoRefused:
            continue
        yield compare_measures(first, second)


def take(person: Person, photo: np.ndarray, told: str) -> tuple[Measurement, ...]:
    """The measures of one photo. Raises PhotoRefused."""
    known = KnownMeasures(
        height_cm=person.measures_cm["height"],
        gender=person.gender,
        weight_kg=person.weight_kg if "weight" in told else None,
    )
    estimate = LandmarkFit().extract(PhotoSet(front=photo), known, ignore_progress)
    return measurements(measure_sides(open_anny(), estimate.parameters), estimate.uncertainty_cm, known)


def main() -> None:
    """Print the shares, and each measure's mean difference."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--n", type=int, default=LONG_COUNT)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--told", default="", help="“weight”, beside height and gender")
    chosen = arguments.parse_args()
    people = compare_twice(chosen.n, chosen.seed, chosen.told)
    verdicts = Counter(one.verdict for changes in people for one in changes)
    shares = ", ".join(
        f"{verdict} {100 * count / verdicts.total():.0f} %" for verdict, count in verdicts.items()
    )
    print(f"{len(people)} people, two photos each: {shares}")
    for changes in zip(*people, strict=True):
        off = float(np.mean([abs(one.change) for one in changes]))
        within = float(np.mean([one.plus_minus or 0.0 for one in changes]))
        print(f"  {changes[0].name:20}{off:6.2f} cm, ± {within:.2f}")


if __name__ == "__main__":
    main()
