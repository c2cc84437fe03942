"""A VRM in a viewer that is not ours: three.js with @pixiv/three-vrm, in a browser, posed by VRM's own names.

Run: npm install three @pixiv/three-vrm      (in a folder of its own)
     python -m tests.vrm_viewer FOLDER/node_modules FILE.vrm OUT.webp
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page, Route

from tests.ui.browser import open_browser

ADDRESS = "http://viewer.test"  # nothing is asked of the network: every answer is a file of a folder
PATIENCE_MS = 120_000
ARMS_DOWN = {"leftUpperArm": [0, 0, -1.2], "rightUpperArm": [0, 0, 1.2]}
# turns of humanoid bones (radians about x, y, z), weights of expressions, where the camera is and looks (metres)
SHOTS = (
    {"bones": ARMS_DOWN, "expressions": {}, "from": [-0.8, 1.3, 3.3], "to": [0, 0.84, 0]},
    {
        "bones": ARMS_DOWN
        | {"rightUpperArm": [0, 0, 0.3], "rightLowerArm": [0, 0, -2.1], "head": [0, -0.2, 0.06]},
        "expressions": {"happy": 1.0},
        "from": [-0.3, 1.5, 1.9],
        "to": [-0.1, 1.32, 0],
    },
    {"bones": ARMS_DOWN, "expressions": {"surprised": 1.0}, "from": [0.25, 1.55, 0.85], "to": [0, 1.5, 0]},
)


def open_viewer(page: Page, modules: Path, vrm: Path) -> None:
    """Load the file as any page of three.js would."""
    answers = {"/": Path(__file__).with_suffix(".html"), "/avatar.vrm": vrm}

    def answer(route: Route) -> None:
        place = route.request.url.removeprefix(ADDRESS)
        path = answers.get(place) or modules / place.removeprefix("/node_modules/")
        if path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(status=404)

    def tell(error: Error) -> None:
        sys.stderr.write(f"{error}\n")

    page.route("**/*", answer)
    page.on("pageerror", tell)
    page.goto(ADDRESS + "/")
    page.wait_for_function("window.told", timeout=PATIENCE_MS)


def main(arguments: Sequence[str]) -> int:
    """Draw the pictures side by side, and print what the viewer read."""
    modules, vrm, out = map(Path, arguments)
    with open_browser() as browser:
        page = browser.new_page()
        open_viewer(page, modules, vrm)
        told = page.evaluate("window.told")
        drawn = [page.evaluate("window.take", shot).partition(",")[2] for shot in SHOTS]
    pictures = [Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in drawn]
    sheet = Image.new("RGB", (sum(one.width for one in pictures), pictures[0].height))
    for number, one in enumerate(pictures):
        sheet.paste(one, (number * one.width, 0))
    sheet.save(out, "WEBP", quality=88, method=6)
    meta = told["meta"]
    sys.stdout.write(
        f"“{meta['name']}” by {', '.join(meta['authors'])}: {len(told['bones'])} bones, "
        f"expressions {', '.join(sorted(told['expressions']))}; eyes {'look' if told['looks'] else 'are still'}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
