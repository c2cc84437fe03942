"""Who asks, as routes say it, and what each route asks of them.

These dependencies only compute: as coroutines they are answered at once, where a function would wait for a thread.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection

from studio.account_errors import NotAllowed
from studio.api.origin import SAFE_METHODS
from studio.personal_studio import PersonalStudio
from studio.vocabulary.permission import Permission
from studio.vocabulary.person import Person
from studio.who_asks import read_asker


async def find_person(connection: HTTPConnection) -> Person:
    """Who asks, for routes. Raises NotSignedIn."""
    return read_asker(connection.scope)


async def find_studio(connection: HTTPConnection) -> PersonalStudio:
    """What the person who asks can ask for, for routes. Raises NotSignedIn."""
    person = read_asker(connection.scope)
    return connection.app.state.studio.for_person(person)


def allow(read: Permission = "read", write: Permission = "write") -> Any:
    """A dependency of routes that look and of routes that change: what each asks of a person.

    Raises NotSignedIn, NotAllowed.
    """

    async def check(connection: HTTPConnection) -> None:
        needed = read if connection.scope["method"] in SAFE_METHODS else write
        if not read_asker(connection.scope).may(needed):
            raise NotAllowed

    return Depends(check)


def require(permission: Permission) -> Any:
    """A dependency of one route, where it asks for more than those beside it. Raises NotAllowed."""
    return allow(permission, permission)


Mine = Annotated[PersonalStudio, Depends(find_studio)]
Asker = Annotated[Person, Depends(find_person)]
