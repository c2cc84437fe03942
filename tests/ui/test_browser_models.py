"""Models in a real browser: the page, a model that cannot run, and back to the draft; readable and reachable."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, open_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

FLUX = "FLUX.1 dev, pose lock, realistic"
NO_CONTRAST_BELOW = 4.5


def test_a_model_that_cannot_run_says_why_and_the_draft_comes_back(
    page: Page, served_studio: ScriptedStudio
) -> None:
    header = page.locator(".engine")
    expect(header).to_have_text("Draft on this CPU")
    header.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Models")).to_be_focused()
    expect(page.locator("#generate")).to_be_hidden()
    page.get_by_role("button", name="Choose FLUX.2 klein 4B", exact=True).press("Enter")
    expect(page.locator("#generate")).to_be_disabled()
    expect(page.locator("#cost")).to_contain_text("Has to be downloaded first.")
    expect(header).to_have_text("FLUX.2 klein 4B")
    expect(page.locator("#model-options")).to_be_visible()
    page.locator("#cost").get_by_role("button", name="Models").click()
    expect(page.locator(".model[data-chosen=true] h3")).to_have_text("FLUX.2 klein 4B")
    page.get_by_role("button", name="Choose Draft on this CPU").click()
    expect(page.locator("#generate")).to_be_enabled()
    expect(page.locator("#cost")).to_have_text("about 1 s · no download")
    expect(page.locator("#model-options")).to_be_hidden()
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()


def test_a_download_runs_in_the_tray_and_the_page_follows(page: Page) -> None:
    page.locator(".engine").click()
    page.get_by_role("button", name="Download FLUX.2 klein 4B 16.0 GB").click()
    expect(
        page.get_by_role("button", name="Remove the weights of FLUX.2 klein 4B", exact=True)
    ).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#generate")).to_be_visible()
    expect(page.locator(".engine")).to_be_focused()


def test_what_is_on_this_computer_is_used_by_one_press(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.weights.local.stored_token", lambda: None)
    page.locator(".engine").click()
    page.get_by_role("button", name="Use what is already on this computer").click()
    stop = page.get_by_role("button", name="Stop using it")
    expect(stop).to_be_visible()
    stop.click()
    expect(page.get_by_role("button", name="Use what is already on this computer")).to_be_visible()


def test_a_fold_that_is_only_looked_into_changes_nothing(page: Page, served_studio: ScriptedStudio) -> None:
    served_studio.bring("flux1-dev-union")
    page.locator(".engine").click()
    page.get_by_role("button", name=f"Choose {FLUX}").click()
    page.locator("#model-more > button").click()
    guidance = page.locator("#guidance input")
    expect(guidance).to_be_visible()
    expect(guidance).to_have_value("")
    expect(page.locator("#steered-by input:checked")).to_have_count(2)
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()
    order = served_studio.for_person(YOU).generations.list_page().items[0].order
    assert (order.preset, order.guidance, order.steps, order.controls) == (
        "flux1-dev-union",
        None,
        None,
        None,
    )


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_of_models_is_readable_and_narrow(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    dark: bool,
) -> None:
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    page.locator(".engine").click()
    expect(page.locator("article.model")).to_have_count(len(served_studio.presets))
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(PALE, NO_CONTRAST_BELOW) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.get_by_role("button", name=f"Choose {FLUX}").click()
    expect(page.locator("#model-options")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(PALE, NO_CONTRAST_BELOW) == []
    page.context.close()
