"""The shield in front of a window, mounted and launched: calls that are none, files that are another's."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.types import Scope

from studio.api.app import build_app
from studio.api.callers import OneCreator
from studio.api.shield import Shield
from studio.settings import read_settings
from studio.vocabulary.person import Person
from studio.who_asks import write_asker
from tests.api.test_shield import FORM_TYPE
from tests.api.tiny_window import SEEN, build_tiny_window, in_a_loop, mount_tiny_window
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import open_scripted_studio

# Gradio leaves files and event loops to the garbage collector, and asks pandas for what is going away.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:'future.no_silent_downcasting'"),
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),
]

HOME = "http://localhost:7860"
API, CALLS = "/api/v1", "/gradio_api"
ECHO, LOOK, DRAW, REFUSE = range(4)
META = {"_type": "gradio.FileData"}
SESSION = "page1"
PNG = encode(draw_figure(64, 96), "PNG")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of this machine that nobody uploaded."""
    path = tmp_path / "secret.png"
    path.write_bytes(PNG)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the windows of this file keep uploads; what Gradio left open is closed here, not in another's test."""
    folder = tmp_path_factory.mktemp("uploads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder
    gc.collect()


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[TestClient]:
    """The tiny window, mounted behind the shield, for all tests that leave it as it was."""
    with open_scripted_studio(tmp_path_factory.mktemp("data")) as studio:
        app = in_a_loop(lambda: build_app(studio, mount_tiny_window))
        with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
            yield client


@pytest.fixture
def window(mounted: TestClient) -> TestClient:
    """The mounted window; its handlers have seen nothing yet."""
    SEEN.clear()
    return mounted


def kept(folder: Path) -> set[Path]:
    """The files that the window keeps."""
    return {path for path in folder.rglob("*") if path.is_file()}


def upload(client: Any, data: bytes = PNG, name: str = "photo.png", **headers: str) -> Any:
    return client.post(f"{CALLS}/upload", files={"files": (name, data, "image/png")}, headers=headers)


def run(client: Any, function: int, *data: Any, session: str = SESSION, **headers: str) -> Any:
    """Join the queue and read the events until the end; the answer that refused, or the last event's output."""
    call = {"data": list(data), "fn_index": function, "session_hash": session}
    joined = client.post(f"{CALLS}/queue/join", json=call, headers=headers)
    if joined.status_code != 200:
        return joined
    events = client.get(f"{CALLS}/queue/data", params={"session_hash": session}, headers=headers)
    lines = [json.loads(line[5:]) for line in events.text.splitlines() if line.startswith("data:")]
    return next(line for line in lines if line["msg"] == "process_completed")["output"]


def refused(answer: Any, status: int, code: str) -> bool:
    """Whether an answer is this refusal, in the one shape."""
    body = answer.json()
    shape = set(body["error"]) == {"code", "message", "hint", "request_id"} and body["detail"]
    return bool(shape) and (answer.status_code, body["error"]["code"]) == (status, code)


class TestOrdinaryUse:
    def test_the_page_and_its_parts_are_served(self, window: TestClient) -> None:
        page = window.get("/")
        assert page.status_code == 200
        assert "script-src 'self'" in page.headers["content-security-policy"]
        for path in (
            "/config",
            "/theme.css",
            "/manifest.json",
            f"{CALLS}/info",
            f"{CALLS}/app_id",
            f"{CALLS}/startup-events",
        ):
            assert window.get(path).status_code == 200, path

    def test_calls_reach_their_functions(self, window: TestClient) -> None:
        direct = window.post(
            f"{CALLS}/run/echo", json={"data": ["hello"], "fn_index": ECHO, "session_hash": SESSION}
        )
        assert direct.json()["data"] == ["hello"]
        named = window.post(f"{CALLS}/run/echo", json={"data": ["again"]})
        assert named.json()["data"] == ["again"]

    def test_what_a_handler_refuses_is_no_server_error(self, window: TestClient) -> None:
        answer = window.post(
            f"{CALLS}/run/refuse", json={"data": ["cheese"], "fn_index": REFUSE, "session_hash": SESSION}
        )
        assert answer.status_code == 422
        assert answer.json()["error"] == "No cheese here."


class TestFiles:
    @pytest.mark.parametrize("through", ["queue/join", "run/look", "cancel", "reset"])
    def test_a_file_of_this_machine_is_not_read(
        self, window: TestClient, secret: Path, folder: Path, through: str
    ) -> None:
        before = kept(folder)
        for reference in (
            {"path": str(secret), "meta": META},
            {"path": str(secret)},
            {"path": f"{folder}/../secret.png", "meta": META},
            {"path": secret.as_uri(), "meta": META},
            {"path": "http://127.0.0.1:9/x.png", "meta": META},
            {"path": "", "url": str(secret), "meta": META},
            {"video": {"path": str(secret), "meta": META}},
            [[{"deep": {"path": str(secret), "meta": META}}]],
        ):
            call = {"data": [reference], "fn_index": LOOK, "session_hash": SESSION}
            answer = window.post(f"{CALLS}/{through}", json=call)
            assert refused(answer, 403, "foreign-file"), (reference, answer.text)
        assert SEEN == []
        assert kept(folder) == before

    def test_not_even_what_the_window_made(self, window: TestClient, folder: Path) -> None:
        """The studio's pictures go through its own routes, which know whose they are."""
        made = run(window, DRAW)["data"][0]
        assert Path(made["path"]).is_relative_to(folder)
        assert refused(run(window, LOOK, made), 403, "foreign-file")
        for path in (made["path"], "", "https://example.com/x.png", "\\\\host\\share"):
            assert refused(window.get(f"{CALLS}/file={path}"), 404, "unknown-call"), path

    def test_what_a_text_says_is_no_file(self, window: TestClient, secret: Path) -> None:
        text = json.dumps({"path": str(secret), "meta": META})
        assert run(window, ECHO, text)["data"] == [text]
        assert refused(window.get(f"{CALLS}/file={secret}"), 404, "unknown-call")


class TestTwoPeople:
    @pytest.fixture
    def shared(self, tmp_path: Path, folder: Path) -> Iterator[TestClient]:
        """A window for two, told apart by a header."""

        class ByHeader:
            async def find(self, scope: Scope, headers: Headers) -> Person:
                person = Person(id=headers.get("x-who", "nobody"))
                write_asker(scope, person)
                return person

            async def is_still_in(self, scope: Scope) -> bool:
                return True

        app = FastAPI()
        with open_scripted_studio(tmp_path) as studio:
            in_a_loop(lambda: mount_tiny_window(app, studio))
            app.add_middleware(Shield, settings=studio.settings, callers=ByHeader())
            with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
                yield client

    def test_nobody_reads_anothers_events(self, shared: TestClient) -> None:
        call = {"data": ["x"], "fn_index": DRAW, "session_hash": "adas-page"}
        shared.post(f"{CALLS}/queue/join", json=call, headers={"x-who": "ada"})
        ben = {"x-who": "ben"}
        answer = shared.get(f"{CALLS}/queue/data?session_hash=adas-page", headers=ben)
        assert refused(answer, 404, "unknown-call")
        assert refused(shared.post(f"{CALLS}/queue/join", json=call, headers=ben), 404, "unknown-call")
        assert refused(
            shared.post(f"{CALLS}/run/echo", json=call | {"fn_index": None}, headers=ben), 404, "unknown-call"
        )
        assert refused(shared.get(f"{CALLS}/heartbeat/adas-page", headers=ben), 404, "unknown-call")


MALFORMED_ANYWHERE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff",
    b"[" * 100_000,
    b'{"data": ' + b"[" * 200 + b"]" * 200 + b', "fn_index": 0, "session_hash": "a"}',
    b'{"data": [NaN], "fn_index": 0, "session_hash": "a"}',
    b'{"data": ["\\ud800"], "fn_index": 0, "session_hash": "a"}',
    b'{"data": ["x"], "fn_index": 1e400, "session_hash": "a"}',
    b'{"seed": 1e999}',
    b'{"data": ["x"], "fn_index": ' + b"9" * 5000 + b', "session_hash": "a"}',
    b'{"data": ["x"], "fn_index": 99, "session_hash": "a"}',
    b'{"data": ["x"], "fn_index": -1, "session_hash": "a"}',
    b'{"data": ["x"], "fn_index": true, "session_hash": "a"}',
    b'{"data": [], "fn_index": 0, "session_hash": "a"}',
    b'{"data": {"x": 1}, "fn_index": 0, "session_hash": "a"}',
    b'{"data": ["x"], "fn_index": 0, "session_hash": 5}',
    b'{"data": ["x"], "fn_index": 0, "session_hash": "../a"}',
    b'{"data": ["x"], "fn_index": 0, "session_hash": "a", "batched": true, "event_id": 5}',
    b'{"seed": 1e999}',
    b'{"data": [[-1e999]], "fn_index": 0, "session_hash": "a", "event_id": "e", "trigger_id": 1}',
    b'{"data": ["x"], "fn_index": 0, "session_hash": "a", "trigger_id": "x"}',
)
MALFORMED_FOR = {
    "queue/join": (b'{"data": ["x"], "fn_index": 0}', b'{"data": ["x"], "session_hash": "a"}'),
    "run/echo": (b'{"data": ["x"], "batched": true}', b'{"data": ["x"], "simple_format": true}'),
}


