"""The window under a path of a proxy's: nothing that it shows or asks for lies outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from studio.api.app import build_app
from studio.ui.shell import mount_window
from tests.scripted_studio import open_scripted_studio
from tests.ui.browser import Guard, serve
from tests.ui.pages import WIDE, open_page, pose_tile, show_tab

pytestmark = [pytest.mark.browser]

ROOT = "/studio"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with (
        open_scripted_studio(tmp_path, root_path=ROOT) as studio,
        serve(lambda: build_app(studio, mount_window)) as url,
    ):
        yield url


def is_drawn(page: Page, selector: str) -> None:
    """Wait until the pictures there are loaded."""
    page.wait_for_function(
        "(one) => { const all = [...document.querySelectorAll(one)];"
        " return all.length && all.every((image) => image.complete && image.naturalWidth); }",
        arg=selector,
    )


def test_the_window_works_under_a_path(browser: Browser, address: str) -> None:
    guard = Guard(host=urlsplit(address).netloc)
    asked: list[str] = []
    page = open_page(browser, f"{address}{ROOT}/", guard, WIDE)
    page.on("request", lambda request: asked.append(request.url))
    is_drawn(page, ".scene-picture")
    pose_tile(page, "Hand on hip").click()
    expect(page.locator(".scene-caption")).to_contain_text("Hand on hip")
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()
    is_drawn(page, ".job-thumbnail")
    show_tab(page, "History")
    page.get_by_role("button", name=re.compile("^Mira, 1 picture")).click()
    is_drawn(page, "#detail figure img")
    page.keyboard.press("Escape")
    show_tab(page, "Upload")
    page.get_by_role("button", name=re.compile("example", re.IGNORECASE)).first.click()
    is_drawn(page, "#photo-drop .photo img, #tab-upload .photo img")
    with guard.leave():  # the photo is still being looked at
        page.reload()
        is_drawn(page, ".scene-picture")
    outside = [
        one for one in asked if one.startswith("http") and not urlsplit(one).path.startswith(f"{ROOT}/")
    ]
    assert outside == []
    assert guard.wrong == []
    page.context.close()
