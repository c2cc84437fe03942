"""SMPL's forward pass in numpy: betas and rotations to a skin and its joints. SMPL-X is the same with more joints.

After Loper et al., "SMPL: a skinned multi-person linear model" (ACM Transactions on Graphics 34, 2015), equations 2 to
10: the template and its blend shapes by betas and by pose, joints regressed from the shaped template, and linear blend
skinning along the kinematic tree. The numbers are the person's own files (`pipelines.body.smpl_files`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.spatial.transform import Rotation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmplModel:
    """A body model. V vertices, J joints, B betas; metres, y up, facing +z.

    template_m (V, 3); shape_directions (V, 3, B); pose_directions (V, 3, 9 (J - 1)); joint_regressor (J, V);
    weights (V, J), rows sum to 1; parents: -1 for the root, others before their children; faces (F, 3).
    """

    template_m: np.ndarray
    shape_directions: np.ndarray
    pose_directions: np.ndarray
    joint_regressor: np.ndarray
    weights: np.ndarray
    parents: tuple[int, ...]
    faces: np.ndarray

    @property
    def joint_count(self) -> int:
        """How many joints it has, the root with them."""
        return len(self.parents)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmplBody:
    """A body in a pose: vertices_m (V, 3), joints_m (J, 3), turns (J, 3, 3): each joint's since the rest, global."""

    vertices_m: np.ndarray
    joints_m: np.ndarray
    turns: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class SmplParameters:
    """A body's numbers, as programs exchange them: betas (10), rotation vectors of the body's joints (69 of SMPL's 23)
    and of the whole body (3), radians; and where the camera sees the body's origin, metres, x right, y down, z away
    (None: not known)."""

    betas: tuple[float, ...]
    body_pose: tuple[float, ...]
    global_orient: tuple[float, float, float]
    camera: tuple[float, float, float] | None = None

    @classmethod
    def from_rotations(
        cls, betas: np.ndarray, rotations: np.ndarray, camera: np.ndarray | None = None
    ) -> SmplParameters:
        """Of rotation matrices (J, 3, 3), each relative to its parent's, the whole body's first."""
        vectors = Rotation.from_matrix(rotations.astype(np.float64)).as_rotvec()
        x, y, z = (float(value) for value in vectors[0])
        return cls(
            betas=_floats(betas),
            body_pose=_floats(vectors[1:]),
            global_orient=(x, y, z),
            camera=None if camera is None else (float(camera[0]), float(camera[1]), float(camera[2])),
        )

    @classmethod
    def from_raw(cls, raw: Mapping[str, tuple[float, ...]]) -> SmplParameters:
        """Of the numbers under their names, as `arrays` gives them."""
        named: dict[str, Any] = {
            name: tuple(raw[name])
            for name in ("betas", "body_pose", "global_orient", "camera")
            if name in raw
        }
        return cls(**named)

    def rotations(self) -> np.ndarray:
        """(J, 3, 3) rotation matrices, each relative to its parent's, the whole body's first."""
        vectors = np.concatenate([self.global_orient, self.body_pose]).reshape(-1, 3)
        return Rotation.from_rotvec(vectors).as_matrix()

    def arrays(self) -> dict[str, np.ndarray]:
        """Under the names that SMPL's users know, float64."""
        named = {
            "betas": np.array(self.betas),
            "body_pose": np.array(self.body_pose),
            "global_orient": np.array(self.global_orient),
        }
        return named if self.camera is None else named | {"camera": np.array(self.camera)}


def pose_smpl(model: SmplModel, betas: np.ndarray, rotations: np.ndarray) -> SmplBody:
    """The body of betas (up to B,) with joints turned by rotations (J, 3, 3), each relative to its parent's; fewer
    rotations leave the last joints at rest. The pelvis stays where the shape has it."""
    betas = np.asarray(betas, np.float64)
    own = np.tile(np.eye(3), (model.joint_count, 1, 1))
    own[: len(rotations)] = rotations
    shaped = model.template_m + model.shape_directions[:, :, : len(betas)] @ betas
    rest = model.joint_regressor @ shaped
    skin = shaped + model.pose_directions @ (own[1:] - np.eye(3)).reshape(-1)
    turns, joints = own.copy(), rest.astype(np.float64).copy()
    for joint, parent in enumerate(model.parents):
        if parent >= 0:
            turns[joint] = turns[parent] @ own[joint]
            joints[joint] = joints[parent] + turns[parent] @ (rest[joint] - rest[parent])
    shift = joints - np.einsum("jab,jb->ja", turns, rest)
    blend = sparse.csr_matrix(model.weights) @ np.concatenate([turns.reshape(-1, 9), shift], axis=1)
    vertices = np.einsum("vab,vb->va", blend[:, :9].reshape(-1, 3, 3), skin) + blend[:, 9:]
    return SmplBody(vertices_m=vertices, joints_m=joints, turns=turns)


def to_smpl_npz(parameters: SmplParameters, body: SmplBody, model: SmplModel) -> bytes:
    """betas, body_pose, global_orient (and camera), vertices (V, 3), joints (J, 3) and faces (F, 3), compressed."""
    held = io.BytesIO()
    np.savez_compressed(
        held,
        **parameters.arrays(),
        vertices=body.vertices_m.astype(np.float32),
        joints=body.joints_m.astype(np.float32),
        faces=model.faces.astype(np.int32),
    )
    return held.getvalue()


def to_smpl_json(parameters: SmplParameters) -> str:
    """betas, body_pose, global_orient, and camera where it is known."""
    lists: Mapping[str, list[float]] = {name: row.tolist() for name, row in parameters.arrays().items()}
    return json.dumps(lists)


def to_smpl_obj(body: SmplBody, model: SmplModel) -> bytes:
    """The posed skin as Wavefront OBJ: ASCII, metres, faces counter-clockwise from outside."""
    lines = [f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in body.vertices_m.tolist()]
    lines += [f"f {a} {b} {c}" for a, b, c in (model.faces + 1).tolist()]
    return ("\n".join(lines) + "\n").encode("ascii")


def _floats(values: np.ndarray) -> tuple[float, ...]:
    return tuple(float(value) for value in np.asarray(values).reshape(-1))
