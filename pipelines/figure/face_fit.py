"""The shape of a face in a photo as sliders: those with which the middle face has its proportions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.body.frames import to_reference
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.expression import put_on_face
from pipelines.figure.face_points import face_points
from pipelines.figure.face_shape import SLIDERS
from pipelines.figure.people import canonical_map
from pipelines.figure.portrait import AT_REST
from pipelines.photo.face_mesh import turn_of
from pipelines.types import BodyParameters, Persona

SURE_OF_POINT_M = 0.002  # deviation of a found point from where the mesh has it on the same drawn face
TURN_THAT_DOUBLES_DEG = 10.0  # of a turned face the mesh guesses more
POINTS_THAT_COUNT = 64  # the 468 points of the mesh are no 468 observations
LEAST_AMOUNT = 0.05
MIDDLE = Persona(hair_style="bald")


def fit_face(points: np.ndarray, head: np.ndarray | None = None) -> dict[str, float]:
    """The sliders (-1..1) of a face in a photo by its 468 points (468, 3) in pixels (see pipelines.photo.face_mesh).

    head: how the head that they are for differs from the middle one (see `compare_head`), None if it does not. How
    the mesh answers to each slider was measured on drawn heads; what it hardly answers to stays near the middle.
    """
    from scipy.optimize import lsq_linear

    known = face_points()
    sure_m = SURE_OF_POINT_M * (1 + abs(turn_of(points)) / TURN_THAT_DOUBLES_DEG)
    weight = np.sqrt(POINTS_THAT_COUNT / len(known.seen)) / sure_m
    answers = known.moves[:, :, [0, 2]].reshape(len(known.sliders), -1).T * weight
    middle = known.seen if head is None else known.seen + head
    gap = (straighten(points, middle) - middle)[:, [0, 2]].ravel() * weight
    prior = np.diag([1 / SLIDERS[name].chance for name in known.sliders])
    rows, goal = np.concatenate([answers, prior]), np.concatenate([gap, np.zeros(len(prior))])
    amounts = lsq_linear(rows, goal, (-1, 1)).x
    return {
        name: round(float(amount), 2)
        for name, amount in zip(known.sliders, amounts, strict=True)
        if abs(amount) >= LEAST_AMOUNT
    }


def straighten(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Points (N, 3) of a photo (x right, y down, z into the picture) turned, moved and scaled onto canonical ones
    (N, 3) (Umeyama 1991), so that what is left is the shape."""
    return _lay_over(
        points[:, [0, 2, 1]] * np.array([1.0, 1.0, -1.0]), target
    )  # the picture's right is one's left


def compare_head(persona: Persona, body: BodyParameters) -> np.ndarray:
    """(468, 3) canonical metres: by how much that body's head differs from the middle one at the points of the face,
    before any slider moves it."""
    middle = points_on(MIDDLE)
    return _lay_over(points_on(replace(persona, face={}), body), middle) - middle


def points_on(persona: Persona, body: BodyParameters | None = None) -> np.ndarray:
    """(468, 3) metres, reference frame: the vertices next to the face's points."""
    from scipy.spatial import cKDTree

    mapped = canonical_map()
    skin = np.nonzero(mapped.skin)[0]
    nearest = skin[cKDTree(mapped.canonical[skin]).query(face_points().canonical)[1]]
    built = open_anny().build(body or body_of(persona))
    return to_reference(put_on_face(built, appearance_of(persona, expression=AT_REST)))[nearest]


def _lay_over(own: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Points (N, 3) turned, moved and scaled onto others (N, 3)."""
    at, to = own.mean(0), target.mean(0)
    a, b = own - at, target - to
    u, sizes, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    scale = (sizes * np.diag(sign)).sum() / (a**2).sum()
    return np.asarray(scale * a @ (u @ sign @ vt).T + to)
