"""The tables of docs/troubleshooting.md, from the code: `python -m tests.errors_page` writes them anew."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pipelines
import studio
from pipelines.errors import PipelineError
from pipelines.photo.errors import REFUSALS, PhotoRefused
from studio.api.errors import HTTP_STATUS_OF
from studio.errors import CODE_OF

PAGE = Path(__file__).parents[1] / "docs" / "troubleshooting.md"
MARKS = ("<!-- errors: from the code -->", "<!-- errors: end -->")
# Which part of the page a code stands in, by the beginning of its module; the first that fits.
PARTS = (
    (
        "Image models, their weights and services",
        ("pipelines.image", "pipelines.weights", "pipelines.tensor_files"),
    ),
    ("Calls of programs, and of the window itself", ("studio.api",)),
    ("Poses, orders, jobs and what you keep", ("",)),
)


def error_classes() -> Iterator[type[PipelineError]]:
    """Every error of the product that a person can act on."""
    for package in (pipelines, studio):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    waiting = [PipelineError]
    while waiting:
        children = waiting.pop().__subclasses__()
        waiting += children
        yield from children


def write_tables() -> str:
    """Every code, its HTTP status and its sentence, part by part."""
    parts = {"Photos": {code: (one.http_status, one.sentence) for code, one in REFUSALS.items()}}
    parts["The disk and the database"] = {
        code: (503, store_error.__doc__ or "") for store_error, code in CODE_OF.items()
    }
    known = {code for rows in parts.values() for code in rows}
    for kind in sorted(error_classes(), key=lambda one: (one.__module__, one.__name__)):
        if "code" not in vars(kind) or issubclass(kind, PhotoRefused) or kind.__module__.startswith("tests"):
            continue
        part = next(name for name, starts in PARTS if kind.__module__.startswith(starts))
        if kind.code not in known:
            parts.setdefault(part, {})[kind.code] = (_status_of(kind), kind.__doc__ or "")
            known.add(kind.code)
    return "\n\n".join(f"### {part}\n{_write_rows(rows)}" for part, rows in parts.items())


def _status_of(kind: type[PipelineError]) -> int:
    """As `studio.api.errors.status_of` has it for an error of that kind."""
    fitting = (status for parent, status in HTTP_STATUS_OF.items() if issubclass(kind, parent))
    return next(fitting, kind.http_status)


def _write_rows(rows: dict[str, tuple[int, str]]) -> str:
    lines = ["| code | HTTP | what it says |", "| --- | --- | --- |"]
    for code, (status, sentence) in sorted(rows.items()):
        plain = re.sub(r"\{\w+\}", "…", " ".join(sentence.split())).replace("|", "\\|")
        lines.append(f"| `{code}` | {status} | {plain} |")
    return "\n".join(lines)


def write_page(page: str) -> str:
    """The page with its tables as the code has them."""
    before, _, rest = page.partition(MARKS[0])
    return f"{before}{MARKS[0]}\n{write_tables()}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}"


def main() -> int:
    """Write the page anew."""
    PAGE.write_text(write_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
