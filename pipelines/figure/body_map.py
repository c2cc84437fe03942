"""The map of the body's surface: where on a canonical body each vertex is, whatever shape and pose it has.

Everything sewn or painted is written in canonical coordinates: the rest shape of the middle young adult in the
reference frame (x left, y back, z up, metres), soles at z = -0.818, crown at 1.019, face towards -y. One set of
constants then fits all bodies in all poses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.bones import ARM_BONES, FOOT_BONES, FOREARM_BONES, HAND_BONES, LEG_BONES, SHIN_BONES
from pipelines.body.frames import to_reference
from pipelines.figure.curves import unit
from pipelines.figure.mesh import BodyPoints, link_vertices, neighbour_average, vertex_normals
from pipelines.types import BodyParameters

if TYPE_CHECKING:
    from scipy import sparse

CANONICAL_SHAPE = {"age": 0.67}  # the rest of the phenotypes stay in the middle
HEAD_AND_THROAT = ("head", "neck02", "neck03", "eye")  # above the collar
CHEST_BONES = ("spine01", "spine02", "neck01", "clavicle", "shoulder01")
TORSO_ALONG_ARM_M = -0.05  # along_arm of a torso point is at most this: never part of a sleeve
EYE_PIECE_VERTICES = 100  # a connected piece smaller than this is an eyeball or its glint shell


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BodyMap:
    """What is constant over all bodies: V vertices, F faces.

    canonical (V, 3), normals (V, 3): reference frame; weights of limbs (V,) 0..1; arm_m: shoulder to wrist;
    elbow_m: shoulder to elbow; shoulder (3,): the left one; smoothing (V, V): average of the
    neighbours; neighbour (V,): one of them;
    eye_faces (F,) bool; head_core (V,) bool: the skull without eyes, moved by the head alone;
    feet: left, right vertex masks.
    """

    canonical: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    points: BodyPoints
    arm: np.ndarray
    leg: np.ndarray
    shin: np.ndarray
    hand: np.ndarray
    head: np.ndarray
    chest: np.ndarray
    feet: tuple[np.ndarray, np.ndarray]
    arm_m: float
    elbow_m: float
    shoulder: np.ndarray
    smoothing: sparse.csr_matrix
    neighbour: np.ndarray
    eye_faces: np.ndarray
    skin: np.ndarray
    head_core: np.ndarray


def map_body(model: AnnyBodyModel) -> BodyMap:
    """The map of the body's surface (0.1 s)."""
    from scipy.sparse.csgraph import connected_components

    body = model.build(BodyParameters(shape=CANONICAL_SHAPE))
    canonical = to_reference(body.rest_vertices).astype(np.float32)
    heads = dict(zip(model.bone_names, to_reference(body.rest_joints), strict=True))
    faces = model.faces.astype(np.int64)

    def moved_by(*bones: str) -> np.ndarray:
        chosen = [i for i, name in enumerate(model.bone_names) if name.startswith(bones)]
        return model.weights[:, chosen].sum(1).astype(np.float32)

    arm, foot, head = moved_by(*ARM_BONES), moved_by(*FOOT_BONES), moved_by(*HEAD_AND_THROAT)
    along_arm, elbow_m, arm_m = _measure_along_arm(canonical, heads, arm, moved_by(*FOREARM_BONES))
    links = link_vertices(faces, len(canonical))
    piece = connected_components(links, directed=False)[1]
    skin = np.bincount(piece)[piece] >= EYE_PIECE_VERTICES
    left = canonical[:, 0] > 0
    return BodyMap(
        canonical=canonical,
        normals=vertex_normals(canonical, faces),
        faces=faces,
        points=BodyPoints(canonical=canonical, along_arm=along_arm, arm=arm),
        arm=arm,
        leg=moved_by(*LEG_BONES),
        shin=moved_by(*SHIN_BONES),
        hand=moved_by(*HAND_BONES),
        head=head,
        chest=moved_by(*CHEST_BONES),
        feet=((foot > 0.5) & left, (foot > 0.5) & ~left),
        arm_m=arm_m,
        elbow_m=elbow_m,
        shoulder=heads["upperarm01.L"].astype(np.float32),
        smoothing=neighbour_average(links),
        neighbour=links.indices[links.indptr[:-1]],
        eye_faces=~skin[faces[:, 0]],
        skin=skin,
        head_core=(head > 0.6) & (piece == piece[np.argmax(canonical[:, 2])]),
    )


def _measure_along_arm(
    canonical: np.ndarray, heads: dict[str, np.ndarray], arm: np.ndarray, forearm: np.ndarray
) -> tuple[np.ndarray, float, float]:
    """Metres along the arm's bones from the shoulder (both arms alike), and the lengths to elbow and wrist."""
    shoulder, elbow, wrist = (heads[name] for name in ("upperarm01.L", "lowerarm01.L", "wrist.L"))
    mirrored = canonical * [1, 1, 1]
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    upper_m = float(np.linalg.norm(elbow - shoulder))
    lower_m = float(np.linalg.norm(wrist - elbow))
    on_upper = (mirrored - shoulder) @ unit(elbow - shoulder)
    on_lower = upper_m + (mirrored - elbow) @ unit(wrist - elbow)
    along = on_upper * (1 - forearm) + on_lower * forearm
    torso = np.minimum(along, 0) + TORSO_ALONG_ARM_M
    return np.where(arm > 0.02, along, torso).astype(np.float32), upper_m, upper_m + lower_m
