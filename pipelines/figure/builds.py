"""The table of builds: what each body type is made of, in the free body's phenotypes and local changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipelines.appearance import Gender

# Never the ends of the scale: they are caricatures.
GENDERS: dict[Gender, float] = {"male": 0.12, "neutral": 0.51, "female": 0.90}
TYPICAL_HEIGHT_CM: dict[Gender, float] = {"male": 178.0, "neutral": 171.5, "female": 165.0}
AGE_YEARS, AGE_SCALE = (25.0, 45.0, 65.0, 90.0), (0.667, 0.75, 0.87, 1.0)  # the free body's own age scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """weight, muscle, proportions: phenotypes 0..1 (muscle must go down for weight to show); changes: local
    changes -1..1 for everybody; for_gender: further ones."""

    weight: float
    muscle: float
    proportions: float = 0.80
    changes: Mapping[str, float] = field(default_factory=dict)
    for_gender: Mapping[Gender, Mapping[str, float]] = field(default_factory=dict)


def _both_sides(**amounts: float) -> dict[str, float]:
    """Local changes that come as a left and a right one, by name without the side."""
    named = {name.replace("_", "-"): amount for name, amount in amounts.items()}
    return {f"{side}-{name}": amount for name, amount in named.items() for side in "lr"}


BUILDS: dict[str, Build] = {
    "slim": Build(
        weight=0.08,
        muscle=0.36,
        changes={
            "measure-waist-circ-incr": -0.6,
            "measure-hips-circ-incr": -0.4,
            "measure-thigh-circ-incr": -0.6,
            "measure-calf-circ-incr": -0.4,
            "measure-upperarm-circ-incr": -0.6,
            "measure-neck-circ-incr": -0.3,
            "head-fat-incr": -0.4,
            "torso-scale-depth-incr": -0.3,
        },
    ),
    "average": Build(weight=0.42, muscle=0.50),
    "athletic": Build(
        weight=0.40,
        muscle=0.84,
        changes={
            "torso-muscle-dorsi-incr": 0.6,
            "measure-waist-circ-incr": -0.5,
            "measure-thigh-circ-incr": 0.3,
            "stomach-tone-incr": 0.7,
            "buttocks-volume-incr": 0.3,
            "head-fat-incr": -0.3,
            **_both_sides(
                upperarm_shoulder_muscle_incr=0.5, upperleg_muscle_incr=0.6, lowerleg_muscle_incr=0.5
            ),
        },
        for_gender={
            "male": {
                "torso-vshape-incr": 0.8,
                "measure-shoulder-dist-incr": 0.5,
                "torso-muscle-pectoral-incr": 0.5,
                "measure-neck-circ-incr": 0.4,
                **_both_sides(upperarm_muscle_incr=0.8),
            },
            "neutral": {"torso-vshape-incr": 0.5, **_both_sides(upperarm_muscle_incr=0.5)},
            "female": {"torso-vshape-incr": 0.25, **_both_sides(upperarm_muscle_incr=0.35)},
        },
    ),
    "curvy": Build(
        weight=0.72,
        muscle=0.36,
        proportions=0.85,
        changes={
            "measure-hips-circ-incr": 0.7,
            "measure-thigh-circ-incr": 0.6,
            "buttocks-volume-incr": 0.8,
            "head-fat-incr": 0.25,
        },
        for_gender={
            "female": {
                "measure-bust-circ-incr": 0.7,
                "measure-waist-circ-incr": -0.6,
                "hip-scale-horiz-incr": 0.5,
            },
            "neutral": {"measure-bust-circ-incr": 0.4, "measure-waist-circ-incr": -0.3},
            "male": {
                "measure-bust-circ-incr": 0.4,
                "stomach-tone-incr": -0.4,
                "measure-upperarm-circ-incr": 0.4,
            },
        },
    ),
    "heavy": Build(
        weight=1.0,
        muscle=0.26,
        proportions=0.55,
        changes={
            "measure-waist-circ-incr": 1.0,
            "measure-hips-circ-incr": 0.8,
            "measure-bust-circ-incr": 0.7,
            "measure-underbust-circ-incr": 0.8,
            "measure-thigh-circ-incr": 0.8,
            "measure-calf-circ-incr": 0.6,
            "measure-upperarm-circ-incr": 0.8,
            "measure-neck-circ-incr": 0.6,
            "stomach-tone-incr": -0.8,
            "stomach-navel-out": 0.6,
            "torso-scale-depth-incr": 0.6,
            "buttocks-volume-incr": 0.5,
            "neck-double-incr": 0.7,
            "head-fat-incr": 0.7,
        },
    ),
}


def age_on_scale(age: int) -> float:
    """Years to the free body's age; adults only, its youngest body is a young adult."""
    return float(np.interp(age, AGE_YEARS, AGE_SCALE))
