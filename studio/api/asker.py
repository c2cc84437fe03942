"""Who asks: the one place that says whose request this is, for the routes and for the shield."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.types import Scope

from studio.studio import PersonalStudio
from studio.vocabulary.person import YOU, Person


def person_of_scope(scope: Scope) -> Person:
    """The person that a connection speaks for. One creator on localhost: always "you"."""
    return YOU


def find_studio(connection: HTTPConnection) -> PersonalStudio:
    """What the person who asks can ask for, for routes."""
    return connection.app.state.studio.for_person(person_of_scope(connection.scope))


Mine = Annotated[PersonalStudio, Depends(find_studio)]
