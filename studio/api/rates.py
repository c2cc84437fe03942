"""How many orders and uploads a minute are taken from one address, and how many uploads of one person. The orders of
one person are counted where jobs are submitted."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from fastapi import Request, status
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.request_body import needs_seat
from studio.limit_errors import TooManyOrders
from studio.settings import Settings
from studio.throttle import Throttle
from studio.who_asks import read_asker

MINUTE_S = 60.0
DRAWN_AT_ONCE = "/controls"  # no job, and no upload
SENT_ONCE = "/retry"  # the same however often it is sent, without a key
KEY_HEADER = "idempotency-key"
MOST_REMEMBERED = 10_000  # orders
REPEATS = 10  # times as many orders that were answered before are taken in a minute: they cost a look


class AnsweredOrders:
    """The orders that became jobs, by who sent them and their key, the newest of them. Sent again, they are the same
    jobs. In memory, as the counts are."""

    def __init__(self) -> None:
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, scope: Scope) -> None:
        """This request became a job."""
        if name := _name_of(scope):
            with self._lock:
                self._answered[name] = None
                self._answered.move_to_end(name)
                if len(self._answered) > MOST_REMEMBERED:
                    self._answered.popitem(last=False)

    def has(self, scope: Scope) -> bool:
        """Whether one of that name became a job before."""
        name = _name_of(scope)
        return name is not None and name in self._answered


class OrderMemory:
    """Has the orders that are answered by a job remembered."""

    def __init__(self, app: ASGIApp, answered: AnsweredOrders) -> None:
        self._app, self._answered = app, answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""

        async def look(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == status.HTTP_202_ACCEPTED:
                self._answered.remember(scope)
            await send(message)

        await self._app(scope, receive, look if scope.get("method") == "POST" else send)


def limit_costly(
    settings: Settings, answered: AnsweredOrders | None = None
) -> Callable[[Request], Awaitable[None]]:
    """A dependency of every route: what costs work is counted before anything is looked at, so that what is refused
    counts too; only an order that was answered before is not, when it is sent again. Orders are the routes that answer
    202; one creator alone uploads as much as there is. Raises TooManyOrders."""
    most, are_several = settings.orders_per_minute, settings.mode != "single"
    orders_by_address, uploads_by_address, uploads_by_person = (Throttle(most, MINUTE_S) for _ in range(3))
    repeats_by_address = Throttle(REPEATS * most, MINUTE_S)

    async def check(request: Request) -> None:
        route, path = request.scope.get("route"), request.scope["path"]
        address = request.client.host if request.client else ""
        if isinstance(route, APIRoute) and route.status_code == status.HTTP_202_ACCEPTED:
            is_repeat = answered is not None and answered.has(request.scope)
            wait_s = (repeats_by_address if is_repeat else orders_by_address).take(address)
        elif are_several and (
            needs_seat(request.method, path, request.headers) or path.endswith(DRAWN_AT_ONCE)
        ):
            wait_s = uploads_by_address.take(address) or uploads_by_person.take(read_asker(request.scope).id)
        else:
            return
        if wait_s:
            raise TooManyOrders(wait_s)

    return check


def _name_of(scope: Scope) -> tuple[str, str] | None:
    """Whose order it is, and what is the same when it is sent again; None of one that is new each time."""
    path = scope["path"]
    said = path if path.endswith(SENT_ONCE) else Headers(scope=scope).get(KEY_HEADER, "")
    return (read_asker(scope).id, said) if said else None
