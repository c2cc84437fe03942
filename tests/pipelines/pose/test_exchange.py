"""Poses through files: each format there and back, foreign skeletons, and a table of files that are refused."""

from __future__ import annotations

import io
import json
import pickle
import re
import stat
import struct
import zipfile
from typing import Any

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.export import to_glb
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.distance import pose_points
from pipelines.pose.exchange import archives, files
from pipelines.pose.exchange.bvh import write_bvh
from pipelines.pose.exchange.bvh_text import read_bvh_text
from pipelines.pose.exchange.files import read_poses_file, write_pose, write_poses
from pipelines.pose.exchange.found import template_of
from pipelines.pose.exchange.joint_names import name_joints
from pipelines.pose.exchange.keypoints import COCO, from_coco, people_of
from pipelines.pose.exchange.limits import PoseFileRefused, read_json
from pipelines.pose.exchange.openpose_picture import COLORS, looks_like_openpose, points_of_picture
from pipelines.pose.exchange.packs import Credit
from pipelines.pose.exchange.smpl import write_smpl
from pipelines.pose.exchange.studio_json import read_studio_json, write_studio_json
from pipelines.pose.library import load_library
from pipelines.pose.openpose import BODY_POINTS
from pipelines.pose.vocabulary import POSE_FORMATS
from pipelines.types import BodyParameters, Pose

LIBRARY = load_library()
HAND_ON_HIP, T_POSE = LIBRARY.find("hand-on-hip"), LIBRARY.find("t-pose")
# mean over the 18 body points, as poses are compared: exact, but where a format has other joints or no depth
MOST_APART_M = {"json": 1e-6, "bvh": 1e-4, "npz": 0.02, "openpose": 0.05}
MOVED = ("hand-on-hip", "boxing-guard", "sitting-upright-hands-on-knees")


def apart_m(first: Pose, second: Pose) -> float:
    """Mean distance of two poses' body points on the body that poses are made on."""
    one, other = (pose_points(open_anny().build(POSE_BODY, pose)) for pose in (first, second))
    return float(np.linalg.norm(one - other, axis=1).mean())


@pytest.mark.parametrize("format", POSE_FORMATS)
@pytest.mark.parametrize("slug", MOVED)
def test_a_pose_comes_back_from_its_file(slug: str, format: Any) -> None:
    pose = LIBRARY.find(slug).pose
    (found,) = read_poses_file(write_pose(LIBRARY.find(slug), format), f"{slug}.{format}")
    assert apart_m(found.pose, pose) < MOST_APART_M[format]


def test_every_pose_of_the_gallery_comes_back_from_json_equal() -> None:
    for template in LIBRARY.all()[::7]:
        assert read_studio_json(read_json(write_studio_json(template)), "").template == template


def test_json_needs_no_more_than_rotations() -> None:
    (found,) = read_poses_file(b'{"name": "Nod", "rotations": {"head": [0.2, 0, 0]}}')
    template = template_of(found)
    assert (template.slug, template.name, template.support) == ("nod", "Nod", "standing")
    assert template.pose.rotations["head"] == (0.2, 0.0, 0.0)
    assert template.goals["angles"]["head_flex"][0] == pytest.approx(np.degrees(0.2), abs=0.1)


def test_what_no_joint_can_do_is_brought_within_its_range() -> None:
    (found,) = read_poses_file(b'{"name": "Owl", "rotations": {"head": [0, 0, 3.0]}}')
    assert "head_twist" in found.remarks[0]
    assert np.degrees(np.linalg.norm(found.pose.rotations["head"])) < 45


def test_a_bvh_stands_at_rest_y_up() -> None:
    bvh = read_bvh_text(write_bvh([HAND_ON_HIP.pose]))
    rest = bvh.places(None)
    height = rest["Head"][1] - rest["LeftFoot"][1]
    assert 130 < height < 170  # centimetres
    assert rest["LeftHand"][0] > 20 > -20 > rest["RightHand"][0]
    assert rest["LeftToeBase"][2] > rest["LeftFoot"][2]  # it faces +z


def test_a_bvh_on_a_bodys_own_skeleton_has_its_lengths() -> None:
    tall = BodyParameters(shape={"gender": 0.1, "height": 0.6})
    bvh = read_bvh_text(write_bvh([HAND_ON_HIP.pose], body=tall))
    body, places = open_anny().build(tall, HAND_ON_HIP.pose), bvh.places(bvh.frames[0])
    for name, bone in (("Hips", "root"), ("LeftHand", "wrist.L"), ("RightFoot", "foot.R"), ("Head", "head")):
        assert np.abs(places[name] / 100 - body.joint(bone)).max() < 1e-4, name
    assert places["Head"][1] - 100 * open_anny().build(POSE_BODY, HAND_ON_HIP.pose).joint("head")[1] > 10


