"""The shield in front of REST: hosts, origins, bodies, headers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.websockets import WebSocketDisconnect

from studio.api.app import build_app
from studio.api.request_body import BYTES_PER_MB, FORM_SLACK_BYTES, SMALL_BODY_BYTES
from studio.settings import read_settings
from studio.vocabulary.person import YOU
from tests.api.test_routes import API, ORDER, assert_problem
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

BOUNDARY = "edge"
FORM_TYPE = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(disposition: str, data: bytes = b"x", end: str = f"\r\n--{BOUNDARY}--\r\n") -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
    return head.encode() + data + end.encode()


@pytest.fixture(scope="module")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One app for generated examples: building one for each would take most of the time."""
    with open_scripted_studio(tmp_path_factory.mktemp("data")) as studio:
        yield build_app(studio)


class TestHosts:
    @pytest.mark.parametrize(
        "host", ["localhost", "localhost:1", "127.0.0.1:7860", "[::1]:7860", "LocalHost:80"]
    )
    def test_local_names_are_answered(self, client: TestClient, host: str) -> None:
        assert client.get(f"{API}/health", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "localhost.evil.example",
            "evil.example:7860",
            "localhost@evil.example",
            "localhost evil",
            "127.0.0.1.evil.example",
            "0.0.0.0:7860",
            "192.168.1.20",
            "localhost.",
            "[::1",
            "",
        ],
    )
    def test_a_rebound_name_is_not_answered(self, client: TestClient, host: str) -> None:
        assert_problem(client.get(f"{API}/health", headers={"host": host}), 403, "host-refused")

    def test_a_forwarded_name_counts_too(self, client: TestClient) -> None:
        answer = client.get(f"{API}/health", headers={"x-forwarded-host": "localhost, evil.example"})
        assert_problem(answer, 403, "host-refused")

    def test_two_names_are_one_too_many(self, client: TestClient) -> None:
        answer = client.get(f"{API}/health", headers=[("host", "localhost"), ("host", "localhost")])
        assert_problem(answer, 403, "host-refused")

    def test_settings_add_names(self, studio: ScriptedStudio) -> None:
        studio.settings = read_settings(
            {"data": str(studio.folder), "host": "0.0.0.0", "allowed_hosts": "studio.lan, fe80::1"}, {}
        )
        client = TestClient(build_app(studio), base_url="http://studio.lan:7860")
        assert client.get(f"{API}/health").status_code == 200
        assert client.get(f"{API}/health", headers={"host": "[fe80::1]:7860"}).status_code == 200
        assert client.get(f"{API}/health", headers={"host": "0.0.0.0"}).status_code == 403

    def test_the_address_of_the_connection_itself_is_answered(self, studio: ScriptedStudio) -> None:
        client = TestClient(build_app(studio), base_url="http://192.168.1.20:7860")
        assert client.get(f"{API}/health").status_code == 200
        assert client.get(f"{API}/health", headers={"host": "192.168.1.21:7860"}).status_code == 403


