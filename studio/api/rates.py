"""How many orders a minute are taken: of one person, and from one address."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, status
from fastapi.routing import APIRoute

from studio.errors import TooManyOrders
from studio.throttle import Throttle
from studio.who_asks import read_asker

MINUTE_S = 60.0


def limit_orders(most: int) -> Callable[[Request], None]:
    """A dependency of every route: those that answer 202 order work, and are counted. Raises TooManyOrders."""
    by_person, by_address = Throttle(most, MINUTE_S), Throttle(most, MINUTE_S)

    def check(request: Request) -> None:
        route = request.scope.get("route")
        if not isinstance(route, APIRoute) or route.status_code != status.HTTP_202_ACCEPTED:
            return
        address = request.client.host if request.client else ""
        if wait_s := max(by_person.take(read_asker(request.scope).id), by_address.take(address)):
            raise TooManyOrders(wait_s)

    return check
