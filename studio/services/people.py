"""People: accounts made and signed in to, whose request it is, and what the admin does about people."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from store.database import Transaction
from store.erase import list_open_jobs
from store.errors import RowMissing
from store.give import give_everything
from store.people import ACTIVE, LOCKED, PersonRow
from studio.account_errors import (
    AdoptLater,
    InvitationUnknown,
    LastAdmin,
    NotAllowed,
    SignInRefused,
    TooManyTries,
    TooManyVisitors,
)
from studio.errors import NotFound
from studio.passwords import hash_password, is_password
from studio.services.accounts import (
    SECRET_BYTES,
    add_account,
    begin_session,
    name_key,
    view_account,
    view_person,
)
from studio.services.erasing import Erasing
from studio.services.service import Resources, Service
from studio.services.tiers import find_tier, require_tier
from studio.throttle import Throttle
from studio.vocabulary.codec import check_values
from studio.vocabulary.permission import Role
from studio.vocabulary.person import (
    YOU,
    Account,
    AuditEntry,
    Invitation,
    Password,
    Person,
    PersonName,
    PersonState,
    SignedIn,
)

INVITATION_KEPT = timedelta(days=7)
AUDIT_KEPT = timedelta(days=90)
MOST_VISITORS = 1000  # of a Space, at once
KEY_PREFIX = "ask_"  # of an API key, so that a scan for secrets finds one
TRIES_BY_NAME, TRIES_BY_ADDRESS, TRIES_WITHIN_S = 5, 30, 300.0
COMMAND_LINE = Person(id="", role="admin")  # whoever can read the data folder

log = logging.getLogger(__name__)


class People(Service):
    """The accounts of one studio."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self._by_name = Throttle(TRIES_BY_NAME, TRIES_WITHIN_S)
        self._by_address = Throttle(TRIES_BY_ADDRESS, TRIES_WITHIN_S)

    def create(self, name: str, password: str, role: Role, *, by: Person = COMMAND_LINE) -> Account:
        """A new account. Raises NameTaken, RequestRefused."""
        check_values(name=(PersonName, name), password=(Password, password))
        password_hash = hash_password(password)
        with self._store.begin() as transaction:
            row = add_account(self._store, transaction, name, password_hash, role)
            self._note(transaction, by, "person.create", row.id, role=role)
        return view_account(row)

    def sign_in(self, name: str, password: str, *, address: str, former: Person | None = None) -> SignedIn:
        """Begin a session; the one that the browser had before ends. Raises SignInRefused, TooManyTries.

        It takes as long, and says the same, where nobody has that name.
        """
        self._slow_down(name_key(name), address)
        found = self._store.people.find(name_key(name))
        if not is_password(found.password_hash if found else "", password) or found is None:
            raise SignInRefused
        if found.state == LOCKED:
            raise SignInRefused
        self._by_name.forget(name_key(name))
        with self._store.begin() as transaction:
            if former is not None and former.session_id:
                self._store.sessions.revoke(transaction, former.id, former.session_id)
            return begin_session(self._store, transaction, found)

    def find_person(self, token: str) -> Person | None:
        """Whose session token or API key it is; None for one that opens nothing."""
        table = self._store.api_keys if token.startswith(KEY_PREFIX) else self._store.sessions
        caller = table.find_caller(token)
        return None if caller is None else view_person(caller)

    def invite(self, role: Role, *, by: Person = COMMAND_LINE) -> tuple[str, Invitation]:
        """The code of a new invitation, shown this once, and what it is for."""
        code = secrets.token_urlsafe(SECRET_BYTES)
        until = self._store.clock() + INVITATION_KEPT
        with self._store.begin() as transaction:
            row = self._store.invitations.add(transaction, code=code, role=role, expires_at=until)
            self._note(transaction, by, "invitation.create", row.id, role=role)
        return code, Invitation(role=role, expires_at=until)

    def find_invitation(self, code: str) -> Invitation:
        """What an invitation is for. Raises InvitationUnknown."""
        try:
            row = self._store.invitations.find(code)
        except RowMissing as error:
            raise InvitationUnknown from error
        return Invitation(role=row.role, expires_at=row.expires_at)  # type: ignore[arg-type]

    def accept(self, code: str, name: str, password: str, *, address: str) -> SignedIn:
        """Make the account of an invitation, and sign it in. Raises InvitationUnknown, NameTaken, TooManyTries."""
        if wait := self._by_address.take(address):
            raise TooManyTries(wait)
        self.find_invitation(code)
        check_values(name=(PersonName, name), password=(Password, password))
        password_hash = hash_password(password)
        with self._store.begin() as transaction:
            try:
                invitation = self._store.invitations.use(transaction, code)
            except RowMissing as error:
                raise InvitationUnknown from error
            row = add_account(self._store, transaction, name, password_hash, invitation.role)
            actor = Person(id=row.id, role=invitation.role)  # type: ignore[arg-type]
            self._note(transaction, actor, "invitation.accept", invitation.id, role=invitation.role)
            return begin_session(self._store, transaction, row)

    def list_all(self) -> Sequence[Account]:
        """Everybody, the first who came first."""
        return [view_account(row) for row in self._store.people.list_all()]

    def get(self, person_id: str) -> Account:
        """One account. Raises NotFound."""
        return view_account(self._store.people.get(person_id))

    def has_admin(self) -> bool:
        """Whether anybody can let others in."""
        return self._store.people.count("admin") > 0

    def update(
        self,
        person_id: str,
        *,
        by: Person,
        role: Role | None = None,
        state: PersonState | None = None,
        tier: str | None = None,
        password: str | None = None,
    ) -> Account:
        """Change somebody's role or tier, lock them out or let them in again, or set a password that they forgot.

        Who is locked out or gets another password is signed out everywhere. Raises NotFound (a tier too), LastAdmin.
        """
        if password is not None:
            check_values(password=(Password, password))
        password_hash = None if password is None else hash_password(password)
        given = {"role": role, "state": state, "tier": tier, "password_hash": password_hash}
        values = {name: value for name, value in given.items() if value is not None}
        with self._store.begin() as transaction:
            if tier is not None:
                require_tier(self._store, self._settings, tier, transaction)
            row = self._change(transaction, person_id, **values)
            if state == LOCKED or password is not None:
                self._store.sessions.revoke(transaction, person_id)
            said = {name: value for name, value in values.items() if name != "password_hash"}
            reset = {"password": "set"} if password is not None else {}
            self._note(transaction, by, "person.change", person_id, **said, **reset)
        return view_account(row)

    def remove(self, person_id: str, *, by: Person) -> None:
        """Erase somebody: the account, and everything that they have. There is no way back.

        Raises NotFound, LastAdmin, StorageTrouble; after the last it can be asked again.
        """
        with self._store.begin() as transaction:
            self._change(transaction, person_id, state=LOCKED)  # nothing new from here on
            self._store.sessions.revoke(transaction, person_id)
        self.erase(Person(id=person_id))
        with self._store.begin() as transaction:
            self._note(transaction, by, "person.remove", person_id)

    def erase(self, person: Person) -> None:
        """Everything of a person and the account itself, for good. Raises NotFound, StorageTrouble."""
        Erasing(self._resources, Person(id=person.id)).erase_everything()
        with self._store.begin() as transaction:
            self._store.people.remove(transaction, person.id)
        self._store.database.forget_journal()

    def adopt(self, name: str, *, by: Person = COMMAND_LINE) -> int:
        """Give somebody what was made before there were accounts; how many rows. Raises NotFound, AdoptLater."""
        taker = self._store.people.find(name_key(name))
        if taker is None:
            raise NotFound(f"Nobody is called “{name}” here.")
        if list_open_jobs(self._store, YOU.id):
            raise AdoptLater
        given = self._store.reserve.spend_on(lambda: give_everything(self._store, YOU.id, taker.id))
        with self._store.begin() as transaction:
            self._note(transaction, by, "person.adopt", taker.id)
        return given

    def reset_password(self, name: str, password: str, *, by: Person = COMMAND_LINE) -> Account:
        """Another password for somebody who forgot theirs. Raises NotFound, RequestRefused."""
        found = self._store.people.find(name_key(name))
        if found is None:
            raise NotFound(f"Nobody is called “{name}” here.")
        return self.update(found.id, by=by, password=password)

    def receive_visitor(self) -> tuple[str, Person]:
        """Somebody without an account, for a while: the token of their session, and who they are. Raises
        TooManyVisitors."""
        until = self._store.clock() + timedelta(seconds=self._settings.visitor_kept_seconds)
        name, token = f"visitor {secrets.token_hex(8)}", secrets.token_urlsafe(SECRET_BYTES)
        with self._store.begin() as transaction:
            if self._store.people.count("visitor", transaction=transaction) >= MOST_VISITORS:
                raise TooManyVisitors
            row = add_account(self._store, transaction, name, "", "visitor")
            find_tier(
                self._store, self._settings, row.id, transaction
            )  # its limits hold from the first upload on
            session = self._store.sessions.add(transaction, row.id, token=token, expires_at=until)
        return token, Person(id=row.id, role="visitor", name=name, session_id=session.id)

    def sign_out(self, person: Person, *, everywhere: bool = False) -> None:
        """End this session, or all of them. A visitor is erased with everything of theirs. Raises NotAllowed."""
        if not person.session_id:  # a key is revoked instead
            raise NotAllowed
        if person.role == "visitor":
            self._lock_and_erase(person.id)
            return
        with self._store.begin() as transaction:
            self._store.sessions.revoke(transaction, person.id, None if everywhere else person.session_id)

    def list_expired_visitors(self) -> Sequence[str]:
        """The ids of visitors whose time is up."""
        return self._store.sessions.list_expired_owners("visitor")

    def erase_visitor(self, person_id: str) -> None:
        """Everything of a visitor, unless they leave by themselves just now. Raises StorageTrouble."""
        with suppress(NotFound):
            self._lock_and_erase(person_id)

    def _lock_and_erase(self, person_id: str) -> None:
        with self._store.begin() as transaction:
            self._store.people.change(transaction, person_id, state=LOCKED)  # nothing new from here on
        self.erase(Person(id=person_id))

    def list_audit(self) -> Sequence[AuditEntry]:
        """Who did what, the newest first; of those who were erased there is only the id."""
        names = {row.id: row.name for row in self._store.people.list_all()}
        return [
            AuditEntry(
                at=row.at,
                actor=names.get(row.actor, row.actor) or "command line",
                action=row.action,
                subject=names.get(row.subject, row.subject),
                detail=row.detail,
            )
            for row in self._store.audit.list_recent()
        ]

    def clean_up(self) -> None:
        """Remove sessions and invitations that are over, and what the audit log has kept for long enough."""
        self._store.sessions.purge()
        self._store.invitations.purge()
        self._store.audit.purge(self._store.clock() - AUDIT_KEPT)

    def _slow_down(self, key: str, address: str) -> None:
        """Count a try by name and by address. Raises TooManyTries."""
        if wait := max(self._by_name.take(key), self._by_address.take(address)):
            log.warning("too many tries to sign in; the next one in %d s", wait)
            raise TooManyTries(wait)

    def _change(self, transaction: Transaction, person_id: str, **values: str) -> PersonRow:
        """Raises NotFound, and LastAdmin where nobody would be left who can let others in."""
        before = self._store.people.get(person_id, transaction=transaction)
        row = self._store.people.change(transaction, person_id, **values)
        was_admin = (before.role, before.state) == ("admin", ACTIVE)
        if was_admin and not self._store.people.count("admin", transaction=transaction):
            raise LastAdmin
        return row

    def _note(self, transaction: Transaction, by: Person, action: str, subject: str, **detail: str) -> None:
        self._store.audit.add(transaction, actor=by.id, action=action, subject=subject, **detail)
