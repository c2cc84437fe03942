"""One request to a server, read in a thread: whoever waits for it can be asked to stop at any moment."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.network import TICK_S, is_loopback
from pipelines.weights.errors import DownloadStalled, HubOffline, HubTrouble, ListingRefused
from pipelines.weights.xet import Pieces, Ticket, find_hash, read_ticket

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

WAITING_CHUNKS = 64  # read ahead at most, as the network hands them over (up to 64 KB each)
MOST_REDIRECTS = 5
STALL_BYTES = 4096  # fewer within the stall time is standing still


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to try."""

    connect_s: float = 10.0
    stall_s: float = 30.0
    pauses_s: tuple[float, ...] = (1.0, 3.0, 10.0, 30.0)  # before the second try, the third, …


PATIENCE = Patience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status and headers (names in lower case) of an answer."""

    status: int
    headers: Mapping[str, str]


def open_client(url: str, patience: Patience) -> httpx.Client:
    """What the lines to one server share: its connections and the certificates. Close it after the last."""
    import httpx

    timeout = httpx.Timeout(patience.stall_s, connect=patience.connect_s)
    # This machine is never reached through a proxy.
    return httpx.Client(timeout=timeout, trust_env=not is_loopback(urlsplit(url).hostname))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The part of a file that is asked for, of one that may lie in pieces: its size, its first byte, and where the hub
    gives tickets for the pieces."""

    size: int
    start: int
    tickets: str


class Line:
    """A GET whose answer comes as a head and then chunks. Use as a context manager; leaving it hangs up.

    Of a file that the hub keeps in pieces (`wanted`) these are read; where they do not come, the file as it is.
    """

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        headers: Mapping[str, str],
        patience: Patience,
        wanted: Wanted | None = None,
    ) -> None:
        self._client, self._url, self._headers, self._patience = client, url, dict(headers), patience
        self._wanted = wanted
        self._pieces: Pieces | None = None
        self._queue: queue.Queue[Head | bytes | Exception | None] = queue.Queue(WAITING_CHUNKS)
        self._hung_up = threading.Event()
        self._thread = threading.Thread(target=self._read, name="weights-line", daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hung_up.set()
        if self._pieces is not None:
            self._pieces.leave()

    def parts(self) -> Iterator[Head | bytes]:
        """The head, then the bytes as they come; an empty chunk every TICK_S while nothing comes.

        Raises HubOffline, HubTrouble, DownloadStalled, ListingRefused (a redirect to where no file should lie).
        """
        seen_at, seen = time.monotonic(), 0
        while True:
            part = self._take()
            if part is None:
                return
            if isinstance(part, Exception):
                raise part
            yield part
            seen += len(part) if isinstance(part, bytes) else STALL_BYTES
            now = time.monotonic()
            if seen >= STALL_BYTES:
                seen_at, seen = now, 0
            elif now - seen_at > self._patience.stall_s:
                raise DownloadStalled

    def _take(self) -> Head | bytes | Exception | None:
        try:
            return self._queue.get(timeout=TICK_S)
        except queue.Empty:
            if self._thread.is_alive() or not self._queue.empty():
                return b""
            return HubTrouble()

    def _put(self, part: Head | bytes | Exception | None) -> bool:
        while not self._hung_up.is_set():
            try:
                self._queue.put(part, timeout=TICK_S)
                return True
            except queue.Full:
                continue
        return False

    def _read(self) -> None:
        import httpx

        try:
            self._follow()
        except httpx.ReadTimeout:
            self._put(DownloadStalled())
        except (httpx.ConnectError, httpx.ConnectTimeout):
            self._put(HubOffline())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            self._put(HubTrouble())
        except (HubTrouble, ListingRefused) as error:
            self._put(error)
        else:
            self._put(None)

    def _follow(self) -> None:
        url, headers = self._url, dict(self._headers)
        for _ in range(MOST_REDIRECTS + 1):
            with self._client.stream("GET", url, headers=headers) as answer:
                offered = self._wanted is not None and url == self._url and answer.status_code < 400
                name = find_hash(answer.headers) if offered else ""
                if not name and answer.is_redirect:
                    url, headers = self._redirected(url, answer.headers.get("location", ""), headers)
                    continue
                if not name:
                    self._pass_on(answer)
                    return
            if self._read_pieces(name):
                return
            self._wanted = None  # once more, for the file as it is
        raise HubTrouble

    def _pass_on(self, answer: httpx.Response) -> None:
        if self._put(Head(status=answer.status_code, headers=dict(answer.headers))):
            for chunk in answer.iter_raw():
                if not self._put(chunk):
                    return

    def _read_pieces(self, name: str) -> bool:
        """Hand on the file out of its pieces; False where none came. Raises HubTrouble where they end too early."""
        assert self._wanted is not None
        wanted, come = self._wanted, 0
        ticket = self._ask_ticket(wanted.tickets)
        if ticket is None:
            return False
        try:
            self._pieces = Pieces(ticket, name, wanted.size, wanted.start)
            for chunk in self._pieces:
                if not come:
                    about = f"bytes {wanted.start}-{wanted.size - 1}/{wanted.size}"
                    self._put(Head(status=206 if wanted.start else 200, headers={"content-range": about}))
                come += len(chunk)
                if not self._put(chunk):
                    return True
        except (OSError, RuntimeError, ValueError) as error:
            log.info("the pieces of a file did not come: %s", type(error).__name__)
            if come:
                raise HubTrouble from error
        finally:
            if self._pieces is not None:
                self._pieces.leave()
        return bool(come) or self._hung_up.is_set()

    def _ask_ticket(self, url: str) -> Ticket | None:
        """Leave to read the pieces; None where the hub gives none, or for a store without encryption."""
        headers = {name: value for name, value in self._headers.items() if name.lower() != "range"}
        answer = self._client.get(url, headers=headers)
        ticket = read_ticket(answer.headers) if answer.status_code == 200 else None
        return ticket if ticket is not None and self._is_fit(ticket.store) else None

    def _is_fit(self, url: str) -> bool:
        """Whether an address is encrypted, or on this machine as the hub itself is."""
        parts = urlsplit(url)
        at_home = is_loopback(urlsplit(self._url).hostname) and is_loopback(parts.hostname)
        return parts.scheme == "https" or (parts.scheme == "http" and at_home)

    def _redirected(self, url: str, location: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Where a redirect leads and what is said there: never the token to another origin, never unencrypted."""
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
        if not self._is_fit(target):
            raise ListingRefused("The hub sends us to an address without encryption. Nothing was downloaded.")
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        return target, headers