class TestMalformedCalls:
    @pytest.mark.parametrize("path", ["queue/join", "run/echo", "run/nothing", "cancel", "reset"])
    def test_they_are_refused(self, window: TestClient, path: str) -> None:
        for body in (*MALFORMED_ANYWHERE, *MALFORMED_FOR.get(path, ())):
            answer = window.post(
                f"{CALLS}/{path}", content=body, headers={"content-type": "application/json"}
            )
            assert 400 <= answer.status_code < 500, (body[:100], answer.text[:300])
        assert SEEN == []

    @pytest.mark.parametrize(
        "address",
        [
            "GET /gradio_api/proxy=http://127.0.0.1:9/",
            "GET /gradio_api/file/etc/passwd",
            "GET /gradio_api/stream/a/b/1/playlist.m3u8",
            "GET /gradio_api/custom_component/a/server/b/c",
            "GET /gradio_api/deep_link?session_hash=page1",
            "GET /gradio_api/dev/reload",
            "GET /gradio_api/runs",
            "GET /gradio_api/token",
            "GET /gradio_api/queue/data?session_hash=nobodys",
            "GET /gradio_api/queue/data",
            "GET /gradio_api/heartbeat/%00",
            "GET /gradio_api/upload",
            "POST /gradio_api/upload",
            "POST /gradio_api/upload/",
            "GET /gradio_api/upload_progress?upload_id=a",
            "GET /monitoring/summary",
            "GET /?deep_link=../../x",
            "GET /config?deep_link=x",
            "POST /gradio_api/call/echo",
            "POST /gradio_api/call/v2/echo",
            "POST /gradio_api/api/echo",
            "POST /gradio_api/stream/x",
            "POST /gradio_api/process_recording",
            "POST /gradio_api/vibe-edit",
            "POST /gradio_api/run/%00",
            "POST /gradio_api/component_server",
            "GET /gradio_api/file=/etc/passwd",
            "PUT /gradio_api/upload",
        ],
    )
    def test_addresses_that_the_page_does_not_use_are_closed(self, window: TestClient, address: str) -> None:
        method, path = address.split(" ")
        body = b'{"data": ["x"], "fn_index": 0, "session_hash": "a"}' if method == "POST" else None
        answer = window.request(method, path, content=body, headers={"content-type": "application/json"})
        assert refused(answer, 404, "unknown-call") if "gradio_api" in path else answer.status_code == 404

    @pytest.mark.parametrize(
        "folder_of", ["/static/", "/assets/", "/svelte/", "/poses/thumbnails/", "/", f"{API}/"]
    )
    @pytest.mark.parametrize("rest", ["a" * 256, "ä" * 200, "a" * 5000, "a/" * 2500])
    def test_addresses_that_no_file_can_have_are_refused(
        self, window: TestClient, folder_of: str, rest: str
    ) -> None:
        for ask in (window.get, window.post):
            answer = ask(folder_of + rest)
            assert (answer.status_code, answer.json()["error"]["code"]) == (414, "address-too-long")
        assert window.head(folder_of + rest).status_code == 414

    def test_nothing_can_be_left_here(self, window: TestClient, folder: Path) -> None:
        """A photo goes to a route that looks at it first; the window's library would keep whatever comes."""
        before = kept(folder)
        assert refused(upload(window), 404, "unknown-call")
        assert refused(upload(window, b"MZ" * 1000, "tool.exe"), 404, "unknown-call")
        endless = (b"x" * 1_000_000 for _ in range(60))
        answer = window.post(f"{CALLS}/upload", content=endless, headers=FORM_TYPE)
        assert refused(answer, 404, "unknown-call")
        assert kept(folder) == before

    def test_odd_ranges_are_ignored(self, window: TestClient) -> None:
        whole = window.get("/theme.css").content
        for odd in ("bytes=²-³", "bytes=1-2-3", "bytes=99999-1"):
            answer = window.get("/theme.css", headers={"Range": odd.encode()})
            assert (answer.status_code, answer.content) == (200, whole)

    def test_another_site_cannot_call(self, window: TestClient) -> None:
        call = {"data": ["x"], "fn_index": ECHO, "session_hash": SESSION}
        for headers in (
            {"origin": "http://localhost:3000"},
            {"origin": "null"},
            {"sec-fetch-site": "same-site"},
        ):
            assert window.post(f"{CALLS}/queue/join", json=call, headers=headers).status_code == 403
            assert upload(window, **headers).status_code == 403
        assert window.get("/", headers={"host": "evil.example"}).status_code == 403


