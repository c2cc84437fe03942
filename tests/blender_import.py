"""Whether Blender opens an avatar's GLB: its bones, height, face units and clips. Long form, with Blender's own Python:

pip install bpy            # 370 MB; or: blender -b -P tests/blender_import.py -- FILE.glb
python tests/blender_import.py FILE.glb
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import bpy

BONES = ("hips", "spine", "head", "leftUpperArm", "rightHand", "leftFoot", "rightIndexDistal")
UNITS = 52


def main(path: Path) -> int:
    """Import the file and say what is there; 0 where it is what the file tells."""
    data = path.read_bytes()
    told = json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    [armature] = [one for one in bpy.data.objects if one.type == "ARMATURE"]
    for clip in armature.animation_data.nla_tracks if armature.animation_data else ():
        clip.mute = True
    meshes = [one for one in bpy.data.objects if one.type == "MESH" and one.parent == armature]
    tops = {one.name: max((one.matrix_world @ v.co).z for v in one.data.vertices) for one in meshes}
    feet = min((one.matrix_world @ v.co).z for one in meshes for v in one.data.vertices)
    units = {
        one.name: len(one.data.shape_keys.key_blocks) - 1 for one in meshes if one.data.shape_keys is not None
    }
    height_m = tops["Face"] - feet
    found = {
        "bones": len(armature.data.bones),
        "missing bones": [name for name in BONES if name not in armature.data.bones],
        "meshes": len(meshes),
        "height with soles, m": round(height_m, 4),
        "face units": units,
        "clips": sorted(action.name for action in bpy.data.actions),
        "images": len(bpy.data.images),
    }
    print(json.dumps(found, indent=1))
    clips = {one["name"] for one in told.get("animations", ())}
    fine = (
        not found["missing bones"]
        and units == {"Face": UNITS}
        and 0 <= height_m - told["asset"]["extras"]["height_m"] < 0.03
        and clips <= {name.partition("_")[0] for name in found["clips"]}
    )
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[-1])))
