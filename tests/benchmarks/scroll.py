"""Scrolling through all tiles of a long History in a browser: how long its frames take, beside the same page with
every tile laid out.

`python -m tests.benchmarks.scroll [TILES]` prints the rows. The page is the product's own, over a real store.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from store.database import DATABASE_NAME
from store.store import Store
from studio.api.app import build_app
from studio.ui.shell import mount_window
from studio.vocabulary.person import YOU
from tests.benchmarks.history import fill, percentile
from tests.benchmarks.table import Row
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import open_scripted_studio
from tests.ui.browser import open_browser, serve

TILES, THUMBNAILS = 10_000, 200
FRAMES = 240
FRAME_MS = 16.7  # sixty a second
LONGEST_MS = 400_000
LAID_OUT = ".gradio-container .day, .gradio-container .day * { content-visibility: visible !important }"

# Goes down until no page is left; how long that took.
TO_THE_END = """
(tiles) => new Promise((resolve) => {
  const begun = performance.now();
  const look = () => {
    const there = document.querySelectorAll("#history .tile-box").length;
    if (there >= tiles) return resolve((performance.now() - begun) / 1000);
    scrollTo(0, document.documentElement.scrollHeight);
    setTimeout(look, 30);
  };
  look();
})
"""
# From the top to the bottom in so many frames; what each took.
SCROLL = """
(frames) => new Promise((resolve) => {
  const whole = document.documentElement.scrollHeight - innerHeight;
  const times = [];
  let [before, number] = [performance.now(), 0];
  scrollTo(0, 0);
  const step = () => {
    const now = performance.now();
    times.push(now - before);
    before = now;
    number += 1;
    if (number > frames) return resolve(times.slice(1));
    scrollTo(0, (whole * number) / frames);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""
NODES = "document.querySelectorAll('*').length"


def measure_scroll(tiles: int = TILES) -> list[Row]:
    """Frames while all tiles go by, the number of elements, and how long it takes until all are there."""
    with tempfile.TemporaryDirectory() as name, open_scripted_studio(Path(name)) as studio:
        fill_with_pictures(studio.resources.store, Path(name), tiles)
        with serve(lambda: build_app(studio, mount_window)) as url, open_browser() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(LONGEST_MS)
            page.goto(f"{url}/#history")
            page.wait_for_selector("#history .tile img")
            seconds = page.evaluate(TO_THE_END, studio.for_person(YOU).generations.count().total)
            busy_ms, ours = scroll(page)
            nodes = page.evaluate(NODES)
            page.add_style_tag(content=LAID_OUT)
            naive_ms, _ = scroll(page)
    return [
        Row(
            what=f"scrolling through {tiles:,} tiles, the page's own work for a frame, mean",
            value=busy_ms,
            unit="ms",
            bar=FRAME_MS,
            naive=naive_ms,
            naive_way="every tile laid out",
            note=f"by the clock p50 {percentile(ours, 50):.0f}, p95 {percentile(ours, 95):.0f} ms; {nodes:,} elements",
        ),
        Row(what=f"{tiles:,} tiles, page after page, until all are there", value=seconds, unit="s"),
    ]


def scroll(page: Page) -> tuple[float, Sequence[float]]:
    """From the top to the bottom, the second time (the first brings the pictures): milliseconds of the processor that
    the page's main thread takes for a frame, and of the clock that each frame takes, whatever else the machine does."""
    page.evaluate(SCROLL, FRAMES)
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_s() -> float:
        said = chromium.send("Performance.getMetrics")["metrics"]
        return float(next(one["value"] for one in said if one["name"] == "TaskDuration"))

    before = busy_s()
    times: list[float] = page.evaluate(SCROLL, FRAMES)
    busy_ms = 1000 * (busy_s() - before) / FRAMES
    chromium.detach()
    return busy_ms, times


def fill_with_pictures(store: Store, folder: Path, tiles: int) -> None:
    """A history whose tiles show thumbnails that are there."""
    fill(folder / DATABASE_NAME, tiles, random.Random(7))
    ids = [keep_thumbnail(store, number) for number in range(THUMBNAILS)]
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection, connection:
        rows = [(ids[number % THUMBNAILS], number) for number in range(2 * tiles + 1)]
        connection.executemany("UPDATE pictures SET thumbnail_id = ?1, file_id = ?1 WHERE rowid = ?2", rows)


def keep_thumbnail(store: Store, number: int) -> Any:
    """The id of a small picture."""
    blob = store.files.put(encode(draw_figure(240, 320, shade=number)))
    with store.begin() as transaction:
        return store.files.register(transaction, YOU.id, blob, "image/webp")[0].id


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table(measure_scroll(int(sys.argv[1]) if len(sys.argv) > 1 else TILES)))
