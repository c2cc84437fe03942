"""The studio seen from outside: under a path of a proxy's, from pages of other sites, and through proxies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.api.server import configure_server
from studio.errors import SettingsRefused
from studio.settings import read_settings
from tests.api.people import API, WORD, House, open_house
from tests.api.tiny_window import in_a_loop, mount_tiny_window
from tests.scripted_studio import open_scripted_studio

HOME = "http://localhost:7860"
APP = "https://app.example.com"
FOREIGN = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}


@contextmanager
def open_for_people(folder: Path, **settings: Any) -> Iterator[House]:
    with open_scripted_studio(folder, mode="shared", **settings) as studio:
        app = in_a_loop(lambda: build_app(studio, mount_tiny_window))
        with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
            yield open_house(studio, client)


@pytest.fixture(scope="module")
def open_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A studio that pages of one other site may use."""
    with open_for_people(tmp_path_factory.mktemp("cors"), cors_origins=APP) as opened:
        yield opened


@pytest.fixture(scope="module")
def rooted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A studio that a proxy serves under a path."""
    with open_for_people(tmp_path_factory.mktemp("rooted"), root_path="/studio") as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "value", "is_taken"),
    [
        ("root_path", "/studio", True),
        ("root_path", "/a/b-c", True),
        ("root_path", "studio", False),
        ("root_path", "/studio/", False),
        ("root_path", "/../x", False),
        ("root_path", "//evil.example", False),
        ("cors_origins", APP, True),
        ("cors_origins", f"{APP},http://[::1]:3000", True),
        ("cors_origins", "*", True),
        ("cors_origins", f"{APP}/", False),
        ("cors_origins", "app.example.com", False),
        ("cors_origins", "https://*.example.com", False),
        ("cors_origins", "null", False),
    ],
)
def test_a_setting_of_another_shape_is_refused(name: str, value: str, is_taken: bool) -> None:
    given = {"mode": "shared", name: value}
    if is_taken:
        assert read_settings(given, {})
    else:
        with pytest.raises(SettingsRefused, match=name):
            read_settings(given, {})


def test_pages_of_other_sites_need_accounts() -> None:
    with pytest.raises(SettingsRefused, match="API keys"):
        read_settings({"cors_origins": "*"}, {})


class TestOtherSites:
    def test_one_that_is_named_may_ask_with_a_key(self, open_one: House) -> None:
        key, _ = open_one.mine("Ben").account.add_key("page", ["read", "write"])
        from_app = FOREIGN | {"origin": APP}
        for method, path, given in (("GET", "/me", {}), ("POST", "/projects", {"json": {"name": "x"}})):
            answer = open_one.ask(key, method, API + path, headers=from_app, **given)
            assert answer.status_code in (200, 201)
            assert answer.headers["access-control-allow-origin"] == APP
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers["vary"] == "Origin"
        refused = open_one.ask("", "GET", f"{API}/me", headers=from_app)
        assert refused.status_code == 401
        assert refused.headers["access-control-allow-origin"] == APP  # or the page could not read why

    def test_the_cookie_that_the_browser_keeps_counts_for_nothing(self, open_one: House) -> None:
        cookie = {"cookie": f"studio_session={open_one.sign_in('Ben')}"}
        assert open_one.ask("", "GET", f"{API}/me", headers=cookie).status_code == 200
        own = {"origin": HOME, "sec-fetch-site": "same-origin"}
        assert open_one.ask("", "GET", f"{API}/me", headers=cookie | own).status_code == 200
        assert (
            open_one.ask("", "GET", f"{API}/me", headers=cookie | FOREIGN | {"origin": APP}).status_code
            == 401
        )

    def test_a_browser_may_ask_first_what_may_be_asked(self, open_one: House) -> None:
        asks = {"origin": APP, "access-control-request-method": "PUT"}
        answer = open_one.ask("", "OPTIONS", f"{API}/tiers/x", headers=FOREIGN | asks)
        assert (answer.status_code, answer.content) == (204, b"")
        assert "PUT" in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"]

    @pytest.mark.parametrize(
        "origin",
        [
            "https://app.example.com.evil.example",
            "http://app.example.com",
            "https://app.example.com:444",
            "null",
        ],
    )
    def test_any_other_may_not(self, open_one: House, origin: str) -> None:
        key, _ = open_one.mine("Ben").account.add_key("page", ["read"])
        headers = FOREIGN | {"origin": origin}
        for answer in (
            open_one.ask(key, "GET", f"{API}/me", headers=headers),
            open_one.ask(key, "POST", f"{API}/projects", headers=headers, json={"name": "x"}),
            open_one.ask(
                "", "OPTIONS", f"{API}/me", headers=headers | {"access-control-request-method": "GET"}
            ),
        ):
            assert answer.status_code in (401, 403)
            assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_nor_the_named_one_anything_but_rest(self, open_one: House) -> None:
        for method, path in (
            ("GET", "/config"),
            ("POST", "/gradio_api/queue/join"),
            ("POST", "/sign-in"),
            ("GET", "/account"),
        ):
            answer = open_one.ask_as("Ben", method, path, headers=FOREIGN | {"origin": APP})
            assert answer.status_code == 403, path
            assert "access-control-allow-origin" not in answer.headers

    def test_all_sites_may_where_it_is_set_so_but_without_a_cookie(self, tmp_path: Path) -> None:
        with open_for_people(tmp_path, cors_origins="*") as house:
            key, _ = house.mine("Ben").account.add_key("page", ["read"])
            headers = FOREIGN | {"origin": "https://anybody.example"}
            answer = house.ask(key, "GET", f"{API}/me", headers=headers)
            assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
            cookie = {"cookie": f"studio_session={house.sign_in('Ben')}"}
            assert house.ask("", "GET", f"{API}/me", headers=headers | cookie).status_code == 401


def test_without_the_setting_no_site_may(tmp_path: Path) -> None:
    with open_for_people(tmp_path) as house:
        key, _ = house.mine("Ben").account.add_key("page", ["read"])
        answer = house.ask(key, "GET", f"{API}/me", headers=FOREIGN | {"origin": APP})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


class TestUnderAPath:
    @pytest.mark.parametrize("before", ["/studio", ""])
    def test_everything_is_there_whether_the_proxy_takes_the_path_off_or_not(
        self, rooted: House, before: str
    ) -> None:
        assert rooted.ask_as("Ben", "GET", f"{before}{API}/me").json()["name"] == "Ben"
        assert rooted.ask_as("Ben", "GET", f"{before}/account").status_code == 200
        assert rooted.ask_as("Ben", "GET", f"{before}/health/live").status_code == 200
        photo = {"file": ("a.png", rooted.studio.poses.example_photo(), "image/png")}
        kept = rooted.ask_as("Ben", "POST", f"{before}/stage/photo", files=photo).json()
        assert rooted.ask_as("Ben", "GET", before + kept["file_url"]).headers["content-type"] == "image/jpeg"
        config = rooted.ask_as("Ben", "GET", f"{before}/config").json()
        assert config["root"] == f"{HOME}/studio"
        assert f'"root":"{HOME}/studio"' in rooted.ask_as("Ben", "GET", f"{before}/").text

    def test_the_path_itself_leads_to_the_window(self, rooted: House) -> None:
        answer = rooted.ask_as("Ben", "GET", "/studio")
        assert (answer.status_code, answer.headers["location"]) == (307, "/studio/")

    def test_another_path_that_begins_alike_is_none_of_it(self, rooted: House) -> None:
        assert rooted.ask_as("Ben", "GET", f"/studios{API}/me").status_code == 404
        assert (
            rooted.ask("", "GET", "/studio/studio/account", headers={"accept": "text/html"}).status_code
            == 303
        )

    def test_signing_in_leads_on_and_its_cookie_holds_there_only(self, rooted: House) -> None:
        html = {"accept": "text/html"}
        sent = rooted.ask("", "GET", "/studio/account", headers=html)
        assert sent.headers["location"] == "/studio/sign-in?next=%2Faccount"
        form = {"name": "Ben", "password": WORD, "next": "/account"}
        answer = rooted.ask("", "POST", "/studio/sign-in", data=form)
        assert answer.headers["location"] == "/studio/account"
        assert "Path=/studio/;" in answer.headers["set-cookie"]
        ended = rooted.ask_as("Vic", "POST", "/studio/sign-out")
        assert ended.headers["location"] == "/studio/sign-in"
        assert "Path=/studio/;" in ended.headers["set-cookie"]

    def test_links_that_are_sent_to_somebody_are_whole(self, rooted: House) -> None:
        made = rooted.ask_as("Ada", "POST", f"/studio{API}/invitations", json={"role": "viewer"}).json()
        assert made["url"].startswith(f"{HOME}/studio/invitations/")
        assert rooted.ask("", "GET", made["url"]).status_code == 200
        said = rooted.ask_as("Ada", "POST", "/studio/people", data={"act": "invite", "role": "viewer"}).text
        assert f"{HOME}/studio/invitations/" in said

    def test_no_page_of_ours_links_to_outside_of_it(self, rooted: House) -> None:
        code, _ = rooted.studio.people.invite("viewer")
        for path in ("/sign-in", "/account", "/people", f"/invitations/{code}", "/invitations/none"):
            page = rooted.ask_as("Ada", "GET", f"/studio{path}").text
            links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
            assert links, path
            assert not [one for one in links if one.startswith(("/", "http"))], path


class TestBehindProxies:
    """What a proxy says of who asks counts from a trusted one only."""

    def open(self, house: House, peer: str, trusted: str) -> TestClient:
        config = configure_server(house.client.app, trusted)  # type: ignore[arg-type]
        config.load()
        return TestClient(
            config.loaded_app, base_url=HOME, client=(peer, 5000), raise_server_exceptions=False
        )

    def test_an_idle_connection_is_closed_by_the_proxy_first(self, tmp_path: Path) -> None:
        """nginx keeps one for 60 s: what it sends at the last moment must not meet one that is being closed."""
        with open_for_people(tmp_path) as house:
            assert configure_server(house.client.app, "").timeout_keep_alive > 60  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("peer", "said", "address", "scheme"),
        [
            ("10.0.0.9", "203.0.113.5", "203.0.113.5", "https"),
            (
                "10.0.0.9",
                "1.2.3.4, 203.0.113.5, 10.0.0.7",
                "203.0.113.5",
                "https",
            ),  # what the client made up is first
            ("192.0.2.1", "203.0.113.5", "192.0.2.1", "http"),
            ("127.0.0.1", "203.0.113.5", "127.0.0.1", "http"),
        ],
    )
    def test_address_and_scheme(
        self, rooted: House, monkeypatch: pytest.MonkeyPatch, peer: str, said: str, address: str, scheme: str
    ) -> None:
        counted: list[str] = []
        throttle = rooted.studio.people._by_address
        monkeypatch.setattr(throttle, "take", lambda key: counted.append(key) or 0)
        client = self.open(rooted, peer, "10.0.0.0/8")
        headers = {"x-forwarded-for": said, "x-forwarded-proto": "https"}
        answer = client.post(f"{API}/sessions", json={"name": "Ben", "password": WORD}, headers=headers)
        assert counted == [address]
        assert ("Secure" in answer.headers["set-cookie"]) == (scheme == "https")
        headers |= {"authorization": f"Bearer {rooted.tokens['Ada']}"}
        made = client.post(f"{API}/invitations", json={"role": "viewer"}, headers=headers).json()
        assert made["url"].startswith(f"{scheme}://localhost:7860/studio/invitations/")
        config = client.get("/config", headers=headers).json()
        assert config["root"] == f"{scheme}://localhost:7860/studio"

    def test_a_name_that_is_not_ours_is_refused_whoever_forwards_it(self, rooted: House) -> None:
        for peer in ("10.0.0.9", "192.0.2.1"):
            client = self.open(rooted, peer, "10.0.0.0/8")
            answer = client.get(f"{API}/health", headers={"x-forwarded-host": "evil.example"})
            assert answer.status_code == 403

    def test_a_space_trusts_the_networks_by_which_only_the_hub_reaches_it(
        self, rooted: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        counted: list[str] = []
        monkeypatch.setattr(rooted.studio.people._by_address, "take", lambda key: counted.append(key) or 0)
        trusted = read_settings({}, {"STUDIO_MODE": "space"}).trusted_proxies
        for peer in ("10.16.4.2", "203.0.113.9"):
            headers = {"x-forwarded-for": "6.6.6.6, 203.0.113.5"}
            body = {"name": "Ben", "password": WORD}
            self.open(rooted, peer, trusted).post(f"{API}/sessions", json=body, headers=headers)
        assert counted == ["203.0.113.5", "203.0.113.9"]
