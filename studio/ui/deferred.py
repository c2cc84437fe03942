"""Modules that others import at their start and this window never touches: imported when first looked into."""

from __future__ import annotations

import importlib
import sys
import threading
from importlib.machinery import PathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def defer_import(name: str, *functions: str) -> None:
    """Let the next `import name` give a module that imports the real one when one of its attributes is asked for.

    The named functions can be taken from it before: then their first call imports. Does nothing where the module is
    imported already, or is not installed. `importlib.util.LazyLoader` would do, but for two threads that ask at
    once: before Python 3.12 both of them run the module.
    """
    is_part = "." in name  # to look for it would import what it is a part of
    if name not in sys.modules and (is_part or find_spec(name) is not None):
        sys.modules[name] = _Deferred(name, functions)


class _Deferred(ModuleType):
    """Stands in `sys.modules` until the first look into it."""

    def __init__(self, name: str, functions: tuple[str, ...]) -> None:
        super().__init__(name)
        self.__spec__ = None if "." in name else find_spec(name)  # every `import` asks for it
        self._importing = threading.RLock()
        for function in functions:
            setattr(self, function, lambda *a, _function=function, **k: self._find(_function)(*a, **k))

    def __getattr__(self, attribute: str) -> Any:
        parent = self.__name__.rpartition(".")[0]
        if attribute == "__path__" and parent:  # `from … import` asks for it: that is no look into it yet
            spec = PathFinder.find_spec(self.__name__, sys.modules[parent].__path__)
            return spec.submodule_search_locations if spec else []
        return self._find(attribute)

    def _find(self, attribute: str) -> Any:
        name = self.__name__
        with self._importing:
            if sys.modules.get(name) is self:
                del sys.modules[name]
                importlib.import_module(name)
        return getattr(sys.modules[name], attribute)
