"""Glasses: two rims, a bridge and temples of wire, with lenses where they are dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import unit
from pipelines.figure.face import EYE_CENTER
from pipelines.figure.garments.garment import Garment
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, apply_affine, fit_affine, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer

RIM_M = (0.0225, 0.0185)  # half width and height of a rim
LENS_Y, LENS_DROP_M = -0.1560, 0.002  # in front of the eyes
TEMPLE = (
    (0.0565, -0.1540, 0.9085),
    (0.0720, -0.1250, 0.9095),
    (0.0800, -0.0600, 0.9080),
    (0.0790, -0.0300, 0.9000),
)
WIRE_M = 0.0014
AROUND, STEPS = 8, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Glasses:
    """dark: with lenses that hide the eyes."""

    slot: str
    dark: bool = False

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slot it uses."""
        return (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin."""
        return None

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """One part, an affine image of the canonical one on the upper face."""
        body = wearer.map
        z = body.canonical[:, 2]
        face = body.head_core & (z > 0.86) & (z < 0.96)
        canonical, faces = _frame(self.dark)
        vertices = apply_affine(canonical, fit_affine(body.canonical[face], wearer.vertices[face]))
        return [
            Part(
                name="Glasses",
                material=self,
                pattern=whole_pattern(faces, canonical),
                vertices=vertices,
                normals=vertex_normals(vertices, faces),
                two_sided=True,
            )
        ]

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Shiny, in one colour."""
        count = len(surface.field)
        return Paint(
            albedo=np.broadcast_to(palette.slot(self.slot), (count, 3)).astype(np.float32),
            height=np.zeros(count, np.float32),
            specular=0.9,
            gloss=50.0,
        )


def _frame(dark: bool) -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices and triangles."""
    pieces = []
    turn = np.linspace(0, 2 * np.pi, STEPS)
    for side in (1.0, -1.0):
        middle = np.array([side * EYE_CENTER[0], LENS_Y, EYE_CENTER[2] - LENS_DROP_M])
        ring = middle + np.stack([RIM_M[0] * np.cos(turn), 0 * turn, RIM_M[1] * np.sin(turn)], 1)
        ring[:, 1] += 0.10 * np.maximum(
            np.abs(ring[:, 0]) - EYE_CENTER[0], 0
        )  # the frame curves round the face
        pieces += [_tube(ring), _tube(_curve(np.array(TEMPLE) * [side, 1, 1]))]
        if dark:
            index = np.arange(1, STEPS)
            fan = np.stack([np.zeros(STEPS - 1, int), index, index + 1], 1)
            pieces.append((np.concatenate([middle[None], ring]), fan))
    inner = EYE_CENTER[0] - RIM_M[0]
    bridge = np.array(
        [
            [x, LENS_Y - 0.004 * (1 - (x / inner) ** 2), EYE_CENTER[2] + 0.003]
            for x in np.linspace(-inner, inner, 9)
        ]
    )
    pieces.append(_tube(bridge))
    counts = np.cumsum([0, *(len(points) for points, _ in pieces)])
    faces = np.concatenate([faces + start for (_, faces), start in zip(pieces, counts[:-1], strict=True)])
    return np.concatenate([points for points, _ in pieces]).astype(np.float32), faces


def _curve(points: np.ndarray) -> np.ndarray:
    stops = np.linspace(0, len(points) - 1, STEPS // 2)
    return np.stack([np.interp(stops, np.arange(len(points)), points[:, k]) for k in range(3)], 1)


def _tube(line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles of a wire along a line (n, 3)."""
    along = unit(np.gradient(line, axis=0))
    across = unit(np.cross(along, [0.11, 0.97, 0.21]))
    second = np.cross(along, across)
    angle = np.arange(AROUND) * 2 * np.pi / AROUND
    circle = np.cos(angle)[None, :, None] * across[:, None] + np.sin(angle)[None, :, None] * second[:, None]
    points = (line[:, None] + WIRE_M * circle).reshape(-1, 3)
    here = np.arange((len(line) - 1) * AROUND).reshape(-1, AROUND)
    right = np.roll(here, -1, 1)
    first = np.stack([here, right, here + AROUND], -1).reshape(-1, 3)
    other = np.stack([right, right + AROUND, here + AROUND], -1).reshape(-1, 3)
    return points, np.concatenate([first, other])
