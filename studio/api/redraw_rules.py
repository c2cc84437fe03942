"""What the description says of a redraw between fields: what is drawn anew, and that it is one picture."""

from __future__ import annotations

from pydantic import JsonValue

NOT_SENT: JsonValue = {"type": "null"}
WHAT_IS_REDRAWN: list[JsonValue] = [
    {"required": ["parts"], "properties": {"parts": {"minItems": 1}, "mask_image": NOT_SENT}},
    {
        "required": ["mask_photo_id"],
        "properties": {"mask_photo_id": {"type": "string"}, "mask_image": NOT_SENT},
    },
    {
        "required": ["mask_image"],
        "properties": {"mask_image": {"type": "string"}, "mask_photo_id": NOT_SENT},
    },
]

# A part is drawn anew in one picture; two ways to name one pose, or a prompt, make two as well: that is said in words.
ONE_REDRAWN: list[JsonValue] = [
    {"properties": {"redraw": {"type": "null"}}},
    {
        "properties": {
            "views": {"maxItems": 1},
            "poses": {"maxItems": 1},
            "prompts": {"maxItems": 1},
            "count": {"maximum": 1},
            "sheet": {"const": False},
        }
    },
]
