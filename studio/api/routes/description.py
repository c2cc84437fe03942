"""The description of REST as a plain page: no script, nothing from outside."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:13px}dt{margin-top:1rem}dd{margin:0 0 0 1.5rem}"
)


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
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
        f'<h1>{title}</h1><p>For programs: <a href="openapi.json">openapi.json</a></p>'
        f"<dl>{''.join(rows)}</dl></html>"
    )


def _write_operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = ", ".join(parameter["name"] for parameter in operation.get("parameters", ()))
    answers = "; ".join(
        f"{status} {answer['description']}" for status, answer in operation["responses"].items()
    )
    return (
        f"<dt><code><b>{escape(method.upper())}</b> {escape(path)}</code></dt>"
        f"<dd>{escape(operation.get('description', ''))}</dd>"
        + (f"<dd>Takes: <code>{escape(parameters)}</code></dd>" if parameters else "")
        + f"<dd>Answers: {escape(answers)}</dd>"
    )
