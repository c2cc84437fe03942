"""How the browser tests move about in the window."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, expect

from tests.ui.browser import Guard

PATIENCE_MS = 20_000  # many tests may share one core
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE_MS)


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


def pose_tile(page: Page, name: str) -> Locator:
    return page.locator(".tile[data-act=put]").filter(has=page.get_by_text(name, exact=True))


def draft_of(page: Page) -> str | None:
    return page.locator(".scene-picture").get_attribute("src")


def wait_for_another_draft(page: Page, before: str | None) -> None:
    expect(page.locator(".scene-picture")).not_to_have_attribute("src", before or "")


def wait_until(page: Page, is_so: Callable[[], object], timeout_s: float = 30) -> None:
    """Let the page go on until something outside it is so. Raises AssertionError."""
    for _ in range(int(timeout_s * 20)):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to be")
