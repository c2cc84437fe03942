"""The hairline as painted on the scalp: single hairs that thin out below the edge of the hair."""

from __future__ import annotations

import numpy as np

from pipelines.figure.curves import smoothstep
from pipelines.figure.head_space import HEAD_CENTER, above_hairline
from pipelines.figure.noise import solid_noise, strand_noise

TUFTS_PER_RAD, HAIRS_PER_RAD = 45.0, 170.0  # of the angle round the head
TUFT_M, HAIR_M = 0.0022, 0.0034  # how far they reach over the line
FADE_M = (-0.016, -0.003)
COMBED_M = 0.013  # hair that falls to the sides leaves so much less of it
SLANT_RAD_M, SWAY = 4.0, 0.02  # hairs lean, and not all alike


def hairline_share(canonical: np.ndarray, *, combed_away: bool = False) -> np.ndarray:
    """(N,) 0..1 how densely hair grows at points (N, 3) of the canonical head; none lies below the line where it falls
    to the sides."""
    x, y, _ = (canonical - HEAD_CENTER).T
    over = above_hairline(canonical)
    around = np.arctan2(x, -y) + SLANT_RAD_M * over + SWAY * solid_noise(canonical, 0.012)
    reach = (
        over + TUFT_M * strand_noise(around * TUFTS_PER_RAD) + HAIR_M * strand_noise(around * HAIRS_PER_RAD)
    )
    return smoothstep(*FADE_M, reach - COMBED_M if combed_away else reach)