def test_the_frame_of_a_bvh_puts_its_joints_where_the_body_has_them() -> None:
    bvh = read_bvh_text(write_bvh([T_POSE.pose, HAND_ON_HIP.pose]))
    body = open_anny().build(POSE_BODY, HAND_ON_HIP.pose)
    places = bvh.places(bvh.frames[1])
    for name, bone in {"RightHand": "wrist.R", "LeftFoot": "foot.L", "Head": "head", "Hips": "root"}.items():
        assert places[name] == pytest.approx(100 * body.joint(bone), abs=0.05)
    (second,) = read_poses_file(write_bvh([T_POSE.pose, HAND_ON_HIP.pose]), "x", frame=1)
    assert apart_m(second.pose, HAND_ON_HIP.pose) < 1e-4


def test_a_foreign_skeleton_is_taken_over_by_where_its_limbs_point() -> None:
    longer = re.sub(rb"(Left|Right)(Leg|ForeArm)Roll", rb"\1\2Twist", write_bvh([HAND_ON_HIP.pose]))
    inches = re.sub(
        rb"OFFSET (\S+) (\S+) (\S+)",
        lambda match: b"OFFSET " + b" ".join(b"%.4f" % (float(part) / 2.54) for part in match.groups()),
        longer,
    )
    (found,) = read_poses_file(inches, "foreign.bvh")
    assert apart_m(found.pose, HAND_ON_HIP.pose) < 0.05


def test_the_pose_of_a_glb_is_read_from_its_nodes() -> None:
    body = open_anny().build(POSE_BODY, HAND_ON_HIP.pose)
    (found,) = read_poses_file(to_glb(body, open_anny()), "body.glb")
    assert apart_m(found.pose, HAND_ON_HIP.pose) < 0.05


def test_a_t_pose_is_all_zeros_in_smpl() -> None:
    with np.load(io.BytesIO(write_smpl(T_POSE.pose))) as arrays:
        assert arrays["poses"].shape == (1, 165)
        assert (
            np.abs(arrays["poses"][0, :66]).max() < 0.15
        )  # radians: our T-pose drops its shoulders a little


def test_amass_worlds_are_z_up_and_one_frame_is_taken() -> None:
    with np.load(io.BytesIO(write_smpl(HAND_ON_HIP.pose))) as arrays:
        poses = np.repeat(arrays["poses"][:, :156], 3, 0)
    poses[:, :3] = [np.pi / 2, 0, 0]  # upright, z up
    poses[2, 3:66] = 0
    stream = io.BytesIO()
    np.savez(stream, poses=poses, mocap_framerate=120.0)
    (zeros,) = read_poses_file(stream.getvalue(), "walk.npz", frame=2)
    assert apart_m(zeros.pose, T_POSE.pose) < 0.08
    with pytest.raises(PoseFileRefused, match="3 frames"):
        read_poses_file(stream.getvalue(), "walk.npz", frame=3)


def test_coco_has_its_own_order_and_no_neck() -> None:
    places = np.arange(34.0).reshape(17, 2)
    ours = from_coco(places)
    assert ours[BODY_POINTS.index("left_wrist")].tolist() == places[COCO.index("left_wrist")].tolist()
    (person,) = people_of({"keypoints": [v for x, y in places for v in (x, y, 2)]})
    assert np.array_equal(person, ours)


def test_an_openpose_picture_gives_its_points() -> None:
    import cv2

    picture, wanted = np.zeros((300, 200, 3), np.uint8), []
    for number, color in enumerate(COLORS):
        wanted.append((20 + 9 * number, 30 + 13 * number))
        cv2.circle(picture, wanted[-1], 4, color, -1)
    assert looks_like_openpose(picture)
    assert points_of_picture(picture) == pytest.approx(np.array(wanted) + 0.5, abs=0.6)
    assert not looks_like_openpose(np.full((64, 64, 3), 128, np.uint8))


