"""The tables of how people share a studio: tiers of limits, accounts of credits, the ledger, members of projects."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.records import Record


class TierRecord(Record):
    """A named set of limits, which a person's row names. Null: no limit, nor for whoever has no such row."""

    __tablename__ = "tiers"

    name: Mapped[str] = mapped_column(primary_key=True)
    running: Mapped[int | None]  # jobs of one person at once, in each lane
    queued: Mapped[int | None]  # jobs of one person that wait
    per_day: Mapped[int | None]  # jobs that one person orders in 24 hours
    storage_mb: Mapped[int | None]  # of files of one person, in millions of bytes
    priority: Mapped[int]  # turns in each round of a lane
    monthly_credits: Mapped[int]


class AccountRecord(Record):
    """One person's credits: what they can spend, what their open jobs hold, what was given to them (below zero: it is
    where the others come from) and what they have spent. The four add up to nothing, always."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("available >= 0", name="ck_accounts_available"),
        CheckConstraint("held >= 0", name="ck_accounts_held"),
        CheckConstraint("spent >= 0", name="ck_accounts_spent"),
        CheckConstraint("available + held + spent + given = 0", name="ck_accounts_sum"),
    )

    owner: Mapped[str] = mapped_column(primary_key=True)
    available: Mapped[int]
    held: Mapped[int]
    spent: Mapped[int]
    given: Mapped[int]


class LedgerRecord(Record):
    """One movement of credits, from one part of a person's account to another. Written once, never changed."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("owner", "key"),
        CheckConstraint("amount > 0", name="ck_ledger_amount"),
        Index("ix_ledger_owner", "owner", "id"),
        Index("ix_ledger_job_id", "job_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    kind: Mapped[str]  # "grant", "reserve", "capture", "release", "adjust"
    source: Mapped[
        str
    ]  # the part of the account that it is taken from: "available", "held", "spent", "given"
    target: Mapped[str]  # … and the one that it goes to
    amount: Mapped[int]
    job_id: Mapped[str | None]  # no foreign key: the job's row goes after a day, this one stays
    cause: Mapped[str]
    key: Mapped[str]  # the same movement is made once
    at: Mapped[datetime]


class MemberRecord(Record):
    """Somebody with whom a project is shared."""

    __tablename__ = "project_members"
    __table_args__ = (Index("ix_project_members_person_id", "person_id"),)

    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    owner: Mapped[str]  # the project's
    access: Mapped[str]  # "read", "write"
    created_at: Mapped[datetime]
