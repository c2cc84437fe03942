"""Control maps of the dressed scene, from the draft's own visible surface: clothes, hair, shoes, seat and floor.

A body without them tells a model "bald, barefoot, sitting on air". All maps of a scene are made of one look at it, so
they agree with each other and with the draft to a pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from PIL import Image

from pipelines.control.keypoints import find_keypoints
from pipelines.control.maps import DEPTH_NEAR, Geometry, draw_normal
from pipelines.control.skeleton import draw_skeleton
from pipelines.errors import UnknownName
from pipelines.figure.drawing import Drawing
from pipelines.figure.mesh import Part
from pipelines.figure.visible import Visible
from pipelines.render.camera import Camera
from pipelines.types import BodyScene, ControlKind, ControlMap, Normals

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DressedScene:
    """One look at a dressed scene.

    geometry: depth and normals of what is seen, mask of figure and props. segment (H, W) int: index into `names`, -1
    outside the figure. floor (H, W) float32: metres to the floor, 0 where none is seen. picture (H, W, 3) uint8: as
    the draft draws it; on_white (H, W, 3) uint8: without its backdrop.
    """

    geometry: Geometry
    segment: np.ndarray
    names: tuple[str, ...]
    floor: np.ndarray
    picture: np.ndarray
    on_white: np.ndarray


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
    seen = see_dressed(scene, width, height, drawing or Drawing())
    if normals == "controlnet":
        flipped = seen.geometry.normals * np.array([-1, 1, 1], np.float32)
        seen = replace(seen, geometry=replace(seen.geometry, normals=flipped))
    return {
        kind: ControlMap(kind=kind, image=Image.fromarray(DRAWERS[kind](seen)), segments=_colors(seen, kind))
        for kind in kinds
    }


def see_dressed(scene: BodyScene, width: int, height: int, drawing: Drawing) -> DressedScene:
    """What the draft sees of a scene, as arrays of that size."""
    backdrop = "plain" if scene.look.backdrop == "transparent" else scene.look.backdrop
    sight = drawing.see(replace(scene, look=replace(scene.look, backdrop=backdrop)), width, height)
    figure, visible, camera = sight.figure, sight.view.visible, sight.view.camera
    mask = sight.image[..., 3] >= COVERED
    depth = np.where(mask, _spread(visible, visible.depth), 0)
    names = tuple(dict.fromkeys(_segment_of(seen.part) for seen in visible.seen))
    normals, segments = np.zeros((len(visible.pixel), 3), np.float32), np.zeros(len(visible.pixel), np.int32)
    for seen in visible.seen:
        normals[seen.rows] = seen.normals
        segments[seen.rows] = names.index(_segment_of(seen.part))
    turned = normals @ camera.rotation.T.astype(np.float32) * np.array([1, -1, -1], np.float32)
    return DressedScene(
        geometry=Geometry(
            body=figure.body,
            camera=camera,
            depth=depth.astype(np.float32),
            normals=np.where(mask[..., None], _spread(visible, turned), 0).astype(np.float32),
            mask=mask,
            detailed=mask,
        ),
        segment=np.where(mask, _spread(visible, segments), -1),
        names=names,
        floor=_see_floor(camera, figure.floor_y, float(depth.max()) + BEYOND_M),
        picture=np.asarray(sight.picture),
        on_white=np.clip((sight.image[..., :3] + 1 - sight.image[..., 3:]) * 255 + 0.5, 0, 255).astype(
            np.uint8
        ),
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
    geometry = seen.geometry
    keypoints = find_keypoints(geometry.body, geometry.camera, geometry.depth)
    return draw_skeleton(keypoints, geometry.camera.width, geometry.camera.height)


def draw_depth(seen: DressedScene) -> np.ndarray:
    """Near is bright: brightness grows with 1/depth, as monocular depth estimators give it, floor and seat too."""
    figure = seen.geometry.depth
    depth = np.where(seen.geometry.mask, figure, seen.floor)
    gray = np.zeros(depth.shape, np.uint8)
    there = depth > 0
    if seen.geometry.mask.any():
        low = 1 / (float(figure.max()) + BEYOND_M)
        high = 1 / float(depth[there].min())
        share = np.clip((1 / depth[there] - low) / max(high - low, 1e-9), 0, 1)
        gray[there] = np.round(DEPTH_NEAR * share).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def draw_normals(seen: DressedScene) -> np.ndarray:
    """Normals as colours (OpenGL's convention): red right, green up, blue towards the viewer."""
    return draw_normal(seen.geometry)


def draw_edges(seen: DressedScene) -> np.ndarray:
    """Thin white lines on black: Canny of the drawn figure, as the ControlNets were trained, and its whole outline."""
    import cv2

    mask = seen.geometry.mask.astype(np.uint8)
    lines = cv2.Canny(seen.on_white, CANNY_LOW, CANNY_HIGH)
    lines[mask == 0] = 0
    outline = mask - cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=1)  # closed, also on white shoes
    return np.repeat(np.maximum(lines, outline * np.uint8(255))[:, :, None], 3, axis=2)


def draw_gray(seen: DressedScene) -> np.ndarray:
    """The drawn picture without its colours."""
    import cv2

    return np.repeat(cv2.cvtColor(seen.picture, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)


def draw_segments(seen: DressedScene) -> np.ndarray:
    """Each part of the scene in its own flat colour; black where there is nothing."""
    colors = segment_colors(seen.names)
    picture = np.zeros((*seen.segment.shape, 3), np.uint8)
    picture[seen.floor > 0] = colors[FLOOR]
    picture[seen.segment < 0] = np.where(
        (seen.floor > 0)[..., None], np.array(colors[FLOOR], np.uint8), np.uint8(0)
    )[seen.segment < 0]
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
