"""The description of REST as a plain page: no script, nothing from outside."""

from __future__ import annotations

import re
from html import escape
from json import dumps
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:13px}dt{margin-top:1rem}dd{margin:0 0 0 1.5rem}"
)
WORD_OF_TYPE = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "null": "nothing",
}
FOREIGN_SHAPE = "HTTPValidationError"
REFERENCE = re.compile(r"#/components/schemas/([A-Za-z0-9_.-]+)")


def forget_foreign_errors(description: dict[str, Any]) -> None:
    """Take out of the description what the framework adds by itself: a second shape of error that is never sent."""
    for methods in description["paths"].values():
        for operation in methods.values():
            if FOREIGN_SHAPE in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
    for name in (FOREIGN_SHAPE, "ValidationError"):
        description["components"]["schemas"].pop(name, None)


def forget_answer(description: dict[str, Any], code: int) -> None:
    """Take out of the description an answer that this studio never gives."""
    for methods in description["paths"].values():
        for operation in methods.values():
            operation["responses"].pop(str(code), None)


def description_routes(api: FastAPI) -> APIRouter:
    """The route of the description page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs", response_class=HTMLResponse)
    def read_description() -> str:
        return write_description(api.openapi())

    return router


def write_description(description: dict[str, Any]) -> str:
    """One HTML page: each operation with its sentence and its answers."""
    title = escape(description["info"]["title"])
    rows = [
        _write_operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = description["components"]["schemas"]
    taken = _find_taken(description["paths"], schemas)
    bodies = [
        _write_fields(name, schema)
        for name, schema in schemas.items()
        if name in taken and schema.get("properties")
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f'<h1>{title}</h1><p>For programs: <a href="openapi.json">openapi.json</a></p>'
        f"<dl>{''.join(rows)}</dl><h2>What bodies hold</h2>{''.join(bodies)}</html>"
    )


def _find_taken(paths: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """The names of the objects that are sent to the studio, and of those inside them."""
    waiting = [
        operation.get("requestBody", {}) for methods in paths.values() for operation in methods.values()
    ]
    taken: set[str] = set()
    while waiting:
        for name in REFERENCE.findall(str(waiting.pop())):
            if name not in taken:
                taken.add(name)
                waiting.append(schemas[name])
    return taken


def _write_operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(parameter["name"] for parameter in operation.get("parameters", ()))
    content = operation.get("requestBody", {}).get("content", {})
    example = content.get("application/json", {}).get("example")
    shown = f"<dd>Example: <code>{escape(dumps(example, ensure_ascii=False))}</code></dd>" if example else ""
    body = escape(content.get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2])
    answers = "; ".join(
        f"{status} {answer['description']}" for status, answer in operation["responses"].items()
    )
    return (
        f"<dt><code><b>{escape(method.upper())}</b> {escape(path)}</code></dt>"
        f"<dd>{escape(operation.get('description', ''))}</dd>"
        + (f"<dd>Takes: <code>{escape(parameters)}</code></dd>" if parameters else "")
        + (f'<dd>Takes a body: <a href="#{body}"><code>{body}</code></a></dd>' if body else "")
        + shown
        + f"<dd>Answers: {escape(answers)}</dd>"
    )


def _write_fields(name: str, schema: dict[str, Any]) -> str:
    """What one kind of object holds, field by field."""
    needed = schema.get("required", ())
    rows = [
        f"<dt><code><b>{escape(field)}</b></code>{', needed' if field in needed else ''}</dt>"
        f"<dd>{escape(_say_kind(kind))}.{escape(' ' + kind.get('description', '')).rstrip()}</dd>"
        for field, kind in schema["properties"].items()
    ]
    return f'<h3 id="{escape(name)}">{escape(name)}</h3><dl>{"".join(rows)}</dl>'


def _say_kind(kind: dict[str, Any]) -> str:
    """What a field can be: "one of front, back", "whole number, 1 to 16", "list of text"."""
    if "anyOf" in kind:
        return " or ".join(_say_kind(one) for one in kind["anyOf"])
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if "enum" in kind or "const" in kind:
        return f"one of {', '.join(map(str, kind.get('enum', [kind.get('const')])))}"
    if kind.get("type") == "array":
        return f"list of {_say_kind(kind['items'])}"
    low, high = kind.get("minimum", kind.get("exclusiveMinimum")), kind.get("maximum")
    limits = f", {low:g} to {high:g}" if low is not None and high is not None else ""
    most = f", up to {kind['maxLength']} characters" if "maxLength" in kind else ""
    return f"{WORD_OF_TYPE.get(kind.get('type', ''), kind.get('type', 'anything'))}{limits}{most}"
