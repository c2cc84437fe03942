"""The table of builds: what each body type is made of, in the free body's phenotypes and local changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipelines.types import Gender

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


BUILDS: dict[str, Build] = {
    "slim": Build(weight=0.10, muscle=0.36),
    "average": Build(weight=0.42, muscle=0.50),
    "athletic": Build(weight=0.38, muscle=0.88),
    "curvy": Build(weight=0.80, muscle=0.34, proportions=0.85),
    "heavy": Build(weight=1.0, muscle=0.24, proportions=0.55),
}


def age_on_scale(age: int) -> float:
    """Years to the free body's age; adults only, its youngest body is a young adult."""
    return float(np.interp(age, AGE_YEARS, AGE_SCALE))
