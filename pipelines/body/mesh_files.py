"""A body's mesh as PLY and STL, and its numbers as NPZ."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np

from pipelines.body.export import GENERATOR
from pipelines.types import Body, BodyParameters, Pose

MM_PER_M = 1000.0
STL_HEADER_BYTES = 80
STL_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attributes", "<u2")])
PLY_TRIANGLE = np.dtype([("count", "u1"), ("corners", "<i4", 3)])


def to_ply(body: Body) -> bytes:
    """The body as it stands, as binary PLY 1.0: metres, y up, faces counter-clockwise from outside."""
    header = (
        "ply",
        "format binary_little_endian 1.0",
        f"comment {GENERATOR}: metres, y up",
        f"element vertex {len(body.vertices)}",
        *(f"property float {axis}" for axis in "xyz"),
        f"element face {len(body.faces)}",
        "property list uchar int vertex_indices",
        "end_header",
    )
    faces = np.zeros(len(body.faces), PLY_TRIANGLE)
    faces["count"], faces["corners"] = 3, body.faces
    return (
        ("\n".join(header) + "\n").encode("ascii") + body.vertices.astype("<f4").tobytes() + faces.tobytes()
    )


def to_stl(body: Body) -> bytes:
    """The body as it stands, as binary STL for printers: millimetres, z up, looking towards -y."""
    x, y, z = MM_PER_M * body.vertices.astype(np.float64).T
    corners = np.stack([x, -z, y], axis=1)[body.faces]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    triangles = np.zeros(len(corners), STL_TRIANGLE)
    triangles["normal"] = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    triangles["corners"] = corners
    header = f"{GENERATOR}: millimetres, z up".encode("ascii").ljust(STL_HEADER_BYTES)
    return header + np.uint32(len(triangles)).astype("<u4").tobytes() + triangles.tobytes()


def to_npz(
    body: Body,
    parameters: BodyParameters,
    pose: Pose,
    measures_cm: Mapping[str, float],
    raw: Mapping[str, Sequence[float]],
) -> bytes:
    """The numbers of a body as NumPy's compressed archive; no pickles.

    shape_names (S,), shape (S,); bone_names (B,), pose (B, 3) rotation vectors, radians, reference axes;
    rest_vertices (V, 3), rest_joints (B, 3), vertices (V, 3), joints (B, 3) metres, world frame, the last two posed;
    faces (F, 3); measure_names (M,), measures_cm (M,). And an extractor's own numbers, `raw`, each under its name: of
    SMPL betas (10,), body_pose (69,), global_orient (3,), camera (3,).
    """
    own = {
        "shape_names": np.array(list(parameters.shape), np.str_),
        "shape": np.array(list(parameters.shape.values()), np.float64),
        "bone_names": np.array(body.bone_names, np.str_),
        "pose": np.array([pose.rotations.get(bone, (0.0, 0.0, 0.0)) for bone in body.bone_names], np.float64),
        "rest_vertices": body.rest_vertices.astype(np.float32),
        "rest_joints": body.rest_joints.astype(np.float32),
        "vertices": body.vertices.astype(np.float32),
        "joints": body.joints.astype(np.float32),
        "faces": body.faces.astype(np.int32),
        "measure_names": np.array(list(measures_cm), np.str_),
        "measures_cm": np.array(list(measures_cm.values()), np.float64),
    }
    # An imported body's raw numbers may have any names: those of ours stay ours, and "file" is NumPy's own word.
    named = {name: values for name, values in raw.items() if name.isidentifier() and name != "file"}
    held = io.BytesIO()
    np.savez_compressed(held, **({name: np.array(row, np.float64) for name, row in named.items()} | own))
    return held.getvalue()
