"""Jobs run in a thread of this process: for the command line, which has no worker beside it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

from pipelines.image.presets import PresetShelf
from store.store import Store
from studio.settings import Settings
from studio.worker.jobs import LEASE_S, Handler, run_job


class InlineNotifier:
    """A JobNotifier whose jobs are run here, one after the other."""

    def __init__(self, store: Store, settings: Settings, presets: PresetShelf) -> None:
        self._store = store
        self._settings, self._presets = settings, presets
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inline-jobs")

    def notify(self, job_id: str) -> None:
        """Run that job in the background; a caller follows its row."""
        self._thread.submit(self._run, job_id)

    def close(self) -> None:
        """Wait for what runs."""
        self._thread.shutdown()

    @cached_property
    def _handlers(self) -> Mapping[str, Handler]:
        from studio.worker.handlers import job_handlers

        return job_handlers(self._settings, self._presets)

    def _run(self, job_id: str) -> None:
        job = self._store.jobs.claim(worker=self._name, lease_seconds=LEASE_S, job_id=job_id)
        if job is not None:  # else a worker on the same folder was faster
            run_job(self._store, job, self._handlers)
