"""How sure each measure of a fit is, in centimetres.

The fit's own covariance is carried to the measures by how each one follows the shape; a calibrated factor a
measure (`Calibration.measure_factor`) makes two thirds of the true errors smaller than what is said here. What is
not told (height, gender) or not seen (hidden joints, a rough outline) widens the covariance by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.fit_body import ShapeSpace
from pipelines.body.fit_priors import read_calibration
from pipelines.body.measure import measure_body, measure_volume
from pipelines.types import Body, BodyParameters

SHAPE_STEP = 0.1  # of a raw shape number, for the slope of a measure by it
LEAST_CM = 0.2  # no tape is read finer
LEAST_L = 0.1
UNSEEN_FACTOR = 1.0  # of a measure that the calibration does not know


def shape_parameters(space: ShapeSpace, raw: np.ndarray) -> BodyParameters:
    """The body's parameters behind raw shape numbers (S,)."""
    values, _ = space.values(raw)
    return BodyParameters(shape={name: float(value) for name, value in zip(space.names, values, strict=True)})


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpread:
    """By how much a body's measures and its volume may be wrong."""

    measures_cm: dict[str, float]  # by name
    volume_l: float


def measure_spread(
    model: AnnyBodyModel, space: ShapeSpace, raw: np.ndarray, covariance: np.ndarray
) -> MeasureSpread:
    """The expected errors, before calibration, from the covariance (S, S) of the raw shape numbers (S,) (first-order
    propagation)."""
    middle = _measure(model, shape_parameters(space, raw))
    slopes = np.zeros((len(middle), len(raw)))
    for place in range(len(raw)):
        moved = raw.copy()
        moved[place] += SHAPE_STEP
        slopes[:, place] = (_measure(model, shape_parameters(space, moved)) - middle) / SHAPE_STEP
    variance = np.einsum("ms,st,mt->m", slopes, covariance, slopes)
    *measures, volume = np.sqrt(np.maximum(variance, 0)).tolist()
    return MeasureSpread(measures_cm=dict(zip(MEASURE_NAMES, measures, strict=True)), volume_l=volume)


def measure_uncertainty(
    model: AnnyBodyModel, space: ShapeSpace, raw: np.ndarray, covariance: np.ndarray
) -> MeasureSpread:
    """What two thirds of the errors stay below, a measure; the volume's is the fit's own, not calibrated."""
    factors = read_calibration().measure_factor
    spread = measure_spread(model, space, raw, covariance)
    return MeasureSpread(
        measures_cm={
            name: round(max(LEAST_CM, factors.get(name, UNSEEN_FACTOR) * within), 1)
            for name, within in spread.measures_cm.items()
        },
        volume_l=round(max(LEAST_L, spread.volume_l), 1),
    )


def _measure(model: AnnyBodyModel, parameters: BodyParameters) -> np.ndarray:
    """The measures in cm, and last the volume in litres, of a body that is built at rest only: (M + 1,)."""
    body = _rest_body(model, parameters)
    return np.array([*measure_body(model, body).values(), measure_volume(body).litres])


def _rest_body(model: AnnyBodyModel, parameters: BodyParameters) -> Body:
    from pipelines.body.frames import to_world

    vertices, joints, _ = model.rest_shape(parameters)
    unturned = np.tile(np.eye(3, dtype=np.float32), (len(joints), 1, 1))
    return Body(
        vertices=to_world(vertices),
        faces=model.faces,
        joints=to_world(joints),
        bone_names=model.bone_names,
        bone_rotations=unturned,
        rest_vertices=to_world(vertices),
        rest_joints=to_world(joints),
        skin_turns=unturned,
    )
