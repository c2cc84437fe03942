"""An example of every body in the description of REST: built from its own schema, with one value for each name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.image.presets import DRAFT_PRESET

ID, OTHER_ID, TIME = "01a201a4048f1dbc0274a9551601", "01a201a405d67ce28a989ce99d00", "2026-01-31T12:00:00Z"
PICTURE = (  # 64 x 64 pixels: a darker box on gray
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAPklEQVR42u3XoQ0AIBADwEKYl2GYirHwGAQO7mWTnqj7"
    "MnN3NYAHgLYH41DoRgQAAAAAAAAAAH4Bir8RkGQBnHgDEYjPNHgAAAAASUVORK5CYII="
)
PERSONA = {
    "name": "Ada",
    "age": 44,
    "gender": "female",
    "hair_color": "red",
    "clothing": "navy blazer, white shirt",
}
ORDER = {"persona": PERSONA, "poses": ["hand-on-hip"], "views": ["front", "back"], "seed": 7}
# What is sent, where fields have to fit together, or where the shortest way says most.
WHOLE: Mapping[str, Any] = {
    "GenerationOrderIn": {"persona": PERSONA, "pose": "hand-on-hip", "views": ["front", "back"], "seed": 7},
    "GenerationOrder": ORDER,
    "RedrawIn": {"parts": ["clothes"], "prompt": "photograph of Ada, wearing a red coat"},
    "ContinueIn": {"preset": "my-model", "draft_strength": 0.6},
    "ControlIn": {"kind": "depth", "pose": "hand-on-hip", "persona": PERSONA},
    "ExportIn": {"query": {"q": "red coat", "favourite": True}, "format": "zip"},
    "EraseIn": {"confirm": "everything"},
    "AvatarExportIn": {"format": "glb", "clip": "idle"},
    "BulkIn": {"ids": [ID, OTHER_ID], "action": "tag", "tags": ["night"]},
    "PromptPreviewIn": {"persona": PERSONA, "style": "realistic"},
    "PhotosIn": {"photos": [{"image": PICTURE, "name": "me.png", "role": "person"}]},
    "PersonaIn": PERSONA,
    "Persona": PERSONA,
    "ProjectIn": {"name": "Spring catalogue"},
    "ProblemBody": {
        "code": "not-found",
        "message": "There is nothing here by that id. It may have been deleted.",
        "hint": "",
        "request_id": "cd2ba250f2ee5da1",
    },
}
# By the name of the field, wherever a schema takes it.
VALUES: Mapping[str, Any] = {
    "about": "Draws on this computer’s processor.",
    "alt": "Draft of Ada, hand on hip, front view",
    "at": TIME,
    "author": "Ada",
    "base_url": None,
    "code": "not-found",
    "cursor": "",
    "category": "fashion",
    "chart": "EU",
    "database": "ok",
    "difficulty": "easy",
    "disk": "ok",
    "engine": DRAFT_PRESET.engine,
    "engines": {DRAFT_PRESET.engine: "ready"},
    "error": None,
    "file_name": "ada.zip",
    "format": "zip",
    "free": 64_000_000_000,
    "free_bytes": 64_000_000_000,
    "gender": "any",
    "hands": ["on-hips"],
    "image": PICTURE,
    "kind": "generation",
    "licence": "CC0-1.0",
    "measure": "waist",
    "media_type": "image/png",
    "message": "",
    "method": "girth",
    "name": "Ada",
    "mood": "confident",
    "names": "{date} {name} {number}",
    "next_cursor": None,
    "notes": "for the spring catalogue",
    "ok": True,
    "order": ORDER,
    "owner": "",
    "parts": {"database": "ok", "worker": "ok"},
    "percent": 100.0,
    "persona": PERSONA,
    "pose": "hand-on-hip",
    "poses": ["hand-on-hip"],
    "preset": DRAFT_PRESET.name,
    "prompt": "a woman of 44 years with red hair, hand on hip",
    "negative_prompt": "blurry, deformed hands",
    "q": "red coat",
    "request_id": "cd2ba250f2ee5da1",
    "rotations": {"upperarm01.L": [0.0, 0.6, 0.0]},
    "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "seed": 7,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size": "1024x1536",
    "slug": "hand-on-hip",
    "stage": "drawing",
    "state": "succeeded",
    "style": "realistic",
    "support": "standing",
    "symmetry": "asymmetric",
    "tag": "night",
    "tags": ["night"],
    "title": "Ada, 1 picture",
    "trigger": "adaperson",
    "type": "job.succeeded",
    "version": "0.1.0",
    "worker": "ok",
    "rating": 4,
    "step": 4,
    "total": 4,
    "url": "https://example.org/hook",
    "view": "front",
    "width": 1024,
    "height": 1536,
}
EMPTY: Mapping[str, Any] = {"string": "", "integer": 1, "number": 1.0, "boolean": False, "null": None}
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "400": ("not-json", "The body is not JSON. Send JSON with the content type application/json."),
    "401": ("not-signed-in", "Sign in first."),
    "402": ("credits-missing", "This costs more credits than are left."),
    "403": ("foreign-origin", "This request was made by a page of another site."),
    "404": ("not-found", "There is nothing here by that id. It may have been deleted."),
    "409": ("job-still-open", "It is still in work. Wait for it or cancel it."),
    "413": ("request-too-large", "The request is too large."),
    "416": ("no-such-part", "The file has no such part. Content-Range says how long it is."),
    "422": ("request-invalid", "“width” has to be at most 2048."),
    "429": ("too-many-requests", "Too many at once. Try again in a moment."),
    "503": ("studio-busy", "The studio is busy. Try again in a moment."),
}
EVENT = (
    f'id: 3\nevent: job\ndata: {{"id": "{ID}", "state": "running", "percent": 40, "stage": "drawing"}}\n\n'
)


def give_examples(description: dict[str, Any]) -> None:
    """Put an example to every body that is sent and every answer that is text; a file's bytes have none."""
    schemas = description["components"]["schemas"]
    for status, kind, media in each_body(description):
        schema = media.get("schema", {})
        if kind == "text/event-stream":
            media["example"] = EVENT
        elif kind == "application/json" and schema.get("format") != "binary":
            media["example"] = _problem(status) if _is_problem(schema) else _body(schema, schemas)


