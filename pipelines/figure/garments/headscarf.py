"""A headscarf (hijab): cloth round the face that covers hair, ears and neck, and falls over shoulders and chest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figure.binding import bind, push_out
from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.garment import JERSEY, Cloth, Garment, lay_cloth
from pipelines.figure.head_space import skin_distance
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import (
    BodyPoints,
    Part,
    apply_affine,
    fit_affine,
    link_vertices,
    neighbour_average,
    vertex_normals,
    whole_pattern,
)
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer

if TYPE_CHECKING:
    from scipy import sparse

ROWS, AROUND = 84, 112
# The cloth is where rays meet the skin: from the crown (stage 0) over the widest ring of the head (1) and the chin
# (2) to the hem (3). Height and depth of the rays' start; their rise, degrees, in front, at the sides and behind.
STAGES = (0.0, 1.0, 2.0, 3.0)
START_Z, START_Y = (0.93, 0.93, 0.80, 0.58), (-0.045, -0.045, -0.03, -0.02)
RISES = ((90, 0, -4, -24), (90, 0, 0, 31), (90, 0, 0, -8))
FIRST_M, LAST_M, STEP_M = 0.02, 0.25, 0.006  # where skin is looked for along a ray
OFF_M = 0.008  # from the skin
HAIR_M = 0.009  # further where hair is beneath
OVER_EARS = (9, 13)  # rows and columns over which ears are bridged
HANGS = (1.55, 2.0, 2.75)  # stages: it hangs from the first (in front the second) straight to the third
LOOSE = 0.75  # share of the hollow under the jaw that it bridges
SOFT = 1.6  # rows over which it is smooth
FOLDS, FOLD_M, FOLDS_FROM = 13.0, 0.0034, (1.75, 2.25)
FACE_Z, FACE_HALF_Z, FACE_HALF_X, FACE_Y = 0.880, 0.093, 0.063, -0.035  # the opening for the face
WITH_HEAD_Z = (0.735, 0.815)  # it goes with the body below, with the head above
REST_M = 0.007
COLLARS_Z = 0.68  # collars are left out above
PUSH_ROUNDS = 6
PLEAT_M, PLEAT_WIDTH_M = 0.021, 0.005  # a pleat that runs round the face
INSIDE_SHADE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Headscarf:
    """A headscarf in one colour or pattern."""

    slot: str
    cloth: Cloth = JERSEY

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
        """One sheet round the head, carried by skull and body; it still has to come to rest on what is worn."""
        canonical, faces = _drape()
        body = wearer.map
        with_head = apply_affine(
            canonical, fit_affine(body.canonical[body.head_core], wearer.vertices[body.head_core])
        )
        low = np.flatnonzero(canonical[:, 2] < WITH_HEAD_Z[1])
        share = smoothstep(*WITH_HEAD_Z, canonical[low, 2])[:, None]
        trunk = body.skin & (body.canonical[:, 2] > 0.40) & (body.canonical[:, 2] < 0.79) & (body.arm < 0.85)
        vertices = with_head.copy()
        vertices[low] = with_head[low] * share + bind(canonical[low], wearer, trunk) * (1 - share)
        edge = _outside_face(canonical)
        pattern = whole_pattern(faces, canonical, np.minimum(edge, _above_hem()).astype(np.float32))
        part = Part(
            name="Headscarf",
            material=self,
            pattern=replace(pattern, clip=edge),
            vertices=vertices.astype(np.float32),
            normals=vertex_normals(vertices, faces),
            layer=layer,
            two_sided=True,
        )
        return [part]

    def rest(self, part: Part, wearer: Wearer, under: Sequence[Part], bare: np.ndarray) -> Part:
        """The part, moved out of the garments and the uncovered skin (bare (V,)) that it lies on."""
        smoothing, cloth = _smoothing(), [one for one in under if one.name != "Collar"]
        push = push_out(part.vertices, cloth, wearer, bare, REST_M) - part.vertices
        least = push
        for _ in range(PUSH_ROUNDS):
            push = smoothing @ push
        longer = np.linalg.norm(push, axis=1) > np.linalg.norm(least, axis=1)
        vertices = (part.vertices + np.where(longer[:, None], push, least)).astype(np.float32)
        for _ in range(2):
            vertices = 0.5 * (vertices + smoothing @ vertices)
        vertices = vertices.astype(np.float32)
        low = part.pattern.points.canonical[:, 2] < WITH_HEAD_Z[0]
        vertices[:AROUND] = vertices[:AROUND].mean(0)  # the crown is one point
        vertices[low] = push_out(vertices[low], cloth, wearer, bare, REST_M)
        return replace(part, vertices=vertices, normals=vertex_normals(vertices, part.pattern.faces))

    def leaves(self, parts: Sequence[Part]) -> list[Part]:
        """What is to be seen of those parts: no hood, and no collar where the scarf lies over it."""
        return [_under_scarf(part) for part in parts if part.tucks_hair_z is None]

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Cloth with a pleat round the face, darker inside."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        pleat = (surface.field - PLEAT_M) / PLEAT_WIDTH_M
        paint.height += (0.0016 * smoothstep(-1.0, 1.0, pleat)).astype(np.float32)
        shade = shade + 0.22 * np.exp(-((pleat + 0.6) ** 2))
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None].astype(np.float32)
        paint.albedo *= (1 - INSIDE_SHADE * surface.back)[:, None].astype(np.float32)
        return paint


def _under_scarf(part: Part) -> Part:
    if part.name != "Collar":
        return part
    below = COLLARS_Z - part.pattern.points.canonical[:, 2]
    clip = np.minimum(part.pattern.clip, below).astype(np.float32)
    return replace(part, pattern=replace(part.pattern, clip=clip))


def _outside_face(canonical: np.ndarray) -> np.ndarray:
    """(...) metres outside the opening for the face: rounder above, narrower at the chin."""
    x, y, z = np.moveaxis(canonical, -1, 0)
    low = np.clip((FACE_Z - z) / FACE_HALF_Z, 0, 1)
    across = np.abs(x) / (FACE_HALF_X * (1 - 0.12 * low))
    away = np.hypot(across, (z - FACE_Z) / FACE_HALF_Z) - 1
    return np.maximum(away * FACE_HALF_X, y - FACE_Y).astype(np.float32)


def _above_hem() -> np.ndarray:
    rows = np.repeat(np.linspace(STAGES[-1], 0, ROWS)[::-1], AROUND)
    return (0.19 * (STAGES[-1] - rows) + 0.003).astype(np.float32)


@lru_cache(1)
def _drape() -> tuple[np.ndarray, np.ndarray]:
    """Canonical vertices (ROWS * AROUND, 3) from the crown down, 0 in front, and triangles (0.5 s once)."""
    from scipy import ndimage

    stage = np.linspace(0, STAGES[-1], ROWS)
    angle = np.arange(AROUND) * 2 * np.pi / AROUND
    rise = np.radians(_rises(stage, angle))
    start = np.stack([0 * stage, np.interp(stage, STAGES, START_Y), np.interp(stage, STAGES, START_Z)], 1)
    rays = np.stack([np.cos(rise) * np.sin(angle), -np.cos(rise) * np.cos(angle), np.sin(rise)], -1)
    reach = _reach(start, rays)
    over_ears = ndimage.maximum_filter(reach, OVER_EARS, mode=("nearest", "wrap"))
    beside = smoothstep(0.4, 0.8, stage) * smoothstep(1.9, 1.6, stage)
    reach += (over_ears - reach) * beside[:, None] * smoothstep(0.5, 0.1, np.cos(angle))
    points = start[:, None] + rays * reach[..., None]
    beneath = smoothstep(0.01, 0.06, _outside_face(points)) * smoothstep(1.7, 1.2, stage)[:, None]
    points += rays * (HAIR_M * beneath)[..., None]
    points = _hang(points, rays, stage, angle)
    smooth = [ndimage.gaussian_filter(points[..., k], SOFT, mode=("nearest", "wrap")) for k in range(3)]
    points = np.stack(smooth, -1)
    wave = np.sin(FOLDS * stage[:, None] + 1.7 * np.sin(angle - 0.5) + 0.6 * np.sin(2 * angle + 1))
    points += rays * (FOLD_M * smoothstep(*FOLDS_FROM, stage)[:, None] * wave)[..., None]
    points[0] = points[1].mean(0)
    here = np.arange((ROWS - 1) * AROUND).reshape(-1, AROUND)
    right = np.roll(here, -1, 1)
    faces = np.concatenate(
        [
            np.stack([here, here + AROUND, right], -1).reshape(-1, 3),
            np.stack([right, here + AROUND, right + AROUND], -1).reshape(-1, 3),
        ]
    )
    return points.reshape(-1, 3).astype(np.float32), faces


def _rises(stage: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """(ROWS, AROUND) degrees that each ray rises."""
    front, side, back = (np.interp(stage, STAGES, rises)[:, None] for rises in RISES)
    beside = np.sin(angle) ** 2
    return (
        front * (1 - beside) * (np.cos(angle) > 0)
        + side * beside
        + back * (1 - beside) * (np.cos(angle) <= 0)
    )


def _reach(start: np.ndarray, rays: np.ndarray) -> np.ndarray:
    """(ROWS, AROUND) metres along each ray to where it leaves the skin for good, and a little further."""
    body = canonical_map()
    steps = np.arange(FIRST_M, LAST_M, STEP_M)
    points = start[:, None, None] + rays[:, :, None] * steps[:, None]
    chosen = body.skin & (body.canonical[:, 2] > 0.40) & (body.arm < 0.95)
    near = skin_distance(points, chosen) < OFF_M
    last = len(steps) - 1 - np.argmax(near[..., ::-1], -1)
    return np.asarray(np.where(near.any(-1), steps[last] + STEP_M / 2, FIRST_M))


def _hang(points: np.ndarray, rays: np.ndarray, stage: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """The grid, hanging from jaw to chest: hollows are bridged in part."""
    hung = points.copy()
    for column, front in enumerate(np.clip(np.cos(angle), 0, 1)):
        first = int(np.searchsorted(stage, HANGS[0] + (HANGS[1] - HANGS[0]) * front))
        last = int(np.searchsorted(stage, HANGS[2]))
        share = np.linspace(0, 1, last - first + 1)[:, None]
        own = points[first : last + 1, column]
        straight = own[:1] * (1 - share) + own[-1:] * share
        outward = (((straight - own) * rays[first : last + 1, column]).sum(1) > 0)[:, None]
        hung[first : last + 1, column] = own + LOOSE * outward * (straight - own)
    return hung


@lru_cache(1)
def _smoothing() -> sparse.csr_matrix:
    vertices, faces = _drape()
    return neighbour_average(link_vertices(faces, len(vertices)))
