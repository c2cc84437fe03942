"""The hourly upkeep of a data folder: what was deleted long ago goes, and the files that nobody holds."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from store.database import DATABASE_NAME
from store.errors import StorageFull
from store.notes import COLLECTOR_NOTE, DATABASE_NOTE
from store.soundness import find_damage
from store.store import Store
from studio.settings import Settings
from studio.worker.night import work_at_night

GARBAGE_GRACE = timedelta(hours=24)  # longer than any upload or job between a file and its row
EXPIRED_AT_ONCE = 200  # photos, of one transaction

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
        store.documents.purge,
    )
    gone = sum(store.reserve.spend_on(partial(purge, before)) for purge in purges)
    gone += store.shares.purge() + store.webhooks.purge(before)
    expired = expire_photos(store, settings.unused_photos_kept_days)
    if store.avatars.find_faceless(1):
        from studio.worker.portraits import draw_missing_portraits  # opens the figure's tables

        draw_missing_portraits(store)
    collected = store.files.collect_garbage(GARBAGE_GRACE)
    with suppress(StorageFull):
        store.notes.write(COLLECTOR_NOTE, {"left": collected.left})
    store.reserve.keep()
    store.keep_manifests()
    store.mark()
    work_at_night(store, settings)
    log.info("cleaned up: %d rows, %d unused photos into the trash, %s", gone, expired, collected)


def expire_photos(store: Store, days: int) -> int:
    """Put photos that nothing was made with for so many days into the trash, in small transactions; how many."""
    expired = 0
    while days and (idle := store.photos.find_idle(store.clock() - timedelta(days=days), EXPIRED_AT_ONCE)):
        with store.begin() as transaction:
            for owner, photo_id in idle:
                store.photos.delete(transaction, owner, photo_id)
        expired += len(idle)
    return expired
