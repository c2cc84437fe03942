"""Control maps: exact, the same every time, and registered to each other."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.body.anny import open_anny
from pipelines.control.keypoints import BODY_POINTS, find_keypoints
from pipelines.control.maps import (
    DEPTH_FAR,
    DRAWERS,
    NORMAL_BACKGROUND,
    render_control_map,
    render_control_maps,
    see_geometry,
)
from pipelines.control.skeleton import COLORS, LIMBS, draw_skeleton
from pipelines.errors import UnknownName
from pipelines.pose.library import PoseLibrary, load_library
from pipelines.render.camera import Camera, frame_body
from pipelines.types import VIEWS, Body, BodyParameters, CameraSpec, Framing, View

BODY_KINDS = tuple(DRAWERS)  # what the body alone has
GOLDEN = Path(__file__).parents[2] / "golden" / "control"
BODY_PARAMETERS = BodyParameters(shape={"gender": 0.5, "age": 0.67, "height": 0.42})
INNER = [
    name
    for name in BODY_POINTS
    if name.split("_")[-1] in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
]


def posed(slug: str) -> tuple[Body, float]:
    template = load_library().find(slug)
    return open_anny().build(BODY_PARAMETERS, template.pose), template.camera_yaw_deg


def camera_for(body: Body, view: View = "front", framing: Framing = "full", side: int = 512) -> Camera:
    return frame_body(body, CameraSpec(view=view, framing=framing), side, side)


@pytest.mark.parametrize("slug", ["relaxed-stand", "hands-on-hips", "cross-legged-on-the-floor"])
def test_joints_lie_on_the_depth_silhouette(slug: str) -> None:
    body, _ = posed(slug)
    for view, side in itertools.product(VIEWS, (384, 1024)):
        camera = camera_for(body, view, side=side)
        depth = np.asarray(render_control_map("depth", body, camera))[:, :, 0]
        found = find_keypoints(body, camera, see_geometry(body, camera).depth).body
        for name in INNER:
            x, y = found[BODY_POINTS.index(name)]
            assert depth[int(y), int(x)] >= DEPTH_FAR, (view, name)


def test_kinds_cover_the_same_pixels() -> None:
    body, _ = posed("arms-crossed")
    maps = {
        kind: np.asarray(m.image)
        for kind, m in render_control_maps(BODY_KINDS, body, camera_for(body)).items()
    }
    mask = maps["depth"][:, :, 0] > 0
    normal = (maps["normal"] != NORMAL_BACKGROUND).any(2)
    assert (normal & ~mask).sum() == 0
    assert (mask & ~normal).mean() < 1e-3  # a patch may face the camera exactly
    lines = maps["edges"][:, :, 0] > 0
    assert (lines & ~mask).sum() == 0
    outline = mask & ~(
        np.roll(mask, 1, 0) & np.roll(mask, -1, 0) & np.roll(mask, 1, 1) & np.roll(mask, -1, 1)
    )
    assert lines[outline].all()
    assert 0.2 < outline.sum() / lines.sum() < 0.9  # inner contours are there as well, and lines are thin


@pytest.mark.parametrize("kind", BODY_KINDS)
def test_maps_are_rgb_pictures_of_the_asked_size(kind: str) -> None:
    body, _ = posed("relaxed-stand")
    camera = frame_body(body, CameraSpec(), 200, 320)
    picture = render_control_map(kind, body, camera)  # type: ignore[arg-type]
    assert (picture.mode, picture.size) == ("RGB", (200, 320))


def test_the_same_call_gives_the_same_bytes() -> None:
    body, _ = posed("superhero-stand")
    camera = camera_for(body, "quarter")
    first, second = (render_control_maps(BODY_KINDS, body, camera) for _ in range(2))
    for kind in BODY_KINDS:
        assert first[kind].image.tobytes() == second[kind].image.tobytes()
        assert render_control_map(kind, body, camera).tobytes() == first[kind].image.tobytes()


def test_near_is_bright() -> None:
    body, _ = posed("pointing-at-you")
    camera = camera_for(body)
    depth = np.asarray(render_control_map("depth", body, camera))[:, :, 0]

    def brightness(bone: str) -> int:
        x, y, _ = camera.project(body.joint(bone)[None].astype(np.float64))[0]
        return int(depth[int(y), int(x)])

    assert brightness("wrist.R") > brightness("upperarm01.R") + 50
    assert depth.max() == 255


def test_normals_have_opengls_colours() -> None:
    body, _ = posed("relaxed-stand")
    normal = np.asarray(render_control_map("normal", body, camera_for(body))).astype(int)
    body_rows, body_columns = np.nonzero((normal != NORMAL_BACKGROUND).any(2))
    row = normal[int(np.median(body_rows))]
    columns = np.nonzero((row != NORMAL_BACKGROUND).any(1))[0]
    assert row[columns[1], 0] < 100 < 160 < row[columns[-2], 0]  # red grows to the right
    crown = normal[body_rows.min() + 2, body_columns[body_rows == body_rows.min() + 2]]
    assert (crown[:, 1] > 170).all()  # green points up
    inside = normal[body_rows, body_columns]
    assert np.median(inside[:, 2]) > 200  # blue faces the viewer


def test_an_unknown_kind_is_refused() -> None:
    body, _ = posed("relaxed-stand")
    with pytest.raises(UnknownName, match="pose, depth, normal, edges"):
        render_control_map("canny", body, camera_for(body))  # type: ignore[arg-type]


HEAD_SEEN = {
    "front": {"nose", "right_eye", "left_eye", "right_ear", "left_ear"},
    "quarter": {"nose", "right_eye", "left_eye", "right_ear"},
    "side": {"nose", "right_eye", "right_ear"},
    "back": {"right_ear", "left_ear"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_the_head_shows_what_a_detector_would_see(view: View) -> None:
    body, _ = posed("relaxed-stand")
    camera = camera_for(body, view)
    found = find_keypoints(body, camera, see_geometry(body, camera).depth)
    seen = {name for name in BODY_POINTS if np.isfinite(found.body[BODY_POINTS.index(name)]).all()}
    assert {name for name in seen if name.split("_")[-1] in ("nose", "eye", "ear")} == HEAD_SEEN[view]
    assert np.isfinite(found.face).any() == (view in ("front", "quarter"))


def test_hidden_hands_are_not_drawn() -> None:
    body, _ = posed("hands-behind-the-back")
    front, back = camera_for(body), camera_for(body, "back")
    assert np.isnan(find_keypoints(body, front, see_geometry(body, front).depth).hands).all()
    assert np.isfinite(find_keypoints(body, back, see_geometry(body, back).depth).hands).any()


def test_points_outside_the_picture_are_left_out() -> None:
    body, _ = posed("relaxed-stand")
    camera = camera_for(body, framing="portrait")
    found = find_keypoints(body, camera, see_geometry(body, camera).depth)
    assert np.isnan(found.body[BODY_POINTS.index("left_knee")]).all()
    assert np.isfinite(found.body[BODY_POINTS.index("nose")]).all()
    picture = draw_skeleton(found, 512, 512)
    assert (picture[:, :, 2] > 0).any()


def test_colours_are_the_usual_ones() -> None:
    body, _ = posed("victory-arms-up")
    camera = camera_for(body, side=768)
    found = find_keypoints(body, camera, see_geometry(body, camera).depth)
    picture = draw_skeleton(found, 768, 768, details=False)
    for index, name in enumerate(BODY_POINTS[:14]):
        x, y = found.body[index]
        assert tuple(picture[int(y), int(x)]) == COLORS[index], name
    a, b = (found.body[BODY_POINTS.index(name)] for name in LIMBS[7])
    x, y = (a + b) / 2
    assert tuple(picture[int(y), int(x)]) == (0, int(255 * 0.6), int(85 * 0.6))


@pytest.mark.parametrize(
    ("slug", "view", "framing"), [("boxing-guard", "quarter", "full"), ("victory-sign", "front", "bust")]
)
@pytest.mark.parametrize("kind", BODY_KINDS)
def test_golden_maps(kind: str, slug: str, view: View, framing: Framing) -> None:
    """Kept pictures, within what another processor may round otherwise."""
    body, _ = posed_golden(slug)
    picture = np.asarray(render_control_map(kind, body, camera_for(body, view, framing, 192)))  # type: ignore[arg-type]
    kept = np.asarray(Image.open(GOLDEN / f"{slug}-{view}-{kind}.png").convert("RGB"))
    changed = np.abs(picture.astype(int) - kept.astype(int)).max(2) > 6
    assert changed.mean() < 0.004


def posed_golden(slug: str) -> tuple[Body, float]:
    """Poses of the golden pictures are kept with them, so that the gallery may change."""
    return open_anny().build(BODY_PARAMETERS, PoseLibrary(GOLDEN / "poses").find(slug).pose), 0.0
