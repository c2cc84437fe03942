"""Accounts as they are kept and shown: made, signed in to, and told apart by name."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from store.people import PersonRow
from store.sessions import CallerRow
from studio.account_errors import NameTaken
from studio.vocabulary.person import Account, Person, Profile, SignedIn

if TYPE_CHECKING:
    from store.database import Transaction
    from store.store import Store

SESSION_KEPT = timedelta(days=30)
SECRET_BYTES = 32


def name_key(name: str) -> str:
    """What two names have in common that cannot be told apart."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def add_account(
    store: Store, transaction: Transaction, name: str, password_hash: str, role: str
) -> PersonRow:
    """A new account; without a password ("") nobody signs in to it by one. Raises NameTaken."""
    key = name_key(name)
    if store.people.find(key, transaction=transaction) is not None:
        raise NameTaken
    return store.people.add(transaction, name=name, name_key=key, password_hash=password_hash, role=role)


def begin_session(store: Store, transaction: Transaction, row: PersonRow) -> SignedIn:
    """Sign somebody in."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    until = store.clock() + SESSION_KEPT
    store.sessions.add(transaction, row.id, token=token, expires_at=until)
    return SignedIn(account=view_account(row), token=token, expires_at=until)


def view_account(row: PersonRow) -> Account:
    """What is shown of an account."""
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,  # type: ignore[arg-type]
        tier=row.tier,
        state=row.state,  # type: ignore[arg-type]
        profile=Profile(**row.profile),
        created_at=row.created_at,
        has_password=bool(row.password_hash),
    )


def view_person(caller: CallerRow) -> Person:
    """Who asks."""
    return Person(
        id=caller.person_id,
        role=caller.role,  # type: ignore[arg-type]
        name=caller.name,
        session_id=caller.session_id,
        scopes=None if caller.scopes is None else frozenset(caller.scopes),
    )
