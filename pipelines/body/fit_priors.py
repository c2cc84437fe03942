"""What is expected before the photo is looked at: poses, shapes, cameras, and how the detector sees a body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.appearance import Gender
from pipelines.body.anny_data import AnnyData
from pipelines.body.fit_body import ShapeSpace

CALIBRATION = Path(__file__).parents[2] / "assets" / "body" / "landmark_fit.json"
LOCAL_PREFIX = "measure-"  # the local changes that are fitted: girths and lengths

Spread = tuple[tuple[float, float, float], tuple[float, float, float]]  # mean and sd, radians, reference axes

# The bones that the fit turns. Means and spreads of upright and bent people; the right side is the left one mirrored.
_MIDDLE: dict[str, Spread] = {
    "root": ((0, 0, 0), (0.25, 0.15, 1.5)),
    "spine05": ((0.03, 0, 0), (0.12, 0.1, 0.1)),
    "spine03": ((0.03, 0, 0), (0.12, 0.1, 0.12)),
    "spine01": ((0, 0, 0), (0.12, 0.1, 0.12)),
    "neck01": ((0, 0, 0), (0.2, 0.15, 0.2)),
    "head": ((0, 0, 0), (0.2, 0.15, 0.3)),
}
_LEFT: dict[str, Spread] = {
    "clavicle": ((0, 0, 0), (0.1, 0.12, 0.12)),
    "upperarm01": ((-0.05, 0.2, 0), (0.6, 0.7, 0.6)),
    "lowerarm01": ((-0.2, 0, -0.1), (0.7, 0.15, 0.6)),
    "upperleg01": ((-0.1, 0, 0), (0.5, 0.25, 0.25)),
    "lowerleg01": ((0.1, 0, 0), (0.5, 0.06, 0.06)),
    "foot": ((0, 0, 0), (0.2, 0.12, 0.15)),
}


def _mirror(spread: Spread) -> Spread:
    """The same for the other side of the body."""
    (x, y, z), sd = spread
    return (x, -y, -z), sd


BONE_SPREADS: dict[str, Spread] = (
    _MIDDLE
    | {bone + ".L": spread for bone, spread in _LEFT.items()}
    | {bone + ".R": _mirror(spread) for bone, spread in _LEFT.items()}
)
KNEES = ("lowerleg01.L", "lowerleg01.R")
KNEE_STRAIGHT_RAD = -0.12  # a knee at rest is bent by 0.15; it does not bend the other way
KNEE_STOP_RAD = 0.05  # how hard the stop is

PHENOTYPE_MEAN = {
    "gender": 0.5,
    "age": 0.78,
    "muscle": 0.5,
    "weight": 0.5,
    "height": 0.4,
    "proportions": 0.55,
}
PHENOTYPE_SD = {
    "gender": 2.0,
    "age": 1.2,
    "muscle": 1.1,
    "weight": 1.5,
    "height": 1.5,
    "proportions": 1.2,
}  # raw
GENDER_MEAN: dict[Gender, float] = {"female": 0.93, "male": 0.07}
GENDER_SD = 0.6
LOCAL_SD = 0.4

FOCAL_SHARE = 1.2  # of the photo's long side; phones 0.75, portraits 2 and more
FOCAL_SD = 0.25  # of its logarithm

# The detector's points that are used: the bone whose head each is near, and the bone that carries it.
_MARKERS = (
    (0, "head", "head"),
    (2, "head", "head"),
    (7, "head", "head"),
    (9, "head", "head"),
    (11, "upperarm01.L", "shoulder01.L"),
    (13, "lowerarm01.L", "lowerarm01.L"),
    (15, "wrist.L", "wrist.L"),
    (23, "upperleg01.L", "pelvis.L"),
    (25, "lowerleg01.L", "lowerleg01.L"),
    (27, "foot.L", "foot.L"),
    (29, "foot.L", "foot.L"),
    (31, "foot.L", "foot.L"),
)
MARKER_NOISE_M = (
    0.02  # across the line of sight, on photographs, beyond what renders show: shoes, clothes, hair
)
DEPTH_NOISE_M = 0.05  # of each marker's depth, likewise

# Shoulders, hips, knees, ankles, toes: what of their middles makes the trunk, and what its place over the feet.
STANCE_BONES = ("upperarm01", "upperleg01", "lowerleg01", "foot", "toe2-1")
TRUNK, TRUNK_OVER_FEET = np.array([1, -1, 0, 0, 0]), np.array([0.5, 0.5, 0, -0.6, -0.4])
PITCH_MEAN, PITCH_SD = np.radians(2), np.radians(6)  # of a camera held by hand, looking down
LEAN_SD_M = 0.02  # of the shoulders before or behind the hips of who stands: 2 degrees
BALANCE_SD_M = 0.06  # of the trunk before or behind the feet it stands on
BALANCE_TAIL = 3.5  # where the weight of either has halved: people do lean, lunge and dance
# How far the hips are above the feet, of the legs' length, for legs that bend and legs that stand.
BENT_SHARE, STANDING_SHARE = 0.75, 0.95
LEAN_OF_BENT = 0.02  # what the lean's weight is for who sits or squats
NOSE = 0
MIRRORED_POINT = {2: 5, 7: 8, 9: 10} | {left: left + 1 for left in (11, 13, 15, 23, 25, 27, 29, 31)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A point of the detector, by its number, and the bones that it is near to and carried by."""

    point: int
    bone: str
    carrier: str


