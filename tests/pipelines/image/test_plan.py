"""plan_common and plan_generation: one request per picture, and every refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.appearance import Appearance
from pipelines.errors import RequestRefused
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES, plan_common, plan_generation
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.types import (
    VIEWS,
    BodyParameters,
    BodyScene,
    CameraSpec,
    ControlSpec,
    FacePass,
    GenerationRequest,
    LoraUse,
    Pose,
    Reference,
    SecondPass,
    View,
)

INFO = EngineInfo(
    name="test", title="Test engine", pose="lock", identity="no", controls=("pose",), side_multiple=16
)
PRESET = EnginePreset(name="test-preset", engine="test", title="Test", steps=4, guidance=1.5)


def scene(view: View = "front") -> BodyScene:
    return BodyScene(body=BodyParameters(), pose=Pose(), camera=CameraSpec(view=view), look=Appearance())


def plan(
    info: EngineInfo = INFO, preset: EnginePreset = PRESET, **changes: object
) -> tuple[GenerationRequest, ...]:
    arguments: dict = {
        "prompt": "a person",
        "negative_prompt": "",
        "scenes": [scene()],
        "seed": 7,
        "count": 1,
        "width": 512,
        "height": 768,
    }
    given = arguments | changes
    scenes, count = given.pop("scenes"), given["count"]
    common = plan_common(info, preset, scenes=len(scenes), **given)
    return plan_generation(info, preset, common, scenes, count)


def test_a_negative_prompt_that_costs_a_second_call_is_a_persons_own() -> None:
    counts = replace(INFO, negative_prompt=True)
    for info, negative, kept in (
        (counts, "cartoon, blurry", ""),
        (counts, "hats", "hats"),
        (INFO, "cartoon, blurry", "cartoon, blurry"),  # is not read there
    ):
        (made,) = plan(info, negative_prompt=negative, written_negatives={"cartoon, blurry"})
        assert made.negative_prompt == kept


def test_a_guidance_that_would_change_nothing_is_refused() -> None:
    distilled = replace(PRESET, takes_guidance=False)
    assert plan(preset=distilled)[0].guidance == plan(preset=distilled, guidance=1.5)[0].guidance == 1.5
    with pytest.raises(RequestRefused, match=r"draws without guidance.*Leave the guidance out"):
        plan(preset=distilled, guidance=4.0)
    assert plan(guidance=4.0)[0].guidance == 4.0


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
        ({"references": (Reference(role="person", sha256="0" * 64),)}, "does not look at reference pictures"),
        ({"references": (Reference(role="init", sha256="0" * 64),)}, "does not start from a picture"),
        ({"loras": (LoraUse(name="x"),)}, "does not take LoRAs"),
        ({"second_pass": True}, "does not draw a second time"),
        ({"face_pass": True}, "cannot draw the face by itself"),
    ],
)
def test_what_the_engine_denies_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(RequestRefused, match=sentence):
        plan(**changes)


PASSES = replace(INFO, second_pass=True, face_pass=True, starts_from_draft=True)
WITH_PASSES = replace(
    PRESET,
    second_pass=SecondPass(scale=1.5, strength=0.3, steps=8),
    face_pass=FacePass(strength=0.25, steps=6),
)
POSE = {"controls": (ControlSpec(kind="pose"),)}


def passes(info: EngineInfo = PASSES, **changes: object) -> tuple[object, object]:
    request = plan(info, preset=WITH_PASSES, **changes)[0]
    return request.second_pass, request.face_pass


def test_passes_are_made_for_hd_as_the_preset_says_and_as_the_person_wants() -> None:
    both = (WITH_PASSES.second_pass, WITH_PASSES.face_pass)
    assert passes() == (None, None)
    assert passes(hd=True, **POSE) == passes(hd=True, draft_strength=0.6) == both
    assert passes(hd=True, **POSE, second_pass=False) == (None, both[1])
    assert passes(hd=True, **POSE, face_pass=False) == (both[0], None)
    assert passes(**POSE, second_pass=True, face_pass=True) == both


def test_a_face_is_drawn_only_where_its_place_is_known() -> None:
    second = WITH_PASSES.second_pass
    own = {"references": (Reference(role="init", sha256="0" * 64),), "draft_strength": 0.5}
    assert passes(hd=True) == (second, None)
    assert passes(hd=True, **own) == (second, None)
    assert passes(replace(PASSES, pose="follow"), hd=True, **POSE) == (second, None)
    for changes in ({}, own):
        with pytest.raises(RequestRefused, match="to know where the face is"):
            passes(face_pass=True, **changes)


def test_a_second_pass_whose_first_would_be_too_small_is_not_made() -> None:
    assert passes(hd=True, width=64, height=64) == (None, None)
    with pytest.raises(RequestRefused, match="too small for a second pass"):
        passes(second_pass=True, width=64, height=64)


KEEPS = replace(INFO, identity="keeps", max_references=2, max_pictures=3)


def backs(info: EngineInfo = KEEPS, **changes: object) -> list[list[int]]:
    """How far back each picture's references lie; 0: a photo."""
    return [[one.pictures_back for one in request.references] for request in plan(info, **changes)]


