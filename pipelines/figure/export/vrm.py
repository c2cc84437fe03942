"""A rigged figure as VRM 1.0: humanoid bones, expressions, look-at, and what its maker allows.

By the specification of the VRM Consortium, VRMC_vrm 1.0; the figure has to stand in a T-pose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.figure.export.gltf import node_of_face, to_dressed_glb
from pipelines.figure.export.rigged import RiggedFigure
from pipelines.figure.export.skeleton import OWN_JOINTS
from pipelines.figure.expression import EXPRESSIONS

EXTENSION, VERSION = "VRMC_vrm", "1.0"
LICENCE_URL = (
    "https://vrm.dev/licenses/1.0/"  # the licence of all VRM 1.0 files; what it allows is said beside it
)
NOBODY = "unknown"
MOST_EYE_TURN_DEG, MOST_EYE_LIFT_DEG, FARTHEST_GLANCE_DEG = 12.0, 8.0, 90.0


def _both(**amounts: float) -> dict[str, float]:
    return {f"{name}{side}": amount for name, amount in amounts.items() for side in ("Left", "Right")}


# Preset -> units of the face.
PRESETS: Mapping[str, Mapping[str, float]] = {
    "happy": EXPRESSIONS["smile"],
    "angry": EXPRESSIONS["angry"],
    "sad": EXPRESSIONS["sad"],
    "surprised": EXPRESSIONS["surprised"],
    "relaxed": _both(mouthSmile=0.35, eyeSquint=0.3, cheekSquint=0.15),
    "aa": {"jawOpen": 0.65, **_both(mouthLowerDown=0.25)},
    "ih": {"jawOpen": 0.22, **_both(mouthStretch=0.35, mouthSmile=0.15)},
    "ou": {"jawOpen": 0.12, "mouthPucker": 0.75, "mouthFunnel": 0.2},
    "ee": {"jawOpen": 0.15, **_both(mouthStretch=0.5, mouthSmile=0.35)},
    "oh": {"jawOpen": 0.4, "mouthFunnel": 0.75},
    "blink": _both(eyeBlink=1.0),
    "blinkLeft": {"eyeBlinkLeft": 1.0},
    "blinkRight": {"eyeBlinkRight": 1.0},
    "lookUp": _both(eyeLookUp=1.0),
    "lookDown": _both(eyeLookDown=1.0),
    "lookLeft": {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0},
    "lookRight": {"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0},
}
COVERS_BLINK = (
    "happy",
    "sad",
    "angry",
    "relaxed",
)  # eyes half shut already: a blink on top would close too far


@dataclass(frozen=True, slots=True, kw_only=True)
class VrmMeta:
    """Who the avatar is, who made it, and what they say about its use; "": nobody said."""

    name: str
    author: str = ""
    licence: str = ""


def to_vrm(figure: RiggedFigure, meta: VrmMeta) -> bytes:
    """The figure as VRM 1.0. What nobody allowed is not allowed: only its author may use it, not for money."""
    extension = {
        "specVersion": VERSION,
        "meta": _describe(meta),
        "humanoid": {
            "humanBones": {
                name: {"node": node}
                for node, name in enumerate(figure.skeleton.names)
                if name not in OWN_JOINTS
            }
        },
        "lookAt": _look_at(),
        "expressions": _expressions(figure),
    }
    return to_dressed_glb(figure, extra={"extensionsUsed": [EXTENSION], "extensions": {EXTENSION: extension}})


def _describe(meta: VrmMeta) -> Mapping[str, Any]:
    said = {"copyrightInformation": meta.licence} if meta.licence else {}
    return {
        "name": meta.name,
        "authors": [meta.author or NOBODY],
        "licenseUrl": LICENCE_URL,
        "thirdPartyLicenses": "Body and face units: MakeHuman and the Face Units asset pack, CC0-1.0",
        "avatarPermission": "onlyAuthor",
        "commercialUsage": "personalNonProfit",
        "creditNotation": "required",
        "modification": "prohibited",
        "allowRedistribution": False,
        "allowExcessivelyViolentUsage": False,
        "allowExcessivelySexualUsage": False,
        "allowPoliticalOrReligiousUsage": False,
        "allowAntisocialOrHateUsage": False,
        **said,
    }


def _look_at() -> Mapping[str, Any]:
    sideways = {"inputMaxValue": FARTHEST_GLANCE_DEG, "outputScale": MOST_EYE_TURN_DEG}
    upwards = {"inputMaxValue": FARTHEST_GLANCE_DEG, "outputScale": MOST_EYE_LIFT_DEG}
    return {
        "type": "bone",
        "offsetFromHeadBone": [0.0, 0.06, 0.0],
        "rangeMapHorizontalInner": sideways,
        "rangeMapHorizontalOuter": sideways,
        "rangeMapVerticalDown": upwards,
        "rangeMapVerticalUp": upwards,
    }


def _expressions(figure: RiggedFigure) -> Mapping[str, Any]:
    """The presets, and each unit of the face by its ARKit name."""
    node, number = node_of_face(figure), {name: at for at, name in enumerate(figure.unit_names)}

    def express(units: Mapping[str, float], overrides: Mapping[str, str]) -> Mapping[str, Any]:
        binds = [
            {"node": node, "index": number[name], "weight": round(amount, 4)}
            for name, amount in units.items()
        ]
        return {"isBinary": False, "morphTargetBinds": binds, **overrides}

    return {
        "preset": {
            name: express(units, {"overrideBlink": "blend"} if name in COVERS_BLINK else {})
            for name, units in PRESETS.items()
        },
        "custom": {name: express({name: 1.0}, {}) for name in figure.unit_names},
    }
