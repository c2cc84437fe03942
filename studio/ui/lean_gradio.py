"""Gradio without what it does for others: a third less of its import, and no web application that nobody serves.

Each saving is one that the window can do without: where some later Gradio has changed, the start is slower and
nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from studio.ui.deferred import defer_import

WRITER_MODULE = "gradio.component_meta"
WRITER = "create_or_modify_pyi"


def import_less() -> None:
    """Have the next import of Gradio do less. Does nothing where Gradio is imported already."""
    if "gradio" in sys.modules:
        return
    skip_stub_writing()
    defer_import("pandas")  # for tables, plots and cached answers
    defer_import("gradio.cli", "deploy")  # Gradio's own command line
    defer_import(
        "gradio.mcp", "tool", "resource", "prompt"
    )  # its server for assistants: ours is `app.py mcp`
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # httpx's: it does without where it must


def skip_stub_writing() -> None:
    """Have the next import of Gradio leave its `.pyi` stubs alone, which it writes anew every time, for editors."""
    if WRITER_MODULE not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


@contextmanager
def skip_unserved_apps() -> Iterator[None]:
    """Within it, Blocks make no web application of their own: they would make two, with all routes (0.1 s), and the
    one that is mounted is a third."""
    import gradio.blocks

    if not hasattr(gradio.blocks, "App"):  # some later Gradio
        yield
        return
    served, gradio.blocks.App = gradio.blocks.App, _NoApp
    try:
        yield
    finally:
        gradio.blocks.App = served


class _NoApp:
    @staticmethod
    def create_app(*_: Any, **__: Any) -> None:
        """No application."""


class _Finder(MetaPathFinder):
    """Finds the one module as usual, and silences its writer once it has run."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != WRITER_MODULE:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_silence(module: ModuleType) -> None:
                run(module)
                if hasattr(module, WRITER):
                    setattr(module, WRITER, lambda *_: None)

            spec.loader.exec_module = run_and_silence  # type: ignore[method-assign]
        return spec
