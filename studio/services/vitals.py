"""Vitals: whether the studio can take work just now, for whoever watches over it (a container, a service manager)."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping

from store.errors import StoreError
from store.notes import DATABASE_NOTE
from store.probe import probe_database, probe_files
from studio.errors import StorageTrouble, say_trouble
from studio.services.maintenance import LOW_DISK_BYTES, VERSION
from studio.services.service import Resources, Service
from studio.vocabulary.health import Health
from studio.worker.channel import describe_trouble

FRESH_S = 2.0  # what was found may be told again for so long: asking often costs the disk nothing
PATIENCE_S = 3.0  # with a probe that has begun …
STALE_S = 15.0  # … before it is told of instead of what the last one found

log = logging.getLogger(__name__)


class Vitals(Service):
    """Looks with real queries and writes, on a thread of its own: a disk that hangs holds up nobody who asks."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self._lock = threading.Lock()
        self._found: Mapping[str, str] = {}
        self._found_at = float("-inf")  # monotonic seconds
        self._looking: threading.Event | None = None

    def readiness(self) -> Health:
        """Whether work can be taken. "ok" begins the line of a part that works; little space, or a preset that cannot
        be read, is said there and is no reason to be restarted. Answers within PATIENCE_S."""
        parts = {
            **self._look(),
            "worker": self._worker(),
            "disk": self._space(),
            "presets": self._preset_words(),
        }
        return Health(ok=all(said.startswith("ok") for said in parts.values()), version=VERSION, parts=parts)

    def _look(self) -> Mapping[str, str]:
        """What the last probe found; a new one is begun where that is not fresh."""
        with self._lock:
            if time.monotonic() - self._found_at < FRESH_S:
                return self._found
            if self._looking is None:
                self._looking = threading.Event()
                threading.Thread(
                    target=self._probe, args=(self._looking,), name="vitals", daemon=True
                ).start()
            looking = self._looking
        looking.wait(PATIENCE_S)
        with self._lock:
            silent_s = time.monotonic() - self._found_at
            if silent_s < STALE_S:
                return self._found
        return {"store": f"the disk has not answered for {PATIENCE_S:.0f} seconds"}

    def _probe(self, done: threading.Event) -> None:
        found = {
            "database": self._try(lambda: probe_database(self._store)),
            "files": self._try(lambda: probe_files(self._store)),
        }
        if self._store.notes.read(DATABASE_NOTE).get("damage"):
            found["database"] = "damaged: restore a backup"
        with self._lock:
            self._found, self._found_at, self._looking = found, time.monotonic(), None
        done.set()

    @staticmethod
    def _try(probe: Callable[[], None]) -> str:
        try:
            probe()
        except StoreError as error:
            return str(error)
        except Exception as error:
            log.exception("a probe failed")
            return (say_trouble(error) or StorageTrouble()).message
        return "ok"

    def _worker(self) -> str:
        if self._channel is None:
            return "ok, jobs run in this process"
        return describe_trouble(self._channel) or "ok"

    def _space(self) -> str:
        try:
            free = shutil.disk_usage(self._settings.data).free
        except OSError as error:
            return (say_trouble(error) or StorageTrouble()).message
        low = "" if free > LOW_DISK_BYTES else ": free some, or pictures cannot be kept soon"
        return f"ok, {free // 1_000_000} MB free{low}"

    def _preset_words(self) -> str:
        refused = " ".join(problem.message for problem in self._presets.problems)
        return f"ok, {len(self._presets)} presets" + (f"; left out: {refused}" if refused else "")
