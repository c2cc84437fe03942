"""The pose editor's body in the browser beside the studio's own: the same angles, the same joints, the same skin."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.editing import OpenedPose, PoseEdited, open_pose, settle_edit
from pipelines.pose.editor_rig import MESH, describe_rig
from pipelines.pose.library import load_library, with_hands
from pipelines.pose.limits import ANGLES
from pipelines.types import BodyParameters

pytestmark = pytest.mark.browser

SCRIPTS = ("editor-rig.js", "editor-reach.js", "editor-edits.js")
THEME = Path(__file__).resolve().parents[2] / "assets" / "theme"
SAME_M = 0.01
POSES = (
    "relaxed-stand",
    "hand-on-hip",
    "arms-crossed",
    "deep-squat",
    "cross-legged",
    "jump-for-joy",
    "run",
    "push-up",
)
SHORT = BodyParameters(
    shape={"gender": 1.0, "age": 0.67, "muscle": 0.4, "weight": 0.8, "height": 0.2, "proportions": 0.4}
)
MOVE = """([angles, fingers]) => {
  const { rig, edits } = window;
  const pose = { angles: Float64Array.from(rig.angles, (name) => angles[name]), fingers };
  const moved = avatarStudio.rig.move(rig, pose.angles, edits.turnsOf(rig, pose));
  const points = avatarStudio.rig.skin(rig, moved, new Float32Array(rig.vertices.length));
  return [moved.heads, [...points]];
}"""

START = """() => {
  window.edits = avatarStudio.edits;
  window.startAt = (angles) => ({
    angles: Float64Array.from(rig.angles, (name) => angles[name]),
    fingers: {}, hands: ["fist", "flat"], shapes: [null, null],
  });
}"""


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Page:
    """A bare page with the editor's scripts that need no window."""
    page = browser.new_page()
    page.set_content("<script>window.avatarStudio = {}</script>")
    for name in SCRIPTS:
        page.add_script_tag(path=str(THEME / name))
    page.evaluate(START)
    return page


def load(page: Page, parameters: BodyParameters) -> None:
    page.evaluate(
        "(text) => { window.rig = avatarStudio.rig.makeRig(JSON.parse(text)); }",
        json.dumps(describe_rig(open_anny(), parameters)),
    )


