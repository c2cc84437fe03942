"""Accounts: made, signed in to, invited, locked out, erased; whose request it is; and what was made before them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from pipelines.errors import RequestRefused
from studio import services
from studio.account_errors import (
    AdoptLater,
    InvitationUnknown,
    LastAdmin,
    NameTaken,
    NotAllowed,
    PasswordWrong,
    SignInRefused,
    TooManyTries,
)
from studio.errors import NotFound
from studio.services.accounts import SESSION_KEPT, name_key
from studio.services.people import TRIES_BY_NAME
from studio.services.service import PersonalService
from studio.throttle import MOST_REMEMBERED, Throttle
from studio.vocabulary.permission import EVERYTHING, PERMISSIONS, Role
from studio.vocabulary.person import YOU, Person, Profile
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

WORD = "correct horse battery"
HERE = "192.0.2.1"
CANARY = "Zwitscherbrot"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path, mode="shared") as opened:
        yield opened


def test_every_role_has_its_permissions_and_admin_has_all() -> None:
    assert set(PERMISSIONS) == set(get_args(Role))
    assert PERMISSIONS["admin"] == EVERYTHING
    assert all("people" not in PERMISSIONS[role] for role in PERMISSIONS if role != "admin")
    assert YOU.may("house")
    assert not Person(id="x", role="viewer").may("write")
    assert not Person(id="x", role="admin", scopes=frozenset({"read"})).may("write")


def test_a_name_and_its_password_begin_a_session(studio: ScriptedStudio) -> None:
    people = studio.people
    ada = people.create("Ada", WORD, "creator")
    signed = people.sign_in("ada", WORD, address=HERE)
    person = people.find_person(signed.token)
    assert person is not None
    assert (person.id, person.role, person.name) == (ada.id, "creator", "Ada")
    with pytest.raises(SignInRefused) as wrong:
        people.sign_in("Ada", "something else", address=HERE)
    with pytest.raises(SignInRefused) as nobody:
        people.sign_in("Nobody", WORD, address=HERE)
    assert wrong.value.message == nobody.value.message
    with pytest.raises(NameTaken):
        people.create("ＡＤＡ", WORD, "creator")
    with pytest.raises(RequestRefused):
        people.create("Ben", "short", "creator")
    assert name_key("ＡＤＡ") == "ada"


def test_nothing_that_opens_a_door_lies_in_the_data_folder(studio: ScriptedStudio, tmp_path: Path) -> None:
    ada = studio.people.create("Ada", WORD, "creator")
    token = studio.people.sign_in("Ada", WORD, address=HERE).token
    key, _ = studio.for_person(Person(id=ada.id)).account.add_key("script")
    code, _ = studio.people.invite("viewer")
    studio.resources.store.database.forget_journal()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"$argon2id$" in kept
    assert not [secret for secret in (WORD, token, key, code) if secret.encode() in kept]


def test_a_session_ends_at_sign_out_when_it_is_old_and_at_the_next_sign_in_of_the_same_browser(
    studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, store = studio.people, studio.resources.store
    people.create("Ada", WORD, "creator")
    first = people.find_person(people.sign_in("Ada", WORD, address=HERE).token)
    assert first is not None
    second_token = people.sign_in("Ada", WORD, address=HERE, former=first).token
    assert [one.id for one in store.sessions.list_open(first.id)] != [first.session_id]
    second = people.find_person(second_token)
    assert second is not None
    people.sign_out(second)
    assert people.find_person(second_token) is None
    third = people.sign_in("Ada", WORD, address=HERE).token
    later = store.clock() + SESSION_KEPT
    monkeypatch.setattr(store.sessions, "_clock", lambda: later)
    assert people.find_person(third) is None
    people.clean_up()
    assert store.sessions.list_open(first.id) == []


def test_signing_out_everywhere_ends_all_and_another_password_all_others(studio: ScriptedStudio) -> None:
    people = studio.people
    people.create("Ada", WORD, "creator")
    tokens = [people.sign_in("Ada", WORD, address=HERE).token for _ in range(3)]
    person = people.find_person(tokens[0])
    assert person is not None
    account = studio.for_person(person).account
    with pytest.raises(PasswordWrong):
        account.change_password("not it at all", "another long one")
    account.change_password(WORD, "another long one")
    assert [people.find_person(token) is not None for token in tokens] == [True, False, False]
    with pytest.raises(SignInRefused):
        people.sign_in("Ada", WORD, address=HERE)
    people.sign_out(person, everywhere=True)
    assert people.find_person(tokens[0]) is None


def test_tries_are_counted_by_name_and_by_address(studio: ScriptedStudio) -> None:
    people = studio.people
    people.create("Ada", WORD, "creator")
    for number in range(TRIES_BY_NAME):
        with pytest.raises(SignInRefused):
            people.sign_in("Ada", "wrong password", address=f"192.0.2.{number}")
    with pytest.raises(TooManyTries) as slow:
        people.sign_in("ADA", WORD, address="192.0.2.99")
    assert 0 < slow.value.retry_after_s <= 300
    for number in range(TRIES_BY_NAME):  # nobody's name is counted alike
        with pytest.raises(SignInRefused):
            people.sign_in("Nobody", "wrong password", address=f"192.0.2.{number}")
    with pytest.raises(TooManyTries):
        people.sign_in("Nobody", "wrong password", address="192.0.2.98")


def test_a_throttle_forgets_with_time_and_stays_small() -> None:
    now = [0.0]
    throttle = Throttle(2, 10.0, clock=lambda: now[0])
    assert [throttle.take("a"), throttle.take("a"), throttle.take("a")] == [0, 0, 10]
    now[0] = 9.5
    assert throttle.take("a") == 1
    now[0] = 10.0
    assert throttle.take("a") == 0
    throttle.forget("a")
    assert throttle.take("a") == 0
    for number in range(MOST_REMEMBERED + 10):
        throttle.take(str(number))
    assert len(throttle._tries) == MOST_REMEMBERED


def test_keys_are_for_some_things_until_they_end(
    studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = studio.people.create("Ada", WORD, "creator")
    account = studio.for_person(Person(id=ada.id)).account
    key, shown = account.add_key("reader", ["read"], 60)
    person = studio.people.find_person(key)
    assert person is not None
    assert (person.may("read"), person.may("write"), person.may("account")) == (True, False, False)
    assert [one.used_at is not None for one in account.list_keys()] == [True]
    with pytest.raises(NotAllowed):
        account.add_key("admin's", ["people"])
    with pytest.raises(NotFound):
        studio.for_person(Person(id="else")).account.revoke_key(shown.id)
    account.revoke_key(shown.id)
    assert studio.people.find_person(key) is None
    assert account.list_keys() == []
    short, _ = account.add_key("short", ["read"], 60)
    table = studio.resources.store.api_keys
    later = studio.resources.store.clock() + timedelta(seconds=61)
    monkeypatch.setattr(table, "_clock", lambda: later)
    assert studio.people.find_person(short) is None


def test_an_invitation_makes_one_account_of_its_role(
    studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, store = studio.people, studio.resources.store
    code, invitation = people.invite("viewer")
    assert people.find_invitation(code) == invitation
    with pytest.raises(RequestRefused):
        people.accept(code, "Ben", "short", address=HERE)
    signed = people.accept(code, "Ben", WORD, address=HERE)
    assert signed.account.role == "viewer"
    assert people.find_person(signed.token) is not None
    with pytest.raises(InvitationUnknown):
        people.accept(code, "Cid", WORD, address=HERE)
    old, until = people.invite("creator")
    monkeypatch.setattr(store.invitations, "_clock", lambda: until.expires_at)
    with pytest.raises(InvitationUnknown):
        people.find_invitation(old)


def test_the_last_admin_stays_one(studio: ScriptedStudio) -> None:
    people = studio.people
    ada, ben = people.create("Ada", WORD, "admin"), people.create("Ben", WORD, "creator")
    by = Person(id=ada.id, role="admin")
    with pytest.raises(LastAdmin):
        people.update(ada.id, by=by, role="creator")
    with pytest.raises(LastAdmin):
        people.remove(ada.id, by=by)
    assert people.get(ada.id).state == "active"
    people.update(ben.id, by=by, role="admin")
    assert people.update(ada.id, by=by, role="creator").role == "creator"
    with pytest.raises(NotFound):
        people.update("0" * 28, by=by, role="viewer")


def test_who_is_locked_out_is_out_at_the_next_request(studio: ScriptedStudio) -> None:
    people = studio.people
    ada, ben = people.create("Ada", WORD, "admin"), people.create("Ben", WORD, "creator")
    token = people.sign_in("Ben", WORD, address=HERE).token
    key, _ = studio.for_person(Person(id=ben.id)).account.add_key("script")
    people.update(ben.id, by=Person(id=ada.id), state="locked")
    assert people.find_person(token) is people.find_person(key) is None
    with pytest.raises(SignInRefused):
        people.sign_in("Ben", WORD, address=HERE)
    people.update(ben.id, by=Person(id=ada.id), state="active")
    assert people.find_person(token) is None
    assert people.find_person(key) is not None


def test_of_a_removed_person_nothing_is_left_and_all_of_the_others(
    studio: ScriptedStudio, tmp_path: Path
) -> None:
    people = studio.people
    ada, ben = people.create("Ada", WORD, "admin"), people.create(CANARY, WORD, "creator")
    theirs = studio.for_person(Person(id=ben.id, role="creator"))
    theirs.account.change_profile(Profile(about=CANARY))
    theirs.account.add_key(CANARY)
    theirs.projects.add(CANARY)
    hers = studio.for_person(Person(id=ada.id, role="admin"))
    photo = studio.poses.example_photo()
    theirs.photos.add(photo, f"{CANARY}.jpg")
    kept = hers.photos.add(photo, "mine.jpg")
    by = Person(id=ada.id, role="admin")
    people.remove(ben.id, by=by)
    assert [one.name for one in people.list_all()] == ["Ada"]
    assert CANARY not in str(people.list_audit())
    assert hers.photos.get(kept.id).id == kept.id
    assert hers.files.path(kept.file_id).is_file()
    found = [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert found == []
    with pytest.raises(NotFound):
        people.remove(ben.id, by=by)


def test_the_audit_log_says_who_did_what_for_90_days(
    studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, store = studio.people, studio.resources.store
    ada = people.create("Ada", WORD, "admin")
    people.invite("viewer", by=Person(id=ada.id, name="Ada"))
    newest, first = people.list_audit()
    assert (newest.actor, newest.action, newest.detail) == ("Ada", "invitation.create", {"role": "viewer"})
    assert (first.actor, first.action, first.subject) == ("command line", "person.create", "Ada")
    later = store.clock() + timedelta(days=91)
    monkeypatch.setattr(store, "clock", lambda: later)
    people.clean_up()
    assert people.list_audit() == []


def test_what_was_made_without_accounts_is_given_whole(studio: ScriptedStudio) -> None:
    ada = studio.people.create("Ada", WORD, "admin")
    you, hers = studio.for_person(YOU), studio.for_person(Person(id=ada.id, role="admin"))
    photo = studio.poses.example_photo()
    mine = you.photos.add(photo, "me.jpg")
    theirs = hers.photos.add(photo, "same.jpg")  # the same bytes: one file row each
    project = you.projects.add("Summer")
    assert studio.people.adopt("ada") > 0
    assert you.photos.list_page().items == ()
    assert you.projects.list_recent() == []
    assert {one.id for one in hers.photos.list_page().items} == {mine.id, theirs.id}
    assert hers.files.path(hers.photos.get(mine.id).file_id).is_file()
    assert hers.projects.get(project.id).name == "Summer"
    assert studio.maintenance.fsck(repair=False) == []
    with pytest.raises(NotFound):
        studio.people.adopt("Nobody")


def test_what_is_at_work_is_not_given(studio: ScriptedStudio) -> None:
    studio.people.create("Ada", WORD, "admin")
    jobs = studio.resources.store.jobs
    with studio.resources.store.begin() as transaction:
        jobs.submit(transaction, owner=YOU.id, kind="generation", title="", payload={})
    with pytest.raises(AdoptLater):
        studio.people.adopt("Ada")


CHANGES = {
    "give",
    "mark",
    "redraw",
    "unmark",
    "put_tier",
    "set_tier",
    "again",
    "add",
    "add_key",
    "add_of",
    "bring_back",
    "bulk",
    "cancel",
    "carry_on",
    "change",
    "change_password",
    "change_profile",
    "delete",
    "download",
    "draw_portrait",
    "duplicate",
    "empty_trash",
    "erase_everything",
    "from_persona",
    "from_photo",
    "from_picture",
    "from_words",
    "give_once",
    "import_file",
    "import_seen",
    "keep",
    "measure_again",
    "move",
    "of_photo",
    "of_picture",
    "order",
    "proceed",
    "restore",
    "retry",
    "revoke",
    "revoke_key",
    "share",
    "start",
    "take_in",
    "unshare",
    "update",
    "vary",
}


ASKS_MORE = ("OwnAccount", "House")  # to look at them is not for everybody who may look


def personal_services() -> list[type[PersonalService]]:
    for module in pkgutil.iter_modules(services.__path__, "studio.services."):
        importlib.import_module(module.name)
    return PersonalService.__subclasses__()


def test_every_use_case_says_whether_it_changes_anything() -> None:
    """A new method that only looks is named in READS; one that changes something, here."""
    for service in personal_services():
        for name, method in vars(service).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                looks = method.permission == "read"
                whole = service.__name__ in ASKS_MORE and name != "get"
                assert looks != (name in CHANGES or whole), f"{service.__name__}.{name}"


def test_who_may_only_look_changes_nothing_by_any_use_case(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path) as opened:
        for service in personal_services():
            mine = service(opened.resources, Person(id="viewer", role="viewer"))
            for name, method in vars(service).items():
                if getattr(method, "permission", "read") not in PERMISSIONS["viewer"]:
                    with pytest.raises(NotAllowed):
                        getattr(mine, name)()
