"""EngineRoom: the engines of one process, opened when first needed, one run at a time."""

from __future__ import annotations

import threading
from functools import cache

from PIL import Image

from pipelines.image.engine import ImageEngine, engine_class, find_preset
from pipelines.types import GenerationRequest, OnProgress


class EngineRoom:
    """Keeps what is loaded from one picture to the next; another engine's turn unloads the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._name = ""
        self._engine: ImageEngine | None = None

    def draw(self, request: GenerationRequest, on_progress: OnProgress) -> Image.Image:
        """One picture. Raises what the engine raises, Cancelled through on_progress, UnknownName."""
        with self._lock:
            engine = self._open(request.engine)
            engine.load(find_preset(request.preset), on_progress)
            return engine.generate(request, on_progress)

    def close(self) -> None:
        """Free what is loaded."""
        with self._lock:
            if self._engine is not None:
                self._engine.unload()
            self._engine, self._name = None, ""

    def _open(self, name: str) -> ImageEngine:
        if self._engine is None or self._name != name:
            if self._engine is not None:
                self._engine.unload()
            self._engine, self._name = engine_class(name)(), name
        return self._engine


@cache
def engine_room() -> EngineRoom:
    """This process's room."""
    return EngineRoom()
