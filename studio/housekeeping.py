"""Beside a studio of several people: what is over is removed, and visitors are erased when their time is up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from pipelines.errors import PipelineError
from studio.errors import say_trouble
from studio.studio import Studio

LOOK_EVERY_S = 15.0
CLEAN_EVERY_S = 3600.0

log = logging.getLogger(__name__)


def keep_people(studio: Studio) -> None:
    """Begin it, in a thread that ends with the process. Of one creator there is nothing to do."""
    if studio.settings.mode != "single":
        threading.Thread(target=_keep, args=(studio,), name="housekeeping", daemon=True).start()


def greet(studio: Studio, url: str) -> str:
    """What is printed when everything runs: the address; where a shared studio has no admin yet, also where the first
    one is made, and the code for it."""
    ready = f"Avatar Studio is ready: {url}"
    if studio.settings.mode != "shared" or not studio.joining.needs_admin():
        return ready
    page = f"{url}{studio.settings.root_path}/first-start"
    return f"{ready}\nIt has no admin yet. Open {page} and give the code {studio.joining.show_code()}"


def _keep(studio: Studio) -> None:
    pause_s = min(LOOK_EVERY_S, studio.settings.visitor_kept_seconds / 4)
    cleaned = float("-inf")
    while True:
        erase_expired_visitors(studio)
        if time.monotonic() - cleaned >= CLEAN_EVERY_S and _has_done(studio.people.clean_up):
            cleaned = time.monotonic()
        time.sleep(pause_s)


def erase_expired_visitors(studio: Studio) -> None:
    """Everything of visitors whose time is up. One that cannot be erased just now is tried again."""
    expired: list[str] = []
    _has_done(lambda: expired.extend(studio.people.list_expired_visitors()))
    for person_id in expired:
        _has_done(partial(studio.people.erase_visitor, person_id))


def _has_done(work: Callable[[], object]) -> bool:
    """Do one thing; False where that was not possible, which the log says."""
    try:
        work()
    except Exception as error:  # the thread's border: without it nobody would be erased any more
        said = error if isinstance(error, PipelineError) else say_trouble(error)
        if said is None:
            log.exception("unexpected error: what is over is not removed yet")
        else:
            log.warning("What is over is not removed yet: %s", said)
        return False
    return True
