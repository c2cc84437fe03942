"""Write assets/body/landmark_fit.json: how the detector sees bodies whose truth is known, and how sure a fit is.

Run: python -m tests.benchmarks.calibrate_body --n 400    (about five minutes on one core)

The people are not those of the benchmark: their seeds begin at FIRST_SEED. Left and right are made alike.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pipelines.appearance import Gender
from pipelines.body.anny import open_anny
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.fit_outline import BodyOutline, PhotoOutline
from pipelines.body.fit_priors import (
    CALIBRATION,
    DEPTH_MARKERS,
    HIPS,
    MARKERS,
    MIRRORED_POINT,
    POINTS,
    REFERENCE_HEIGHT_M,
    read_calibration,
)
from pipelines.body.fit_sight import Sight
from pipelines.body.fit_solve import BodyFit
from pipelines.body.fit_uncertainty import measure_spread, shape_parameters
from pipelines.body.fit_view import open_fit_body
from pipelines.body.frames import WORLD_FROM_REFERENCE
from pipelines.body.measure import measure_body
from pipelines.photo.landmarks import detect_landmarks
from pipelines.render.camera import Camera
from pipelines.types import KnownMeasures
from tests.benchmarks.people import Person, make_person

FIRST_SEED = 1_000_000
FITTED_PEOPLE = 150  # of those, enough for the factors
HELD = 68.0  # percent of the errors that a measure's uncertainty holds
OUTLIER_M = 0.025  # Cauchy's scale for a marker's offset
P90_OF_SPREAD = 2.146  # 90 of 100 lengths of a flat normal error are shorter than this many spreads
GAP_REACH_PX = 8.0
MIRROR = np.array([-1.0, 1.0, 1.0])
# Told in turns when factors are found.
KNOWN = ("height gender", "height gender weight", "height", "gender", "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """The truth about one person, what the detector saw, and its markers' frames: place = anchor + axes @ offset,
    in the camera's frame, metres."""

    camera: Camera
    gender: Gender
    measures_cm: dict[str, float]
    weight_kg: float
    sight: Sight
    anchors: np.ndarray  # (M, 3)
    axes: np.ndarray  # (M, 3, 3)
    outline_gap_m: float  # from the photo's outline to the true body's, positive outside


