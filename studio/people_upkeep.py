"""Beside a studio of several people: what is over is removed, visitors are erased when their time is up, and a demo
with a card brings what it draws with."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from pipelines.devices import may_have_gpu
from pipelines.errors import PipelineError
from studio.errors import say_trouble
from studio.studio import Studio
from studio.vocabulary.person import Person

LOOK_EVERY_S = 15.0
CLEAN_EVERY_S = 3600.0
HOUSE = Person(id="house", role="admin")  # whoever runs a demo: no visitor is

log = logging.getLogger(__name__)


def start_people_upkeep(studio: Studio) -> None:
    """Begin it, in a thread that ends with the process. Of one creator there is nothing to do."""
    if studio.settings.mode != "single":
        threading.Thread(target=_keep, args=(studio,), name="people-upkeep", daemon=True).start()


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
    _has_done(partial(bring_model, studio))
    while True:
        erase_expired_visitors(studio)
        if time.monotonic() - cleaned >= CLEAN_EVERY_S and _has_done(studio.people.clean_up):
            cleaned = time.monotonic()
        time.sleep(pause_s)


def bring_model(studio: Studio) -> None:
    """Order the weights that a demo's page opens on, where it has a card for them: no visitor may. Raises what a
    download raises."""
    if studio.settings.mode != "space" or not may_have_gpu():
        return
    mine = studio.for_person(HOUSE)
    coming = {job.preset for job in mine.jobs.list_page(kind="download").items if job.finished_at is None}
    for model in mine.models.list_all():
        is_wanted = model.preferred and model.runs_here and model.is_downloadable and model.licence_accepted
        if is_wanted and model.name not in coming:
            mine.models.download(model.name)


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
