"""The drawing of a measured body on paper: it stands in front, side and back view, with a numbered line a measure.

Pure lines and flat tones, as SVG, so that it prints sharp at any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.body.anny import AnnyBodyModel
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.measure import standing_line
from pipelines.render.camera import Camera
from pipelines.render.rasterizer import rasterize
from pipelines.types import Body

SheetView = Literal["front", "side", "back"]
YAW_DEG: Mapping[SheetView, float] = {"front": 0.0, "side": 90.0, "back": 180.0}
# Where a measure is seen best; the others from the front.
SEEN_FROM: Mapping[str, SheetView] = {
    **dict.fromkeys(("shoulder_width", "back_width", "back_waist_length"), "back"),
    **dict.fromkeys(("head", "crotch_length", "foot_length", "rise", "outside_leg"), "side"),
}
PX_PER_M = 400.0
MARGIN_PX, NUMBERS_PX = 12, 44  # around a figure, and for the numbers beside it
FAR_M = 60.0  # the camera stands so far off that nothing is foreshortened
LIGHT = np.array(
    [-0.45, -0.55, -0.70]
)  # from where it shines, in the camera's axes (x right, y down, z forward)
TONES = (
    (0.0, "#e9e9e6"),
    (0.45, "#f3f3f1"),
    (0.75, "#fbfbfa"),
)  # from so much light on, over the outline's own
SHADE, INK, LINE = "#d9d9d5", "#8a8a86", "#1f5fbf"
SOFT_PX = 3.0  # how far tones are smoothed
FINE_PX = 0.6  # by how much an outline may be simplified
NUMBER_PX = 20  # a number is as high as small print on A4
NUMBER_STEP_PX = 23.0  # between two numbers, one below the other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """One view: its camera, where it stands on the sheet, and the lines of its measures in pixels by number."""

    camera: Camera
    left_px: float
    lines: Mapping[int, np.ndarray]


def draw_sheet(model: AnnyBodyModel, body: Body) -> str:
    """The drawing of a body in the reference pose, as an <svg> element; a measure's number is its place in
    `MEASURE_NAMES` from 1 on."""
    height = PX_PER_M * float(np.ptp(body.vertices[:, 1])) + 2 * MARGIN_PX
    parts, left = [], 0.0
    lines = {name: standing_line(model, body, name) for name in MEASURE_NAMES}
    for view, yaw in YAW_DEG.items():
        camera = _stand_before(body, yaw, height)
        of_view = {
            number: camera.project(lines[name].astype(np.float64))[:, :2]
            for number, name in enumerate(MEASURE_NAMES, 1)
            if SEEN_FROM.get(name, "front") == view
        }
        seen = _Seen(camera=camera, left_px=left, lines=of_view)
        parts.append(f'<g transform="translate({left:.0f} 0)">{_figure(body, seen)}{_measures(seen)}</g>')
        left += camera.width + NUMBERS_PX
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left:.0f} {height:.0f}" role="img" '
        f'aria-label="The body from the front, the side and behind, with numbered measures">{"".join(parts)}</svg>'
    )


def _stand_before(body: Body, yaw_deg: float, height: float) -> Camera:
    """A camera so far away that it sees no perspective; the picture is as wide as the body."""
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    rotation = np.diag([1.0, -1.0, -1.0]) @ turn
    seen = body.vertices @ rotation.T
    middle = (seen.min(0) + seen.max(0)) / 2
    width = PX_PER_M * float(np.ptp(seen[:, 0])) + 2 * MARGIN_PX
    return Camera(
        rotation=rotation,
        translation=np.array([-middle[0], -middle[1], FAR_M]),
        focal_px=PX_PER_M * FAR_M,
        width=round(width),
        height=round(height),
    )


def _figure(body: Body, seen: _Seen) -> str:
    """The outline, and flat tones of light on it."""
    import cv2

    raster = rasterize(body.vertices, body.faces, seen.camera)
    corners = body.vertices[body.faces] @ seen.camera.rotation.T
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    light = raster.spread((normals @ (LIGHT / np.linalg.norm(LIGHT)))[raster.faces], -1.0)
    mask = raster.spread(np.ones(len(raster.pixels)))
    light = cv2.GaussianBlur(light, (0, 0), SOFT_PX)
    outline = _paths(mask > 0.5)
    tones = "".join(
        f'<path d="{_paths((mask > 0.5) & (light > least))}" fill="{tone}"/>' for least, tone in TONES
    )
    edge = f'<path d="{outline}" fill="none" stroke="{INK}" stroke-width="1"/>'
    return f'<path d="{outline}" fill="{SHADE}"/>{tones}{edge}'


def _paths(mask: np.ndarray) -> str:
    """The outlines of a mask as path data, holes too."""
    import cv2

    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    said = []
    for contour in found:
        points = cv2.approxPolyDP(contour, FINE_PX, True)[:, 0]
        if len(points) > 2:
            said.append(f"M{_points(points)}z")
    return "".join(said)


def _points(points: np.ndarray) -> str:
    return " ".join(f"{x:.4g},{y:.4g}" for x, y in points)


def _measures(seen: _Seen) -> str:
    """Each measure's line, and its number to the right of the figure, on a level of its own."""
    ends = {number: _end(line) for number, line in seen.lines.items()}
    levels = spread_levels({number: float(end[1]) for number, end in ends.items()}, seen.camera.height)
    drawn = []
    for number, line in seen.lines.items():
        x, y = ends[number]
        level, edge = levels[number], seen.camera.width + 4
        drawn.append(
            f'<polyline points="{_points(line)}" fill="none" stroke="{LINE}" stroke-width="1.4"/>'
            f'<path d="M{x:.1f},{y:.1f}L{edge:.1f},{level:.1f}" stroke="{LINE}" stroke-width=".5" fill="none"/>'
            f'<text x="{edge + 3:.1f}" y="{level + 7:.1f}" font-size="{NUMBER_PX}" fill="{LINE}">{number}</text>'
        )
    return "".join(drawn)


def _end(line: np.ndarray) -> np.ndarray:
    """The point of a line that is furthest to the right, of an upright one the highest."""
    rightmost = line[line[:, 0] > line[:, 0].max() - 1]
    end: np.ndarray = rightmost[np.argmin(rightmost[:, 1])]
    return end


def spread_levels(wanted: Mapping[int, float], height: float) -> dict[int, float]:
    """A level for each number, near the wanted one, none nearer to another than a step; from top to bottom in their
    order. They all have to fit into the height."""
    order: Sequence[int] = sorted(wanted, key=lambda number: wanted[number])
    levels: dict[int, float] = {}
    least = NUMBER_STEP_PX
    for number in order:
        levels[number] = max(wanted[number], least)
        least = levels[number] + NUMBER_STEP_PX
    most = height - NUMBER_STEP_PX / 2
    for number in reversed(order):
        levels[number] = min(levels[number], most)
        most = levels[number] - NUMBER_STEP_PX
    return levels
