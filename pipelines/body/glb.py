"""Binary glTF 2.0: one buffer with its accessors, and the container round both."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

# glTF 2.0, sections 3.6 (buffers and accessors), 3.7 (geometry), 4.4 (GLB)
UNSIGNED_BYTE, UNSIGNED_SHORT, UNSIGNED_INT, FLOAT = 5121, 5123, 5125, 5126
VERTEX_BUFFER, INDEX_BUFFER = 34962, 34963
COMPONENT = {
    np.dtype(np.uint8): UNSIGNED_BYTE,
    np.dtype(np.uint16): UNSIGNED_SHORT,
    np.dtype(np.uint32): UNSIGNED_INT,
    np.dtype(np.float32): FLOAT,
}
SHAPE_NAMES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
GLB_MAGIC, GLB_VERSION, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 2, 0x4E4F534A, 0x004E4942


class GlbBuffer:
    """One binary buffer, and the accessors and views into it."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.accessors: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []

    def add(self, values: np.ndarray, target: int | None = None, with_bounds: bool = False) -> int:
        """Append an array, (n,) or (n, k), and return its accessor's index."""
        values = np.ascontiguousarray(values if values.dtype in COMPONENT else values.astype(np.float32))
        view = self._add_values(values, target)
        accessor = {
            "bufferView": view,
            "componentType": COMPONENT[values.dtype],
            "count": len(values),
            "type": SHAPE_NAMES[values.size // len(values)],
        }
        if with_bounds:
            least, most = (np.atleast_1d(end).tolist() for end in (values.min(0), values.max(0)))
            accessor |= {"min": least, "max": most}
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def add_sparse(self, count: int, rows: np.ndarray, values: np.ndarray) -> int:
        """An accessor of count vectors that are zero but in the rising rows (n,), which hold values (n, 3); n > 0."""
        values = values.astype(np.float32)
        both = np.concatenate([values, np.zeros((int(len(rows) < count), 3), np.float32)])
        self.accessors.append(
            {
                "componentType": FLOAT,
                "count": count,
                "type": "VEC3",
                "min": both.min(0).tolist(),
                "max": both.max(0).tolist(),
                "sparse": {
                    "count": len(rows),
                    "indices": {
                        "bufferView": self._add_values(rows.astype(np.uint32), None),
                        "componentType": UNSIGNED_INT,
                    },
                    "values": {"bufferView": self._add_values(values, None)},
                },
            }
        )
        return len(self.accessors) - 1

    def add_bytes(self, data: bytes, target: int | None = None) -> int:
        """Append bytes, such as an encoded image, and return their view's index."""
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)}
        self.views.append(view | ({"target": target} if target else {}))
        self.data += data
        self.data += b"\0" * (-len(self.data) % 4)
        return len(self.views) - 1

    def describe(self) -> Mapping[str, Any]:
        """The parts of a document that speak of the buffer."""
        return {
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": len(self.data)}],
        }

    def _add_values(self, values: np.ndarray, target: int | None) -> int:
        return self.add_bytes(values.astype(values.dtype.newbyteorder("<")).tobytes(), target)


def inverse_binds(joints: np.ndarray) -> np.ndarray:
    """(B, 16) column-major matrices that bring each unturned joint (B, 3) to the origin."""
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(joints), 1, 1))
    matrices[:, :3, 3] = -joints
    return matrices.transpose(0, 2, 1).reshape(-1, 16)


def pack_glb(document: Mapping[str, Any], binary: bytes) -> bytes:
    """The GLB container: a header, the JSON chunk and the binary one, whose length is a multiple of four."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), JSON_CHUNK) + text
    chunks += struct.pack("<II", len(binary), BINARY_CHUNK) + binary
    return struct.pack("<III", GLB_MAGIC, GLB_VERSION, 12 + len(chunks)) + chunks
