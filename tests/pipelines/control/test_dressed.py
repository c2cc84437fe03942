"""Control maps of the dressed scene: what they show, and that they agree with the draft and each other to a pixel."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from pipelines.control.dressed import (
    DRAWERS,
    FLOOR,
    SEGMENT_COLORS,
    render_dressed_maps,
    see_dressed,
    segment_colors,
)
from pipelines.control.keypoints import Keypoints, find_keypoints
from pipelines.control.maps import NORMAL_BACKGROUND, see_geometry
from pipelines.control.skeleton import draw_skeleton
from pipelines.errors import UnknownName
from pipelines.figure.drawing import Drawing
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import CONTROL_KINDS, BodyScene, ControlKind
from studio.worker.scenes import make_scene

WIDTH, HEIGHT = 384, 512
SCENES = {
    "standing": ("relaxed-stand", "quarter", "professional"),
    "seated": ("sitting-upright-hands-on-knees", "front", "casual"),
    "skirted": ("hands-on-hips", "side", "elegant"),
}


def scene_of(name: str) -> BodyScene:
    pose, view, style = SCENES[name]
    return make_scene(
        replace(EXAMPLE_PERSONA, style=style),
        body=None,
        pose=pose,
        view=view,  # type: ignore[arg-type]
        framing="full",
        finish="coloured",
        backdrop="plain",
    )


class Look:
    """A scene with its draft and all its maps."""

    def __init__(self, name: str) -> None:
        self.scene, drawing = scene_of(name), Drawing()
        bare = replace(self.scene, look=replace(self.scene.look, backdrop="transparent"))
        self.figure = drawing.draw(bare, WIDTH, HEIGHT)
        self.draft = np.asarray(self.figure)[..., 3] >= 128
        started = time.process_time()
        self.picture = np.asarray(drawing.draw(self.scene, WIDTH, HEIGHT))
        drawn = time.process_time()
        self.seen = see_dressed(self.scene, WIDTH, HEIGHT, drawing)
        self.maps = {kind: draw(self.seen) for kind, draw in DRAWERS.items()}
        self.more_s = (time.process_time() - drawn) - (drawn - started)


@pytest.fixture(scope="module")
def looked_at() -> Callable[[str], Look]:
    known: dict[str, Look] = {}

    def look(name: str) -> Look:
        if name not in known:
            known[name] = Look(name)
        return known[name]

    return look


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


def filled(lines: np.ndarray) -> np.ndarray:
    """What lines enclose, with the lines."""
    return ndimage.binary_fill_holes(lines)


@pytest.mark.parametrize("name", SCENES)
def test_all_silhouettes_agree_to_a_pixel(looked_at: Callable[[str], Look], name: str) -> None:
    look = looked_at(name)
    maps, colors = look.maps, segment_colors(look.seen.names)
    outside = (maps["segments"] == 0).all(2) | (maps["segments"] == colors[FLOOR]).all(2)
    above = look.seen.floor == 0  # below, the floor shines in the depth map too
    assert overlap(maps["depth"][above][..., 0] > 0, look.draft[above]) >= 0.98
    holes = filled(look.draft)
    assert overlap(filled(maps["edges"][..., 0] > 0), holes) >= 0.98
    assert overlap(~outside, look.draft) >= 0.98
    assert overlap((maps["normal"] != (128, 128, 255)).any(2), look.draft) >= 0.98


@pytest.mark.parametrize("name", SCENES)
def test_joints_lie_inside_the_silhouette(looked_at: Callable[[str], Look], name: str) -> None:
    look = looked_at(name)
    points = find_keypoints(look.seen.body, look.seen.camera, look.seen.depth).body
    points = points[np.isfinite(points).all(1)].astype(int)
    assert len(points) >= 12
    grown = cv2.dilate(look.draft.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert grown[points[:, 1], points[:, 0]].all()


@pytest.mark.parametrize("name", SCENES)
def test_edges_and_gray_are_the_detectors_own(looked_at: Callable[[str], Look], name: str) -> None:
    """cv2.Canny and cv2.cvtColor, as the ControlNets were trained behind them; the outline is closed beside."""
    look = looked_at(name)
    on_white = Image.new("RGBA", (WIDTH, HEIGHT), "white")
    on_white.alpha_composite(look.figure)
    detected = cv2.Canny(np.asarray(on_white.convert("RGB")), 100, 200)
    inside = cv2.erode(look.seen.mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    lines = look.maps["edges"]
    assert (detected[inside] > 0).sum() > 200
    assert (lines[inside][:, 0] != detected[inside]).mean() < 1e-3  # a rounding turns a pixel, no more
    assert lines[~inside & look.seen.mask].min() == 255
    assert lines[~look.seen.mask].max() == 0
    gray = cv2.cvtColor(look.picture, cv2.COLOR_RGB2GRAY)
    assert (look.maps["gray"] == gray[..., None]).all()


def test_clothes_hair_seat_and_floor_are_there(looked_at: Callable[[str], Look]) -> None:
    look = looked_at("seated")
    body = see_geometry(look.seen.body, look.seen.camera).mask
    assert (look.draft & ~body).sum() > 0.2 * body.sum()  # the seat, hair, clothes and shoes
    assert {"skin", "hair", "shoes", "prop"} <= set(look.seen.names)
    assert len(look.seen.names) >= 6
    depth, floor = look.maps["depth"][..., 0].astype(int), look.seen.floor > 0
    column = depth[:, 5]
    assert (np.diff(column[floor[:, 5]]) >= 0).all()  # the floor comes nearer towards the picture's edge
    assert column[-1] > 150
    assert depth[0].max() == 0


def test_segments_are_flat_and_named(looked_at: Callable[[str], Look]) -> None:
    look = looked_at("standing")
    maps = render_dressed_maps(("segments", "gray"), look.scene, WIDTH, HEIGHT)
    colors = maps["segments"].segments
    assert maps["gray"].segments == {}
    found = {tuple(color) for color in np.asarray(maps["segments"].image).reshape(-1, 3)}
    assert found <= {*colors.values(), (0, 0, 0)}
    assert len(set(colors.values())) == len(colors)
    skin = (np.asarray(maps["segments"].image) == colors["skin"]).all(2)
    assert 0.005 < skin.sum() / look.draft.sum() < 0.3  # a dressed person shows face and hands
    gray = np.asarray(maps["gray"].image)
    assert (gray[..., 0] == gray[..., 2]).all()


def test_no_two_segments_are_of_one_colour() -> None:
    names = (*SEGMENT_COLORS, *(f"new-{number}" for number in range(40)))
    colors = segment_colors(names)
    assert set(colors) == {*names, FLOOR}
    assert len(set(colors.values())) == len(colors)
    assert (0, 0, 0) not in colors.values()


def test_normals_come_in_the_convention_of_the_model(looked_at: Callable[[str], Look]) -> None:
    scene = looked_at("standing").scene
    ours, theirs = (
        np.asarray(render_dressed_maps(("normal",), scene, 96, 128, normals=kind)["normal"].image).astype(int)
        for kind in ("opengl", "controlnet")
    )
    figure = (ours != NORMAL_BACKGROUND).any(2)
    right = figure & (np.arange(96) > np.flatnonzero(figure.any(0)).mean())
    assert np.abs(ours[figure][:, 0] + theirs[figure][:, 0] - 255).max() <= 1  # red is turned round
    assert (ours[figure][:, 1:] == theirs[figure][:, 1:]).all()  # green up, blue to the viewer in both
    edge = right & (ours[..., 2] < 190)
    assert ours[edge][:, 0].mean() > 128 > theirs[edge][:, 0].mean()


def test_an_unknown_kind_is_refused(looked_at: Callable[[str], Look]) -> None:
    odd: ControlKind = "sketch"  # type: ignore[assignment]
    with pytest.raises(UnknownName, match="segments"):
        render_dressed_maps((odd,), looked_at("standing").scene, 64, 64)
    assert set(DRAWERS) == set(CONTROL_KINDS)


def test_hand_and_face_points_are_as_large_as_a_detector_draws_them() -> None:
    """About 6 pixels wide in a full figure at 1024 x 1024, where a face is 40 pixels wide."""
    face = np.full((70, 2), 520.0)
    face[0] = (480.0, 520.0)
    hands = np.full((2, 21, 2), np.nan)
    hands[0] = 200.0
    hands[0, 4] = (230.0, 200.0)
    nothing = np.full((18, 2), np.nan)
    picture = draw_skeleton(Keypoints(body=nothing, hands=hands, face=face), 1024, 1024)
    widths = [
        (picture[row, left:right].max(axis=1) > 127).sum()
        for row, left, right in ((520, 460, 500), (200, 228, 240))
    ]
    assert 5 <= widths[0] <= 8
    assert widths[1] >= 3  # to the right of the tip's bone


def test_the_maps_cost_little_more_than_the_drawing(looked_at: Callable[[str], Look]) -> None:
    assert min(looked_at(name).more_s for name in SCENES) < 0.1
