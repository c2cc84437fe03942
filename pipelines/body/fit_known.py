"""What the person told of their body, as evidence of the fit: the height, the weight, and what a tape said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from pipelines.body.anny import open_anny
from pipelines.body.derived import DENSITY_KG_PER_L, DENSITY_SD
from pipelines.body.fit_body import FitBody, Located
from pipelines.body.fit_equations import Equations
from pipelines.body.frames import to_world
from pipelines.body.measure import CM_PER_M, LITRES_PER_M3, take_measures
from pipelines.body.tape_lines import LINES, Subject
from pipelines.body.tape_marks import TapeMarks, find_marks
from pipelines.types import KnownMeasures

HEIGHT_SD_M = 0.001  # as told: the fit keeps it to the millimetre
WEIGHT_SD = DENSITY_SD
DENSITY_KG_M3 = DENSITY_KG_PER_L * LITRES_PER_M3
TAPE_SD_CM = 0.4  # of what a tape said: a firm one, held by hand
COEFFICIENT_STEP = 0.05  # for the slope of a measure by a coefficient of the shape
SLOPE_STEPS = (
    11  # of the fit, for which those slopes stay good enough: girths are nearly linear in coefficients
)
NEAR_TAPE_M = 0.06  # what of the skin a tape may touch after one COEFFICIENT_STEP


class KnownEvidence:
    """The residuals of what was told, by the raw shape numbers."""

    def __init__(self, body: FitBody, known: KnownMeasures) -> None:
        self._body, self._known = body, known
        self._marks = find_marks(open_anny())
        self._by_row = np.zeros((0, 0))  # (tapes, R) centimetres by the coefficients of the shape
        self._age = 0  # how many times they were used

    def add(self, equations: Equations, shape: slice, at: Located, rest: np.ndarray) -> None:
        """Add what was told to the equations, of which `shape` are the raw shape numbers; `rest` (V, 3) is the
        located body at rest."""
        known, rows = self._known, []
        if known.height_cm is not None:
            height, slope = self._body.stature(at, rest)
            rows.append(((height - known.height_cm / CM_PER_M) / HEIGHT_SD_M, slope / HEIGHT_SD_M))
        if known.weight_kg is not None:
            volume, slope = self._body.volume(at, rest)
            density = DENSITY_KG_M3 / known.weight_kg
            rows.append(((volume * density - 1) / WEIGHT_SD, slope * density / WEIGHT_SD))
        if known.tape:
            off = self._measure(rest, at.rest_joints, self._marks) - np.array(list(known.tape.values()))
            rows += zip(off / TAPE_SD_CM, self._tape_slopes(at, rest) / TAPE_SD_CM, strict=True)
        for one, slope in rows:
            by_vector = np.zeros((1, equations.size))
            by_vector[0, shape] = slope
            equations.add(np.array([one]), by_vector, np.ones(1))

    def _tape_slopes(self, at: Located, rest: np.ndarray) -> np.ndarray:
        """(tapes, S) centimetres by the raw shape numbers."""
        if self._age % SLOPE_STEPS == 0:
            marks = self._find_near(rest, at.rest_joints)
            middle = self._measure(rest, at.rest_joints, marks)
            moved = [
                self._measure(
                    rest + COEFFICIENT_STEP * skin, at.rest_joints + COEFFICIENT_STEP * bones, marks
                )
                for skin, bones in zip(self._body.vertex_rows, self._body.joint_rows, strict=True)
            ]
            self._by_row = (np.array(moved) - middle).T / COEFFICIENT_STEP
        self._age += 1
        return self._by_row @ at.coefficient_slopes

    def _measure(self, rest: np.ndarray, rest_joints: np.ndarray, marks: TapeMarks) -> np.ndarray:
        """(tapes,) in cm of the body at rest: vertices (V, 3) and joints (B, 3), reference frame."""
        subject = _stand(rest, rest_joints, marks)
        return np.array(list(take_measures(subject, tuple(self._known.tape)).values()))

    def _find_near(self, rest: np.ndarray, rest_joints: np.ndarray) -> TapeMarks:
        """The marks with only the faces that lie near the tapes: the others cost time, and change nothing."""
        subject = _stand(rest, rest_joints, self._marks)
        tapes = cKDTree(np.concatenate([line for name in self._known.tape for line in LINES[name](subject)]))

        def near(faces: np.ndarray) -> np.ndarray:
            away, _ = tapes.query(subject.vertices[faces].mean(1), distance_upper_bound=NEAR_TAPE_M)
            return faces[np.isfinite(away)]

        return replace(
            self._marks,
            torso=near(self._marks.torso),
            neck=near(self._marks.neck),
            arms=(near(self._marks.arms[0]), near(self._marks.arms[1])),
            legs=(near(self._marks.legs[0]), near(self._marks.legs[1])),
        )


def _stand(rest: np.ndarray, rest_joints: np.ndarray, marks: TapeMarks) -> Subject:
    return Subject(
        marks=marks,
        vertices=to_world(rest.astype(np.float64)),
        joints=to_world(rest_joints.astype(np.float64)),
    )
