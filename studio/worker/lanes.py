"""The lanes of a worker: threads that run jobs, each for one lane, so that a download holds up no picture."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from studio.settings import Settings

log = logging.getLogger(__name__)

RunNext = Callable[[str], bool]


def count_jobs(settings: Settings) -> dict[str, int]:
    """How many jobs may run at once in each lane. One on the GPU: two would not fit into its memory."""
    return {"gpu": 1, "cpu": settings.cpu_jobs, "download": settings.download_jobs}


class Lanes:
    """Runs jobs, as many at once in each lane as `counts` says, until `stop` is set.

    `run_next(lane)` claims the lane's next job and runs it to its end; False where there was none.
    """

    def __init__(self, counts: Mapping[str, int], run_next: RunNext, stop: threading.Event) -> None:
        self._run_next = run_next
        self._stop = stop
        self._wakes: dict[str, list[threading.Event]] = {lane: [] for lane in counts}
        self._threads: list[threading.Thread] = []
        for lane, count in counts.items():
            for number in range(count):
                wake = threading.Event()
                name = f"lane-{lane}-{number + 1}"
                thread = threading.Thread(target=self._work, args=(lane, wake), name=name, daemon=True)
                self._wakes[lane].append(wake)
                self._threads.append(thread)

    def start(self) -> None:
        """Start the threads; each waits to be woken."""
        for thread in self._threads:
            thread.start()

    def wake(self, lane: str) -> None:
        """Let the lane's idle threads look for work. Those at work look again when they are done."""
        for wake in self._wakes[lane]:
            wake.set()

    def join(self, wait_s: float) -> bool:
        """Once `stop` is set: whether every thread let go of its job within `wait_s` seconds."""
        for lane in self._wakes:
            self.wake(lane)
        deadline = time.monotonic() + wait_s
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, lane: str, wake: threading.Event) -> None:
        while True:
            wake.wait()
            wake.clear()
            try:
                while not self._stop.is_set() and self._run_next(lane):
                    pass
            except Exception:  # the thread's border: a store in trouble must not end the lane
                log.exception("could not look for work in the lane %s; the next look may", lane)
            if self._stop.is_set():
                return
