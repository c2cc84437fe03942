"""Exported bodies: read back by trimesh, by the rules of glTF, and posed by their own skeleton."""

from __future__ import annotations

import io
import json
import re
import struct
from typing import Any

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from pipelines.body.anny import open_anny, rotation_matrices
from pipelines.body.export import BONES, SKIN_SRGB, four_bones, linear_from_srgb, to_glb, to_obj
from pipelines.body.frames import to_reference, to_world
from pipelines.pose.library import load_library
from pipelines.pose.prepare_four_bones import EVERY, move_bones
from pipelines.types import Body, BodyParameters, Pose

SHAPE = BodyParameters(shape={"gender": 0.2, "weight": 0.7, "height": 0.45})
FOUR_BONES_OFF_M = 8e-3  # at most, in any pose of the gallery that was tried
COMPONENT_TYPES = {5121: np.uint8, 5125: np.uint32, 5126: np.float32}
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@pytest.fixture(scope="module")
def body() -> Body:
    return open_anny().build(SHAPE)


@pytest.fixture(scope="module")
def glb(body: Body) -> bytes:
    return to_glb(body, open_anny())


def read_glb(data: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The JSON and every accessor's values, read by the letter of the specification."""
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    assert size % 4 == 0
    document = json.loads(data[20 : 20 + size])
    binary_size, kind = struct.unpack_from("<I4s", data, 20 + size)
    assert kind == b"BIN\0"
    binary = data[28 + size :]
    assert len(binary) == binary_size == document["buffers"][0]["byteLength"]
    arrays = []
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        assert view["byteOffset"] % 4 == 0
        values = np.frombuffer(
            binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]],
            COMPONENT_TYPES[accessor["componentType"]],
        ).reshape(-1, WIDTHS[accessor["type"]])
        assert len(values) == accessor["count"]
        arrays.append(values)
    return document, arrays


def test_trimesh_reads_the_same_body(body: Body, glb: bytes) -> None:
    scene = trimesh.load(io.BytesIO(glb), file_type="glb")
    assert np.allclose(scene.bounds, [body.vertices.min(0), body.vertices.max(0)], atol=1e-5)
    assert abs(scene.bounds[0][1]) < 1e-5  # stands on the floor
    mesh = next(iter(scene.geometry.values()))
    assert len(mesh.faces) == len(body.faces)
    merged = trimesh.Trimesh(mesh.vertices, mesh.faces, process=False)
    merged.merge_vertices(merge_tex=True, merge_norm=True)
    assert merged.volume == pytest.approx(
        trimesh.Trimesh(body.vertices, body.faces, process=False).volume, rel=1e-3
    )
    assert merged.volume > 0.03  # outward faces, cubic metres


def test_the_document_keeps_the_rules_of_gltf(body: Body, glb: bytes) -> None:
    document, arrays = read_glb(glb)
    assert "extensionsRequired" not in document
    primitive = document["meshes"][0]["primitives"][0]
    assert set(primitive["attributes"]) == {
        "POSITION", "NORMAL", "TEXCOORD_0", "JOINTS_0", "WEIGHTS_0",
    }  # fmt: skip
    count = {len(arrays[index]) for index in primitive["attributes"].values()}
    assert len(count) == 1
    assert arrays[primitive["indices"]].max() < count.pop()
    positions = document["accessors"][primitive["attributes"]["POSITION"]]
    assert np.allclose(positions["max"], body.vertices.max(0))
    normals = arrays[primitive["attributes"]["NORMAL"]]
    assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
    corners = arrays[primitive["attributes"]["TEXCOORD_0"]]
    assert corners.min() >= 0
    assert corners.max() <= 1
    assert np.allclose(arrays[primitive["attributes"]["WEIGHTS_0"]].sum(1), 1, atol=1e-4)
    skin = document["skins"][0]
    names = [document["nodes"][node]["name"] for node in skin["joints"]]
    assert [name.replace("_", ".") for name in names] == list(body.bone_names)
    assert not re.search(r"[^\w-]", "".join(names))  # as three.js keeps them
    assert len(set(names)) == len(names)
    parents = {child: i for i, node in enumerate(document["nodes"]) for child in node.get("children", ())}
    assert [parents.get(node, 0) - 1 for node in skin["joints"]] == list(open_anny().bone_parents)


def test_skin_colour_is_linear(glb: bytes) -> None:
    document, _ = read_glb(glb)
    color = document["materials"][0]["pbrMetallicRoughness"]["baseColorFactor"]
    assert np.allclose(color[:3], linear_from_srgb(SKIN_SRGB), atol=1e-4)
    assert linear_from_srgb((0, 255, 188))[:2] == [0.0, 1.0]
    assert linear_from_srgb((188, 0, 0))[0] == pytest.approx(0.5029, abs=1e-3)


