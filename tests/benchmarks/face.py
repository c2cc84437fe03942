"""How near the shape of a photo's face comes to the true one, on drawn faces: `python -m tests.benchmarks.face`.

Faces that were drawn by chance are found by the real detectors, and the sliders that are read from them are put on the
same head: the distance of the face's points from where they are on the true one, seen from the front, in millimetres.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pipelines.figure.appearance import body_of
from pipelines.figure.drawing import Drawing
from pipelines.figure.face_fit import compare_head, fit_face, points_on
from pipelines.figure.portrait import portrait_scene
from pipelines.photo.face_mesh import find_face_points
from pipelines.photo.landmarks import detect_landmarks
from pipelines.types import Persona

FACES = tuple(
    Persona(hair_style="crop", gender=("female", "male")[seed % 2], face_seed=7 * seed)
    for seed in range(1, 9)
)
LOOKS = (
    ("large", 900, 0.0),
    ("80 px wide", 250, 0.0),
    ("80 px, turned by 18°", 250, 18.0),
)  # pixels, degrees
MM_PER_M = 1000


def measure(drawing: Drawing, who: Persona, side_px: int, yaw_deg: float) -> tuple[float, float]:
    """Root mean square in mm without a fit, and with it."""
    picture = drawing.draw(portrait_scene(who, yaw_deg=yaw_deg), side_px, side_px)
    image = np.asarray(picture.convert("RGB"))
    points = find_face_points(image, detect_landmarks(image).faces[0].box)
    middle = replace(who, face_seed=0)

    def off(face: Mapping[str, float]) -> float:
        gap = (points_on(replace(middle, face=face)) - points_on(who))[:, [0, 2]]
        return float(np.sqrt(((gap - gap.mean(0)) ** 2).sum(1).mean())) * MM_PER_M

    return off({}), off(fit_face(points, compare_head(middle, body_of(middle))))


def main() -> None:
    """Print a line for each way of looking."""
    drawing = Drawing()
    for name, side_px, yaw_deg in LOOKS:
        without, fitted = np.mean([measure(drawing, who, side_px, yaw_deg) for who in FACES], axis=0)
        sys.stdout.write(f"{name}: {without:.1f} mm without a fit, {fitted:.1f} mm with it\n")


if __name__ == "__main__":
    main()
