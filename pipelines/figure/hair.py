"""Hair on the figure: the style's mesh on the posed head, resting on the shoulders, and its paint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.errors import UnknownName
from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.hair_styles import HAIR_STYLES, Flow, HairStyle
from pipelines.figure.head_space import CELL_M, HEAD_CENTER, head_space
from pipelines.figure.materials import Paint, Palette, Strands, Surface, Tone
from pipelines.figure.mesh import Part, apply_affine, fit_affine, plain_part
from pipelines.figure.noise import TILTED, solid_noise, strand_noise
from pipelines.figure.shell import Wearer
from pipelines.figure.voxels import march

SHOULDER_Z = 0.80  # hair below this may meet the shoulders
REST_M = 0.010  # how far above cloth or skin it comes to rest
NEAR_M = (0.12, 0.05)  # further than the first it is not pushed, nearer than the second fully
STRAND_CONTRAST = 0.16
STRAND_RELIEF_M = 0.0007
CURL_RELIEF_M = 0.0016


@dataclass(frozen=True, slots=True, kw_only=True)
class HairMaterial:
    """Paint of a style's strands."""

    flow: Flow

    @property
    def tone(self) -> Tone:
        """Hair has its own tone in the clay look."""
        return "hair"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Strand noise as colour and relief, with the direction that the light runs along."""
        position, direction = _flow(self.flow, surface.canonical)
        phase = 0.6 * strand_noise(position) + 0.4 * strand_noise(position * 2.7 + 50)
        relief = STRAND_RELIEF_M
        if self.flow == "curl":
            tilted = surface.canonical @ TILTED
            phase = 0.8 * solid_noise(tilted, 0.0038) + 0.7 * solid_noise(surface.canonical + 0.1, 0.0061)
            phase += 0.5 * solid_noise(tilted, 0.013)
            relief = CURL_RELIEF_M
        shade = np.clip(1 + STRAND_CONTRAST * phase, 0.55, 1.6)
        return Paint(
            albedo=(palette.hair * shade[:, None]).astype(np.float32),
            height=(phase * relief).astype(np.float32),
            specular=0.0,
            gloss=20.0,
            sheen=0.10,
            strands=Strands(direction=direction.astype(np.float32), phase=phase.astype(np.float32)),
        )


def _flow(flow: Flow, canonical: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A coordinate across the strands (its gradient never along the normal: that would look like wood), and
    the strands' direction (N, 3)."""
    x, y, z = (canonical - HEAD_CENTER).T
    height = canonical[:, 2]
    zero = np.zeros_like(x)
    if flow == "side":
        return np.arctan2(z + 0.02, y) * 75 + x * 60, np.stack([np.sign(x - 0.042), zero, zero - 0.6], 1)
    if flow == "back":
        return np.arctan2(x, z + 0.02) * 130 + height * 60, np.stack([zero, zero + 1, zero + 0.2], 1)
    if flow == "fall":
        spread = 0.5 * smoothstep(0.93, 1.03, height)
        return np.arctan2(x, -y) * 120, unit(np.stack([x * spread, y * spread, zero - 0.12], 1))
    down = -0.04 - 0.5 * smoothstep(1.03, 0.95, height)
    return np.arctan2(x, -y - 0.03) * 110 + 9 * solid_noise(canonical, 0.02), unit(np.stack([x, y, down], 1))


@lru_cache(16)
def hair_shape(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices and faces of a style (0.1-0.3 s once)."""
    style = find_style(name)
    assert style is not None
    space = head_space(deep=style.deep)
    solid = style.solid(space) & (space.distance > -0.02)
    return march(solid, space.low, CELL_M, style.smooth_cells)


def find_style(name: str) -> HairStyle | None:
    """The style of that name; None for bald. Raises UnknownName."""
    if name not in HAIR_STYLES:
        raise UnknownName(f"There is no hair style called “{name}”. Known: {', '.join(HAIR_STYLES)}.")
    return HAIR_STYLES[name]


def grow_hair(name: str, wearer: Wearer, under: Sequence[Part], bare: np.ndarray) -> list[Part]:
    """The hair of that style on the posed head; under: what it may come to rest on; bare (V,): uncovered skin."""
    style = find_style(name)
    if style is None:
        return []
    body = wearer.map
    canonical, faces = hair_shape(name)
    mapping = fit_affine(body.canonical[body.head_core], wearer.vertices[body.head_core])
    vertices = apply_affine(canonical, mapping)
    low = np.nonzero(canonical[:, 2] < SHOULDER_Z)[0]
    if len(low):
        vertices[low] = _rest_on(vertices[low], wearer, under, bare)
    part = plain_part(
        "Hair", HairMaterial(flow=style.flow), vertices, faces, canonical, two_sided=True, turn=mapping[:3]
    )
    return [part]


def _rest_on(hair: np.ndarray, wearer: Wearer, under: Sequence[Part], bare: np.ndarray) -> np.ndarray:
    from scipy.spatial import cKDTree

    surfaces = [part.vertices[part.field > 0] for part in under] + [wearer.vertices[bare]]
    normals = [part.normals[part.field > 0] for part in under] + [wearer.normals[bare]]
    surface, normal = np.concatenate(surfaces), np.concatenate(normals)
    distance, nearest = cKDTree(surface).query(hair, k=4, workers=1)
    share = 1 / (distance + 1e-3)
    share /= share.sum(1, keepdims=True)
    above = (((hair[:, None] - surface[nearest]) * normal[nearest]).sum(-1) * share).sum(1)
    direction = unit((normal[nearest] * share[..., None]).sum(1))
    push = np.maximum(REST_M - above, 0) * smoothstep(*NEAR_M, distance[:, 0])
    return (hair + direction * push[:, None]).astype(np.float32)
