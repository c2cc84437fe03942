"""The pose editor in a real browser: gallery, edit, drag, undo, save, generate; how many frames a drag has a second."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pipelines.appearance import Expression
from pipelines.pose.limits import angles_over_limit
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio
from tests.ui.browser import Guard
from tests.ui.page_checks import NAMELESS, PALE, SMALL_TARGETS
from tests.ui.pages import NARROW, draft_of, open_page, pose_tile, show_tab, wait_for_another_draft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:unclosed"),  # the served libraries' own sockets and loops
]

LEAST_FRAMES = 30  # a second, without a GPU
# While the mouse is down: moves at every frame for a while; frames painted in the best half second, as of one second.
FRAMES = """(spot) => new Promise((done) => {
  const over = document.querySelector("[data-over]");
  const box = over.getBoundingClientRect();
  const [began, painted] = [performance.now(), []];
  let last = over.dataset.painted;
  const step = (now) => {
    if (over.dataset.painted !== last) painted.push(now);
    last = over.dataset.painted;
    const by = 30 * Math.sin((now - began) / 150);
    const at = { clientX: box.left + spot[0] + by, clientY: box.top + spot[1] - Math.abs(by), bubbles: true };
    over.dispatchEvent(new PointerEvent("pointermove", at));
    if (now - began < 3000) return requestAnimationFrame(step);
    const windows = painted.map((from) => painted.filter((at) => at >= from && at < from + 500).length);
    done(2 * Math.max(...windows));
  };
  requestAnimationFrame(step);
})"""


# Answers to edits come later than Save can be pressed.
SLOW_ANSWERS = """() => {
  const quick = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await quick(address, options);
    if (String(address).endsWith("pose/settle")) await new Promise((done) => setTimeout(done, 1000));
    return answer;
  };
}"""


def open_editor(page: Page) -> Locator:
    """The pose on the stage in the editor, and what the studio says of it."""
    page.get_by_role("button", name="Edit this pose").click()
    expect(page.locator("[data-says] li").first).to_be_visible()
    return page.locator("[data-editor]")


def spot_of(page: Page, handle: str) -> list[float]:
    """Where a handle is in the page."""
    place: Any = page.evaluate(
        """(handle) => {
          const over = document.querySelector("[data-over]");
          const { left, top } = over.getBoundingClientRect();
          const [x, y] = over.whereIs(handle);
          return [left + x, top + y];
        }""",
        handle,
    )
    return list(place)


def drag(page: Page, handle: str, right: float, down: float) -> None:
    """Drag a handle by so many pixels; the studio has answered when its draft is another."""
    x, y = spot_of(page, handle)
    before = draft_of(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y + down / 2)
    page.mouse.move(x + right, y + down)
    page.mouse.up()
    wait_for_another_draft(page, before)


def test_edit_drag_undo_save_generate(page: Page, served_studio: ScriptedStudio) -> None:
    mine = served_studio.for_person(YOU)
    pose_tile(page, "Arms crossed").click()
    expect(page.locator("#caption")).to_contain_text("Arms crossed")
    editor = open_editor(page)
    expect(editor.get_by_role("heading", name="Edit Arms crossed")).to_be_visible()
    expect(page.locator("#pose-gallery")).to_be_hidden()
    undo, redo = (editor.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    expect(undo).to_be_disabled()

    # a dragged hand goes with the pointer; Undo brings it back, Redo takes it there again
    start = spot_of(page, "hand.R")
    drag(page, "hand.R", -60, -40)
    dragged = spot_of(page, "hand.R")
    assert start[0] - dragged[0] > 25
    expect(page.locator("#caption")).to_contain_text("Arms crossed, edited")
    expect(editor.locator("[data-says]")).to_contain_text("What touched the body before no longer does.")
    before = draft_of(page)
    undo.click()
    wait_for_another_draft(page, before)
    assert spot_of(page, "hand.R") == pytest.approx(start, abs=1)
    expect(undo).to_be_disabled()
    redo.click()
    assert spot_of(page, "hand.R") == pytest.approx(dragged, abs=1)
    editor.locator("[data-over]").focus()
    page.keyboard.press("Control+z")
    expect(undo).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    expect(redo).to_be_disabled()

    # a joint by its slider, a hand by its shape
    editor.get_by_label("Which").select_option(label="Left elbow")
    editor.locator("[data-angle='elbow.L']").fill("90")
    editor.get_by_label("Left hand").select_option(label="Fist")
    expect(page.locator("[data-over]")).to_have_attribute("data-state", "settled")

    # looked up at through a wide lens
    expect(editor.get_by_role("button", name="Usual camera")).to_be_disabled()
    before = draft_of(page)
    editor.get_by_label("Camera looks").fill("-10")
    editor.get_by_label("Lens").fill("35")
    expect(editor.get_by_text("10° up")).to_be_visible()
    wait_for_another_draft(page, before)

    # a face of its own, as the stage shows it
    expect(editor.get_by_label("Strength")).to_be_disabled()
    before = draft_of(page)
    editor.get_by_label("Expression").select_option("surprised")
    editor.get_by_label("Strength").fill("0.6")
    expect(editor.get_by_text("60 %")).to_be_visible()
    wait_for_another_draft(page, before)

    # kept under its name, with its picture, on the stage; what was changed last too, though its answer is slow
    page.evaluate(SLOW_ANSWERS)
    editor.get_by_label("Lens").fill("40")
    editor.get_by_label("Pose name").fill("Thinking it over")
    editor.get_by_label("Category").select_option("gesture")
    editor.get_by_text("Tags", exact=True).click()
    editor.get_by_label("thinking", exact=True).check()
    editor.get_by_role("button", name="Save pose").click()
    tile = pose_tile(page, "Thinking it over")
    expect(tile).to_have_attribute("aria-pressed", "true")
    expect(tile.locator("img")).to_have_js_property("complete", True)
    kept = mine.poses.find("thinking-it-over")
    assert (kept.category, kept.pose.hands[0]) == ("gesture", "fist")
    assert "thinking" in kept.tags
    opened = mine.pose_editing.open("thinking-it-over")
    assert opened["angles"]["elbow.L"] == pytest.approx(1.571, abs=0.01)
    assert angles_over_limit([opened["angles"][name] for name in opened["angles"]]) == []
    assert (kept.camera_tilt_deg, kept.lens_mm) == (-10, 40)
    assert kept.expression == Expression(name="surprised", strength=0.6)

    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira").first).to_be_visible()
    [made] = mine.generations.list_page().items
    assert made.order.poses == ("thinking-it-over",)

    # opened again it is seen as it was
    page.get_by_role("tab", name="Poses").click()
    open_editor(page)
    expect(editor.get_by_label("Lens")).to_have_value("40")
    expect(editor.get_by_text("10° up")).to_be_visible()
    expect(editor.get_by_label("Expression")).to_have_value("surprised")
    editor.get_by_role("button", name="Usual camera").click()
    expect(editor.get_by_text("5° down")).to_be_visible()

    # and saved over itself, by another name
    expect(page.locator("[data-over]")).to_have_attribute("data-state", "settled")
    editor.get_by_label("Pose name").fill("Thought over")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(pose_tile(page, "Thought over")).to_have_attribute("aria-pressed", "true")
    [own] = mine.poses.list_own()
    assert (own.slug, mine.poses.find(own.slug).lens_mm) == ("thinking-it-over", None)
    assert mine.poses.find(own.slug).pose.hands[0] == "fist"


def test_an_edited_pose_is_used_once(page: Page, served_studio: ScriptedStudio) -> None:
    mine = served_studio.for_person(YOU)
    page.get_by_role("button", name="New pose").click()
    editor = page.locator("[data-editor]")
    expect(editor.get_by_role("heading", name="New pose")).to_be_visible()
    expect(page.locator("[data-says] li").first).to_be_visible()
    editor.get_by_label("Both sides alike").check()
    before = spot_of(page, "hand.R")
    drag(page, "hand.L", 60, -120)
    assert before[1] - spot_of(page, "hand.R")[1] > 60  # both arms are up
    editor.get_by_role("button", name="Use once").click()
    expect(page.locator("#pose-gallery")).to_be_visible()
    page.locator("#generate").click()
    expect(page.get_by_role("button", name="Show: Mira").first).to_be_visible()
    [made] = mine.generations.list_page().items
    [slug] = made.order.poses
    assert slug.startswith("edited-")
    assert made.order.given_poses[slug]["rotations"]["upperarm01.L"]
    assert mine.poses.list_own() == []

    # closing an edit puts the pose before it back
    pose_tile(page, "Arms crossed").click()
    expect(page.locator("#caption")).to_contain_text("Arms crossed")
    open_editor(page)
    drag(page, "hand.R", -60, -40)
    page.keyboard.press("Escape")
    expect(page.locator("#caption")).to_have_text("MiraArms crossed")


def test_filter_select_and_order_several(page: Page, served_studio: ScriptedStudio) -> None:
    page.get_by_role("searchbox").fill("crossed")
    page.get_by_role("button", name="Select", exact=True).click()
    tiles = page.locator("[data-grid] .tile:visible")
    tiles.nth(0).click()
    tiles.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-chosen-words]")).to_have_text("3 chosen")
    tiles.nth(1).click()
    expect(page.locator("#caption")).to_contain_text("Relaxed stand")  # choosing puts nothing on the stage
    wanted = [tiles.nth(n).get_attribute("data-id") for n in (0, 2)]
    page.get_by_role("button", name="Order 2 poses").click()
    expect(page.locator("[data-choose-bar]")).to_be_hidden()
    page.get_by_role("button", name="Show: Mira, 2 pictures").click()
    expect(page.locator("dialog.sheet figure img")).to_have_count(2)
    [made] = served_studio.for_person(YOU).generations.list_page().items
    assert list(made.order.poses) == wanted

    # what was ordered last stands under Recent, the last first
    served_studio.for_person(YOU).generations.order(
        replace(made.order, poses=(wanted[1] or "", "hand-on-hip"))
    )
    page.keyboard.press("Escape")
    show_tab(page, "History")
    show_tab(page, "Poses")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Recent 3").click()
    expect(tiles).to_have_count(3)
    places = tiles.evaluate_all("(all) => all.map((one) => [one.style.order, one.dataset.id]).sort()")
    assert [slug for _, slug in places] == [wanted[1], "hand-on-hip", wanted[0]]


def test_a_drag_is_live(page: Page) -> None:
    open_editor(page)
    x, y = spot_of(page, "hand.L")
    page.mouse.move(x, y)
    page.mouse.down()
    box = page.locator("[data-over]").bounding_box()
    assert box is not None
    frames = page.evaluate(FRAMES, [x - box["x"], y - box["y"]])
    page.mouse.up()
    print(f"{frames} frames a second while a hand is dragged, without a GPU")
    assert frames >= LEAST_FRAMES


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_editor_fits_a_phone_and_is_named(
    browser: Browser, served: tuple[str, ScriptedStudio], guard: Guard, dark: bool
) -> None:
    page = open_page(browser, served[0], guard, NARROW, dark=dark)
    open_editor(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(PALE, 4.5) == []
    page.context.close()
