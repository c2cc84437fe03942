"""The Library page: avatars with their versions and uses, personas, templates, photos; each put on the stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import gradio as gr
import pytest
from playwright.sync_api import Page, expect

from pipelines.types import Persona
from studio.ui.collection import section
from studio.ui.collection.numbers import statistics_html
from studio.ui.import_words import say_imported
from studio.ui.shared import PERSONA_FIELDS
from studio.ui.shell import Window
from studio.vocabulary.export import ExportOrder
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.vocabulary.statistics import EngineTimes
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import show_tab, wait_until

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


@pytest.mark.parametrize("kind", ["photo", "persona", "template"])
def test_names_are_changed_where_they_stand(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio, kind: str
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    of_id = {
        "photo": lambda: mine.photos.add(studio.poses.example_photo(), "Old").id,
        "persona": lambda: mine.persona_presets.add("Old", Persona(name="Ada")).id,
        "template": lambda: mine.templates.add("Old", GenerationOrder(persona=Persona())).id,
    }[kind]()
    assert 'value="Old"' in page.look(press("look", f"{kind}s"), you)
    act = "change_photo" if kind == "photo" else f"rename_{kind}"
    said = page.act(press(act, of_id, name=ODD), you)
    assert 'value="מרים &lt;b&gt;"' in said
    refused = page.act(press(act, of_id, name="a\nb"), you)
    assert 'role="alert"' in refused
    assert 'value="מרים &lt;b&gt;"' in refused


def test_a_licence_stays_with_an_avatar(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    kept = mine.avatars.keep(Persona(name="Ada"))
    said = page.act(press("license_avatar", kept.id, licence='CC BY "4.0"'), you)
    assert 'value="CC BY &quot;4.0&quot;"' in said
    assert mine.avatars.get(kept.id).origin.licence == 'CC BY "4.0"'


def test_somebody_is_kept_of_words_with_what_they_were(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    for wrong in (
        {},
        {"name": "Eve"},
        {"name": " ", "words": "a woman"},
        {"name": "Eve", "words": "a child of 9"},
    ):
        assert 'role="alert"' in page.act(press("add_avatar", **wrong), you), wrong
    assert not mine.avatars.list_recent()
    page.act(press("add_avatar", name="Eve", words="a woman of 44 years, <b> red hair"), you)
    [kept] = mine.avatars.list_recent()
    assert (kept.name, kept.persona.age) == ("Eve", 44)
    shown = page.open_avatar(press("open_avatar", kept.id), you)
    assert "<p>a woman of 44 years, &lt;b&gt; red hair</p>" in shown


def test_what_a_photo_is_for_and_its_tags_are_changed(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    photo = mine.photos.add(studio.poses.example_photo(), "beach.png")
    assert '<option value="person" selected>' in page.look(press("look", "photos"), you)
    said = page.act(press("change_photo", photo.id, role="garment"), you)
    assert '<option value="garment" selected>' in said
    said = page.act(press("change_photo", photo.id, tags=" sea,  red <b> ,sea"), you)
    assert 'value="sea, red &lt;b&gt;"' in said
    kept = mine.photos.get(photo.id)
    assert (kept.name, kept.role, kept.tags) == ("beach.png", "garment", ("sea", "red <b>"))
    for wrong in ({"role": "hat"}, {"tags": "x" * 65}, {"tags": ",".join(map(str, range(40)))}, {}):
        assert 'role="alert"' in page.act(press("change_photo", photo.id, **wrong), you), wrong
    page.act(press("change_photo", photo.id, tags=""), you)
    assert (mine.photos.get(photo.id).tags, mine.photos.get(photo.id).role) == ((), "garment")


def test_more_than_the_newest_are_shown_when_they_are_asked_for(
    window: Window,
    you: gr.Request,
    press: Press,
    studio: ScriptedStudio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(section, "MANY", 2)
    mine, page = studio.for_person(YOU), window.collection
    for number in range(5):
        mine.avatars.keep(Persona(name=f"Ada {number}"))
        mine.photos.add(encode(draw_figure(600, 900 + number)), f"Ada {number}")
    for kind in ("avatars", "photos"):
        shown = page.look(press("look", kind), you)
        assert [f"Ada {number}" in shown for number in range(5)] == [False] * 3 + [True] * 2
        assert "The newest 2 are shown." in shown
        shown = page.look(press("look", kind, most=4), you)
        assert [f"Ada {number}" in shown for number in range(5)] == [False] + [True] * 4
        assert 'data-more="6"' in shown
        shown = page.look(press("look", kind, most=6), you)
        assert "Ada 0" in shown
        assert "data-more" not in shown
    oldest = mine.photos.list_page(limit=5).items[-1]
    changed = page.act(press("change_photo", oldest.id, name="Eva", most=6), you)
    assert "Ada 4" in changed
    assert 'value="Eva"' in changed, "as many as before stay"


def test_a_template_is_kept_from_the_stage_and_changed(
    window: Window,
    you: gr.Request,
    press: Press,
    studio: ScriptedStudio,
    stage_form: dict[str, object],
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    assert 'role="alert"' in page.keep_order(press("keep_order", name=" "), you, **stage_form)
    assert not mine.templates.list_recent()
    page.keep_order(press("keep_order", name=ODD), you, **stage_form)
    [kept] = mine.templates.list_recent()
    assert (kept.name, kept.order.poses, kept.order.seed, kept.order.prompt) == (
        ODD,
        ("relaxed-stand",),
        7,
        None,
    )
    shown = page.open_template(press("open_template", kept.id), you)
    assert "relaxed stand, front view, 768 × 1024, seed 7" in shown
    assert "מרים &lt;b&gt;” will order what is on the stage now" in shown
    said = page.act(press("open_fields", kept.id, **{"open-seed": True, "open-hat": True}), you)
    assert '<input type="checkbox" name="open-seed" checked>' in said, "it stays open"
    mine.templates.update(kept.id, open_fields=("seed", "negative_prompt"))
    shown = page.open_template(press("open_template", kept.id), you)
    assert '<input type="checkbox" name="open-negative_prompt" checked>' in shown
    other = stage_form | {"pose": "arms-crossed", "size": "512x512", "all_views": True}
    said = page.keep_order(press("keep_order", kept.id), you, **other)
    assert "arms crossed, four views, 512 × 512, seed 7" in said
    [changed] = mine.templates.list_recent()
    assert (changed.id, changed.name, changed.open) == (kept.id, ODD, ("seed", "negative_prompt"))
    assert (changed.order.poses, changed.order.width) == (("arms-crossed",), 512)


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


def test_photos_are_filtered_by_what_they_are_for_and_by_tag(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    assert "data-filter" not in page.look(press("look", "photos"), you), "there is nothing to choose yet"
    given = (
        ("coat", "garment", ("red", "<b>")),
        ("scarf", "garment", ("red",)),
        ("me", "person", ("red", "sea")),
    )
    for number, (name, role, tags) in enumerate(given):
        kept = mine.photos.add(encode(draw_figure(600, 900 + number)), name, role=role)
        mine.photos.update(kept.id, tags=tags)

    def look(query: str) -> tuple[list[str], str]:
        shown = page.look(press("look", "photos", query=query), you)
        return [name for name, *_ in given if f'value="{name}"' in shown], shown

    def choices(shown: str, name: str) -> list[str]:
        options = shown.partition(f'data-filter="{name}">')[2].partition("</select>")[0]
        return re.findall(r"<option[^>]*>([^<]*)</option>", options)

    assert look("")[0] == look("role=hat&x")[0] == ["coat", "scarf", "me"]
    assert choices(look("")[1], "role") == ["All (3)", "A person (1)", "For clothes (2)"]
    assert choices(look("")[1], "tag") == ["Any", "red (3)", "&lt;b&gt; (1)", "sea (1)"]
    found, shown = look("role=garment")  # beside each choice stands what choosing it instead would show
    assert found == ["coat", "scarf"]
    assert '<option value="garment" selected>For clothes (2)' in shown
    assert choices(shown, "role") == ["All (3)", "A person (1)", "For clothes (2)"]
    assert choices(shown, "tag") == ["Any", "red (2)", "&lt;b&gt; (1)"]
    assert look("tag=%3Cb%3E")[0] == ["coat"]
    assert look("role=garment&tag=red")[0] == ["coat", "scarf"]
    found, shown = look("role=person&tag=%3Cb%3E")
    assert found == []
    assert "data-filter-none" in shown
    assert choices(shown, "tag") == ["Any", "red (1)", "sea (1)", "&lt;b&gt; (0)"]
    me = mine.photos.list_page(tag="sea").items[0].id
    said = page.act(press("delete_photo", me, query="role=garment"), you)
    assert 'value="scarf"' in said, "what is chosen stays"
    assert choices(said, "role") == ["All (2)", "For clothes (2)"]
    assert page.look(press("look", "photos", query=["x"]), you)


def test_what_an_archive_brought_is_said_in_words() -> None:
    assert say_imported({"generations": 12, "pictures": 1, "avatars": 0, "projects": 0, "known": 3}) == (
        "12 orders, 1 picture came in; 3 orders were here already."
    )
    assert say_imported({"generations": 0, "known": 1}) == "Nothing new came in; 1 order was here already."


def test_numbers_have_bars(window: Window, you: gr.Request, press: Press, studio: ScriptedStudio) -> None:
    empty = window.collection.look(press("look", "statistics"), you)
    assert "<dd>0</dd><dt>orders</dt>" in empty
    assert "share-bar" not in empty
    studio.make(GenerationOrder(persona=Persona(name="Ada"), width=64, height=64))
    shown = window.collection.look(press("look", "statistics"), you)
    for words in ("<dd>1</dd><dt>order</dt>", "Finished", "Draft on this CPU", "on average", "width: 100.0%"):
        assert words in shown
    times = EngineTimes(engine="e", preset="p", completed=2, average_s=75, p95_s=9.94)
    many = replace(studio.for_person(YOU).statistics.look(), failed=3, engines=(times,), credits_used=1200)
    said = statistics_html(many, {"p": "<P>"})
    for words in ("&lt;P&gt;", "1 min 15 s on average, 19 of 20 within 9.9 s (2 orders)", "33.3%", "1,200"):
        assert words in said


def test_an_address_is_told_and_its_secret_said_once(
    window: Window, you: gr.Request, press: Press, studio: ScriptedStudio
) -> None:
    mine, page = studio.for_person(YOU), window.collection
    for wrong in ("", "example.org", "mailto:nobody", "https://a b"):
        assert "Write a whole address" in page.act(press("add_webhook", url=wrong), you), wrong
    assert "of this computer" in page.act(press("add_webhook", url="http://127.0.0.1/hook"), you)
    said = page.act(press("add_webhook", url="https://example.org/hook"), you)
    [kept] = mine.webhooks.list_recent()
    assert "whsec_" in said
    assert "whsec_" not in page.look(press("look", "webhooks"), you)
    assert "Nothing was sent yet" in page.open_webhook(press("open_webhook", kept.id), you)
    studio.make(GenerationOrder(persona=Persona(name="Ada"), width=64, height=64))
    assert "A job succeeded" in page.open_webhook(press("open_webhook", kept.id), you)
    page.act(press("delete_webhook", kept.id), you)
    assert not mine.webhooks.list_recent()


def export_one(page: Page, studio: ScriptedStudio) -> bytes:
    """An order as the archive that History exports."""
    made = studio.make(GenerationOrder(persona=Persona(name="Ada"), width=64, height=64))
    mine = studio.for_person(YOU)
    mine.exports.start(ExportOrder(ids=(made,), format="zip"))
    [job] = [one for one in mine.jobs.list_recent() if one.kind == "export"]
    return page.request.get(f"{page.url.partition('#')[0]}api/v1/files/{job.result['file_id']}").body()


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
    library.get_by_label("What they are for").select_option(label="For a style")
    two = [
        {"name": "coat.png", "mimeType": "image/png", "buffer": encode(draw_figure(300, 400), "PNG")},
        {"name": "none.png", "mimeType": "image/png", "buffer": b"no picture"},
    ]
    with guard.leave():  # the browser logs the refusal, too
        library.locator("[data-add-photos]").set_input_files(two)
        expect(library.locator("[data-brought]")).to_contain_text("1 photo came in. none.png: ")
    expect(library.get_by_label("What coat.png is for")).to_have_value("style")
    library.get_by_role("button", name="Delete: coat.png").click()
    expect(library.get_by_label("What coat.png is for")).to_have_count(0)
    expect(library.get_by_label("Name of beach.png")).to_be_visible()
    name = library.get_by_label("Name of beach.png")
    name.fill("Beach")
    name.blur()
    expect(library.locator("[role=status]").last).to_contain_text("It is called Beach now.")
    library.get_by_label("What Beach is for").select_option(label="For clothes")
    tags = library.get_by_label("Tags of Beach")
    expect(library.locator("[role=status]").last).to_contain_text("Kept for Beach.")
    tags.fill("sea, red")
    page.keyboard.press("Enter")
    wait_until(page, lambda: mine.photos.list_page().items[0].tags == ("sea", "red"))
    expect(tags).to_be_focused()  # who types on is not sent elsewhere
    with guard.leave():
        page.reload()
    expect(library.get_by_label("Name of Beach")).to_have_value("Beach")
    library.get_by_label("With the tag").select_option(label="sea (1)")
    assert page.url.endswith("/#photos?tag=sea")
    page.evaluate("location.hash = '#photos?tag=none'")  # as it is typed, or shared
    expect(library.get_by_text("No photo fits that.")).to_be_visible()
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(PALE, LEAST_CONTRAST) == []
    with guard.leave():
        page.reload()
    expect(library.get_by_label("With the tag")).to_have_value("none")
    library.get_by_role("button", name="Show all photos").click()
    expect(library.get_by_label("Name of Beach")).to_be_visible()
    assert page.url.endswith("/#photos")
    page.go_back()
    expect(library.get_by_text("No photo fits that.")).to_be_visible()
    page.go_forward()
    expect(library.get_by_label("Name of Beach")).to_be_visible()
    library.get_by_role("button", name="Bring in").click()
    persona = {
        "name": "a.json",
        "mimeType": "application/json",
        "buffer": b'{"name": "Bo", "persona": {"age": 33}}',
    }
    library.locator("[data-bring]").set_input_files(persona)
    expect(library.locator("[data-brought]")).to_have_text("Bo came in.")
    expect(library.locator("li")).to_have_count(2)
    library.get_by_role("button", name="Bring in").click()
    noise = {"name": "a.avatar", "mimeType": "application/zip", "buffer": b"no avatar"}
    with guard.leave():  # the browser logs the refusal, too
        library.locator("[data-bring]").set_input_files(noise)
        expect(library.locator("[data-brought]")).to_contain_text("The archive is broken.")
    archive = {"name": "old.zip", "mimeType": "application/zip", "buffer": export_one(page, served_studio)}
    library.locator("[data-bring]").set_input_files(archive)
    expect(library.locator("li")).to_contain_text("Nothing new came in; 1 order was here already.")

    page.evaluate(  # one right after the other: the last counts
        "for (const one of ['photos', 'templates']) document.querySelector(`[data-collection=${one}]`).click()"
    )
    library.get_by_role("button", name="Change: Shop").click()
    library.get_by_role("button", name="Take what is on the stage").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave it").click()
    library.get_by_role("checkbox", name="Seed").check()
    library.get_by_role("button", name="Keep what Shop leaves open").click()
    expect(library.locator("li")).to_contain_text("left open: pose, seed")
    library.get_by_label("What is on the stage, kept as").fill("Now")
    page.keyboard.press("Enter")
    expect(library.locator("li")).to_have_count(2)
    library.get_by_role("button", name="Use: Shop").click()
    expect(page.locator("#toast")).to_contain_text("Left open: pose")
    expect(page.get_by_role("tab", name="Poses", exact=True)).to_have_attribute("aria-selected", "true")
    show_tab(page, "Persona")
    expect(page.locator("#field-age input")).to_have_value("52")
    expect(library).to_be_hidden()

    show_tab(page, "History")
    page.locator("#history .tile").first.click()
    page.get_by_role("button", name="More from this").click()
    more = page.locator("dialog.follow-ups")
    expect(more).to_contain_text("No other model can draw it here now")
    more.get_by_label("Name").fill("Shop II")
    more.get_by_label("Seed").check()
    more.get_by_role("button", name="Keep as a template").click()
    expect(page.locator("#toast")).to_contain_text("Kept as a template: Shop II.")
    expect(more).to_be_hidden()
    newest = mine.templates.list_recent()[0]
    assert (newest.name, newest.open) == ("Shop II", ("seed",))
