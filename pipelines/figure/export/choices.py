"""What an exported avatar may be: formats and clips, by the names that a person says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

AvatarFormat = Literal["glb", "vrm", "obj"]
ClipName = Literal["idle", "walk", "turntable", "wave"]
JointNaming = Literal["humanoid", "mixamo"]  # of VRM 1.0, or as Mixamo's characters have them
CLIPS: tuple[ClipName, ...] = get_args(ClipName)
FEWEST_TRIANGLES, MOST_TRIANGLES = 6_000, 500_000
AVATAR_MEDIA_TYPES: Mapping[AvatarFormat, str] = {
    "glb": "model/gltf-binary",
    "vrm": "model/gltf-binary",
    "obj": "application/zip",
}
AVATAR_ENDINGS: Mapping[AvatarFormat, str] = {"glb": ".glb", "vrm": ".vrm", "obj": ".zip"}
