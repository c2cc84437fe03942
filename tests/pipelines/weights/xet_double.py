"""A store of pieces on this machine, as the hub's own client asks it: where the pieces of a file are, and their bytes.

The protocol: https://huggingface.co/docs/xet (reconstruction API, xorb format); each file is one xorb here.
"""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE_BYTES = 16_384


@dataclass
class XetStore:
    """Files by their path; what was asked, with the ticket that was shown."""

    files: dict[str, bytes] = field(default_factory=dict)
    ticket: str = "ticket-for-minutes"
    status: int = 0  # every answer, where set
    spoil: bool = False  # another byte at the end
    asked: list[tuple[str, str]] = field(default_factory=list)
    ranges: list[int] = field(default_factory=list)  # the first bytes of files that were asked for
    url: str = ""

    @property
    def names(self) -> dict[str, str]:
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}

    def __enter__(self) -> XetStore:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), PieceHandler)
        self._server.daemon_threads = True
        self._server.store = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def find(self, name: str) -> bytes:
        data = next(data for data in self.files.values() if hashlib.sha256(data).hexdigest() == name)
        return data[:-1] + bytes([data[-1] ^ 1]) if self.spoil else data

    def pack(self, data: bytes) -> bytes:
        packed = bytearray()
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            size = len(piece).to_bytes(3, "little")
            packed += b"\0" + size + b"\0" + size + piece
        return bytes(packed)

    def describe(self, name: str, wanted: str) -> bytes | None:
        """Where the pieces are that hold a range of the file; None where it begins beyond the end."""
        data = self.find(name)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        start = int(first or 0)
        end = min(int(last) + 1 if last else len(data), len(data))
        if start >= len(data):
            return None
        self.ranges.append(start)
        begin, stop = start // PIECE_BYTES, -(-end // PIECE_BYTES)
        sizes = [min(PIECE_BYTES, len(data) - PIECE_BYTES * n) for n in range(begin, stop)]
        offset = begin * (PIECE_BYTES + 8)
        pieces = {"start": begin, "end": stop}
        where = {
            "range": pieces,
            "url": f"{self.url}/xorb/{name}",
            "url_range": {"start": offset, "end": offset + sum(sizes) + 8 * len(sizes) - 1},
        }
        answer = {
            "offset_into_first_range": start - begin * PIECE_BYTES,
            "terms": [{"hash": name, "unpacked_length": sum(sizes), "range": pieces}],
            "fetch_info": {name: [where]},
        }
        return json.dumps(answer).encode()


class PieceHandler(BaseHTTPRequestHandler):
    """Answers as the store says."""

    protocol_version = "HTTP/1.1"

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        store: XetStore = self.server.store  # type: ignore[attr-defined]
        store.asked.append((self.path, self.headers.get("Authorization", "")))
        wanted = self.headers.get("Range", "")
        if store.status:
            return self.send(store.status, b"")
        if self.path.startswith("/v1/reconstructions/"):
            described = store.describe(self.path.rsplit("/", 1)[1], wanted)
            return self.send(416, b"") if described is None else self.send(200, described)
        if self.path.startswith("/xorb/"):
            packed = store.pack(store.find(self.path.rsplit("/", 1)[1]))
            first, last = wanted.removeprefix("bytes=").split("-")
            return self.send(206, packed[int(first) : int(last) + 1])
        return self.send(404, b"")

    def send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
