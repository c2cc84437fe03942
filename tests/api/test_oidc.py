"""Signing in by a service of the house's own: against one that checks what it is sent, and one that lies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient

from studio.api.app import build_app
from studio.errors import SettingsRefused
from studio.services import oidc
from studio.services.oidc import plain_name
from studio.settings import read_settings
from studio.vocabulary.person import LONGEST_NAME
from tests.api.people import API, WORD
from tests.api.sign_in_service import (
    CLIENT,
    OTHER_KEY,
    SECRET,
    STRANGERS_KEY,
    SignInService,
    build_service,
    write_token,
    write_unsigned,
    write_with_public_key,
)
from tests.scripted_studio import ScriptedStudio, open_scripted_studio
from tests.ui.browser import open_browser, serve

HOME = "http://localhost:7860"
MAIL = {"email": "mira@house.example", "email_verified": True}


@pytest.fixture(scope="module")
def running() -> Iterator[SignInService]:
    service = SignInService()
    with serve(lambda: build_service(service)) as url:
        service.url = url
        yield service


@pytest.fixture
def service(running: SignInService) -> SignInService:
    """As it is when it does not lie."""
    fresh = SignInService(url=running.url)
    vars(running).update(vars(fresh))
    return running


@dataclass
class Visit:
    """A studio with that service, and a browser that has not signed in."""

    studio: ScriptedStudio
    client: TestClient
    service: SignInService

    def press(self, **fields: str) -> Any:
        """The button on the page."""
        return self.client.post("/sign-in-with", data=fields)

    def go(self, **fields: str) -> str:
        """To the service and back: the address that the browser is sent to."""
        pressed = self.press(**fields)
        assert pressed.status_code == 200, pressed.text
        wait, _, url = pressed.headers["refresh"].partition("; url=")
        assert (wait, urlsplit(url).path) == ("0", "/authorize")
        return self.service.authorize(dict(parse_qsl(urlsplit(url).query)))

    def come_back(self, address: str) -> Any:
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}")

    def sign_in(self, **fields: str) -> Any:
        return self.come_back(self.go(**fields))

    def me(self) -> Any:
        return self.client.get(f"{API}/me")


@pytest.fixture
def visit(tmp_path: Path, service: SignInService) -> Iterator[Visit]:
    with open_visit(tmp_path, service, oidc_domains="house.example") as opened:
        yield opened


@contextmanager
def open_visit(folder: Path, service: SignInService, **settings: Any) -> Iterator[Visit]:
    told = {"oidc_issuer": service.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with open_scripted_studio(folder, **{"mode": "shared", **told, **settings}) as studio:
        studio.people.create("Ada", WORD, "admin")
        app = build_app(studio)
        with TestClient(app, base_url=HOME, raise_server_exceptions=False, follow_redirects=False) as client:
            yield Visit(studio, client, service)


def refusal(answer: Any) -> tuple[int, str]:
    assert "studio_session" not in answer.headers.get("set-cookie", "")
    return answer.status_code, answer.text.partition('role="alert">')[2].partition("</p>")[0]


def test_who_comes_from_a_domain_of_the_house_has_an_account_from_then_on(visit: Visit) -> None:
    visit.service.person |= MAIL
    assert visit.service.asked == []  # nothing is asked before somebody presses it
    assert f"Sign in with {urlsplit(visit.service.url).hostname}" in visit.client.get("/sign-in").text
    assert visit.service.asked == []
    answer = visit.sign_in(next="/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    first = visit.me().json()
    assert (first["name"], first["role"]) == ("Mira Sol", "creator")
    assert "Change password" not in visit.client.get("/account").text
    visit.client.cookies.clear()
    visit.service.person = {
        "sub": "248289761001",
        "name": "Another name",
    }  # nor an address, from the second time on
    assert visit.sign_in().headers["location"] == "/"
    assert visit.me().json()["id"] == first["id"]
    audit = {(one.actor, one.action) for one in visit.studio.people.list_audit()}
    assert ("sign-in service", "person.create") in audit


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_presses_the_button_and_comes_back_signed_in(
    tmp_path: Path, service: SignInService
) -> None:
    """The press itself, between two sites: policies, cookies and the way on are the browser's."""
    service.person |= MAIL
    with (
        open_visit(tmp_path, service, oidc_domains="house.example") as visit,
        serve(lambda: build_app(visit.studio)) as url,
        open_browser() as browser,
    ):
        page = browser.new_page()
        page.goto(f"{url.replace('127.0.0.1', 'localhost')}/sign-in?next=/account")
        page.get_by_role("button", name="Sign in with 127.0.0.1").click()
        page.wait_for_url("http://localhost:*/account")
        assert page.get_by_role("heading", name="Mira Sol").is_visible()


