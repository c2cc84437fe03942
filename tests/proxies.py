"""The reverse proxies of docs/deployment.md, as they stand there, before a real studio: `python -m tests.proxies`.

Each, at a host name of its own and under a path, with TLS: signing in, the window in a browser, a picture whose news
come by themselves, large photos, who is asking. Needs nginx, caddy, openssl and chromium: apt-get install them.
"""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from PIL import Image
from playwright.sync_api import expect

from tests.ui.browser import ROOT, Guard, RunningApp, open_browser

PAGE = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
NAME, WORD = "Ada", "correct horse battery"
APP = "127.0.0.1:7860"  # as the page says it
PATIENCE_S, PATIENCE_MS = 60, 60_000
SOON_S = 20  # news that a proxy holds back would not come before its buffer is full
LARGE_SIDE = 3_700  # of a photo of noise: about 41 MB
TRIES = 40  # to sign in, from one address


def snippet(start: str) -> str:
    """The lines of the page's example that begins so."""
    found = [one for one in re.findall(r"```\w*\n(.*?)```", PAGE, re.DOTALL) if one.startswith(start)]
    assert len(found) == 1, start
    return found[0]


def write_nginx(folder: Path, app: str, port: int, root: str) -> list[str]:
    """nginx with the page's lines; the command that starts it."""
    lines = snippet("location / {").replace(APP, app)
    if root:
        assert snippet(f"location {root}/ {{")
        lines = lines.replace("location / {", f"location {root}/ {{")
    key = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-subj", "/CN=localhost"]
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *key]
    subprocess.run(making, check=True, capture_output=True)
    # Started by root, its workers could write into this folder as nobody else.
    user = "user root;\n" if os.geteuid() == 0 else ""
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log stderr warn;\nevents {{}}\nhttp {{ access_log off;\n"
        + "".join(f"{one}_temp_path {folder}/{one};\n" for one in temporary)
        + f"server {{ listen 127.0.0.1:{port} ssl; server_name localhost;\n"
        f"ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;\n{lines}}} }}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def write_caddy(folder: Path, app: str, port: int, root: str) -> list[str]:
    """Caddy with the page's lines; the command that starts it."""
    name = "example.com" if root else "studio.example.com"
    lines = snippet(f"{name} {{").replace(APP, app)
    lines = lines.replace(f"{name} {{", f"https://localhost:{port} {{\n    tls internal", 1)
    top = (
        "{\n    admin off\n    skip_install_trust\n    auto_https disable_redirects\n"
        f"    storage file_system {folder}\n}}\n"
    )
    (folder / "Caddyfile").write_text(top + lines)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


PROXIES: dict[str, Callable[[Path, str, int, str], list[str]]] = {"nginx": write_nginx, "caddy": write_caddy}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_proxy(name: str, app: str, root: str) -> Iterator[str]:
    """The proxy before the app; the address of the studio behind it."""
    folder, port = Path(tempfile.mkdtemp(prefix=f"{name}-")), free_port()
    command = PROXIES[name](folder, app, port, root)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)})
        try:
            until = time.monotonic() + PATIENCE_S
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{name} does not start:\n{(folder / 'log').read_text()}")
                time.sleep(0.1)
            yield f"https://localhost:{port}{root}"
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def make_photo() -> bytes:
    """A photo whose file is as large as its pixels."""
    picture, side = io.BytesIO(), LARGE_SIDE
    Image.frombytes("RGB", (side, side), os.urandom(3 * side**2)).save(picture, "PNG", compress_level=0)
    return picture.getvalue()


