"""The window in a real browser over the scripted studio: photo to body, the tray, the history."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from pipelines.body.definitions import MEASURE_NAMES
from pipelines.errors import PictureRefused
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.orders import ORDER
from tests.ui.page_checks import NAMELESS
from tests.ui.pages import show_tab, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

MEASURES = len(MEASURE_NAMES)


# --- upload and body ---


def test_a_refused_order_says_why_under_generate_once(page: Page, served_studio: ScriptedStudio) -> None:
    show_tab(page, "Persona")
    page.get_by_label("Age", exact=True).fill("15")
    page.locator("#generate").click()
    said = page.locator("#refusal .problem")
    expect(said).to_contain_text("adults only")
    expect(page.locator("#generate")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".toast-body")).to_have_count(0)
    assert served_studio.for_person(YOU).generations.list_page().items == ()
    page.get_by_label("Age", exact=True).fill("33")
    expect(said).to_have_count(0)


def test_a_photo_that_is_none_stays_with_the_reason(page: Page) -> None:
    show_tab(page, "Upload")
    page.set_input_files(
        "#drop [data-file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"}
    )
    expect(page.locator("#drop [data-problem]")).to_contain_text("This file is not a picture")
    expect(page.locator("#drop [data-local]")).to_be_attached()
    expect(page.get_by_role("button", name="Measure this body")).to_be_disabled()


def test_after_a_refused_photo_the_one_before_it_is_not_measured(page: Page) -> None:
    show_tab(page, "Upload")
    measure = page.get_by_role("button", name="Measure this body")
    tall = encode(draw_figure(600, 900), "PNG")
    good = {"name": "c.png", "mimeType": "image/png", "buffer": tall}
    page.set_input_files("#drop [data-file]", good)
    expect(measure).to_be_enabled()
    page.set_input_files(
        "#drop [data-file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(page.locator("#drop [data-problem]")).to_contain_text("This file is not a picture")
    expect(measure).to_be_disabled()
    expect(page.locator("#measure-cost")).to_contain_text("Choose a photo first.")
    page.locator("#drop .drop").evaluate("drop => { drop.dataset.mostBytes = 4; }")
    page.set_input_files("#drop [data-file]", good)
    expect(page.locator("#drop [data-problem]")).to_contain_text("This file is larger than 50 MB.")
    expect(measure).to_be_disabled()
    page.locator("#drop .drop").evaluate("drop => { drop.dataset.mostBytes = 50000000; }")
    page.set_input_files("#drop [data-file]", good)  # the same one as at first is armed again
    expect(page.locator("#drop")).to_contain_text("One whole person found.")
    expect(measure).to_be_enabled()


def test_a_photo_that_comes_when_too_many_do_is_sent_again(page: Page, guard: Guard) -> None:
    show_tab(page, "Upload")
    turned_away = []

    def turn_away_once(route: Route) -> None:
        if turned_away:
            route.continue_()
            return
        turned_away.append(route.request.url)
        said = {"error": {"code": "too-busy", "message": "Try again in a moment."}}
        route.fulfill(status=503, headers={"retry-after": "1"}, json=said)

    page.route("**/stage/photo", turn_away_once)
    tall = encode(draw_figure(600, 900), "PNG")
    page.set_input_files("#drop [data-file]", {"name": "c.png", "mimeType": "image/png", "buffer": tall})
    expect(page.locator("#drop")).to_contain_text("One whole person found.")
    assert len(turned_away) == 1
    (logged,) = guard.wrong  # by the browser itself, of every such answer
    assert "503" in logged
    guard.wrong.clear()


def test_a_photo_that_is_too_large_is_not_sent(page: Page) -> None:
    show_tab(page, "Upload")
    page.locator("#drop .drop").evaluate("drop => { drop.dataset.mostBytes = 4; }")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    tall = encode(draw_figure(600, 900), "PNG")
    page.set_input_files("#drop [data-file]", {"name": "c.png", "mimeType": "image/png", "buffer": tall})
    expect(page.locator("#drop [data-problem]")).to_contain_text("This file is larger than 50 MB.")
    assert not [url for url in sent if "/stage/photo" in url]


def test_a_photo_without_feet_stays_with_the_reason(page: Page) -> None:
    show_tab(page, "Upload")
    wide = encode(draw_figure(800, 600), "PNG")
    page.set_input_files("#drop [data-file]", {"name": "b.png", "mimeType": "image/png", "buffer": wide})
    expect(page.locator("#drop")).to_contain_text("The feet are outside the picture.")
    expect(page.locator(".photo img")).to_be_visible()
    expect(page.get_by_role("button", name="Measure this body")).to_be_disabled()


# Whether the page holds a camera that is on, whose picture it shows.
IS_ON = "document.querySelector('dialog.camera video').srcObject?.getTracks()[0].readyState === 'live'"


def test_a_photo_is_taken_with_a_timer_and_goes_the_way_of_a_chosen_one(page: Page) -> None:
    show_tab(page, "Upload")
    page.context.grant_permissions(["camera"])
    take = page.locator("#drop").get_by_role("button", name="Take a photo")
    dialog = page.get_by_role("dialog", name="Take a photo")
    assert not page.evaluate(IS_ON)  # it is not asked for before somebody wants it
    take.click()
    start = dialog.get_by_role("button", name="Start the timer")
    dialog.get_by_text("3 s", exact=True).click()
    assert page.evaluate(IS_ON)
    assert page.evaluate(NAMELESS) == []
    start.click()
    expect(dialog.locator(".camera-count")).to_have_text("3")
    dialog.get_by_role("button", name="Stop").click()  # nothing is taken
    expect(dialog.locator(".camera-count")).to_have_text("")
    dialog.get_by_role("button", name="Close").click()
    assert not page.evaluate(IS_ON)
    take.click()
    dialog.locator("[name=camera-timer]:checked").evaluate("timer => { timer.value = 1; }")  # not three
    start.click()
    dialog.get_by_role("button", name="Again").click()
    start.click()
    dialog.get_by_role("button", name="Use it").click()
    assert not page.evaluate(IS_ON)
    expect(page.locator("#drop")).to_contain_text("The feet are outside the picture.")  # of a wide one
    expect(page.locator("#drop .photo img")).to_be_visible()


def test_where_no_photo_can_be_taken_it_says_why(page: Page) -> None:
    show_tab(page, "Upload")
    take = page.locator("#drop").get_by_role("button", name="Take a photo")
    dialog = page.get_by_role("dialog", name="Take a photo")
    said = dialog.get_by_role("alert")
    without = "Object.defineProperty(navigator.mediaDevices, 'getUserMedia', {configurable: true, value: %s})"
    none_there = "() => Promise.reject(new DOMException('', 'NotFoundError'))"
    for given, sentence in (
        ("", "does not let this page use the camera"),  # the browser's own no
        (without % none_there, "No camera was found"),
        (without % "undefined", "only over https"),  # as a browser has it over plain http
    ):
        page.evaluate(given)
        take.click()
        expect(said).to_contain_text(sentence)
        dialog.get_by_role("button", name="Close").click()
    take.click()
    with page.expect_file_chooser():
        dialog.get_by_role("button", name="Choose a photo instead").click()


def test_photo_to_body_in_the_viewer(page: Page, served_studio: ScriptedStudio) -> None:
    show_tab(page, "Upload")
    tall = encode(draw_figure(600, 900), "PNG")
    page.set_input_files("#drop [data-file]", {"name": "c.png", "mimeType": "image/png", "buffer": tall})
    expect(page.locator("#drop")).to_contain_text("One whole person found.")
    page.get_by_label("Height").fill("5 ft 8 in")
    page.get_by_role("button", name="Measure this body").click()
    expect(page.locator(".measures tr:has(.measure-name)")).to_have_count(MEASURES)
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()
    page.wait_for_timeout(500)
    assert count_colours(page.locator("canvas").screenshot()) > 5
    page.get_by_label("in", exact=True).check()
    (avatar,) = served_studio.for_person(YOU).avatars.list_recent()
    assert avatar.body is not None
    inches = f"{avatar.body.measurements[1].cm / 2.54:.1f}"
    expect(page.locator(".measures tr:has(.measure-name)").nth(1)).to_contain_text(inches)
    before = page.locator("canvas").screenshot()
    page.get_by_role("button", name="Waist", exact=True).click()
    expect(page.locator(".viewer-said")).to_contain_text("natural waist")
    expect(page.get_by_role("button", name="Waist", exact=True)).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(300)
    assert page.locator("canvas").screenshot() != before  # the tape is seen
    with page.expect_download() as download:
        page.get_by_role("button", name="GLB").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"glTF"
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_the_personas_body_can_be_looked_at(page: Page) -> None:
    show_tab(page, "Body")
    expect(page.locator("#body-panel")).to_contain_text("No body yet.")
    page.get_by_role("button", name="Your persona’s body").click()
    expect(page.locator(".measures tr:has(.measure-name)")).to_have_count(MEASURES)
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()


def test_the_dressed_avatar_is_shown_moved_and_put_away(page: Page, guard: Guard) -> None:
    page.emulate_media(reduced_motion="reduce")
    show_tab(page, "Body")
    page.get_by_role("button", name="Your persona’s body").click()
    canvas, viewer = page.locator("canvas.viewer-canvas"), page.locator(".viewer")
    expect(page.locator("canvas[data-painted=yes]")).to_be_visible()
    page.route("**/api/v1/files/*", lambda route: route.fulfill(status=404))
    page.get_by_role("button", name="Dressed avatar").press("Enter")
    expect(page.locator(".viewer-said")).to_contain_text("Press “Dressed avatar” to try again.")
    expect(viewer).to_have_attribute("data-shown", "body")
    (logged,) = guard.wrong  # by the browser itself, of every such answer
    assert "404" in logged
    guard.wrong.clear()
    page.unroute("**/api/v1/files/*")
    page.get_by_role("button", name="Dressed avatar").click()
    expect(viewer).to_have_attribute("data-shown", "avatar")
    expect(canvas).to_have_attribute("data-clip", "stand")  # it does not play by itself
    wait_until(page, lambda: count_colours(canvas.screenshot()) > 50)  # clothes, skin and hair
    standing = canvas.screenshot()
    page.get_by_label("Open mouth").fill("1")
    wait_until(page, lambda: canvas.screenshot() != standing)
    expect(page.get_by_role("button", name="Face", exact=True)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Walk").click()
    expect(canvas).to_have_attribute("data-clip", "walk")
    page.get_by_role("button", name="Walk").click()  # and no more
    expect(canvas).to_have_attribute("data-clip", "stand")
    page.get_by_role("button", name="Waist", exact=True).click()  # the tape lies on the measured body
    expect(viewer).to_have_attribute("data-shown", "body")
    expect(page.locator(".viewer-dressed")).to_be_hidden()


# --- tray and history ---


def test_a_job_survives_a_reload_and_can_be_cancelled(
    page: Page, guard: Guard, served_studio: ScriptedStudio
) -> None:
    served_studio.job_seconds = 120
    page.locator("#generate").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    with guard.leave():
        page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-jobs]")).to_have_text("1 job")
    page.get_by_role("button", name="Cancel: Mira, 1 picture").click()
    expect(page.locator("#tray")).to_contain_text("Cancelled")
    expect(page.locator("#tray")).to_have_text("", timeout=15_000)


def test_a_failed_job_says_why_and_is_tried_again(page: Page, served_studio: ScriptedStudio) -> None:
    served_studio.fail_with = PictureRefused("The picture was black. Try again.")
    page.locator("#generate").click()
    expect(page.locator("#tray")).to_contain_text("The picture was black. Try again.")
    served_studio.fail_with = None
    page.get_by_role("button", name="Retry: Mira, 1 picture").click()
    expect(page.get_by_role("button", name="Show: Mira, 1 picture")).to_be_visible()


def test_delete_can_be_undone(page: Page, served_studio: ScriptedStudio) -> None:
    served_studio.for_person(YOU).generations.order(ORDER)
    show_tab(page, "History")
    page.get_by_role("button", name=re.compile("^Mira, 2 pictures")).click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#history")).to_contain_text("Nothing made yet.")
    page.get_by_role("button", name="Undo the delete").click()
    expect(page.get_by_role("button", name=re.compile("^Mira, 2 pictures"))).to_be_visible()


def test_settings_go_back_on_the_stage(page: Page, served_studio: ScriptedStudio) -> None:
    served_studio.for_person(YOU).generations.order(ORDER)
    show_tab(page, "History")
    page.get_by_role("button", name=re.compile("^Mira, 2 pictures")).click()
    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_role("tab", name="Persona")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("All four views")).to_be_checked()


def test_a_long_history_comes_in_pages(page: Page, guard: Guard, served_studio: ScriptedStudio) -> None:
    for _ in range(62):  # two more than a page
        served_studio.for_person(YOU).generations.order(replace(ORDER, views=("front",)))
    with guard.leave():
        page.reload()
    show_tab(page, "History")
    expect(page.locator("#history .tile").first).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator("#history .tile")).to_have_count(62)
    expect(page.locator("#history .day")).to_have_count(1)


def count_colours(picture: bytes) -> int:
    return len(Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).getcolors() or [])
