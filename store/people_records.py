"""The tables of who may come in: people, their sessions and API keys, invitations, and the audit log.

Of everything that opens a door only a SHA-256 is kept, of passwords only an argon2id hash. What has an `owner` goes
with that person (`store.erase`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.records import Record


class PersonRecord(Record):
    """Somebody who has an account; of a Space, a visitor for as long as they stay."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_name_key", "name_key", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str]  # the name without case and width: two people cannot be told apart by those
    password_hash: Mapped[str]  # "": nobody signs in with a password
    role: Mapped[str]
    tier: Mapped[str]  # the name of a set of limits
    state: Mapped[str]  # "active", "locked"
    profile: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SessionRecord(Record):
    """A person who is signed in somewhere."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_token_sha256", "token_sha256", unique=True),
        Index("ix_sessions_owner", "owner", "id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    token_sha256: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class ApiKeyRecord(Record):
    """A key that a program signs in with."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index("ix_api_keys_key_sha256", "key_sha256", unique=True),
        Index("ix_api_keys_owner", "owner", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    key_sha256: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdentityRecord(Record):
    """By which a person is known to a sign-in service: what that service, the issuer, calls them for ever."""

    __tablename__ = "identities"
    __table_args__ = (
        Index("ix_identities_subject", "issuer", "subject", unique=True),
        Index("ix_identities_owner", "owner", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]


class InvitationRecord(Record):
    """A link by which one person makes an account."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_code_sha256", "code_sha256", unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True)
    code_sha256: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuditRecord(Record):
    """Who did what about people: ids only, so that nothing is left here of somebody who was erased."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # a person's id; "": the command line
    action: Mapped[str]
    subject: Mapped[str]  # the id of what it was done to
    detail: Mapped[dict[str, Any]]
