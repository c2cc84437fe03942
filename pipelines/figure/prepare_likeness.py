"""Make assets/body/face_points.npz: run once by a developer, never by the studio.

    python -m pipelines.figure.prepare_likeness

The free body's middle face is drawn, the face mesh of the detectors looks at it, and where its points fall on the skin
is kept: so every point of a face in a photo has its place on the head. What the mesh itself makes of that face is kept,
and how that changes with each slider: a face in a photo is compared with these, not with the head itself, because the
mesh follows a face only in part.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np

from pipelines.figure.drawing import Drawing, SceneSight
from pipelines.figure.face_fit import MIDDLE, straighten
from pipelines.figure.face_points import ASSET
from pipelines.figure.face_shape import SLIDERS
from pipelines.figure.portrait import portrait_scene
from pipelines.photo.face_mesh import find_face_points
from pipelines.photo.landmarks import detect_landmarks

SIDE_PX = 900
UNSEEN = ("ears", "brow_ridge", "nose_bridge", "chin")  # what a look from the front does not tell


def main() -> None:
    """Write the asset and its line in the manifest."""
    drawing = Drawing()
    sight = drawing.see(portrait_scene(MIDDLE), SIDE_PX, SIDE_PX)
    found = _find(sight)
    canonical = _places_on_skin(sight, found[:, :2])
    seen = straighten(found, canonical)

    def look(slider: str, amount: float) -> np.ndarray:
        scene = portrait_scene(replace(MIDDLE, face={slider: amount}))
        return straighten(_find(drawing.see(scene, SIDE_PX, SIDE_PX)), seen)

    sliders = [name for name in SLIDERS if name not in UNSEEN]
    np.savez_compressed(
        ASSET,
        canonical=canonical.astype(np.float32),
        seen=seen.astype(np.float32),
        sliders=np.array(sliders),
        moves=np.stack([(look(name, 1.0) - look(name, -1.0)) / 2 for name in sliders]).astype(np.float16),
    )
    path = ASSET.parents[1] / "MANIFEST.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["body/face_points.npz"] = {
        "what": "Where the 468 points of the face mesh lie on the free body's head",
        "origin": "Made by this project: the face mesh of MediaPipe on a drawing of the free body",
        "licence": "CC0-1.0",
        "made_by": "python -m pipelines.figure.prepare_likeness",
        "sha256": hashlib.sha256(ASSET.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _find(sight: SceneSight) -> np.ndarray:
    image = np.asarray(sight.picture.convert("RGB"))
    return find_face_points(image, detect_landmarks(image).faces[0].box)


def _places_on_skin(sight: SceneSight, pixels: np.ndarray) -> np.ndarray:
    """(N, 3) canonical metres of what is seen at pixels (N, 2), or next to them."""
    from scipy.spatial import cKDTree

    visible = sight.view.visible
    of_head = [part for part in visible.seen if part.part.name in ("Skin", "Eyes")]
    pixel = np.concatenate([visible.pixel[part.rows] for part in of_head])
    canonical = np.concatenate([part.surface.canonical for part in of_head])
    centers = np.stack([pixel % visible.width, pixel // visible.width], 1) + 0.5
    return canonical[cKDTree(centers).query(pixels)[1]]


if __name__ == "__main__":
    main()
