"""ComfyUI's events over its WebSocket: progress and previews; without them a run is watched by its history alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

MAX_MESSAGE_BYTES = 16_000_000  # a preview at full size
CLOSE_WITHIN_S = 1.0


class EventsClosed(Exception):
    """The server has hung up, or offers no events."""


class Events:
    """An open line of events."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def next(self, wait_s: float) -> str | bytes | None:
        """The next message, where one comes within that time. Raises EventsClosed."""
        from websockets.exceptions import ConnectionClosed

        try:
            return self._connection.recv(timeout=wait_s)
        except TimeoutError:
            return None
        except (ConnectionClosed, UnicodeDecodeError) as error:
            raise EventsClosed from error


@contextmanager
def open_events(url: str, client_id: str, timeout_s: float) -> Iterator[Events]:
    """The events that the server at `url` (http or https) sends to that client. Raises EventsClosed."""
    from websockets.exceptions import InvalidHandshake, InvalidURI
    from websockets.sync.client import connect

    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    address = f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ws?clientId={client_id}"
    try:
        connection = connect(
            address,
            open_timeout=timeout_s,
            close_timeout=CLOSE_WITHIN_S,
            max_size=MAX_MESSAGE_BYTES,
            compression=None,
            proxy=None,  # the address is the person's own: nothing goes by way of others
            user_agent_header="avatar-studio",
        )
    except (OSError, InvalidHandshake, InvalidURI, EOFError, ValueError) as error:
        raise EventsClosed from error
    with connection:
        yield Events(connection)
