"""Requests and orders survive being stored."""

from __future__ import annotations

import json

import pytest

from pipelines.appearance import Appearance
from pipelines.errors import RequestRefused
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import (
    BodyParameters,
    BodyScene,
    CameraSpec,
    ControlSpec,
    GenerationRequest,
    LoraUse,
    Pose,
    Reference,
)
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.order import GenerationOrder

REQUEST = GenerationRequest(
    engine="draft",
    preset="draft",
    prompt="ein Mensch, ü",
    seed=3,
    controls=(ControlSpec(kind="depth", strength=0.5),),
    references=(Reference(role="person", sha256="ab"),),
    loras=(LoraUse(name="x", weight=0.25),),
    scene=BodyScene(
        body=BodyParameters(shape={"gender": 1.0, "measure-waist-circ-incr": -0.5}),
        pose=Pose(rotations={"head": (0.1, 0.0, -0.25)}, root_m=(0.0, 0.1, 0.9)),
        camera=CameraSpec(view="back", framing="bust", yaw_deg=12.5),
        look=Appearance(garment_colors={"top": "#aabbcc"}),
    ),
)


def test_a_request_is_replayable_from_its_json() -> None:
    assert from_json(GenerationRequest, json.loads(json.dumps(to_json(REQUEST)))) == REQUEST


def test_an_order_is_replayable_from_its_json() -> None:
    order = GenerationOrder(
        persona=EXAMPLE_PERSONA, poses=("walk",), views=("front", "back"), seed=4, more_prompts=("a",)
    )
    assert order.pictures == 4
    assert from_json(GenerationOrder, json.loads(json.dumps(to_json(order)))) == order


def test_what_does_not_fit_is_named() -> None:
    stored = to_json(REQUEST)
    stored["scene"]["camera"]["view"] = "above"
    with pytest.raises(RequestRefused, match=r"scene\.camera\.view"):
        from_json(GenerationRequest, stored)
