"""SMPL's forward pass, on a body model of the right layout that is made of the free body."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipelines.body.smpl_model import (
    SmplParameters,
    pose_smpl,
    to_smpl_json,
    to_smpl_npz,
    to_smpl_obj,
)
from tests.pipelines.body.smpl_fakes import fake_smpl

NO_TURNS = np.tile(np.eye(3), (24, 1, 1))
LEFT_ELBOW, LEFT_WRIST = 18, 20


def random_turns(seed: int) -> np.ndarray:
    return Rotation.from_rotvec(0.4 * np.random.default_rng(seed).standard_normal((24, 3))).as_matrix()


def test_at_rest_it_is_the_template_and_a_beta_adds_its_direction() -> None:
    model = fake_smpl()
    assert pose_smpl(model, np.zeros(10), NO_TURNS).vertices_m == pytest.approx(model.template_m, abs=1e-5)
    heavier = pose_smpl(model, np.array([0, 0, 0.5]), NO_TURNS)
    assert heavier.vertices_m == pytest.approx(
        model.template_m + 0.5 * model.shape_directions[:, :, 2], abs=1e-5
    )
    assert heavier.joints_m == pytest.approx(
        model.joint_regressor @ (model.template_m + 0.5 * model.shape_directions[:, :, 2]), abs=1e-5
    )


def test_a_whole_turn_turns_the_whole_body_round_its_pelvis() -> None:
    model, turns = fake_smpl(), random_turns(1)
    still = turns.copy()
    still[0] = np.eye(3)
    turned, standing = (pose_smpl(model, np.full(10, 0.2), one) for one in (turns, still))
    pelvis = standing.joints_m[0]
    assert turned.vertices_m == pytest.approx((standing.vertices_m - pelvis) @ turns[0].T + pelvis, abs=1e-6)
    assert turned.joints_m[0] == pytest.approx(pelvis)


def test_the_skin_is_what_the_formula_says_vertex_by_vertex() -> None:
    """Equations 2 to 10 written out for a few vertices, with homogeneous matrices."""
    model, turns, betas = fake_smpl(), random_turns(2), np.linspace(-0.3, 0.4, 10)
    body = pose_smpl(model, betas, turns)
    shaped = model.template_m + model.shape_directions @ betas
    rest = model.joint_regressor @ shaped
    places = []
    for joint, parent in enumerate(model.parents):
        local = np.eye(4)
        local[:3, :3] = turns[joint]
        local[:3, 3] = rest[joint] - (rest[parent] if parent >= 0 else 0)
        places.append(places[parent] @ local if parent >= 0 else local)
    feature = (turns[1:] - np.eye(3)).reshape(-1)
    for vertex in (0, 1000, 3000, 5000, 6000):
        whole = sum(
            weight
            * place
            @ np.block([[np.eye(3), -rest[joint][:, None]], [np.zeros((1, 3)), np.ones((1, 1))]])
            for joint, (weight, place) in enumerate(zip(model.weights[vertex], places, strict=True))
        )
        posed = whole @ np.append(shaped[vertex] + model.pose_directions[vertex] @ feature, 1)
        assert body.vertices_m[vertex] == pytest.approx(posed[:3], abs=1e-6)
    assert body.joints_m == pytest.approx(np.array([place[:3, 3] for place in places]), abs=1e-6)


def test_an_elbow_moves_the_hand_and_not_the_shoulder() -> None:
    model, turns = fake_smpl(), NO_TURNS.copy()
    turns[LEFT_ELBOW] = Rotation.from_rotvec([0, -1.5, 0]).as_matrix()
    bent, straight = pose_smpl(model, np.zeros(10), turns), pose_smpl(model, np.zeros(10), NO_TURNS)
    moved = np.linalg.norm(bent.joints_m - straight.joints_m, axis=1)
    assert moved[LEFT_WRIST] > 0.2
    assert np.flatnonzero(moved > 1e-6).tolist() == [LEFT_WRIST, 22]
    assert bent.joints_m[LEFT_WRIST, 2] > 0.15  # forwards


def test_the_numbers_of_a_body_come_back_from_its_files() -> None:
    model, turns = fake_smpl(), random_turns(3)
    said = SmplParameters.from_rotations(np.linspace(-1, 1, 10), turns, np.array([0.1, 0.2, 9.0]))
    assert (len(said.betas), len(said.body_pose), len(said.global_orient)) == (10, 69, 3)
    assert said.rotations() == pytest.approx(turns, abs=1e-6)
    body = pose_smpl(model, np.array(said.betas), said.rotations())
    with np.load(io.BytesIO(to_smpl_npz(said, body, model)), allow_pickle=False) as stored:
        assert {name: stored[name].shape for name in stored.files} == {
            "betas": (10,), "body_pose": (69,), "global_orient": (3,), "camera": (3,),
            "vertices": (6890, 3), "joints": (24, 3), "faces": (13776, 3),
        }  # fmt: skip
        assert stored["vertices"] == pytest.approx(body.vertices_m, abs=1e-5)
    assert (
        SmplParameters(**{name: tuple(values) for name, values in json.loads(to_smpl_json(said)).items()})
        == said
    )
    lines = to_smpl_obj(body, model).decode("ascii").splitlines()
    assert sum(line.startswith("v ") for line in lines) == 6890
    assert sum(line.startswith("f ") for line in lines) == 13776
