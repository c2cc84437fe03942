"""Control maps of the dressed scene, from the draft's own visible surface: clothes, hair, shoes, seat and floor.

A body without them tells a model "bald, barefoot, sitting on air". All maps of a scene are made of one look at it, so
they agree with each other and with the draft to a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from PIL import Image

from pipelines.control.keypoints import find_keypoints
from pipelines.control.maps import DEPTH_NEAR, NORMAL_BACKGROUND
from pipelines.control.skeleton import draw_skeleton
from pipelines.errors import UnknownName
from pipelines.figure.drawing import Drawing, SceneSight
from pipelines.figure.mesh import Part
from pipelines.figure.visible import Visible
from pipelines.render.camera import Camera
from pipelines.types import Body, BodyScene, ControlKind, ControlMap, Normals

RED_RIGHT, RED_LEFT = np.array([1, -1, -1], np.float32), np.array([-1, -1, -1], np.float32)
COVERED = 0.5  # a pixel belongs to the figure where it covers so much of it
BEYOND_M = 0.8  # how far behind the figure the floor is seen: there the depth map is black
CANNY_LOW, CANNY_HIGH = 100, 200  # as the ControlNets' own detectors were set for training
SEGMENT_OF_TONE = {"skin": "skin", "eye": "skin", "hair": "hair", "prop": "prop"}  # cloth: its garment's slot
FLOOR = "floor"
# Far from each other, and the same for the same name in every picture.
SEGMENT_COLORS: Mapping[str, tuple[int, int, int]] = {
    "skin": (230, 25, 75),
    "hair": (60, 180, 75),
    "shoes": (255, 225, 25),
    "prop": (0, 130, 200),
    FLOOR: (128, 128, 128),
    "shirt": (245, 130, 48),
    "bottom": (145, 30, 180),
    "jacket": (70, 240, 240),
    "dress": (240, 50, 230),
    "top": (210, 245, 60),
    "belt": (250, 190, 212),
    "tie": (0, 128, 128),
    "skirt": (220, 190, 255),
    "plate": (170, 110, 40),
    "cape": (128, 0, 0),
    "head": (170, 255, 195),
    "glasses": (128, 128, 0),
    "scarf": (255, 215, 180),
    "gloves": (0, 0, 128),
    "necklace": (255, 250, 200),
    "watch": (0, 90, 60),
    "belt-over": (90, 60, 150),
    "cord": (200, 100, 150),
}
MORE_COLORS = 8  # levels a channel of the colours for names that have none yet
SEGMENTS_CHUNK = "segments"  # of a PNG's text: {name: [r, g, b]}


@dataclass(frozen=True, kw_only=True, eq=False)
class DressedScene:
    """One look at a dressed scene; what only some maps need is made when it is first asked for.

    depth (H, W) float32 metres and mask (H, W) bool: of figure and props. names: those of the segments.
    """

    body: Body
    camera: Camera
    sight: SceneSight
    depth: np.ndarray
    mask: np.ndarray
    names: tuple[str, ...]
    normals: Normals

    @cached_property
    def segment(self) -> np.ndarray:
        """(H, W) int32: index into `names`, -1 outside the figure."""
        visible = self.sight.view.visible
        samples = np.zeros(len(visible.pixel), np.int32)
        for seen in visible.seen:
            samples[seen.rows] = self.names.index(_segment_of(seen.part))
        return np.where(self.mask, _spread(visible, samples), -1)

    @cached_property
    def floor(self) -> np.ndarray:
        """(H, W) float32: metres to the floor, 0 where none is seen."""
        return _see_floor(self.camera, self.sight.figure.floor_y, float(self.depth.max()) + BEYOND_M)


def render_dressed_maps(
    kinds: Sequence[ControlKind],
    scene: BodyScene,
    width: int,
    height: int,
    drawing: Drawing | None = None,
    *,
    normals: Normals = "opengl",
) -> dict[ControlKind, ControlMap]:
    """Several control maps of a scene at that size. `drawing`: one that has drawn the scene already saves its time;
    `normals`: the convention of the model that takes them.

    Raises UnknownName for a kind or a look that is not known, PersonaRefused for a body under 18.
    """
    for kind in kinds:
        if kind not in DRAWERS:
            raise UnknownName(f"There is no control map called “{kind}”. Known: {', '.join(DRAWERS)}.")
    seen = see_dressed(scene, width, height, drawing or Drawing(), normals=normals)
    return {
        kind: ControlMap(kind=kind, image=Image.fromarray(DRAWERS[kind](seen)), segments=_colors(seen, kind))
        for kind in kinds
    }


def see_dressed(
    scene: BodyScene, width: int, height: int, drawing: Drawing, *, normals: Normals = "opengl"
) -> DressedScene:
    """What the draft sees of a scene at that size."""
    backdrop = "plain" if scene.look.backdrop == "transparent" else scene.look.backdrop
    sight = drawing.see(replace(scene, look=replace(scene.look, backdrop=backdrop)), width, height)
    visible = sight.view.visible
    mask = sight.image[..., 3] >= COVERED
    return DressedScene(
        body=sight.figure.body,
        camera=sight.view.camera,
        sight=sight,
        depth=np.where(mask, _spread(visible, visible.depth), 0).astype(np.float32),
        mask=mask,
        names=tuple(dict.fromkeys(_segment_of(seen.part) for seen in visible.seen)),
        normals=normals,
    )


def _spread(visible: Visible, values: np.ndarray) -> np.ndarray:
    """Samples' values (S, …) as a picture (H, W, …): in each pixel that of the sample which stands for it."""
    picture = np.zeros((visible.height * visible.width, *values.shape[1:]), values.dtype)
    picture[visible.pixel[visible.first]] = values[visible.first]
    return picture.reshape(visible.height, visible.width, *values.shape[1:])


