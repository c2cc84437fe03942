"""A hub on this machine that speaks the two endpoints a download needs, and can drop, lie, stall and refuse."""

from __future__ import annotations

import hashlib
import json
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from pipelines.image.spec import Component, EnginePreset
from tests.pipelines.weights.xet_double import XetStore

COMMIT = "c" * 40


def safetensors_bytes(tensors: dict[str, tuple[int, ...]], metadata: dict[str, str] | None = None) -> bytes:
    """A safetensors file of float16 ramps, written by hand."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = bytearray()
    for name, shape in tensors.items():
        start, count = len(data), 1
        for side in shape:
            count *= side
        data += b"".join(struct.pack("<e", (n % 512) / 512) for n in range(count))
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [start, len(data)]}
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + bytes(data)


def tiny_repo(width: int = 400) -> dict[str, bytes]:
    """A repository in the diffusers layout, with everything in it that must not be fetched."""
    model = {"model.safetensors": safetensors_bytes({"layer.weight": (width, 100)})}
    return {
        "model_index.json": json.dumps(
            {
                "_class_name": "P",
                "vae": ["diffusers", "A"],
                "tokenizer": ["transformers", "T"],
                "extra": [None, None],
            }
        ).encode(),
        "vae/config.json": b'{"a": 1}',
        "vae/diffusion_pytorch_model.safetensors": model["model.safetensors"],
        "vae/diffusion_pytorch_model.fp16.safetensors": b"a second copy",
        "vae/diffusion_pytorch_model.bin": b"a pickle",
        "tokenizer/merges.txt": b"a b",
        "tokenizer/spiece.model": b"table",
        "tokenizer/chat_template.jinja": b"{{ messages }}",
        "tokenizer/tokenize.py": b"import os",
        "whole.safetensors": b"the same in one file",
        "README.md": b"# words",
        ".gitattributes": b"",
    }


NEEDED = {
    "model_index.json",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/spiece.model",
    "tokenizer/chat_template.jinja",
}
WEIGHTS = "vae/diffusion_pytorch_model.safetensors"

Fault = Callable[["Handler", bytes], None]


@dataclass
class HubDouble:
    """Files by repository; faults by path, each used once; what was asked, in order."""

    repos: dict[str, dict[str, bytes]] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    token: str = ""  # gated: only this token is let in
    error_code: str = ""
    status: int = 0  # every answer, where set
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Fault] = field(default_factory=dict)
    edit_rows: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] = lambda rows: rows
    pieces: XetStore | None = None  # large files lie there too
    tickets_refused: bool = False
    sent: list[int] = field(default_factory=list)  # bytes that each file's answer announced
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)  # ends every stall
    url: str = ""

    def __enter__(self) -> HubDouble:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.double = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def listing(self, repo: str) -> dict[str, Any]:
        rows = []
        for path, data in self.repos[repo].items():
            row: dict[str, Any] = {"rfilename": path, "size": len(data)}
            row["blobId"] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            if path.endswith((".safetensors", ".bin")):
                row["lfs"] = {
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "size": len(data),
                    "pointerSize": 130,
                }
            rows.append(row)
        return {"id": repo, "sha": self.commits.get(repo, COMMIT), "siblings": self.edit_rows(rows)}

    def fetched(self) -> list[str]:
        """The file paths that were asked for, in order."""
        return [path.split("/resolve/")[1].split("/", 1)[1] for path, _ in self.asked if "/resolve/" in path]


class Handler(BaseHTTPRequestHandler):
    """Answers as the double says."""

    protocol_version = "HTTP/1.1"
    also: Mapping[str, str] = {}

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked has left
            super().handle()

    def log_message(self, *_: object) -> None:
        pass

    def give_ticket(self, double: HubDouble) -> None:
        if double.pieces is None or double.tickets_refused:
            return self.refuse(404)
        return self.refuse(
            200,
            X_Xet_Cas_Url=double.pieces.url,
            X_Xet_Access_Token=double.pieces.ticket,
            X_Xet_Token_Expiration=str(int(time.time()) + 900),
        )

    def do_GET(self) -> None:
        double: HubDouble = self.server.double  # type: ignore[attr-defined]
        path = unquote(urlsplit(self.path).path)
        double.asked.append((path, {name.lower(): value for name, value in self.headers.items()}))
        try:
            self.answer(double, path)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(self, double: HubDouble, path: str) -> None:
        if double.status:
            return self.refuse(double.status, double.error_code)
        if double.token:
            given = self.headers.get("Authorization", "")
            if not given:
                return self.refuse(401, "GatedRepo")
            if given != f"Bearer {double.token}":
                return self.refuse(403 if given == "Bearer stranger" else 401, "")
        if path.startswith("/api/models/"):
            owner, name, _, revision = path.removeprefix("/api/models/").split("/", 3)
            if f"{owner}/{name}" not in double.repos:
                return self.refuse(404, "RepoNotFound")
            if revision == "gone":
                return self.refuse(404, "RevisionNotFound")
            if "/xet-read-token/" in path:
                return self.give_ticket(double)
            return self.send(json.dumps(double.listing(f"{owner}/{name}")).encode())
        _, owner, name, _, _, file = path.split("/", 5)
        data = double.repos.get(f"{owner}/{name}", {}).get(file)
        if data is None:
            return self.refuse(404, "EntryNotFound")
        if double.pieces is not None and file in double.pieces.names:
            self.also = {"X-Xet-Hash": double.pieces.names[file]}
        fault = double.faults[file].popleft() if double.faults[file] else double.always.get(file)
        if fault is not None:
            return fault(self, data)
        return self.send(data)

    def send(self, data: bytes, *, etag: str = '"one"', cut: int | None = None) -> None:
        """The file, from the Range's start where If-Range still holds; cut: hang up after so many bytes."""
        start = 0
        asked = self.headers.get("Range", "")
        if asked and self.headers.get("If-Range", etag) == etag:  # as a server does that knows it by its ETag
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("ETag", etag)
        for name, value in self.also.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) - start))
        self.server.double.sent.append(len(data) - start)  # type: ignore[attr-defined]
        self.end_headers()
        self.wfile.write(data[start:] if cut is None else data[start : start + cut])
        if cut is not None:
            self.hang_up()

    def refuse(self, status: int, code: str = "", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True


def drop_after(count: int, etag: str = '"one"') -> Fault:
    return lambda handler, data: handler.send(data, cut=count, etag=etag)


def answer_status(status: int, **headers: str) -> Fault:
    return lambda handler, data: handler.refuse(status, **headers)


def send_instead(change: Callable[[bytes], bytes]) -> Fault:
    return lambda handler, data: handler.send(change(data))


def stall_after(count: int) -> Fault:
    def fault(handler: Handler, data: bytes) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data[:count])
        handler.wfile.flush()
        handler.server.double.let_go.wait(20)  # type: ignore[attr-defined]
        handler.hang_up()

    return fault


def preset(*components: Component, **facts: Any) -> EnginePreset:
    return EnginePreset(
        **{
            "name": "tiny",
            "engine": "flux1",
            "title": "Tiny",
            "licence": "Apache-2.0",
            "components": components or (Component(role="base", repo="some/tiny"),),
            **facts,
        }
    )
