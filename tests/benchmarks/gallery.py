"""A gallery of 1,000 tiles, from the click until it is on the screen: ours beside `gr.Gallery` from paths.

`python tests/benchmarks/gallery.py [TILES]` prints the row. Browser-driven: both ways in one page, in turns.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

import gradio as gr
from fastapi import FastAPI

from studio.api.routes.window import window_routes
from studio.services.poses import Poses
from studio.studio import Studio
from studio.ui.handlers import DIRECT, QUIET
from studio.ui.tabs.poses import gallery_html
from studio.ui.theme import mount_options
from studio.vocabulary.pose import GalleryPose
from tests.benchmarks.table import Row
from tests.fake_pictures import draw_figure, encode
from tests.ui.browser import open_browser, serve

TILES = 1000
ROUNDS = 5
BAR = 3.0  # times faster than gr.Gallery from paths
LONGEST_MS = 60_000

# Presses a button and waits until every tile is there, the pictures in view are loaded, and a frame was painted.
CLICK_AND_WAIT = """
([button, tile, tiles]) => new Promise((resolve) => {
  const start = performance.now();
  const inView = (one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.width > 0;
  };
  const look = () => {
    const found = document.querySelectorAll(tile);
    const seen = [...found].slice(0, 80).filter(inView).map((one) => one.querySelector("img"));
    if (found.length === tiles && seen.length && seen.every((image) => image?.complete && image.naturalWidth))
      requestAnimationFrame(() => requestAnimationFrame(() => resolve((performance.now() - start) / 1000)));
    else setTimeout(look, 8);
  };
  document.querySelector(button).click();
  look();
})
"""


def measure_gallery(tiles: int = TILES, rounds: int = ROUNDS) -> Row:
    """Seconds from click to screen, the median of several fresh pages."""
    ours: list[float] = []
    naive: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        pictures = draw_pictures(Path(folder), tiles)
        with serve(lambda: make_app(pictures)) as url, open_browser() as browser:
            for _ in range(rounds):
                for button, tile, times in (
                    ("#ours", "#grid .tile", ours),
                    ("#naive", "#gallery button.thumbnail-item", naive),
                ):
                    page = browser.new_page(viewport={"width": 1440, "height": 900})
                    page.set_default_timeout(LONGEST_MS)
                    page.goto(url)
                    page.wait_for_selector(button)
                    times.append(page.evaluate(CLICK_AND_WAIT, [button, tile, tiles]))
                    page.close()
    return Row(
        what=f"gallery of {tiles:,} tiles, click → on screen",
        value=statistics.median(ours),
        unit="s",
        bar=BAR,
        bar_is_ratio=True,
        naive=statistics.median(naive),
        naive_way="gr.Gallery from paths",
    )


def draw_pictures(folder: Path, number: int) -> list[Path]:
    """So many different thumbnails on disk."""
    paths = []
    for index in range(number):
        picture = draw_figure(240, 320, shade=index)
        picture.putpixel((index % 240, index // 240), (index % 256, 0, 0))
        path = folder / f"{index}.webp"
        path.write_bytes(encode(picture))
        paths.append(path)
    return paths


def build(pictures: list[Path]) -> gr.Blocks:
    """One page with both ways behind a button each."""
    poses = [
        GalleryPose(
            slug=path.stem,
            name=f"Pose {path.stem}",
            category="standing",
            tags=(),
            framing="full",
            view="front",
            difficulty="easy",
            gender="any",
            mood="calm",
            hands=(),
            symmetry="symmetric",
            support="standing",
            props=(),
            expression=None,
            thumbnail_url=f"/poses/thumbnails/{path.name}?v=1",
            back_url=f"/poses/thumbnails/{path.name}",
        )
        for path in pictures
    ]
    tiles = gallery_html(poses)  # made once, as the window makes it
    with gr.Blocks(analytics_enabled=False) as blocks:
        ours, naive = gr.Button("Ours", elem_id="ours"), gr.Button("Naive", elem_id="naive")
        grid = gr.HTML("", elem_id="grid")
        gallery = gr.Gallery(columns=8, elem_id="gallery")  # as many as ours has in a row
        ours.click(lambda: tiles, outputs=grid, **DIRECT)
        naive.click(lambda: [str(path) for path in pictures], outputs=gallery, **QUIET)
    return blocks


class ThumbnailPoses(Poses):
    """The gallery as the route of thumbnails asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def thumbnail(self, slug: str, *, back: bool = False, dark: bool = False) -> bytes:
        return (self._folder / f"{slug}.webp").read_bytes()


class ThumbnailStudio(Studio):
    """As much of a studio as the route of thumbnails needs."""

    def __init__(self, folder: Path) -> None:
        self.poses = ThumbnailPoses(folder)


def make_app(pictures: list[Path]) -> FastAPI:
    """The page, with the product's own route for thumbnails."""
    folder = pictures[0].parent
    app = FastAPI()
    app.include_router(window_routes(ThumbnailStudio(folder)))
    options = mount_options() | {"allowed_paths": [str(folder)]}
    return gr.mount_gradio_app(app, build(pictures), path="/", **options)


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table([measure_gallery(int(sys.argv[1]) if len(sys.argv) > 1 else TILES)]))
