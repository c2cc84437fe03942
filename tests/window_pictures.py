"""The pictures of the window in docs/window, taken of the real app: `python -m tests.window_pictures [FOLDER]`.

A studio of its own is filled with orders, a project and a measured photo; nothing of anybody's is shown.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.faults.pressure import CHECKOUT, serve_app
from tests.ui.browser import open_browser

API = "/api/v1"
PATIENCE_S, SETTLE_MS = 180.0, 1500
WIDE, NARROW = (1440, 900, 1), (390, 844, 2)  # width, height, pixels to each
# name of the file: what is opened, dark or not, how large
SHOTS = {
    "persona-light-1440": ("#persona", False, WIDE),
    "poses-dark-1440": ("", True, WIDE),
    "poses-light-390": ("", False, NARROW),
    "body-light-1440": ("#body", False, WIDE),
    "history-light-1440": ("#history", False, WIDE),
    "history-dark-390": ("#history", True, NARROW),
    "compare-light-1440": ("#history?tag=catalogue", False, WIDE),
    "details-light-1440": ("#history?favourite=true", False, WIDE),
    "models-light-1440": ("#models", False, WIDE),
    "storage-light-1440": ("#storage", False, WIDE),
}
PEOPLE = (
    ("Mira", {"gender": "female", "skin_tone": "medium", "hair_style": "bob"}, "hand-on-hip"),
    ("Jonas", {"gender": "male", "skin_tone": "light", "facial_hair": "stubble"}, "walking"),
    ("Amara", {"gender": "female", "skin_tone": "dark", "style": "elegant"}, "waving-hello"),
    ("Kenji", {"gender": "male", "skin_tone": "light-medium", "style": "professional"}, "arms-crossed"),
    ("Noor", {"gender": "female", "skin_tone": "tan", "style": "sporty"}, "star-jump"),
    ("Luis", {"gender": "male", "skin_tone": "medium", "style": "streetwear"}, "relaxed-stand"),
)


def fill(url: str) -> None:
    """Orders of six people, each a set of views or a pose; some marked; a body from the example photo."""
    with httpx.Client(base_url=url + API, timeout=PATIENCE_S, trust_env=False) as client:
        project = _ask(client, "POST", "/projects", json={"name": "Spring catalogue"})["id"]
        jobs = []
        for number, (name, said, pose) in enumerate(PEOPLE):
            order = {"persona": {"name": name, "age": 30, **said}, "pose": pose, "width": 512, "height": 640}
            order["views"] = ["front", "back"] if number % 3 == 0 else ["front"]
            made = _ask(client, "POST", "/generations", json=order)
            jobs.append(made["job_id"])
            change = {"favourite": number in (0, 2), "tags": ["catalogue"] if number < 4 else []}
            change |= {"project_id": project} if number < 4 else {}
            _ask(client, "PATCH", f"/generations/{made['generation_id']}", json=change)
        photo = (CHECKOUT / "assets" / "examples" / "person.png").read_bytes()
        kept = _ask(client, "POST", "/photos", files={"file": ("person.png", photo, "image/png")})
        known = {"photo_id": kept["id"], "height_cm": 172, "gender": "female", "name": "Example"}
        jobs.append(_ask(client, "POST", "/bodies", json=known)["job_id"])
        until = time.monotonic() + PATIENCE_S
        while any(_ask(client, "GET", f"/jobs/{job}")["state"] in ("queued", "running") for job in jobs):
            if time.monotonic() > until:
                raise TimeoutError("the pictures of the window: the jobs do not end")
            time.sleep(1)


def _ask(client: httpx.Client, method: str, path: str, **options: object) -> dict:
    answer = client.request(method, path, **options)  # type: ignore[arg-type]
    if not answer.is_success:
        raise ValueError(f"{method} {path}: {answer.text}")
    return answer.json() if answer.content else {}


def take(browser: Browser, url: str, name: str, folder: Path) -> None:
    """One picture of the window."""
    place, dark, (width, height, scale) = SHOTS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(f"{url}/{place}")
    page.wait_for_selector(".scene-picture:not([hidden])", state="attached")
    if place == "#body":
        _choose_body(page)
    if place.startswith("#history"):
        _press_in_history(page, name.partition("-")[0])
    page.wait_for_timeout(SETTLE_MS)
    with Image.open(io.BytesIO(page.screenshot())) as opened:
        opened.convert("RGB").save(folder / f"{name}.webp", "WEBP", quality=86, method=6)
    context.close()


def _choose_body(page: Page) -> None:
    page.locator("#chosen-body input").click()
    page.get_by_role("listbox").get_by_role("option").last.click()  # not of the fields of another form
    page.wait_for_selector(".viewer-canvas[data-painted=yes]")


def _press_in_history(page: Page, wanted: str) -> None:
    """Choose two and compare them, or open one; the rows of ended jobs would cover a third of the page."""
    page.add_style_tag(content="#tray { display: none }")
    page.wait_for_selector("#history .tile img")
    if wanted == "details":
        page.locator("#history .tile").first.click()
        page.wait_for_selector("dialog.sheet[open] img")
    elif wanted == "compare":
        for number in (0, 1):
            page.locator("#history .tile-check").nth(number).click(force=True)
        page.keyboard.press("c")
        page.wait_for_selector("dialog.compare figure img")


def main(arguments: Sequence[str]) -> int:
    """Take them all, or those that are named after the folder."""
    folder = Path(arguments[0]) if arguments else CHECKOUT / "docs" / "window"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, serve_app(Path(data)) as url, open_browser() as browser:
        fill(url)
        for name in arguments[1:] or SHOTS:
            take(browser, url, name, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
