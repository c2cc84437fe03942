"""The window builds without a warning, keeps its listeners to itself, and brings back what was on the stage."""

from __future__ import annotations

import re
from typing import Any

import gradio as gr

from pipelines.prompt.persona import EXAMPLE_PERSONA, persona_to_json
from studio.ui.desk import FORM, WORDS
from studio.ui.shared import PERSONA_FIELDS
from studio.ui.shell import Window
from studio.ui.stage_fields import SCENE_FIELDS
from studio.ui.theme import make_head, mount_options
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio


def test_window_has_its_five_tabs(built: gr.Blocks) -> None:
    tabs = [block.label for block in built.blocks.values() if block.get_block_name() == "tabitem"]
    assert tabs == ["Upload", "Poses", "Persona", "History", "Body"]


def test_every_label_is_words_and_no_name_of_the_code(built: gr.Blocks) -> None:
    labels = {str(getattr(block, "label", None) or "Words") for block in built.blocks.values()}
    assert len(labels) > 20
    assert [label for label in labels if re.search("[a-z][A-Z]|_", label.replace("LoRA", "Lora"))] == []


def test_every_listener_is_private(built: gr.Blocks) -> None:
    assert len(built.fns) > 20
    assert {function.api_visibility for function in built.fns.values()} == {"private"}


def test_no_listener_waits_for_another_of_its_kind(built: gr.Blocks) -> None:
    assert {function.concurrency_limit for function in built.fns.values()} == {None}


def test_states_hold_texts_and_flags_alone(built: gr.Blocks) -> None:
    states = [block for block in built.blocks.values() if isinstance(block, gr.State)]
    assert {type(state.value) for state in states} <= {str, bool}


def test_the_window_takes_no_file_through_gradio(built: gr.Blocks) -> None:
    kinds = {block.get_block_name() for block in built.blocks.values()}
    assert not kinds & {"file", "image", "uploadbutton", "gallery", "model3d", "audio", "video"}


def test_everything_that_is_not_ours_is_off() -> None:
    options = mount_options()
    assert options["footer_links"] == []
    assert options["allowed_paths"] == []
    assert not any(options[name] for name in ("run_history", "show_error", "ssr_mode", "mcp_server", "pwa"))


def test_the_page_asks_for_nothing_elsewhere() -> None:
    head = make_head().replace("http://www.w3.org/2000/svg", "")
    assert "http://" not in head
    assert "https://" not in head
    assert "@import" not in head


FIRST_STAGE = ["front", "coloured", "", "", "realistic", "soft", "paper", "relaxed-stand", "", "", False]
NOTHING_TYPED = [gr.skip(), gr.skip(), False, *[gr.skip()] * (len(WORDS) - 2 + len(FORM))]


def test_first_start_brings_the_example(window: Window, you: gr.Request) -> None:
    values = window.restore({}, {}, you)
    assert values[: len(PERSONA_FIELDS)][0] == EXAMPLE_PERSONA.name
    assert values[len(PERSONA_FIELDS) :] == [*FIRST_STAGE, *NOTHING_TYPED]


def test_a_reload_brings_back_what_was_on_the_stage(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    kept = {
        "persona": persona_to_json(EXAMPLE_PERSONA) | {"name": "Noor", "height_cm": 171.0},
        "view": "side",
        "look": "clay",
        "framing": "bust",
        "expression": {"name": "wink", "strength": 0.5},
        "picture_style": "anime",
        "light": "golden",
        "set": "park",
        "pose": "hand-on-hip",
        "avatar_id": avatar.id,
        "photo_id": photo.id,
        "all_views": True,
    }
    values = window.restore(kept, {}, you)
    by_name = dict(zip(PERSONA_FIELDS, values, strict=False))
    assert by_name["name"] == "Noor"
    assert by_name["height_cm"] == "171 cm"
    face = values.pop(len(PERSONA_FIELDS) + SCENE_FIELDS.index("face"))
    assert face.value == "wink 0.5"
    stage = ["side", "clay", "bust", "anime", "golden", "park", "hand-on-hip", avatar.id, photo.id, True]
    assert values[len(PERSONA_FIELDS) :] == [*stage, *NOTHING_TYPED]


def test_a_reload_brings_back_what_was_typed(window: Window, you: gr.Request) -> None:
    typed = dict.fromkeys((*WORDS, *FORM), "") | {
        "prompt": "a woman at a window",
        "negative": "hats",
        "prompt_2": "a woman on a roof",
        "height": "5 ft 8 in",
        "gender": "female",
        "weight": "70 kg",
        "tape_waist": "32 in",
    }
    kept = window.desk.keep(edited=True, **typed)
    prompt, negative, edited, second, third, *rest = window.restore({}, kept, you)[-len(NOTHING_TYPED) :]
    assert (prompt, negative, edited) == ("a woman at a window", "hats", True)
    assert (second.value, second.visible, third.visible) == ("a woman on a roof", True, False)
    known = {"height": "5 ft 8 in", "gender": "female", "weight": "70 kg", "tape_waist": "32 in"}
    told = [known.get(name, gr.skip()) for name in FORM]
    assert rest[-len(FORM) :] == told
    written = window.desk.keep(edited=False, **typed)
    assert window.desk.restore(written)[:4] == NOTHING_TYPED[:4]
    assert window.desk.restore(written)[-len(FORM) :] == told


def test_what_the_browser_kept_is_not_trusted(window: Window, you: gr.Request) -> None:
    hostile: list[Any] = [
        None,
        [],
        "text",
        {"persona": {"age": 12}},
        {"persona": {"rank": "king"}},
        {
            "persona": 3,
            "view": ["front"],
            "pose": "../..",
            "avatar_id": 7,
            "photo_id": "nobody's",
            "all_views": 1,
        },
    ]
    for kept in hostile:
        values = window.restore(kept, kept, you)
        assert values[0] == EXAMPLE_PERSONA.name
        assert values[len(PERSONA_FIELDS) :] == [*FIRST_STAGE, *NOTHING_TYPED]
    strange = {"prompt": ["x"], "negative": 3, "gender": "robot", "weight": {}, "prompt_2": None}
    assert window.desk.restore(strange) == NOTHING_TYPED


def test_show_opens_what_a_job_made(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    from studio.vocabulary.order import GenerationOrder

    job = studio.for_person(YOU).generations.order(GenerationOrder(persona=EXAMPLE_PERSONA)).job_id
    tabs, detail, chosen = window.show(press("show", job), you)
    assert tabs.selected == "history"
    assert studio.for_person(YOU).jobs.get(job).title in detail
    assert chosen == gr.skip()
