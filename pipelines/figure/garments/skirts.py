"""Skirts: cloth that hangs from the waist round both legs, straight down where they stand, along them where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep, unit
from pipelines.figure.garments.garment import COTTON, Cloth, Garment
from pipelines.figure.garments.patterns import lay_pattern
from pipelines.figure.garments.trousers import Trousers
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, vertex_normals, whole_pattern
from pipelines.figure.shell import Wearer, keep_outside

AROUND, DOWN = 96, 40  # quads of the skirt
SLICE_M = 0.018  # half height of the slice whose outline is measured
NARROWING_M = 0.002  # how much an outline may narrow from one row to the next
FLOOR_GAP_M = 0.03
OFF_LEGS_M = 0.012
LEAST_LENGTH_M = 0.05
FOLD_DEPTH_M = 0.011
INSIDE_SHADE = 0.25
LAYER_ABOVE = 1.5  # a skirt lies over the layer it is listed in
UPRIGHT = 0.55  # mean cosine between the thighs and straight down below which the skirt follows the legs
OPPOSED = -0.55  # cosine between the thighs below which they point away from each other
LEVEL = 14  # rows of cloth that lies over them
BESIDE_HEM_M = 0.08  # skin this far below the hem is gone round too
BESIDE_M = 0.06  # cloth is lifted over skin this near to it, seen from above
HIP_Z, KNEE_Z = 0.05, -0.33  # canonical heights between which a thigh's direction is told
FLARE_ON_LEGS = 0.2  # share of the flare that is left where cloth lies on the legs
# Where a coat opens, and half the width of that line: shares of the way round.
FRONT_SHARE, OPENING_SHARE = 0.25, 0.0022


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """The skirt's rows: reach (DOWN, AROUND) from their centres (DOWN, 3) in directions turning from `first` to
    `second` (DOWN, 3); depth (DOWN,): share of the length; flare_m at the hem."""

    reach: np.ndarray
    center: np.ndarray
    first: np.ndarray
    second: np.ndarray
    depth: np.ndarray
    flare_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Skirt:
    """A skirt between two canonical heights, wider by flare_m at its hem."""

    slot: str
    cloth: Cloth = COTTON
    top_z: float = 0.34
    hem_z: float = -0.30
    flare_m: float = 0.10
    opens: bool = False  # in front, as a coat does

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slot it uses."""
        return (self.slot,)

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no skin: the slip beneath it does, and the legs may be seen from below."""
        return None

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Hides no garment."""
        return None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """A slip, and a mesh of rows from the waist to the hem: canonical = (share round, share of the length, 0)."""
        body = wearer.map
        legs = (body.arm < 0.1) & body.skin & (body.canonical[:, 2] < self.top_z + 0.02)
        down, alike = _thighs(wearer)
        if down > UPRIGHT:
            rows = self._hang_down(wearer)
            vertices = _sweep(rows)
        elif alike < OPPOSED:
            rows = self._lie_over(wearer)
            vertices = _sweep(rows)
            _lay_on(vertices, wearer.vertices[legs])
        else:
            rows = self._follow_legs(wearer)
            vertices = _sweep(rows)
        keep_outside(vertices, wearer, legs, OFF_LEGS_M, (DOWN, AROUND))
        vertices[:, 1] = np.maximum(vertices[:, 1], 0.0)
        canonical = np.zeros((DOWN, AROUND, 3), np.float32)
        canonical[..., 0] = _share_round(vertices)
        canonical[..., 1] = rows.depth[:, None]
        faces = _quads()
        part = Part(
            name="Skirt",
            material=self,
            pattern=whole_pattern(faces, canonical.reshape(-1, 3)),
            vertices=vertices,
            normals=vertex_normals(vertices, faces),
            layer=layer + LAYER_ABOVE,
            two_sided=True,
        )
        return [part]

    def _hang_down(self, wearer: Wearer) -> _Rows:
        """Level rows whose outline is that of hips and legs, hanging from the widest place above."""
        body, points = wearer.map, wearer.vertices
        z = body.canonical[:, 2]
        low = body.arm < 0.2
        waist = points[low & (np.abs(z - self.top_z) < 0.02)]
        top = float(points[low & (np.abs(z - self.top_z) < 0.012)][:, 1].mean())
        bottom = max(float(points[low & (np.abs(z - self.hem_z) < 0.02)][:, 1].mean()), FLOOR_GAP_M)
        heights = np.linspace(top, min(bottom, top - LEAST_LENGTH_M), DOWN)
        center = np.tile(waist.mean(0), (DOWN, 1))
        center[:, 1] = heights
        below = points[low & (z < self.top_z + 0.06)]
        compass = _compass()
        reach = (below - waist.mean(0))[:, [0, 2]] @ compass
        rows = np.zeros((DOWN, AROUND))
        for i, height in enumerate(heights):
            near = np.abs(below[:, 1] - height) < SLICE_M
            rows[i] = reach[near].max(0) if near.any() else rows[max(i - 1, 0)]
        across = np.tile(np.eye(3), (DOWN, 1, 1))
        return self._loosen(rows, center, across[:, 0], across[:, 2], self.flare_m)

    def _lie_over(self, wearer: Wearer) -> _Rows:
        """Over one thigh in front and one behind, as in a lunge: level out to them from the waist, then straight down
        from their outline. Between legs that point away from each other there is no line for rows to follow."""
        body, points = wearer.map, wearer.vertices
        z = body.canonical[:, 2]
        low = (body.arm < 0.2) & body.skin
        waist = points[low & (np.abs(z - self.top_z) < 0.012)]
        middle = (waist.min(0) + waist.max(0)) / 2
        top = float(middle[1])
        bottom = max(float(points[low & (np.abs(z - self.hem_z) < 0.02)][:, 1].mean()), FLOOR_GAP_M)
        heights = np.full(DOWN, top)
        heights[LEVEL:] = np.linspace(top, min(bottom, top - LEAST_LENGTH_M), DOWN - LEVEL)
        center = np.tile(middle, (DOWN, 1))
        center[:, 1] = heights
        lowest = (
            min(self.hem_z, KNEE_Z) - BESIDE_HEM_M
        )  # a knee in front of a hem would come through the rows above
        under = points[low & (z < self.top_z + 0.02) & (z > lowest)]
        compass = _compass()
        reach, ring = ((piece - middle)[:, [0, 2]] @ compass for piece in (under, waist))
        rows = np.tile(ring.max(0), (DOWN, 1))
        for i in range(LEVEL, DOWN):
            near = np.abs(under[:, 1] - heights[i]) < SLICE_M
            if i == LEVEL:
                near |= under[:, 1] > top
            rows[i] = np.maximum(reach[near].max(0), rows[0]) if near.any() else rows[i - 1]
        rows[:LEVEL] += np.linspace(0, 1, LEVEL, endpoint=False)[:, None] * (rows[LEVEL] - rows[0])
        across = np.tile(np.eye(3), (DOWN, 1, 1))
        return self._loosen(rows, center, across[:, 0], across[:, 2], self.flare_m * FLARE_ON_LEGS)

    def _follow_legs(self, wearer: Wearer) -> _Rows:
        """Rows across a line that runs between the legs, each round the body at one canonical height."""
        from scipy import ndimage

        body, points = wearer.map, wearer.vertices
        z, x = body.canonical[:, 2], body.canonical[:, 0]
        low = (body.arm < 0.2) & body.skin
        levels = np.linspace(self.top_z, self.hem_z, DOWN)
        slices = [points[low & (np.abs(z - level) < 2 * SLICE_M)] for level in levels]
        center = np.stack([(piece.min(0) + piece.max(0)) / 2 for piece in slices])
        center = ndimage.gaussian_filter1d(center, 3.0, axis=0, mode="nearest")
        along = unit(np.gradient(center, axis=0))
        waist = low & (np.abs(z - self.top_z) < 0.03)
        left = unit(points[waist & (x > 0)].mean(0) - points[waist & (x < 0)].mean(0))
        first = np.empty_like(along)
        for i, direction in enumerate(along):  # carried along without twisting
            left = unit(left - (left @ direction) * direction)
            first[i] = left
        second = np.cross(first, -along)
        compass = _compass()
        rows = np.stack(
            [
                (np.stack([(piece - c) @ f, (piece - c) @ s], 1) @ compass).max(0)
                for piece, c, f, s in zip(slices, center, first, second, strict=True)
            ]
        )
        return self._loosen(rows, center, first, second, self.flare_m * FLARE_ON_LEGS)

    def _loosen(
        self, rows: np.ndarray, center: np.ndarray, first: np.ndarray, second: np.ndarray, flare_m: float
    ) -> _Rows:
        from scipy import ndimage

        for i in range(1, DOWN):
            rows[i] = np.maximum(rows[i], rows[i - 1] - NARROWING_M)
        depth = np.linspace(0, 1, DOWN)
        rows = ndimage.gaussian_filter(rows, (1.2, 1.5), mode=("nearest", "wrap"))
        rows += (0.007 + 0.010 * smoothstep(0, 0.25, depth))[:, None] + flare_m * (depth**1.25)[:, None]
        return _Rows(reach=rows, center=center, first=first, second=second, depth=depth, flare_m=flare_m)

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain cloth, darker inside."""
        count = len(surface.field)
        albedo = palette.slot(self.slot) * (1 - INSIDE_SHADE * surface.back[:, None])
        paint = Paint(
            albedo=albedo.astype(np.float32),
            height=np.zeros(count, np.float32),
            specular=self.cloth.specular,
            gloss=self.cloth.gloss,
            sheen=self.cloth.sheen,
        )
        lay_pattern(paint, surface, palette, self.slot, turned=True)
        if self.opens:
            edge = surface.line(surface.canonical[:, 0] - FRONT_SHARE, OPENING_SHARE)
            paint.albedo *= (1 - 0.6 * edge)[:, None].astype(np.float32)
        return paint


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip(Trousers):
    """Short tights under a skirt, in its colour: decent in any pose."""

    relax_rounds: int = 6
    ease_m: float = 0.003
    waist_z: float = 0.30
    hem_z: float = -0.24
    leg: None = None


def _thighs(wearer: Wearer) -> tuple[float, float]:
    """How far the thighs, taken together, point down, and how far the same way: cosines. Cloth hangs from thighs that
    point down instead of lying on them."""
    z, x = wearer.map.canonical[:, 2], wearer.map.canonical[:, 0]
    thighs = []
    for side in (1, -1):
        leg = (wearer.map.leg > 0.5) & (x * side > 0)
        hip = wearer.vertices[leg & (np.abs(z - HIP_Z) < 0.03)].mean(0)
        knee = wearer.vertices[leg & (np.abs(z - KNEE_Z) < 0.03)].mean(0)
        thighs.append(unit(knee - hip))
    left, right = thighs
    return -float(left[1] + right[1]) / 2, float(left @ right)


def _lay_on(vertices: np.ndarray, skin: np.ndarray) -> None:
    """Lift the level rows of the skirt onto the skin (n, 3) that is higher than they are, in place."""
    from scipy import ndimage
    from scipy.spatial import cKDTree

    over = vertices.reshape(DOWN, AROUND, 3)[: LEVEL + 2]
    places, tree = over.reshape(-1, 3)[:, [0, 2]], cKDTree(skin[:, [0, 2]])
    away, nearest = tree.query(places, k=24, distance_upper_bound=BESIDE_M)
    heights = np.where(np.isfinite(away), skin[np.minimum(nearest, len(skin) - 1), 1], -np.inf).max(1)
    lift = np.clip(heights.reshape(over.shape[:2]) + OFF_LEGS_M - over[..., 1], 0, None)
    over[..., 1] += np.maximum(lift, ndimage.gaussian_filter(lift, (1.5, 1.5), mode=("nearest", "wrap")))


def _compass() -> np.ndarray:
    angle = np.arange(AROUND) * 2 * np.pi / AROUND
    return np.stack([np.cos(angle), np.sin(angle)])


def _sweep(rows: _Rows) -> np.ndarray:
    """(DOWN * AROUND, 3) vertices: the outline whose support function `reach` is, with folds."""
    angle = np.arange(AROUND) * 2 * np.pi / AROUND
    compass = _compass().T
    across = np.stack([-compass[:, 1], compass[:, 0]], 1)
    slope = (np.roll(rows.reach, -1, 1) - np.roll(rows.reach, 1, 1)) / (2 * angle[1])
    flat = rows.reach[..., None] * compass + slope[..., None] * across
    waves = np.sin(angle * 11 + 1.1 * np.sin(angle * 3)) + 0.5 * np.sin(angle * 17 + 2)
    folds = waves * (FOLD_DEPTH_M * smoothstep(0.08, 1.0, rows.depth))[:, None] * (rows.flare_m / 0.1) ** 0.5
    flat *= (1 + folds / np.maximum(np.linalg.norm(flat, axis=-1), 0.05))[..., None]
    vertices = (
        rows.center[:, None] + flat[..., :1] * rows.first[:, None] + flat[..., 1:] * rows.second[:, None]
    )
    return vertices.reshape(-1, 3).astype(np.float32)


def _share_round(vertices: np.ndarray) -> np.ndarray:
    """(DOWN, AROUND) how far round its row each vertex lies, as a share of the row's length."""
    rows = vertices.reshape(DOWN, AROUND, 3)
    steps = np.linalg.norm(np.roll(rows, -1, 1) - rows, axis=-1)
    passed = np.cumsum(steps, axis=1)
    return (passed - steps) / np.maximum(passed[:, -1:], 1e-6)


def _quads() -> np.ndarray:
    """Triangles of the skirt's rows, outward counter-clockwise in the world frame."""
    here = np.arange((DOWN - 1) * AROUND).reshape(DOWN - 1, AROUND)
    right = np.roll(here, -1, 1)
    first = np.stack([here, right, here + AROUND], -1).reshape(-1, 3)
    second = np.stack([right, right + AROUND, here + AROUND], -1).reshape(-1, 3)
    return np.concatenate([first, second])
