"""What the mounted window is, read off its own description: its functions, its server functions, its folder.

Nothing of the window's library is imported; the facts are attributes of the app that it mounted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.routing import Mount


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFacts:
    """`inputs`: function id, or the name that it goes by, -> how many values it needs; `server_functions`: component
    id -> the functions its page part may call; `folder`: where uploads and made files lie; `public_files`: files that
    the page itself names, the same for everyone."""

    inputs: Mapping[int | str, int]
    server_functions: Mapping[int, frozenset[str]]
    folder: str
    public_files: frozenset[str]


def find_window(app: Any) -> Any | None:
    """The window's app: this one, or the one mounted in it; None where there is none."""
    if hasattr(app, "get_blocks"):
        return app
    mounted = (route.app for route in getattr(app, "routes", ()) if isinstance(route, Mount))
    return next((found for found in mounted if hasattr(found, "get_blocks")), None)


def read_facts(window: Any) -> WindowFacts:
    """The facts of a window's app."""
    config = window.get_blocks().config
    calls = config["dependencies"]
    parts = config["components"]
    return WindowFacts(
        inputs={
            name: 0 if call.get("cancels") else len(call["inputs"])
            for call in calls
            for name in (call["id"], call.get("api_name"))
            if isinstance(name, int | str) and not isinstance(name, bool)
        },
        server_functions={
            part["id"]: frozenset(part["props"].get("server_fns") or ()) for part in parts if "props" in part
        },
        folder=str(window.uploaded_file_dir),
        public_files=frozenset(file["path"] for file in find_files(parts)),
    )


def find_files(value: Any, *, deepest: int | None = None) -> Iterator[dict[str, Any]]:
    """Every file reference (an object with a text "path") in a JSON value.

    Raises ValueError where the value is nested deeper than `deepest`.
    """
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        current, depth = waiting.pop()
        if deepest is not None and depth > deepest:
            raise ValueError("nested too deeply")
        if isinstance(current, dict):
            if isinstance(current.get("path"), str):
                yield current
            waiting.extend((inner, depth + 1) for inner in current.values())
        elif isinstance(current, list | tuple):
            waiting.extend((inner, depth + 1) for inner in current)
