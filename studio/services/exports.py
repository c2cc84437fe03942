"""Exports: generations out of the studio as one file, made by the worker."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from store.errors import RowMissing
from store.exports import EXPORT, require_generations
from store.rows import JobRow
from studio.errors import NotFound, NothingToExport
from studio.services.generations import count_of
from studio.services.jobs import view_job
from studio.services.library import find_search
from studio.services.service import PersonalService
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.export import Export, ExportFormat, ExportOrder

if TYPE_CHECKING:
    from store.store import Store
    from studio.settings import Settings

KEPT = timedelta(hours=24)  # nobody holds the file: the collector takes it after so long
WORD_OF_FORMAT: dict[ExportFormat, str] = {
    "zip": "ZIP",
    "csv": "CSV",
    "json": "JSON",
    "sheet": "Contact sheet",
    "dataset": "Training set",
}


class Exports(PersonalService):
    """The exports of one person."""

    def start(self, order: ExportOrder, *, idempotency_key: str | None = None) -> Export:
        """Order an export of the generations with these ids, or that fit the search; without either, of all.

        The same key with the same order gives the same export. Raises NotFound for an id, NothingToExport,
        RequestRefused for values that do not fit.
        """
        order = from_json(ExportOrder, to_json(order))  # held to every bound of its class
        search = None
        if order.ids is None:
            search = find_search(self._store, self._owner, order.search)
            number = self._store.generations.count(self._owner, search)["total", ""]
        else:
            number = len(order.ids)
            with self._store.read() as look:
                require_generations(look, self._owner, order.ids)
        if not number:
            raise NothingToExport
        payload = {
            "ids": None if order.ids is None else list(order.ids),
            "search": None if search is None else to_json(replace(search, others=())),
            "order": to_json(replace(order, ids=None, search=None)),
        }
        with self._store.begin() as transaction:
            job_id, _ = self._submit_job(
                transaction,
                kind=EXPORT,
                title=f"{WORD_OF_FORMAT[order.format]} of {count_of(number, 'generation')}",
                payload=payload,
                idempotency_key=idempotency_key,
            )
        self._notifier.notify(job_id)
        return self.get(job_id)

    def get(self, export_id: str) -> Export:
        """How far an export is, and its file once it is there. Raises NotFound, also once it is forgotten."""
        row = self._find(export_id)
        job = view_job(row)
        file_id, expires_at = find_kept_file(self._store, self._settings, row)
        return Export(
            id=job.id,
            state=job.state,
            format=cast(ExportFormat, row.payload["order"]["format"]),
            title=job.title,
            percent=job.percent,
            stage=job.stage,
            error_code=job.error_code,
            error=job.error,
            generations=row.result.get("generations", 0),
            pictures=row.result.get("pictures", 0),
            left_out=row.result.get("left_out", 0),
            file_id=file_id,
            file_name=row.result.get("file_name", ""),
            size=row.result.get("size", 0),
            created_at=job.created_at,
            expires_at=expires_at,
        )

    def _find(self, export_id: str) -> JobRow:
        row = self._store.jobs.get(self._owner, export_id)
        if row.kind != EXPORT or "order" not in row.payload:  # an avatar's is another noun
            raise NotFound
        return row


def find_kept_file(store: Store, settings: Settings, row: JobRow) -> tuple[str | None, datetime | None]:
    """The id of the file that an export made, None where it is not there, not yet or no more; and when it expires."""
    kept = min(KEPT, timedelta(hours=settings.finished_jobs_kept_hours))
    expires_at = row.finished_at + kept if row.state == "succeeded" and row.finished_at else None
    file_id = row.result.get("file_id")
    if file_id is None or expires_at is None or expires_at <= datetime.now(UTC):
        return None, expires_at
    try:
        store.files.get(row.owner, file_id)
    except RowMissing:
        return None, expires_at
    return str(file_id), expires_at