def test_an_invitation_is_taken_once_and_a_name_that_is_taken_gets_a_number(visit: Visit) -> None:
    visit.service.person = {"sub": "1", "name": "Ada"}
    code, _ = visit.studio.people.invite("viewer")
    assert f'value="{code}"' in visit.client.get(f"/invitations/{code}").text
    assert visit.sign_in(invitation=code).status_code == 303
    assert (visit.me().json()["name"], visit.me().json()["role"]) == ("Ada 2", "viewer")
    visit.client.cookies.clear()
    visit.service.person = {"sub": "2", "name": "Ada"}
    assert refusal(visit.sign_in(invitation=code))[0] == 404


@pytest.mark.parametrize(
    "person",
    [
        {},
        {"email": "mira@house.example"},
        {"email": "mira@house.example", "email_verified": False},
        {"email": "mira@house.example", "email_verified": "true"},
        {"email": "mira@elsewhere.example", "email_verified": True},
        {"email": "mira@not-house.example", "email_verified": True},
        {"email": "mira@house.example@elsewhere.example", "email_verified": True},
        {"name": "Ada"},
    ],
)
def test_strangers_stay_outside(visit: Visit, person: dict[str, Any]) -> None:
    visit.service.person |= person
    status, said = refusal(visit.sign_in())
    assert (status, "an invitation" in said) == (403, True)
    assert visit.me().status_code == 401
    assert [one.name for one in visit.studio.people.list_all()] == ["Ada"]


def test_who_is_locked_or_erased_is_a_stranger(visit: Visit) -> None:
    visit.service.person |= MAIL
    visit.sign_in()
    mine, people = visit.me().json()["id"], visit.studio.people
    ada = people.find_person(people.sign_in("Ada", WORD, address="").token)
    assert ada is not None
    people.update(mine, by=ada, state="locked")
    assert visit.me().status_code == 401
    assert refusal(visit.sign_in())[0] == 403
    people.remove(mine, by=ada)
    assert visit.sign_in().status_code == 303
    assert visit.me().json()["id"] != mine


def test_everybody_whom_the_service_signs_in_where_the_house_says_so(
    tmp_path: Path, service: SignInService
) -> None:
    with open_visit(tmp_path, service, oidc_domains="*", oidc_role="viewer") as visit:
        assert visit.sign_in().status_code == 303
        assert visit.me().json()["role"] == "viewer"


