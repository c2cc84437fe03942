"""A measured body as the files that other programs read: mesh, numbers and skeleton."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.body.anny import open_anny
from pipelines.body.mesh_files import to_npz, to_ply, to_stl
from pipelines.pose.exchange.bvh import write_bvh
from pipelines.types import Pose
from studio.services.body_words import measurements_csv
from studio.vocabulary.avatar import MeasuredBody


def write_body_files(body: MeasuredBody) -> Mapping[str, bytes]:
    """By file ending: ply and stl at rest, npz of all its numbers, bvh of its skeleton in the photo's pose, csv of its
    measures."""
    model, pose = open_anny(), body.pose or Pose()
    rest = model.build(body.parameters)
    measures = {row.name: row.cm for row in body.measurements}
    return {
        "npz": to_npz(model.build(body.parameters, pose), body.parameters, pose, measures, body.raw),
        "ply": to_ply(rest),
        "stl": to_stl(rest),
        "bvh": write_bvh([pose], body=body.parameters),
        "csv": measurements_csv(body).encode(),
    }
