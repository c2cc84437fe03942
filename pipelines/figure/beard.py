"""Facial hair painted on the face: stubble, moustache, beard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.errors import UnknownName
from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.noise import solid_noise

JAW_SIDES = (0.0, 0.018, 0.030, 0.045, 0.062, 0.08)
BEARD_TOPS = (0.818, 0.820, 0.826, 0.842, 0.872, 0.90)  # the beard's upper edge, by distance from the middle
CHIN_UNDER_Z = 0.775
MOUSTACHE_Z, MOUSTACHE_M, MOUSTACHE_SLOPE = 0.8475, 0.0075, 0.35
CORNER_M = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class FacialHair:
    """Where it grows and how dense it looks, 0..1."""

    chin: bool
    density: float


FACIAL_HAIR: dict[str, FacialHair | None] = {
    "none": None,
    "stubble": FacialHair(chin=True, density=0.34),
    "moustache": FacialHair(chin=False, density=0.85),
    "beard": FacialHair(chin=True, density=0.85),
}


def find_facial_hair(name: str) -> FacialHair | None:
    """The row of that name. Raises UnknownName."""
    if name not in FACIAL_HAIR:
        raise UnknownName(f"There is no facial hair called “{name}”. Known: {', '.join(FACIAL_HAIR)}.")
    return FACIAL_HAIR[name]


def beard_field(canonical: np.ndarray, kind: FacialHair) -> np.ndarray:
    """(N,) metres inside the outline of the facial hair."""
    x, y, z = canonical.T
    side = np.abs(x)
    slope = MOUSTACHE_Z - MOUSTACHE_SLOPE * np.maximum(side - 0.008, 0)
    field = MOUSTACHE_M - np.hypot(z - slope, np.maximum(side - 0.030, 0))
    if kind.chin:
        chin = np.minimum(polyline(side, JAW_SIDES, BEARD_TOPS) - z, z - CHIN_UNDER_Z)
        corner = CORNER_M - np.hypot(np.maximum(np.abs(z - 0.828) - 0.012, 0), side - 0.033)
        field = np.maximum(field, np.maximum(chin, corner))
    face = (y < -0.0275) & (z > 0.76) & (y < -0.02 - 0.5 * np.maximum(z - 0.83, 0))
    return np.where(face, field, -0.01).astype(np.float32)


def beard_mask(canonical: np.ndarray, kind: FacialHair) -> np.ndarray:
    """(N,) 0..1 how much of the hair's colour shows."""
    outline = beard_field(canonical, kind) + 0.002 * solid_noise(canonical, 0.0022)
    outline += 0.001 * solid_noise(canonical, 0.008)
    hairs = 0.9 + 0.12 * solid_noise(canonical, 0.0012)
    return smoothstep(-0.002, 0.009, outline) * kind.density * hairs
