"""The library in a real browser: project, avatar, orders, search, selection, comparison, delete, undo, for good."""

from __future__ import annotations

import random
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from pipelines.types import Persona
from store.database import DATABASE_NAME
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.benchmarks.history import fill
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, WIDE, show_tab, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

NAMES = ("Ada", "Ben", "מרים", "Zoë von und zu Hohenzollern-Sigmaringen")
NO_CONTRAST_BELOW = 4.5


# How many tiles the browser draws now: it passes over those in rows that are out of sight.
DRAWN = """[...document.querySelectorAll("#history .tile-picture")]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true })).length"""


def make_some(studio: ScriptedStudio, number: int) -> list[str]:
    """Ids, oldest first."""
    return [
        studio.make(GenerationOrder(persona=Persona(name=NAMES[n % 4]), seed=n, width=64, height=64))
        for n in range(number)
    ]


def tiles(page: Page) -> Locator:
    return page.locator("#history .tile")


def check(page: Page, number: int) -> None:
    page.locator("#history .tile-check").nth(number).click(force=True)  # it is seen when pointed at


def look_at(page: Page, address: str) -> None:
    """Open an address anew; a page does not leave for another part of itself."""
    page.goto("about:blank")
    page.goto(address)


def test_the_whole_library_walk(page: Page, served_studio: ScriptedStudio, guard: Guard) -> None:
    mine = served_studio.for_person(YOU)
    show_tab(page, "History")
    page.get_by_role("button", name="Projects").click()
    page.get_by_label("New project").fill("Summer")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Name of the project Summer")).to_have_value("Summer")
    page.get_by_role("button", name="Close").click()
    mine.avatars.keep(Persona(name="Ada"))
    made = make_some(served_studio, 12)
    with guard.leave():
        page.reload()
    expect(tiles(page)).to_have_count(12)

    # search: the address keeps it, a reload too, and Back comes back
    page.locator("#history [data-search]").fill("ada")
    expect(tiles(page)).to_have_count(3)
    expect(page.locator(".library-says")).to_contain_text("3 orders fit.")
    assert page.url.endswith("#history?q=ada")
    with guard.leave():
        page.reload()
    expect(tiles(page)).to_have_count(3)
    expect(page.locator("#history [data-search]")).to_have_value("ada")

    # multi-select: by check, and all between by Shift; into the project, with a tag
    check(page, 0)
    tiles(page).nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen]")).to_have_text("3 chosen")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_label("Project to move to").select_option(label="Summer")
    page.locator("form[data-ask=move] button").click()
    expect(page.locator("#toast")).to_contain_text("3 orders moved.")
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_label("Tags to add").fill("red, beach")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#toast")).to_contain_text("3 orders tagged.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show everything").click()
    expect(tiles(page)).to_have_count(12)
    page.get_by_label("Project", exact=True).select_option(label="Summer (3)")
    expect(tiles(page)).to_have_count(3)
    assert {one.tags for one in map(mine.generations.get, made[::4])} == {("red", "beach")}
    page.go_back()
    expect(tiles(page)).to_have_count(12)

    # compare
    check(page, 0), check(page, 1)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Compare")
    expect(dialog.locator("figure")).to_have_count(2)
    dialog.get_by_text("Slider").click()
    line = dialog.get_by_label("How much of the left picture is seen")
    line.fill("80")
    expect(dialog.locator(".compare-box")).to_have_attribute("style", re.compile("80%"))
    dialog.get_by_text("Difference").click()
    expect(dialog.locator(".compare-differ img")).to_have_count(2)
    dialog.get_by_text("Blink").click()
    expect(dialog.locator("figure.is-away")).to_have_count(1)
    page.keyboard.press("Escape")

    # export: a ZIP with both and their recipe
    page.get_by_role("button", name="Export", exact=True).click()
    page.locator("form[data-ask=export] button").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save: ZIP of 2 generations").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert len([name for name in names if name.endswith(".png")]) == 2
    assert any(name.endswith("recipe.json") for name in names)

    # delete, undo, delete for good
    tiles(page).first.focus()
    page.keyboard.press("Delete")
    expect(tiles(page)).to_have_count(10)
    page.get_by_role("button", name="Undo the delete").click()
    expect(tiles(page)).to_have_count(12)
    check(page, 0), check(page, 1)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(tiles(page)).to_have_count(10)
    page.locator("#toast [data-act=purge]").click()
    page.get_by_role("dialog", name=re.compile("for good")).get_by_text("Delete for good").click()
    expect(page.locator("#toast")).to_contain_text("2 orders deleted for good.")
    assert mine.storage.count_trash() == 0


