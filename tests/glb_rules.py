"""The rules of glTF 2.0 and VRM 1.0 that a file must keep, by their specifications.

`python -m tests.glb_rules FILE…` says what is broken. The Khronos validator is asked too where node finds it
(`npm install gltf-validator`, NODE_PATH on its node_modules).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.glb_reader import COMPONENT_TYPES, WIDTHS, ReadGlb, read_glb

KHRONOS = """
const bytes = require('fs').readFileSync(0);
require('gltf-validator').validateBytes(new Uint8Array(bytes)).then(
  r => console.log(JSON.stringify(r.issues)), e => { console.error(e); process.exit(1); });
"""
# VRM 1.0, humanoid: the bones that must be there, and whose descendant each has to be.
REQUIRED_BONES = {
    "hips": "", "spine": "hips", "head": "spine",
    **{f"{side}{bone}": above if above == "hips" else (side + above if above != "spine" else "spine")
       for side in ("left", "right")
       for bone, above in (("UpperLeg", "hips"), ("LowerLeg", "UpperLeg"), ("Foot", "LowerLeg"),
                           ("UpperArm", "spine"), ("LowerArm", "UpperArm"), ("Hand", "LowerArm"))},
}  # fmt: skip
OTHER_BONES = {
    "chest", "upperChest", "neck", "leftEye", "rightEye", "jaw",
    *(f"{side}{bone}" for side in ("left", "right") for bone in ("Toes", "Shoulder")),
    *(f"{side}{finger}{part}" for side in ("left", "right")
      for finger in ("Index", "Middle", "Ring", "Little") for part in ("Proximal", "Intermediate", "Distal")),
    *(f"{side}Thumb{part}" for side in ("left", "right") for part in ("Metacarpal", "Proximal", "Distal")),
}  # fmt: skip
PRESETS = {
    "happy", "angry", "sad", "relaxed", "surprised", "neutral", "aa", "ih", "ou", "ee", "oh", "blink", "blinkLeft",
    "blinkRight", "lookUp", "lookDown", "lookLeft", "lookRight",
}  # fmt: skip
META_CHOICES = {
    "avatarPermission": {"onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"},
    "commercialUsage": {"personalNonProfit", "personalProfit", "corporation"},
    "creditNotation": {"required", "unnecessary"},
    "modification": {"prohibited", "allowModification", "allowModificationRedistribution"},
}
META_FLAGS = {
    "allowExcessivelyViolentUsage", "allowExcessivelySexualUsage", "allowPoliticalOrReligiousUsage",
    "allowAntisocialOrHateUsage", "allowRedistribution",
}  # fmt: skip
META_WORDS = {"name", "version", "copyrightInformation", "contactInformation", "thirdPartyLicenses", "licenseUrl",
              "otherLicenseUrl"}  # fmt: skip


def broken_rules(data: bytes) -> list[str]:
    """What a GLB breaks of glTF 2.0, and of VRM 1.0 where it says that it is one; empty where nothing."""
    glb = read_glb(data)
    problems = [*_accessors(glb), *_meshes(glb), *_nodes(glb), *_animations(glb)]
    if "VRMC_vrm" in glb.document.get("extensions", {}):
        problems += _vrm(glb)
    return problems + khronos_errors(data)


def khronos_errors(data: bytes) -> list[str]:
    """What the Khronos validator calls an error or a warning; nothing where it is not installed."""
    node = shutil.which("node")
    if node is None:
        return []
    found = subprocess.run([node, "-e", "require.resolve('gltf-validator')"], capture_output=True)
    if found.returncode:
        return []
    done = subprocess.run([node, "-e", KHRONOS], input=data, capture_output=True, check=True)
    messages = json.loads(done.stdout)["messages"]
    return [f"{one['pointer']}: {one['message']}" for one in messages if one["severity"] < 2]


def _accessors(glb: ReadGlb) -> Iterator[str]:
    document = glb.document
    for number, view in enumerate(document["bufferViews"]):
        if (
            view["byteOffset"] % 4
            or view["byteOffset"] + view["byteLength"] > document["buffers"][0]["byteLength"]
        ):
            yield f"bufferView {number} is outside the buffer or not aligned"
    for number, (accessor, array) in enumerate(zip(document["accessors"], glb.arrays, strict=True)):
        size = np.dtype(COMPONENT_TYPES[accessor["componentType"]]).itemsize * WIDTHS[accessor["type"]]
        if "sparse" in accessor:
            rows = accessor["sparse"]["indices"]
            if not 0 < accessor["sparse"]["count"] <= accessor["count"]:
                yield f"accessor {number}: a sparse count out of bounds"
            if "target" in document["bufferViews"][rows["bufferView"]]:
                yield f"accessor {number}: sparse indices with a target"
        elif document["bufferViews"][accessor["bufferView"]]["byteLength"] < size * accessor["count"]:
            yield f"accessor {number} does not fit its view"
        if array.dtype == np.float32 and not np.isfinite(array).all():
            yield f"accessor {number} holds what is no number"
        if "min" in accessor and not (
            np.allclose(accessor["min"], array.min(0), atol=0)
            and np.allclose(accessor["max"], array.max(0), atol=0)
        ):
            yield f"accessor {number}: wrong bounds"


def _meshes(glb: ReadGlb) -> Iterator[str]:
    joints = len(glb.joints)
    for piece in glb.pieces:
        attributes, name = piece.attributes, f"{piece.mesh}/{piece.material}"
        count = len(attributes["POSITION"])
        if piece.faces.max() >= count or any(len(values) != count for values in attributes.values()):
            yield f"{name}: vertices that are not there"
        lengths = np.linalg.norm(attributes["NORMAL"], axis=1)
        if np.abs(lengths - 1).max() > 5e-4:
            yield f"{name}: normals that are not of length one"
        shares, used = attributes["WEIGHTS_0"], attributes["JOINTS_0"]
        if np.abs(shares.sum(1) - 1).max() > 2e-5 or (shares < 0).any():
            yield f"{name}: weights that are no shares"
        if used.max() >= joints or ((shares == 0) & (used != 0)).any():
            yield f"{name}: joints that are not there, or without weight"
        moved = np.sort(np.where(shares > 0, used.astype(int), -1 - np.arange(4)), axis=1)
        if (moved[:, 1:] == moved[:, :-1]).any():
            yield f"{name}: a joint twice at one vertex"
        if (np.sort(piece.faces, 1)[:, 1:] == np.sort(piece.faces, 1)[:, :-1]).any():
            yield f"{name}: degenerate triangles"
        texture = attributes["TEXCOORD_0"]
        if texture.min() < 0 or texture.max() > 1:
            yield f"{name}: texture coordinates beyond the texture"
    for mesh in glb.document["meshes"]:
        if len({len(primitive.get("targets", ())) for primitive in mesh["primitives"]}) != 1:
            yield f"{mesh['name']}: primitives with different numbers of targets"


def _nodes(glb: ReadGlb) -> Iterator[str]:
    nodes = glb.document["nodes"]
    children = [child for node in nodes for child in node.get("children", ())]
    roots = glb.document["scenes"][0]["nodes"]
    if len(set(children)) != len(children) or set(children) & set(roots):
        yield "nodes: a child of two"
    names = [node["name"] for node in nodes]
    if len(set(names)) != len(names):
        yield "nodes: a name twice"


def _animations(glb: ReadGlb) -> Iterator[str]:
    for animation in glb.document.get("animations", ()):
        targets = [(one["target"]["node"], one["target"]["path"]) for one in animation["channels"]]
        if len(set(targets)) != len(targets):
            yield f"{animation['name']}: a target twice"
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            times, values = glb.arrays[sampler["input"]].ravel(), glb.arrays[sampler["output"]]
            if times[0] < 0 or (np.diff(times) <= 0).any() or len(values) != len(times):
                yield f"{animation['name']}: times that do not rise"
            turned = channel["target"]["path"] == "rotation"
            if turned and np.abs(np.linalg.norm(values, axis=1) - 1).max() > 1e-4:
                yield f"{animation['name']}: rotations that are not of length one"


def _vrm(glb: ReadGlb) -> Iterator[str]:
    document = glb.document
    extension = document["extensions"]["VRMC_vrm"]
    if "VRMC_vrm" not in document.get("extensionsUsed", ()) or extension["specVersion"] != "1.0":
        yield "VRM: not said to be used, or of another version"
    yield from _vrm_meta(extension["meta"])
    yield from _vrm_bones(document, extension["humanoid"]["humanBones"])
    if not set(extension["expressions"]["preset"]) <= PRESETS:
        yield "VRM: presets that do not exist"
    if set(extension["expressions"]["custom"]) & PRESETS:
        yield "VRM: a custom expression with the name of a preset"
    for name, expression in {
        **extension["expressions"]["preset"],
        **extension["expressions"]["custom"],
    }.items():
        for bind in expression["morphTargetBinds"]:
            mesh = document["meshes"][document["nodes"][bind["node"]]["mesh"]]
            if not (0 <= bind["index"] < len(mesh["primitives"][0]["targets"]) and 0 <= bind["weight"] <= 1):
                yield f"VRM: {name} binds what is not there"
    look = extension["lookAt"]
    if look["type"] not in ("bone", "expression") or len(look["offsetFromHeadBone"]) != 3:
        yield "VRM: look-at"
    if look["type"] == "bone" and not {"leftEye", "rightEye"} <= set(extension["humanoid"]["humanBones"]):
        yield "VRM: eyes that look by bones which are not there"


def _vrm_meta(meta: dict[str, Any]) -> Iterator[str]:
    known = {"authors", "references", "thumbnailImage", *META_CHOICES, *META_FLAGS, *META_WORDS}
    if not set(meta) <= known:
        yield f"VRM: meta has {set(meta) - known}"
    if not meta["name"] or not meta["authors"] or not all(meta["authors"]):
        yield "VRM: no name or author"
    if meta["licenseUrl"] != "https://vrm.dev/licenses/1.0/":
        yield "VRM: another licence"
    for name, choices in META_CHOICES.items():
        if name in meta and meta[name] not in choices:
            yield f"VRM: {name} is {meta[name]}"
    if any(not isinstance(meta[name], bool) for name in META_FLAGS & set(meta)):
        yield "VRM: a permission that is neither yes nor no"


def _vrm_bones(document: dict[str, Any], bones: dict[str, Any]) -> Iterator[str]:
    nodes = document["nodes"]
    above = {child: parent for parent, node in enumerate(nodes) for child in node.get("children", ())}

    def ancestors(node: int) -> set[int]:
        found: set[int] = set()
        while node in above:
            node = above[node]
            found.add(node)
        return found

    if not set(bones) <= {*REQUIRED_BONES, *OTHER_BONES}:
        yield f"VRM: unknown bones {set(bones) - {*REQUIRED_BONES, *OTHER_BONES}}"
    if len({bone["node"] for bone in bones.values()}) != len(bones):
        yield "VRM: two bones of one node"
    for name, parent in REQUIRED_BONES.items():
        if name not in bones:
            yield f"VRM: no {name}"
        elif parent and bones[parent]["node"] not in ancestors(bones[name]["node"]):
            yield f"VRM: {name} is not below {parent}"


if __name__ == "__main__":
    for file in sys.argv[1:]:
        print(file, broken_rules(Path(file).read_bytes()) or "keeps the rules")
