"""Reads a GLB as another program does: every accessor, the skeleton, and the meshes skinned at any time of a clip."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image
from scipy.spatial.transform import Rotation, Slerp

COMPONENT_TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadPiece:
    """A primitive: attributes by name, faces (F, 3), its mesh's and material's names, targets (T, N, 3)."""

    mesh: str
    material: str
    attributes: dict[str, np.ndarray]
    faces: np.ndarray
    targets: np.ndarray
    image: Image.Image | None
    two_sided: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadGlb:
    """A parsed GLB."""

    document: dict[str, Any]
    pieces: list[ReadPiece]
    arrays: list[np.ndarray] = field(repr=False)

    @property
    def joints(self) -> list[int]:
        """Nodes of the skin's joints."""
        return list(self.document["skins"][0]["joints"])

    def pose(self, clip: str | None = None, seconds: float = 0.0) -> np.ndarray:
        """(J, 4, 4) what each joint does to the vertices it moves."""
        nodes = self.document["nodes"]
        local = {number: (node.get("rotation", (0, 0, 0, 1)), node.get("translation", (0, 0, 0)))
                 for number, node in enumerate(nodes)}  # fmt: skip
        if clip is not None:
            animation = next(one for one in self.document["animations"] if one["name"] == clip)
            for channel in animation["channels"]:
                sampler = animation["samplers"][channel["sampler"]]
                times, values = self.arrays[sampler["input"]].ravel(), self.arrays[sampler["output"]]
                number = channel["target"]["node"]
                turn, place = local[number]
                if channel["target"]["path"] == "rotation":
                    turn = Slerp(times, Rotation.from_quat(values))(
                        np.clip(seconds, times[0], times[-1])
                    ).as_quat()
                else:
                    place = [np.interp(seconds, times, values[:, k]) for k in range(3)]
                local[number] = (turn, place)
        worlds: dict[int, np.ndarray] = {}

        def walk(number: int, above: np.ndarray) -> None:
            matrix = np.eye(4)
            matrix[:3, :3] = Rotation.from_quat(local[number][0]).as_matrix()
            matrix[:3, 3] = local[number][1]
            worlds[number] = above @ matrix
            for child in nodes[number].get("children", ()):
                walk(child, worlds[number])

        for root in self.document["scenes"][0]["nodes"]:
            walk(root, np.eye(4))
        inverse = (
            self.arrays[self.document["skins"][0]["inverseBindMatrices"]].reshape(-1, 4, 4).transpose(0, 2, 1)
        )
        return np.stack([worlds[joint] for joint in self.joints]) @ inverse

    def skinned(
        self, piece: ReadPiece, matrices: np.ndarray, units: dict[str, float] | None = None
    ) -> np.ndarray:
        """(N, 3) a piece's vertices in a pose, with units of the face."""
        at_rest = piece.attributes["POSITION"].astype(np.float64)
        if units and len(piece.targets):
            names = next(m for m in self.document["meshes"] if m["name"] == piece.mesh)["extras"][
                "targetNames"
            ]
            for name, amount in units.items():
                at_rest = at_rest + amount * piece.targets[names.index(name)]
        moved = np.einsum(
            "njab,nb->nja", matrices[piece.attributes["JOINTS_0"]][..., :3, :], _homogeneous(at_rest)
        )
        return (moved * piece.attributes["WEIGHTS_0"][..., None]).sum(1)


def _homogeneous(points: np.ndarray) -> np.ndarray:
    return np.concatenate([points, np.ones((len(points), 1))], axis=1)


def read_glb(data: bytes) -> ReadGlb:
    """The GLB, by the letter of the specification."""
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    document = json.loads(data[20 : 20 + size])
    binary = data[28 + size :]

    def view(number: int) -> bytes:
        at = document["bufferViews"][number]
        return binary[at["byteOffset"] : at["byteOffset"] + at["byteLength"]]

    def values(source: dict[str, Any], kind: str, component: int) -> np.ndarray:
        return np.frombuffer(view(source["bufferView"]), COMPONENT_TYPES[component]).reshape(-1, WIDTHS[kind])

    arrays = []
    for accessor in document["accessors"]:
        kind, component = accessor["type"], accessor["componentType"]
        if "sparse" in accessor:
            sparse = accessor["sparse"]
            array = np.zeros((accessor["count"], WIDTHS[kind]), COMPONENT_TYPES[component])
            rows = values(sparse["indices"], "SCALAR", sparse["indices"]["componentType"]).ravel()
            array[rows] = values(sparse["values"], kind, component)
        else:
            array = values(accessor, kind, component)
        assert len(array) == accessor["count"]
        arrays.append(array)
    pieces = []
    for mesh in document["meshes"]:
        for primitive in mesh["primitives"]:
            attributes = {name: arrays[number] for name, number in primitive["attributes"].items()}
            targets = [arrays[target["POSITION"]] for target in primitive.get("targets", ())]
            material = document["materials"][primitive["material"]]
            texture = material["pbrMetallicRoughness"].get("baseColorTexture")
            image = None
            if texture:
                source = document["images"][document["textures"][texture["index"]]["source"]]
                image = Image.open(io.BytesIO(view(source["bufferView"]))).convert("RGB")
            pieces.append(
                ReadPiece(
                    mesh=mesh["name"],
                    material=material["name"],
                    attributes=attributes,
                    faces=arrays[primitive["indices"]].reshape(-1, 3).astype(np.int64),
                    targets=np.array(targets),
                    image=image,
                    two_sided=material.get("doubleSided", False),
                )
            )
    return ReadGlb(document=document, pieces=pieces, arrays=arrays)
