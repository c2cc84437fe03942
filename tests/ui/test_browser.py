"""The window in a real browser over the in-memory studio: keys, words, states, both themes, wide and narrow."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.api.app import build_app
from studio.ui.shell import mount_window
from studio.views import GenerationOrder
from tests.fake_pictures import draw_figure, encode
from tests.fakes import FakeStudio
from tests.ui.browser import Guard, open_browser, serve
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings(
        "ignore:unclosed:ResourceWarning"
    ),  # the served library's own sockets and loops
]

expect.set_options(timeout=20_000)  # many tests may share one core
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, views=("front", "back"), width=192, height=256)
NO_CONTRAST_BELOW = 4.5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, FakeStudio]]:
    studio = FakeStudio(tmp_path_factory.mktemp("window"))
    with serve(lambda: build_app(studio, mount_window)) as url:
        yield url, studio


@pytest.fixture
def studio(served: tuple[str, FakeStudio]) -> FakeStudio:
    """The served studio, empty again."""
    fake = served[1]
    fake.__init__(fake.folder)  # type: ignore[misc]
    return fake


@pytest.fixture
def guard(served: tuple[str, FakeStudio]) -> Iterator[Guard]:
    """Fails the test when the page logged an error, threw, or asked anybody else."""
    guard = Guard(host=served[0].removeprefix("http://"))
    yield guard
    assert guard.wrong == []


@pytest.fixture
def page(
    browser: Browser, served: tuple[str, FakeStudio], studio: FakeStudio, guard: Guard
) -> Iterator[Page]:
    """The window, wide and light, with its draft on the stage."""
    page = open_page(browser, served[0], guard, WIDE)
    yield page
    page.context.close()


def open_page(
    browser: Browser, url: str, guard: Guard, viewport: dict[str, int], *, dark: bool = False
) -> Page:
    context = browser.new_context(viewport=viewport, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(20_000)
    guard.watch(page)
    page.goto(url)
    page.wait_for_selector(".scene-picture:not([hidden])")
    return page


def show_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")


def draft_of(page: Page) -> str | None:
    return page.locator(".scene-picture").get_attribute("src")


def wait_for_another_draft(page: Page, before: str | None) -> None:
    expect(page.locator(".scene-picture")).not_to_have_attribute("src", before or "")


# --- the first minute ---


def test_generate_is_in_sight_and_the_example_stands_on_the_stage(page: Page) -> None:
    expect(page.locator("#generate")).to_be_in_viewport(ratio=1)
    expect(page.locator("#cost")).to_have_text("about 1 s · no download")
    expect(page.locator("#caption")).to_contain_text("Mira")
    expect(page.locator(".scene-picture")).to_have_attribute(
        "alt", "Draft of Mira, relaxed stand, front view"
    )
    expect(page.locator("footer.foot")).to_have_text("Everything stays on this computer.")
    assert page.locator("#tray").inner_text().strip() == ""


def test_one_click_makes_a_picture_that_history_keeps(page: Page) -> None:
    page.locator("#generate").click()
    page.get_by_role("button", name="Show: Mira, 1 picture").click()
    sheet = page.locator("dialog.sheet")
    expect(sheet).to_be_visible()
    expect(sheet.locator("figure img")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("Mira, 1 picture"))).to_be_visible()


# --- stage ---


def test_a_change_is_on_the_stage_and_the_newest_wins(page: Page) -> None:
    before = draft_of(page)
    for pose in ("Hand on hip", "Easy walk", "Big wave"):
        page.get_by_role("button", name=pose).click()
    wait_for_another_draft(page, before)
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, big wave, front view")
    expect(page.get_by_role("button", name="Big wave")).to_have_attribute("aria-pressed", "true")


def test_the_draft_follows_the_theme(page: Page) -> None:
    before = draft_of(page)
    page.get_by_role("button", name="Dark or light").click()
    wait_for_another_draft(page, before)
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    page.wait_for_selector(".scene-picture:not([hidden])")
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


def test_what_was_on_the_stage_survives_a_reload(page: Page) -> None:
    page.get_by_role("button", name="Arms crossed").click()
    show_tab(page, "Persona")
    page.get_by_label("Name", exact=True).fill("Noor")
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Noor, arms crossed, front view")
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
    page.get_by_role("button", name="Relaxed stand").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Hand on hip")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Big wave")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#caption")).to_contain_text("Big wave")


def test_arrows_move_in_a_group_of_choices(page: Page) -> None:
    page.get_by_label("Front", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Back", exact=True)).to_be_checked()
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Mira, relaxed stand, back view")


# --- poses ---


def test_search_and_chips_narrow_the_gallery(page: Page) -> None:
    search = page.get_by_role("searchbox")
    search.fill("hip")
    expect(page.locator(".tile:visible")).to_have_count(1)
    search.fill("xyz")
    expect(page.locator("[data-empty]")).to_have_text("No pose called “xyz”.")
    search.fill("")
    page.get_by_role("button", name="Seated 1").click()
    expect(page.locator(".tile:visible")).to_have_count(1)
    expect(page.get_by_role("button", name="Seated 1")).to_have_attribute("aria-pressed", "true")


# --- upload and body ---


def test_a_photo_that_is_none_stays_with_the_reason(page: Page, guard: Guard) -> None:
    show_tab(page, "Upload")
    page.set_input_files(
        "[data-file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}
    )
    expect(page.locator("[data-problem]")).to_contain_text("This is not a picture.")
    expect(page.locator("[data-local]")).to_be_attached()
    expect(page.get_by_role("button", name="Measure this body")).to_be_disabled()
    refused = [line for line in guard.wrong if "422" in line]  # the browser logs every refused request
    assert guard.wrong == refused
    guard.wrong.clear()


def test_a_photo_without_feet_stays_with_the_reason(page: Page) -> None:
    show_tab(page, "Upload")
    wide = encode(draw_figure(800, 600), "PNG")
    page.set_input_files("[data-file]", {"name": "b.png", "mimeType": "image/png", "buffer": wide})
    expect(page.locator("#drop")).to_contain_text("The feet are outside the picture.")
    expect(page.locator(".photo img")).to_be_visible()
    expect(page.get_by_role("button", name="Measure this body")).to_be_disabled()


def test_photo_to_body_in_the_viewer(page: Page) -> None:
    show_tab(page, "Upload")
    tall = encode(draw_figure(600, 900), "PNG")
    page.set_input_files("[data-file]", {"name": "c.png", "mimeType": "image/png", "buffer": tall})
    expect(page.locator("#drop")).to_contain_text("One whole person found.")
    page.get_by_label("Height").fill("5 ft 8 in")
    page.get_by_role("button", name="Measure this body").click()
    expect(page.locator(".measures tbody tr")).to_have_count(4)
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()
    page.wait_for_timeout(500)
    assert count_colours(page.locator("canvas").screenshot()) > 5
    page.get_by_label("in", exact=True).check()
    expect(page.locator(".measures tbody tr").nth(1)).to_contain_text("37.1")
    with page.expect_download() as download:
        page.get_by_role("button", name="GLB").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"glTF"
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_the_personas_body_can_be_looked_at(page: Page) -> None:
    show_tab(page, "Body")
    expect(page.locator("#body-panel")).to_contain_text("No body yet.")
    page.get_by_role("button", name="Your persona’s body").click()
    expect(page.locator(".measures tbody tr")).to_have_count(4)
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()


# --- tray and history ---


def test_a_job_survives_a_reload_and_can_be_cancelled(page: Page, studio: FakeStudio) -> None:
    studio.job_seconds = 120
    page.locator("#generate").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-jobs]")).to_have_text("1 job")
    page.get_by_role("button", name="Cancel: Mira, 1 picture").click()
    expect(page.locator("#tray")).to_contain_text("Cancelled")
    expect(page.locator("#tray")).to_have_text("", timeout=15_000)


def test_a_failed_job_says_why_and_is_tried_again(page: Page, studio: FakeStudio) -> None:
    studio.fail_with = ("picture-refused", "The picture was black. Try again.")
    page.locator("#generate").click()
    expect(page.locator("#tray")).to_contain_text("The picture was black. Try again.")
    studio.fail_with = None
    page.get_by_role("button", name="Retry: Mira, 1 picture").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()


def test_delete_can_be_undone(page: Page, studio: FakeStudio) -> None:
    studio.order_generation("you", ORDER)
    show_tab(page, "History")
    page.get_by_role("button", name=re.compile("^Mira, 2 pictures")).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#history")).to_contain_text("Nothing made yet.")
    page.get_by_role("button", name="Undo the delete").click()
    expect(page.get_by_role("button", name=re.compile("^Mira, 2 pictures"))).to_be_visible()


def test_settings_go_back_on_the_stage(page: Page, studio: FakeStudio) -> None:
    studio.order_generation("you", ORDER)
    show_tab(page, "History")
    page.get_by_role("button", name=re.compile("^Mira, 2 pictures")).click()
    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_role("tab", name="Persona")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("All four views")).to_be_checked()


def test_a_long_history_comes_in_pages(page: Page, studio: FakeStudio) -> None:
    for _ in range(70):
        studio.order_generation("you", ORDER)
    studio.list_jobs("you")
    page.reload()
    show_tab(page, "History")
    expect(page.locator("#history .tile").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator("#history .tile")).to_have_count(70)
    expect(page.locator("#history .day")).to_have_count(1)


# --- narrow, dark, access ---


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_scrolls_sideways_on_a_phone(
    browser: Browser, served: tuple[str, FakeStudio], studio: FakeStudio, guard: Guard, dark: bool
) -> None:
    studio.order_generation("you", ORDER)
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
    browser: Browser, served: tuple[str, FakeStudio], studio: FakeStudio, guard: Guard, dark: bool
) -> None:
    studio.order_generation("you", ORDER)
    page = open_page(browser, served[0], guard, WIDE, dark=dark)
    for name in ("Upload", "Poses", "Persona", "History", "Body"):
        show_tab(page, name)
        page.wait_for_timeout(300)
        assert page.evaluate(NAMELESS) == [], name
        assert page.evaluate(PALE, NO_CONTRAST_BELOW) == [], name
        assert page.evaluate(SMALL_TARGETS) == [], name
    page.context.close()


def count_colours(picture: bytes) -> int:
    return len(Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).getcolors() or [])