class TestLaunched:
    @pytest.fixture(params=["shielded", "bare"])
    def launched(
        self, request: pytest.FixtureRequest, tmp_path: Path, folder: Path
    ) -> Iterator[httpx.Client]:
        """The tiny window as Gradio serves it by itself, with the shield as its middleware and without."""
        SEEN.clear()
        shield = Middleware(Shield, settings=read_settings({"data": tmp_path}, {}), callers=OneCreator())
        blocks = build_tiny_window()
        middleware = [shield] if request.param == "shielded" else []
        _, url, _ = in_a_loop(
            lambda: blocks.launch(
                prevent_thread_lock=True,
                quiet=True,
                run_history=False,
                app_kwargs={"middleware": middleware},
            )
        )
        with httpx.Client(base_url=url, trust_env=False) as client:
            yield client
        blocks.close(verbose=False)

    def test_no_file_of_this_machine_is_read(self, launched: httpx.Client, secret: Path) -> None:
        answer = run(launched, LOOK, {"path": str(secret), "meta": META})
        assert isinstance(answer, dict) or refused(answer, 403, "foreign-file")
        assert launched.get(f"{CALLS}/file={secret}").status_code in (403, 404)
        assert SEEN == []

    @pytest.mark.parametrize("launched", ["shielded"], indirect=True)
    def test_nothing_can_be_left_there(self, launched: httpx.Client, folder: Path) -> None:
        before = kept(folder)
        assert refused(upload(launched), 404, "unknown-call")
        assert kept(folder) == before
