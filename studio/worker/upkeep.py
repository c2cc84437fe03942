"""The hourly upkeep of a data folder: what was deleted long ago goes, and the files that nobody holds."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from store.errors import StorageFull
from store.notes import DATABASE_NOTE
from store.soundness import find_damage
from store.store import DATABASE_NAME, Store
from studio.settings import Settings
from studio.worker.night import work_at_night

GARBAGE_GRACE = timedelta(hours=24)  # longer than any upload or job between a file and its row

log = logging.getLogger(__name__)


def clean_up(store: Store, settings: Settings) -> None:
    """Look the database through; then delete for good what was deleted long ago, and the files that nobody holds.

    Nothing is cleaned by a damaged database: it may have lost the rows that say what is needed.
    """
    damage = find_damage(store.folder / DATABASE_NAME)
    with suppress(StorageFull):  # what follows makes space
        store.notes.write(DATABASE_NOTE, {"at": store.clock().isoformat(), "damage": damage})
    if damage:
        log.error("The database is damaged, nothing was cleaned: %s", damage)
        return
    before = store.clock() - timedelta(days=settings.deleted_kept_days)
    purges = (
        store.generations.purge,
        store.avatars.purge,
        store.photos.purge,
        store.poses.purge,
        store.projects.purge,
    )
    gone = sum(store.reserve.spend_on(partial(purge, before)) for purge in purges)
    gone += store.shares.purge() + store.webhooks.purge(before)
    collected = store.files.collect_garbage(GARBAGE_GRACE)
    store.reserve.keep()
    store.keep_manifests()
    store.mark()
    work_at_night(store, settings)
    log.info("cleaned up: %d rows, %s", gone, collected)
