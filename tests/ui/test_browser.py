"""The window in a real browser over the scripted studio: stage, keys, words, both themes, wide and narrow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from pipelines.pose.exchange.packs import Credit, write_pack
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.orders import ORDER
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import (
    NARROW,
    WIDE,
    draft_of,
    open_page,
    pose_tile,
    show_tab,
    wait_for_another_draft,
    wait_until,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

NO_CONTRAST_BELOW = 4.5
# Of a picture in its box: its middle and its height, in shares of the box; the box's width over its height.
PLACE_IN_BOX = """(image) => {
  const [own, box] = [image, image.parentElement].map((one) => one.getBoundingClientRect());
  return [(own.x + own.width / 2 - box.x) / box.width, own.height / box.height, box.width / box.height];
}"""


# --- the first minute ---


def test_generate_is_in_sight_and_the_example_stands_on_the_stage(page: Page) -> None:
    expect(page.locator("#generate")).to_be_in_viewport(ratio=1)
    expect(page.locator("#cost")).to_have_text("about 1 s · no download")
    expect(page.locator("#caption")).to_contain_text("Mira")
    expect(page.locator(".scene-picture")).to_have_attribute(
        "alt", "Draft of Mira, relaxed stand, front view"
    )
    expect(page.locator("footer.foot")).to_have_text("Everything stays on this computer.")
    expect(page.locator("#tray")).to_have_text("")  # in the end: a look at the jobs may be on its way


def test_in_a_low_window_the_figure_keeps_its_place(page: Page) -> None:
    """Whatever stands below it, and with the tray open; what is chosen is never beneath it or beneath Generate."""
    page.set_viewport_size({"width": 1280, "height": 720})
    for tray_px, least_px in ((0, 280), (145, 220)):
        page.evaluate(f"document.documentElement.style.setProperty('--tray-height', '{tray_px}px')")
        page.locator("#generate").focus()
        page.locator("#set input").focus()
        frame, chosen, generate = (
            page.locator(name).bounding_box() for name in (".scene-frame", "#set", "#generate")
        )
        assert frame
        assert chosen
        assert generate
        assert frame["height"] >= least_px
        assert frame["y"] + frame["height"] <= chosen["y"]
        assert chosen["y"] + chosen["height"] <= generate["y"]
        assert generate["y"] + generate["height"] <= 720 - tray_px
    views = page.locator("#looks .segments").first
    last, whole = views.locator("label").last.bounding_box(), views.bounding_box()
    assert last
    assert whole
    assert last["x"] + last["width"] <= whole["x"] + whole["width"] + 1


def test_one_click_makes_a_picture_that_history_keeps(page: Page) -> None:
    page.locator("#generate").click()
    page.get_by_role("button", name="Show: Mira, 1 picture").click()
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("figure img")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Mira, 1 picture"))).to_be_visible()


def test_generate_answers_at_once(page: Page) -> None:
    """In the same turn of the browser, before any answer of the server."""
    busy = page.evaluate(
        """() => {
          document.querySelector("#generate").click();
          return document.querySelector("#generate").getAttribute("aria-busy");
        }"""
    )
    assert busy == "true"
    expect(page.locator("#generate")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()
    expect(page.locator(".scene-arrived img")).to_be_visible()


# --- stage ---


def test_a_change_is_on_the_stage_and_the_newest_wins(page: Page) -> None:
    before = draft_of(page)
    for pose in ("Hand on hip", "Walking", "Waving hello"):
        pose_tile(page, pose).click()
    wait_for_another_draft(page, before)
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, waving hello, front view")
    expect(pose_tile(page, "Waving hello")).to_have_attribute("aria-pressed", "true")


def test_of_two_quick_clicks_the_last_counts_however_slow_the_answer(page: Page) -> None:
    held: list[Route] = []
    slow = True

    def answer(route: Route) -> None:
        held.append(route) if slow else route.continue_()

    page.route("**/gradio_api/**", answer)
    pose_tile(page, "Walking").click()
    page.wait_for_timeout(500)
    pose_tile(page, "Waving hello").click()
    slow = False
    assert held
    for route in held:
        route.continue_()
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, waving hello, front view")


def test_the_draft_follows_the_theme(page: Page, guard: Guard) -> None:
    before = draft_of(page)
    page.get_by_role("button", name="Dark or light").click()
    wait_for_another_draft(page, before)
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    with guard.leave():
        page.reload()
    page.wait_for_selector(".scene-picture:not([hidden])")
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


def test_what_was_on_the_stage_survives_a_reload(page: Page, guard: Guard) -> None:
    pose_tile(page, "Arms crossed").click()
    show_tab(page, "Persona")
    page.get_by_label("Name", exact=True).fill("Noor")
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Noor, arms crossed, front view")
    with guard.leave():
        page.reload()
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Noor, arms crossed, front view")


def test_a_minor_is_refused_where_the_age_is(page: Page) -> None:
    show_tab(page, "Persona")
    page.get_by_label("Age", exact=True).fill("15")
    expect(page.locator("#persona-problem")).to_contain_text("This studio makes adults only.")
    expect(page.locator(".scene-notice")).to_contain_text("This studio makes adults only.")
    expect(page.get_by_label("Age", exact=True)).to_have_value("15")
    page.get_by_label("Age", exact=True).fill("35")
    expect(page.locator("#persona-problem")).to_have_text("")


def test_an_edited_prompt_stands_until_it_is_given_back(page: Page) -> None:
    show_tab(page, "Persona")
    page.get_by_role("button", name="The written prompt").click()
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_have_value(re.compile("Mira"))
    prompt.fill("a person in my own words")
    back = page.get_by_role("button", name="Back to written")
    expect(back).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Noor")
    expect(page.locator("#caption")).to_contain_text("Noor")
    expect(prompt).to_have_value("a person in my own words")
    back.click()
    expect(prompt).to_have_value(re.compile("Noor"))
    expect(back).to_be_hidden()


# --- keys ---


def test_keys(page: Page) -> None:
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("g?")  # in a field these are letters
    expect(search).to_have_value("g?")
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("g")
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()


def test_arrows_move_in_the_gallery_and_enter_puts_on_the_stage(page: Page) -> None:
    pose_tile(page, "Relaxed stand").focus()
    page.keyboard.press("ArrowRight")
    expect(pose_tile(page, "Hand on hip")).to_be_focused()
    above = pose_tile(page, "Hand on hip").bounding_box()
    page.keyboard.press("ArrowDown")
    reached = page.locator(".tile:focus")
    below, name = reached.bounding_box(), reached.locator(".tile-name").inner_text()
    assert above is not None
    assert below is not None
    assert (below["x"], below["y"] > above["y"]) == (above["x"], True)
    page.keyboard.press("Enter")
    expect(page.locator("#caption")).to_contain_text(name)


def test_arrows_move_in_a_group_of_choices(page: Page) -> None:
    page.get_by_label("Front", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Back", exact=True)).to_be_checked()
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, relaxed stand, back view")


# --- poses ---


def test_search_and_chips_narrow_the_gallery(page: Page, served_studio: ScriptedStudio) -> None:
    search, poses = page.get_by_role("searchbox"), served_studio.poses.list_all()
    seated = sum(pose.category == "seated" for pose in poses)
    search.fill("facepalm")
    expect(page.locator(".tile:visible")).to_have_count(1)
    search.fill("xyz")
    expect(page.locator("[data-empty] p")).to_have_text("No pose called “xyz” here.")
    expect(page.get_by_role("button", name="Seated 0")).to_be_visible()
    page.get_by_role("button", name="Show all poses").click()
    expect(search).to_have_value("")
    expect(page.locator("[data-empty]")).to_be_hidden()
    chip = page.get_by_role("button", name=f"Seated {seated}")
    chip.click()
    expect(page.locator(".tile:visible")).to_have_count(seated)
    expect(chip).to_have_attribute("aria-pressed", "true")


def test_filters_combine_say_counts_and_know_synonyms(page: Page, served_studio: ScriptedStudio) -> None:
    poses = served_studio.poses.list_all()
    seated = [pose for pose in poses if pose.support == "seat"]
    calm = [pose for pose in seated if pose.mood == "calm"]
    assert calm
    page.locator(".filters summary").click()
    page.get_by_label("Support", exact=True).select_option(f"Seat ({len(seated)})")
    expect(page.locator(".tile:visible")).to_have_count(len(seated))
    page.get_by_label("Mood", exact=True).select_option(f"Calm ({len(calm)})")
    expect(page.locator(".tile:visible")).to_have_count(len(calm))
    page.locator(".filters summary").click()
    page.get_by_role("searchbox").fill("xyz")
    page.get_by_role("button", name="Show all poses").click()
    page.get_by_role("searchbox").fill("smartphone")  # no pose is called so; those with a phone are found
    expect(page.locator('.tile[data-id="mirror-selfie"]')).to_be_visible()


def test_a_pose_comes_in_from_a_file_goes_on_the_stage_and_is_deleted(
    page: Page, served_studio: ScriptedStudio
) -> None:
    file = page.get_by_label("Add a pose from a photo or a file")
    bad = {"name": "bad.zip", "mimeType": "application/zip", "buffer": b"PK\x05\x06" + bytes(18)}
    file.set_input_files(files=[bad])
    expect(page.locator("[data-pose-problem]")).to_contain_text("no pose in the archive")
    nod = b'{"name": "Nod", "rotations": {"head": [0.2, 0, 0]}}'
    expect(page.locator('[data-filter="pack"]')).to_be_hidden()
    pack = write_pack([("a.json", nod), ("b.json", nod)], Credit(name="Nods & more"))
    file.set_input_files(files=[{"name": "p.zip", "mimeType": "application/zip", "buffer": pack}])
    expect(page.locator(".own-tile")).to_have_count(2)
    page.locator(".filters summary").click()
    page.get_by_label("Pack", exact=True).select_option("Nods & more (2)")
    expect(page.locator("#pose-gallery .tile:visible")).to_have_count(2)
    page.get_by_label("Pack", exact=True).select_option("Any")
    page.locator(".filters summary").click()
    for name in ("Nod 2", "Nod"):
        page.get_by_role("button", name=f"Delete {name}", exact=True).click()
        expect(page.get_by_role("button", name=f"Delete {name}", exact=True)).to_have_count(0)
    file.set_input_files(files=[{"name": "nod.json", "mimeType": "application/json", "buffer": nod}])
    own = page.locator(".own-tile")
    expect(own).to_have_count(1)
    expect(page.locator("[data-pose-problem]")).to_be_hidden()
    expect(page.get_by_role("button", name="Mine 1")).to_be_visible()
    own.locator(".tile").click()
    expect(own.locator(".tile")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, nod, front view")
    page.get_by_role("button", name="Favourite pose").click()
    page.locator('.tile[data-id="hand-on-hip"]').focus()
    page.keyboard.press("f")
    page.get_by_role("button", name="★ Favourites 2").click()
    expect(page.locator("#pose-gallery .tile:visible")).to_have_count(2)
    page.get_by_role("button", name="Favourite pose").click()
    expect(page.locator("#pose-gallery .tile:visible")).to_have_count(1)
    marks = served_studio.for_person(YOU).pose_marks
    wait_until(page, lambda: marks.list_slugs() == ("hand-on-hip",))
    page.get_by_role("button", name=re.compile("^All ")).click()
    page.get_by_role("button", name="Delete Nod").click()
    expect(own).to_have_count(0)
    assert served_studio.for_person(YOU).poses.list_own() == []


def test_a_pose_out_of_a_photo_is_laid_over_it(page: Page, served_studio: ScriptedStudio) -> None:
    photo = {"name": "stand.png", "mimeType": "image/png", "buffer": served_studio.poses.example_photo()}
    page.get_by_label("Add a pose from a photo or a file").set_input_files(files=[photo])
    dialog = page.get_by_role("dialog", name="Stand")
    slider = dialog.get_by_role("slider", name="Body over the photo")
    expect(slider).to_be_focused(timeout=60_000)  # the pose is solved and the body drawn for the first time
    over, beside = dialog.locator("[data-laid]").all()
    expect(over).to_have_css("opacity", "0.5")
    for shown in (dialog.locator("[data-photo]"), over, beside):
        expect(shown).not_to_have_js_property("naturalWidth", 0)
    places = [one.evaluate(PLACE_IN_BOX) for one in (over, beside)]
    assert places[0] == pytest.approx(places[1])
    # where the scripted detector's person stands: in the middle, less high than the photo whose shape the box has
    middle, height, shape = places[0]
    assert (middle, shape) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.75, abs=0.01))
    assert 0.8 < height < 1.2
    page.keyboard.press("End")
    expect(over).to_have_css("opacity", "1")
    expect(dialog.locator("output")).to_have_text("100 %")
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".own-tile .tile")).to_be_focused()


# --- narrow, dark, access ---


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_scrolls_sideways_on_a_phone(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    dark: bool,
) -> None:
    served_studio.for_person(YOU).generations.order(ORDER)
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    for name in ("Upload", "Poses", "Persona", "History", "Body"):
        show_tab(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    show_tab(page, "Persona")
    expect(page.locator("#generate")).to_be_in_viewport(ratio=1)
    page.context.close()


@pytest.mark.parametrize("dark", [False, True])
def test_every_control_has_a_name_and_every_text_its_contrast(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    dark: bool,
) -> None:
    served_studio.for_person(YOU).generations.order(ORDER)
    page = open_page(browser, served[0], guard, WIDE, dark=dark)
    for name in ("Upload", "Poses", "Persona", "History", "Body"):
        show_tab(page, name)
        page.wait_for_timeout(300)
        assert page.evaluate(NAMELESS) == [], name
        assert page.evaluate(PALE, NO_CONTRAST_BELOW) == [], name
        assert page.evaluate(SMALL_TARGETS) == [], name
    page.context.close()
