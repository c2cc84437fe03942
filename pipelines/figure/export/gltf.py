"""A rigged figure as binary glTF 2.0: skinned meshes on one skeleton, textures, face units, clips. Metres, y up, +z."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipelines.body.export import GENERATOR
from pipelines.body.glb import INDEX_BUFFER, VERTEX_BUFFER, GlbBuffer, inverse_binds, pack_glb
from pipelines.figure.curves import unit
from pipelines.figure.export.clips import Clip
from pipelines.figure.export.rigged import ROUGHNESS, RiggedFigure, RiggedPiece

FACE_MESH = "Face"
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"  # as the drafts are marked
REPEAT = 10497  # texture wrapping; glTF 2.0, section 5.26
LINEAR, LINEAR_MIPMAP = 9729, 9987


def to_dressed_glb(
    figure: RiggedFigure, clips: Sequence[Clip] = (), extra: Mapping[str, Any] | None = None
) -> bytes:
    """The figure with its clips. extra: more of the document's top level, such as extensions."""
    buffer = GlbBuffer()
    joints = len(figure.skeleton.names)
    meshes = _meshes(figure, buffer)
    materials, textures, images = _materials(figure.pieces, buffer)
    skin = {
        "name": "skeleton",
        "joints": list(range(joints)),
        "skeleton": 0,
        "inverseBindMatrices": buffer.add(inverse_binds(figure.skeleton.heads)),
    }
    mesh_nodes = [{"name": mesh["name"], "mesh": number, "skin": 0} for number, mesh in enumerate(meshes)]
    document: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": GENERATOR, "extras": _facts(figure)},
        "scene": 0,
        "scenes": [{"name": "avatar", "nodes": [0, *range(joints, joints + len(meshes))]}],
        "nodes": [*_joint_nodes(figure), *mesh_nodes],
        "meshes": meshes,
        "skins": [skin],
        "materials": materials,
        "textures": textures,
        "images": images,
        "samplers": [{"magFilter": LINEAR, "minFilter": LINEAR_MIPMAP, "wrapS": REPEAT, "wrapT": REPEAT}],
    }
    if clips:
        document["animations"] = [_animation(clip, figure, buffer) for clip in clips]
    document |= {**buffer.describe(), **(extra or {})}
    return pack_glb(document, bytes(buffer.data))


def node_of_face(figure: RiggedFigure) -> int:
    """The number of the node that the face's units belong to: the first after the joints."""
    return len(figure.skeleton.names)


def _facts(figure: RiggedFigure) -> Mapping[str, Any]:
    return {
        "height_m": round(figure.height_m, 4),
        "triangles": figure.triangles,
        "digital_source_type": SOURCE_TYPE,
    }


def _meshes(figure: RiggedFigure, buffer: GlbBuffer) -> list[dict[str, Any]]:
    """The face first, its pieces in one mesh with the same targets; then each other piece."""
    face = [number for number, piece in enumerate(figure.pieces) if piece.is_of_face]
    others = [number for number, piece in enumerate(figure.pieces) if not piece.is_of_face]
    targets = {"targetNames": list(figure.unit_names)}
    weights = [round(float(figure.shown.get(name, 0.0)), 4) for name in figure.unit_names]
    primitives = [_primitive(figure.pieces[number], number, buffer) for number in face]
    meshes = [{"name": FACE_MESH, "primitives": primitives, "weights": weights, "extras": targets}]
    for number in others:
        piece = figure.pieces[number]
        meshes.append({"name": piece.name, "primitives": [_primitive(piece, number, buffer)]})
    return meshes


def _primitive(piece: RiggedPiece, material: int, buffer: GlbBuffer) -> dict[str, Any]:
    normals = unit(piece.normals).astype(np.float32)
    small = len(piece.vertices) < 65535
    primitive: dict[str, Any] = {
        "attributes": {
            "POSITION": buffer.add(piece.vertices, VERTEX_BUFFER, with_bounds=True),
            "NORMAL": buffer.add(normals, VERTEX_BUFFER),
            "TEXCOORD_0": buffer.add(piece.texture, VERTEX_BUFFER),
            "JOINTS_0": buffer.add(piece.joints, VERTEX_BUFFER),
            "WEIGHTS_0": buffer.add(piece.shares, VERTEX_BUFFER),
        },
        "indices": buffer.add(
            piece.faces.reshape(-1).astype(np.uint16 if small else np.uint32), INDEX_BUFFER
        ),
        "material": material,
        "mode": 4,
    }
    if piece.is_of_face:
        still = np.zeros(1, int), np.zeros((1, 3), np.float32)
        primitive["targets"] = [
            {
                "POSITION": buffer.add_sparse(
                    len(piece.vertices), *((one.rows, one.offsets) if len(one.rows) else still)
                )
            }
            for one in piece.units
        ]
    return primitive


def _materials(
    pieces: Sequence[RiggedPiece], buffer: GlbBuffer
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    materials, textures, images = [], [], []
    for number, piece in enumerate(pieces):
        surface = {
            "baseColorTexture": {"index": number},
            "metallicFactor": 0.0,
            "roughnessFactor": ROUGHNESS[piece.tone],
        }
        materials.append(
            {"name": piece.name, "pbrMetallicRoughness": surface, "doubleSided": piece.two_sided}
        )
        textures.append({"source": number, "sampler": 0})
        images.append(
            {"name": piece.name, "mimeType": "image/jpeg", "bufferView": buffer.add_bytes(piece.image)}
        )
    return materials, textures, images


def _joint_nodes(figure: RiggedFigure) -> list[dict[str, Any]]:
    """One node a joint, each where its head is; joint i is node i."""
    skeleton = figure.skeleton
    nodes = []
    for joint, (name, parent) in enumerate(zip(skeleton.names, skeleton.parents, strict=True)):
        offset = skeleton.heads[joint] - (skeleton.heads[parent] if parent >= 0 else 0)
        node: dict[str, Any] = {"name": name, "translation": [round(float(x), 6) for x in offset]}
        children = [child for child, above in enumerate(skeleton.parents) if above == joint]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def _animation(clip: Clip, figure: RiggedFigure, buffer: GlbBuffer) -> dict[str, Any]:
    """The clip's turns, of the joints that ever leave their rest, and the way of the hips."""
    times = buffer.add(clip.times, with_bounds=True)
    samplers: list[dict[str, Any]] = []
    channels: list[dict[str, Any]] = []

    def add(node: int, path: str, values: np.ndarray) -> None:
        samplers.append(
            {"input": times, "output": buffer.add(values.astype(np.float32)), "interpolation": "LINEAR"}
        )
        channels.append({"sampler": len(samplers) - 1, "target": {"node": node, "path": path}})

    add(0, "translation", clip.hips * np.float32(figure.scale) + np.array([0, figure.floor_m, 0]))
    for joint in range(clip.turns.shape[1]):
        if (np.abs(clip.turns[:, joint, :3]) > LEAST_TURN).any():
            add(joint, "rotation", clip.turns[:, joint])
    return {"name": clip.name, "samplers": samplers, "channels": channels}


LEAST_TURN = 1e-5
