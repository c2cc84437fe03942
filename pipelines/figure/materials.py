"""What a material answers: the paint of a patch of surface. Cloth, skin, eyes and hair each have their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from pipelines.types import FigureLook

Tone = Literal["cloth", "skin", "eye", "hair"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """Visible samples of one part: canonical (N, 3) metres; field (N,) metres from the hem; along_arm (N,) metres;
    back (N,) bool, seen from the inside."""

    canonical: np.ndarray
    field: np.ndarray
    along_arm: np.ndarray
    back: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palette:
    """The look's colours, linear RGB (3,) each, and the words that materials ask for."""

    look: FigureLook
    skin: np.ndarray
    hair: np.ndarray
    eye: np.ndarray
    slots: Mapping[str, np.ndarray]

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
        """Which of the clay look's tones it takes."""
        ...

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """The paint of those samples."""
        ...
