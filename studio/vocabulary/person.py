"""Person: who asks; and what is shown of an account, its sessions, its keys and the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pipelines.bounds import Between, Text
from studio.vocabulary.permission import PERMISSIONS, Permission, Role
from studio.vocabulary.project import TRIMMED

LONGEST_NAME, SHORTEST_PASSWORD, LONGEST_PASSWORD = 60, 8, 200
LONGEST_ABOUT = 500
DAY_S = 24 * 3600
LONGEST_KEY_S = 10 * 365 * DAY_S

PersonName = Annotated[str, Text(LONGEST_NAME, least=1, pattern=TRIMMED)]
Password = Annotated[str, Text(LONGEST_PASSWORD, least=SHORTEST_PASSWORD)]
KeyName = Annotated[str, Text(LONGEST_NAME, least=1, pattern=TRIMMED)]
KeySeconds = Annotated[int, Between(1, LONGEST_KEY_S)]
PersonState = Literal["active", "locked"]
Units = Literal["metric", "imperial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks for something. Every row of their data carries their id."""

    id: str
    role: Role = "creator"
    name: str = ""
    session_id: str = ""  # by which they ask; "" without one, as by a key
    scopes: frozenset[str] | None = None  # of the key by which they ask; None: all that the role may

    def may(self, permission: Permission) -> bool:
        """Whether the role, and the key where it is one, allows that."""
        is_scoped = self.scopes is None or permission in self.scopes
        return is_scoped and permission in PERMISSIONS[self.role]


YOU = Person(id="you", role="admin")  # the single creator on this computer


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person says of themselves."""

    units: Units = "metric"
    about: Annotated[str, Text(LONGEST_ABOUT)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person as they and the admin see them."""

    id: str
    name: str
    role: Role
    tier: str
    state: PersonState
    profile: Profile
    created_at: datetime
    has_password: bool  # False: of who signs in by the service of the house


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session; the token is shown this once."""

    account: Account
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key for programs, without the key."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link by which one person makes an account."""

    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what. Names are looked up when it is read: of somebody who was erased there is only the id."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsJob:
    """A job as the admin sees it: whose it is and how it goes, not what it is of."""

    id: str
    person: str
    kind: str
    lane: str
    state: str
    place: int | None  # in its lane, while it waits
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonUse:
    """An account with what the person uses, as the admin sees it; `credits` is None before there were any."""

    account: Account
    storage_bytes: int
    open_jobs: int
    credits: int | None
