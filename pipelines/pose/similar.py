"""Poses like another: the gallery ordered by how far its body points are, wherever they face, or mirrored."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.distance import HIPS, pose_points
from pipelines.pose.exchange.known_poses import known_poses
from pipelines.pose.template import PoseTemplate

SAME_M = 0.005  # nearer than this it is the pose itself


def find_similar(template: PoseTemplate, count: int) -> list[tuple[str, float]]:
    """The ids of the poses of the gallery most like this one, and how far they are in metres; nearest first."""
    wanted = pose_points(open_anny().build(POSE_BODY, template.pose))
    away = np.linalg.norm(_facing_ahead() - wanted, axis=2).mean(1)
    slugs = known_poses().slugs
    nearest = away.reshape(2, len(slugs)).min(0)
    order = np.argsort(nearest, kind="stable")
    found = [(slugs[row], float(nearest[row])) for row in order if slugs[row] != template.slug]
    return [one for one in found if one[1] > SAME_M][:count]


@lru_cache(1)
def _facing_ahead() -> np.ndarray:
    """The gallery's points (2N, 18, 3) from the middle of the hips, turned so that the hips face one way."""
    points = known_poses().points
    points = points - points[:, HIPS].mean(1, keepdims=True)
    left = points[:, HIPS[0]] - points[:, HIPS[1]]
    yaw = np.arctan2(left[:, 2], left[:, 0])
    turn = np.zeros((len(points), 3, 3))
    turn[:, 0, 0] = turn[:, 2, 2] = np.cos(yaw)
    turn[:, 0, 2], turn[:, 2, 0], turn[:, 1, 1] = np.sin(yaw), -np.sin(yaw), 1
    return np.asarray(points @ turn.transpose(0, 2, 1))
