"""What is said of a whole pose: its rotations and hands; a file of the studio's own holds more, and is taken too."""

from __future__ import annotations

from typing import Any

from pipelines.options import EXPRESSIONS
from pipelines.pose.hands import HAND_SHAPES
from pipelines.pose.skeleton import CHAIN
from pipelines.pose.template import FORMAT, ROTATION_MAX_RAD, VERSION


def describe_whole_pose() -> dict[str, Any]:
    """The JSON schema of a whole pose."""
    number = {"type": "number", "minimum": -ROTATION_MAX_RAD, "maximum": ROTATION_MAX_RAD}
    names = [option.key for option in EXPRESSIONS]
    return {
        "type": "object",
        "description": "A pose as `poses export` writes it as JSON; no more is needed than its rotations.",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "rotations": {
                "type": "object",
                "description": "By bone: a rotation vector in radians, in the axes x left, y back, z up.",
                "propertyNames": {"enum": list(CHAIN)},
                "additionalProperties": {"type": "array", "items": number, "minItems": 3, "maxItems": 3},
            },
            "hands": {
                "type": "array",
                "description": "Left and right.",
                "items": {"enum": list(HAND_SHAPES)},
                "minItems": 2,
                "maxItems": 2,
            },
            "expression": {
                "description": "What the face shows, where the order and the persona say nothing of it: a name, or a "
                "name and a strength.",
                "anyOf": [
                    {"enum": names},
                    {
                        "type": "object",
                        "properties": {
                            "name": {"enum": names},
                            "strength": {"type": "number", "minimum": 0, "maximum": 1, "default": 1},
                        },
                        "required": ["name"],
                        "additionalProperties": False,
                    },
                    {"type": "null"},
                ],
            },
        },
        "required": ["rotations"],
        "additionalProperties": False,
    }
