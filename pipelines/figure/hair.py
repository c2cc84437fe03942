"""Hair on the figure: the style's mesh on the posed head, resting on the shoulders, and its paint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipelines.errors import UnknownName
from pipelines.figure.binding import push_out
from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.hair_styles import HAIR_STYLES, Flow, HairStyle
from pipelines.figure.head_space import (
    CELL_M,
    FAR_M,
    HEAD_CENTER,
    SHORT_LOW_Z,
    TORSO_TOP_Z,
    HeadSpace,
    head_space,
)
from pipelines.figure.materials import Paint, Palette, Strands, Surface, Tone
from pipelines.figure.mesh import (
    Part,
    apply_affine,
    fit_affine,
    link_vertices,
    neighbour_average,
    vertex_normals,
    whole_pattern,
)
from pipelines.figure.noise import solid_noise, strand_noise
from pipelines.figure.shell import Wearer
from pipelines.figure.voxels import march_field, soften

if TYPE_CHECKING:
    from scipy import sparse

REST_M = (0.004, 0.020)  # hair lies this far above cloth or skin: its inner side, its outer side
PUSH_ROUNDS, PUSH_GAIN = 10, np.float32(1.15)  # smoothing takes a little off the push
TOUCHES_M = 0.05  # hair further off the torso hangs free
CHEST_Z = (0.80, 0.68)  # hair goes with the head above the first, with the back below the second
UNDER_SKIN_M = 0.008  # hair is not modelled further under the skin
SOFT_CELLS = 0.9
LOCK_UNITS = 11.0  # width of a lock, in the units of the strand noise
OCTAVES = ((9.0, 0.0066, 0.55), (2.6, 0.0019, 0.50), (1.0, 0.00075, 0.38))  # units, metres, weight
STRAND_CONTRAST = 0.30
STRAND_RELIEF_M = 0.0009
CURL_RELIEF_M = 0.0016


@dataclass(frozen=True, slots=True, kw_only=True)
class HairMaterial:
    """Paint of a style's strands."""

    flow: Flow

    @property
    def tone(self) -> Tone:
        """Hair has its own tone in the clay finish."""
        return "hair"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Strand noise as colour and relief, with the direction that the light runs along."""
        position, direction, _ = _flow(self.flow, surface.canonical)
        phase = np.zeros(len(position), np.float32)
        for units, feature_m, weight in OCTAVES:
            phase += weight * strand_noise(position / units + 7 * units) * surface.shows(feature_m)
        relief = STRAND_RELIEF_M
        if self.flow == "curl":
            phase = 0.8 * solid_noise(surface.canonical, 0.0038) * surface.shows(0.0038)
            phase += 0.7 * solid_noise(surface.canonical + 0.1, 0.0061) * surface.shows(0.0061)
            phase += 0.5 * solid_noise(surface.canonical, 0.013)
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


def _flow(flow: Flow, canonical: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A coordinate across the strands (its gradient never along the normal: that would look like wood), the
    strands' direction (N, 3), and metres from the line where they all meet."""
    x, y, z = (canonical - HEAD_CENTER).T
    height = canonical[:, 2]
    zero = np.zeros_like(x)
    if flow == "side":
        across = np.arctan2(z + 0.02, y) * 75 + x * 60
        return across, np.stack([np.sign(x - 0.042), zero, zero - 0.6], 1), np.hypot(z + 0.02, y)
    if flow == "back":
        across = np.arctan2(x, z + 0.02) * 130 + height * 60
        return across, np.stack([zero, zero + 1, zero + 0.2], 1), np.hypot(x, z + 0.02)
    if flow == "fall":
        spread = 0.5 * smoothstep(0.93, 1.03, height)
        direction = unit(np.stack([x * spread, y * spread, zero - 0.12], 1))
        return np.arctan2(x, -y) * 120, direction, np.hypot(x, y)
    down = -0.04 - 0.5 * smoothstep(1.03, 0.95, height)
    across = np.arctan2(x, -y - 0.03) * 110 + 9 * solid_noise(canonical, 0.02)
    return across, unit(np.stack([x, y, down], 1)), np.hypot(x, y + 0.03)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HairShape:
    """vertices (N, 3) canonical, faces (F, 3); for hair that reaches the torso, lift (N,): metres above its skin,
    and smoothing (N, N): average of the neighbours."""

    vertices: np.ndarray
    faces: np.ndarray
    lift: np.ndarray | None = None
    smoothing: sparse.csr_matrix | None = None


