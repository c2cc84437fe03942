"""Passwords: argon2id hashes, made and compared. The library is imported when the first one is."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# RFC 9106, 4: the second recommendation, for little memory. 64 MiB and about 0.1 s a time.
TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 4
AT_ONCE = 2  # more would let a crowd of log-ins take all memory

_turns = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    with _turns:
        return _hasher().hash(password)


def is_password(kept: str, password: str) -> bool:
    """Whether it is that password. Where nothing is kept ("") it takes as long as where something is, and is False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _turns:
        nobodys = _nobodys()  # before anything differs: the first comparison makes it, whoever's it is
        try:
            return _hasher().verify(kept or nobodys, password) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys() -> str:
    """A hash that no password fits."""
    import secrets

    return _hasher().hash(secrets.token_hex(32))
