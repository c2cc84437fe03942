"""Messages about jobs that ended, one for each webhook, written in the transaction that ends the job."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from store.database import Transaction
from store.ids import new_id
from store.outgoing_records import DeliveryRecord, WebhookRecord
from store.records import END_STATES
from store.rows import JobRow

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"
MADE = (
    "generation_id",
    "avatar_id",
    "pictures",
    "generations",
    "file_id",
)  # of a job's result: ids and numbers


def note_end(transaction: Transaction, job: JobRow) -> None:
    """Leave a message for every webhook of the job's owner, where the job has ended. It holds ids, no words."""
    if job.state not in END_STATES or job.finished_at is None:
        return
    mine = (WebhookRecord.owner == job.owner, WebhookRecord.disabled_at.is_(None))
    for webhook_id in transaction.connection.scalars(select(WebhookRecord.id).where(*mine)).all():
        row: dict[str, Any] = {"id": new_id(), "owner": job.owner, "webhook_id": webhook_id, "job_id": job.id}
        row |= {"body": _describe(job), "state": WAITING, "attempts": 0, "error": ""}
        row |= {"not_before": job.finished_at, "created_at": job.finished_at}
        transaction.connection.execute(insert(DeliveryRecord).values(row))


def _describe(job: JobRow) -> dict[str, Any]:
    made = {name: job.result[name] for name in MADE if name in job.result}
    data: dict[str, Any] = {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "error_code": job.error_code,
        "result": made,
    }
    data |= {"created_at": _say(job.created_at), "finished_at": _say(job.finished_at)}
    return {"type": f"job.{job.state}", "timestamp": _say(job.finished_at), "data": data}


def _say(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
