"""How many orders and uploads a minute are taken from one address, and how many uploads of one person. The orders of
one person are counted where jobs are submitted."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request, status
from fastapi.routing import APIRoute

from studio.api.request_body import needs_seat
from studio.limit_errors import TooManyOrders
from studio.settings import Settings
from studio.throttle import Throttle
from studio.who_asks import read_asker

MINUTE_S = 60.0
DRAWN_AT_ONCE = "/controls"  # no job, and no upload


def limit_costly(settings: Settings) -> Callable[[Request], None]:
    """A dependency of every route: what costs work is counted before anything is looked at, so that what is refused
    counts too. Orders are the routes that answer 202; one creator alone uploads as much as there is. Raises
    TooManyOrders."""
    most, are_several = settings.orders_per_minute, settings.mode != "single"
    orders_by_address, uploads_by_address, uploads_by_person = (Throttle(most, MINUTE_S) for _ in range(3))

    def check(request: Request) -> None:
        route, path = request.scope.get("route"), request.scope["path"]
        address = request.client.host if request.client else ""
        if isinstance(route, APIRoute) and route.status_code == status.HTTP_202_ACCEPTED:
            wait_s = orders_by_address.take(address)
        elif are_several and (
            needs_seat(request.method, path, request.headers) or path.endswith(DRAWN_AT_ONCE)
        ):
            wait_s = uploads_by_address.take(address) or uploads_by_person.take(read_asker(request.scope).id)
        else:
            return
        if wait_s:
            raise TooManyOrders(wait_s)

    return check
