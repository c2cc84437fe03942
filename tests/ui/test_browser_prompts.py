"""Several prompts in one order, in a real browser over the scripted studio; and what draws itself asks for none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, open_page, show_tab

KLEIN, FLUX = "FLUX.2 klein 4B", "FLUX.1 dev, pose lock, realistic"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]


@pytest.fixture
def ready(served_studio: ScriptedStudio) -> ScriptedStudio:
    """Both models run here: the leaner one stands on the stage from the start."""
    served_studio.bring("klein-4b", "flux1-dev-union")
    served_studio.past_seconds = {("klein-4b", "sd"): 11.0}
    return served_studio


def choose(page: Page, title: str) -> None:
    page.locator(".engine").click()
    page.get_by_role("button", name=f"Choose {title}").click()
    expect(page.locator(".engine")).to_have_text(title)


def test_two_prompts_make_two_pictures_each_under_its_own(ready: ScriptedStudio, page: Page) -> None:
    expect(page.locator(".engine")).to_have_text(KLEIN)
    show_tab(page, "Persona")
    page.get_by_role("button", name="The written prompt").click()
    page.get_by_role("button", name="Add another prompt").click()
    second = page.get_by_label("Prompt 2", exact=True)
    expect(second).not_to_have_value("")  # begun with the written one
    second.fill("on a bridge at night")
    expect(page.locator("#cost")).to_contain_text("2 pictures · about 22 s")
    expect(page.get_by_role("button", name="Back to written")).to_be_hidden()
    page.locator("#generate").click()
    page.get_by_role("button", name="Show: Mira, 2 pictures").click()
    sheet = page.locator("dialog.sheet")
    expect(sheet.locator("figcaption")).to_contain_text(["Front · Prompt 1", "Front · Prompt 2"])
    sheet.get_by_text("The prompt", exact=True).click()
    expect(sheet).to_contain_text("on a bridge at night")
    sheet.get_by_text("The full request").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.get_by_role("button", name="Copy for programs").click()
    expect(sheet.locator("[data-copy]")).to_have_text("Copied")
    assert "on a bridge at night" in page.evaluate("navigator.clipboard.readText()")
    second_use = sheet.get_by_role("button", name="Use these settings")
    second_use.click()
    expect(page.get_by_label("Prompt 2", exact=True)).to_have_value("on a bridge at night")
    page.get_by_label("Prompt 2", exact=True).fill("")
    expect(page.locator("#cost")).not_to_contain_text("pictures")


def test_what_draws_itself_asks_for_no_seed_and_no_number(ready: ScriptedStudio, page: Page) -> None:
    expect(page.locator(".engine")).to_have_text(KLEIN)
    for place in ("#seed", "#count", "#reroll"):
        expect(page.locator(place)).to_be_visible()
    show_tab(page, "Persona")
    page.get_by_role("button", name="The written prompt").click()
    expect(page.get_by_role("button", name="Add another prompt")).to_be_visible()
    choose(page, "Draft on this CPU")
    for place in ("#seed", "#count", "#reroll", "#add-prompt"):
        expect(page.locator(place)).to_be_hidden()
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()


def test_the_passes_show_under_hd_where_the_model_has_them(ready: ScriptedStudio, page: Page) -> None:
    expect(page.locator(".engine")).to_have_text(KLEIN)
    page.get_by_label("HD", exact=True).check()
    expect(page.get_by_label("Face pass")).to_be_hidden()
    choose(page, FLUX)
    expect(page.get_by_label("Second pass")).to_be_checked()
    page.get_by_label("Face pass").uncheck()
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()
    (made,) = ready.for_person(YOU).generations.list_page().items
    assert (made.order.quality, made.order.second_pass, made.order.face_pass) == ("hd", None, False)
    page.get_by_label("SD", exact=True).check()
    expect(page.get_by_label("Face pass")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True])
def test_prompts_and_choices_fit_a_phone(
    browser: Browser, served: tuple[str, ScriptedStudio], ready: ScriptedStudio, guard: Guard, dark: bool
) -> None:
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    choose(page, FLUX)
    show_tab(page, "Persona")
    page.get_by_role("button", name="The written prompt").click()
    page.get_by_role("button", name="Add another prompt").click()
    expect(page.get_by_label("Prompt 2", exact=True)).to_be_visible()
    page.get_by_label("HD", exact=True).check()
    expect(page.get_by_label("Face pass")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(PALE, 4.5) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.context.close()
