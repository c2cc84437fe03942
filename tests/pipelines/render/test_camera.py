"""The camera: turns, projection, and framings that hold what they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.render.camera import FULL_MARGIN, HEADROOM, VIEW_YAW_DEG, frame_body, head_height, yaw_of
from pipelines.types import VIEWS, Body, BodyParameters, CameraSpec, Pose

SIZES = ((512, 640), (1024, 1024), (768, 400), (300, 900))
LYING = Pose(rotations={"root": (-1.5, 0.0, 0.0)})
JUMP = Pose(rotations={"upperleg01.L": (-1.2, 0.0, 0.0)}, root_m=(0.0, 0.0, 1.5))
ARMS_UP = Pose(rotations={"upperarm01.L": (0.0, -1.9, 0.0), "upperarm01.R": (0.0, 1.9, 0.0)})


@pytest.fixture(scope="module")
def standing() -> Body:
    return open_anny().build(BodyParameters(), Pose())


def build(pose: Pose) -> Body:
    return open_anny().build(BodyParameters(), pose)


@pytest.mark.parametrize("pose", [Pose(), LYING, JUMP, ARMS_UP], ids=["standing", "lying", "jump", "arms-up"])
def test_full_holds_every_vertex_and_the_floor(pose: Pose) -> None:
    body = build(pose)
    for view, (width, height), yaw in itertools.product(VIEWS, SIZES, (0.0, -40.0)):
        camera = frame_body(body, CameraSpec(view=view, yaw_deg=yaw), width, height)
        floor = np.array([[*body.vertices.mean(0)[[0]], 0.0, body.vertices.mean(0)[2]]])
        seen = camera.project(np.concatenate([body.vertices, floor]).astype(np.float64))
        assert seen[:, 2].min() > 0
        free = FULL_MARGIN * np.array([width, height]) - 0.6
        assert (seen[:, :2] >= free).all(), (view, width, height)
        assert (seen[:, :2] <= np.array([width, height]) - free).all(), (view, width, height)


@pytest.mark.parametrize("pose", [Pose(), LYING, JUMP], ids=["standing", "lying", "jump"])
@pytest.mark.parametrize(("tilt", "lens"), [(60.0, 24.0), (-30.0, 35.0), (-30.0, 200.0), (20.0, None)])
def test_a_camera_of_its_own_holds_the_body_from_above_the_floor(
    pose: Pose, tilt: float, lens: float | None
) -> None:
    body = build(pose)
    for view in ("front", "side"):
        camera = frame_body(body, CameraSpec(view=view, tilt_deg=tilt, lens_mm=lens), 512, 640)
        seen = camera.project(body.vertices.astype(np.float64))
        assert seen[:, :2].min() >= 0 < seen[:, 2].min()
        assert (seen[:, :2] <= [512, 640]).all()
        eye = -camera.rotation.T @ camera.translation
        assert eye[1] > 0.09
        assert (tilt < 0) == (eye[1] < 1) or pose is LYING
    expected = (lens or 102.08) / 36 * 640
    assert camera.focal_px == pytest.approx(expected, rel=1e-3)


def test_a_wide_lens_shows_what_the_framing_shows_and_stays_outside_the_body() -> None:
    reaching = build(Pose(rotations={"upperarm01.L": (-1.4, 0.0, 0.0), "upperarm01.R": (-1.4, 0.0, 0.0)}))
    heads = []
    for lens in (None, 24.0):
        spec = CameraSpec(framing="portrait", lens_mm=lens)
        seen = frame_body(reaching, spec, 512, 640).project(reaching.vertices.astype(np.float64))
        assert seen[:, 2].min() > 0.3
        heads.append(np.ptp(seen[reaching.vertices[:, 1] > reaching.joint("head")[1], 1]))
    assert heads[1] == pytest.approx(heads[0], rel=0.1)


def test_full_fills_the_picture(standing: Body) -> None:
    seen = frame_body(standing, CameraSpec(), 1024, 1024).project(standing.vertices.astype(np.float64))
    assert np.ptp(seen[:, 1]) > 0.80 * 1024


def test_the_four_views_show_one_scale(standing: Body) -> None:
    body = build(ARMS_UP)
    crowns = []
    for view in VIEWS:
        camera = frame_body(body, CameraSpec(view=view, yaw_deg=20), 640, 640)
        crowns.append(camera.project(body.joint("head")[None].astype(np.float64))[0, 1:])
    heights = np.array(crowns)
    assert np.ptp(heights[:, 1]) < 0.4  # metres of depth: the same place, but for the turn
    assert np.ptp(heights[:, 0]) < 12  # pixels


def test_views_turn_the_body_to_its_own_left(standing: Body) -> None:
    nose = (standing.joint("eye.L") + standing.joint("eye.R")) / 2 - standing.joint("head")
    x = {}
    for view in VIEWS:
        x[view] = float((frame_body(standing, CameraSpec(view=view), 512, 512).rotation @ nose)[0])
    assert abs(x["front"]) < 0.01
    assert abs(x["back"]) < 0.01
    assert x["side"] > 0.06
    assert 0.02 < x["quarter"] < x["side"]
    left = frame_body(standing, CameraSpec(), 512, 512).project(standing.joints.astype(np.float64))
    hand = standing.bone_names.index("wrist.L")
    assert left[hand, 0] > 256  # facing us, the left hand is on the right of the picture


def test_yaw_adds_the_poses_own_turn() -> None:
    assert yaw_of(CameraSpec(view="side", yaw_deg=-25)) == VIEW_YAW_DEG["side"] - 25


def test_unproject_undoes_project(standing: Body) -> None:
    for view, framing in itertools.product(VIEWS, ("full", "bust")):
        camera = frame_body(standing, CameraSpec(view=view, framing=framing), 700, 500)
        points = standing.joints.astype(np.float64)
        assert np.allclose(camera.unproject(camera.project(points)), points, atol=1e-9)


@pytest.mark.parametrize("framing", ["three-quarter", "bust", "portrait"])
@pytest.mark.parametrize("pose", [Pose(), LYING, ARMS_UP], ids=["standing", "lying", "arms-up"])
def test_head_framings_hold_the_head(framing: str, pose: Pose) -> None:
    body = build(pose)
    offset = body.rest_vertices - body.rest_joints[body.bone_names.index("head")]
    head = body.vertices[(offset[:, 1] > 0.0) & (np.hypot(offset[:, 0], offset[:, 2]) < 0.2)].astype(
        np.float64
    )
    for view in VIEWS:
        spec = CameraSpec(view=view, framing=framing)  # type: ignore[arg-type]
        seen = frame_body(body, spec, 512, 640).project(head)
        assert seen[:, :2].min() > 20
        assert (seen[:, :2].max(0) < np.array([512, 640]) - 20).all()


def test_heads_are_measured_from_the_crown(standing: Body) -> None:
    assert head_height(standing) == pytest.approx(0.233 * np.ptp(standing.vertices[:, 1]) / 1.75, rel=0.06)
    for framing, heads in (("three-quarter", 5.2), ("bust", 2.9), ("portrait", 1.62)):
        camera = frame_body(standing, CameraSpec(framing=framing), 640, 640)  # type: ignore[arg-type]
        crown = standing.vertices[standing.vertices[:, 1].argmax()][None].astype(np.float64)
        below = crown - [[0, heads * head_height(standing), 0]]
        top, bottom = camera.project(crown)[0, 1], camera.project(below)[0, 1]
        assert top == pytest.approx(HEADROOM[framing] * 640, abs=14)
        assert bottom == pytest.approx(640, abs=26)


def test_golden_projection(standing: Body) -> None:
    camera = frame_body(standing, CameraSpec(view="quarter", yaw_deg=5), 512, 640)
    seen = camera.project(standing.joints.astype(np.float64))
    named = {bone: seen[standing.bone_names.index(bone)].round(2).tolist() for bone in GOLDEN}
    for bone, expected in GOLDEN.items():
        assert named[bone] == pytest.approx(expected, abs=0.05), named


GOLDEN = {"head": [224.36, 92.32, 6.09], "wrist.L": [366.49, 255.92, 6.35], "foot.R": [173.4, 567.93, 6.14]}
