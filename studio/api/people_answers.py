"""What REST takes and says of people: sign-in, accounts, API keys, invitations, the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field

from pipelines.bounds import Several, Text
from studio.api.answers import Answer
from studio.api.paging import PagedList
from studio.api.schemas import Strict
from studio.vocabulary.credits import TierName
from studio.vocabulary.permission import SCOPES, Role
from studio.vocabulary.person import (
    LONGEST_ABOUT,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    KeyName,
    KeySeconds,
    Password,
    PersonName,
    PersonState,
    SignedIn,
    Units,
)

Scope = Literal["read", "write", "send", "models", "house", "people"]
InvitedRole = Literal["admin", "creator", "viewer"]
assert set(Scope.__args__) == set(SCOPES)  # type: ignore[attr-defined]


class SignInIn(Strict):
    """A name and its password."""

    name: Annotated[str, Text(LONGEST_NAME)]
    password: Annotated[str, Text(LONGEST_PASSWORD)]


class AccountIn(Strict):
    """The account that an invitation makes."""

    name: PersonName
    password: Password


class ProfileOut(Answer):
    """What a person says of themselves."""

    units: Units
    about: str


class AccountOut(Answer):
    """A person as they and the admin see them."""

    id: str
    name: str
    role: Role
    tier: str = Field(description="The name of a set of limits.")
    state: PersonState
    profile: ProfileOut
    created_at: datetime


class MeOut(AccountOut):
    """You, and what you may do."""

    permissions: list[str] = Field(description="What this session, or this key, may do.")


class AccountList(PagedList):
    """Everybody, the first who came first."""

    items: list[AccountOut]


class SignedInOut(BaseModel):
    """A new session. The token is sent as a bearer's by programs; browsers have it as a cookie."""

    token: str
    expires_at: datetime
    person: AccountOut

    @classmethod
    def of(cls, signed: SignedIn) -> Self:
        """The answer."""
        return cls(token=signed.token, expires_at=signed.expires_at, person=AccountOut.of(signed.account))


class MeChangeIn(Strict):
    """What to change of yourself; what is left out stays."""

    units: Units | None = None
    about: Annotated[str, Text(LONGEST_ABOUT)] | None = None
    password: Annotated[str, Text(LONGEST_PASSWORD)] | None = Field(
        default=None, description="The present one, to set another."
    )
    new_password: Password | None = Field(default=None, description="All other sessions end.")


class PersonChangeIn(Strict):
    """What the admin changes of somebody; what is left out stays."""

    role: InvitedRole | None = None
    state: PersonState | None = Field(default=None, description="locked: signed out, and cannot sign in.")
    tier: TierName | None = Field(default=None, description="The name of a set of limits.")
    password: Password | None = Field(default=None, description="In place of a forgotten one.")


class KeyIn(Strict):
    """A new API key."""

    name: KeyName
    scopes: Annotated[tuple[Scope, ...], Several(len(SCOPES), 1, each_once=True)] = ("read", "write")
    expires_in_s: KeySeconds | None = Field(default=None, description="null: never.")


class KeyOut(Answer):
    """An API key, without the key."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    used_at: datetime | None = Field(description="To the minute.")
    expires_at: datetime | None


class NewKeyOut(KeyOut):
    """A new API key: it is shown this once."""

    key: str = Field(description="Sent as “Authorization: Bearer …”.")


class KeyList(PagedList):
    """Your API keys, newest first."""

    items: list[KeyOut]


class InvitationIn(Strict):
    """Whom to invite."""

    role: InvitedRole = "creator"


class InvitationOut(BaseModel):
    """An invitation: it is shown this once."""

    code: str
    url: str
    role: Role
    expires_at: datetime


class AuditEntryOut(Answer):
    """Who did what."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]


class AuditList(PagedList):
    """The newest first, kept for 90 days."""

    items: list[AuditEntryOut]


class PersonsJobOut(Answer):
    """A job as the admin sees it: whose it is and how it goes, not what it is of."""

    id: str
    person: str
    kind: str
    lane: str
    state: str
    place: int | None = Field(description="In its lane, while it waits.")
    attempt: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class MoveIn(Strict):
    """Where a waiting job goes: before all of its lane, or behind the other jobs of whoever ordered it."""

    to: Literal["first", "last"]


class PersonsJobList(PagedList):
    """The newest jobs of everybody."""

    items: list[PersonsJobOut]