@lru_cache(16)
def hair_shape(name: str) -> HairShape:
    """The canonical mesh of a style (0.1-0.3 s once)."""
    style = find_style(name)
    assert style is not None
    space = head_space(deep=style.low_z < SHORT_LOW_Z).above(style.low_z)
    under = np.where(space.z > TORSO_TOP_Z, space.distance, FAR_M) + UNDER_SKIN_M
    field = np.minimum(style.field(space), under)
    vertices, faces = march_field(soften(field, SOFT_CELLS), space.low, CELL_M)
    if style.lock_m:
        position, _, away = _flow(style.flow, vertices)
        depth = style.lock_m * strand_noise(position / LOCK_UNITS) * smoothstep(0.01, 0.05, away)
        vertices = vertices + vertex_normals(vertices, faces) * depth[:, None]
    vertices = vertices.astype(np.float32)
    if style.low_z >= SHORT_LOW_Z:
        return HairShape(vertices=vertices, faces=faces)
    smoothing = neighbour_average(link_vertices(faces, len(vertices)))
    return HairShape(vertices=vertices, faces=faces, lift=_lift(space, vertices), smoothing=smoothing)


def _lift(space: HeadSpace, vertices: np.ndarray) -> np.ndarray:
    from scipy import ndimage

    places = ((vertices - space.low) / CELL_M).T
    return ndimage.map_coordinates(space.torso, places, order=1, mode="nearest", output=np.float32)


def find_style(name: str) -> HairStyle | None:
    """The style of that name; None for bald. Raises UnknownName."""
    if name not in HAIR_STYLES:
        raise UnknownName(f"There is no hair style called “{name}”. Known: {', '.join(HAIR_STYLES)}.")
    return HAIR_STYLES[name]


def grow_hair(name: str, wearer: Wearer, layer: float, under: Sequence[Part], bare: np.ndarray) -> list[Part]:
    """The hair of that style on the posed head; under: what it may come to rest on; bare (V,): uncovered skin."""
    style = find_style(name)
    if style is None:
        return []
    body = wearer.map
    shape = hair_shape(name)
    canonical = shape.vertices
    mapping = fit_affine(body.canonical[body.head_core], wearer.vertices[body.head_core])
    vertices = apply_affine(canonical, mapping)
    pattern = replace(whole_pattern(shape.faces, canonical), smoothing=shape.smoothing)
    if shape.lift is not None:
        vertices = _hang_on_back(shape, wearer, vertices)
        vertices = _rest(shape, wearer, vertices, under, bare)
        tucked = [part.tucks_hair_z for part in under if part.tucks_hair_z is not None]
        if tucked:
            pattern = replace(pattern, clip=(canonical[:, 2] - min(tucked)).astype(np.float32))
    part = Part(
        name="Hair",
        material=HairMaterial(flow=style.flow),
        pattern=pattern,
        vertices=vertices,
        normals=vertex_normals(vertices, shape.faces),
        layer=layer,
        two_sided=True,
        turn=mapping[:3],
    )
    return [part]


def _hang_on_back(shape: HairShape, wearer: Wearer, vertices: np.ndarray) -> np.ndarray:
    """Hair that goes with the head above and with the back below."""
    body = wearer.map
    share = smoothstep(*CHEST_Z, shape.vertices[:, 2])[:, None]
    back = (body.chest > 0.5) & (body.canonical[:, 2] > 0.5) & (body.arm < 0.2)
    hung = apply_affine(shape.vertices, fit_affine(body.canonical[back], wearer.vertices[back]))
    return (vertices * (1 - share) + hung * share).astype(np.float32)


def _rest(
    shape: HairShape, wearer: Wearer, vertices: np.ndarray, under: Sequence[Part], bare: np.ndarray
) -> np.ndarray:
    """Hair moved out of what it lies on, as a whole: neighbours move alike."""
    assert shape.lift is not None
    assert shape.smoothing is not None
    low = np.nonzero(shape.lift < TOUCHES_M)[0]
    push = np.zeros_like(vertices)
    gap = np.clip(shape.lift[low], *REST_M)
    push[low] = push_out(vertices[low], under, wearer, bare, gap) - vertices[low]
    for _ in range(PUSH_ROUNDS):
        push = shape.smoothing @ push
    return vertices + push * PUSH_GAIN
