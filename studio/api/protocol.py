"""HTTP as it is spoken here: a connection that does not say in time what it wants is cut."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_WITHIN_S = 15.0  # of the first byte, or of the connection


class PunctualProtocol(H11Protocol):
    """Cuts a connection whose headers do not arrive; uvicorn itself waits for ever."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is here."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Bytes of it."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        """Run the clock while a request is being said; between two of them uvicorn's own runs."""
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop_watching()
        elif self._cut is None:
            self._cut = self.loop.call_later(HEADERS_WITHIN_S, self.transport.close)

    def _stop_watching(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None
