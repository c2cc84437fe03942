"""Modules that Gradio imports at its start and this window never touches: they are imported when first looked into."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def defer_import(name: str) -> None:
    """Let the next `import name` give a module that imports the real one when one of its attributes is asked for.

    Does nothing where the module is imported already. `importlib.util.LazyLoader` would do, but for two threads that
    ask at once: before Python 3.12 both of them run the module.
    """
    if name not in sys.modules and find_spec(name) is not None:
        sys.modules[name] = _Deferred(name)


class _Deferred(ModuleType):
    """Stands in `sys.modules` until the first look into it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__spec__ = find_spec(name)  # every `import` asks for it
        self._importing = threading.RLock()

    def __getattr__(self, attribute: str) -> Any:
        name = self.__name__
        with self._importing:
            if sys.modules.get(name) is self:
                del sys.modules[name]
                importlib.import_module(name)
        return getattr(sys.modules[name], attribute)