@pytest.mark.parametrize(
    ("names", "joint", "own"),
    [
        (["LeftShoulder", "LeftArm"], "left_shoulder", "LeftArm"),
        (["LeftCollar", "LeftShoulder", "LeftElbow"], "left_shoulder", "LeftShoulder"),
        (["mixamorig:RightUpLeg"], "right_hip", "mixamorig:RightUpLeg"),
        (["J_Bip_L_UpperArm"], "left_shoulder", "J_Bip_L_UpperArm"),
        (["lowerarm_l"], "left_elbow", "lowerarm_l"),
        (["lShin"], "left_knee", "lShin"),
        (["Bip01 R Thigh"], "right_hip", "Bip01 R Thigh"),
        (["upperleg01.L", "pelvis.L"], "left_hip", "upperleg01.L"),
    ],
)
def test_joints_are_known_by_many_names(names: list[str], joint: str, own: str) -> None:
    assert name_joints(names)[joint] == own


@pytest.mark.parametrize("format", POSE_FORMATS)
def test_several_poses_are_a_pack_that_comes_back(format: Any) -> None:
    data, ending = write_poses([HAND_ON_HIP, T_POSE], format, Credit(author="Ada", licence="CC0-1.0"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        suffix = "json" if format == "openpose" else format
        assert set(archive.namelist()) == {"pack.json", f"hand-on-hip.{suffix}", f"t-pose.{suffix}"}
    found = read_poses_file(data, "pack.zip")
    assert ending == "zip"
    assert [(one.name, one.author, one.licence) for one in found] == [
        ("Hand on hip", "Ada", "CC0-1.0"),
        ("T-pose" if format == "json" else "T pose", "Ada", "CC0-1.0"),
    ]


# --- what is refused -----------------------------------------------------------------------------


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def with_name(name: str, *, mode: int = 0) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, b"{}")
    return stream.getvalue()


def arrays(**values: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **values)
    return stream.getvalue()


def huge_array() -> bytes:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 72)}"
    header += b" " * (117 - len(header)) + b"\n"
    return packed(poses__npy=b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)


def pose_json(**fields: Any) -> bytes:
    return json.dumps({"name": "A", "rotations": {}, **fields}).encode()


