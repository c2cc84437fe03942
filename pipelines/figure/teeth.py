"""Teeth: an arch behind each lip where a mouth opens. The tongue and the jaw are the body's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.appearance import Appearance
from pipelines.figure.curves import smoothstep
from pipelines.figure.expression import find_expression
from pipelines.figure.face_data import read_face_data
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import Part, apply_affine, fit_affine, vertex_normals, whole_pattern
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer

OPENS = "jawOpen"  # the unit of the face that shows them
HALF_WIDTH, BACK = (
    0.0255,
    26.0,
)  # of both arches, metres: half the width, how they go back towards the corners
COLUMNS, ROWS = 48, 6
GAP_M = 0.0006
TEETH, GAP, GUM = (
    np.array(color, np.float32) for color in ((0.66, 0.61, 0.50), (0.30, 0.22, 0.17), (0.34, 0.10, 0.09))
)
UPPER_FACE = (0.85, 0.96)  # canonical heights of what the upper ones are fastened to
JAW_Z, JAW_Y = (0.790, 0.822), -0.11  # heights of what the lower ones are fastened to, and before what
LIPS_X, LIPS_Y, LIPS_Z = 0.004, -0.150, (0.815, 0.850)  # the middle of the lips
OPEN_M = 0.004  # a mouth that is open wider shows the lower ones too


@dataclass(frozen=True, slots=True, kw_only=True)
class Arch:
    """On the canonical body, metres: the middle of its front; heights of the teeth's edge, of the gum and of the end;
    how the edge goes up towards the corners, and how wide a tooth is."""

    front_y: float
    edge_z: float
    gum_z: float
    end_z: float
    smile: float
    tooth_m: float


UPPER = Arch(front_y=-0.1475, edge_z=0.8300, gum_z=0.8420, end_z=0.8500, smile=5.0, tooth_m=0.0068)
LOWER = Arch(front_y=-0.1480, edge_z=0.8270, gum_z=0.8190, end_z=0.8120, smile=1.5, tooth_m=0.0052)


@dataclass(frozen=True, slots=True)
class TeethMaterial:
    """Teeth with a hint of gum where they end."""

    @property
    def tone(self) -> Tone:
        """As white as eyes in the clay finish."""
        return "eye"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Darker between two teeth and towards the corners of the mouth."""
        x, _, z = surface.canonical.T
        along = np.abs(x) * (1 + 0.5 * BACK * np.abs(x))  # of the arch, about
        lower = z < 0.5 * (UPPER.edge_z + LOWER.edge_z + LOWER.smile * HALF_WIDTH**2)
        tooth = np.where(lower, LOWER.tooth_m, UPPER.tooth_m)
        beside = np.abs((along / tooth) % 1.0 - 1.0) * tooth
        between = smoothstep(2 * GAP_M, 0.0, np.minimum(beside, tooth - beside)) * 0.7
        color = TEETH + (GAP - TEETH) * between[:, None]
        beyond = np.where(lower, LOWER.gum_z - z, z - UPPER.gum_z)
        color = color + (GUM - color) * smoothstep(-0.0006, 0.0006, beyond)[:, None]
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
    """The upper arch, an affine image of the canonical one on the upper face; with an open mouth the lower one too,
    which goes with the jaw."""
    body = wearer.map
    z = body.canonical[:, 2]
    face = body.head_core & (z > UPPER_FACE[0]) & (z < UPPER_FACE[1])
    mapping = fit_affine(body.canonical[face], wearer.vertices[face])
    canonical, faces = _draw_arch(UPPER)
    vertices = apply_affine(canonical, mapping)
    above, below = wearer.vertices[list(_lips())]
    if np.linalg.norm(above - below) > OPEN_M:
        more, more_faces = _draw_arch(LOWER)
        more_vertices = _go_with_jaw(
            apply_affine(more, mapping), apply_affine(body.canonical, mapping), wearer
        )
        faces = np.concatenate([faces, more_faces + len(canonical)])
        canonical, vertices = np.concatenate([canonical, more]), np.concatenate([vertices, more_vertices])
    return Part(
        name="Teeth",
        material=TeethMaterial(),
        pattern=whole_pattern(faces, canonical, np.full(len(canonical), -1.0, np.float32)),
        vertices=vertices,
        normals=vertex_normals(vertices, faces),
        two_sided=True,
    )


def _go_with_jaw(points: np.ndarray, closed: np.ndarray, wearer: Wearer) -> np.ndarray:
    """Points (N, 3) turned and moved as the jaw was, from where a closed one has its vertices (V, 3)."""
    from scipy.spatial.transform import Rotation

    _, y, z = wearer.map.canonical.T
    jaw = wearer.map.skin & (y < JAW_Y) & (z > JAW_Z[0]) & (z < JAW_Z[1])
    before, after = closed[jaw], wearer.vertices[jaw]
    turn, _ = Rotation.align_vectors(after - after.mean(0), before - before.mean(0))
    return np.asarray(turn.apply(points - before.mean(0)) + after.mean(0), np.float32)


@lru_cache(maxsize=1)
def _lips() -> tuple[int, int]:
    """The vertices amid the lips: the lowest that stays and the highest that goes with a jaw that opens."""
    canonical = canonical_map().canonical
    moved = np.zeros(canonical.shape, np.float32)
    read_face_data().add_unit(moved, OPENS, 1.0)
    x, y, z = canonical.T
    middle = (np.abs(x) < LIPS_X) & (y < LIPS_Y) & (z > LIPS_Z[0]) & (z < LIPS_Z[1])
    far = np.linalg.norm(moved, axis=1)
    goes = far > 0.5 * far[middle].max()
    above, below = np.flatnonzero(middle & ~goes), np.flatnonzero(middle & goes)
    return int(above[z[above].argmin()]), int(below[z[below].argmax()])


def _draw_arch(arch: Arch) -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices and triangles, outward counter-clockwise."""
    across, low = np.meshgrid(np.linspace(-HALF_WIDTH, HALF_WIDTH, COLUMNS), np.linspace(0, 1, ROWS))
    edge_z = arch.edge_z + arch.smile * across**2
    end_z = np.full_like(edge_z, arch.end_z)
    top, bottom = np.maximum(edge_z, end_z), np.minimum(edge_z, end_z)
    z = top + (bottom - top) * low
    points = np.stack([across, arch.front_y + BACK * across**2, z], 2).reshape(-1, 3).astype(np.float32)
    number = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    a, b, c, d = (
        part.ravel() for part in (number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:])
    )
    return points, np.concatenate([np.stack([a, c, b], 1), np.stack([b, c, d], 1)])
