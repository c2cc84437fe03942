"""Whose request this is: the one place that says it, for the routes and for the shield."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.types import Scope

from studio.vocabulary.views import OWNER_YOU


def owner_of_scope(scope: Scope) -> str:
    """The owner that a connection speaks for. One creator on localhost: always "you"."""
    return OWNER_YOU


def find_owner(connection: HTTPConnection) -> str:
    """The owner of a request, for routes."""
    return owner_of_scope(connection.scope)


Owner = Annotated[str, Depends(find_owner)]