def late(claims: dict[str, Any]) -> dict[str, Any]:
    return claims | {"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}


LIES: dict[str, tuple[Callable[..., Any], Callable[..., str]]] = {
    "another nonce": (lambda said: said | {"nonce": "another"}, write_token),
    "no nonce": (lambda said: {name: said[name] for name in said if name != "nonce"}, write_token),
    "another issuer": (lambda said: said | {"iss": "https://elsewhere.example"}, write_token),
    "another audience": (lambda said: said | {"aud": "somebody else"}, write_token),
    "several audiences, for another": (lambda said: said | {"aud": [CLIENT, "b"], "azp": "b"}, write_token),
    "expired": (late, write_token),
    "without an end": (lambda said: {name: said[name] for name in said if name != "exp"}, write_token),
    "made in the future": (lambda said: said | {"iat": int(time.time()) + 7200}, write_token),
    "nobody": (lambda said: said | {"sub": ""}, write_token),
    "no subject": (lambda said: {name: said[name] for name in said if name != "sub"}, write_token),
    "a number for a subject": (lambda said: said | {"sub": 7}, write_token),
    "another's signature": (dict, lambda said: write_token(said, key=STRANGERS_KEY)),
    "no signature": (dict, write_unsigned),
    "the public key as a secret": (dict, write_with_public_key),
    "a signature cut off": (dict, lambda said: write_token(said).rpartition(".")[0] + "."),
    "changed after it was signed": (dict, lambda said: write_token(said).replace(".", ".e30", 1)),
    "no token": (dict, lambda said: ""),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_the_service_did_not_sign_for_us_just_now_signs_nobody_in(visit: Visit, lie: str) -> None:
    visit.service.person |= MAIL
    visit.service.change, visit.service.write = LIES[lie]
    status, said = refusal(visit.sign_in())
    assert (status, "cannot be trusted" in said) == (403, True)
    assert visit.me().status_code == 401


def test_any_of_its_keys_and_signatures_that_only_it_can_make_do(visit: Visit) -> None:
    visit.service.person |= MAIL
    visit.service.write = lambda said: write_token(said, key=OTHER_KEY, alg="ES256")
    assert visit.sign_in().status_code == 303


def test_an_answer_is_taken_once_by_the_browser_that_asked(visit: Visit, tmp_path: Path) -> None:
    visit.service.person |= MAIL
    address = visit.go()
    assert refusal(visit.come_back(address.replace("state=", "state=x")))[0] == 403
    visit.client.cookies.clear()
    assert refusal(visit.come_back(address))[0] == 403  # another browser: somebody was sent there
    address = visit.go()
    kept = dict(visit.client.cookies)
    assert visit.come_back(address).status_code == 303
    visit.client.cookies.clear()
    visit.client.cookies.update(kept)
    assert refusal(visit.come_back(address))[0] == 403  # replayed, with all that the browser had
    visit.client.cookies.clear()
    assert refusal(visit.client.get("/sign-in-back"))[0] == 403


def test_a_way_that_took_too_long_or_was_broken_off_is_begun_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit.service.person |= MAIL
    monkeypatch.setattr(oidc, "KEPT_S", -1.0)
    assert refusal(visit.sign_in())[0] == 403
    monkeypatch.undo()
    visit.service.answers = {"code": "", "error": "access_denied"}
    assert refusal(visit.sign_in())[0] == 403
    visit.service.answers = {"iss": "https://elsewhere.example"}
    assert refusal(visit.sign_in())[0] == 403
    visit.service.answers = {"iss": ""}  # it says that it always says so
    assert refusal(visit.sign_in())[0] == 403
    visit.service.answers = {"code": "made up"}
    assert refusal(visit.sign_in())[0] == 403
    assert visit.me().status_code == 401


def test_a_former_session_of_the_browser_ends(visit: Visit) -> None:
    visit.service.person |= MAIL
    before = visit.studio.people.sign_in("Ada", WORD, address="").token
    visit.client.cookies.set("studio_session", before)
    assert visit.sign_in().status_code == 303
    assert visit.studio.people.find_person(before) is None


def test_a_service_that_does_not_answer_is_said_in_a_sentence(visit: Visit) -> None:
    for metadata in ({"issuer": "https://elsewhere.example"}, {"token_endpoint": "http://elsewhere.example/"},
                     {"jwks_uri": None}):  # fmt: skip
        visit.service.metadata = metadata
        assert refusal(visit.press())[0] == 403, metadata
    visit.service.metadata = {}
    visit.service.token_status = 500
    assert refusal(visit.sign_in())[0] == 503
    visit.service.metadata = {"token_endpoint": "http://127.0.0.1:9/"}
    assert refusal(visit.sign_in())[0] == 503


def test_it_is_not_asked_more_often_than_people_press(visit: Visit) -> None:
    answers = [visit.press().status_code for _ in range(oidc.BEGUN_BY_ADDRESS + 1)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert len(visit.service.asked) == oidc.BEGUN_BY_ADDRESS
    refused = visit.client.post("/sign-in-with", headers={"origin": "https://elsewhere.example"})
    assert refused.status_code == 403  # nor because another site's page says so


def test_without_one_nobody_signs_in_by_it(tmp_path: Path) -> None:
    for mode in ("shared", "space"):
        with open_scripted_studio(tmp_path / mode, mode=mode) as studio:
            client = TestClient(build_app(studio), base_url=HOME, follow_redirects=False)
            assert "Sign in with" not in client.get("/sign-in").text
            assert refusal(client.post("/sign-in-with"))[0] == 404
            assert refusal(client.get("/sign-in-back?state=x&code=y"))[0] == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "https://login.example.com"},
        {"oidc_issuer": "http://login.example.com", "oidc_client_id": "a"},
        {"oidc_issuer": "https://login.example.com/?a", "oidc_client_id": "a"},
        {"oidc_issuer": "login.example.com", "oidc_client_id": "a"},
        {"oidc_domains": "https://example.com"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused):
        read_settings(wrong, {})


def test_names_are_made_plain() -> None:
    assert plain_name("  Mira\n Sol ") == "Mira Sol"
    assert plain_name("mira@house.example") == "mira"
    assert plain_name("‮" + "x" * 90) == "x" * LONGEST_NAME
    assert plain_name("") == plain_name("@") == "Somebody"
