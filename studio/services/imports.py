"""Imports: an exported archive into this studio, taken in by the worker."""

from __future__ import annotations

import shutil
from typing import IO

from store.exports import IMPORT
from studio.services.scanning import scan_file
from studio.services.service import PersonalService

PIECE_BYTES = 1 << 20


class Imports(PersonalService):
    """What one person brings from another studio."""

    def start(self, file: IO[bytes], *, idempotency_key: str | None = None) -> str:
        """Keep an archive and order that it is taken in; the job's id. All that is wrong with it the job says.

        The job's result says how much came in. Raises StorageTrouble, StorageSpent, UploadRefused, ScanFailed.
        """
        self._check_room()
        scan_file(self._settings, file)
        store = self._store
        blob = store.files.put_written(lambda kept: shutil.copyfileobj(file, kept, PIECE_BYTES))
        with store.begin() as transaction:
            kept, _ = store.files.register(transaction, self._owner, blob, "application/zip")
            job_id, _ = self._submit_job(
                transaction,
                kind=IMPORT,
                title="Import of an archive",
                payload={"file_id": kept.id},
                idempotency_key=idempotency_key,
            )
        self._notifier.notify(job_id)
        return job_id
