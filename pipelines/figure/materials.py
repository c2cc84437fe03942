"""What a material answers: the paint of a patch of surface. Cloth, skin, eyes and hair each have their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

from pipelines.appearance import Appearance

Tone = Literal["cloth", "skin", "eye", "hair", "prop"]
SKIN_SHARE = 0.86  # of the tone: the key light is brighter than the daylight that tones are named in


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """Visible samples of one part: canonical (N, 3) metres; field (N,) metres from the hem; along_arm (N,) metres;
    arm (N,) 0..1;
    back (N,) bool, seen from the inside; pixel_m (N,) how many metres of it one pixel shows."""

    canonical: np.ndarray
    field: np.ndarray
    along_arm: np.ndarray
    arm: np.ndarray
    back: np.ndarray
    pixel_m: np.ndarray

    def inside(self, distance: np.ndarray) -> np.ndarray:
        """(N,) 0..1: the share of a pixel that lies on the positive side of a signed distance in metres."""
        return np.clip(distance / self.pixel_m + 0.5, 0, 1)

    def line(self, distance: np.ndarray, width_m: float) -> np.ndarray:
        """(N,) 0..1: a line of that half width; where a pixel is wider the line pales instead of breaking up."""
        wide = np.maximum(width_m, 0.7 * self.pixel_m)
        scaled = distance / wide
        return np.exp(-np.minimum(scaled * scaled, 60)) * (width_m / wide)

    def shows(self, feature_m: float) -> np.ndarray:
        """(N,) 0..1: how well features of that size can be seen; 0 where they would only flicker."""
        return np.clip(feature_m / self.pixel_m - 1.0, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palette:
    """The appearance's colours, linear RGB (3,) each, and the words that materials ask for."""

    appearance: Appearance
    skin: np.ndarray
    hair: np.ndarray
    eye: np.ndarray
    slots: Mapping[str, np.ndarray]
    second_slots: Mapping[str, np.ndarray] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)  # slot -> key of `garments.patterns`

    def slot(self, name: str) -> np.ndarray:
        """The colour of a garment's slot. Raises KeyError for a slot that the outfit does not have."""
        return self.slots[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strands:
    """Hair or fur: direction (N, 3) of the strands in canonical axes, phase (N,) of the strand noise."""

    direction: np.ndarray
    phase: np.ndarray


@dataclass(slots=True, kw_only=True, eq=False)
class Paint:
    """How N samples look before light. albedo (N, 3) linear; height (N,) metres of relief; the rest scalars or
    (N,): specular strength, gloss exponent, sheen (cloth fuzz), subsurface 0..1, metal, glow (N,)."""

    albedo: np.ndarray
    height: np.ndarray
    specular: np.ndarray | float = 0.05
    gloss: float = 12.0
    sheen: float = 0.0
    subsurface: float = 0.0
    metal: bool = False
    glow: np.ndarray | None = None
    strands: Strands | None = None


class Material(Protocol):
    """Paints samples of a surface."""

    @property
    def tone(self) -> Tone:
        """Which of the clay finish's tones it takes."""
        ...

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """The paint of those samples."""
        ...
