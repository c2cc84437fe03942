"""The torch forward against the numpy one: same numbers, and a gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.body.anny import open_anny
from pipelines.body.anny_data import PHENOTYPES, YOUNG_ADULT_AGE
from pipelines.body.frames import to_world
from pipelines.types import BodyParameters, Pose
from tests.pipelines.body.anny_torch import AnnyTorch

LOCAL_NAMES = tuple(name for name in open_anny().data.local_names if name.startswith("measure-"))
EQUAL_M = 1e-5


def random_body(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Phenotypes, local changes and rotation vectors of a wildly posed adult."""
    rng = np.random.default_rng(seed)
    phenotypes = rng.uniform(0, 1, len(PHENOTYPES)).astype(np.float32)
    phenotypes[PHENOTYPES.index("age")] = rng.uniform(YOUNG_ADULT_AGE, 1)
    local = rng.uniform(-1, 1, len(LOCAL_NAMES)).astype(np.float32)
    return phenotypes, local, rng.normal(0, 0.4, (len(open_anny().bone_names), 3)).astype(np.float32)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("kept", [None, 2500])
def test_equals_the_numpy_body(seed: int, kept: int | None) -> None:
    model = open_anny()
    phenotypes, local, rotations = random_body(seed)
    root = (0.1, -0.2, 0.9)
    parameters = BodyParameters(
        shape=dict(zip(PHENOTYPES, phenotypes.tolist(), strict=True))
        | dict(zip(LOCAL_NAMES, local.tolist(), strict=True))
    )
    pose = Pose(
        rotations=dict(zip(model.bone_names, map(tuple, rotations.tolist()), strict=True)), root_m=root
    )
    body = model.build(parameters, pose)
    index = None if kept is None else np.random.default_rng(seed).permutation(len(body.vertices))[:kept]
    forward = AnnyTorch(model.data, LOCAL_NAMES, index)
    shape = forward.shape(torch.from_numpy(phenotypes), torch.from_numpy(local))
    posed = forward.pose(shape, torch.from_numpy(rotations), torch.tensor(root))
    picked = slice(None) if index is None else index
    assert np.abs(to_world(posed.vertices.numpy()) - body.vertices[picked]).max() < EQUAL_M
    assert np.abs(to_world(shape.vertices.numpy()) - body.rest_vertices[picked]).max() < EQUAL_M
    assert np.abs(to_world(posed.joints.numpy()) - body.joints).max() < EQUAL_M
    assert np.abs(posed.rotations.numpy() - body.bone_rotations).max() < EQUAL_M


def test_turns_only_the_bones_that_were_asked_for() -> None:
    model = open_anny()
    bones = ("root", "spine03", "upperarm01.L", "lowerarm01.L", "head")
    vectors = np.random.default_rng(5).normal(0, 0.4, (len(bones), 3)).astype(np.float32)
    pose = Pose(rotations=dict(zip(bones, map(tuple, vectors.tolist()), strict=True)), root_m=(0.0, 0.0, 0.0))
    body = model.build(BodyParameters(), pose)
    forward = AnnyTorch(model.data, vertex_index=np.arange(0, 13000, 7), bones=bones)
    middle = [0.5, YOUNG_ADULT_AGE, 0.5, 0.5, 0.5, 0.5]
    posed = forward.pose(
        forward.shape(torch.tensor(middle), torch.zeros(0)), torch.from_numpy(vectors), torch.zeros(3)
    )
    assert np.abs(to_world(posed.vertices.numpy()) - body.vertices[0:13000:7]).max() < EQUAL_M


def test_gradient_agrees_with_a_small_step() -> None:
    """Of a joint, by a phenotype, a local change and a rotation; the turns' own gradient is left out, being small."""
    forward = AnnyTorch(open_anny().data, LOCAL_NAMES, np.arange(100))
    phenotypes, local, rotations = (torch.from_numpy(part).double().float() for part in random_body(2))
    step = 1e-3

    def height_of_hand(
        phenotypes: torch.Tensor, local: torch.Tensor, rotations: torch.Tensor
    ) -> torch.Tensor:
        shape = forward.shape(phenotypes, local)
        return forward.pose(shape, rotations, torch.zeros(3)).joints[
            open_anny().bone_names.index("wrist.L"), 2
        ]

    inputs = [part.clone().requires_grad_(True) for part in (phenotypes, local, rotations)]
    height_of_hand(*inputs).backward()
    arm = open_anny().bone_names.index("upperarm01.L")
    places = ((0, (4,)), (1, (LOCAL_NAMES.index("measure-upperarm-length-incr"),)), (2, (arm, 1)))
    for which, place in places:
        moved = [part.clone() for part in (phenotypes, local, rotations)]
        moved[which][place] += step
        back = [part.clone() for part in (phenotypes, local, rotations)]
        back[which][place] -= step
        slope = (height_of_hand(*moved) - height_of_hand(*back)) / (2 * step)
        gradient = inputs[which].grad[place]
        assert abs(float(gradient - slope)) < 0.15 * abs(float(slope)) + 2e-3


def test_a_pose_of_zeros_has_a_finite_gradient() -> None:
    forward = AnnyTorch(open_anny().data, LOCAL_NAMES, np.arange(0, 13000, 50))
    rotations = torch.zeros(len(forward.bones), 3, requires_grad=True)
    local = torch.zeros(len(LOCAL_NAMES), requires_grad=True)
    shape = forward.shape(torch.full((6,), 0.7), local)
    forward.pose(shape, rotations, torch.zeros(3)).vertices.square().sum().backward()
    assert torch.isfinite(rotations.grad).all()
    assert (local.grad != 0).sum() >= len(LOCAL_NAMES) - 2