def test_the_skeleton_in_the_file_poses_the_skin(body: Body, glb: bytes) -> None:
    """Turning the file's own bones gives the studio's own pose, but for what four bones a vertex leave."""
    model = open_anny()
    rotations = {"upperarm01.L": (0.0, -1.0, 0.2), "lowerleg01.R": (0.9, 0.0, 0.0), "neck02": (0.2, 0.1, 0.3)}
    root = to_reference(body.joints[0])
    wanted = model.build(SHAPE, Pose(rotations=rotations, root_m=tuple(float(x) for x in root)))
    document, arrays = read_glb(glb)
    nodes = document["nodes"]
    axes = to_world(np.eye(3, dtype=np.float32)).T
    posed = np.zeros((len(nodes), 4, 4))

    def turn(node: int, above: np.ndarray) -> None:
        local = np.eye(4)
        local[:3, 3] = nodes[node].get("translation", (0, 0, 0))
        vector = rotations.get(nodes[node]["name"].replace("_", "."), (0.0, 0.0, 0.0))
        local[:3, :3] = axes @ rotation_matrices(np.array([vector], np.float32))[0] @ axes.T
        posed[node] = above @ local
        for child in nodes[node].get("children", ()):
            turn(child, posed[node])

    turn(1, np.eye(4))
    skin, attributes = document["skins"][0], document["meshes"][0]["primitives"][0]["attributes"]
    binds = arrays[skin["inverseBindMatrices"]].reshape(-1, 4, 4).transpose(0, 2, 1)
    moves = posed[skin["joints"]] @ binds
    positions = np.c_[arrays[attributes["POSITION"]], np.ones(len(arrays[attributes["POSITION"]]))]
    weights, joints = (arrays[attributes[name]] for name in ("WEIGHTS_0", "JOINTS_0"))
    skinned = np.einsum("vk,vkij,vj->vi", weights, moves[joints], positions)
    source = cKDTree(body.vertices).query(positions[:, :3])[1]
    assert np.linalg.norm(skinned[:, :3] - wanted.vertices[source], axis=1).max() < FOUR_BONES_OFF_M


@pytest.mark.parametrize("shape", [SHAPE.shape, {"gender": 0.9, "weight": 0.9}], ids=["man", "heavy woman"])
def test_four_bones_hold_the_skin_in_poses_that_they_were_not_fitted_to(shape: dict[str, float]) -> None:
    model, parameters = open_anny(), BodyParameters(shape=shape)
    bones, weights = four_bones(model.weights)
    strongest = np.argsort(-model.weights, axis=1)[:, :BONES]
    shares = np.take_along_axis(model.weights, strongest, axis=1)
    standing = model.build(parameters)
    furthest, naive = 0.0, 0.0
    for template in load_library().all()[5::EVERY][::4]:
        posed = model.build(parameters, template.pose)
        move, place = move_bones(standing, posed), to_reference(standing.vertices)
        wanted = to_reference(posed.vertices)
        furthest = max(furthest, np.linalg.norm(skin(move, place, bones, weights) - wanted, axis=1).max())
        usual = skin(move, place, strongest, shares / shares.sum(1, keepdims=True))
        naive = max(naive, np.linalg.norm(usual - wanted, axis=1).max())
    assert furthest < FOUR_BONES_OFF_M < naive / 2


def skin(
    move: tuple[np.ndarray, np.ndarray], place: np.ndarray, bones: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """(V, 3) where the vertices go that `place` (V, 3) has standing, each by its bones (V, 4)."""
    turns, shifts = move
    moved = np.einsum("vkij,vj->vki", turns[bones], place) + shifts[bones]
    return np.asarray(np.einsum("vk,vki->vi", weights, moved))


def test_obj_reads_back(body: Body) -> None:
    mesh = trimesh.load(
        io.BytesIO(to_obj(body, open_anny())), file_type="obj", process=False, maintain_order=True
    )
    assert len(mesh.faces) == len(body.faces)
    assert np.allclose(mesh.bounds, [body.vertices.min(0), body.vertices.max(0)], atol=1e-5)
    assert np.allclose(mesh.triangles, body.vertices[body.faces], atol=2e-6)
    assert mesh.visual.uv is not None


def test_the_same_body_gives_the_same_bytes(body: Body, glb: bytes) -> None:
    again = open_anny().build(SHAPE)
    assert to_glb(again, open_anny()) == glb
    assert to_obj(again, open_anny()) == to_obj(body, open_anny())
