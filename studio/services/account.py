"""Account: one person's own profile, password, sessions and API keys."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from store.sessions import ApiKeyRow
from studio.account_errors import NotAllowed, PasswordWrong, TooManyKeys
from studio.passwords import hash_password, is_password
from studio.services.accounts import SECRET_BYTES, view_account
from studio.services.people import KEY_PREFIX
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.permission import SCOPES
from studio.vocabulary.person import Account, ApiKey, KeyName, KeySeconds, Password, Profile

MOST_KEYS = 50
FIRST_SCOPES = ("read", "write")


class OwnAccount(PersonalService, needs="account", reads=("get",)):
    """The account of the person who asks."""

    def get(self) -> Account:
        """The account. Raises NotFound."""
        return view_account(self._store.people.get(self._owner))

    def change_profile(self, profile: Profile) -> Account:
        """What the person says of themselves."""
        with self._store.begin() as transaction:
            row = self._store.people.change(transaction, self._owner, profile=asdict(profile))
        return view_account(row)

    def change_password(self, present: str, new: str) -> None:
        """Another password; every other session ends. Raises PasswordWrong, RequestRefused."""
        check_values(new_password=(Password, new))
        row = self._store.people.get(self._owner)
        if not is_password(row.password_hash, present):
            raise PasswordWrong
        password_hash = hash_password(new)
        with self._store.begin() as transaction:
            self._store.people.change(transaction, self._owner, password_hash=password_hash)
            self._store.sessions.revoke(transaction, self._owner, keep=self._person.session_id)
            self._store.audit.add(
                transaction, actor=self._owner, action="password.change", subject=self._owner
            )

    def list_keys(self) -> Sequence[ApiKey]:
        """The keys that are not revoked, newest first."""
        return [_view_key(row) for row in self._store.api_keys.list_valid(self._owner)]

    def add_key(
        self, name: str, scopes: Sequence[str] = FIRST_SCOPES, expires_in_s: int | None = None
    ) -> tuple[str, ApiKey]:
        """A new key, shown this once, and what it is for. Raises NotAllowed for what the person may not do themselves,
        TooManyKeys."""
        check_values(name=(KeyName, name))
        until = None
        if expires_in_s is not None:
            check_values(expires_in_s=(KeySeconds, expires_in_s))
            until = self._store.clock() + timedelta(seconds=expires_in_s)
        wanted = [scope for scope in SCOPES if scope in scopes]
        if not all(self._person.may(scope) for scope in wanted):
            raise NotAllowed
        if len(self._store.api_keys.list_valid(self._owner)) >= MOST_KEYS:
            raise TooManyKeys
        key = KEY_PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        with self._store.begin() as transaction:
            row = self._store.api_keys.add(
                transaction, self._owner, key=key, name=name, scopes=wanted, expires_at=until
            )
            self._store.audit.add(transaction, actor=self._owner, action="key.create", subject=row.id)
        return key, _view_key(row)

    def revoke_key(self, key_id: str) -> None:
        """Let a key open nothing any more. Raises NotFound."""
        with self._store.begin() as transaction:
            self._store.api_keys.revoke(transaction, self._owner, key_id)
            self._store.audit.add(transaction, actor=self._owner, action="key.revoke", subject=key_id)


def _view_key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
    )
