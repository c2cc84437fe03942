"""The draft engine: previews, pictures, a set of four views, and what is saved by reuse; processor seconds.

Run: python -m tests.benchmarks.draft [rounds]
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.drawing import Drawing
from pipelines.figure.light import QUICK
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import VIEWS, BodyScene, CameraSpec, Framing, View
from tests.benchmarks.table import Row, format_table

STAGE_PX = (512, 640)
PICTURE_PX = (1024, 1024)
REPOSE_CATEGORY = "catalogue"
FIRST_USE = """
import time
from tests.benchmarks.draft import make_scene, STAGE_PX
from pipelines.image.draft import draw_preview
draw_preview(make_scene(), *STAGE_PX)
print(time.process_time())
"""


def make_scene(
    pose: str = "weight-on-one-leg", framing: Framing = "full", view: View = "front", jacket: str = "#2c6a6c"
) -> BodyScene:
    """The example persona: the richest outfit and a long hair style, so no easy case."""
    template, body = load_library().find(pose), body_of(EXAMPLE_PERSONA)
    return BodyScene(
        body=body,
        pose=resolve_pose(template, open_anny(), body).pose,
        camera=CameraSpec(view=view, framing=framing, yaw_deg=template.camera_yaw_deg),
        look=replace(appearance_of(EXAMPLE_PERSONA), garment_colors={"jacket": jacket}),
    )


def measure_draft(rounds: int = 5) -> Sequence[Row]:
    """One row a bar; each value is the best of the rounds, in seconds of one core."""
    drawing = Drawing()
    drawing.draw(make_scene(), *STAGE_PX, quality=QUICK)  # shapes are made once per process
    preview = _fresh(drawing, rounds, lambda: drawing.draw(make_scene(), *STAGE_PX, quality=QUICK))
    full = _fresh(drawing, rounds, lambda: drawing.draw(make_scene(), *PICTURE_PX))
    portrait = _fresh(drawing, rounds, lambda: drawing.draw(make_scene(framing="portrait"), *PICTURE_PX))
    views = _fresh(
        drawing,
        max(rounds // 2, 1),
        lambda: [drawing.draw(make_scene(view=view), *PICTURE_PX) for view in VIEWS],
    )
    return [
        Row(what="draft preview, 512 × 640", value=preview, unit="s", bar=0.25),
        Row(what="draft picture, whole figure, 1024 × 1024", value=full, unit="s", bar=0.6),
        Row(what="draft picture, portrait, 1024 × 1024", value=portrait, unit="s", bar=1.6),
        Row(
            what="draft, set of four views, 1024 × 1024",
            value=views,
            unit="s",
            naive=4 * full,
            naive_way="each view on its own",
        ),
        Row(
            what="draft preview after a colour change",
            value=_recolour(drawing, rounds),
            unit="s",
            bar=0.12,
            naive=preview,
            naive_way="drawn anew",
        ),
        Row(what="draft preview after a pose change", value=_repose(drawing, rounds), unit="s", bar=0.25),
        Row(
            what="first draft preview of a process, imports included",
            value=_first_use(),
            unit="s",
            bar=3.0,
        ),
    ]


def _fresh(drawing: Drawing, rounds: int, draw: Callable[[], object]) -> float:
    """Best time of draws that reuse nothing but what is made once per process."""
    best = float("inf")
    for _ in range(rounds):
        drawing.forget()
        best = min(best, _seconds(draw))
    return best


def _recolour(drawing: Drawing, rounds: int) -> float:
    drawing.draw(make_scene(), *STAGE_PX, quality=QUICK)
    best = float("inf")
    for i in range(rounds):
        scene = make_scene(jacket=f"#{40 + 20 * i:02x}4060")
        best = min(best, _seconds(partial(drawing.draw, scene, *STAGE_PX, quality=QUICK)))
    return best


def _repose(drawing: Drawing, rounds: int) -> float:
    best = float("inf")
    drawing.forget()
    drawing.draw(make_scene(), *STAGE_PX, quality=QUICK)
    poses = [template.slug for template in load_library().all() if template.category == REPOSE_CATEGORY]
    for pose in poses[2 : rounds + 2]:
        best = min(best, _seconds(partial(_draw_pose, drawing, pose)))
    return best


def _draw_pose(drawing: Drawing, pose: str) -> None:
    """Solved for the body, and drawn: what the stage does when another pose is chosen."""
    drawing.draw(make_scene(pose=pose), *STAGE_PX, quality=QUICK)


def _first_use() -> float:
    """Processor seconds of a new process up to its first picture."""
    done = subprocess.run([sys.executable, "-c", FIRST_USE], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    print(format_table(measure_draft(int(sys.argv[1]) if len(sys.argv) > 1 else 5)))
