"""Does a pose detector see a person in our drawings, and where we put them? python -m tests.benchmarks.detected

MediaPipe's pose detector runs on the front and quarter draft of every shipped pose; what it finds is compared
with the joints that the picture was drawn from.
"""

from __future__ import annotations

import argparse
import collections
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.figure.held.all import frame_scene
from pipelines.image.draft import draw_preview
from pipelines.photo.detectors import open_detectors
from pipelines.pose.library import load_library
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import View
from studio.worker.scenes import make_scene
from tests.benchmarks.table import Row, format_table

SIZE_PX = (576, 768)
VIEWS: tuple[View, ...] = ("front", "quarter")
LOWERED = ("seat", "floor")  # supports; the rest stand upright, move on their feet, or fly
UPRIGHT_BAR = 0.98
# MediaPipe's points that are joints of the body model too.
JOINTS = {
    11: "upperarm01.L",
    12: "upperarm01.R",
    13: "lowerarm01.L",
    14: "lowerarm01.R",
    15: "wrist.L",
    16: "wrist.R",
    23: "upperleg01.L",
    24: "upperleg01.R",
    25: "lowerleg01.L",
    26: "lowerleg01.R",
    27: "foot.L",
    28: "foot.R",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One drawing looked at: whether a person was found, and the mean error of the joints inside the picture, as a
    share of the body's height in it (nan where nothing was found)."""

    pose: str
    support: str
    view: View
    found: bool
    error: float


def look_at(pose: str, support: str, view: View) -> Look:
    """Draw one pose and have the detector look."""
    scene = make_scene(
        EXAMPLE_PERSONA,
        body=None,
        pose=pose,
        view=view,
        framing="full",
        finish="coloured",
        backdrop="paper",
    )
    picture = np.asarray(draw_preview(scene, *SIZE_PX).convert("RGB"))
    body = open_anny().build(scene.body, scene.pose)
    camera = frame_scene(scene, body, *SIZE_PX)
    with open_detectors() as detectors:
        hit = detectors.find_pose(picture)
    if hit is None:
        return Look(pose=pose, support=support, view=view, found=False, error=float("nan"))
    joints = camera.project(np.stack([body.joint(bone) for bone in JOINTS.values()]))[:, :2]
    tall = np.ptp(camera.project(body.vertices)[:, 1])
    errors = np.linalg.norm(hit.points_px[list(JOINTS)] - joints, axis=1) / tall
    return Look(pose=pose, support=support, view=view, found=True, error=float(errors.mean()))


def look_at_all(every: int = 1) -> list[Look]:
    """Every pose (or every n-th) from the front and the quarter."""
    templates = load_library().all()[::every]
    return [look_at(template.slug, template.support, view) for template in templates for view in VIEWS]


def summarize(looks: Sequence[Look]) -> list[Row]:
    """Missed shares in percent, and joint errors in percent of the body's height."""
    upright = [look for look in looks if look.support not in LOWERED]
    lowered = [look for look in looks if look.support in LOWERED]
    rows = []
    for what, some, bar in (("upright", upright, UPRIGHT_BAR), ("seated, kneeling, lying", lowered, None)):
        if not some:
            continue
        missed = 100 * (1 - sum(look.found for look in some) / len(some))
        limit = None if bar is None else round(100 * (1 - bar), 6)
        rows.append(Row(what=f"{what} drafts in which no person is found", value=missed, unit="%", bar=limit))
        error = 100 * float(np.nanmean([look.error for look in some]))
        rows.append(Row(what=f"joint error on {what} drafts, of body height", value=error, unit="%"))
    return rows


def main() -> None:
    """Look at all and print the table and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="look at every n-th pose only")
    looks = look_at_all(parser.parse_args().every)
    print(format_table(summarize(looks)))
    by_view = collections.Counter(look.view for look in looks if look.found)
    print(f"\n{len(looks)} drawings; found by view: {dict(by_view)}")
    print("not found:", ", ".join(f"{look.pose} ({look.view})" for look in looks if not look.found) or "none")


if __name__ == "__main__":
    main()