def _segment_of(part: Part) -> str:
    """The name of a part's segment: skin, hair, prop, or the slot of its garment."""
    tone = part.material.tone
    return SEGMENT_OF_TONE.get(tone) or str(getattr(part.material, "slot", "") or part.name.lower())


def _see_floor(camera: Camera, floor_y: float, furthest_m: float) -> np.ndarray:
    """(H, W) float32: metres to the floor along the view, 0 where it is not seen or further than that."""
    xs = (np.arange(camera.width) + 0.5 - camera.width / 2) / camera.focal_px
    ys = (np.arange(camera.height) + 0.5 - camera.height / 2) / camera.focal_px
    down = camera.rotation[0, 1] * xs[None] + camera.rotation[1, 1] * ys[:, None] + camera.rotation[2, 1]
    eye = -camera.rotation.T @ camera.translation
    depth = np.where(down < 0, (floor_y - eye[1]) / np.minimum(down, -1e-6), 0)
    return np.where((depth > 0) & (depth < furthest_m), depth, 0).astype(np.float32)


def draw_pose(seen: DressedScene) -> np.ndarray:
    """The OpenPose skeleton with hands and face; what clothes hide of the hands is not seen."""
    keypoints = find_keypoints(seen.body, seen.camera, seen.depth)
    return draw_skeleton(keypoints, seen.camera.width, seen.camera.height)


def draw_depth(seen: DressedScene) -> np.ndarray:
    """Near is bright: brightness grows with 1/depth, as monocular depth estimators give it, floor and seat too."""
    depth = np.where(seen.mask, seen.depth, seen.floor)
    gray = np.zeros(depth.shape, np.uint8)
    there = depth > 0
    if seen.mask.any():
        low = 1 / (float(seen.depth.max()) + BEYOND_M)
        high = 1 / float(depth[there].min())
        share = np.clip((1 / depth[there] - low) / max(high - low, 1e-9), 0, 1)
        gray[there] = np.round(DEPTH_NEAR * share).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def draw_normals(seen: DressedScene) -> np.ndarray:
    """Normals as colours: green up, blue towards the viewer, and red right, or left for ControlNet 1.1."""
    visible, signs = seen.sight.view.visible, RED_RIGHT if seen.normals == "opengl" else RED_LEFT
    samples = np.zeros((len(visible.pixel), 3), np.uint8)
    turn = seen.camera.rotation.T.astype(np.float32) * signs
    for part in visible.seen:
        samples[part.rows] = np.round((part.normals @ turn * 0.5 + 0.5) * 255)
    colors = _spread(visible, samples)
    colors[~seen.mask] = NORMAL_BACKGROUND
    return colors


def draw_edges(seen: DressedScene) -> np.ndarray:
    """Thin white lines on black: Canny of the drawn figure, as the ControlNets were trained, and its whole outline."""
    import cv2

    mask, image = seen.mask.astype(np.uint8), seen.sight.image
    on_white = np.clip((image[..., :3] + 1 - image[..., 3:]) * 255 + 0.5, 0, 255).astype(np.uint8)
    lines = cv2.Canny(on_white, CANNY_LOW, CANNY_HIGH)
    lines[mask == 0] = 0
    outline = mask - cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=1)  # closed, also on white shoes
    return np.repeat(np.maximum(lines, outline * np.uint8(255))[:, :, None], 3, axis=2)


def draw_gray(seen: DressedScene) -> np.ndarray:
    """The drawn picture without its colours."""
    import cv2

    return np.repeat(cv2.cvtColor(np.asarray(seen.sight.picture), cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)


def draw_segments(seen: DressedScene) -> np.ndarray:
    """Each part of the scene in its own flat colour; black where there is nothing."""
    colors = segment_colors(seen.names)
    picture = np.zeros((*seen.segment.shape, 3), np.uint8)
    picture[seen.floor > 0] = colors[FLOOR]
    for number, name in enumerate(seen.names):
        picture[seen.segment == number] = colors[name]
    return picture


def segment_colors(names: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """The colour of every segment by name, the floor's too; no two are alike."""
    colors = {name: SEGMENT_COLORS[name] for name in (*names, FLOOR) if name in SEGMENT_COLORS}
    step = 256 // MORE_COLORS
    free = (
        (red, green, blue)
        for red, green, blue in product(range(step // 2, 256, step), repeat=3)
        if max(red, green, blue) > step and (red, green, blue) not in SEGMENT_COLORS.values()
    )
    return colors | {name: next(free) for name in names if name not in colors}


def _colors(seen: DressedScene, kind: ControlKind) -> Mapping[str, tuple[int, int, int]]:
    return segment_colors(seen.names) if kind == "segments" else {}


DRAWERS: dict[ControlKind, Callable[[DressedScene], np.ndarray]] = {
    "pose": draw_pose,
    "depth": draw_depth,
    "normal": draw_normals,
    "edges": draw_edges,
    "gray": draw_gray,
    "segments": draw_segments,
}
