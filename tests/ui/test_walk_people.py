"""Several people in real browsers: a shared studio from the first admin to the last sign-out, and a Space in the hub's
frame. The app is started as the command line and the hub start it."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect

from tests.ui.browser import ROOT, RunningApp, open_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

PATIENCE_MS = 90_000
WORD = "correct horse battery"
NO_HOME = "/proc/nobody"  # where nothing can be written, not even by root
HUB = "https://huggingface.co/spaces/somebody/avatar-studio"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with open_browser() as opened:
        yield opened


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_admin(data: Path, *words: str, typed: str = "") -> str:
    command = [sys.executable, "app.py", "admin", words[0], "--data", str(data), *words[1:]]
    done = subprocess.run(
        command, cwd=ROOT, input=typed, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def enter(context: BrowserContext, url: str, name: str, *, button: str) -> Page:
    """Fill in the form of a page before the window, and wait for the window."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label(re.compile("^Password")).fill(WORD)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".scene-picture")).to_be_visible()
    return page


def make_one(page: Page | FrameLocator, name: str) -> None:
    page.get_by_role("tab", name="Persona", exact=True).click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.locator("#generate").click()
    expect(page.get_by_role("button", name=f"Show: {name}, 1 picture")).to_be_visible()
    page.get_by_role("tab", name="History", exact=True).click()
    expect(page.get_by_role("button", name=re.compile(f"^{name}, 1 picture"))).to_be_visible()


def test_two_people_share_a_studio_that_was_started_by_the_command_line(
    browser: Browser, tmp_path: Path
) -> None:
    run_admin(tmp_path, "create", "Ada", "--password-stdin", typed=WORD)
    app = RunningApp(tmp_path, free_port(), STUDIO_MODE="shared")
    app.start()
    try:
        invitation = run_admin(tmp_path, "invite", "--role", "creator")  # beside the running studio
        assert invitation.startswith(f"{app.url}/invitations/")
        adas, bens = browser.new_context(), browser.new_context()
        ada = enter(adas, app.url, "Ada", button="Sign in")
        ben = enter(bens, invitation, "Ben", button="Make my account")
        make_one(ada, "Noor")
        make_one(ben, "Omar")
        ada.get_by_role("link", name="Your account").click()
        ada.get_by_role("link", name="People of this studio").click()
        ben_card = ada.locator("details.card").filter(has=ada.get_by_text("Ben", exact=True))
        ben_card.locator("summary").click()
        ben_card.get_by_label("The name, to remove").fill("Ben")
        ben_card.get_by_role("button", name="Remove").click()
        expect(ada.get_by_role("status")).to_contain_text("Ben is removed")
        ben.goto(app.url)
        expect(ben.get_by_role("heading", name="Sign in")).to_be_visible()
        ada.goto(f"{app.url}/account")
        ada.get_by_role("button", name="Sign out", exact=True).click()
        expect(ada.get_by_role("heading", name="Sign in")).to_be_visible()
        assert ada.evaluate("Object.keys(localStorage).filter(key => key !== 'avatar-studio-theme')") == []
        adas.close()
        bens.close()
    finally:
        app.stop()


def test_a_space_is_walked_in_the_hubs_frame_and_forgets(browser: Browser, tmp_path: Path) -> None:
    app = RunningApp(
        tmp_path / "data", free_port(), SPACE_HOST="localhost", SPACE_ID="somebody/a", HOME=NO_HOME
    )
    app.start()
    try:
        framed = f'<iframe src="http://localhost:{app.url.rpartition(":")[2]}/" width="1400" height="850"></iframe>'

        def show_hub(route: Route) -> None:
            route.fulfill(content_type="text/html", body=framed)

        context = browser.new_context(viewport={"width": 1440, "height": 900})
        hub = HUB.partition("/spaces/")[0]
        context.grant_permissions(["local-network-access"], origin=hub)  # which a real Space does not need
        context.route(HUB, show_hub)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(HUB)
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("note")).to_contain_text("erased within an hour")
        expect(frame.locator(".scene-picture")).to_be_visible()
        make_one(frame, "Zwitscher")
        frame.get_by_role("button", name="Erase it now").click()
        expect(frame.locator(".scene-picture")).to_be_visible()
        frame.get_by_role("tab", name="History", exact=True).click()
        expect(frame.get_by_role("tab", name="History", exact=True)).to_have_attribute(
            "aria-selected", "true"
        )
        expect(frame.get_by_role("button", name=re.compile("^Zwitscher"))).to_have_count(0)
        left = [
            path
            for path in (tmp_path / "data").rglob("*")
            if path.is_file() and b"Zwitscher" in path.read_bytes()
        ]
        assert left == []
        context.close()
    finally:
        app.stop()