class TestOrigins:
    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "http://localhost:3000"},
            {"origin": "http://localhost:7860.evil.example"},
            {"origin": "null"},
            {"origin": "http://[::1"},
            {"origin": "http://localhost:7860", "sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"referer": "https://evil.example/page"},
        ],
    )
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
    def test_another_site_changes_nothing(
        self, client: TestClient, studio: ScriptedStudio, method: str, headers: dict[str, str]
    ) -> None:
        answer = client.request(method, f"{API}/generations", json=ORDER, headers=headers)
        assert_problem(answer, 403, "foreign-origin")
        assert not studio.for_person(YOU).jobs.list_recent()

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"origin": "http://localhost:7860", "sec-fetch-site": "same-origin"},
            {"origin": "HTTP://LocalHost:7860"},
            {"sec-fetch-site": "none"},
            {"referer": "http://localhost:7860/?x=1"},
        ],
    )
    def test_our_own_page_and_programs_may(self, client: TestClient, headers: dict[str, str]) -> None:
        assert client.post(f"{API}/generations", json=ORDER, headers=headers).status_code == 202

    def test_another_site_embeds_nothing_but_may_link_here(self, client: TestClient) -> None:
        foreign = {"sec-fetch-site": "cross-site"}
        embedded = client.get(
            f"{API}/poses", headers={**foreign, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
        )
        framed = client.get(
            f"{API}/docs", headers={**foreign, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
        )
        linked = client.get(
            f"{API}/docs", headers={**foreign, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        )
        assert (embedded.status_code, framed.status_code, linked.status_code) == (403, 403, 200)

    def test_there_are_no_websockets(self, client: TestClient) -> None:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/anything"):
            pass


class TestBodies:
    def test_a_told_size_is_believed(self, client: TestClient) -> None:
        answer = client.post(f"{API}/projects", content=b" " * (SMALL_BODY_BYTES + 1))
        assert_problem(answer, 413, "too-many-bytes")

    def test_a_stream_is_counted(self, client: TestClient, studio: ScriptedStudio) -> None:
        sent = 0

        def endless() -> Iterator[bytes]:
            nonlocal sent
            while sent < 10 * SMALL_BODY_BYTES:
                sent += 10_000
                yield b" " * 10_000

        headers = {"content-type": "application/json"}
        answer = client.post(f"{API}/projects", content=endless(), headers=headers)
        assert_problem(answer, 413, "too-many-bytes")
        assert not studio.for_person(YOU).jobs.list_recent()

    def test_an_upload_is_counted_as_it_comes(self, studio: ScriptedStudio) -> None:
        studio.settings = read_settings({"data": str(studio.folder), "max_upload_mb": 1}, {})
        client = TestClient(build_app(studio), base_url="http://localhost")
        data = form('form-data; name="file"; filename="a.png"', b"x" * (BYTES_PER_MB + FORM_SLACK_BYTES))
        chunks = [data[start : start + 65_536] for start in range(0, len(data), 65_536)]
        answer = client.post(f"{API}/photos", content=iter(chunks), headers=FORM_TYPE)
        assert_problem(answer, 413, "too-many-bytes")

    def test_a_data_url_is_counted_too(self, studio: ScriptedStudio) -> None:
        studio.settings = read_settings({"data": str(studio.folder), "max_upload_mb": 1}, {})
        client = TestClient(build_app(studio), base_url="http://localhost")
        body = '{"image": "data:image/png;base64,' + "A" * (2 * BYTES_PER_MB) + '"}'
        answer = client.post(f"{API}/photos", content=body, headers={"content-type": "application/json"})
        assert_problem(answer, 413, "too-many-bytes")

    @pytest.mark.parametrize("length", ["-1", "1e3", "²", "0x10", ""])
    def test_an_odd_length_is_refused(self, client: TestClient, length: str) -> None:
        answer = client.post(f"{API}/generations", content=b"{}", headers={"content-length": length.encode()})
        assert_problem(answer, 400, "bad-header")

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("multipart/form-data", b"x"),
            ("multipart/form-data; boundary=", b"x"),
            ("multipart/form-data; boundary=" + "b" * 71, b"x"),
            ("multipart/form-data; boundary=" + "b" * 5000, b"x"),
            (
                "multipart/form-data; boundary=edge; charset=undefined",
                form('form-data; name="file"; filename="a"'),
            ),
            (FORM_TYPE["content-type"], b""),
            (FORM_TYPE["content-type"], b"no boundary at all"),
            (FORM_TYPE["content-type"], f"--{BOUNDARY}--\r\n".encode()),
            (FORM_TYPE["content-type"], form('form-data; name="file"')),
            (FORM_TYPE["content-type"], form('form-data; name="file"; filename=""')),
            (FORM_TYPE["content-type"], form('form-data; name="file"; filename="../.."')),
            (FORM_TYPE["content-type"], form('form-data; filename="a.png"')),
            (FORM_TYPE["content-type"], form('form-data; name="other"; filename="a.png"')),
            (FORM_TYPE["content-type"], form("nonsense")),
            (FORM_TYPE["content-type"], form('form-data; name="file"; filename="a.png"', end="")),
            (FORM_TYPE["content-type"], f"--{BOUNDARY}\r\n".encode() + b"A: b\r\n" * 2000 + b"\r\n\r\n"),
            (FORM_TYPE["content-type"], f"--{BOUNDARY}\r\n: b\r\n\r\nx\r\n--{BOUNDARY}--".encode()),
            (
                FORM_TYPE["content-type"],
                form('form-data; name="file"; filename="a"', end=f"\r\n--{BOUNDARY}\r\n") * 40,
            ),
        ],
    )
    def test_broken_forms_are_refused(self, client: TestClient, content_type: str, body: bytes) -> None:
        answer = client.post(f"{API}/photos", content=body, headers={"content-type": content_type})
        assert_problem(answer, 400, "bad-form")

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=300), st.integers(1, 40))
    def test_no_form_makes_a_server_error(self, shared_app: Any, body: bytes, chunk: int) -> None:
        start = form('form-data; name="file"; filename="a.png"', end="") + body
        answer = asyncio.run(_post(shared_app, f"{API}/photos", start, chunk, FORM_TYPE["content-type"]))
        assert 400 <= answer < 500

    def test_a_client_that_goes_away_is_not_answered(self, studio: ScriptedStudio) -> None:
        sent: list[Any] = []
        messages = iter(
            [{"type": "http.request", "body": b"--edge\r\n", "more_body": True}, {"type": "http.disconnect"}]
        )

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = _scope(f"{API}/photos", FORM_TYPE["content-type"])
        asyncio.run(build_app(studio)(scope, receive, send))
        assert all(message.get("status", 400) < 500 for message in sent)
        assert not [path for path in (studio.folder / "objects").rglob("*") if path.is_file()]


class TestHeaders:
    @pytest.mark.parametrize(
        "path", [f"{API}/health", f"{API}/nothing", f"{API}/docs", "/poses/thumbnails/relaxed-stand.webp"]
    )
    def test_every_answer_carries_them(self, client: TestClient, path: str) -> None:
        answer = client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 16

    def test_refusals_carry_them_too(self, client: TestClient) -> None:
        answer = client.get(f"{API}/health", headers={"host": "evil.example"})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"]


def _scope(path: str, content_type: str) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"content-type", content_type.encode())],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 7860),
    }


async def _post(app: Any, path: str, body: bytes, chunk: int, content_type: str) -> int:
    """The status of a POST whose body comes in pieces."""
    pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    waiting = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])
    status = 0

    async def receive() -> Any:
        return next(waiting, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(_scope(path, content_type), receive, send)
    return status
