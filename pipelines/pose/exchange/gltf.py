"""The pose of a glTF file (GLB, or JSON with its buffers inside or without): where the nodes of its skeleton are."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from pipelines.pose.exchange.found import FoundPose
from pipelines.pose.exchange.limits import (
    MEGA,
    MOST_FILE_BYTES,
    PoseFileRefused,
    check_list,
    check_number,
    check_object,
    read_json,
)
from pipelines.pose.exchange.skeletons import pose_of_joints

GLB_MAGIC = b"glTF"
JSON_CHUNK = 0x4E4F534A
MOST_NODES = 2000
LONGEST_NAME = 120


def is_gltf(document: Any) -> bool:
    """Whether a JSON document is glTF."""
    return isinstance(document, dict) and isinstance(document.get("asset"), dict) and "nodes" in document


def read_glb(data: bytes, name: str) -> FoundPose:
    """The pose of a binary glTF file. Raises PoseFileRefused."""
    if len(data) > MOST_FILE_BYTES:
        raise PoseFileRefused(f"The GLB file is larger than {MOST_FILE_BYTES // MEGA} MB.")
    if len(data) < 20:
        raise PoseFileRefused("The GLB file breaks off.")
    version, _ = struct.unpack_from("<II", data, 4)
    length, kind = struct.unpack_from("<II", data, 12)
    if version != 2 or kind != JSON_CHUNK or 20 + length > len(data):
        raise PoseFileRefused("The GLB file is broken, or not of version 2.")
    return read_gltf(read_json(data[20 : 20 + length]), name)


def read_gltf(document: Any, name: str) -> FoundPose:
    """The pose in which the nodes of a glTF document stand. No buffer is read. Raises PoseFileRefused."""
    nodes = [
        check_object(node, "nodes")
        for node in check_list(check_object(document, "glTF").get("nodes"), "nodes", MOST_NODES, 1)
    ]
    parents = _parents(nodes)
    whole: list[np.ndarray | None] = [None] * len(nodes)
    for row in range(len(nodes)):
        _place(row, nodes, parents, whole)
    places: dict[str, np.ndarray] = {}
    for node, matrix in zip(nodes, whole, strict=True):
        label = node.get("name", "")
        if isinstance(label, str) and 0 < len(label) <= LONGEST_NAME and matrix is not None:
            places.setdefault(label, matrix[:3, 3])
    if not all(np.isfinite(place).all() for place in places.values()):
        raise PoseFileRefused("The glTF file places a node nowhere.")
    return FoundPose(name=name, pose=pose_of_joints(places))


def _parents(nodes: list[dict[str, Any]]) -> list[int]:
    parents = [-1] * len(nodes)
    for row, node in enumerate(nodes):
        for child in check_list(node.get("children", []), "children", MOST_NODES):
            if (
                isinstance(child, bool)
                or not isinstance(child, int)
                or not 0 <= child < len(nodes)
                or parents[child] >= 0
            ):
                raise PoseFileRefused("The glTF file's nodes are no tree.")
            parents[child] = row
    return parents


def _place(row: int, nodes: list[dict[str, Any]], parents: list[int], whole: list[np.ndarray | None]) -> None:
    """The matrix of a node in the world, and of all above it; without recursion."""
    path = []
    while row >= 0 and whole[row] is None:
        path.append(row)
        row = parents[row]
        if len(path) > len(nodes):
            raise PoseFileRefused("The glTF file's nodes are no tree.")
    for one in reversed(path):
        above = whole[parents[one]] if parents[one] >= 0 else np.eye(4)
        assert above is not None
        whole[one] = above @ _own(nodes[one])


def _own(node: dict[str, Any]) -> np.ndarray:
    if "matrix" in node:
        return np.array(_numbers(node["matrix"], "matrix", 16)).reshape(4, 4).T
    matrix = np.eye(4)
    turn = np.array(_numbers(node.get("rotation", [0, 0, 0, 1]), "rotation", 4))
    if float(np.linalg.norm(turn)) < 1e-6:
        raise PoseFileRefused("The glTF file has a rotation of no length.")
    scale = _numbers(node.get("scale", [1, 1, 1]), "scale", 3)
    matrix[:3, :3] = Rotation.from_quat(turn).as_matrix() * np.array(scale)
    matrix[:3, 3] = _numbers(node.get("translation", [0, 0, 0]), "translation", 3)
    return matrix


def _numbers(value: Any, what: str, count: int) -> list[float]:
    return [check_number(part, what) for part in check_list(value, what, count, count)]