def main() -> None:
    """Calibrate, write the asset, and its line in the manifest."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--n", type=int, default=400)
    arguments.add_argument(
        "--factors", nargs="+", choices=MEASURE_NAMES, help="only how sure these measures are; the rest stays"
    )
    asked = arguments.parse_args()
    count = asked.n
    samples = [sample for seed in range(FIRST_SEED, FIRST_SEED + count) for sample in take_sample(seed)]
    if asked.factors:
        write_factors(asked.factors, samples)
        return
    offsets, spreads = fit_offsets(samples)
    stored: dict[str, Any] = {
        "made_by": f"python -m tests.benchmarks.calibrate_body --n {count}",
        "markers": [[marker.point, marker.bone] for marker in MARKERS],
        "offsets_m": _rounded(offsets),
        "spreads_m": _rounded(spreads),
        "outline_gap_m": round(float(np.mean([sample.outline_gap_m for sample in samples])), 5),
    }
    stored |= fit_depths(samples, offsets)
    write(stored | {"measure_factor": dict.fromkeys(MEASURE_NAMES, 1.0)})
    write(stored | {"measure_factor": fit_factors(samples[:FITTED_PEOPLE])})


def write_factors(names: Sequence[str], samples: Sequence[Sample]) -> None:
    """Calibrate how sure some measures are, and leave everything else as it is."""
    stored = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    found = fit_factors(samples[:FITTED_PEOPLE])
    factors = stored["measure_factor"] | {name: found[name] for name in names}
    write(stored | {"measure_factor": {name: factors[name] for name in MEASURE_NAMES}})


def take_sample(seed: int) -> list[Sample]:
    """The person of that seed as a sample; none where the detector found nobody."""
    person = make_person(seed)
    seen = detect_landmarks(person.photo).person
    if seen is None:
        return []
    sight = Sight(
        points_px=seen.points_px,
        visibility=seen.visibility,
        world_m=seen.world_m,
        mask=seen.mask,
        known=KnownMeasures(),
    )
    anchors, axes = _marker_frames(person)
    return [
        Sample(
            camera=person.camera,
            gender=person.gender,
            measures_cm=person.measures_cm,
            weight_kg=person.weight_kg,
            sight=sight,
            anchors=anchors,
            axes=axes,
            outline_gap_m=_measure_gap(person, seen.mask),
        )
    ]


def _measure_gap(person: Person, mask: np.ndarray) -> float:
    """The median over the body's outline, in metres: a silhouette's edge lies a little outside the body."""
    photo, camera = PhotoOutline(mask), person.camera
    seen = camera.to_camera(person.body.vertices)
    center = np.array([camera.width / 2, camera.height / 2])
    pairs = BodyOutline(open_anny().data).pair(seen, photo, camera.focal_px, center, GAP_REACH_PX)
    px_per_metre = float(photo.scale.mean()) * camera.focal_px / float(np.median(seen[:, 2]))
    return float(np.median(pairs.gaps[pairs.trust == 1])) / px_per_metre


def _marker_frames(person: Person) -> tuple[np.ndarray, np.ndarray]:
    model = open_anny()
    _, rest, orientations = model.rest_shape(person.parameters)
    turns = model.data.reference_orientations @ orientations.transpose(0, 2, 1)
    turns[0] = np.eye(3)
    to_camera = person.camera.rotation @ WORLD_FROM_REFERENCE
    axes = to_camera @ person.body.bone_rotations @ turns
    joints = person.camera.to_camera(person.body.joints.astype(np.float64))
    bones, carriers = (
        [model.bone_names.index(name) for name in names]
        for names in ([m.bone for m in MARKERS], [m.carrier for m in MARKERS])
    )
    anchors = joints[carriers] + np.einsum("mij,mj->mi", axes[carriers], rest[bones] - rest[carriers])
    return anchors, axes[carriers]


def fit_offsets(samples: Sequence[Sample]) -> tuple[np.ndarray, np.ndarray]:
    """(M, 3) offsets and (M,) spreads: where each of the detector's points lies on the body, by robust least squares
    over both sides of the body in metres across the line of sight."""
    offsets, spreads = np.zeros((len(MARKERS), 3)), np.zeros(len(MARKERS))
    for place, marker in enumerate(MARKERS):
        if marker.point in MIRRORED_POINT.values():
            continue
        twin = MIRRORED_POINT.get(marker.point)
        other = place if twin is None else int(np.flatnonzero(twin == POINTS)[0])
        rows, wanted = zip(
            *(
                _across_sight(sample, side, flip)
                for sample in samples
                for side, flip in ((place, False), (other, True))
            ),
            strict=True,
        )
        matrix, target = np.concatenate(rows), np.concatenate(wanted)
        offset, weights = np.zeros(3), np.ones(len(target))
        for _ in range(15):
            weighted = matrix * weights[:, None]
            offset = np.linalg.solve(weighted.T @ matrix, weighted.T @ target)
            errors = np.linalg.norm((target - matrix @ offset).reshape(-1, 2), axis=1)
            weights = np.repeat(1 / (1 + (errors / OUTLIER_M) ** 2), 2)
        offsets[place], offsets[other] = offset, offset * MIRROR
        if other == place:
            offsets[place, 0] = 0
        spreads[[place, other]] = np.percentile(errors, 90) / P90_OF_SPREAD
    return offsets, spreads


def _across_sight(sample: Sample, place: int, flip: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows (2, 3) and targets (2,) of one sighting: how the offset moves the marker in the picture, in metres."""
    camera, anchor, axes = sample.camera, sample.anchors[place], sample.axes[place]
    center = np.array([camera.width / 2, camera.height / 2])
    seen = (sample.sight.points_px[POINTS[place]] - center) / camera.focal_px * anchor[2]
    rows = axes[:2] - np.outer(anchor[:2] / anchor[2], axes[2])
    return rows * MIRROR if flip else rows, seen - anchor[:2]


