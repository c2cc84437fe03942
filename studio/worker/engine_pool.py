"""EnginePool: the engines of one process, opened when first needed, one run at a time, freed when nobody draws."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from pipelines.devices import free_gpu_gb, free_ram_gb
from pipelines.errors import EngineUnavailable
from pipelines.image.engines import engine_class
from pipelines.image.inputs import prepare_inputs
from pipelines.image.presets import PresetShelf
from pipelines.image.redraw import keep_rest
from pipelines.image.spec import EnginePreset, ImageEngine
from pipelines.image.tiers import needed_gb
from pipelines.progress import OnProgress, Progress
from pipelines.types import GenerationRequest
from studio.settings import Settings
from studio.weights import consent_for, find_lora, open_weights, write_off

log = logging.getLogger(__name__)

_POOLS: weakref.WeakSet[EnginePool] = weakref.WeakSet()  # of this process, so that a person can free them


def release_all() -> bool:
    """Free what every pool of this process holds; False where one is drawing with what it holds."""
    closed = [pool.close() or not pool.held_gb for pool in _POOLS]
    return all(closed)


def held_by_all() -> float:
    """What the engines of this process hold of the accelerator's memory, in GB."""
    return sum(pool.held_gb for pool in _POOLS)


class EnginePool:
    """Keeps what is loaded from one picture to the next; another engine's turn unloads the one before."""

    def __init__(self, settings: Settings, presets: PresetShelf) -> None:
        self._settings, self._presets = settings, presets
        self._weights = open_weights(settings)
        self._lock = threading.Lock()
        self._name = ""
        self._engine: ImageEngine | None = None
        self._ready: EnginePreset | None = (
            None  # with its folders and its tier: what is loaded is not free memory
        )
        self._room_gb = 0.0  # the tier was chosen for pictures that need so much
        self._idle: threading.Timer | None = None
        _POOLS.add(self)

    def draw(
        self, request: GenerationRequest, on_progress: OnProgress, read_reference: Callable[[str], bytes]
    ) -> Image.Image:
        """One picture. `read_reference` gives a kept photo's bytes by their SHA-256.

        Raises what the weights manager and the engine raise, Cancelled through on_progress, UnknownName.
        """
        preset = self._presets.find(request.preset)
        try:
            with self._lock:
                self._stay()
                prepares = _beforehand(on_progress)
                inputs = prepare_inputs(
                    request, read_reference, self._find_lora, prepares, normals=preset.normals or "opengl"
                )
                engine = self._open(request.engine)
                engine.load(self._choose(preset, engine, request), prepares)
                return keep_rest(engine.generate(request, on_progress, inputs), inputs)
        finally:
            self._leave_later()

    def _choose(self, preset: EnginePreset, engine: ImageEngine, request: GenerationRequest) -> EnginePreset:
        """The preset with its folders and its tier: the one that is loaded, unless this picture needs more room."""
        size, ready = (request.width, request.height), self._ready
        if ready is None or ready.name != preset.name or needed_gb(preset, ready.tier, size) > self._room_gb:
            ready = self._weights.resolve(
                preset,
                free_gb=_free_gb(preset, engine),
                free_ram_gb=_free_ram_gb(engine),
                size=size,
            )
            self._ready, self._room_gb = ready, needed_gb(preset, ready.tier, size)
        return ready

    @property
    def held_gb(self) -> float:
        """What the open engine holds, in GB."""
        engine = self._engine
        return engine.held_gb if engine is not None else 0.0

    def close(self) -> bool:
        """Free what is loaded, unless it is at work; whether that was done."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._close()
        finally:
            self._lock.release()
        return True

    def _close(self) -> None:
        if self._engine is not None:
            log.info("engine %s unloaded", self._name)
            self._engine.unload()
        self._engine, self._name, self._ready = None, "", None

    def _open(self, name: str) -> ImageEngine:
        if self._engine is None or self._name != name:
            self._close()
            kind = engine_class(name)
            engine: Any = kind()
            if kind.info.sends_data_out:
                consent = consent_for(self._settings, kind.info)
                if consent is None:
                    raise EngineUnavailable(write_off(kind.info))
                engine.allow(**consent)
            self._engine, self._name = engine, name
        assert self._engine is not None
        return self._engine

    def _find_lora(self, name: str) -> Path | None:
        return find_lora(self._settings, name)

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _leave_later(self) -> None:
        self._idle = threading.Timer(60 * self._settings.free_gpu_after_minutes, self.close)
        self._idle.daemon = True
        self._idle.start()


def _beforehand(on_progress: OnProgress) -> OnProgress:
    """What is told is not the picture's own work yet."""

    def tell(progress: Progress) -> None:
        on_progress(replace(progress, counts=False))

    return tell


def _free_gb(preset: EnginePreset, engine: ImageEngine) -> float | None:
    """GPU memory to choose a tier by, what the engine itself gives up included; None where there is no tier to
    choose."""
    needs_no_tier = not preset.memory_gb or preset.options.get("device") == "cpu"
    return None if needs_no_tier else free_gpu_gb() + engine.held_gb


def _free_ram_gb(engine: ImageEngine) -> float | None:
    """Main memory to choose a tier by, what the engine itself gives up included; None where it is not known."""
    free = free_ram_gb()
    return None if free is None else free + getattr(engine, "held_ram_gb", 0.0)