def test_details_keep_what_is_said_and_step_to_the_next(page: Page, served_studio: ScriptedStudio) -> None:
    ada, ben = make_some(served_studio, 2)
    show_tab(page, "History")
    tiles(page).first.click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.get_by_role("heading")).to_have_text("Ben, 1 picture")
    page.keyboard.press("ArrowRight")
    expect(sheet.get_by_role("heading")).to_have_text("Ada, 1 picture")
    sheet.get_by_label("Title").fill("On the bridge")
    sheet.get_by_label("Notes").fill("for Tim")
    expect(sheet.locator("[data-kept]")).to_have_text("Kept.")
    sheet.get_by_label("Title").fill(" ")
    sheet.get_by_label("Tags").fill("red")
    refused = sheet.locator("label:has([name=title]) .problem")
    expect(refused).to_be_visible()
    expect(sheet.get_by_label("Tags")).to_have_value("red")
    sheet.get_by_title("4 stars").click()
    generations = served_studio.for_person(YOU).generations
    wait_until(page, lambda: (kept := generations.get(ada)).rating and kept.tags)
    kept = generations.get(ada)
    assert (kept.title, kept.notes, kept.tags, kept.rating) == ("On the bridge", "for Tim", ("red",), 4)
    expect(refused).to_be_visible()  # another field's being kept says nothing of this one
    sheet.get_by_label("Title").fill("On the bridge")
    sheet.get_by_label("Notes").focus()
    expect(refused).to_have_count(0)
    expect(sheet.locator("[data-kept]")).to_have_text("Kept.")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert served_studio.for_person(YOU).generations.get(ben).title == "Ben, 1 picture"


