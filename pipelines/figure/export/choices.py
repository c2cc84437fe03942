"""What an exported avatar may be: formats and clips, by the names that a person says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

AvatarFormat = Literal["glb", "vrm", "obj", "webp", "gif", "mp4", "bvh"]
ClipName = Literal["idle", "walk", "turntable", "wave", "path"]
JointNaming = Literal["humanoid", "mixamo"]  # of VRM 1.0, or as Mixamo's characters have them
PATH: ClipName = "path"  # through poses that are named
CLIPS: tuple[ClipName, ...] = tuple(name for name in get_args(ClipName) if name != PATH)
FEWEST_ON_PATH, MOST_ON_PATH = 2, 8
FEWEST_TRIANGLES, MOST_TRIANGLES = 6_000, 500_000
LEAST_CLIP_PX, MOST_CLIP_PX = 64, 768  # of either side of a drawn clip: all its frames are held at once
CLIP_WIDTH, CLIP_HEIGHT = 384, 512


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatInfo:
    """A format: its word for a person, what its file is, which of an order's choices it takes, and what it shows of a
    person; clip: of a format that is one clip, which it is where none is named."""

    word: str
    media_type: str
    ending: str
    takes: frozenset[str] = frozenset()
    shows: Literal["mesh", "frames", "joints"] = "mesh"
    clip: ClipName | None = None


MESH = frozenset({"triangles", "suit"})
DRAWN = frozenset({"clip", "through", "width", "height"})
FORMATS: Mapping[AvatarFormat, FormatInfo] = {
    "glb": FormatInfo(
        word="GLB",
        media_type="model/gltf-binary",
        ending=".glb",
        takes=MESH | {"clip", "through", "pose", "joints"},
    ),
    "vrm": FormatInfo(word="VRM", media_type="model/gltf-binary", ending=".vrm", takes=MESH),
    "obj": FormatInfo(word="OBJ", media_type="application/zip", ending=".zip", takes=MESH),
    "webp": FormatInfo(
        word="WebP", media_type="image/webp", ending=".webp", takes=DRAWN, shows="frames", clip="turntable"
    ),
    "gif": FormatInfo(
        word="GIF", media_type="image/gif", ending=".gif", takes=DRAWN, shows="frames", clip="turntable"
    ),
    "mp4": FormatInfo(
        word="MP4", media_type="video/mp4", ending=".mp4", takes=DRAWN, shows="frames", clip="turntable"
    ),
    "bvh": FormatInfo(
        word="BVH",
        media_type="text/plain",
        ending=".bvh",
        takes=frozenset({"clip", "through"}),
        shows="joints",
        clip="walk",
    ),
}
CHOICES: Mapping[str, str] = {  # what some formats take and others do not -> what a person calls it
    "clip": "clip",
    "through": "poses to go through",
    "pose": "pose",
    "joints": "other names of joints",
    "triangles": "number of triangles",
    "suit": "suit",
    "width": "width",
    "height": "height",
}


def formats_with(choice: str) -> str:
    """The formats that take a choice, in words."""
    words = [info.word for info in FORMATS.values() if choice in info.takes]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def usual_clips() -> str:
    """Which clip the formats of one clip are where none is named, in words."""
    return ", ".join(f"of a {info.word} {info.clip}" for info in FORMATS.values() if info.clip)
