"""Body models of the right layout, made of the free body: its skin with fewer vertices, SMPL's joints, a T-pose.

They are not SMPL: they stand for its files in tests. What holds for them holds for the code, not for SMPL's shapes.
"""

from __future__ import annotations

from functools import lru_cache

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree

from pipelines.body.anny import open_anny
from pipelines.body.smpl_files import LAYOUTS
from pipelines.body.smpl_model import SmplModel
from pipelines.pose.library import load_library
from pipelines.types import BodyParameters

# SMPL's joints in its order: the parent, and the free body's bone whose head the joint is at.
JOINTS = (
    (-1, "root"), (0, "upperleg01.L"), (0, "upperleg01.R"), (0, "spine05"), (1, "lowerleg01.L"),
    (2, "lowerleg01.R"), (3, "spine03"), (4, "foot.L"), (5, "foot.R"), (6, "spine01"), (7, "toe2-1.L"),
    (8, "toe2-1.R"), (9, "neck01"), (9, "clavicle.L"), (9, "clavicle.R"), (12, "head"), (13, "upperarm01.L"),
    (14, "upperarm01.R"), (16, "lowerarm01.L"), (17, "lowerarm01.R"), (18, "wrist.L"), (19, "wrist.R"),
    (20, "finger3-1.L"), (21, "finger3-1.R"),
)  # fmt: skip
SHAPES = (
    {"gender": 0.0}, {"gender": 1.0}, {"weight": 0.8}, {"weight": 0.2}, {"height": 0.75}, {"muscle": 0.9},
    {"proportions": 0.9}, {"age": 0.9}, {"gender": 1.0, "weight": 0.75}, {"gender": 0.0, "muscle": 0.2},
)  # fmt: skip
JOINT_NEIGHBOURS = 60


@lru_cache(1)
def fake_smpl() -> SmplModel:
    """A body model of SMPL's layout."""
    model, layout, t_pose = open_anny(), LAYOUTS["SMPL"], load_library().find("t-pose").pose
    bodies = [model.build(BodyParameters(shape=shape), t_pose) for shape in ({}, *SHAPES)]
    bones = [model.bone_names.index(bone) for _, bone in JOINTS]
    skins = np.array([body.vertices - body.joint("root") for body in bodies], np.float64)
    heads = np.array([body.joints[bones] - body.joint("root") for body in bodies], np.float64)
    kept, faces = _thin_out(skins[0].astype(np.float32), model.faces, layout.vertices, layout.faces)
    skins = skins[:, kept]
    weights = np.zeros((len(kept), len(JOINTS)))
    for bone, joint in enumerate(_joint_of_bones(model.bone_names, model.bone_parents)):
        weights[:, joint] += model.weights[kept, bone]
    rng = np.random.default_rng(8)
    return SmplModel(
        template_m=skins[0].astype(np.float32),
        shape_directions=(skins[1:] - skins[0]).transpose(1, 2, 0).astype(np.float32),
        pose_directions=1e-4 * rng.standard_normal((len(kept), 3, 9 * (len(JOINTS) - 1))).astype(np.float32),
        joint_regressor=_regress(skins, heads),
        weights=(weights / weights.sum(1, keepdims=True)).astype(np.float32),
        parents=tuple(parent for parent, _ in JOINTS),
        faces=faces,
    )


def stored_arrays(model: SmplModel) -> dict[str, np.ndarray]:
    """The arrays of a body model under the names of its published files."""
    tree = np.array([model.parents, range(model.joint_count)], np.int64).astype(np.uint32)
    return {
        "v_template": model.template_m.astype(np.float64),
        "shapedirs": model.shape_directions.astype(np.float64),
        "posedirs": model.pose_directions.astype(np.float64),
        "J_regressor": model.joint_regressor.astype(np.float64),
        "weights": model.weights.astype(np.float64),
        "kintree_table": tree,
        "f": model.faces.astype(np.uint32),
    }


def _thin_out(
    vertices: np.ndarray, faces: np.ndarray, most_vertices: int, most_faces: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which vertices are kept, and the faces over them; padded with the first vertex to these numbers."""
    points, fewer = fast_simplification.simplify(vertices, faces, target_count=most_faces - 900)
    _, nearest = cKDTree(vertices).query(points)
    kept, renamed = np.unique(nearest, return_inverse=True)
    fewer = renamed.reshape(-1)[fewer]
    fewer = fewer[[len(set(face)) == 3 for face in fewer.tolist()]]
    assert len(kept) <= most_vertices
    assert len(fewer) <= most_faces
    kept = np.concatenate([kept, np.full(most_vertices - len(kept), kept[0])])
    return kept, np.concatenate([fewer, np.zeros((most_faces - len(fewer), 3), int)]).astype(np.int32)


def _joint_of_bones(names: tuple[str, ...], parents: tuple[int, ...]) -> list[int]:
    """For each bone the joint of the nearest bone above it, or of itself, that has one."""
    own = {bone: joint for joint, (_, bone) in enumerate(JOINTS)}
    found: list[int] = []
    for name, parent in zip(names, parents, strict=True):
        toes, fingers = name.startswith("toe"), name.startswith(("finger", "metacarpal"))
        side = name[-2:]
        if toes or fingers:
            found.append(own[("toe2-1" if toes else "finger3-1") + side])
        else:
            found.append(own.get(name, found[parent] if parent >= 0 else 0))
    return found


def _regress(skins: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """(J, V) of bodies' skins (N, V, 3) and joints (N, J, 3): sums to one, near the joint, exact on these bodies."""
    regressor = np.zeros((heads.shape[1], skins.shape[1]), np.float32)
    _, near = cKDTree(skins[0]).query(heads[0], k=JOINT_NEIGHBOURS)
    for joint, vertices in enumerate(near):
        known = skins[:, vertices].transpose(0, 2, 1).reshape(-1, len(vertices))
        known = np.concatenate([known, 10 * np.ones((1, len(vertices)))])
        wanted = np.append(heads[:, joint].reshape(-1), 10.0)
        regressor[joint, vertices] = np.linalg.lstsq(known, wanted, rcond=1e-9)[0]
    return regressor
