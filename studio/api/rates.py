"""How many orders a minute are taken from one address. Those of one person are counted where jobs are submitted."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, status
from fastapi.routing import APIRoute

from studio.limit_errors import TooManyOrders
from studio.throttle import Throttle

MINUTE_S = 60.0


def limit_orders(most: int) -> Callable[[Request], None]:
    """A dependency of every route: those that answer 202 order work, and are counted before anything is looked at,
    so that what is refused counts too. Raises TooManyOrders."""
    by_address = Throttle(most, MINUTE_S)

    def check(request: Request) -> None:
        route = request.scope.get("route")
        if not isinstance(route, APIRoute) or route.status_code != status.HTTP_202_ACCEPTED:
            return
        if wait_s := by_address.take(request.client.host if request.client else ""):
            raise TooManyOrders(wait_s)

    return check