def test_further_views_look_at_the_first_where_the_engine_keeps_a_person() -> None:
    views = [scene(view) for view in VIEWS]
    assert backs(scenes=views) == [[], [1], [2], [3]]
    assert backs(scenes=views[:2], count=2) == [[], [], [2], [2]]
    sitting = [replace(one, pose=Pose(root_m=(0, 0, 1))) for one in views[:2]]
    assert backs(scenes=[*views[:2], *sitting]) == [[], [1], [], [1]]  # each pose has its own first view
    one = plan(KEEPS, scenes=views[:2])[1].references[0]
    assert (one.role, one.sha256) == ("person", "")


def test_a_first_view_takes_no_given_pictures_place() -> None:
    views = [scene("front"), scene("back")]
    photo, style = (Reference(role=role, sha256="0" * 64) for role in ("person", "style"))
    assert backs(INFO, scenes=views) == [[], []]
    assert backs(replace(KEEPS, identity="weak"), scenes=views) == [[], []]
    assert backs(scenes=views, references=(photo,)) == [[0], [0]]
    assert backs(scenes=views, references=(style,)) == [[0], [0, 1]]
    assert backs(scenes=views, references=(style, style)) == [[0, 0], [0, 0]]
    tight = replace(KEEPS, max_pictures=1)
    assert backs(tight, scenes=views, controls=(ControlSpec(kind="pose"),)) == [[], []]


def test_what_a_photos_person_wears_is_kept_by_the_first_view() -> None:
    views = [scene("front"), scene("back"), scene("side")]
    dresses = replace(PRESET, role_sentences={"garment": "Dress them in the clothes from image {n}."})
    photo, garment, style = (Reference(role=role, sha256="0" * 64) for role in ("person", "garment", "style"))

    def roles(info: EngineInfo = KEEPS, **changes: object) -> list[list[tuple[str, int]]]:
        return [
            [(one.role, one.pictures_back) for one in request.references]
            for request in plan(info, dresses, scenes=views, **changes)
        ]

    person = ("person", 0)
    assert roles(references=(photo,)) == [[person], [person, ("garment", 1)], [person, ("garment", 2)]]
    assert roles(references=(photo, garment)) == [[person, ("garment", 0)]] * 3
    assert roles(references=(photo, style)) == [[person, ("style", 0)]] * 3  # no room
    tight = replace(KEEPS, max_pictures=2)
    assert roles(tight, references=(photo,), controls=(ControlSpec(kind="pose"),)) == [[person]] * 3
    assert backs(scenes=views, references=(photo,)) == [[0], [0], [0]]  # a preset without words for clothes
