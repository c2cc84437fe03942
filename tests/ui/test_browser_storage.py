"""Storage in a real browser: what takes how much, the trash emptied after a question; readable and reachable."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from pipelines.types import Persona
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, WIDE, open_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

NO_CONTRAST_BELOW = 4.5


def fill(studio: ScriptedStudio) -> None:
    """Two orders, one of them in the trash."""
    mine = studio.for_person(YOU)
    ordered = [mine.generations.order(GenerationOrder(persona=Persona(), seed=seed)) for seed in (1, 2)]
    studio.settle()
    mine.generations.delete(ordered[0].generation_id)


def test_the_trash_is_emptied_after_a_question(
    browser: Browser, served: tuple[str, ScriptedStudio], served_studio: ScriptedStudio, guard: Guard
) -> None:
    fill(served_studio)  # before the page is there, which would still be loading what is deleted
    page = open_page(browser, served[0], guard, WIDE)
    opener = page.get_by_role("button", name="Storage and backups")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Storage and backups")).to_be_focused()
    expect(page.locator("#generate")).to_be_hidden()
    expect(page.get_by_role("rowheader", name="Pictures")).to_be_visible()
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("button", name="Keep").click()
    assert served_studio.for_person(YOU).storage.count_trash() == 1
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("1 thing deleted for good.")).to_be_visible()
    expect(page.get_by_text("The trash is empty.")).to_be_visible()
    assert served_studio.for_person(YOU).storage.count_trash() == 0
    page.keyboard.press("Escape")
    expect(page.locator("#generate")).to_be_visible()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_readable_and_reachable_on_a_phone(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    dark: bool,
) -> None:
    fill(served_studio)
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    page.get_by_role("button", name="Storage and backups").click()
    page.get_by_role("button", name="Empty the trash").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(PALE, NO_CONTRAST_BELOW) == []
    page.context.close()