class Visit:
    """One person at one address; every check says what it saw."""

    def __init__(self, home: str) -> None:
        self.home, self.root = home, urlsplit(home).path
        self.origin = home.removesuffix(self.root)
        # Both proxies have a certificate of their own making here.
        # From an address that is no proxy's: what 127.0.0.1 says of others would be believed.
        transport = httpx.HTTPTransport(verify=_trust_all(), local_address="127.0.0.2")
        self.client = httpx.Client(transport=transport, timeout=PATIENCE_S, headers={"origin": self.origin})
        self.seen: list[str] = []

    def check_signing_in(self) -> None:
        page = httpx.get(f"{self.home}/", verify=_trust_all(), headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, f"{self.root}/sign-in")
        answer = self.client.post(f"{self.home}/sign-in", data={"name": NAME, "password": WORD})
        cookie = answer.headers.get("set-cookie", "")
        assert answer.status_code == 303, (answer.status_code, answer.text)
        assert f"Path={self.root}/" in cookie, cookie
        assert "Secure" in cookie, cookie
        code = self.client.post(f"{self.home}/api/v1/invitations", json={"role": "viewer"}).json()["url"]
        assert code.startswith(f"{self.home}/invitations/"), code
        away = self.client.post(
            f"{self.home}/api/v1/invitations", json={}, headers={"origin": "https://a.example"}
        )
        assert away.status_code == 403
        self.seen.append(
            "signed in; cookie Secure, of the path; links lead back here; another site's page: 403"
        )

    def check_path(self) -> None:
        if self.root:
            answer = self.client.get(self.home)
            assert answer.is_redirect, answer.status_code
            assert urlsplit(answer.headers["location"]).path == f"{self.root}/", answer.headers["location"]

    def check_events(self) -> None:
        with self.client.stream("GET", f"{self.home}/api/v1/events") as events:
            lines = events.iter_lines()
            began = time.monotonic()
            order = {"pose": "hand-on-hip", "width": 64, "height": 64}
            assert self.client.post(f"{self.home}/api/v1/generations", json=order).status_code == 202
            line = next(line for line in lines if line.startswith("data:") and "generation" in line)
            took = time.monotonic() - began
        assert took < SOON_S, took
        self.seen.append(f"the first news of an order after {took:.1f} s: {line[:40]}…")

    def check_photos(self) -> None:
        photo = make_photo()
        sent = [self.client.post(f"{self.home}/api/v1/photos", files={"file": ("a.png", photo, "image/png")})]
        told = {"image": base64.b64encode(photo).decode()}
        sent.append(self.client.post(f"{self.home}/api/v1/photos", json=told))
        assert [answer.status_code for answer in sent] == [201, 201], [answer.text[:300] for answer in sent]
        self.seen.append(f"a photo of {len(photo) / 1e6:.0f} MB as a form and as base64")

    def check_window(self) -> None:
        with open_browser() as browser:
            context = browser.new_context(ignore_https_errors=True)
            page, guard = context.new_page(), Guard(host=urlsplit(self.home).netloc)
            page.set_default_timeout(PATIENCE_MS)
            expect.set_options(timeout=PATIENCE_MS)
            guard.watch(page)
            page.goto(f"{self.home}/")
            page.get_by_label("Name").fill(NAME)
            page.get_by_label("Password").fill(WORD)
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator(".scene-picture")).to_be_visible()
            page.locator("#generate").click()
            expect(page.get_by_role("button", name="Show: Mira, 1 picture").first).to_be_visible()
            page.wait_for_function("document.querySelector('.job-thumbnail')?.naturalWidth > 0")
            with guard.leave():
                context.close()
            # A browser asks every host for that by itself, also where the studio has only a path of it.
            wrong = [one for one in guard.wrong if not one.endswith(f"{self.origin}/favicon.ico")]
            assert not wrong, wrong
        self.seen.append(
            "the window in a browser: a draft, an order, its picture; nothing asked for elsewhere"
        )

    def check_who_asks(self) -> None:
        """An address of one's own saying counts for nothing: tries to sign in are counted by the real one."""
        answers = [
            self.client.post(
                f"{self.home}/api/v1/sessions",
                json={"name": f"nobody {number}", "password": "no"},
                headers={"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"},
            ).status_code
            for number in range(TRIES)
        ]
        assert set(answers) == {401, 429}, answers
        self.seen.append(f"made-up addresses: {answers.index(429)} tries, then 429")


def _trust_all() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def visit(name: str, root: str) -> list[str]:
    """One proxy before a studio of its own; what was seen."""
    data, port = Path(tempfile.mkdtemp(prefix="studio-")), free_port()
    making = [sys.executable, "app.py", "admin", "create", NAME, "--password-stdin", "--data", str(data)]
    subprocess.run(making, cwd=ROOT, input=f"{WORD}\n", text=True, check=True, capture_output=True)
    app = RunningApp(data, port, STUDIO_MODE="shared", STUDIO_ROOT_PATH=root)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, data)
        app.start()
        stack.callback(app.stop)
        person = Visit(stack.enter_context(run_proxy(name, app.host, root)))
        stack.callback(person.client.close)
        person.check_signing_in()
        person.check_path()
        person.check_events()
        person.check_photos()
        person.check_window()
        person.check_who_asks()
    return person.seen


def main() -> int:
    """0 where all of them do."""
    for name in PROXIES:
        for root in ("", "/studio"):
            for line in visit(name, root):
                sys.stdout.write(f"{name} {root or '/'}: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
