"""The fit itself: Gauss–Newton steps towards the most probable body behind the photos, with a pose and a camera
in each.

What the photos show comes from `fit_view`, what was told from `fit_known`. What remains of the last step's normal
equations is the inverse covariance of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.body.fit_body import ShapeSpace
from pipelines.body.fit_equations import Equations
from pipelines.body.fit_known import KnownEvidence
from pipelines.body.fit_sight import Sight
from pipelines.body.fit_view import ViewFit

POINT_STEPS, OUTLINE_STEPS = 8, 14
ROUGH_STEPS = 4  # of each, with more damping
POINT_DAMPING, OUTLINE_DAMPING = (0.05, 0.01), (0.02, 0.003)  # rough, fine: share of the diagonal added to it
FIRST_REACH_M, LAST_REACH_M, REACH_SHRINKS = 0.12, 0.035, 0.8  # how far outlines are paired
MOST_TURN_RAD, MOST_SHAPE_STEP = 0.5, 1.0  # in one step

CLOTH_M = 0.003  # how far fitted clothes stand off
FITTED_LOOSENESS, CLOTH_BY_LOOSENESS_M = 0.02, 0.5  # clothes that look looser may stand off this much more
CLOTH_INWARDS_M = 0.001  # nobody is wider than their clothes
CLOTH_TAIL = 2.0  # where the weight of that expectation has halved


class BodyFit:
    """One person's fit to one or more photos. `run` works; `views`, of which the first is the front, and `raw_shape`
    are its answer.

    The vector is the front's (see `Layout`), then what each further photo has for itself: turns, root, focal, pitch.
    """

    def __init__(self, sights: Sequence[Sight]) -> None:
        self.views = [ViewFit(sight) for sight in sights]
        front = self.views[0]
        self.body, self.layout = front.body, front.layout
        self._places = self._list_places()  # of each view's parameters in the vector
        size = 1 + max(int(places.max()) for places in self._places)
        self.vector, self._mean, self._precision = (np.zeros(size) for _ in range(3))
        for view, places in reversed(list(zip(self.views, self._places, strict=True))):
            self.vector[places] = view.vector
            self._mean[places], self._precision[places] = view.mean, view.precision
        self._known = KnownEvidence(self.body, sights[0].known)
        self._looseness = max(sight.looseness for sight in sights)
        self.information = np.diag(self._precision)  # inverse covariance of the vector

    def run(self, on_step: Callable[[int, int], None]) -> None:
        """Fit. `on_step(done, total)` may raise to stop it."""
        total = POINT_STEPS + OUTLINE_STEPS
        for step in range(POINT_STEPS):
            on_step(step, total)
            self._step(POINT_DAMPING[step >= ROUGH_STEPS], None)
        for step in range(OUTLINE_STEPS):
            on_step(POINT_STEPS + step, total)
            reach = max(FIRST_REACH_M * REACH_SHRINKS**step, LAST_REACH_M)
            self._step(OUTLINE_DAMPING[step >= ROUGH_STEPS], reach)
        on_step(total, total)

    @property
    def front(self) -> ViewFit:
        """The first photo's."""
        return self.views[0]

    @property
    def space(self) -> ShapeSpace:
        """What the raw shape numbers stand for."""
        return self.body.space

    @property
    def raw_shape(self) -> np.ndarray:
        """(S,) unbounded shape numbers."""
        return self.vector[self.layout.shape]

    @property
    def cloth_m(self) -> np.ndarray:
        """(parts,) how far clothes stand off the parts of CLOTHED."""
        return self.front.cloth_m

    def coverage(self) -> float:
        """The share of the body's skin, at rest, that at least one photo shows: 0..1."""
        rest, faces = self.body.rest_vertices(self.front.at), self.body.data.faces
        a, b, c = (rest[faces[:, k]] for k in range(3))
        areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
        shown = np.any([view.shown() for view in self.views], axis=0)
        return float((areas * shown[faces].mean(1)).sum() / areas.sum())

    def _list_places(self) -> list[np.ndarray]:
        layout, size = self.layout, self.layout.size
        shared = np.zeros(size, bool)
        shared[layout.shape] = shared[layout.cloth] = True
        places = [np.arange(size)]
        for number in range(len(self.views) - 1):
            own = np.arange(size)
            own[~shared] = size + number * (~shared).sum() + np.arange((~shared).sum())
            places.append(own)
        return places

    def _step(self, damping: float, reach_m: float | None) -> None:
        """One Gauss–Newton step; with `reach_m` outlines take part."""
        front, equations = self.front, Equations(len(self.vector))
        rest = self.body.rest_vertices(front.at)
        for view, places in zip(self.views, self._places, strict=True):
            said = view.gather(rest, reach_m)
            equations.matrix[np.ix_(places, places)] += said.matrix
            equations.slope[places] += said.slope
        self._known.add(equations, self.layout.shape, front.at, rest)
        self._add_cloth(equations)
        self.information = equations.matrix + np.diag(self._precision)
        slope = equations.slope + self._precision * (self.vector - self._mean)
        damped = self.information + damping * np.diag(np.diag(self.information))
        change = -np.linalg.solve(damped, slope)
        turns = np.concatenate([places[self.layout.turns] for places in self._places])
        for part, most in ((turns, MOST_TURN_RAD), (self.layout.shape, MOST_SHAPE_STEP)):
            change *= min(1.0, most / max(np.abs(change[part]).max(), 1e-9))
        self.vector = self.vector + change
        for view, places in zip(self.views, self._places, strict=True):
            view.move(self.vector[places])
            self.vector[places] = view.vector

    def _add_cloth(self, equations: Equations) -> None:
        """Clothes stand off a little, or, rarely, a lot; never inwards."""
        usual = CLOTH_M + CLOTH_BY_LOOSENESS_M * max(0.0, self._looseness - FITTED_LOOSENESS)
        scale = np.where(self.cloth_m > 0, usual, CLOTH_INWARDS_M)
        off = self.cloth_m / scale
        by_vector = np.zeros((len(off), equations.size))
        by_vector[:, self.layout.cloth] = np.diag(1 / scale)
        equations.add(off, by_vector, np.where(off > 0, 1 / (1 + (off / CLOTH_TAIL) ** 2), 1.0))
