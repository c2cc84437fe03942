"""The tables of what a person lets out: share links, webhooks and their deliveries. `store.records` has the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.records import Record


class ShareRecord(Record):
    """A link that shows a generation's pictures to whoever has it. Gone with its generation, into the trash too."""

    __tablename__ = "shares"
    __table_args__ = (
        Index("ix_shares_generation_id", "generation_id"),
        Index("ix_shares_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id", ondelete="CASCADE"))
    downloads: Mapped[int]  # of pictures
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class WebhookRecord(Record):
    """An address that is told when jobs end."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_owner", "owner", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    url: Mapped[str]
    secret: Mapped[str]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]  # the address said that it is gone


class DeliveryRecord(Record):
    """One message to a webhook, and what became of it. Written with the end of its job, so that none is lost."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "state", "not_before"),
        Index("ix_deliveries_webhook_id", "webhook_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    job_id: Mapped[str]
    body: Mapped[dict[str, Any]]
    state: Mapped[str]  # waiting, delivered, given_up
    attempts: Mapped[int]
    not_before: Mapped[datetime]
    status: Mapped[int | None]  # of the last answer
    error: Mapped[str]  # why there was none
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