def poses() -> list[str]:
    """Some poses of every kind, whatever the gallery calls them today."""
    known = [template.slug for template in load_library().all()]
    return [slug for slug in POSES if slug in known] + known[:: len(known) // 12]


def moved_in_browser(page: Page, opened: OpenedPose) -> tuple[np.ndarray, np.ndarray]:
    heads, points = page.evaluate(MOVE, [dict(opened.angles), dict(opened.fingers)])
    return np.array(heads), np.array(points).reshape(-1, 3)


def moved_in_python(model: AnnyBodyModel, parameters: BodyParameters, slug: str) -> Any:
    pose = with_hands(load_library().find(slug).pose, load_library().hands)
    return model.build(parameters, type(pose)(rotations=pose.rotations, root_m=(0.0, 0.0, 0.0)))


@pytest.mark.parametrize("parameters", [POSE_BODY, SHORT], ids=["pose body", "short and heavy"])
def test_the_same_angles_give_the_same_body(scripts: Page, parameters: BodyParameters) -> None:
    model = open_anny()
    load(scripts, parameters)
    vertices = np.load(MESH)["vertices"]
    worst_joint = worst_point = 0.0
    for slug in poses():
        heads, points = moved_in_browser(scripts, open_pose(load_library().find(slug), model))
        body = moved_in_python(model, parameters, slug)
        worst_joint = max(worst_joint, float(np.abs(heads - to_reference(body.joints)).max()))
        gaps = np.linalg.norm(points - to_reference(body.vertices)[vertices], axis=1)
        worst_point = max(worst_point, float(gaps.max()))
    print(f"worst joint {1000 * worst_joint:.2f} mm, worst point {1000 * worst_point:.2f} mm")
    assert worst_joint < SAME_M
    assert worst_point < SAME_M


def test_a_hand_shape_is_the_same_hand(scripts: Page) -> None:
    load(scripts, POSE_BODY)
    for name, shape in load_library().hands.items():
        found = scripts.evaluate(
            "(name) => edits.withHand(rig, { fingers: {}, hands: ['', ''], shapes: [null, null] }, '.L', name).fingers",
            name,
        )
        for bone, vector in shape.rotations.items():
            assert found[bone] == pytest.approx(list(vector), abs=2e-4), (name, bone)


@pytest.mark.parametrize(
    ("handle", "dragged"),
    [
        *((name, [0.03, -0.06, 0.03]) for name in ("hand.L", "hand.R", "elbow.L", "foot.R", "knee.L")),
        ("chest", [0.08, -0.02, -0.02]),
        ("head", [0.06, 0.01, -0.02]),
    ],
)
def test_a_dragged_handle_goes_where_it_is_drawn_within_the_limits(
    scripts: Page, handle: str, dragged: list[float]
) -> None:
    load(scripts, POSE_BODY)
    opened = open_pose(load_library().find("relaxed-stand"), open_anny())
    found = scripts.evaluate(
        """([angles, handle, dragged]) => {
          const start = startAt(angles);
          const drag = edits.beginDrag(rig, start, handle, new Set());
          const target = drag.start.map((value, k) => value + dragged[k]);
          const next = drag.to(target);
          const moved = avatarStudio.rig.move(rig, next.angles, new Map());
          const clamped = edits.clampAll(rig, next.angles.slice());
          const over = next.angles.some((one, i) => one !== clamped[i]);
          const named = Object.fromEntries(rig.angles.map((name, i) => [name, next.angles[i]]));
          return { at: edits.where(rig, moved, handle), target, over, named, heads: moved.heads };
        }""",
        [dict(opened.angles), handle, dragged],
    )
    missed = np.linalg.norm(np.subtract(found["at"], found["target"]))
    assert missed < 0.4 * np.linalg.norm(dragged)
    assert not found["over"]
    assert_settled_where_dragged(found["named"], opened, found["heads"])


def assert_settled_where_dragged(
    angles: dict[str, float], opened: OpenedPose, heads: list[list[float]]
) -> None:
    """The studio's answer to a drag has every joint where the browser shows it; it puts the body on the floor."""
    edit = PoseEdited(angles=angles, hands=opened.hands, fingers=opened.fingers)
    settled = settle_edit(load_library().find("relaxed-stand"), edit, open_anny(), POSE_BODY)
    assert settled.over == ()
    bones = open_anny().bone_names
    moved = [name for name in settled.joints if not name.startswith(("finger", "metacarpal"))]
    answered = to_reference(np.array([settled.joints[name] for name in moved]))
    shown = np.array([heads[bones.index(name)] for name in moved])
    answered, shown = (places - places[moved.index("root")] for places in (answered, shown))
    assert np.linalg.norm(answered - shown, axis=1).max() < SAME_M


def test_feet_that_are_held_stay_when_the_hips_go_down(scripts: Page) -> None:
    load(scripts, POSE_BODY)
    opened = open_pose(load_library().find("relaxed-stand"), open_anny())
    before, after, hips = scripts.evaluate(
        """([angles]) => {
          const start = startAt(angles);
          const feet = (pose) => {
            const moved = avatarStudio.rig.move(rig, pose.angles, new Map());
            return ["foot.L", "foot.R"].map((name) => edits.where(rig, moved, name));
          };
          const drag = edits.beginDrag(rig, start, "hips", new Set(["foot.L", "foot.R"]));
          let next = start;
          for (let i = 1; i <= 10; i++) next = drag.to(drag.start.map((value, k) => value - (k === 2 ? 0.02 * i : 0)));
          return [feet(start), feet(next), drag.start[2] - next.angles[2]];
        }""",
        [dict(opened.angles)],
    )
    assert hips > 0.15
    assert np.abs(np.subtract(before, after)).max() < 0.015


def test_mirrored_twice_is_itself_and_half_is_copied(scripts: Page) -> None:
    load(scripts, POSE_BODY)
    opened = open_pose(load_library().find("hand-on-hip"), open_anny())
    twice, copied = scripts.evaluate(
        """([angles]) => {
          const start = startAt(angles);
          const named = (pose) => Object.fromEntries(rig.angles.map((name, i) => [name, pose.angles[i]]));
          return [named(edits.mirrored(rig, edits.mirrored(rig, start))), named(edits.copiedSide(rig, start, ".L"))];
        }""",
        [dict(opened.angles)],
    )
    assert [twice[name] for name in ANGLES] == pytest.approx([opened.angles[name] for name in ANGLES])
    assert copied["elbow.R"] == copied["elbow.L"] == pytest.approx(opened.angles["elbow.L"])
    assert copied["lumbar_side"] == pytest.approx(opened.angles["lumbar_side"])
