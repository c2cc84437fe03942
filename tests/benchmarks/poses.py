"""Poses: solving one of the gallery, solving one anew for a body, and planning an order; processor seconds.

Run: python -m tests.benchmarks.poses
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.body.anny import open_anny
from pipelines.figure.appearance import body_of
from pipelines.pose.build import build_poses
from pipelines.pose.catalog.all import ENTRIES
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import VIEWS
from studio.worker.scenes import make_scenes
from tests.benchmarks.table import Row, format_table

MOST_POSES, EVERY = 32, 6  # of one order, spread over the gallery
FIRST_HEIGHT_CM = 171  # each measurement takes a body of its own, so that nothing has been solved for it


def measure_poses(every: int = 1) -> Sequence[Row]:
    """Rows for every pose, or every n-th; the poses of an order are spread over the gallery."""
    templates = load_library().all()[::every]
    entries = ENTRIES[::every]
    with TemporaryDirectory() as folder:
        built = _seconds(lambda: build_poses(Path(folder), entries)) / len(entries)
    body = body_of(replace(EXAMPLE_PERSONA, height_cm=FIRST_HEIGHT_CM))
    resolve_pose(templates[0], open_anny(), body)
    again = _seconds(lambda: [resolve_pose(t, open_anny(), body) for t in templates[1:]])
    return [
        Row(what="solve a pose of the gallery, mean", value=built, unit="s", bar=0.2),
        Row(
            what="solve a pose anew for a body, mean", value=again / (len(templates) - 1), unit="s", bar=0.25
        ),
        Row(what="plan an order of one pose for a new body, four views", value=_plan(1), unit="s"),
        Row(what=f"plan an order of {MOST_POSES} poses, four views each", value=_plan(MOST_POSES), unit="s"),
    ]


def _plan(poses: int) -> float:
    slugs = [template.slug for template in load_library().all()][::EVERY][:poses]
    persona = replace(EXAMPLE_PERSONA, height_cm=FIRST_HEIGHT_CM + poses)
    return _seconds(
        lambda: make_scenes(persona, body=None, poses=slugs, views=VIEWS, framing=None, finish="coloured")
    )


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    print(format_table(measure_poses()))
