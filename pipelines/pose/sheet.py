"""Contact sheets of poses: small shaded tiles, two views each, to look at what the solver made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.body.anny import AnnyBodyModel
from pipelines.pose.library import with_hands
from pipelines.pose.template import PoseTemplate
from pipelines.render.camera import frame_body
from pipelines.render.rasterizer import rasterize, vertex_normals
from pipelines.types import Body, BodyParameters, CameraSpec, Framing, Pose, View

KEY = np.array([-0.45, -0.6, -0.66]) / np.linalg.norm([-0.45, -0.6, -0.66])  # light, camera frame
FILL = np.array([0.7, -0.1, -0.7]) / np.linalg.norm([0.7, -0.1, -0.7])
CLAY = np.array([0.80, 0.66, 0.58])
PAPER = 0.96
LABEL_PX = 14
SMOOTHING = 2  # samples a side of each pixel


def draw_tile(
    body: Body, spec: CameraSpec, width: int, height: int, props: Sequence[dict] = ()
) -> Image.Image:
    """One shaded tile of a body."""
    camera = frame_body(body, spec, width * SMOOTHING, height * SMOOTHING)
    vertices, faces = add_boxes(body.vertices, body.faces, props)
    raster = rasterize(vertices, faces, camera)
    normals = raster.interpolate(faces, vertex_normals(vertices, faces)) @ camera.rotation.T.astype(
        np.float32
    )
    light = 0.28 + 0.68 * np.clip(normals @ KEY, 0, 1) + 0.25 * np.clip(normals @ FILL, 0, 1)
    light += 0.12 * np.clip(1 + normals[:, 2], 0, 1) ** 3
    color = np.where((raster.faces < len(body.faces))[:, None], CLAY, 0.75)
    picture = np.full((camera.height * camera.width, 3), PAPER)
    picture[raster.pixels] = np.clip(color * light[:, None], 0, 1)
    shape = (height, SMOOTHING, width, SMOOTHING, 3)
    pixels = picture.reshape(shape).mean((1, 3)) * 255
    return Image.fromarray(pixels.astype(np.uint8))


def add_boxes(
    vertices: np.ndarray, faces: np.ndarray, props: Sequence[dict]
) -> tuple[np.ndarray, np.ndarray]:
    """The mesh with boxes (props of a template) added; box corners are not shared, so that their sides are flat."""
    for prop in props:
        half, center = np.array(prop["size_m"]) / 2, np.array(prop["center_m"])
        corners: list[np.ndarray] = []
        sides: list[list[int]] = []
        for axis in range(3):
            for sign in (-1.0, 1.0):
                u, v = np.eye(3)[(axis + 1) % 3], np.eye(3)[(axis + 2) % 3]
                square = [
                    sign * np.eye(3)[axis] + a * u + b * v for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
                ]
                first = len(vertices) + len(corners)
                corners += [center + half * c for c in square]
                quad = [0, 1, 2, 3] if sign > 0 else [3, 2, 1, 0]
                sides += [[first + quad[i] for i in t] for t in ((0, 1, 2), (0, 2, 3))]
        vertices = np.concatenate([vertices, np.array(corners, vertices.dtype)])
        faces = np.concatenate([faces, np.array(sides, faces.dtype)])
    return vertices, faces


def draw_sheet(
    templates: Sequence[PoseTemplate],
    model: AnnyBodyModel,
    parameters: BodyParameters,
    hands: dict[str, Pose],
    *,
    columns: int = 6,
    tile: tuple[int, int] = (200, 260),
    second: CameraSpec | None = None,
    framing: Framing | None = None,
    marks: dict[str, str] | None = None,
) -> Image.Image:
    """A contact sheet: every pose from its own front and from a second view, its name below."""
    width, height = tile
    second = second or CameraSpec(view="side")
    rows = -(-len(templates) // columns)
    sheet = Image.new("RGB", (columns * 2 * width, rows * (height + LABEL_PX)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=11)
    for i, template in enumerate(templates):
        body = model.build(parameters, with_hands(template.pose, hands))
        x, y = (i % columns) * 2 * width, (i // columns) * (height + LABEL_PX)
        views: tuple[tuple[View, Framing], ...] = (
            ("front", framing or template.framing),
            (second.view, "full"),
        )
        for k, (view, shot) in enumerate(views):
            spec = CameraSpec(view=view, framing=shot, yaw_deg=template.camera_yaw_deg)
            sheet.paste(
                draw_tile(body, spec, width, height, template.goals.get("props", ())), (x + k * width, y)
            )
        mark = (marks or {}).get(template.slug, "")
        draw.text((x + 4, y + height), f"{template.name} {mark}", fill="black", font=font)
    return sheet
