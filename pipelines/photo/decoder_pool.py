"""The studio's side of the decoder children: starts them, keeps them warm, ends those that hang or grow.

One picture at a time goes to one child. A child that dies or overstays costs only the picture that did it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipelines.errors import Cancelled

MESSAGE = struct.Struct(">II")  # the child's own, which nothing here imports
MAX_CHILDREN = 2
MEMORY_BYTES = (
    1280 << 20
)  # the hungriest honest picture, a WEBP of 40 megapixels, took 953 MB of address space
CPU_SECONDS = 15  # the slowest honest picture, a PNG of 45 MB, took 2.2 s
WALL_SECONDS = 30.0
KEPT_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "HOME",
    "USERPROFILE",
    "LANG",
)


@dataclass(frozen=True, slots=True)
class DecoderAnswer:
    """What a child said: its JSON, and the bytes that came with it."""

    facts: dict[str, Any]
    blob: bytes


class DecoderDied(Exception):
    """The child ended, or was ended, before it answered."""


class DecoderChild:
    """One running decoder. Not for two threads at once."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        script = Path(__file__).with_name("decoder.py")
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            # -P: the folder of the script, which has an errors.py and an open.py, stays off the import path
            [sys.executable, "-P", str(script), str(memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.answered = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def ask(self, data: bytes, options: dict[str, Any], wall_s: float) -> DecoderAnswer:
        """Send one picture and wait for the answer. Raises DecoderDied."""
        clock = threading.Timer(wall_s, self._process.kill)  # a kill ends the reads and writes below
        clock.daemon = True
        clock.start()
        try:
            text = json.dumps(options).encode()
            source, sink = self._pipes()
            sink.write(MESSAGE.pack(len(text), len(data)) + text)
            sink.write(data)
            sink.flush()
            text_size, blob_size = MESSAGE.unpack(_read_exactly(source, MESSAGE.size))
            answer = DecoderAnswer(
                json.loads(_read_exactly(source, text_size)), _read_exactly(source, blob_size)
            )
        except (OSError, ValueError) as error:  # a broken pipe, or an answer that is none
            raise DecoderDied from error
        finally:
            clock.cancel()
        self.answered += 1
        return answer

    def close(self) -> None:
        """End the child, whatever it is doing, and wait for it."""
        self._process.kill()
        source, sink = self._pipes()
        source.close()
        with contextlib.suppress(OSError):  # what was not yet written can no longer be
            sink.close()
        self._process.wait()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        return self._process.stdout, self._process.stdin


class DecoderPool:
    """A few warm decoder children, for any number of threads."""

    def __init__(self, children: int = MAX_CHILDREN, memory_bytes: int = MEMORY_BYTES) -> None:
        self._memory_bytes = memory_bytes
        self._seats = threading.BoundedSemaphore(children)
        self._lock = threading.Lock()
        self._idle: list[DecoderChild] = []

    def decode(
        self,
        data: bytes,
        options: dict[str, Any],
        wall_s: float = WALL_SECONDS,
        *,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> DecoderAnswer:
        """Have one picture decoded. Raises DecoderDied when it ends its child, twice where the first was an
        old one that may have died of something else; Cancelled where nobody wants it any more when its turn comes."""
        with self._seats:
            if not is_wanted():
                raise Cancelled
            child = self._take()
            was_old = child.answered > 0
            try:
                return self._ask(child, data, options, wall_s)
            except DecoderDied:
                if not was_old:
                    raise
            return self._ask(DecoderChild(self._memory_bytes), data, options, wall_s)

    def warm(self) -> None:
        """Have one child ready, so that the first photo does not wait for it."""
        with self._seats:
            self._give_back(self._take())

    def close(self) -> None:
        """End the children that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()

    def idle_pids(self) -> tuple[int, ...]:
        """The process ids of the children that wait for work."""
        with self._lock:
            return tuple(child.pid for child in self._idle)

    def _ask(self, child: DecoderChild, data: bytes, options: dict[str, Any], wall_s: float) -> DecoderAnswer:
        healthy = False
        try:
            answer = child.ask(data, options, wall_s)
            healthy = True
        finally:
            if healthy:
                self._give_back(child)
            else:
                child.close()
        return answer

    def _take(self) -> DecoderChild:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return DecoderChild(self._memory_bytes)

    def _give_back(self, child: DecoderChild) -> None:
        with self._lock:
            self._idle.append(child)


_shared: list[DecoderPool] = []
_shared_lock = threading.Lock()


def shared_pool() -> DecoderPool:
    """The pool of this process, made when first asked for and ended with the process."""
    with _shared_lock:
        if not _shared:
            pool = DecoderPool()
            atexit.register(pool.close)
            _shared.append(pool)
        return _shared[0]


def _read_exactly(source: IO[bytes], size: int) -> bytes:
    data = source.read(size)
    if len(data) < size:
        raise ValueError("the answer ended early")
    return data
