"""The settings' round trip with the real app: made, downloaded, forgotten, given back, made again to the pixel."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.ui.browser import Guard, RunningApp, open_browser
from tests.ui.pages import WIDE, show_tab

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE_MS = 90_000  # the first draft loads its parts; cores may be shared


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    data = tmp_path_factory.mktemp("data")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = RunningApp(data, port)
    running.start()
    yield running
    running.stop()


def generate(page: Page, to: Path) -> None:
    """Press Generate and download the picture that comes of it."""
    page.locator("#generate").click()
    page.get_by_role("button", name="Show: Noor, 1 picture").first.click(timeout=PATIENCE_MS)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(to)


def test_a_picture_makes_itself_again(browser: Browser, app: RunningApp, tmp_path: Path) -> None:
    guard = Guard(host=app.host)
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    guard.watch(page)
    page.goto(app.url)
    page.wait_for_selector(".scene-picture:not([hidden])")
    show_tab(page, "History")
    page.get_by_label("Write the settings into new pictures").check()
    show_tab(page, "Poses")
    page.locator(".tile[data-act=put]").nth(4).click()
    show_tab(page, "Persona")
    page.get_by_label("Name", exact=True).fill("Noor")
    page.get_by_label("Ponytail", exact=True).check()
    page.get_by_label("Side", exact=True).check()
    pose = page.locator(".tile[data-act=put]").nth(4).get_attribute("data-id")
    generate(page, tmp_path / "first.png")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#history")).to_contain_text("Nothing made yet.")
    show_tab(page, "Persona")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Mira")
    page.get_by_label("Front", exact=True).check()
    show_tab(page, "Poses")
    page.locator(".tile[data-act=put]").first.click()
    show_tab(page, "History")
    page.set_input_files("[data-recipe]", tmp_path / "first.png")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor")
    expect(page.get_by_label("Ponytail", exact=True)).to_be_checked()
    expect(page.get_by_label("Side", exact=True)).to_be_checked()
    expect(page.locator(f'.tile[data-id="{pose}"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#toast")).to_contain_text("The settings are back.")
    generate(page, tmp_path / "again.png")
    with Image.open(tmp_path / "first.png") as first, Image.open(tmp_path / "again.png") as again:
        assert first.size == again.size == (768, 1024)
        assert first.convert("RGB").tobytes() == again.convert("RGB").tobytes()
    context.close()
    assert guard.wrong == []