def fit_depths(samples: Sequence[Sample], offsets: np.ndarray) -> dict[str, Any]:
    """How the detector's depths differ from the true ones, relative to the hips: mean and covariance of the errors.

    Depths are not scaled to fit the renders: a detector that is unsure shrinks them, and on photographs it is surer.
    """
    both = []
    for sample in samples:
        places = sample.anchors + np.einsum("mij,mj->mi", sample.axes, offsets)
        height = sample.measures_cm["height"] / 100 / REFERENCE_HEIGHT_M
        world = sample.sight.world_m[POINTS].astype(np.float64)
        both.append((world - world[HIPS].mean(0), (places - places[HIPS].mean(0)) / height))
    detected, truth = (np.array(part) for part in zip(*both, strict=True))
    scale = float((detected * truth).sum() / (detected**2).sum())
    twin = _twins()
    seen = np.concatenate([detected[:, :, 2], detected[:, twin, 2]])
    true = np.concatenate([truth[:, :, 2], truth[:, twin, 2]]) / scale
    errors = seen - true
    return {
        "world_scale": round(scale, 4),
        "depth_offset_m": _rounded(errors.mean(0)),
        "depth_covariance_m2": _rounded(np.cov(errors[:, DEPTH_MARKERS].T), 6),
    }


def _twins() -> np.ndarray:
    """(M,) the marker of the other side."""
    swap = MIRRORED_POINT | {right: left for left, right in MIRRORED_POINT.items()}
    return np.array([int(np.flatnonzero(swap.get(int(point), int(point)) == POINTS)[0]) for point in POINTS])


def fit_factors(samples: Sequence[Sample]) -> dict[str, float]:
    """By what the fit's own spread of each measure is multiplied to hold HELD percent of the errors, with the height
    told or without, whichever needs more."""
    read_calibration.cache_clear()
    open_fit_body.cache_clear()
    groups: dict[bool, list[list[float]]] = {True: [], False: []}
    for place, sample in enumerate(samples):
        told = KNOWN[place % len(KNOWN)]
        groups["height" in told].append(_error_ratios(sample, told))
    factors = np.max([np.percentile(np.array(ratios), HELD, axis=0) for ratios in groups.values()], axis=0)
    return dict(zip(MEASURE_NAMES, np.round(factors, 2).tolist(), strict=True))


def _error_ratios(sample: Sample, told: str) -> list[float]:
    """Each measure's error by the fit's own spread of it."""
    model, truth = open_anny(), sample.measures_cm
    fit = BodyFit([tell(sample, told)])
    fit.run(lambda done, total: None)
    covariance = np.linalg.inv(fit.information)[fit.layout.shape, fit.layout.shape]
    spread = measure_spread(model, fit.space, fit.raw_shape, covariance).measures_cm
    values = measure_body(model, shape_parameters(fit.space, fit.raw_shape))
    return [abs(values[name] - truth[name]) / spread[name] for name in MEASURE_NAMES]


def tell(sample: Sample, told: str) -> Sight:
    """What was seen, with some of "height gender weight" told truly."""
    known = KnownMeasures(
        height_cm=sample.measures_cm["height"] if "height" in told else None,
        gender=sample.gender if "gender" in told else None,
        weight_kg=sample.weight_kg if "weight" in told else None,
    )
    return replace(sample.sight, known=known)


def write(stored: dict[str, Any]) -> None:
    """Write the asset and its line in the manifest."""
    CALIBRATION.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    path = CALIBRATION.parents[1] / "MANIFEST.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["body/landmark_fit.json"] = {
        "what": "How the landmark detector sees the free body, and how sure its fits are",
        "origin": "Measured by this project on people it rendered itself",
        "licence": "CC0-1.0",
        "made_by": stored["made_by"],
        "sha256": hashlib.sha256(CALIBRATION.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(values: np.ndarray, digits: int = 4) -> list[Any]:
    return np.round(values, digits).tolist()


if __name__ == "__main__":
    main()
