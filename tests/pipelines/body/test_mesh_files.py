"""PLY and STL read back by trimesh, NPZ by numpy: the same body, in the units and axes that each says."""

from __future__ import annotations

import io

import numpy as np
import pytest
import trimesh

from pipelines.body.anny import open_anny
from pipelines.body.mesh_files import to_npz, to_ply, to_stl
from pipelines.types import Body, BodyParameters, Pose

SHAPE = BodyParameters(shape={"gender": 0.2, "weight": 0.7, "height": 0.45})
POSE = Pose(rotations={"upperarm01.L": (0.0, 0.5, 0.1)})


@pytest.fixture(scope="module")
def body() -> Body:
    return open_anny().build(SHAPE, POSE)


def volume_of(body: Body) -> float:
    return float(trimesh.Trimesh(body.vertices, body.faces, process=False).volume)


def test_ply_is_the_mesh_to_the_last_bit(body: Body) -> None:
    read = trimesh.load(io.BytesIO(to_ply(body)), file_type="ply", process=False)
    assert (np.asarray(read.vertices, np.float32) == body.vertices).all()
    assert (read.faces == body.faces).all()


def test_stl_stands_upright_in_millimetres_and_faces_forward(body: Body) -> None:
    read = trimesh.load(io.BytesIO(to_stl(body)), file_type="stl")
    assert len(read.faces) == len(body.faces)
    assert read.extents[2] == pytest.approx(1000 * np.ptp(body.vertices[:, 1]), rel=1e-5)
    assert read.volume == pytest.approx(
        1e9 * volume_of(body), rel=1e-4
    )  # not mirrored: that would be negative
    toe = 1000 * body.joint("toe2-1.L") * [1, 1, 1]
    assert toe[2] > 1000 * body.joint("foot.L")[2]  # the toes point to +z, in the file to -y
    low = np.asarray(read.vertices)[np.asarray(read.vertices)[:, 2] < 30]
    assert low[:, 1].min() < -0.6 * np.ptp(low[:, 1])


# what an imported body may bring along: names of ours, NumPy's own word, a way out of the archive
RAW = {"betas": (0.5, 1.0), "vertices": (1.0,), "file": (2.0,), "../x": (3.0,)}


def test_npz_rebuilds_the_body(body: Body) -> None:
    with np.load(io.BytesIO(to_npz(body, SHAPE, POSE, {"waist": 82.5}, RAW)), allow_pickle=False) as read:
        assert read["betas"].tolist() == [0.5, 1.0]
        assert not {"file", "../x"} & set(read.files)
        shape = dict(zip(read["shape_names"].tolist(), read["shape"].tolist(), strict=True))
        turns = zip(read["bone_names"].tolist(), read["pose"].tolist(), strict=True)
        again = open_anny().build(
            BodyParameters(shape=shape), Pose(rotations={name: (x, y, z) for name, (x, y, z) in turns})
        )
        assert (read["faces"] == body.faces).all()
        assert np.abs(again.vertices - read["vertices"]).max() < 1e-5
        assert np.abs(again.rest_vertices - read["rest_vertices"]).max() < 1e-5
        assert (read["joints"] == body.joints).all()
        assert (read["measure_names"].tolist(), read["measures_cm"].tolist()) == (["waist"], [82.5])
