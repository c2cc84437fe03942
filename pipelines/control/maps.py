"""Control maps of a posed body: skeleton, depth, normals, edges; all from one raster pass, so they fit each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from pipelines.control.keypoints import find_keypoints
from pipelines.control.skeleton import draw_skeleton
from pipelines.errors import UnknownName
from pipelines.render.camera import Camera
from pipelines.render.rasterizer import rasterize, vertex_normals
from pipelines.types import Body, ControlKind, ControlMap

DEPTH_FAR, DEPTH_NEAR = 40, 255  # brightness of the furthest and the nearest seen point; the background is 0
NORMAL_BACKGROUND = (128, 128, 255)  # a wall that faces the camera
EDGE_STEP_M = 0.02  # a jump in depth between neighbouring pixels that is an outline
EDGE_SLOPE = 6.0  # …or this many times what the surface's own slant explains, on steep surfaces
CREASE_LOW, CREASE_HIGH = 90, 190  # hysteresis thresholds of the creases, on normals as 8-bit colours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """What the maps are drawn from: depth (H, W) float32 metres, 0 outside; normals (H, W, 3) float32 unit vectors,
    x right, y up, z to the viewer, 0 outside; mask (H, W) bool; detailed (H, W) bool: head, hands and feet."""

    body: Body
    camera: Camera
    depth: np.ndarray
    normals: np.ndarray
    mask: np.ndarray
    detailed: np.ndarray


def render_control_map(kind: ControlKind, body: Body, camera: Camera) -> Image.Image:
    """One control map as an RGB picture of the camera's size. Raises UnknownName."""
    return render_control_maps((kind,), body, camera)[kind].image


def render_control_maps(
    kinds: Sequence[ControlKind], body: Body, camera: Camera
) -> dict[ControlKind, ControlMap]:
    """Several control maps from one pass over the body. Raises UnknownName."""
    for kind in kinds:
        if kind not in DRAWERS:
            raise UnknownName(f"There is no control map called “{kind}”. Known: {', '.join(DRAWERS)}.")
    geometry = see_geometry(body, camera)
    return {kind: ControlMap(kind=kind, image=Image.fromarray(DRAWERS[kind](geometry))) for kind in kinds}


def see_geometry(body: Body, camera: Camera) -> Geometry:
    """Depth and normals of a body as a camera sees it."""
    raster = rasterize(body.vertices, body.faces, camera)
    turned = vertex_normals(body.vertices, body.faces) @ camera.rotation.T.astype(np.float32)
    normals = raster.interpolate(body.faces, turned * np.array([1, -1, -1], np.float32))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    depth = raster.spread(raster.depths)
    return Geometry(
        body=body,
        camera=camera,
        depth=depth,
        normals=raster.spread(normals),
        mask=depth > 0,
        detailed=raster.spread(raster.interpolate(body.faces, _detailed_vertices(body)) > 0.5, False),
    )


def _detailed_vertices(body: Body) -> np.ndarray:
    """1 for vertices (V,) of the head, the hands and the feet, whose folds say more than an outline; else 0."""
    rest = body.rest_vertices

    def joint(bone: str) -> np.ndarray:
        return body.rest_joints[body.bone_names.index(bone)]

    head = rest[:, 1] > joint("neck03")[1]
    hands = np.abs(rest[:, 0]) > abs(joint("wrist.L")[0])
    feet = rest[:, 1] < joint("foot.L")[1]
    return (head | hands | feet).astype(np.float32)


def draw_pose(geometry: Geometry) -> np.ndarray:
    """The OpenPose skeleton with hands and face."""
    keypoints = find_keypoints(geometry.body, geometry.camera, geometry.depth)
    return draw_skeleton(keypoints, geometry.camera.width, geometry.camera.height)


def draw_depth(geometry: Geometry) -> np.ndarray:
    """Near is bright: brightness grows with 1/depth, as monocular depth estimators give it."""
    gray = np.zeros(geometry.depth.shape, np.uint8)
    if geometry.mask.any():
        nearness = 1 / geometry.depth[geometry.mask]
        low, high = float(nearness.min()), float(nearness.max())
        share = (nearness - low) / max(high - low, 1e-9)
        gray[geometry.mask] = np.round(DEPTH_FAR + (DEPTH_NEAR - DEPTH_FAR) * share).astype(np.uint8)
    return np.repeat(gray[:, :, None], 3, axis=2)


def draw_normal(geometry: Geometry) -> np.ndarray:
    """Normals as colours (OpenGL's convention): red right, green up, blue towards the viewer."""
    colors = np.round((geometry.normals * 0.5 + 0.5) * 255).astype(np.uint8)
    colors[~geometry.mask] = NORMAL_BACKGROUND
    return colors


def draw_edges(geometry: Geometry) -> np.ndarray:
    """Thin white lines on black: outlines, where one part hides another, and creases of the surface."""
    lines = _outlines(geometry) | _creases(geometry)
    return np.repeat((lines * np.uint8(255))[:, :, None], 3, axis=2)


def _outlines(geometry: Geometry) -> np.ndarray:
    """Pixels (H, W) bool whose neighbour to a side lies much further away, or outside the body."""
    mask, far = geometry.mask, np.float32(1e6)
    depth = np.where(mask, geometry.depth, far)
    slant = np.sqrt(np.maximum(1 - geometry.normals[:, :, 2] ** 2, 0)) / np.maximum(
        geometry.normals[:, :, 2], 0.1
    )
    step = np.maximum(EDGE_STEP_M, EDGE_SLOPE * slant * geometry.depth / geometry.camera.focal_px)
    lines = np.zeros(mask.shape, bool)
    lines[:, :-1] |= depth[:, 1:] - depth[:, :-1] > step[:, :-1]
    lines[:, 1:] |= depth[:, :-1] - depth[:, 1:] > step[:, 1:]
    lines[:-1] |= depth[1:] - depth[:-1] > step[:-1]
    lines[1:] |= depth[:-1] - depth[1:] > step[1:]
    return lines & mask


def _creases(geometry: Geometry) -> np.ndarray:
    """Folds of face, hands and feet (H, W) bool: strong, thin changes of the normals, away from the outlines."""
    import cv2

    colors = np.round((geometry.normals * 0.5 + 0.5) * 255).astype(np.uint8)
    inside = cv2.erode(geometry.mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    found = cv2.Canny(cv2.GaussianBlur(colors, (3, 3), 0), CREASE_LOW, CREASE_HIGH, L2gradient=True)
    return (found > 0) & inside & geometry.detailed


DRAWERS: dict[ControlKind, Callable[[Geometry], np.ndarray]] = {
    "pose": draw_pose,
    "depth": draw_depth,
    "normal": draw_normal,
    "edges": draw_edges,
}
