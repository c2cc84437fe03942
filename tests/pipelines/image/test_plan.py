"""plan_generation: one request per picture, and every refusal."""

from __future__ import annotations

import pytest

from pipelines.errors import RequestRefused
from pipelines.image.engine import EngineInfo, EnginePreset
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES, plan_generation
from pipelines.types import (
    BodyParameters,
    BodyScene,
    CameraSpec,
    ControlSpec,
    FigureLook,
    GenerationRequest,
    LoraUse,
    Pose,
    Reference,
    View,
)

INFO = EngineInfo(
    name="test", title="Test engine", pose="lock", identity="no", controls=("pose",), side_multiple=16
)
PRESET = EnginePreset(name="test-preset", engine="test", title="Test", steps=4, guidance=1.5)


def scene(view: View = "front") -> BodyScene:
    return BodyScene(body=BodyParameters(), pose=Pose(), camera=CameraSpec(view=view), look=FigureLook())


def plan(info: EngineInfo = INFO, **changes: object) -> tuple[GenerationRequest, ...]:
    arguments: dict = {
        "prompt": "a person",
        "negative_prompt": "",
        "scenes": [scene()],
        "seed": 7,
        "count": 1,
        "width": 512,
        "height": 768,
    }
    return plan_generation(info, PRESET, **(arguments | changes))


def test_every_scene_gets_its_pictures_with_following_seeds() -> None:
    requests = plan(scenes=[scene("front"), scene("back")], count=3)
    assert [(r.scene.camera.view, r.seed) for r in requests if r.scene] == [
        ("front", 7),
        ("front", 8),
        ("front", 9),
        ("back", 7),
        ("back", 8),
        ("back", 9),
    ]
    assert {(r.engine, r.preset, r.steps, r.guidance) for r in requests} == {("test", "test-preset", 4, 1.5)}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"width": 32}, "width can be 64"),
        ({"height": 4096}, "height can be 64"),
        ({"width": 500}, "multiple of 16"),
        ({"scenes": []}, "at least one pose"),
        ({"count": 0}, "1 to 64"),
        ({"count": MOST_PICTURES + 1}, "1 to 64"),
        ({"seed": -1}, "seed"),
        ({"seed": LARGEST_SEED}, "seed"),
        ({"controls": (ControlSpec(kind="depth"),)}, "does not take a depth map. It takes: pose"),
        ({"references": (Reference(role="person", sha256="0" * 64),)}, "takes 0 reference pictures"),
        ({"references": (Reference(role="init", sha256="0" * 64),)}, "does not start from a picture"),
        ({"loras": (LoraUse(name="x"),)}, "does not take LoRAs"),
    ],
)
def test_what_the_engine_denies_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(RequestRefused, match=sentence):
        plan(**changes)
