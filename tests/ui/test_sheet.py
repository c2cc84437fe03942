"""The sheet of a generation says all that was asked for, in words and for programs."""

from __future__ import annotations

from dataclasses import replace

from pipelines.errors import PictureRefused
from pipelines.image.presets import PresetShelf
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import ControlSpec, FacePass, GenerationRequest, LoraUse, Reference, SecondPass
from studio.ui.sheet import facts_of, request_facts, sheet_html
from studio.vocabulary.codec import to_json
from studio.vocabulary.generation import Generation
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

REQUEST = GenerationRequest(
    engine="flux1",
    preset="flux1-dev-union",
    prompt="at the sea",
    seed=3,
    steps=28,
    guidance=3.5,
    width=96,
    height=128,
    controls=(ControlSpec(kind="pose", strength=0.9, end=0.65), ControlSpec(kind="depth", strength=0.8)),
    references=(Reference(role="person", sha256="ab"),),
    loras=(LoraUse(name="realism", weight=0.8),),
    draft_strength=0.7,
    second_pass=SecondPass(scale=1.5, strength=0.4, steps=20),
)


def make(studio: ScriptedStudio, order: GenerationOrder) -> Generation:
    studio.bring(*{order.preset} - {"draft"})
    return studio.for_person(YOU).generations.get(studio.make(order))


def test_the_full_request_is_said_in_words(studio: ScriptedStudio) -> None:
    order = GenerationOrder(
        persona=EXAMPLE_PERSONA, engine="flux1", preset="flux1-dev-union", quality="hd", picture_style="anime"
    )
    made = replace(make(studio, replace(order, width=96, height=128)), requests=(to_json(REQUEST),))
    facts = dict(request_facts(made))
    expected = {
        "Engine": "flux1", "Preset": "flux1-dev-union", "Quality": "HD", "Style": "Anime", "Steps": "28",
        "Guidance, how closely the words are followed": "3.5", "LoRAs": "realism × 0.8",
        "Steered by": "the skeleton, strength 0.9, for the first 65 % of the steps; depth, strength 0.8",
        "Looked at": "your photo, for who it is", "Begun with": "the draft, 30 % of it kept",
        "Second pass": "yes, 40 % drawn anew", "Face pass": "no",
    }  # fmt: skip
    assert {name: facts[name] for name in expected} == expected
    passed = replace(REQUEST, face_pass=FacePass(strength=0.25, steps=8))
    facts = dict(request_facts(replace(made, requests=(to_json(passed),))))
    assert facts["Face pass"] == "yes, 25 % drawn anew"
    sheet = sheet_html(made, {}, PresetShelf())
    assert "data-copy" in sheet
    assert "&quot;sha256&quot;: &quot;ab&quot;" in sheet
    assert "FLUX.1" in dict(facts_of(made, {}, PresetShelf()))["Drawn by"]


def test_each_prompt_stands_where_its_pictures_are(studio: ScriptedStudio) -> None:
    order = GenerationOrder(
        persona=EXAMPLE_PERSONA,
        prompt="at <sea>",
        more_prompts=("in the hills",),
        engine="flux2-klein",
        preset="klein-4b",
        width=96,
        height=128,
    )
    sheet = sheet_html(make(studio, order), {}, PresetShelf())
    assert sheet.count("<figure>") == 2
    for words in ("Front · Prompt 1", "Front · Prompt 2", "at &lt;sea&gt;", "in the hills", "-prompt-2-"):
        assert words in sheet
    assert "<dt>Prompts</dt><dd>2</dd>" in sheet


def test_what_failed_says_why(studio: ScriptedStudio) -> None:
    studio.fail_with = PictureRefused("The picture was <black>. Try again.")
    made = make(studio, GenerationOrder(persona=EXAMPLE_PERSONA))
    sheet = sheet_html(made, {}, PresetShelf())
    assert "The picture was &lt;black&gt;. Try again." in sheet
    assert 'data-act="retry"' in sheet


def test_of_what_is_shared_the_sheet_offers_what_is_allowed(studio: ScriptedStudio) -> None:
    made = make(studio, GenerationOrder(persona=EXAMPLE_PERSONA, width=64, height=64))
    offered = {
        hold: {
            act
            for act in ("again", "use", "star", "remove", 'name="tags"', 'name="project_id"')
            if (act if "=" in act else f'data-act="{act}"')
            in sheet_html(replace(made, hold=hold), {}, PresetShelf())
        }
        for hold in ("own", "write", "read")
    }
    assert offered["own"] == {"again", "use", "star", "remove", 'name="tags"', 'name="project_id"'}
    assert offered["write"] == {"again", "use", "star", 'name="tags"'}
    assert offered["read"] == {"use"}
