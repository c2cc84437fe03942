"""The upper teeth: an arch behind the lip, there where a mouth opens. The tongue and the jaw are the body's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.appearance import Appearance
from pipelines.figure.curves import smoothstep
from pipelines.figure.expression import find_expression
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import Part, apply_affine, fit_affine, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer

OPENS = "jawOpen"  # the unit of the face that shows them
# The arch on the canonical body, metres: half its width, the middle of its front, how it goes back and
# up towards the corners, top and bottom.
HALF_WIDTH, FRONT_Y, BACK, SMILE = 0.0255, -0.1475, 26.0, 5.0
TOP_Z, BOTTOM_Z = 0.8500, 0.8300
COLUMNS, ROWS = 48, 6
TOOTH_M, GAP_M, GUM_Z = 0.0068, 0.0006, 0.8420
TEETH, GAP, GUM = (
    np.array(color, np.float32) for color in ((0.66, 0.61, 0.50), (0.30, 0.22, 0.17), (0.34, 0.10, 0.09))
)
UPPER_FACE = (0.85, 0.96)  # canonical heights of what they are fastened to


@dataclass(frozen=True, slots=True)
class TeethMaterial:
    """Teeth with a hint of gum above them."""

    @property
    def tone(self) -> Tone:
        """As white as eyes in the clay finish."""
        return "eye"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Darker between two teeth and towards the corners of the mouth."""
        x, _, z = surface.canonical.T
        along = np.abs(x) * (1 + 0.5 * BACK * np.abs(x))  # of the arch, about
        beside = np.abs((along / TOOTH_M) % 1.0 - 1.0) * TOOTH_M
        between = smoothstep(2 * GAP_M, 0.0, np.minimum(beside, TOOTH_M - beside)) * 0.7
        color = TEETH + (GAP - TEETH) * between[:, None]
        color = color + (GUM - color) * smoothstep(GUM_Z - 0.0006, GUM_Z + 0.0006, z)[:, None]
        shade = 1 - 0.6 * smoothstep(0.35 * HALF_WIDTH, HALF_WIDTH, np.abs(x))
        return Paint(
            albedo=(color * shade[:, None]).astype(np.float32),
            height=np.zeros(len(x), np.float32),
            specular=0.5,
            gloss=60.0,
        )


def shows_teeth(appearance: Appearance) -> bool:
    """Whether its expression opens the mouth."""
    return bool(appearance.expression) and dict(find_expression(appearance.expression)).get(OPENS, 0.0) > 0


def make_teeth(wearer: Wearer) -> Part:
    """The arch, an affine image of the canonical one on the upper face."""
    body = wearer.map
    z = body.canonical[:, 2]
    face = body.head_core & (z > UPPER_FACE[0]) & (z < UPPER_FACE[1])
    canonical, faces = _arch()
    vertices = apply_affine(canonical, fit_affine(body.canonical[face], wearer.vertices[face]))
    return Part(
        name="Teeth",
        material=TeethMaterial(),
        pattern=whole_pattern(faces, canonical, np.full(len(canonical), -1.0, np.float32)),
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        two_sided=True,
    )


def _arch() -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices and triangles, outward counter-clockwise."""
    across, low = np.meshgrid(np.linspace(-HALF_WIDTH, HALF_WIDTH, COLUMNS), np.linspace(0, 1, ROWS))
    z = TOP_Z + (BOTTOM_Z + SMILE * across**2 - TOP_Z) * low
    points = np.stack([across, FRONT_Y + BACK * across**2, z], 2).reshape(-1, 3).astype(np.float32)
    number = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    a, b, c, d = (
        part.ravel() for part in (number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:])
    )
    return points, np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)])
