"""Models in the window: what is said before the click, what an order takes along, what the page of models does."""

from __future__ import annotations

import asyncio
import html
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from pipelines.image.presets import PresetShelf
from pipelines.types import LoraUse, Persona
from studio.errors import DraftUnavailable
from studio.services.jobs import Jobs
from studio.services.models import Models
from studio.services.weights import Weights
from studio.ui.choices import NOTHING_COUNTS, first_model
from studio.ui.likeness import CHOSEN_HERE
from studio.ui.model_words import choice_of, cost_html, why_not, write_memory, write_seconds, write_size
from studio.ui.models import card_html
from studio.ui.prompts import MORE_FIELDS, PromptEditor
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU
from tests.scripted_studio import LORA, ScriptedStudio

ASKED: dict[str, Any] = {
    "quality": "hd",
    "picture_style": "anime",
    "steps": 12.0,
    "reference": True,
    "draft_kept": 30,
    "lora": LORA,
    "lora_weight": 0.6,
    "unwanted": "hats",
}
COST: dict[str, Any] = {"framing": "", "size": "768x1024", "count": 2, "all_views": False}


@pytest.fixture
def ready(studio: ScriptedStudio) -> ScriptedStudio:
    """Both models run here."""
    studio.bring("klein-4b", "flux1-dev-union")
    studio.past_seconds = dict.fromkeys((("klein-4b", "sd"), ("flux1-dev-union", "sd")), 11.0)
    return studio


@pytest.fixture
def photo(studio: ScriptedStudio) -> str:
    """A kept photo, to be looked at."""
    return studio.for_person(YOU).photos.add(studio.poses.example_photo()).id


@pytest.fixture
def asked(photo: str) -> dict[str, Any]:
    """All that can be asked of a model."""
    return ASKED | {"photo": photo}


# --- words ---


def test_sizes_and_times_are_said_in_words() -> None:
    assert [write_size(size) for size in (16_000_000_000, 4_000_000, 1)] == ["16.0 GB", "4 MB", "1 MB"]
    assert [write_seconds(seconds) for seconds in (0.4, 11.2, 200)] == ["1 s", "12 s", "3 min"]


def test_a_choice_says_what_becomes_of_pose_and_person(studio: ScriptedStudio) -> None:
    assert choice_of(studio.model("draft"))[0] == "Draft on this CPU"
    assert choice_of(studio.model("klein-4b"))[0] == "FLUX.2 klein 4B – follows the pose, keeps the person"
    assert choice_of(studio.model("flux1-dev-union"))[0].endswith("holds the pose, resembles the person")


def test_what_leaves_this_computer_is_said(ready: ScriptedStudio) -> None:
    told = cost_html(replace(ready.model("klein-4b"), sends_data_out=True), 1)
    assert "leaves this computer" in told
    assert "data-remote" in told
    assert "download" not in told


def test_only_safe_addresses_become_links_and_markup_stays_text(studio: ScriptedStudio) -> None:
    bad = replace(
        studio.model("klein-4b"), licence_url="javascript:alert(1)", title="<b>x</b>", says="<script>"
    )
    card = card_html(bad, is_chosen=False, is_coming=False, note="")
    assert "href" not in card
    assert "<b>x" not in card
    assert "<script" not in card


# --- stage ---


