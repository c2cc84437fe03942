"""The joint angles in which poses are written, and how far each may go.

Zero is the anatomical position: standing, arms hanging, palms in, elbows and knees straight. Ranges are textbook
ranges of healthy adults (American Academy of Orthopaedic Surgeons, "Joint Motion"; Norkin & White, "Measurement of
Joint Motion"; Kapandji, "Physiology of the Joints"), taken a little tighter where the extreme looks strained, and
a little wider where a joint of this skeleton stands for several (the text says so). They are not measurements of
ours. The shoulder is written as a swing away from the free body's A-pose, in the middle of its range, so that no
arm that a person holds is near a singularity; what it may reach is bounded by a cone
besides (pipelines.pose.shoulders).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

SIDES = (".L", ".R")
ROOT_ANGLES = ("root_x", "root_y", "root_z", "root_turn", "root_lean", "root_side")  # metres, then degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One joint angle: its range in degrees, how loosely a pose keeps to its wish, and the textbook's range."""

    name: str
    low: float
    high: float
    spread: float  # degrees that cost one unit of comfort
    textbook: str
    sided: bool = False


RANGES = (
    Range(
        name="lumbar_flex",
        low=-25,
        high=50,
        spread=9,
        textbook="flexion 60, extension 25 of the lumbar spine",
    ),
    Range(name="lumbar_side", low=-22, high=22, spread=6, textbook="25 to each side"),
    Range(name="lumbar_twist", low=-12, high=12, spread=4, textbook="5 to 18 to each side"),
    Range(name="thorax_flex", low=-18, high=30, spread=7, textbook="flexion 30 to 40, extension 20 to 25"),
    Range(name="thorax_side", low=-18, high=18, spread=5, textbook="20 to 25 to each side"),
    Range(name="thorax_twist", low=-30, high=30, spread=6, textbook="30 to 35 to each side"),
    Range(
        name="neck_flex",
        low=-28,
        high=28,
        spread=8,
        textbook="with the head: flexion 45 to 50, extension 45 to 60",
    ),
    Range(name="neck_side", low=-22, high=22, spread=8, textbook="with the head: 45 to each side"),
    Range(name="neck_twist", low=-38, high=38, spread=12, textbook="with the head: 60 to 80 to each side"),
    Range(name="head_flex", low=-28, high=22, spread=7, textbook="shares the neck's range"),
    Range(name="head_side", low=-14, high=14, spread=6, textbook="shares the neck's range"),
    Range(name="head_twist", low=-38, high=38, spread=12, textbook="shares the neck's range"),
    Range(name="clavicle_up", low=-8, high=32, spread=7, textbook="elevation 30 to 45", sided=True),
    Range(name="clavicle_forward", low=-20, high=25, spread=7, textbook="protraction 15 to 30", sided=True),
    Range(
        name="shoulder_out",
        low=-95,
        high=140,
        spread=60,
        textbook="abduction 180, of which 41 are the A-pose; adduction across the chest 130",
        sided=True,
    ),
    Range(
        name="shoulder_front",
        low=-75,
        high=140,
        spread=60,
        textbook="flexion 180, extension 50 to 60; the swing is from the A-pose",
        sided=True,
    ),
    Range(
        name="shoulder_in",
        low=-75,
        high=85,
        spread=30,
        textbook="external rotation 90, internal 70",
        sided=True,
    ),
    Range(name="elbow", low=0, high=146, spread=60, textbook="flexion 145 to 150", sided=True),
    Range(name="pronation", low=-80, high=80, spread=35, textbook="80 to 90 to each side", sided=True),
    Range(name="wrist_flex", low=-66, high=70, spread=14, textbook="extension 70, flexion 80", sided=True),
    Range(name="wrist_side", low=-20, high=32, spread=9, textbook="radial 20, ulnar 30 to 35", sided=True),
    Range(
        name="hip_flex", low=-22, high=122, spread=60, textbook="extension 20 to 30, flexion 120", sided=True
    ),
    Range(
        name="hip_out",
        low=-28,
        high=80,
        spread=13,
        textbook="adduction 20 to 30; abduction 45 straight, more with the hip bent: 46 + 0.42 x flexion",
        sided=True,
    ),
    Range(
        name="hip_turn", low=-42, high=60, spread=12, textbook="internal 40, external 45 to 60", sided=True
    ),
    Range(
        name="knee",
        low=0,
        high=152,
        spread=60,
        textbook="flexion 135 to 150, 155 to 160 seated on the heels",
        sided=True,
    ),
    Range(
        name="ankle",
        low=-32,
        high=50,
        spread=12,
        textbook="dorsiflexion 20, 35 and more under load; plantar 50",
        sided=True,
    ),
    Range(name="ankle_in", low=-16, high=26, spread=7, textbook="inversion 30, eversion 15", sided=True),
    Range(name="toes", low=-30, high=62, spread=12, textbook="extension 70", sided=True),
)

HIP_OUT_STRAIGHT_DEG = 46.0  # abduction of a straight hip, and what each degree of flexion adds
HIP_OUT_PER_FLEX = 0.42


def _angle_names() -> tuple[str, ...]:
    names: list[str] = list(ROOT_ANGLES)
    names += [r.name for r in RANGES if not r.sided]
    names += [r.name + side for r in RANGES if r.sided for side in SIDES]
    return tuple(names)


ANGLES = _angle_names()  # the order of every angle vector
INDEX = {name: i for i, name in enumerate(ANGLES)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """low, high and spread of every angle in the order of ANGLES; radians, metres for the root's place."""

    low: np.ndarray
    high: np.ndarray
    spread: np.ndarray


ROOT_SPREAD_M = 1.0
ROOT_SPREAD_RAD = 0.2
UNBOUNDED = 1e3


@lru_cache(1)
def angle_bounds() -> Bounds:
    """The table as arrays."""
    ranges = {r.name: r for r in RANGES}
    low, high = np.full(len(ANGLES), -UNBOUNDED), np.full(len(ANGLES), UNBOUNDED)
    spread = np.full(len(ANGLES), ROOT_SPREAD_RAD)
    spread[:3] = ROOT_SPREAD_M
    for i, name in enumerate(ANGLES):
        plain = name.split(".")[0]
        if plain in ranges:
            limits = ranges[plain]
            low[i], high[i], spread[i] = np.radians([limits.low, limits.high, limits.spread])
    return Bounds(low=low, high=high, spread=spread)


def angles_over_limit(angles: np.ndarray, slack_deg: float = 0.5) -> list[str]:
    """Which angles of a vector (ANGLES,) in radians lie outside their range, the hip's coupled range included."""
    bounds, slack = angle_bounds(), np.radians(slack_deg)
    over = (angles < bounds.low - slack) | (angles > bounds.high + slack)
    names = [ANGLES[i] for i in np.nonzero(over)[0]]
    for side in SIDES:
        flex = max(float(angles[INDEX["hip_flex" + side]]), 0.0)
        most = np.radians(HIP_OUT_STRAIGHT_DEG) + HIP_OUT_PER_FLEX * flex
        if angles[INDEX["hip_out" + side]] > most + slack:
            names.append("hip_out" + side)
    return names
