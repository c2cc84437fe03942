"""Erasing: everything of one person, for good, after their word for it."""

from __future__ import annotations

import logging
import time
from contextlib import suppress

from store.erase import erase_everything, list_open_jobs
from store.errors import JobEnded, RowMissing
from studio.services.service import PersonalService
from studio.vocabulary.erasure import Erasure

STOP_WITHIN_S = 10.0  # for work under way to stop; what goes on after that can keep nothing any more
LOOK_EVERY_S = 0.1

log = logging.getLogger(__name__)


class Erasing(PersonalService):
    """One person's way out."""

    def erase_everything(self) -> Erasure:
        """Photos, avatars, generations, own poses, their files, thumbnails and settings, jobs, and the trash.

        There is no way back. Image models, LoRAs and the studio's settings stay. Raises StorageTrouble; then it can
        be asked again.
        """
        self._stop_jobs()
        erased = erase_everything(self._store, self._owner)
        log.info("everything of a person was erased: %s", erased)
        return Erasure(
            generations=erased["generation"],
            avatars=erased["avatar"],
            photos=erased["photo"],
            poses=erased["pose"],
            projects=erased["project"],
            documents=erased["document"],
            jobs=erased["job"],
            left=self._say_left(),
        )

    def _stop_jobs(self) -> None:
        for job_id in list_open_jobs(self._store, self._owner):
            with suppress(JobEnded, RowMissing):
                self._store.jobs.request_cancel(self._owner, job_id)
        until = time.monotonic() + STOP_WITHIN_S
        while list_open_jobs(self._store, self._owner) and time.monotonic() < until:
            time.sleep(LOOK_EVERY_S)

    def _say_left(self) -> tuple[str, ...]:
        left = ["Pictures that you downloaded are where you put them."]
        if self._settings.backup_folder:
            left.append(f"Backups are in “{self._settings.backup_folder}”: delete that folder too.")
        return tuple(left)