def test_a_model_that_cannot_run_says_why_and_generate_is_off(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    told, generate = window.stage.tell(you, preset="klein-4b", **COST)
    memory = write_memory(studio.model("klein-4b"))
    assert "GB of GPU memory" in memory
    klein = studio.model("klein-4b")
    assert f'title="{html.escape(klein.says)}">Has to be downloaded first.</span>' in told
    assert "data-models" in told
    lines = {
        why_not(replace(klein, **said))
        for said in (
            {"runs_here": False},
            {"runs_here": False, "sends_data_out": True},
            {"licence_accepted": False},
        )
    }
    assert len(lines) == 3
    assert max(map(len, lines)) < 40  # one line beside the small draft on a phone
    assert f"2 pictures · {memory} · about 16.0 GB to download · Apache-2.0" in told
    assert not generate.interactive


def test_the_draft_says_what_it_always_said(window: Window, you: gr.Request) -> None:
    told, generate = window.stage.tell(you, preset="draft", **(COST | {"count": 1}))
    assert "about 1 s · no download" in told
    assert generate.interactive


def test_time_is_said_for_all_pictures(window: Window, ready: ScriptedStudio, you: gr.Request) -> None:
    memory = write_memory(ready.model("klein-4b"))
    told, generate = window.stage.tell(you, preset="klein-4b", **COST)
    assert f"2 pictures · about 22 s · {memory} · Apache-2.0" in told
    told, _ = window.stage.tell(you, preset="klein-4b", quality="hd", **COST)
    assert f"2 pictures · {memory}" in told  # no run in hd yet: nothing is said
    ready.past_seconds["klein-4b", "hd"] = 31.0
    told, _ = window.stage.tell(you, preset="klein-4b", quality="hd", **COST)
    assert "2 pictures · about 62 s" in told
    assert generate.interactive


def test_a_style_says_which_model_suits_it_better(
    window: Window, ready: ScriptedStudio, you: gr.Request
) -> None:
    said = "Cartoon suits FLUX.2 klein 4B better."
    for preset, style, is_said in (
        ("flux1-dev-union", "cartoon", True),
        ("flux1-dev-union", "realistic", False),
        ("klein-4b", "cartoon", False),
        ("flux1-dev-union", "<unknown>", False),
    ):
        told, _ = window.stage.tell(you, preset=preset, picture_style=style, **COST)
        assert (said in told) is is_said, (preset, style)


def test_the_page_opens_on_what_runs_here(window: Window, studio: ScriptedStudio, you: gr.Request) -> None:
    assert window.stage.choices.load("", you).value == "draft"
    assert window.stage.choices.load("klein-4b", you).value == "klein-4b"
    assert window.stage.choices.load({"not": "a name"}, you).value == "draft"
    studio.bring("klein-4b")
    assert window.stage.choices.load("gone", you).value == "klein-4b"
    draft, klein = studio.model("draft"), studio.model("klein-4b")
    assert first_model([draft, replace(klein, sends_data_out=True)]) == "draft"
    leaner = replace(studio.model("flux1-dev-union"), name="z-image", can_run=True, memory_needed_gb=5.0)
    assert first_model([draft, leaner]) == "z-image"
    assert first_model([draft, leaner, klein]) == "klein-4b"


def test_a_lone_draft_leaves_nothing_to_choose(
    window: Window, studio: ScriptedStudio, you: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = studio.model("draft")
    monkeypatch.setattr(Models, "list_all", lambda _: [draft])
    assert not window.stage.choices.load("", you).visible


def test_every_prompt_is_counted_before_the_click(
    window: Window, ready: ScriptedStudio, you: gr.Request
) -> None:
    more = {"prompt_2": "at the sea", "prompt_3": " ", "prompt_4": "in the hills"}
    told, generate = window.stage.tell(you, preset="klein-4b", **(COST | more))
    assert "6 pictures · about 66 s" in told
    assert generate.interactive
    told, generate = window.stage.tell(you, preset="draft", **(COST | more))
    assert "pictures" not in told
    many = COST | {name: name for name in MORE_FIELDS} | {"count": 3, "all_views": True}
    told, generate = window.stage.tell(you, preset="klein-4b", **many)
    assert "96 pictures are more than the 64 that one order can hold." in told
    assert not generate.interactive


def test_several_prompts_are_one_order(
    window: Window,
    ready: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    more = {"prompt_2": " at the sea ", "prompt_3": "", "count": 2}
    window.stage.order(you, **(stage_form | asked | {"preset": "klein-4b"} | more))
    window.stage.order(you, **(stage_form | asked | {"preset": "draft"} | more))
    draft, klein = ready.for_person(YOU).generations.list_page().items
    assert (klein.order.more_prompts, klein.order.count, len(klein.pictures)) == (("at the sea",), 2, 4)
    assert (draft.order.more_prompts, draft.order.count, len(draft.pictures)) == ((), 1, 1)
    sheet = window.history.detail_of(ready.for_person(YOU), klein.id)
    assert sheet.count("Prompt 2") >= 2  # under its pictures, and where the prompts stand
    assert "at the sea" in sheet
    back = window.history.restorer.updates(you, klein.order)
    assert (back["prompt_2"].value, back["prompt_2"].visible, back["prompt_3"].visible) == (
        "at the sea",
        True,
        False,
    )


def test_another_prompt_begins_with_the_first() -> None:
    editor = PromptEditor(None)  # type: ignore[arg-type]
    fields = editor.add_field("a bridge", "", "a ferry", *[""] * 5)
    assert [field.value for field in fields if field.visible] == ["a ferry", "a bridge"]
    full = editor.add_field("a bridge", *"bcdefgh")
    assert [field.value for field in full] == [*"bcdefgh"]


def test_the_passes_of_hd_are_left_to_the_model_or_left_out(
    window: Window,
    ready: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    for switches in ({}, {"second_pass": True, "face_pass": False}):
        window.stage.order(you, **(stage_form | asked | {"preset": "flux1-dev-union"} | switches))
    some, every = (made.order for made in ready.for_person(YOU).generations.list_page().items)
    assert (every.second_pass, every.face_pass) == (None, None)
    assert (some.second_pass, some.face_pass) == (None, False)
    back = window.history.restorer.updates(you, some)
    assert (back["second_pass"], back["face_pass"]) == (True, False)


def test_what_a_word_to_avoid_costs_is_said_at_its_field(ready: ScriptedStudio) -> None:
    async def build() -> gr.Blocks:
        return Window(ready).build()

    blocks = asyncio.run(build())
    (unwanted,) = (one for one in blocks.blocks.values() if getattr(one, "elem_id", None) == "unwanted")
    assert "double the time" in unwanted.label
    assert unwanted.value == ""  # nobody pays for it unasked


def test_only_what_counts_is_shown(window: Window, ready: ScriptedStudio, you: gr.Request) -> None:
    choices = window.stage.choices
    choices.read = 2

    def shown(preset: str, quality: str = "sd", photo: str = "", steered: str = "draft") -> dict[str, Any]:
        names = (*NOTHING_COUNTS, "steered", "pictured", "kept", "count", "more-prompts")
        chosen = choices.choose(
            you,
            preset=preset,
            quality=quality,
            steps=None,
            steered=steered,
            pictured="",
            avatar="",
            photo=photo,
        )
        return dict(zip(names, chosen, strict=True))

    def visible(of: dict[str, Any], *names: str) -> list[bool]:
        return [of[name].get("visible", False) for name in names]

    draft = shown("draft", photo="photo-1")
    assert visible(draft, "panel", "count", "more-prompts") == [False, False, False]
    klein = shown("klein-4b", "hd", "photo-1")
    assert visible(klein, "panel", "count", "reference", "more", "loras") == [True] * 5
    assert visible(klein, "draft_kept", "unwanted", "face_pass") == [False] * 3
    assert visible(klein, "second_pass") == [True]
    assert klein["steps"]["placeholder"] == "4"
    assert shown("flux1-dev-union", "hd")["steps"]["placeholder"] == str(
        PresetShelf()["flux1-dev-union"].hd_steps
    )
    assert (LORA, LORA) in klein["lora"]["choices"]
    (ready.folder / "loras" / f"{LORA}.safetensors").unlink()
    flux = shown("flux1-dev-union", "hd")
    assert visible(flux, "second_pass", "face_pass", "draft_kept", "unwanted") == [True] * 4
    assert visible(flux, "reference", "loras") == [False, False]
    assert visible(shown("flux1-dev-union"), "second_pass", "face_pass") == [False, False]
    assert visible(flux, "guidance", "controls") == [True, True]
    assert visible(klein, "guidance", "controls") == [False, True]
    assert (flux["guidance"]["placeholder"], flux["steered"]) == ("3.5", "flux1-dev-union")
    assert flux["controls"]["value"] == ["pose", "depth"]  # its own, as it was chosen just now
    assert "value" not in shown("flux1-dev-union", steered="flux1-dev-union")["controls"]  # the person's own


def test_an_avatars_own_pictures_are_looked_at_and_come_back(
    window: Window, ready: ScriptedStudio, you: gr.Request, stage_form: dict[str, Any], photo: str
) -> None:
    mine, choices = ready.for_person(YOU), window.stage.choices
    avatar = mine.avatars.keep(Persona(name="Ada"), photo_id=photo)
    assert avatar.photo_file_id is not None

    def field(preset: str, of: str, pictured: str) -> dict[str, Any]:
        asked = {"quality": "sd", "steps": None, "steered": "", "photo": ""}
        given = choices.choose(you, preset=preset, pictured=pictured, avatar=of, **asked)
        return dict(zip(NOTHING_COUNTS, given, strict=False))["own_pictures"]

    shown = field("klein-4b", avatar.id, "")
    assert shown["visible"]
    assert shown["choices"][1:] == [("Its photo", avatar.photo_file_id)]
    assert shown["value"] == []  # another avatar's are not sent along
    assert "value" not in field("klein-4b", avatar.id, avatar.id)  # the person's own choice
    assert not field("klein-4b", "", "")["visible"]
    chosen = {"preset": "klein-4b", "avatar": avatar.id, "own_pictures": [CHOSEN_HERE]}
    *_, refusal = window.stage.order(you, **(stage_form | chosen))
    assert refusal == ""
    [made] = mine.generations.list_page().items
    assert made.order.person_pictures == (avatar.photo_file_id,)
    back = window.history.restorer.updates(you, made.order)
    assert back["own_pictures"].value == [avatar.photo_file_id]
    assert back["pictured"] == avatar.id


@pytest.mark.parametrize("controls", [("depth",), (), None])
def test_guidance_and_maps_of_an_order_come_back_and_are_ordered_again(
    window: Window,
    ready: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    controls: tuple[str, ...] | None,
) -> None:
    from pipelines.prompt.persona import EXAMPLE_PERSONA

    order = GenerationOrder(
        persona=EXAMPLE_PERSONA,
        engine="flux1",
        preset="flux1-dev-union",
        guidance=4.5 if controls else None,
        controls=controls,  # type: ignore[arg-type]
    )
    names = ("preset", "guidance", "controls", "steered")
    values = {name: window.stage.choices.updates(you, order)[name] for name in names}
    window.stage.order(you, **(stage_form | values))
    again = ready.for_person(YOU).generations.list_page().items[0].order
    assert (again.guidance, again.controls) == (order.guidance, order.controls)


def test_an_order_takes_along_what_the_model_supports(
    window: Window,
    ready: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    window.stage.order(you, **(stage_form | asked | {"preset": "flux1-dev-union"}))
    window.stage.order(
        you, **(stage_form | asked | {"preset": "klein-4b", "edited": True, "negative": "hats"})
    )
    klein, flux = (made.order for made in ready.for_person(YOU).generations.list_page().items)
    assert (flux.engine, flux.preset, flux.quality, flux.picture_style) == (
        "flux1",
        "flux1-dev-union",
        "hd",
        "anime",
    )
    assert (flux.steps, flux.draft_strength, flux.negative_prompt) == (12, 0.7, "hats")
    assert flux.references == (OrderReference(role="person", photo_id=asked["photo"]),)
    assert LoraUse(name=LORA, weight=0.6) in (flux.loras or ())
    assert klein.draft_strength is None
    assert klein.negative_prompt != "hats"


def test_an_order_for_the_draft_takes_none_of_it(
    window: Window,
    studio: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    window.stage.order(you, **(stage_form | asked | {"preset": "draft"}))
    (made,) = studio.for_person(YOU).generations.list_page().items
    assert (made.order.preset, made.order.quality, made.order.references) == ("draft", "sd", ())


def test_what_cannot_run_is_not_ordered(
    window: Window, studio: ScriptedStudio, you: gr.Request, stage_form: dict[str, Any]
) -> None:
    for preset, sentence in (("klein-4b", "Press Download"), ("gone", "not known any more")):
        *_, refusal = window.stage.order(you, **(stage_form | {"preset": preset}))
        assert sentence in refusal
    assert not studio.for_person(YOU).jobs.list_recent()


def test_settings_of_a_model_go_back_on_the_stage(
    window: Window,
    ready: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    asked: dict[str, Any],
) -> None:
    window.stage.order(you, **(stage_form | asked | {"preset": "flux1-dev-union"}))
    (made,) = ready.for_person(YOU).generations.list_page().items
    back = window.history.restorer.updates(you, made.order)
    expected = {
        "preset": "flux1-dev-union", "quality": "hd", "picture_style": "anime", "steps": 12, "reference": True,
        "draft_kept": 30, "lora_weight": 0.6, "unwanted": "hats",
    }  # fmt: skip
    assert {name: back[name] for name in expected} == expected
    assert back["lora"].value == LORA
    back = window.history.restorer.updates(you, replace(made.order, preset="flux1-gone"))
    assert back["preset"] == "draft"
    assert "the model “flux1-gone” and the LoRA “realism” are not here any more" in back["toast"]


# --- page ---


def test_the_page_says_what_each_model_is(window: Window, studio: ScriptedStudio, you: gr.Request) -> None:
    klein = studio.model("klein-4b")
    page = window.models.look("draft", you)
    for words in (klein.title, klein.about, "Holds the pose, resembles the person", write_memory(klein)):
        assert words in page
    assert "16.0 GB" in page
    assert 'href="https://www.apache.org/licenses/LICENSE-2.0"' in page
    assert 'data-act="accept" data-id="flux1-dev-union"' in page
    assert 'data-act="download" data-id="flux1-dev-union"' not in page
    assert 'data-act="download" data-id="klein-4b"' in page
    assert 'data-act="remove"' not in page
    assert 'data-act="release"' not in page
    assert "✓ On the stage" in page


def test_what_does_not_run_here_says_so_first_and_offers_nothing_that_leads_nowhere(
    window: Window, studio: ScriptedStudio, you: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.models.look("draft", you)
    assert "Would run here." in page
    monkeypatch.setattr("studio.services.models.free_gpu_gb", lambda: 0.0)
    assert not studio.model("klein-4b").runs_here
    page = window.models.look("draft", you)
    klein = next(part for part in page.split("<article") if "klein-4b" in part or "FLUX.2 klein 4B" in part)
    assert klein.index("Does not run here.") < klein.index("<dl>")
    assert "data-act" not in klein
    assert "There is no GPU here that it could use." in klein
    assert page.index("Draft on this CPU") < page.index("Does not run here.")


def test_accept_download_use_and_remove(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    studio.job_seconds = 60
    page, *_ = window.models.act("draft", [], press("accept", "flux1-dev-union"), you)
    assert studio.model("flux1-dev-union").licence_accepted
    assert 'data-act="download" data-id="flux1-dev-union"' in page
    page, strip, timer = window.models.act("draft", [], press("download", "klein-4b"), you)
    assert "Its download is under way." in page
    assert 'data-act="download" data-id="klein-4b"' not in page
    assert "FLUX.2 klein 4B, weights" in strip
    assert timer.active
    studio.job_seconds = 0
    studio.settle()
    page = window.models.refresh("draft", page, you)
    assert 'data-act="remove" data-id="klein-4b"' in page
    assert 'data-act="release"' in page
    assert window.models.use(press("use", "klein-4b"), you) == ("klein-4b", None, None)
    page, *_ = window.models.act("draft", [], press("remove", "klein-4b"), you)
    assert "Removed; 16.0 GB are free again." in page
    studio.bring("klein-4b-depth")
    page, *_ = window.models.act("draft", [], press("remove", "klein-4b"), you)
    assert "another model that is here needs all of it" in page


def test_what_cannot_be_done_is_said_on_the_card(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    page, *_ = window.models.act("draft", [], press("download", "flux1-dev-union"), you)
    assert 'class="problem"' in page
    assert not studio.for_person(YOU).jobs.list_recent()
    assert window.models.use(press("use", "no-such"), you) == ("draft", None, None)


def test_the_gpu_is_freed_or_it_is_said_why_not(
    window: Window, ready: ScriptedStudio, you: gr.Request, press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The GPU is free." in window.models.act("draft", [], press("release"), you)[0]
    ready.gpu_is_busy = True
    assert "A picture is being made." in window.models.act("draft", [], press("release"), you)[0]

    def refuse(_: Weights) -> bool:
        raise DraftUnavailable

    monkeypatch.setattr(Weights, "release_gpu", refuse)
    assert 'class="problem"' in window.models.act("draft", [], press("release"), you)[0]


def test_nothing_is_read_before_the_page_is_opened(window: Window, you: gr.Request) -> None:
    assert window.models.refresh("draft", "", you) == gr.skip()


# --- tray ---


def test_the_tray_shows_the_picture_in_the_making(
    window: Window,
    studio: ScriptedStudio,
    you: gr.Request,
    stage_form: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio.job_seconds = 60
    window.stage.order(you, **stage_form)
    assert "job-preview" not in window.tray.tick("", [], you)[0]
    monkeypatch.setattr(Jobs, "preview", lambda _, job_id: b"RIFF")
    strip = window.tray.tick("", [], you)[0]
    assert 'src="data:image/webp;base64,UklGRg=="' in strip
    assert 'alt="In the making: Mira, 1 picture"' in strip


def test_an_old_order_has_no_model_fields(window: Window, you: gr.Request) -> None:
    from pipelines.prompt.persona import EXAMPLE_PERSONA

    values = window.stage.choices.updates(you, GenerationOrder(persona=EXAMPLE_PERSONA))
    assert (values["preset"], values["steps"], values["draft_kept"], values["unwanted"]) == (
        "draft",
        None,
        0,
        "",
    )


def test_a_licence_can_be_accepted_where_nothing_is_downloaded(studio: ScriptedStudio) -> None:
    flux = studio.model("flux1-dev-union")

    def card(licence_accepted: bool) -> str:
        model = replace(flux, licence_accepted=licence_accepted, is_downloadable=False)
        return card_html(model, is_chosen=False, is_coming=False, note="")

    assert 'data-act="accept"' in card(False)
    assert "allows no commercial use" in card(False)
    assert not any(part in card(True) for part in ('data-act="accept"', 'data-act="download"'))
