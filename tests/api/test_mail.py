"""E-mail when a job ends: off unless set, through a real mail server, sent again, and nothing private in it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.worker.webhooks import deliver_due
from tests.api.conftest import HOME
from tests.api.test_library import order
from tests.api.test_webhooks import HOOKS, deliver, deliveries, pass_seconds
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

YOUR_ADDRESS = "mailto:ada@example.com"
CANARY = "a purple canary"


class MailServer(socketserver.ThreadingTCPServer):
    """A real mail server on this computer: as much of RFC 5321 as a mail needs, and what it was given."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[tuple[str, bytes]] = []  # to whom, and what
        self.said: list[str] = []
        self.refusals: list[str] = []  # answers to RCPT, before it takes any
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._answer("220 here")
        to = ""
        while line := self.rfile.readline():
            said = line.decode().strip()
            self.server.said.append(said)
            word = said.split(" ")[0].upper()
            if word == "EHLO":
                self._answer("250-here", "250 AUTH PLAIN")
            elif word == "AUTH":
                self._answer("235 welcome")
            elif word == "RCPT" and self.server.refusals:
                self._answer(self.server.refusals.pop(0))
            elif word == "DATA":
                self._answer("354 go on")
                self.server.mails.append((to, self._read_mail()))
                self._answer("250 kept")
            elif word == "QUIT":
                self._answer("221 bye")
                return
            else:
                to = said.partition(":")[2].strip("<>") if word == "RCPT" else to
                self._answer("250 fine")

    def _read_mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        return b"".join(lines)

    def _answer(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(mail_server: MailServer) -> dict[str, Any]:
    port = mail_server.server_address[1]
    said = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_from": "studio@example.com"}
    return said | {"smtp_security": "none", "smtp_user": "studio", "smtp_password": "s3cret"}


@pytest.fixture
def mailing(tmp_path: Path, settings: dict[str, Any]) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path, **settings) as opened:
        yield opened


@pytest.fixture
def mailer(mailing: ScriptedStudio) -> Iterator[TestClient]:
    with TestClient(build_app(mailing), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


def add(client: TestClient) -> dict[str, Any]:
    answer = client.post(HOOKS, json={"url": YOUR_ADDRESS})
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(mail_server: MailServer) -> Message:
    [(to, sent)] = mail_server.mails
    assert to == "ada@example.com"
    return message_from_bytes(sent)


def test_the_end_of_a_job_is_mailed_without_a_word_or_name_of_it(
    mailer: TestClient, mailing: ScriptedStudio, mail_server: MailServer
) -> None:
    hook = add(mailer)
    assert hook["secret"] == ""
    made = order(mailer, "Canary", prompt=CANARY, views=["front", "back"])
    mailer.patch(f"/api/v1/generations/{made}", json={"title": CANARY})
    assert deliver(mailing) == 1
    mail = read(mail_server)
    assert (mail["Subject"], mail["From"]) == ("Avatar Studio: finished", "studio@example.com")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert not mail.is_multipart()
    assert "Pictures: 2" in mail.get_payload()
    assert "canary" not in mail.as_string().lower()
    assert any(line.startswith("AUTH ") for line in mail_server.said)
    [delivery] = deliveries(mailer, hook)
    assert (delivery["state"], delivery["status"]) == ("delivered", 250)
    assert deliver(mailing) == 0


def test_a_mail_that_is_refused_is_sent_again_under_the_same_id(
    mailer: TestClient, mailing: ScriptedStudio, mail_server: MailServer
) -> None:
    hook = add(mailer)
    mail_server.refusals = ["450 come again"]
    order(mailer)
    assert deliver(mailing) == 1
    assert mail_server.mails == []
    [waiting] = deliveries(mailer, hook)
    assert (waiting["state"], waiting["status"], waiting["attempts"]) == ("waiting", 450, 1)
    pass_seconds(mailing, 10)
    assert deliver(mailing) == 1
    assert waiting["id"] in read(mail_server)["Message-ID"]


def test_a_server_without_tls_gets_neither_password_nor_mail(
    tmp_path: Path, settings: dict[str, Any], mail_server: MailServer
) -> None:
    with open_scripted_studio(tmp_path, **settings | {"smtp_security": "starttls"}) as studio:
        client = TestClient(build_app(studio), base_url=HOME)
        hook = add(client)
        order(client)
        assert deliver_due(studio.resources.store, studio.settings) == 1
        [delivery] = deliveries(client, hook)
    assert delivery["state"] == "waiting"
    assert "STARTTLS" in delivery["error"]
    assert mail_server.mails == []
    assert not any(line.startswith("AUTH") for line in mail_server.said)


def test_without_a_mail_server_no_address_is_taken(client: TestClient) -> None:
    refused = client.post(HOOKS, json={"url": YOUR_ADDRESS})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "mail-off")


@pytest.mark.parametrize(
    "url", ["mailto:", "mailto:a", "mailto:a@b c", "mailto:a@b.de?bcc=c@d.de", "mailto:a@b.de\r\nBcc: c@d.de"]
)
def test_what_is_no_address_is_refused(mailer: TestClient, url: str) -> None:
    assert mailer.post(HOOKS, json={"url": url}).status_code == 422
