"""A picture gives its settings back, in a real browser over the scripted studio: chosen, dropped, refused, narrow."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.vocabulary.order import GenerationOrder
from tests.fake_pictures import carry_order, draw_figure, encode
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, open_page, show_tab

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

ORDER = GenerationOrder(
    persona=replace(EXAMPLE_PERSONA, name="Noor"),
    poses=("arms-crossed",),
    views=("back",),
    prompt="my words",
    seed=3,
)
PICTURE = carry_order(ORDER)
DROP = """
(data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], "noor.png", { type: "image/png" }));
  const tab = document.querySelector("#history");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    tab.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}
"""


def give(page: Page, data: bytes) -> None:
    page.set_input_files("[data-recipe]", {"name": "noor.png", "mimeType": "image/png", "buffer": data})


def expect_noor(page: Page) -> None:
    expect(page.get_by_role("tab", name="Persona", exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Noor")
    expect(page.locator(".scene-picture")).to_have_attribute("alt", "Draft of Noor, arms crossed, back view")
    expect(page.locator("#toast")).to_contain_text("The settings are back.")


def test_a_chosen_picture_brings_its_settings_back(page: Page) -> None:
    show_tab(page, "History")
    give(page, PICTURE)
    expect_noor(page)
    page.get_by_role("button", name="The written prompt").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("my words")
    page.get_by_role("button", name="Back to written").click()
    expect(page.get_by_label("Prompt", exact=True)).not_to_have_value("my words")


def test_a_picture_can_be_dropped_anywhere_in_history(page: Page) -> None:
    show_tab(page, "History")
    page.evaluate(DROP, base64.b64encode(PICTURE).decode())
    expect_noor(page)


def test_what_is_not_here_any_more_is_said(page: Page) -> None:
    show_tab(page, "History")
    give(page, carry_order(replace(ORDER, avatar_id="gone")))
    expect(page.locator("#toast")).to_contain_text("but the avatar is not here any more.")


def test_a_picture_without_settings_says_so_beside_the_button(page: Page) -> None:
    show_tab(page, "History")
    give(page, encode(draw_figure(60, 90), "PNG"))
    problem = page.locator("#recipe [data-problem]")
    expect(problem).to_contain_text("This picture carries no settings of this studio.")
    expect(page.get_by_role("tab", name="History", exact=True)).to_have_attribute("aria-selected", "true")
    give(page, PICTURE)
    expect_noor(page)


@pytest.mark.parametrize("dark", [False, True])
def test_it_is_there_on_a_phone_and_by_keyboard(
    browser: Browser,
    served: tuple[str, ScriptedStudio],
    served_studio: ScriptedStudio,
    guard: Guard,
    dark: bool,
) -> None:
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    show_tab(page, "History")
    expect(page.locator("#recipe label")).to_be_in_viewport(ratio=1)
    expect(page.locator("#history")).to_contain_text("Nothing made yet.")
    page.bring_to_front()
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Use a picture’s settings").press("Enter")
    chooser.value.set_files({"name": "noor.png", "mimeType": "image/png", "buffer": PICTURE})
    expect_noor(page)
    show_tab(page, "History")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(PALE, 4.5) == []
    assert page.evaluate(SMALL_TARGETS) == []
    page.context.close()
