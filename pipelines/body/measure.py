"""Measuring a body at rest with tape and ruler: plane sections and lines between landmarks on the skin.

Every measure is one function that lays one or more lines on the body (`tape_lines.LINES`, a row for each of
`definitions.DEFINITIONS`); its value is their mean length. The same lines can be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.definitions import DEFINITIONS, MEASURE_NAMES
from pipelines.body.derived import BodyVolume
from pipelines.body.tape_lines import LINES, Subject, length_of
from pipelines.body.tape_marks import find_marks
from pipelines.types import Body, BodyParameters, KnownMeasures, Measurement

CM_PER_M = 100.0
LITRES_PER_M3 = 1000.0


def measure_body(model: AnnyBodyModel, subject: Body | BodyParameters) -> dict[str, float]:
    """Every measure of the table in cm, by name, taken on the body at rest (about 40 ms).

    Raises what `model.build` raises where parameters are given.
    """
    return take_measures(_place(model, subject), MEASURE_NAMES)


def take_measures(subject: Subject, names: Sequence[str]) -> dict[str, float]:
    """Some measures in cm, by name. Raises KeyError for an unknown name."""
    return {name: float(np.mean(sides)) for name, sides in _take_sides(subject, names).items()}


def measure_sides(model: AnnyBodyModel, subject: Body | BodyParameters) -> dict[str, tuple[float, ...]]:
    """Every measure in cm by name: of what both sides have (left, right), else one. Raises as `measure_body`."""
    return _take_sides(_place(model, subject), MEASURE_NAMES)


def _take_sides(subject: Subject, names: Sequence[str]) -> dict[str, tuple[float, ...]]:
    return {name: tuple(CM_PER_M * length_of(line) for line in LINES[name](subject)) for name in names}


def measure_volume(body: Body, plus_minus_l: float | None = None) -> BodyVolume:
    """The volume of the body at rest, whose skin is closed (divergence theorem), beside what is known of its error."""
    corners = body.rest_vertices.astype(np.float64)[body.faces]
    cubic_metres = (np.cross(corners[:, 0], corners[:, 1]) * corners[:, 2]).sum() / 6
    return BodyVolume(litres=LITRES_PER_M3 * float(cubic_metres), plus_minus_l=plus_minus_l)


def measurements(
    sides: Mapping[str, Sequence[float]],
    uncertainty: Mapping[str, float],
    known: KnownMeasures | None = None,
) -> tuple[Measurement, ...]:
    """The values of `measure_sides`, in the table's order, each with its uncertainty in cm, how it was taken, and what
    was told of it."""
    told = told_cm(known or KnownMeasures())
    return tuple(
        Measurement(
            name=row.name,
            cm=float(np.mean(sides[row.name])),
            plus_minus_cm=uncertainty.get(row.name, 0.0),
            method=row.method,
            told_cm=told.get(row.name),
            **(
                dict(zip(("left_cm", "right_cm"), sides[row.name], strict=True))
                if len(sides[row.name]) > 1
                else {}
            ),
        )
        for row in DEFINITIONS
    )


def told_cm(known: KnownMeasures) -> dict[str, float]:
    """What was told of the measures, in cm by name: the height, and what a tape said."""
    return ({} if known.height_cm is None else {"height": known.height_cm}) | dict(known.tape)


def section_ring(model: AnnyBodyModel, body: Body, name: str) -> np.ndarray:
    """The line of one measure on `body.rest_vertices`: (N, 3) points in metres, world frame; a girth's ring closes
    on itself. Where it is taken on both sides this is the left one. Raises KeyError for an unknown name."""
    return LINES[name](_place(model, body))[0].astype(np.float32)


def standing_line(model: AnnyBodyModel, body: Body, name: str) -> np.ndarray:
    """The same on `body.vertices`, for a body in the reference pose: to be drawn on its mesh. Its length may differ by
    millimetres from the measure, which is taken at rest."""
    standing = Subject(
        marks=find_marks(model),
        vertices=body.vertices.astype(np.float64),
        joints=body.joints.astype(np.float64),
    )
    return LINES[name](standing)[0].astype(np.float32)


def _place(model: AnnyBodyModel, subject: Body | BodyParameters) -> Subject:
    body = model.build(subject) if isinstance(subject, BodyParameters) else subject
    return Subject(
        marks=find_marks(model),
        vertices=body.rest_vertices.astype(np.float64),
        joints=body.rest_joints.astype(np.float64),
    )
