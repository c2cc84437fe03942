"""What the description found wrong with a request, in words for a person: which field, what it can be, what next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.bounds import NO_CONTROL_CHARACTERS, ONE_LINE
from studio.api.answers import API_PREFIX
from studio.vocabulary.findings import say_finding
from studio.vocabulary.names import CURSOR_PATTERN, ID_PATTERN, KEY_PATTERN, PRESET_PATTERN, SLUG_PATTERN
from studio.vocabulary.outgoing import WEBHOOK_PATTERN

SEE_DOCS = f"GET {API_PREFIX}/docs says what each address takes."
SEE_POSES = f"GET {API_PREFIX}/poses lists the poses."
SEE_MODELS = f"GET {API_PREFIX}/models lists the engines, presets and LoRAs."
SEE_READY = f"GET {API_PREFIX}/models says which of them can run here."
SEE_PHOTOS = f"POST {API_PREFIX}/photos keeps a photo and answers with its id."
SEE_AVATARS = f"GET {API_PREFIX}/avatars lists your avatars."
# Of a preset that is not ready; to be filled with its name.
ACCEPT_LICENCE = f"POST {API_PREFIX}/models/{{preset}}/licence accepts it."
ORDER_DOWNLOAD = f"POST {API_PREFIX}/models/{{preset}}/download brings them."

BY = "by "  # begins the name of one of several ways to say a body, which is no field of it

# By the outermost field that is wrong, or by the innermost.
HINT_OF_FIELD: dict[str, str] = {
    "pose": SEE_POSES,
    "poses": SEE_POSES,
    "engine": SEE_MODELS,
    "preset": SEE_MODELS,
    "loras": SEE_MODELS,
    "photo_id": SEE_PHOTOS,
    "side_photo_id": SEE_PHOTOS,
    "back_photo_id": SEE_PHOTOS,
    "avatar_id": SEE_AVATARS,
}

SAYS_OF_PATTERN: dict[str, str] = {
    ID_PATTERN: "is not an id: send one as the studio gave it",
    SLUG_PATTERN: "is not a pose's id: small letters, digits and hyphens, for example relaxed-stand",
    PRESET_PATTERN: "is not a preset's name: small letters, digits, hyphens and dots, for example klein-4b",
    ONE_LINE: "has to be one line of text, without control characters",
    CURSOR_PATTERN: "is no page mark: send the next_cursor of the page before, as it came",
    KEY_PATTERN: "can be up to 200 letters, digits and signs, without spaces",
    WEBHOOK_PATTERN: "has to be an address without a name or password in it, as https://example.com/hook or "
    "mailto:you@example.com",
    NO_CONTROL_CHARACTERS: "has to be text without control characters",
}

AS_JSON = "a JSON object with the content type application/json"
SAYS_OF_BODY = {"missing": f"is missing: send {AS_JSON}", "model_attributes_type": f"has to be {AS_JSON}"}


def describe_finding(finding: Mapping[str, Any]) -> str:
    """One sentence: the field, and what it can be."""
    pattern = finding.get("ctx", {}).get("pattern", "")
    words = SAYS_OF_PATTERN.get(pattern) or say_finding(finding)
    if tuple(finding["loc"]) == ("body",):
        words = SAYS_OF_BODY.get(finding["type"], words)
    return f"{_name_place(finding['loc'])} {words}."


def hint_of_finding(finding: Mapping[str, Any]) -> str:
    """Where a person finds what the field can be."""
    names = [part for part in finding["loc"][1:] if isinstance(part, str)]
    return next((HINT_OF_FIELD[name] for name in names if name in HINT_OF_FIELD), SEE_DOCS)


def _name_place(place: Sequence[int | str]) -> str:
    """“references[0].photo_id”; without a field it is the body itself, or the query."""
    where, *inside = (part for part in place if not str(part).startswith(BY))
    if not inside:
        return f"The {where}"
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in inside).lstrip(".")
    return f"“{name}”"
