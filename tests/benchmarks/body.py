"""How true a body from a photo is: rendered people of known shape and pose, extracted and compared.

Run: python -m tests.benchmarks.body --n 40    (--n 6 in CI)

The people's bodies lie outside what is fitted (see `people`). Height and gender are told, as in the first bar. The
naive way is a linear regression of every measure from height and gender, learnt on other people of the same kind.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.appearance import Gender
from pipelines.body.anny import open_anny
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import PhotoSet
from pipelines.body.landmark_fit import LandmarkFit
from pipelines.body.measure import measure_body
from pipelines.photo.errors import PhotoRefused
from pipelines.progress import ignore_progress
from pipelines.types import BodyParameters, KnownMeasures
from tests.benchmarks.people import Person, draw_adult, make_person, make_stranger, photograph_again
from tests.benchmarks.table import Row

LONG_COUNT = 40
TRUNK = ("chest", "waist", "hip")
PA_BAR_MM, TRUNK_BAR_CM, ALL_BAR_CM, SECONDS_BAR = 42.0, 4.3, 2.6, 4.0
REGRESSION_PEOPLE = 300
REGRESSION_SEED = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One person and what was made of the photo."""

    person: Person
    estimate: BodyEstimate
    values_cm: dict[str, float]
    seconds: float  # of processor time

    @property
    def joint_errors_mm(self) -> dict[str, float]:
        """How far each joint is off after the best rotation, scale and shift of all of them."""
        names = list(self.person.joints_m)
        ours = np.array([self.estimate.joints_m[name] for name in names])
        truth = np.array([self.person.joints_m[name] for name in names])
        return dict(zip(names, 1000 * np.linalg.norm(align(ours, truth) - truth, axis=1), strict=True))

    @property
    def errors_cm(self) -> dict[str, float]:
        """Each measure's error, signed."""
        return {name: self.values_cm[name] - self.person.measures_cm[name] for name in MEASURE_NAMES}


def measure_body_fit(
    n: int = LONG_COUNT,
    seed: int = 0,
    told: str = "height gender",
    make: Callable[[int], Person] = make_person,
) -> dict[str, Any]:
    """Extract n rendered people and compare. `told` names what the person tells and gives: "height", "gender",
    "weight", "tape" (of chest, waist and hip), and photos from the "side" and the "back".

    Returns {"people", "found": share 0..1, "pa_mpjpe_mm", "joints_mm": {name: mean}, "measures_cm": {name: mean
    absolute error}, "bias_cm", "regression_cm": the same of the naive way, "trunk_cm", "all_cm",
    "regression_trunk_cm", "regression_all_cm", "held": share of errors within their ±, "seconds": median processor
    time a photo, warm}.
    """
    cases = [case for place in range(n) for case in run_case(make(seed + place), told, seed + place)]
    if not cases:
        return {"people": n, "found": 0.0}
    errors = np.array([list(case.errors_cm.values()) for case in cases])
    within = np.array([[case.estimate.uncertainty_cm[name] for name in MEASURE_NAMES] for case in cases])
    naive = np.abs(regress(cases))
    ours = dict(zip(MEASURE_NAMES, np.abs(errors).mean(0).tolist(), strict=True))
    theirs = dict(zip(MEASURE_NAMES, naive.mean(0).tolist(), strict=True))
    joints = [case.joint_errors_mm for case in cases]
    return {
        "people": n,
        "found": len(cases) / n,
        "pa_mpjpe_mm": float(np.mean([list(one.values()) for one in joints])),
        "joints_mm": {name: float(np.mean([one[name] for one in joints])) for name in joints[0]},
        "measures_cm": ours,
        "bias_cm": dict(zip(MEASURE_NAMES, errors.mean(0).tolist(), strict=True)),
        "regression_cm": theirs,
        "trunk_cm": statistics.fmean(ours[name] for name in TRUNK),
        "all_cm": statistics.fmean(ours.values()),
        "regression_trunk_cm": statistics.fmean(theirs[name] for name in TRUNK),
        "regression_all_cm": statistics.fmean(theirs.values()),
        "held": float((np.abs(errors) <= within).mean()),
        "seconds": statistics.median(case.seconds for case in cases[1:] or cases),
    }


