"""The Library page: avatars with their versions and uses, personas, templates, photos; each put on the stage."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from pipelines.types import Persona
from studio.ui.shared import PERSONA_FIELDS
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import show_tab

Press = Callable[..., gr.EventData]
LEAST_CONTRAST = 4.5
ODD = "מרים <b>"


def test_an_avatar_is_copied_and_made_what_it_was(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    kept = mine.avatars.keep(Persona(name=ODD, age=30))
    assert "It was not changed yet" in page.open_avatar(press("open_avatar", kept.id), you)
    mine.avatars.update(kept.id, Persona(name="Mira", age=41))
    used = studio.make(GenerationOrder(persona=Persona(name="Mira"), avatar_id=kept.id, width=64, height=64))
    shown = page.open_avatar(press("open_avatar", kept.id), you)
    assert "מרים &lt;b&gt;, until" in shown
    assert f'data-see="{used}"' in shown
    assert "Choose a version first" in page.act(press("bring_back", kept.id), you)
    page.act(press("bring_back", kept.id, number="1"), you)
    assert (mine.avatars.get(kept.id).name, mine.avatars.get(kept.id).persona.age) == (ODD, 30)
    page.act(press("duplicate", kept.id), you)
    assert {one.name for one in mine.avatars.list_recent()} == {ODD, f"{ODD}, copy"}
    *fields, avatar, _ = page.use_avatar(press("use_avatar", kept.id), you)
    assert (fields[PERSONA_FIELDS.index("age")], avatar) == (30, kept.id)


def test_a_persona_is_kept_from_the_stage_and_comes_back(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio, persona_form: dict[str, object]
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    assert 'role="alert"' in page.keep_persona(press("keep_persona", name=" "), you, **persona_form)
    page.keep_persona(press("keep_persona", name=ODD), you, **(persona_form | {"age": 52}))
    [kept] = mine.persona_presets.list_recent()
    assert f'href="api/v1/personas/{kept.id}/file"' in page.look(press("look", "personas"), you)
    *fields, avatar, _ = page.use_persona(press("use_persona", kept.id), you)
    assert (fields[PERSONA_FIELDS.index("age")], avatar) == (52, "")


@pytest.mark.parametrize(
    ("left_open", "skipped", "tab"),
    [
        ((), (), "persona"),
        (("poses", "seed"), ("pose", "seed"), "poses"),
        (("persona",), ("name", "avatar"), "persona"),
    ],
)
def test_a_template_leaves_open_what_it_says(
    window: Window,
    you: gr.Request,
    press: Press,
    studio: ScriptedStudio,
    left_open: tuple[str, ...],
    skipped: tuple[str, ...],
    tab: str,
) -> None:
    order = GenerationOrder(persona=Persona(name="Ada"), poses=("walking",), seed=3, width=512, height=512)
    made = studio.for_person(YOU).templates.add("Shop", order, left_open)
    shown = window.collection.look(press("look", "templates"), you)
    assert ("left open: " in shown) == bool(left_open)
    updates = window.collection.restorer.updates(you, order)
    answers = window.collection.use_template(press("use_template", made.id), you)
    by_name = dict(zip(updates, answers, strict=True))
    for name in ("name", "avatar", "pose", "seed", "size"):
        assert (by_name[name] == gr.skip()) == (name in skipped), name
    assert by_name["tabs"].selected == tab
    assert ("Choose that, then Generate" in by_name["toast"]) == bool(left_open)


def test_a_photo_says_who_holds_it_and_goes_with_a_way_back(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    photo = mine.photos.add(studio.poses.example_photo(), "beach.png")
    made = mine.avatar_making.from_photo("Ada", photo.id)
    shown = page.look(press("look", "photos"), you)
    for words in ("beach.png", "A person", "held by Ada", "last used"):
        assert words in shown
    assert mine.avatars.get(made.avatar.id).photo_id == photo.id
    gone = page.act(press("delete_photo", photo.id), you)
    assert 'data-act="restore_photo"' in gone
    assert "No photo yet" in gone
    assert "beach.png" in page.act(press("restore_photo", photo.id), you)


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore:unclosed")  # the served libraries' own sockets and loops
def test_the_library_is_walked(page: Page, served_studio: ScriptedStudio, guard: Guard) -> None:
    mine = served_studio.for_person(YOU)
    kept = mine.avatars.keep(Persona(name="W" * 60, age=30))
    mine.templates.add("Shop", GenerationOrder(persona=Persona(name="Ada", age=52)), ("poses",))
    mine.photos.add(served_studio.poses.example_photo(), "beach.png")
    show_tab(page, "Persona")
    page.get_by_role("button", name="All avatars").click()
    library = page.locator("#collection")
    expect(library.locator("li")).to_have_count(1)
    assert page.url.endswith("/#avatars")
    library.get_by_role("button", name="Versions and uses").click()
    expect(library.get_by_text("Nothing was drawn of it yet")).to_be_visible()
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(PALE, LEAST_CONTRAST) == []
    library.get_by_role("button", name="Duplicate").click()
    expect(library.locator("li")).to_have_count(2)
    library.get_by_role("button", name="Delete: " + f"{kept.name}", exact=True).click()
    expect(library.locator("li")).to_have_count(1)
    library.get_by_role("button", name="Undo").click()
    expect(library.locator("li")).to_have_count(2)

    library.get_by_role("button", name="Personas").click()
    library.get_by_label("The persona on the stage, kept as").fill("To begin with")
    page.keyboard.press("Enter")
    expect(library.locator("li")).to_have_count(1)
    with page.expect_download() as download:
        library.get_by_role("link", name="Save as a file").click()
    assert download.value.suggested_filename == "persona.json"

    library.get_by_role("button", name="Photos").click()
    expect(library.locator("li")).to_contain_text("beach.png")
    with guard.leave():
        page.reload()
    expect(library.locator("li")).to_contain_text("beach.png")
    library.get_by_role("button", name="Templates").click()
    library.get_by_role("button", name="Use: Shop").click()
    expect(page.locator("#toast")).to_contain_text("Left open: pose")
    expect(page.get_by_role("tab", name="Poses", exact=True)).to_have_attribute("aria-selected", "true")
    show_tab(page, "Persona")
    expect(page.locator("#field-age input")).to_have_value("52")
    expect(library).to_be_hidden()
