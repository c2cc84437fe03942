"""Beside a studio of several people: what is over is removed, and visitors are erased when their time is up."""

from __future__ import annotations

import logging
import threading
import time

from pipelines.errors import PipelineError
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
    cleaned = 0.0
    while True:
        try:
            studio.people.erase_expired_visitors()
            if time.monotonic() - cleaned >= CLEAN_EVERY_S:
                studio.people.clean_up()
                cleaned = time.monotonic()
        except PipelineError as error:
            log.warning("What is over is not removed yet: %s", error)
        time.sleep(pause_s)
