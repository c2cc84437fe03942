"""A shared studio in real browsers, whole: who runs it invites two, sets a limit, gives credits, removes one of them;
they make things of their own, share a project, and cancel an order. The engine follows a script, all else ships."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from studio.api.app import build_app
from studio.ui.shell import mount_window
from tests.scripted_studio import ScriptedStudio, open_scripted_studio
from tests.ui.browser import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE_MS = 60_000
WORD = "correct horse battery"
SECRET = "Zwitscher"  # Ben's avatar: of it nothing may be left


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[str, ScriptedStudio]]:
    with (
        open_scripted_studio(tmp_path / "data", mode="shared") as studio,
        serve(lambda: build_app(studio, mount_window)) as url,
    ):
        studio.people.create("Ada", WORD, "admin")
        yield url, studio


def enter(context: BrowserContext, url: str, name: str, button: str) -> Page:
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label(re.compile("^Password")).fill(WORD)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".scene-picture")).to_be_visible()
    return page


def invite(ada: Page) -> str:
    ada.get_by_role("button", name="Make a link").click()
    said = ada.get_by_role("status").inner_text()
    return said[said.index("http") :].strip()


def make_one(page: Page, name: str) -> None:
    """Keep an avatar of that name, and order its picture."""
    page.get_by_role("tab", name="Persona", exact=True).click()
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("button", name="Keep as avatar").click()
    expect(page.get_by_text(f"Kept: {name}.")).to_be_visible()
    page.locator("#generate").click()
    expect(page.get_by_role("button", name=f"Show: {name}, 1 picture")).to_be_visible()


def tile(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}, 1 picture"))


def show_history(page: Page) -> None:
    page.get_by_role("tab", name="History", exact=True).click()


def share_project(ben: Page, url: str) -> None:
    """Ben begins a project, puts his picture into it and shares it with Eve, who may change it."""
    ben.get_by_role("button", name="Projects", exact=True).click()
    dialog = ben.get_by_role("dialog", name="Projects")
    dialog.get_by_label("New project").fill("Summer")
    dialog.get_by_role("button", name="Create").click()
    dialog.get_by_label("Share: Summer").click()
    dialog.get_by_label("Name of the person").fill("Nobody")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="Nobody is called “Nobody” here.")).to_be_visible()
    dialog.get_by_label("Name of the person").fill("eve")
    dialog.get_by_label("What they may do", exact=True).select_option("write")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_label("What Eve may do")).to_have_value("write")
    dialog.get_by_role("button", name="Close").click()
    tile(ben, SECRET).click()
    sheet = ben.get_by_role("dialog", name="Details")
    sheet.locator("select[name=project_id]").select_option(label="Summer")
    expect(sheet.get_by_text("Kept.")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()


def card(ada: Page, name: str) -> Locator:
    return ada.locator("details.card").filter(has=ada.get_by_text(name, exact=True))


def test_people_make_share_are_limited_and_are_removed(
    browser: Browser, house: tuple[str, ScriptedStudio], tmp_path: Path
) -> None:
    url, studio = house
    expect.set_options(timeout=PATIENCE_MS)
    contexts = [browser.new_context() for _ in range(3)]
    ada = enter(contexts[0], url, "Ada", "Sign in")
    ada.goto(f"{url}/people")
    ben = enter(contexts[1], invite(ada), "Ben", "Make my account")
    eve = enter(contexts[2], invite(ada), "Eve", "Make my account")

    make_one(ben, SECRET)
    make_one(eve, "Noor")
    for page, own, other in ((ben, SECRET, "Noor"), (eve, "Noor", SECRET)):
        show_history(page)
        expect(tile(page, own)).to_be_visible()
        expect(tile(page, other)).to_have_count(0)

    share_project(ben, url)
    eve.reload()
    show_history(eve)
    project = eve.get_by_label("Project", exact=True).first
    project.select_option(label="Summer · Ben (1)")
    tile(eve, SECRET).click()
    sheet = eve.get_by_role("dialog", name="Details")
    expect(sheet.get_by_role("button", name="Make again")).to_be_visible()
    expect(sheet.get_by_role("button", name="Delete")).to_have_count(0)
    sheet.get_by_label("Tags").fill("seen by Eve")
    sheet.get_by_label("Notes").click()
    expect(sheet.get_by_text("Kept.")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()

    ada.get_by_label("Tier", exact=True).last.fill("guests")
    ada.get_by_label("In 24 hours").fill("2")
    ada.get_by_role("button", name="Keep").click()
    expect(ada.get_by_role("status")).to_contain_text("“guests” is kept")
    card(ada, "Eve").locator("summary").click()
    ada.get_by_label("Tier of Eve").select_option("guests")
    card(ada, "Eve").get_by_role("button", name="Set").first.click()
    expect(ada.get_by_role("status")).to_contain_text("Eve is in “guests” now.")
    card(ada, "Eve").get_by_label("Credits").fill("100")
    card(ada, "Eve").get_by_role("button", name="Give").click()
    expect(ada.get_by_role("status")).to_contain_text("Eve has 595 credits now.")

    studio.job_seconds = 600
    eve.goto(url)
    expect(eve.get_by_text("5 of your 595 credits")).to_be_visible()
    eve.locator("#generate").click()
    eve.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(eve.get_by_text(re.compile("Cancelled", re.IGNORECASE)).first).to_be_visible()
    eve.reload()
    expect(eve.get_by_text("5 of your 595 credits")).to_be_visible()  # whole, as it was before
    eve.locator("#generate").click()
    expect(eve.get_by_text(re.compile("2 (jobs|orders) in 24 hours|a day|24 hours")).first).to_be_visible()

    studio.job_seconds = 0
    ada.goto(f"{url}/people")
    card(ada, "Ben").locator("summary").click()
    card(ada, "Ben").get_by_label("The name, to remove").fill("Ben")
    card(ada, "Ben").get_by_role("button", name="Remove").click()
    expect(ada.get_by_role("status")).to_contain_text("Ben is removed")
    ben.goto(url)
    expect(ben.get_by_role("heading", name="Sign in")).to_be_visible()
    eve.goto(url)
    show_history(eve)
    expect(tile(eve, "Noor").first).to_be_visible()
    expect(eve.get_by_label("Project", exact=True).first.locator("option")).to_have_count(1)
    files = (path for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []
    for context in contexts:
        context.close()