def list_rows(result: dict[str, Any]) -> list[Row]:
    """The result as rows of the benchmark table."""
    if not result["found"]:
        return [Row(what="body: rendered people found", value=0.0, unit="%")]
    note = f"{result['people']} rendered people, {100 * result['found']:.0f} % found"
    way = "regression from height and gender"
    return [
        Row(what="body: joints, PA-MPJPE", value=result["pa_mpjpe_mm"], unit="mm", bar=PA_BAR_MM, note=note),
        Row(
            what="body: chest, waist, hip, mean error",
            value=result["trunk_cm"],
            unit="cm",
            bar=TRUNK_BAR_CM,
            naive=result["regression_trunk_cm"],
            naive_way=way,
        ),
        Row(
            what="body: all measures, mean error",
            value=result["all_cm"],
            unit="cm",
            bar=ALL_BAR_CM,
            naive=result["regression_all_cm"],
            naive_way=way,
        ),
        Row(
            what="body: extraction, warm, processor time", value=result["seconds"], unit="s", bar=SECONDS_BAR
        ),
    ]


def run_case(person: Person, told: str, seed: int = 0) -> list[Case]:
    """One extraction; none where the photo is refused."""
    known = KnownMeasures(
        height_cm=person.measures_cm["height"] if "height" in told else None,
        weight_kg=person.weight_kg if "weight" in told else None,
        gender=person.gender if "gender" in told else None,
        tape={name: person.measures_cm[name] for name in TRUNK} if "tape" in told else {},
    )
    photos = PhotoSet(
        front=person.photo,
        side=photograph_again(person, seed, 90.0 if seed % 2 else -90.0) if "side" in told else None,
        back=photograph_again(person, seed, 180.0) if "back" in told else None,
    )
    begun = time.process_time()
    try:
        estimate = LandmarkFit().extract(photos, known, ignore_progress)
    except PhotoRefused:
        return []
    seconds = time.process_time() - begun
    values = measure_body(open_anny(), estimate.parameters)
    return [Case(person=person, estimate=estimate, values_cm=values, seconds=seconds)]


def align(ours: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Points (N, 3) after the similarity that brings them nearest to others (Procrustes; Umeyama 1991)."""
    from_middle, to_middle = ours - ours.mean(0), truth - truth.mean(0)
    left, sizes, right = np.linalg.svd(from_middle.T @ to_middle)
    flip = np.array([1, 1, np.sign(np.linalg.det(left @ right))])
    scale = (sizes * flip).sum() / (from_middle**2).sum()
    return scale * from_middle @ (left * flip) @ right + truth.mean(0)


def regress(cases: Sequence[Case]) -> np.ndarray:
    """(cases, measures) errors of the naive way."""
    others = [draw_adult(REGRESSION_SEED + place) for place in range(REGRESSION_PEOPLE)]
    known = [measure_body(open_anny(), BodyParameters(shape=shape)) for _, shape in others]
    design = _design([(values["height"], gender) for (gender, _), values in zip(others, known, strict=True)])
    slopes = np.linalg.lstsq(design, np.array([list(values.values()) for values in known]), rcond=None)[0]
    truth = np.array([[case.person.measures_cm[name] for name in MEASURE_NAMES] for case in cases])
    return (
        _design([(case.person.measures_cm["height"], case.person.gender) for case in cases]) @ slopes - truth
    )


def _design(told: Sequence[tuple[float, Gender]]) -> np.ndarray:
    """Rows 1, height, is a woman, height of a woman."""
    rows = [(1.0, height, gender == "female", height * (gender == "female")) for height, gender in told]
    return np.array(rows, np.float64)


def print_report(result: dict[str, Any]) -> None:
    """Joint by joint, measure by measure."""
    print(f"{result['people']} people, {100 * result['found']:.0f} % found")
    print(f"joints after alignment: {result['pa_mpjpe_mm']:.1f} mm in the mean")
    for name, error in result["joints_mm"].items():
        print(f"  {name:16}{error:6.1f} mm")
    print(
        f"measures: mean error, bias, and the regression's error; {100 * result['held']:.0f} % within their ±"
    )
    for name, error in result["measures_cm"].items():
        bias, naive = result["bias_cm"][name], result["regression_cm"][name]
        print(f"  {name:16}{error:6.2f} cm {bias:+6.2f} cm {naive:6.2f} cm")


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--n", type=int, default=LONG_COUNT)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument(
        "--told", default="height gender", help='what the person tells, as "height weight"'
    )
    arguments.add_argument("--strangers", action="store_true", help="the harder people")
    chosen = arguments.parse_args()
    report = measure_body_fit(
        chosen.n, chosen.seed, chosen.told, make_stranger if chosen.strangers else make_person
    )
    if report["found"]:
        print_report(report)
        print(format_table(list_rows(report)))
