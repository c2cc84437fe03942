"""A body as a file: GLB with its skeleton, and OBJ. Metres, y up, facing +z; no compression, no extension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.body.frames import WORLD_FROM_REFERENCE, to_reference, to_world
from pipelines.body.glb import INDEX_BUFFER, VERTEX_BUFFER, GlbBuffer, pack_glb
from pipelines.body.skinning import bone_moves, four_bones, rest_for
from pipelines.types import Body

if TYPE_CHECKING:
    from pipelines.body.anny import AnnyBodyModel

SKIN_SRGB = (216, 180, 156)  # a plain light clay; no one's skin
ROUGHNESS = 0.75
GENERATOR = "Avatar Studio"
MESH_MEDIA_TYPES: Mapping[str, str] = {"glb": "model/gltf-binary", "obj": "model/obj"}  # by file ending


def to_glb(body: Body, model: AnnyBodyModel) -> bytes:
    """The body as it stands, as binary glTF 2.0: skin with UVs, and its skeleton.

    The vertices are those of the reference pose, whose soles are on the floor; the bones put them where the body has
    them.
    """
    writer = GlbBuffer()
    source, texture = _split_seams(model)
    bones, weights = four_bones(model.weights)
    places, turns = rest_for(body, bones, weights)
    floor = np.array([0, 0, places[:, 2].min()])
    normals = np.linalg.solve(turns, to_reference(_normals(body.vertices, body.faces))[..., None])[..., 0]
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    positions, normals = to_world(places - floor), to_world(normals)
    attributes = {
        "POSITION": writer.add(positions[source].astype(np.float32), VERTEX_BUFFER, with_bounds=True),
        "NORMAL": writer.add(normals[source].astype(np.float32), VERTEX_BUFFER),
        "TEXCOORD_0": writer.add(
            model.texture_coordinates[texture].astype(np.float32) * [1, -1] + [0, 1], VERTEX_BUFFER
        ),
    }
    attributes["JOINTS_0"] = writer.add(bones[source], VERTEX_BUFFER)
    attributes["WEIGHTS_0"] = writer.add(weights[source], VERTEX_BUFFER)
    faces = _faces_over(model, source, texture)
    primitive = {
        "attributes": attributes,
        "indices": writer.add(faces.reshape(-1).astype(np.uint32), INDEX_BUFFER),
        "material": 0,
        "mode": 4,
    }
    skin = {
        "name": "skeleton",
        "joints": list(range(1, len(body.bone_names) + 1)),
        "skeleton": 1,
        "inverseBindMatrices": writer.add(_inverse_binds(body, floor)),
    }
    document = {
        "asset": {"version": "2.0", "generator": GENERATOR},
        "scene": 0,
        "scenes": [{"name": "body", "nodes": [0, 1]}],
        "nodes": [{"name": "body", "mesh": 0, "skin": 0}, *_bone_nodes(body, model.bone_parents)],
        "meshes": [{"name": "body", "primitives": [primitive]}],
        "skins": [skin],
        "materials": [_material()],
        **writer.describe(),
    }
    return pack_glb(document, bytes(writer.data))


def to_obj(body: Body, model: AnnyBodyModel) -> bytes:
    """The body as it stands, as Wavefront OBJ with UVs: ASCII, metres, faces counter-clockwise from outside."""
    corners = np.stack([body.faces, model.texture_faces], axis=2).reshape(-1, 6) + 1
    return "".join(
        [
            f"# {GENERATOR}: metres, y up\no body\n",
            _format_rows("v %.6f %.6f %.6f\n", body.vertices),
            _format_rows("vt %.6f %.6f\n", model.texture_coordinates),
            _format_rows("f %d/%d %d/%d %d/%d\n", corners),
        ]
    ).encode("ascii")


def _format_rows(line: str, rows: np.ndarray) -> str:
    """Each row as that line: one format for all is twice as fast as one for each."""
    return line * len(rows) % tuple(rows.reshape(-1).tolist())


def linear_from_srgb(color: Sequence[int]) -> list[float]:
    """Linear light 0..1 of an sRGB colour 0..255 (IEC 61966-2-1): glTF's base colours are linear."""
    share = np.asarray(color, np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).tolist()


def _material() -> dict[str, Any]:
    surface = {
        "baseColorFactor": [round(value, 5) for value in linear_from_srgb(SKIN_SRGB)] + [1.0],
        "metallicFactor": 0.0,
        "roughnessFactor": ROUGHNESS,
    }
    return {"name": "skin", "pbrMetallicRoughness": surface}


def _split_seams(model: AnnyBodyModel) -> tuple[np.ndarray, np.ndarray]:
    """(N,), (N,): vertex and texture coordinate of each exported vertex; a vertex on a seam comes once a side."""
    pairs = np.unique(_pair_codes(model).reshape(-1))
    return np.divmod(pairs, len(model.texture_coordinates))


def _pair_codes(model: AnnyBodyModel) -> np.ndarray:
    """(F, 3) one number for each corner's vertex and texture coordinate."""
    return model.faces.astype(np.int64) * len(model.texture_coordinates) + model.texture_faces


def _faces_over(model: AnnyBodyModel, source: np.ndarray, texture: np.ndarray) -> np.ndarray:
    """(F, 3) faces over the exported vertices."""
    return np.searchsorted(source * len(model.texture_coordinates) + texture, _pair_codes(model))


def _inverse_binds(body: Body, floor: np.ndarray) -> np.ndarray:
    """(B, 16) column-major: what each bone, where its node has it now, does to the reference pose less `floor` (3,)."""
    turns, shifts = bone_moves(body)
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(turns), 1, 1))
    matrices[:, :3, :3] = WORLD_FROM_REFERENCE @ turns @ WORLD_FROM_REFERENCE.T
    matrices[:, :3, 3] = to_world(turns @ floor + shifts) - body.joints
    return matrices.transpose(0, 2, 1).reshape(-1, 16)


def _bone_nodes(body: Body, parents: Sequence[int]) -> list[dict[str, Any]]:
    """One node a bone, each where its head is; bone i is node i + 1."""
    nodes = []
    for bone, (name, parent) in enumerate(zip(body.bone_names, parents, strict=True)):
        offset = body.joints[bone] - (body.joints[parent] if parent >= 0 else 0)
        node: dict[str, Any] = {"name": node_name(name), "translation": [round(float(x), 6) for x in offset]}
        children = [child + 1 for child, above in enumerate(parents) if above == bone]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def node_name(bone: str) -> str:
    """What a bone is called in a GLB: without dots, which some programs drop from names; Blender knows sides so too."""
    return bone.replace(".", "_")


def _normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, float32: the mean of the faces around each vertex, weighted by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    each = np.cross(b - a, c - a)
    total = np.zeros((len(vertices), 3))
    for k in range(3):
        np.add.at(total, faces[:, k], each)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 0, total / np.maximum(length, 1e-12), [0, 1, 0]).astype(np.float32)
