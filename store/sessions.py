"""Sessions and API keys: by which a request is somebody's. Both are found by the SHA-256 of what was given out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from store.database import Database, Transaction
from store.errors import RowMissing
from store.ids import new_id
from store.people import ACTIVE
from store.people_records import ApiKeyRecord, PersonRecord, SessionRecord
from store.rows import columns_of, to_rows

SEEN_EVERY = timedelta(minutes=1)  # a look is no write, or every request would be one


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A person who is signed in somewhere."""

    id: str
    owner: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRow:
    """A key that a program signs in with."""

    id: str
    owner: str
    name: str
    scopes: list[Any]
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerRow:
    """Whose request it is, and by which session or key."""

    person_id: str
    name: str
    role: str
    session_id: str  # "": by a key
    scopes: list[Any] | None  # None: all that the role may
    seen_at: datetime | None


def digest_secret(secret: str) -> str:
    """What is kept of a secret that was chosen at random: long ones need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class SessionTable:
    """The rows of sessions."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, transaction: Transaction, owner: str, *, token: str, expires_at: datetime) -> SessionRow:
        """Sign a person in."""
        now = self._clock()
        values: dict[str, Any] = {"id": new_id(), "owner": owner, "created_at": now, "seen_at": now}
        values["expires_at"] = expires_at
        kept = {"token_sha256": digest_secret(token), "revoked_at": None}
        transaction.connection.execute(insert(SessionRecord).values(values | kept))
        return SessionRow(**values)

    def find_caller(self, token: str) -> CallerRow | None:
        """Whose token it is; None for one that is unknown, expired, revoked, or of somebody who is locked."""
        said = {"token_sha256": digest_secret(token), "now": self._clock()}
        with self._database.read() as look:
            found = look.connection.execute(_CALLER, said).first()
        if found is None:
            return None
        person_id, name, role, session_id, seen_at = found
        caller = CallerRow(
            person_id=person_id, name=name, role=role, session_id=session_id, scopes=None, seen_at=seen_at
        )
        if self._clock() - seen_at >= SEEN_EVERY:
            self._note_seen(session_id)
        return caller

    def _note_seen(self, session_id: str) -> None:
        with self._database.begin() as transaction:
            mine = update(SessionRecord).where(SessionRecord.id == session_id)
            transaction.connection.execute(mine.values(seen_at=self._clock()))

    def list_open(self, owner: str) -> Sequence[SessionRow]:
        """Where a person is signed in, newest first."""
        mine = (SessionRecord.owner == owner, SessionRecord.revoked_at.is_(None))
        wanted = select(*_SESSION).where(*mine, SessionRecord.expires_at > self._clock())
        with self._database.read() as look:
            return to_rows(SessionRow, look.connection.execute(wanted.order_by(SessionRecord.id.desc())))

    def revoke(
        self, transaction: Transaction, owner: str, session_id: str | None = None, *, keep: str = ""
    ) -> int:
        """Sign a person out: of one session, or of all but `keep`; of how many."""
        mine = update(SessionRecord).where(
            SessionRecord.owner == owner, SessionRecord.revoked_at.is_(None), SessionRecord.id != keep
        )
        if session_id is not None:
            mine = mine.where(SessionRecord.id == session_id)
        gone = mine.values(revoked_at=self._clock()).returning(SessionRecord.id)
        return len(transaction.connection.scalars(gone).all())

    def list_expired_owners(self, role: str) -> Sequence[str]:
        """People of a role whom no session speaks for any more."""
        open_ones = select(SessionRecord.owner).where(
            SessionRecord.revoked_at.is_(None), SessionRecord.expires_at > self._clock()
        )
        wanted = select(PersonRecord.id).where(PersonRecord.role == role, PersonRecord.id.not_in(open_ones))
        with self._database.read() as look:
            return look.connection.scalars(wanted).all()

    def purge(self) -> int:
        """Remove what is over; how many."""
        over = or_(SessionRecord.expires_at <= self._clock(), SessionRecord.revoked_at.is_not(None))
        with self._database.begin() as transaction:
            gone = delete(SessionRecord).where(over).returning(SessionRecord.id)
            return len(transaction.connection.scalars(gone).all())


class ApiKeyTable:
    """The rows of API keys."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        key: str,
        name: str,
        scopes: Sequence[str],
        expires_at: datetime | None,
    ) -> ApiKeyRow:
        """A new key."""
        values: dict[str, Any] = {"id": new_id(), "owner": owner, "name": name, "scopes": list(scopes)}
        values |= {"created_at": self._clock(), "used_at": None, "expires_at": expires_at}
        kept = {"key_sha256": digest_secret(key), "revoked_at": None}
        transaction.connection.execute(insert(ApiKeyRecord).values(values | kept))
        return ApiKeyRow(**values)

    def find_caller(self, key: str) -> CallerRow | None:
        """Whose key it is; None for one that is unknown, expired, revoked, or of somebody who is locked."""
        columns = (*_WHO, ApiKeyRecord.id, ApiKeyRecord.scopes, ApiKeyRecord.used_at)
        wanted = select(*columns).join(PersonRecord, PersonRecord.id == ApiKeyRecord.owner)
        now = self._clock()
        wanted = wanted.where(
            ApiKeyRecord.key_sha256 == digest_secret(key),
            ApiKeyRecord.revoked_at.is_(None),
            or_(ApiKeyRecord.expires_at.is_(None), ApiKeyRecord.expires_at > now),
            PersonRecord.state == ACTIVE,
        )
        with self._database.read() as look:
            found = look.connection.execute(wanted).first()
        if found is None:
            return None
        person_id, name, role, key_id, scopes, used_at = found
        if used_at is None or now - used_at >= SEEN_EVERY:
            with self._database.begin() as transaction:
                mine = update(ApiKeyRecord).where(ApiKeyRecord.id == key_id)
                transaction.connection.execute(mine.values(used_at=now))
        return CallerRow(
            person_id=person_id, name=name, role=role, session_id="", scopes=scopes, seen_at=used_at
        )

    def list_valid(self, owner: str) -> Sequence[ApiKeyRow]:
        """The keys that a person has not revoked, newest first."""
        wanted = select(*_KEY).where(ApiKeyRecord.owner == owner, ApiKeyRecord.revoked_at.is_(None))
        with self._database.read() as look:
            return to_rows(ApiKeyRow, look.connection.execute(wanted.order_by(ApiKeyRecord.id.desc())))

    def revoke(self, transaction: Transaction, owner: str, key_id: str) -> None:
        """Let a key open nothing any more. Raises RowMissing."""
        mine = update(ApiKeyRecord).where(
            ApiKeyRecord.id == key_id, ApiKeyRecord.owner == owner, ApiKeyRecord.revoked_at.is_(None)
        )
        gone = mine.values(revoked_at=self._clock()).returning(ApiKeyRecord.id)
        if transaction.connection.scalar(gone) is None:
            raise RowMissing


_WHO = (PersonRecord.id, PersonRecord.name, PersonRecord.role)
_SESSION = columns_of(SessionRecord, SessionRow)
# Every request asks this: it is built once.
_CALLER = (
    select(*_WHO, SessionRecord.id, SessionRecord.seen_at)
    .join(PersonRecord, PersonRecord.id == SessionRecord.owner)
    .where(
        SessionRecord.token_sha256 == bindparam("token_sha256"),
        SessionRecord.revoked_at.is_(None),
        SessionRecord.expires_at > bindparam("now"),
        PersonRecord.state == ACTIVE,
    )
)
_KEY = columns_of(ApiKeyRecord, ApiKeyRow)
