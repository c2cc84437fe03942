"""One way in and one way out for all formats: the content decides what a file is, its name never does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from pipelines.pose.exchange.archives import Archive
from pipelines.pose.exchange.bvh import read_bvh, write_bvh
from pipelines.pose.exchange.found import FoundPose
from pipelines.pose.exchange.gltf import GLB_MAGIC, is_gltf, read_glb, read_gltf
from pipelines.pose.exchange.keypoints import is_keypoints, read_keypoints, write_openpose
from pipelines.pose.exchange.limits import (
    LONGEST_NAME,
    MEGA,
    MOST_FILE_BYTES,
    MOST_POSES,
    PoseFileRefused,
    read_json,
)
from pipelines.pose.exchange.packs import Credit, members_of, read_credit, write_pack
from pipelines.pose.exchange.smpl import read_smpl, write_smpl
from pipelines.pose.exchange.studio_json import is_studio_json, read_studio_json, write_studio_json
from pipelines.pose.template import PoseTemplate
from pipelines.pose.vocabulary import PoseFormat

# how the name of a file ends; OpenPose's is JSON too
ENDINGS: Mapping[PoseFormat, str] = {"json": "json", "bvh": "bvh", "npz": "npz", "openpose": "json"}
MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "bvh": "text/plain",
    "npz": "application/octet-stream",
    "openpose": "application/json",
    "zip": "application/zip",
}
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
WRITERS: Mapping[PoseFormat, Callable[[PoseTemplate], bytes]] = {
    "json": write_studio_json,
    "bvh": lambda template: write_bvh([template.pose]),
    "npz": lambda template: write_smpl(template.pose),
    "openpose": write_openpose,
}
PICTURE_MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")
READS = "poses as JSON, OpenPose or COCO JSON, BVH, SMPL, SMPL-X or AMASS NPZ, glTF or GLB, or a ZIP of such"


def write_pose(template: PoseTemplate, format: PoseFormat) -> bytes:
    """A pose as a file of that format."""
    return WRITERS[format](template)


def write_poses(
    templates: Sequence[PoseTemplate], format: PoseFormat, credit: Credit | None = None
) -> tuple[bytes, str]:
    """One pose as its file, several as a ZIP with "slug.ext" each; and the ending: "json", …, "zip"."""
    if len(templates) == 1:
        return write_pose(templates[0], format), ENDINGS[format]
    files = [(f"{one.slug}.{ENDINGS[format]}", write_pose(one, format)) for one in templates]
    return write_pack(files, credit), "zip"


def is_picture(data: bytes) -> bool:
    """Whether a file means to be a picture: a photo, or points drawn as OpenPose does. It is not opened."""
    return data.startswith(PICTURE_MAGIC) or data[4:12] in (b"ftypavif", b"ftypavis")


def read_poses_file(data: bytes, name: str = "", *, frame: int = 0, person: int = 0) -> list[FoundPose]:
    """The poses of a file that is no picture; `name` is the file's, and names poses that have none of their own.

    frame: which one of a BVH or NPZ; person: which one of points. A ZIP gives its members' poses, all or none.
    Raises PoseFileRefused.
    """
    if len(data) > MOST_FILE_BYTES:
        raise PoseFileRefused(f"The file is larger than {MOST_FILE_BYTES // MEGA} MB, the most that is read.")
    if data.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        archive = Archive(data)
        if not any(member.endswith(".npy") for member in archive.names):
            return _read_pack(archive, name_of(name), frame, person)
    return [read_one(data, name_of(name), frame=frame, person=person)]


def read_one(data: bytes, name: str, *, frame: int = 0, person: int = 0) -> FoundPose:
    """The one pose of a file. Raises PoseFileRefused."""
    if data.startswith(ZIP_MAGIC):
        return read_smpl(data, name, frame)
    if data.startswith(GLB_MAGIC):
        return read_glb(data, name)
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"HIERARCHY"):
        return read_bvh(data, name, frame)
    if start.startswith((b"{", b"[")):
        return _read_json_pose(read_json(data), name, person)
    raise PoseFileRefused(f"This is no file that can be read. Known: {READS}.")


def _read_json_pose(document: Any, name: str, person: int) -> FoundPose:
    if is_studio_json(document):
        return read_studio_json(document, name)
    if is_gltf(document):
        return read_gltf(document, name)
    if is_keypoints(document):
        return read_keypoints(document, name, person)
    raise PoseFileRefused(
        "The JSON is neither a pose of the studio, nor OpenPose's or COCO's points, nor glTF."
    )


def _read_pack(archive: Archive, name: str, frame: int, person: int) -> list[FoundPose]:
    credit, members = read_credit(archive), members_of(archive)
    if len(members) > MOST_POSES:
        raise PoseFileRefused(f"The pack has {len(members)} poses; {MOST_POSES} at most are taken.")
    found = []
    for member in members:
        try:
            one = read_one(archive.read(member, MOST_FILE_BYTES), name_of(member), frame=frame, person=person)
        except PoseFileRefused as refusal:
            raise PoseFileRefused(f"“{member}”: {refusal.message}") from refusal
        author, licence = one.author or credit.author, one.licence or credit.licence
        found.append(replace(one, author=author, licence=licence, pack=credit.name or name))
    return found


def name_of(file: str) -> str:
    """What a pose is called after its file: "walk/hand-on-hip.openpose.json" is "Hand on hip"."""
    stem = PurePosixPath(file.replace("\\", "/")).name.split(".")[0]
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    plain = "".join(letter for letter in words if letter.isprintable())[:LONGEST_NAME].strip()
    return plain[:1].upper() + plain[1:] or "Pose"
