"""Everything of an order comes back, from History and from a picture by one way; what cannot is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from pipelines.appearance import Expression
from pipelines.image.presets import PresetShelf
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import VIEWS, LoraUse
from studio.ui.restore import list_cuts
from studio.ui.shell import Window
from studio.ui.stage_fields import read_face
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

ORDER = GenerationOrder(
    persona=replace(EXAMPLE_PERSONA, name="Noor"),
    prompt="in my own words",
    negative_prompt="hats",
    poses=("hand-on-hip",),
    views=VIEWS,
    framing="bust",
    look="clay",
    seed=12,
    recipe=True,
    width=832,
    height=1216,
)


def restore(window: Window, you: gr.Request, order: GenerationOrder) -> dict[str, Any]:
    return window.history.restorer.updates(you, order)


def test_everything_comes_back(window: Window, you: gr.Request) -> None:
    back = restore(window, you, ORDER)
    expected = {
        "name": "Noor", "pose": "hand-on-hip", "avatar": "", "framing": "bust", "look": "clay", "seed": 12,
        "all_views": True, "prompt": "in my own words", "negative": "hats", "edited": True, "preset": "draft",
        "recipe": True,
    }  # fmt: skip
    assert {name: back[name] for name in expected} == expected
    assert back["size"].value == "832x1216"
    assert (back["toast"], back["tabs"].selected) == (gr.skip(), "persona")


def test_there_is_a_place_for_all_that_is_written(built: gr.Blocks, window: Window, you: gr.Request) -> None:
    names = list(restore(window, you, ORDER))
    places = {fn.name: fn.outputs for fn in built.fns.values() if fn.name in ("use_picture", "use_settings")}
    assert {name: len(outputs) for name, outputs in places.items()} == {
        "use_picture": len(names),
        "use_settings": len(names) + 1,  # the sheet closes
    }
    labels = [place.label for place in places["use_picture"] if getattr(place, "label", None)]
    assert [labels.index(label) for label in ("Name", "View", "Prompt", "Model")] == sorted(
        labels.index(label) for label in ("Name", "View", "Prompt", "Model")
    )


def test_words_that_were_written_follow_the_persona_again(window: Window, you: gr.Request) -> None:
    order = replace(ORDER, prompt=None, negative_prompt=None, expression=Expression(name="wink"))
    back = restore(window, you, order)
    assert "Noor" in back["prompt"]
    assert ("winking" in back["prompt"], back["face"]) == (True, "wink")
    assert back["expression"] == (ORDER.persona.expression.name if ORDER.persona.expression else "")
    fainter = restore(window, you, replace(order, expression=Expression(name="wink", strength=0.3)))["face"]
    assert read_face(fainter.value) == Expression(name="wink", strength=0.3)
    assert ("Wink, 30%", fainter.value) in fainter.choices
    assert back["edited"] is False


def test_a_photo_that_was_the_reference_is_there_again(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    back = restore(
        window, you, replace(ORDER, references=(OrderReference(role="person", photo_id=photo.id),))
    )
    assert (back["photo"], back["reference"]) == (photo.id, True)
    assert restore(window, you, ORDER)["photo"] == gr.skip()


def test_what_is_not_here_any_more_is_said_in_one_sentence(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    assert restore(window, you, replace(ORDER, avatar_id=avatar.id))["avatar"] == avatar.id
    studio.for_person(YOU).avatars.delete(avatar.id)
    lost = replace(
        ORDER, avatar_id=avatar.id, preset="gone", loras=(LoraUse(name="<i>ink"),), poses=("moonwalk",)
    )
    back = restore(window, you, lost)
    assert back["toast"] == (
        "<p>The settings are back, but the avatar, the pose “moonwalk”, the model “gone” and the LoRA “&lt;i&gt;ink” "
        "are not here any more.</p>"
    )
    assert (back["avatar"], back["preset"], back["lora"].value, back["pose"]) == (
        "",
        "draft",
        "",
        "relaxed-stand",
    )


def test_one_pose_of_several_is_on_the_stage_and_that_is_said(window: Window, you: gr.Request) -> None:
    back = restore(window, you, replace(ORDER, poses=("waving-hello", "hand-on-hip")))
    assert back["pose"] == "waving-hello"
    assert back["toast"] == "<p>Of its 2 poses the first is on the stage.</p>"


def test_whatever_else_is_cut_is_said() -> None:
    order = replace(ORDER, count=9, loras=(LoraUse(name="a"), LoraUse(name="b")))
    assert list_cuts(PresetShelf(), order) == [
        "Of its 2 LoRAs the first is chosen.",
        "Of its 9 pictures of each view, 4 are chosen.",
    ]
    assert list_cuts(PresetShelf(), ORDER) == []


def test_a_pictures_order_goes_the_same_way(window: Window, you: gr.Request) -> None:
    event = gr.EventData(None, {"act": "used", "order": to_json(ORDER)})
    values = dict(zip(restore(window, you, ORDER), window.history.use_picture(event, you), strict=True))
    assert values["pose"] == "hand-on-hip"
    assert values["toast"] == "<p>The settings are back.</p>"
    event = gr.EventData(None, {"order": to_json(ORDER), "missing": ["the avatar", 7]})
    toast = window.history.use_picture(event, you)[-2]
    assert toast == "<p>The settings are back, but the avatar is not here any more.</p>"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (None, "carries no settings"),
        ({"act": "used"}, "carries no settings"),
        ({"order": []}, "carries no settings"),
        ({"order": {}}, "does not fit"),
        ({"order": to_json(ORDER) | {"persona": {"age": 12}}}, "adults only"),
        ({"order": to_json(ORDER) | {"width": "wide"}}, "does not fit"),
    ],
)
def test_what_the_page_sends_is_not_trusted(
    window: Window, you: gr.Request, sent: Any, sentence: str
) -> None:
    with pytest.raises(gr.Error, match=sentence):
        window.history.use_picture(gr.EventData(None, sent), you)