BVH = (
    b"HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n}\n"
    b"MOTION\nFrames: 1\nFrame Time: 0.03\n0 0 0\n"
)
GOOD = json.dumps({"name": "A", "rotations": {"head": [0, 0, 0.1]}}).encode()
BAD = {
    "nothing": (b"", "no file that can be read"),
    "noise": (b"\x00\x01\x02" * 50, "no file that can be read"),
    "pickle": (pickle.dumps({"poses": 1}), "no file that can be read"),
    "broken json": (b'{"rotations": ', "broken"),
    "not utf-8": (b'{"name": "\xff\xfe"}', "broken"),
    "nan": (b'{"name": "A", "rotations": {"head": [NaN, 0, 0]}}', "NaN"),
    "infinity": (b'{"name": "A", "rotations": {"head": [1e999, 0, 0]}}', "not within"),
    "large number": (pose_json(rotations={"head": [9e9, 0, 0]}), "not within"),
    "huge integer": (b'{"rotations": {"head": [' + b"9" * 5000 + b", 0, 0]}}", "broken"),
    "number as text": (pose_json(rotations={"head": ["1", 0, 0]}), "something else"),
    "yes for a number": (pose_json(rotations={"head": [True, 0, 0]}), "something else"),
    "two numbers": (pose_json(rotations={"head": [0, 0]}), "a list of 3 to 3"),
    "deep": (b'{"rotations":' + b"[" * 100 + b"]" * 100 + b"}", "deeper"),
    "very deep": (b"[" * 200_000, "broken"),
    "unknown bone": (pose_json(rotations={"__class__": [0, 0, 0]}), "no bone"),
    "hands of another kind": (pose_json(hands=[{}, []]), "no hand shape"),
    "no rotations": (b'{"format": "avatar-studio-pose", "version": 1}', "no rotations"),
    "tags of another kind": (pose_json(category="sport", tags=[{}], framing="full", view={}), "."),
    "unknown field": (pose_json(exec="rm"), "not known"),
    "long name": (pose_json(name="a" * 500), "name"),
    "control characters": (pose_json(name="a\x00b"), "name"),
    "later version": (pose_json(version=99), "another version"),
    "unknown category": (
        pose_json(category="x", tags=[], framing="full", view="front"),
        "not one of",
    ),
    "unknown goal": (
        pose_json(category="sport", tags=[], framing="full", view="front", goals={"a": 1}),
        "goals",
    ),
    "unknown point": (
        pose_json(
            category="sport", tags=[], framing="full", view="front", goals={"contacts": [{"point": "x"}]}
        ),
        "no point",
    ),
    "negative weight": (
        pose_json(
            category="sport", tags=[], framing="full", view="front", goals={"angles": {"elbow.L": [3, -1]}}
        ),
        "negative",
    ),
    "other json": (b'{"hello": 1}', "neither"),
    "nobody": (b'{"people": []}', "nobody"),
    "too many people": (json.dumps({"people": [{}] * 30}).encode(), "people"),
    "too few points": (json.dumps({"people": [{"pose_keypoints_2d": [1, 1, 1]}]}).encode(), "17"),
    "nothing seen": (json.dumps({"people": [{"pose_keypoints_2d": [0] * 54}]}).encode(), "Too little"),
    "all in one place": (
        json.dumps({"people": [{"pose_keypoints_2d": [5, 5, 1] * 18}]}).encode(),
        "one place",
    ),
    "bvh without motion": (b"HIERARCHY\nROOT Hips\n{\n}", "MOTION"),
    "bvh that names nobody": (BVH, "not recognised"),
    "bvh with nan": (BVH.replace(b"\n0 0 0\n", b"\nnan 0 0\n"), "no number"),
    "bvh with too few numbers": (BVH.replace(b"\n0 0 0\n", b"\n0 0\n"), "not as many"),
    "bvh with a billion frames": (BVH.replace(b"Frames: 1", b"Frames: 1000000000"), "frames"),
    "bvh too deep": (
        b"HIERARCHY ROOT a { " + b" ".join(b"JOINT j%d {" % i for i in range(80)) + b" MOTION Frames: 1",
        "deep",
    ),
    "bvh with strange channels": (BVH.replace(b"Zrotation", b"Wrotation"), "channels"),
    "bvh broken off": (BVH.replace(b"}\nMOTION", b"MOTION"), "breaks off"),
    "npz of objects": (arrays(poses=np.array([{"a": 1}], dtype=object)), "numbers"),
    "npz of text": (arrays(poses=np.array(["a"])), "numbers"),
    "npz that lies about its size": (huge_array(), "not as large"),
    "npz with nan": (arrays(poses=np.full((1, 72), np.nan)), "no number"),
    "npz of another width": (arrays(poses=np.zeros((1, 70))), "70 numbers"),
    "npz without a pose": (arrays(v_template=np.zeros(3)), "neither"),
    "glb broken off": (b"glTF\x02\x00\x00\x00", "breaks off"),
    "glb that lies about its size": (
        b"glTF" + struct.pack("<IIII", 2, 40, 10**9, 0x4E4F534A) + b"{}",
        "broken",
    ),
    "gltf that is a circle": (
        json.dumps({"asset": {}, "nodes": [{"children": [1]}, {"children": [0]}]}).encode(),
        "no tree",
    ),
    "gltf with two parents": (
        json.dumps({"asset": {}, "nodes": [{"children": [2]}, {"children": [2]}, {}]}).encode(),
        "no tree",
    ),
    "gltf without a person": (
        json.dumps({"asset": {}, "nodes": [{"name": "cube"}]}).encode(),
        "not recognised",
    ),
    "broken zip": (packed(a=GOOD)[:-30], "broken"),
    "empty zip": (packed(), "no pose"),
    "only a sheet": (packed(pack__json=b"{}"), "no pose"),
    "path outside": (with_name("../../etc/a.json"), "outside"),
    "absolute path": (with_name("/etc/a.json"), "outside"),
    "drive": (with_name("C:\\a.json"), "outside"),
    "link": (with_name("a.json", mode=stat.S_IFLNK | 0o777), "link"),
    "zip in a zip": (packed(a__zip=packed(b__json=GOOD)), "a.zip"),
    "one of two is bad": (packed(a__json=GOOD, b__json=b"{}"), "b.json"),
    "bomb": (packed(a__json=b'{"name": "' + b"a" * 30_000_000), "too large"),
    "bad sheet": (packed(pack__json=b'{"author": 5}', a__json=GOOD), "author"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_trusted_is_refused(case: str) -> None:
    data, sentence = BAD[case]
    with pytest.raises(PoseFileRefused, match=sentence):
        read_poses_file(data, case)


def test_sizes_and_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = packed(a__json=GOOD, b__json=GOOD, c__json=GOOD)
    assert len(read_poses_file(pack)) == 3
    monkeypatch.setattr(files, "MOST_POSES", 2)
    with pytest.raises(PoseFileRefused, match="2 at most"):
        read_poses_file(pack)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    with pytest.raises(PoseFileRefused, match="more than 2"):
        read_poses_file(pack)
    monkeypatch.setattr(files, "MOST_FILE_BYTES", 100)
    with pytest.raises(PoseFileRefused, match="larger"):
        read_poses_file(pack)
