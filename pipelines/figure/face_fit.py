"""The shape of a face in a photo as sliders: those with which the middle face has its proportions."""

from __future__ import annotations

import numpy as np

from pipelines.figure.face_points import face_points
from pipelines.figure.face_shape import SLIDERS
from pipelines.photo.face_mesh import turn_of

SURE_OF_POINT_M = 0.0012  # deviation of a found point from where the mesh has it on the same drawn face
TURN_THAT_DOUBLES_DEG = 10.0  # of a turned face the mesh guesses more
POINTS_THAT_COUNT = 64  # the 468 points of the mesh are no 468 observations
LEAST_AMOUNT = 0.05


def fit_face(points: np.ndarray) -> dict[str, float]:
    """The sliders (-1..1) of a face in a photo by its 468 points (468, 3) in pixels (see pipelines.photo.face_mesh).

    How the mesh answers to each slider was measured on drawn heads; what it hardly answers to stays near the middle.
    """
    from scipy.optimize import lsq_linear

    known = face_points()
    sure_m = SURE_OF_POINT_M * (1 + abs(turn_of(points)) / TURN_THAT_DOUBLES_DEG)
    weight = np.sqrt(POINTS_THAT_COUNT / len(known.seen)) / sure_m
    answers = known.moves[:, :, [0, 2]].reshape(len(known.sliders), -1).T * weight
    gap = (straighten(points, known.seen) - known.seen)[:, [0, 2]].ravel() * weight
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
    own = points[:, [0, 2, 1]] * np.array([1.0, 1.0, -1.0])  # the picture's right is the person's left
    at, to = own.mean(0), target.mean(0)
    a, b = own - at, target - to
    u, sizes, vt = np.linalg.svd(b.T @ a)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    scale = (sizes * np.diag(sign)).sum() / (a**2).sum()
    return np.asarray(scale * a @ (u @ sign @ vt).T + to)