def test_a_part_is_painted_over_and_drawn_anew(page: Page, served_studio: ScriptedStudio) -> None:
    [ada] = make_some(served_studio, 1)
    show_tab(page, "History")
    tiles(page).first.click()
    page.get_by_role("button", name="More from this").click()
    dialog = page.locator("dialog.follow-ups")
    dialog.get_by_text("Paint over it").click()
    expect(dialog.locator(".paint img")).to_have_attribute("src", re.compile("files"))
    place = dialog.get_by_role("application")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + box["width"] / 4, middle[1], steps=4)
    page.mouse.up()
    expect(dialog.get_by_text("What is painted is drawn anew.")).to_be_visible()
    place.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    for _ in range(2):
        dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_role("button", name="Undo")).to_be_disabled()
    dialog.get_by_role("button", name="Draw it anew").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose what is to be drawn anew")
    dialog.get_by_text("Paint over it").click()
    place.focus()
    page.keyboard.press(" ")
    dialog.get_by_role("button", name="Draw it anew").click()
    expect(dialog).to_be_hidden()
    expect(tiles(page)).to_have_count(2)
    mine = served_studio.for_person(YOU)
    [mask] = mine.photos.list_page().items
    found = next(one for one in mine.generations.list_page(GenerationSearch()).items if one.id != ada)
    assert found.order.redraw is not None
    assert found.order.redraw.mask_photo_id == mask.id
    with Image.open(mine.files.path(mask.file_id)) as sent:
        seen = np.asarray(sent.convert("L")) > 128
    assert seen[seen.shape[0] // 2, seen.shape[1] // 2]
    assert 0 < seen.mean() < 0.05


def test_keys_choose_and_mark(page: Page, served_studio: ScriptedStudio) -> None:
    make_some(served_studio, 3)
    show_tab(page, "History")
    tiles(page).first.focus()
    page.keyboard.press("x")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    page.keyboard.press("f")
    expect(page.locator("#history .tile-star")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("[data-selection]")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_contain_text("compare what is chosen")


def test_on_a_large_screen_all_pages_come(
    browser: Browser, served: tuple[str, ScriptedStudio], served_studio: ScriptedStudio, guard: Guard
) -> None:
    """Two pages of small tiles do not fill it: the end of the list stays in sight while they come."""
    number = len(fill(served_studio.folder / DATABASE_NAME, 200, random.Random(7)))
    assert number > 150
    page = browser.new_page(viewport={"width": 3840, "height": 2160})
    page.set_default_timeout(30_000)
    guard.watch(page)
    with guard.leave():  # these rows have no files
        page.goto(f"{served[0]}/#history")
        page.locator("#history [data-size]").fill("104")
        expect(tiles(page)).to_have_count(number, timeout=30_000)
        page.set_viewport_size({"width": 700, "height": 500})
        page.locator("#history .tile").last.scroll_into_view_if_needed()
        page.wait_for_function(
            f"{DRAWN} < 0.6 * {number}"
        )  # of one day: those in sight, and some around them
        tiles(page).last.focus()
        page.keyboard.press("ArrowUp")
        on = "[...document.querySelectorAll('#history .tile')].indexOf(document.activeElement)"
        assert number - 10 < page.evaluate(on) < number - 1
        page.close()
    guard.wrong.clear()


def test_a_long_press_chooses_and_does_not_open(
    browser: Browser, served: tuple[str, ScriptedStudio], served_studio: ScriptedStudio, guard: Guard
) -> None:
    make_some(served_studio, 3)
    context = browser.new_context(viewport=NARROW, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(30_000)
    guard.watch(page)
    page.goto(f"{served[0]}/#history")
    expect(tiles(page)).to_have_count(3)
    finger = context.new_cdp_session(page)

    def press(number: int, *, until: str) -> None:
        """A finger on a tile, until the page shows that it was long enough, or lifted at once."""
        tiles(page).nth(number).scroll_into_view_if_needed()
        box = tiles(page).nth(number).bounding_box()
        assert box
        place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
        if until:
            expect(page.locator("[data-chosen]")).to_have_text(until)
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    press(0, until="1 chosen")
    expect(page.locator("[data-selection]")).to_be_visible()
    press(1, until="")  # while something is chosen a short one chooses too
    expect(page.locator("[data-chosen]")).to_have_text("2 chosen")
    expect(page.locator("dialog.sheet")).to_be_hidden()
    page.get_by_role("button", name="Choose none").click()
    press(2, until="")
    expect(page.locator("dialog.sheet")).to_be_visible()
    context.close()


# What a browser does for a page, noted in place of being done: there is no loudspeaker and no desktop here.
LISTEN = """
window.heard = [];
window.AudioContext = class {
  constructor() { this.currentTime = 0; this.destination = {}; }
  createOscillator() {
    return { frequency: {}, connect: (to) => to, start: () => window.heard.push("sound"), stop() {} };
  }
  createGain() {
    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to };
  }
  close() {}
};
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = "granted"); }
  constructor(title, { body }) { window.heard.push(`message: ${title}: ${body}`); }
};
window.ended = 0; // jobs of which the page has heard that they did
new BroadcastChannel("avatar-studio-jobs").onmessage = ({ data }) => {
  if (data.state === "succeeded") window.ended += 1;
};
let hidden = false;
Object.defineProperty(document, "hidden", { get: () => hidden });
window.hide = (is) => { hidden = is; document.dispatchEvent(new Event("visibilitychange")); };
"""


def test_the_end_of_a_job_is_told_as_the_person_likes_it(
    browser: Browser, served: tuple[str, ScriptedStudio], served_studio: ScriptedStudio, guard: Guard
) -> None:
    page = browser.new_page(viewport=WIDE)  # type: ignore[arg-type]
    page.set_default_timeout(30_000)
    guard.watch(page)
    page.add_init_script(LISTEN)
    with page.expect_response("**/api/v1/events", timeout=60_000):
        page.goto(served[0])
    page.wait_for_selector(".scene-picture:not([hidden])")
    make_some(served_studio, 1)  # seen as it happens: nothing is told
    page.wait_for_function("ended === 1")
    page.keyboard.press("?")
    page.get_by_label("A short sound").check()
    page.get_by_label("A message of the browser").check()
    assert page.evaluate("Notification.permission") == "granted"
    page.keyboard.press("Escape")
    page.evaluate("hide(true)")
    assert page.evaluate("heard") == []
    make_some(served_studio, 1)
    expect(page).to_have_title("✓ Ada, 1 picture", timeout=30_000)
    assert page.evaluate("heard") == ["sound", "message: Ada, 1 picture: Finished."]
    page.evaluate("hide(false)")
    expect(page).to_have_title("Avatar Studio")
    page.keyboard.press("?")
    page.get_by_label("A short sound").uncheck()
    page.get_by_label("A message of the browser").uncheck()
    page.keyboard.press("Escape")
    page.evaluate("heard.length = 0; hide(true)")
    make_some(served_studio, 2)
    expect(page).to_have_title("✓ Ben, 1 picture", timeout=30_000)
    assert page.evaluate("heard") == []
    with guard.leave():
        page.close()


def test_tabs_have_addresses(page: Page, guard: Guard) -> None:
    show_tab(page, "Persona")
    assert page.url.endswith("/#persona")
    show_tab(page, "History")
    page.go_back()
    expect(page.get_by_role("tab", name="Persona", exact=True)).to_have_attribute("aria-selected", "true")
    with guard.leave():
        page.reload()
    expect(page.get_by_role("tab", name="Persona", exact=True)).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Storage and backups").click()
    assert page.url.endswith("/#storage")
    with guard.leave():
        page.reload()
    expect(page.locator("#storage-title")).to_be_visible()
    page.go_back()
    expect(page.locator("#storage-title")).to_be_hidden()
    expect(page.get_by_role("tab", name="Persona", exact=True)).to_be_visible()


@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)], ids=["wide", "narrow"])
def test_long_and_foreign_names_hold_and_everything_can_be_read_and_hit(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    size: dict[str, int],
    dark: bool,
) -> None:
    ids = make_some(served_studio, 4)
    mine = served_studio.for_person(YOU)
    project = mine.projects.add("W" * 80)
    mine.generations.bulk(ids, "move", project_id=project.id)
    mine.generations.update(ids[0], title="W" * 200, tags=["w" * 64, "שלום"])
    context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    guard.watch(page)
    page.goto(f"{served[0]}/#history?project_id={project.id}")
    expect(tiles(page)).to_have_count(4)
    check(page, 0)
    for step in ("choosing", "sheet"):
        if step == "sheet":
            page.keyboard.press("Escape")
            tiles(page).last.click()
            expect(page.locator("dialog.sheet")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], step
        assert page.evaluate(NAMELESS) == [], step
        assert page.evaluate(PALE, NO_CONTRAST_BELOW) == [], step
        assert page.evaluate(SMALL_TARGETS) == [], step
    context.close()
