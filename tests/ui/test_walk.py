"""The whole walk on real input, as a person does it: photo → body, persona + pose → four pictures, and all of it
still there after a reload, a cancel and a restart. Screenshots of every tab are kept as artefacts.

Artefacts go to the folder in ARTIFACTS_FOLDER, or to ./artifacts.
"""

from __future__ import annotations

import io
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipelines.body.definitions import MEASURE_NAMES
from tests.ui.browser import ROOT, Guard, RunningApp, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

PHOTO = ROOT.parent / "shared" / "photos" / "squat.jpg"
DRAWN_PHOTO = ROOT / "assets" / "examples" / "person.png"  # where the real one is absent
ARTIFACTS = Path(os.environ.get("ARTIFACTS_FOLDER", ROOT / "artifacts"))
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
PATIENCE_MS = 90_000  # the first draft and the first body load their parts; cores may be shared
MEASURES = len(MEASURE_NAMES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = RunningApp(tmp_path_factory.mktemp("data"), port)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def guard(app: RunningApp) -> Iterator[Guard]:
    guard = Guard(host=app.host)
    yield guard
    assert guard.wrong == [], "\n".join(guard.wrong)


def open_page(
    browser: Browser, app: RunningApp, guard: Guard, size: str = "wide", *, dark: bool = False
) -> Page:
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    guard.watch(page)
    page.goto(app.url)
    page.wait_for_selector(".scene-picture:not([hidden])")
    return page


def show_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")


def keep(page: Page, name: str) -> None:
    """A screenshot among the artefacts, when the page has come to rest."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.mouse.move(4, 4)
    page.wait_for_timeout(700)
    page.screenshot(path=ARTIFACTS / f"{name}.png")


def test_the_whole_walk(browser: Browser, app: RunningApp, guard: Guard) -> None:
    page = open_page(browser, app, guard)
    expect(page.locator("#generate")).to_be_in_viewport(ratio=1)
    measure_a_photo(page)
    generate_four_views(page, guard)
    cancel_one(page)
    page.context.close()
    app.stop()
    app.start()
    page = open_page(browser, app, guard)
    show_tab(page, "History")
    expect(page.get_by_role("button", name=re.compile("^Noor, 4 pictures"))).to_be_visible()
    show_tab(page, "Body")
    expect(page.locator(".measures tr:has(.measure-name)")).to_have_count(MEASURES)
    page.context.close()


def measure_a_photo(page: Page) -> None:
    show_tab(page, "Upload")
    keep(page, "upload-empty")
    page.set_input_files("#drop [data-file]", PHOTO if PHOTO.is_file() else DRAWN_PHOTO)
    expect(page.locator("#drop")).to_contain_text("One whole person found.")
    page.get_by_label("Height").fill("175 cm")
    page.get_by_role("group", name="Gender").get_by_label("Man", exact=True).check()
    keep(page, "upload-found")
    page.get_by_role("button", name="Measure this body").click()
    expect(page.get_by_role("heading", name="Measuring")).to_be_visible()
    keep(page, "body-waiting")
    expect(page.locator(".measures tr:has(.measure-name)")).to_have_count(MEASURES)
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()
    page.wait_for_timeout(800)
    picture = Image.open(io.BytesIO(page.locator("canvas").screenshot())).convert("RGB")
    assert len(picture.quantize(64).getcolors() or []) > 20  # a shaded body, not an empty canvas
    keep(page, "body")


def generate_four_views(page: Page, guard: Guard) -> None:
    show_tab(page, "Persona")
    page.get_by_label("Name", exact=True).fill("Noor")
    page.get_by_label("Ponytail", exact=True).check()
    show_tab(page, "Poses")
    pose = page.locator(".tile[data-act=put]").nth(5)
    name = pose.inner_text().strip()
    pose.click()
    alt = f"Draft of Noor, {name.lower()}, front view"
    expect(page.locator(".scene-picture")).to_have_attribute("alt", alt)
    page.get_by_label("All four views").check()
    page.locator("#generate").click()
    ended = page.get_by_role(
        "button", name="Show: Noor, 4 pictures"
    )  # a quick machine may have drawn them by now
    expect(page.get_by_role("progressbar").or_(ended).first).to_be_visible()
    with guard.leave():
        page.reload()  # in the middle of the job
    page.get_by_role("button", name="Show: Noor, 4 pictures").click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.locator("figure img")).to_have_count(4)
    for view in ("front view", "back view", "side view", "quarter view"):
        expect(sheet.get_by_role("img", name=re.compile(view))).to_be_visible()
    keep(page, "details")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=re.compile("^Noor, 4 pictures"))).to_be_visible()


def cancel_one(page: Page) -> None:
    show_tab(page, "Persona")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Character sheet").check()  # long enough to be cancelled on a quick machine
    page.locator("#generate").click()
    page.get_by_role("button", name=re.compile("^Cancel: Ada")).click()
    expect(page.locator("#tray")).to_contain_text("Cancelled")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens(browser: Browser, app: RunningApp, guard: Guard, size: str, theme: str) -> None:
    page = open_page(browser, app, guard, size, dark=theme == "dark")
    for name in ("Upload", "Poses", "Persona", "History", "Body"):
        show_tab(page, name)
        keep(page, f"{name.lower()}-{size}-{theme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"], name
    page.context.close()
