"""Solving a pose until no part of the real mesh is too deep inside another, or below the floor.

The solver knows parts as convex hulls, which bent or bulging skin can leave. So the mesh of each solution is checked;
parts that are too deep inside each other get a larger clearance, and the pose is solved again from where it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipelines.pose.check import MeshChecker, Overlap, group_of
from pipelines.pose.rig import PoseRig
from pipelines.pose.solve import Solved, Task, solve_pose

DEEPEST_CM = 1.9  # a little less than the 2 cm that every pose is held to
AIM_CM = 1.4  # how deep they should be afterwards
SUNK_CM = 1.2  # the lowest skin may be so far below the floor; the whole body is lifted by that in the end
MOST_ROUNDS = 6
VerticesOf = Callable[[np.ndarray], np.ndarray]  # angles (A,) to the posed mesh (V, 3)


def solve_clear(
    rig: PoseRig, task: Task, checker: MeshChecker, vertices_of: VerticesOf, start: np.ndarray | None = None
) -> Solved:
    """As solve_pose, but with no part of the mesh deeper inside another than DEEPEST_CM, where that is possible.

    Where it is not, the solution whose deepest overlap is smallest. With a likeness asked for (see Task), every round
    stays near the first start.
    """
    clearance_m = np.zeros((len(rig.parts.names), len(rig.parts.names)))
    floor_m = np.zeros(len(rig.parts.names))
    best, least_cm, like = None, np.inf, start
    for number in range(1, MOST_ROUNDS + 1):
        solved = solve_pose(rig, task, start, clearance_m, like, floor_m)
        vertices = vertices_of(solved.angles)
        overlaps, sunk_m = checker.find_overlaps(vertices, DEEPEST_CM), checker.depths_below_floor(vertices)
        deepest_cm = max([overlap.depth_cm for overlap in overlaps] + [100 * float(sunk_m.max()) - SUNK_CM])
        if deepest_cm < least_cm:
            best, least_cm = solved, deepest_cm
        if not overlaps and sunk_m.max() < SUNK_CM / 100:
            break
        floor_m += np.where(sunk_m > SUNK_CM / 200, sunk_m, 0.0)
        for overlap in overlaps:
            # each round asks for a larger gap: with few sample points near an overlap, a small one changes little
            gap_m = number * (overlap.depth_cm - AIM_CM) / 100
            clearance_m[_pairs(rig.parts.names, overlap)] += gap_m
        start = solved.angles
    assert best is not None
    return best


def _pairs(names: tuple[str, ...], overlap: Overlap) -> np.ndarray:
    """(K, K) bool: the parts of an overlap, whichever of them is inside the other."""
    inner, outer = (
        np.array([group_of(name) == group for name in names]) for group in (overlap.inner, overlap.outer)
    )
    pairs = np.outer(inner, outer)
    return np.asarray(pairs | pairs.T)
