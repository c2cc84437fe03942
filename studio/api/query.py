"""What stands behind the "?" of an address: what a route does not take is refused by name, not passed over."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query as QueryParameter
from fastapi import Request
from fastapi.routing import APIRoute

from studio.api.errors import RequestInvalid

Purge = Annotated[
    bool, QueryParameter(description="Delete it for good, from the trash too, instead of into the trash.")
]


async def refuse_unknown_query(request: Request) -> None:
    """Raises RequestInvalid, naming the first query parameter that the route does not take."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not request.query_params:
        return
    taken: list[str] = []
    for field in route.dependant.query_params:
        taken += getattr(field.field_info.annotation, "model_fields", None) or [field.alias]
    for name in request.query_params:
        if name not in taken:
            known = f"It takes: {', '.join(taken)}." if taken else "It takes none."
            raise RequestInvalid(f"“{name[:80]}” is not a parameter of this address. {known}")
