"""Who asks: the one place that says whose request this is, for the routes, the window and the shield; and what each
route asks of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.types import Scope

from studio.account_errors import NotAllowed
from studio.api.origin import SAFE_METHODS
from studio.personal_studio import PersonalStudio
from studio.vocabulary.permission import Permission
from studio.vocabulary.person import ASKER, YOU, Person


def person_of_scope(scope: Scope) -> Person:
    """The person that a connection speaks for. Of one creator on localhost nobody is asked: always "you"."""
    person: Person = scope.get("state", {}).get(ASKER, YOU)
    return person


def find_person(connection: HTTPConnection) -> Person:
    """Who asks, for routes."""
    return person_of_scope(connection.scope)


def find_studio(connection: HTTPConnection) -> PersonalStudio:
    """What the person who asks can ask for, for routes."""
    return connection.app.state.studio.for_person(person_of_scope(connection.scope))


def allow(read: Permission = "read", write: Permission = "write") -> Any:
    """A dependency of routes that look and of routes that change: what each asks of a person. Raises NotAllowed."""

    def check(connection: HTTPConnection) -> None:
        needed = read if connection.scope["method"] in SAFE_METHODS else write
        if not person_of_scope(connection.scope).may(needed):
            raise NotAllowed

    return Depends(check)


def require(permission: Permission) -> Any:
    """A dependency of one route, where it asks for more than those beside it. Raises NotAllowed."""
    return allow(permission, permission)


Mine = Annotated[PersonalStudio, Depends(find_studio)]
Asker = Annotated[Person, Depends(find_person)]