def _list_markers() -> tuple[Marker, ...]:
    markers = []
    for point, bone, carrier in _MARKERS:
        markers.append(Marker(point=point, bone=bone, carrier=carrier))
        if point in MIRRORED_POINT:
            bone, carrier = bone.replace(".L", ".R"), carrier.replace(".L", ".R")
            markers.append(Marker(point=MIRRORED_POINT[point], bone=bone, carrier=carrier))
    return tuple(markers)


MARKERS = _list_markers()
POINTS = np.array([marker.point for marker in MARKERS])
HIPS = np.array([int(np.flatnonzero(POINTS == 23)[0]), int(np.flatnonzero(POINTS == 24)[0])])
DEPTH_MARKERS = np.array(
    [i for i in range(len(MARKERS)) if i != HIPS[1]]
)  # the hips' depths are each other's negative
REFERENCE_HEIGHT_M = 1.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """How the detector sees bodies whose truth is known, M markers.

    offsets_m (M, 3): each marker from its bone's head at rest, reference frame; spreads_m (M,): of its points, with
    MARKER_NOISE_M;
    outline_gap_m: from a silhouette's edge to the body's, positive outside;
    world_scale: metres of a body of REFERENCE_HEIGHT_M for one of the detector's; depth_offset_m (M,): by how much
    the detector's depth of each marker is more than the true one, relative to the hips; depth_whitening (D, D): makes
    the errors of DEPTH_MARKERS' depths independent and of size 1; measure_factor: by which the spread of a measure in
    the fit is multiplied to hold two thirds of the errors.
    """

    offsets_m: np.ndarray
    spreads_m: np.ndarray
    outline_gap_m: float
    world_scale: float
    depth_offset_m: np.ndarray
    depth_whitening: np.ndarray
    measure_factor: Mapping[str, float]


@lru_cache(1)
def read_calibration() -> Calibration:
    """Read the asset, once per process."""
    stored = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    covariance = np.array(stored["depth_covariance_m2"]) + DEPTH_NOISE_M**2 * np.eye(len(DEPTH_MARKERS))
    return Calibration(
        offsets_m=np.array(stored["offsets_m"]),
        spreads_m=np.hypot(stored["spreads_m"], MARKER_NOISE_M),
        outline_gap_m=stored["outline_gap_m"],
        world_scale=stored["world_scale"],
        depth_offset_m=np.array(stored["depth_offset_m"]),
        depth_whitening=np.linalg.inv(np.linalg.cholesky(covariance)),
        measure_factor=stored["measure_factor"],
    )


def pose_prior() -> tuple[np.ndarray, np.ndarray]:
    """Means and spreads (N, 3) of the turning bones' rotation vectors, in the order of BONE_SPREADS."""
    return np.array([mean for mean, _ in BONE_SPREADS.values()]), np.array(
        [sd for _, sd in BONE_SPREADS.values()]
    )


def shape_prior(space: ShapeSpace, gender: Gender | None) -> tuple[np.ndarray, np.ndarray]:
    """Means and spreads (S,) of the raw shape numbers; a gender that is told narrows its own."""
    mean, sd = np.zeros(len(space.names)), np.full(len(space.names), LOCAL_SD)
    for place, name in enumerate(PHENOTYPE_MEAN):
        mean[place], sd[place] = space.raw_of(name, PHENOTYPE_MEAN[name]), PHENOTYPE_SD[name]
    if gender in GENDER_MEAN:
        place = space.names.index("gender")
        mean[place], sd[place] = space.raw_of("gender", GENDER_MEAN[gender]), GENDER_SD
    return mean, sd


def fitted_local_names(data: AnnyData) -> tuple[str, ...]:
    """The local changes that the fit may use: the body's own girths and lengths."""
    return tuple(name for name in data.local_names if name.startswith(LOCAL_PREFIX))
