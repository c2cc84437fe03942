"""Webhooks: told once a job ends, signed, sent again, and never to where it must not go."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import EngineUnavailable
from studio.api.app import build_app
from studio.vocabulary.person import YOU, Person
from studio.worker import webhook_sender
from studio.worker.process import STUDIO_WORK, Work, Worker
from studio.worker.webhook_sender import Message, NotSent, PrivateAddress, is_public, send_message
from studio.worker.webhooks import AGAIN_IN_S, deliver_due
from tests.api.conftest import HOME
from tests.api.test_library import order
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

HOOKS = "/api/v1/webhooks"


class Receiver(HTTPServer):
    """A real server on this computer that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), Listener)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/told?by=studio"


class Listener(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.told.append(
            (self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        )
        status, headers = self.server.answers.pop(0) if self.server.answers else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[ScriptedStudio]:
    """A studio that may tell addresses of this computer."""
    with open_scripted_studio(tmp_path, webhooks_private=True) as opened:
        yield opened


@pytest.fixture
def teller(telling: ScriptedStudio) -> TestClient:
    return TestClient(build_app(telling), base_url=HOME, raise_server_exceptions=False)


def add(client: TestClient, url: str) -> dict[str, Any]:
    answer = client.post(HOOKS, json={"url": url})
    assert answer.status_code == 201, answer.text
    return answer.json()


def deliver(studio: ScriptedStudio) -> int:
    return deliver_due(studio.resources.store, studio.settings)


def deliveries(client: TestClient, hook: dict[str, Any]) -> list[dict[str, Any]]:
    return client.get(f"{HOOKS}/{hook['id']}/deliveries").json()["items"]


def pass_seconds(studio: ScriptedStudio, seconds: float) -> None:
    store = studio.resources.store
    before = store.webhooks._clock
    store.webhooks._clock = lambda: before() + timedelta(seconds=seconds)


def test_the_end_of_a_job_is_told_signed(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver
) -> None:
    hook = add(teller, receiver.url)
    made = order(teller, "Ada Lovelace", prompt="a purple canary")
    telling.fail_with = EngineUnavailable("The chosen engine cannot run on this machine.")
    order(teller, "Ben")
    assert deliver(telling) == 2
    assert deliver(telling) == 0
    succeeded, failed = sorted(
        (json.loads(body) for _, _, body in receiver.told), key=lambda one: one["type"] == "job.failed"
    )
    assert (succeeded["type"], failed["type"]) == ("job.succeeded", "job.failed")
    assert succeeded["data"]["result"] == {"generation_id": made, "pictures": 1}
    assert failed["data"]["error_code"] == "engine-unavailable"
    for path, headers, body in receiver.told:
        assert path == "/told?by=studio"
        assert b"Lovelace" not in body
        assert b"canary" not in body
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert len({headers["webhook-id"] for _, headers, _ in receiver.told}) == 2
    assert [(one["state"], one["status"], one["attempts"]) for one in deliveries(teller, hook)] == [
        ("delivered", 204, 1)
    ] * 2


def test_the_signature_is_the_specification_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of standardwebhooks.com's reference libraries."""
    signature = webhook_sender.sign_message(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_page_s_own_check_takes_what_is_genuine_and_nothing_else(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    scope: dict[str, Any] = {}
    exec(page.partition("```python")[2].partition("```")[0], scope)  # noqa: S102  our own page
    secret = add(teller, receiver.url)["secret"]
    order(teller)
    deliver(telling)
    [(_, headers, body)] = receiver.told
    assert scope["is_genuine"](secret, headers, body)
    old = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 400)}
    for wrong in ((secret, headers, body + b" "), (secret, old, body), ("whsec_AAAA", headers, body)):
        assert not scope["is_genuine"](*wrong)


def test_it_is_sent_again_under_the_same_id(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver
) -> None:
    hook = add(teller, receiver.url)
    receiver.answers = [(500, {}), (503, {})]
    order(teller)
    assert AGAIN_IN_S[0] <= 60
    waits = [0.0, AGAIN_IN_S[0], AGAIN_IN_S[1]]
    for number, seconds in enumerate(waits, 1):
        pass_seconds(telling, seconds - 1 if seconds else 0)
        if seconds:
            assert deliver(telling) == 0
            pass_seconds(telling, 1.5)
        assert deliver(telling) == 1
        [one] = deliveries(teller, hook)
        assert (one["attempts"], one["state"]) == (number, "delivered" if number == 3 else "waiting")
    assert len({headers["webhook-id"] for _, headers, _ in receiver.told}) == 1


def test_what_never_answers_is_given_up(teller: TestClient, telling: ScriptedStudio) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        hook = add(teller, f"http://127.0.0.1:{closed.getsockname()[1]}/")
    order(teller)
    while deliver(telling):
        pass_seconds(telling, 90_000)
    [one] = deliveries(teller, hook)
    assert (one["state"], one["status"], one["attempts"]) == ("given_up", None, len(AGAIN_IN_S) + 1)
    assert "refused" in one["error"].lower()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver, status: int
) -> None:
    hook = add(teller, receiver.url)
    receiver.answers = [(status, {"location": f"{receiver.url}&again=1"})]
    order(teller)
    deliver(telling)
    assert [path for path, _, _ in receiver.told] == ["/told?by=studio"]
    [one] = deliveries(teller, hook)
    assert (one["state"], one["status"]) == ("waiting", status)


def test_an_address_that_is_gone_is_told_no_more(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver
) -> None:
    hook = add(teller, receiver.url)
    receiver.answers = [(410, {})]
    order(teller)
    deliver(telling)
    order(teller)
    assert deliver(telling) == 0
    assert teller.get(HOOKS).json()["items"][0]["is_disabled"] is True
    assert [one["state"] for one in deliveries(teller, hook)] == ["given_up"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:9/", "http://LOCALHOST/", "http://a.localhost/", "http://10.0.0.1/",
        "http://192.168.1.1/x", "http://169.254.169.254/latest/meta-data", "http://0.0.0.0/", "http://2130706433/",
        "http://0x7f.1/", "http://printer.local/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
    ],
)  # fmt: skip
def test_an_address_of_its_own_network_is_refused(client: TestClient, url: str) -> None:
    answer = client.post(HOOKS, json={"url": url})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "private-address")
    assert client.get(HOOKS).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "http://", "https://user:word@example.com/", "http://example.com/#x", "example.com",
        "http://example.com:99999/", "http://exa mple.com/", "http://[::1]/", "http://example.com/\r\nx: y", "", 7,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(client: TestClient, url: Any) -> None:
    answer = client.post(HOOKS, json={"url": url})
    assert answer.status_code == 422
    assert "“url” has to be " in answer.json()["error"]["message"]


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
    "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "fec0::1", "2001:db8::1", "198.18.0.1", "240.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_stands_for_a_private_address_is_refused_when_it_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert not is_public(ipaddress.ip_address(address))
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answers = [(socket.AF_INET, 0, 0, "", ("93.184.215.14", 80)), (family, 0, 0, "", (address, 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises(PrivateAddress):
        send_message(
            "http://hook.example/", "whsec_AAAA", Message(id="m", body={}), now_s=0, allow_private=False
        )


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_open_internet_is_open(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is pointed at this computer between the look-up and the connection leads nowhere."""
    looked_up, connected = [], []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, 0, 0, "", (address, port))]

    def connect(address: tuple[str, int], timeout: float) -> Any:
        connected.append(address)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    for scheme in ("http", "https"):
        looked_up.clear()
        with pytest.raises(NotSent, match="nobody there"):
            send_message(
                f"{scheme}://hook.example/",
                "whsec_AAAA",
                Message(id="m", body={}),
                now_s=0,
                allow_private=False,
            )
        assert looked_up == ["hook.example"]
    assert connected == [("93.184.215.14", 80), ("93.184.215.14", 443)]


def test_an_answer_drop_by_drop_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_sender, "TOTAL_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection, pytest.MonkeyPatch.context():
                try:
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.02)
                except OSError:
                    pass

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(NotSent):
            send_message(url, "whsec_AAAA", Message(id="m", body={}), now_s=0, allow_private=True)
        assert time.monotonic() - began < 5


def test_a_kill_loses_no_message(teller: TestClient, telling: ScriptedStudio, receiver: Receiver) -> None:
    """The message is a row of the transaction that ended the job; one that was sent and not settled is sent again."""
    hook = add(teller, receiver.url)
    order(teller)

    class Killed(BaseException):
        pass

    def die(*arguments: Any, **options: Any) -> int:
        send_message(*arguments, **options)
        raise Killed

    with pytest.raises(Killed):
        deliver_due(telling.resources.store, telling.settings, send=die)
    assert [one["state"] for one in deliveries(teller, hook)] == ["waiting"]
    assert deliver(telling) == 1
    assert len({headers["webhook-id"] for _, headers, _ in receiver.told}) == 1
    assert len(receiver.told) == 2


def test_without_a_webhook_nothing_is_looked_up_or_connected(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, lambda *_, **__: pytest.fail("an outside connection"))
    order(client)
    assert deliver(studio) == 0
    hook = add(client, "https://hook.example/")  # nor when it is made
    client.delete(f"{HOOKS}/{hook['id']}")
    order(client)
    assert deliver(studio) == 0


def test_a_cancelled_job_is_told(teller: TestClient, telling: ScriptedStudio, receiver: Receiver) -> None:
    add(teller, receiver.url)
    telling.is_away = True
    order(teller)
    [job] = telling.for_person(YOU).jobs.list_recent()
    teller.post(f"/api/v1/jobs/{job.id}/cancel")
    deliver(telling)
    [(_, _, body)] = receiver.told
    assert json.loads(body)["type"] == "job.cancelled"


def test_a_worker_delivers(teller: TestClient, telling: ScriptedStudio, receiver: Receiver) -> None:
    add(teller, receiver.url)
    work = Work(load_handlers=lambda _: {}, load_calls=dict, deliver=STUDIO_WORK.deliver)
    worker = Worker(telling.resources.store, work, telling.settings)
    worker.start()
    order(teller)
    until = time.monotonic() + 20
    while not receiver.told and time.monotonic() < until:
        time.sleep(0.05)
    worker.stop()
    assert len(receiver.told) == 1


def test_what_is_deleted_is_told_nothing(
    teller: TestClient, telling: ScriptedStudio, receiver: Receiver
) -> None:
    hook = add(teller, receiver.url)
    order(teller)
    stranger = telling.for_person(Person(id="somebody"))
    assert stranger.webhooks.list_recent() == []
    assert "secret" not in teller.get(HOOKS).text
    assert teller.delete(HOOKS).json()["error"]["message"] == "“id” is missing."
    assert teller.delete(f"{HOOKS}?id={hook['id']}").status_code == 204
    assert deliver(telling) == 0
    assert receiver.told == []
    assert teller.delete(f"{HOOKS}/{hook['id']}").status_code == 404
    assert teller.get(f"{HOOKS}/{hook['id']}/deliveries").status_code == 404


def test_there_is_an_end_to_them(client: TestClient) -> None:
    for number in range(20):
        add(client, f"https://hook.example/{number}")
    answer = client.post(HOOKS, json={"url": "https://hook.example/more"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too-many-webhooks")
