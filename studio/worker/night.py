"""The night's work on a data folder: files compared with their hashes, and a backup. Beside everything else."""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from pipelines.errors import PipelineError
from store.errors import StoreError
from store.scrub import is_due as is_slice_due
from store.scrub import scrub, try_again
from store.store import Store
from studio.settings import Settings
from studio.worker.backups import back_up_nightly, is_due, night_of

log = logging.getLogger(__name__)

_at_work = threading.Lock()  # one night at a time in this process


def work_at_night(store: Store, settings: Settings) -> None:
    """Begin what is due, in a thread of its own: a backup takes minutes, and jobs are looked after meanwhile."""
    if _at_work.acquire(blocking=False):
        threading.Thread(target=_work, args=(store, settings), name="night", daemon=True).start()


def work_tonight(store: Store, settings: Settings) -> None:
    """What is due of it: files that are lost looked for again, a slice compared with its hashes, a backup."""
    now = datetime.now().astimezone()
    try_again(store)
    if is_slice_due(store, night_of(now)):
        log.info("compared with their hashes: %s", scrub(store))
    if is_due(store, settings, now):
        back_up_nightly(store, settings)


def _work(store: Store, settings: Settings) -> None:
    try:
        work_tonight(store, settings)
    except (StoreError, PipelineError, OSError) as error:
        log.warning("The night's work is not done: %s", error)
    finally:
        _at_work.release()
