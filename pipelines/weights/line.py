"""One request to a server, read in a thread: whoever waits for it can be asked to stop at any moment."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.network import TICK_S, is_loopback
from pipelines.weights.errors import DownloadStalled, HubOffline, HubTrouble, ListingRefused

if TYPE_CHECKING:
    import httpx

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


class Line:
    """A GET whose answer comes as a head and then chunks. Use as a context manager; leaving it hangs up."""

    def __init__(
        self, client: httpx.Client, url: str, headers: Mapping[str, str], patience: Patience
    ) -> None:
        self._client, self._url, self._headers, self._patience = client, url, dict(headers), patience
        self._queue: queue.Queue[Head | bytes | Exception | None] = queue.Queue(WAITING_CHUNKS)
        self._hung_up = threading.Event()
        self._thread = threading.Thread(target=self._read, name="weights-line", daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hung_up.set()

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
                if answer.is_redirect:
                    url, headers = self._redirected(url, answer.headers.get("location", ""), headers)
                    continue
                if not self._put(Head(status=answer.status_code, headers=dict(answer.headers))):
                    return
                for chunk in answer.iter_raw():
                    if not self._put(chunk):
                        return
                return
        raise HubTrouble

    def _redirected(self, url: str, location: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Where a redirect leads and what is said there: never the token to another origin, never unencrypted."""
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
        at_home = is_loopback(urlsplit(self._url).hostname) and is_loopback(after.hostname)
        if after.scheme != "https" and not (after.scheme == "http" and at_home):
            raise ListingRefused("The hub sends us to an address without encryption. Nothing was downloaded.")
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
        return target, headers
