"""A change in the window until it is on the stage: pose, view and persona, in a real browser over the running app.

`python tests/benchmarks/stage.py [ROUNDS]` prints the rows.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from playwright.sync_api import Page

from tests.benchmarks.start import free_port
from tests.benchmarks.table import Row
from tests.ui.browser import RunningApp, open_browser

ROUNDS = 5
BAR_S = 0.7
LONGEST_MS = 90_000
REST_MS = 400  # between two changes, so that one does not wait for the other

# Presses what the selector finds, and waits until another picture is on the stage and a frame was painted.
PRESS_AND_WAIT = """
(selector) => new Promise((resolve) => {
  const picture = document.querySelector(".scene-picture");
  const start = performance.now();
  new MutationObserver((_, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => resolve((performance.now() - start) / 1000)));
  }).observe(picture, { attributeFilter: ["src"] });
  document.querySelector(selector).click();
})
"""


def measure_stage(rounds: int = ROUNDS) -> Sequence[Row]:
    """Seconds from the click to the picture, the median of several different changes of each kind."""
    poses = [f".tile[data-act=put]:nth-child({number + 2})" for number in range(rounds)]
    views = [f"#view label:nth-of-type({(2, 3, 4, 1)[number % 4]}) input" for number in range(rounds)]
    skins = [f"#field-skin-tone label:nth-of-type({number % 7 + 1}) input" for number in range(rounds + 1)]
    with tempfile.TemporaryDirectory() as data, open_browser() as browser:
        app = RunningApp(Path(data), free_port())
        app.start()
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(LONGEST_MS)
            page.goto(app.url)
            page.wait_for_selector(".scene-picture:not([hidden])")
            page.wait_for_timeout(REST_MS)
            rows = [_row("pose", _press(page, poses)), _row("view", _press(page, views[: min(rounds, 3)]))]
            page.get_by_role("tab", name="Persona", exact=True).click()
            page.wait_for_selector("#field-skin-tone")
            rows.append(
                _row("persona (skin tone)", _press(page, [skin for skin in skins if "(3)" not in skin]))
            )
        finally:
            app.stop()
    return rows


def _press(page: Page, selectors: Sequence[str]) -> list[float]:
    times = []
    for selector in selectors:
        times.append(page.evaluate(PRESS_AND_WAIT, selector))
        page.wait_for_timeout(REST_MS)
    return times


def _row(what: str, times: Sequence[float]) -> Row:
    return Row(
        what=f"{what} → on the stage, 768 px high",
        value=statistics.median(times),
        unit="s",
        bar=BAR_S,
        note=f"slowest {max(times):.2g} s",
    )


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table(measure_stage(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)))