def each_body(description: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Status ("" of what is sent), media type and content of every body."""
    for methods in description["paths"].values():
        for operation in methods.values():
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                yield "", kind, media
            for status, answer in operation["responses"].items():
                for kind, media in answer.get("content", {}).items():
                    yield status, kind, media


def example_of(schema: Mapping[str, Any], name: str, schemas: Mapping[str, Any]) -> Any:
    """Something that the schema takes, as it may look; `name` is the field's that it is for."""
    if "$ref" in schema:
        of = schema["$ref"].rpartition("/")[2]
        return WHOLE[of] if of in WHOLE else example_of(schemas[of], name, schemas)
    if "example" in schema or "examples" in schema:
        return schema["example"] if "example" in schema else schema["examples"][0]
    if "const" in schema or "enum" in schema:
        return _choose(schema, name)
    one_of = schema.get("anyOf") or schema.get("oneOf")
    if one_of and "properties" not in schema:
        if name in VALUES and VALUES[name] is None and {"type": "null"} in one_of:
            return None
        return example_of(one_of[0], name, schemas)
    kind = schema.get("type")
    if kind == "array":
        return _list_of(schema, name, schemas)
    if kind == "object" or "properties" in schema:
        return _object_of(schema, name, schemas)
    if kind == "string":
        return _text_of(schema, name)
    value = VALUES.get(name)
    return (
        value if _is(value, kind) else schema.get("default", schema.get("minimum", EMPTY.get(kind or "null")))
    )


def _body(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """Of a body: one that takes only rotations names those; a file of JSON is said to be one."""
    if not schema:
        return {"persona": PERSONA}
    if "rotations" in schema.get("properties", ()):
        return {"rotations": VALUES["rotations"]}
    return example_of(schema, "", schemas)


def _choose(schema: Mapping[str, Any], name: str) -> Any:
    choices = schema.get("enum", [schema.get("const")])
    known = VALUES.get(name)
    return known if known in choices else next((one for one in choices if one not in ("", None)), choices[0])


def _list_of(schema: Mapping[str, Any], name: str, schemas: Mapping[str, Any]) -> list[Any]:
    items = schema.get("items") or {}
    known = VALUES.get(name)
    if isinstance(known, list) and "$ref" not in items and "enum" not in items:
        return known
    if "prefixItems" in schema:
        return [example_of(one, name, schemas) for one in schema["prefixItems"]]
    is_plain = not items or (
        items.get("type") == "string" and "enum" not in items and not name.endswith(("ids", "urls"))
    )
    number = schema.get("minItems", 0 if is_plain else 1)
    return [example_of(items, name.removesuffix("s"), schemas)] * number


def _object_of(schema: Mapping[str, Any], name: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties")
    if fields:
        wanted = schema.get("required") or fields
        return {one: example_of(fields[one], one, schemas) for one in wanted if one in fields}
    known, more = VALUES.get(name), schema.get("additionalProperties")
    if isinstance(known, dict):
        return known
    key = known if isinstance(known, str) else name
    return {key: example_of(more, "", schemas)} if isinstance(more, dict) and more else {}


def _text_of(schema: Mapping[str, Any], name: str) -> str:
    if schema.get("format") == "date-time" or name.endswith("_at"):
        return TIME
    if name == "id" or name.endswith("_id"):
        return ID
    if name.endswith("_url"):
        return f"/api/v1/files/{ID}"
    value = VALUES.get(name)
    return value if isinstance(value, str) else str(schema.get("default", ""))


def _is(value: Any, kind: str | None) -> bool:
    return (
        value is not None
        and isinstance(value, bool) == (kind == "boolean")
        and isinstance(value, int | float)
    )


def _is_problem(schema: Mapping[str, Any]) -> bool:
    return str(schema.get("$ref", "")).endswith("/Problem")


def _problem(status: str) -> dict[str, Any]:
    code, message = PROBLEMS.get(status, PROBLEMS["404"])
    return {"error": {"code": code, "message": message, "hint": "", "request_id": VALUES["request_id"]}}
