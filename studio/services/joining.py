"""Joining: accounts that nobody with one made: the first admin's, and those that people make for themselves."""

from __future__ import annotations

import hmac
import secrets
import threading

from studio.account_errors import FirstStartRefused, SignUpClosed, TooManyTries
from studio.services.people import People
from studio.services.service import Resources, Service
from studio.throttle import Throttle
from studio.vocabulary.permission import Role
from studio.vocabulary.person import Person, SignedIn

# Letters that are not taken for one another; ten of them are 49 bits, and few can be tried.
LETTERS, CODE_LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 10
TRIES_OF_CODE, TRIES_WITHIN_S = 20, 300.0  # of everybody together
SIGN_UPS_BY_ADDRESS, SIGN_UPS_WITHIN_S = 10, 3600.0
FIRST_START, SIGN_UP = Person(id="first start", role="viewer"), Person(id="sign-up", role="viewer")


class Joining(Service):
    """How somebody comes in whom nobody let in."""

    def __init__(self, resources: Resources, people: People) -> None:
        super().__init__(resources)
        self._people = people
        self._code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
        self._tries = Throttle(TRIES_OF_CODE, TRIES_WITHIN_S)
        self._sign_ups = Throttle(SIGN_UPS_BY_ADDRESS, SIGN_UPS_WITHIN_S)
        self._lock = threading.Lock()

    def needs_admin(self) -> bool:
        """Whether it is a shared studio that nobody can let others into yet."""
        return self._settings.mode == "shared" and not self._people.has_admin()

    def show_code(self) -> str:
        """The code of the first start, for the console: whoever reads it there runs the studio. It lasts as long as
        the process, and until there is an admin."""
        half = CODE_LENGTH // 2
        return f"{self._code[:half]}-{self._code[half:]}"

    def make_first_admin(self, code: str, name: str, password: str, *, address: str) -> SignedIn:
        """The first admin's account, signed in. Raises FirstStartRefused, TooManyTries, RequestRefused."""
        if wait := self._tries.take(""):
            raise TooManyTries(wait)
        with self._lock:  # of two who have the code one is the first
            if not self.needs_admin() or not hmac.compare_digest(_plain(code), self._code.encode()):
                raise FirstStartRefused
            self._people.create(name, password, "admin", by=FIRST_START)
        return self._people.sign_in(name, password, address=address)

    def find_sign_up_role(self) -> Role | None:
        """The role of an account that somebody makes for themselves; None where nobody can."""
        role = self._settings.sign_up
        return None if self._settings.mode != "shared" or role == "off" else role

    def sign_up(self, name: str, password: str, *, address: str) -> SignedIn:
        """An account of one's own making, signed in. Raises SignUpClosed, NameTaken, TooManyTries, RequestRefused."""
        role = self.find_sign_up_role()
        if role is None:
            raise SignUpClosed
        if wait := self._sign_ups.take(address):
            raise TooManyTries(wait)
        self._people.create(name, password, role, by=SIGN_UP)
        return self._people.sign_in(name, password, address=address)


def _plain(code: str) -> bytes:
    """A code as it is compared: without dashes and spaces, in capitals."""
    return "".join(one for one in code if one.isalnum()).upper().encode("utf-8", "surrogatepass")
