"""Control maps: all four at 1024 x 1024 from one pass, beside the naive way.

Run: python -m tests.benchmarks.control
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.control.maps import DRAWERS, render_control_map, render_control_maps
from pipelines.pose.library import load_library
from pipelines.render.camera import Camera, frame_body
from pipelines.render.rasterizer import vertex_normals
from pipelines.types import Body, BodyParameters, CameraSpec
from tests.benchmarks.table import Row, format_table

SIDE_PX = 1024
BAR_MS = 150.0  # one core
MILLI = 1000.0
RUNS = 5
LOOPED_SHARE = 0.02  # of the triangles, for the pixel loop; its time is scaled up


def measure_control_maps() -> Row:
    """All kinds in one pass, processor time of one core, beside one pass a kind and a z-buffer of plain loops."""
    template = load_library().find("relaxed-stand")
    body = open_anny().build(BodyParameters(), template.pose)
    camera = frame_body(body, CameraSpec(), SIDE_PX, SIDE_PX)
    render_control_maps(tuple(DRAWERS), body, camera)  # the first call reads surface points

    def together() -> None:
        render_control_maps(tuple(DRAWERS), body, camera)

    def separately() -> None:
        for kind in tuple(DRAWERS):
            render_control_map(kind, body, camera)

    separate = _median_seconds(separately)
    looped = _loop_over_pixels(body, camera) * len(tuple(DRAWERS))
    return Row(
        what="four control maps, 1024 × 1024",
        value=_median_seconds(together) * MILLI,
        unit="ms",
        bar=BAR_MS,
        naive=looped * MILLI,
        naive_way="a z-buffer of plain loops for each map",
        note=f"one core; a pass of its own for each map {separate * MILLI:.0f} ms",
    )


def _median_seconds(work: Callable[[], None]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return float(np.median(times))


def _loop_over_pixels(body: Body, camera: Camera) -> float:
    """Seconds that a z-buffer written as plain loops takes for the whole body, from a share of its triangles."""
    projected = camera.project(body.vertices.astype(np.float64))
    vertex_normals(body.vertices, body.faces)
    depth = np.full((camera.height, camera.width), np.inf)
    picked = body.faces[:: int(1 / LOOPED_SHARE)]
    started = time.process_time()
    for face in picked:
        (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = projected[face]
        area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
        if area >= 0:
            continue
        for y in range(max(int(min(y0, y1, y2)), 0), min(int(max(y0, y1, y2)) + 1, camera.height)):
            for x in range(max(int(min(x0, x1, x2)), 0), min(int(max(x0, x1, x2)) + 1, camera.width)):
                a = ((x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)) / area
                b = ((x2 - x) * (y0 - y) - (y2 - y) * (x0 - x)) / area
                if a >= 0 and b >= 0 and a + b <= 1:
                    z = 1 / (a / z0 + b / z1 + (1 - a - b) / z2)
                    depth[y, x] = min(depth[y, x], z)
    return (time.process_time() - started) * len(body.faces) / len(picked)


if __name__ == "__main__":
    print(format_table([measure_control_maps()]))
