"""Measures by strong predicates, and golden centimetres of two fixed bodies."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.definitions import DEFINITIONS, MEASURE_NAMES
from pipelines.body.measure import LINES, measure_body, measurements, section_ring
from pipelines.types import BodyParameters, Pose

WOMAN = {"gender": 1.0, "age": 0.7, "muscle": 0.45, "weight": 0.5, "height": 0.42, "proportions": 0.6}
MAN = {"gender": 0.0, "age": 0.7, "muscle": 0.6, "weight": 0.55, "height": 0.4, "proportions": 0.6}
# Taken on these bodies when the landmarks were checked by eye; agrees with an independent implementation to 0.01 cm.
GOLDEN_CM = {
    "woman": (167.86, 86.97, 74.47, 96.19, 33.43, 54.45, 35.56, 25.76, 14.85, 77.95, 32.38, 47.61),
    "man": (179.70, 97.43, 84.28, 98.70, 43.94, 57.24, 39.18, 30.92, 15.27, 86.26, 38.14, 54.86),
}


def taken(shape: dict[str, float]) -> dict[str, float]:
    return measure_body(open_anny(), BodyParameters(shape=shape))


@pytest.mark.parametrize(("name", "shape"), [("woman", WOMAN), ("man", MAN)])
def test_a_fixed_body_keeps_its_centimetres(name: str, shape: dict[str, float]) -> None:
    values = taken(shape)
    assert tuple(values) == MEASURE_NAMES
    assert np.abs(np.array(list(values.values())) - GOLDEN_CM[name]).max() < 0.05


def test_height_is_the_extent_of_the_mesh() -> None:
    body = open_anny().build(BodyParameters(shape=WOMAN))
    extent = 100 * float(np.ptp(body.rest_vertices[:, 1]))
    assert measure_body(open_anny(), body)["height"] == pytest.approx(extent, abs=1e-3)


def test_a_posed_body_measures_as_at_rest() -> None:
    pose = Pose(
        rotations={"upperarm01.L": (0.0, -1.0, 0.3), "lowerleg01.R": (0.8, 0.0, 0.0), "spine03": (0.4, 0, 0)}
    )
    posed = open_anny().build(BodyParameters(shape=MAN), pose)
    assert measure_body(open_anny(), posed) == taken(MAN)


@pytest.mark.parametrize(
    ("change", "grows"),
    [
        ({"height": 0.55}, ("height", "inseam", "arm_length")),
        ({"weight": 0.9}, ("chest", "waist", "hip", "thigh", "upper_arm", "calf")),
        ({"measure-waist-circ-incr": 0.5}, ("waist",)),
        ({"measure-hips-circ-incr": 0.5}, ("hip",)),
        ({"measure-bust-circ-incr": 0.5}, ("chest",)),
        ({"measure-neck-circ-incr": 0.5}, ("neck",)),
        ({"measure-thigh-circ-incr": 0.5}, ("thigh",)),
        ({"measure-calf-circ-incr": 0.5}, ("calf",)),
        ({"measure-upperarm-circ-incr": 0.5}, ("upper_arm",)),
        ({"measure-wrist-circ-incr": 0.5}, ("wrist",)),
        ({"measure-shoulder-dist-incr": 0.5}, ("shoulder_width",)),
        ({"measure-upperarm-length-incr": 0.5}, ("arm_length",)),
    ],
)
def test_a_change_of_shape_shows_in_its_measure(change: dict[str, float], grows: tuple[str, ...]) -> None:
    before, after = taken(WOMAN), taken(WOMAN | change)
    for name in grows:
        assert after[name] > before[name] + 0.3, name


def test_proportions_of_a_typical_woman() -> None:
    values = taken(WOMAN)
    assert values["waist"] < values["chest"] < values["hip"]
    assert values["wrist"] < values["upper_arm"] < values["neck"] < values["calf"] < values["thigh"]
    assert 0.42 < values["inseam"] / values["height"] < 0.52


@pytest.mark.parametrize("row", DEFINITIONS, ids=lambda row: row.name)
def test_every_row_can_be_drawn_where_it_is_taken(row) -> None:
    model = open_anny()
    body = model.build(BodyParameters(shape=WOMAN))
    line = section_ring(model, body, row.name)
    assert line.dtype == np.float32
    assert line.shape[1] == 3
    low, high = body.rest_vertices.min(0) - 1e-4, body.rest_vertices.max(0) + 1e-4
    assert ((line >= low) & (line <= high)).all()
    closed = np.allclose(line[0], line[-1])
    assert closed == (row.kind == "girth")
    if closed:
        assert is_convex(line[:-1])
        left_and_right_differ_by = 0.02 * measure_body(model, body)[row.name]
        length = 100 * np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
        assert abs(length - measure_body(model, body)[row.name]) < left_and_right_differ_by


def is_convex(ring: np.ndarray) -> bool:
    """Whether a flat closed polygon always turns the same way."""
    edges = np.roll(ring, -1, axis=0) - ring
    turns = np.cross(edges, np.roll(edges, -1, axis=0))
    return bool((turns @ turns.sum(0) >= -1e-9).all())


def test_measurements_carry_how_and_how_sure() -> None:
    values = taken(MAN)
    listed = measurements(values, {"waist": 3.0})
    assert tuple(m.name for m in listed) == MEASURE_NAMES == tuple(LINES)
    waist = next(m for m in listed if m.name == "waist")
    assert (waist.cm, waist.plus_minus_cm) == (values["waist"], 3.0)
    assert all(m.method.endswith(".") for m in listed)
