"""The fitted body's positions against the studio's own body, its derivatives against torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.body.anny import open_anny
from pipelines.body.anny_data import YOUNG_ADULT_AGE
from pipelines.body.fit_body import FitBody, ShapeSpace
from pipelines.body.fit_priors import BONE_SPREADS, fitted_local_names
from pipelines.body.frames import to_world
from pipelines.types import BodyParameters, Pose
from tests.pipelines.body.anny_torch import AnnyTorch

BONES = tuple(BONE_SPREADS)
LOCAL_NAMES = fitted_local_names(open_anny().data)
POINTS = 40


@pytest.fixture(scope="module")
def body() -> FitBody:
    return FitBody(open_anny().data, BONES, LOCAL_NAMES)


def random_vector(seed: int, space: ShapeSpace) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.4, (len(BONES), 3)), rng.normal(0, 0.7, len(space.names))


@pytest.mark.parametrize("seed", [0, 1])
def test_positions_are_the_bodys_own(body: FitBody, seed: int) -> None:
    rotations, raw = random_vector(seed, body.space)
    at = body.locate(rotations, raw)
    values, _ = body.space.values(raw)
    built = open_anny().build(
        BodyParameters(shape=dict(zip(body.space.names, values.tolist(), strict=True))),
        Pose(rotations=dict(zip(BONES, map(tuple, rotations.tolist()), strict=True)), root_m=(0, 0, 0)),
    )
    rest = body.rest_vertices(at)
    assert np.abs(to_world(rest) - built.rest_vertices).max() < 1e-5
    assert np.abs(to_world(body.vertices(at, rest)) - built.vertices).max() < 1e-5
    assert np.abs(to_world(at.joints) - built.joints).max() < 1e-5
    index = np.arange(0, len(rest), 321)
    points, _ = body.points(at, body.skin_points(index[:, None], np.ones((len(index), 1))))
    assert np.abs(to_world(points) - built.vertices[index]).max() < 1e-5


@pytest.mark.parametrize("seed", [2, 3])
def test_derivatives_are_those_of_torch(body: FitBody, seed: int) -> None:
    rotations, raw = random_vector(seed, body.space)
    index = np.random.default_rng(seed).permutation(len(open_anny().weights))[:POINTS]
    forward = AnnyTorch(open_anny().data, LOCAL_NAMES, index, BONES)
    values, slopes = body.space.values(raw)

    def everything(turns: torch.Tensor, shape: torch.Tensor) -> torch.Tensor:
        posed = forward.pose(forward.shape(shape[:6], shape[6:]), turns, torch.zeros(3))
        return torch.cat([posed.vertices, posed.joints])

    inputs = (torch.tensor(rotations, dtype=torch.float32), torch.tensor(values, dtype=torch.float32))
    by_turns, by_shape = torch.autograd.functional.jacobian(everything, inputs)
    expected = np.concatenate(
        [by_turns.reshape(*by_turns.shape[:2], -1).numpy(), by_shape.numpy() * slopes], axis=2
    )
    at = body.locate(rotations, raw)
    _, of_points = body.points(at, body.skin_points(index[:, None], np.ones((POINTS, 1))))
    _, of_joints = body.joints(at, np.arange(len(at.joints)))
    assert np.abs(np.concatenate([of_points, of_joints]) - expected).max() < 2e-4


def test_stature_and_volume_follow_their_slopes(body: FitBody) -> None:
    rotations, raw = random_vector(4, body.space)
    at = body.locate(rotations, raw)
    rest = body.rest_vertices(at)
    step = 1e-3
    for place in range(len(raw)):
        moved = []
        for sign in (1, -1):
            there = raw.copy()
            there[place] += sign * step
            other = body.locate(rotations, there)
            vertices = body.rest_vertices(other)
            moved.append((body.stature(other, vertices)[0], body.volume(other, vertices)[0]))
        for (value, slope), up, down in zip(
            (body.stature(at, rest), body.volume(at, rest)), moved[0], moved[1], strict=True
        ):
            assert value > 0
            assert slope[place] == pytest.approx((up - down) / (2 * step), abs=2e-3 * value)


def test_shapes_stay_adult_and_inside_their_ranges() -> None:
    space = ShapeSpace(LOCAL_NAMES)
    for raw in (np.full(len(space.names), -30.0), np.full(len(space.names), 30.0)):
        values, _ = space.values(raw)
        assert values[space.names.index("age")] >= YOUNG_ADULT_AGE - 1e-9
        assert np.abs(values).max() <= 1
    assert space.values(np.full(len(space.names), space.raw_of("height", 0.4)))[0][4] == pytest.approx(0.4)
