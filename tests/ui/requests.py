"""Requests as handlers of the window are given them: those of one person, as they come through the shield."""

from __future__ import annotations

from typing import Any

import gradio as gr
from starlette.requests import Request

from studio.vocabulary.person import Person
from studio.who_asks import write_asker


def request_of(person: Person) -> gr.Request:
    """A request of that person."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "headers": [],
        "query_string": b"",
        "path": "/",
    }
    write_asker(scope, person)
    return gr.Request(request=Request(scope))
