"""Who asks, as the shield wrote it into a request's state: read by REST and by the window."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from studio.account_errors import NotSignedIn
from studio.vocabulary.person import Person

KEY = "asker"  # of a request's state


def write_asker(scope: MutableMapping[str, Any], person: Person) -> None:
    """Say whose request this ASGI scope is."""
    scope.setdefault("state", {})[KEY] = person


def read_asker(scope: MutableMapping[str, Any]) -> Person:
    """Whose request this ASGI scope is. Raises NotSignedIn where nobody said so: there is no person to fall back on."""
    person = scope.get("state", {}).get(KEY)
    if not isinstance(person, Person):
        raise NotSignedIn
    return person
