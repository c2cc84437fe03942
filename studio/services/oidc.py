"""Signing in by a service that a house has already (OpenID Connect): who comes back, and whose account is theirs."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from store.errors import RowMissing
from store.people import LOCKED, PersonRow
from studio.account_errors import (
    InvitationUnknown,
    NameTaken,
    ProviderOff,
    SignInLost,
    StrangerRefused,
    TooManyTries,
)
from studio.oidc_settings import ANYBODY
from studio.services.accounts import SECRET_BYTES, add_account, begin_session
from studio.services.oidc_provider import Claims, Provider, SignInRequest
from studio.services.service import Resources, Service
from studio.throttle import Throttle
from studio.vocabulary.person import LONGEST_NAME, Person, SignedIn

if TYPE_CHECKING:
    from store.database import Transaction

KEPT_S = 600.0  # as long as somebody may take over there
MOST_KEPT = 1000
BEGUN_BY_ADDRESS, BEGUN_WITHIN_S = 20, 300.0  # each one asks the service
MOST_NAMESAKES = 100
BY_SERVICE = Person(id="sign-in service", role="viewer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Somebody who went to the service and has not come back."""

    request: SignInRequest
    browser: str  # the secret that only their browser has
    asked: str  # where they wanted to go
    invitation: str  # the code of one; "" without
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What a browser brings back from the service."""

    state: str
    code: str
    answered_by: str  # RFC 9207
    browser: str  # the secret that was given to it


class OpenIdConnect(Service):
    """The sign-ins of one studio that are decided elsewhere."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self._provider = Provider(self._settings)
        self._away: OrderedDict[str, Departure] = OrderedDict()
        self._lock = threading.Lock()
        self._begun = Throttle(BEGUN_BY_ADDRESS, BEGUN_WITHIN_S)

    def name_service(self) -> str:
        """The host of the service, as it is shown; "" where there is none."""
        if self._settings.mode != "shared":
            return ""
        return urlsplit(self._settings.oidc_issuer).hostname or ""

    def begin(
        self, redirect_uri: str, *, address: str, asked: str = "/", invitation: str = ""
    ) -> tuple[str, str]:
        """Where the person goes to sign in, and the secret that their browser keeps meanwhile.

        Raises ProviderOff, TooManyTries, ProviderSilent, ProviderDistrusted.
        """
        if not self.name_service():
            raise ProviderOff
        if wait := self._begun.take(address):
            raise TooManyTries(wait)
        request, browser = self._provider.begin(redirect_uri), secrets.token_urlsafe(SECRET_BYTES)
        left = Departure(
            request=request,
            browser=browser,
            asked=asked,
            invitation=invitation,
            until=time.monotonic() + KEPT_S,
        )
        with self._lock:
            self._away[request.state] = left
            while len(self._away) > MOST_KEPT:
                self._away.popitem(last=False)
        return request.url, browser

    def finish(self, returned: Return, *, former: Person | None = None) -> tuple[SignedIn, str]:
        """A session of whom the service signed in, and where they wanted to go. The same state is taken once.

        Raises ProviderOff, SignInLost, ProviderSilent, ProviderDistrusted, StrangerRefused, InvitationUnknown.
        """
        if not self.name_service():
            raise ProviderOff
        with self._lock:
            left = self._away.pop(returned.state, None)
        if left is None or left.until < time.monotonic():
            raise SignInLost
        if not hmac.compare_digest(left.browser.encode(), returned.browser.encode("utf-8", "surrogatepass")):
            raise SignInLost
        if not returned.code:  # they turned back there
            raise SignInLost
        claims = self._provider.finish(left.request, returned.code, returned.answered_by)
        with self._store.begin() as transaction:
            row = self._find_or_add(transaction, claims, left.invitation)
            if former is not None and former.session_id:
                self._store.sessions.revoke(transaction, former.id, former.session_id)
            return begin_session(self._store, transaction, row), left.asked

    def _find_or_add(self, transaction: Transaction, claims: Claims, invitation: str) -> PersonRow:
        """The account of whom the service named: by issuer and subject alone, never by a name or an address."""
        known = self._store.identities.find_owner(claims.issuer, claims.subject, transaction=transaction)
        if known is not None:
            row = self._store.people.get(known, transaction=transaction)
            if row.state == LOCKED:
                raise StrangerRefused
            return row
        if invitation:
            try:
                used = self._store.invitations.use(transaction, invitation)
            except RowMissing as error:
                raise InvitationUnknown from error
            role, action, by = used.role, "invitation.accept", used.id
        elif self._takes(claims.email):
            role, action, by = self._settings.oidc_role, "person.create", ""
        else:
            raise StrangerRefused
        row = self._add(transaction, claims.name, role)
        self._store.identities.add(transaction, row.id, issuer=claims.issuer, subject=claims.subject)
        actor = row.id if by else BY_SERVICE.id
        self._store.audit.add(transaction, actor=actor, action=action, subject=by or row.id, role=role)
        return row

    def _takes(self, email: str) -> bool:
        """Whether whoever has this address, which is theirs, needs no invitation."""
        domains = self._settings.oidc_domains
        return ANYBODY in domains or email.rpartition("@")[2].lower() in domains

    def _add(self, transaction: Transaction, said: str, role: str) -> PersonRow:
        """An account without a password, named after what the service says; with a number where the name is taken."""
        name = plain_name(said)
        for number in range(1, MOST_NAMESAKES):
            tail = f" {number}" if number > 1 else ""
            try:
                return add_account(
                    self._store, transaction, name[: LONGEST_NAME - len(tail)].strip() + tail, "", role
                )
            except NameTaken:
                continue
        raise NameTaken


def plain_name(said: str) -> str:
    """A name as accounts have it: printable, of one line, no e-mail address, no longer than is kept."""
    words = "".join(one if one.isprintable() else " " for one in said.partition("@")[0])
    return re.sub(r"\s+", " ", words).strip()[:LONGEST_NAME].strip() or "Somebody"
