"""Who may press what: every handler of the window × everybody who could ask. A handler that is not named here fails.

Who is not signed in is asked for over HTTP, at each of the handlers' own addresses. What the others may do is asked of
the handlers themselves, with the request as it comes through the shield.
"""

from __future__ import annotations

import inspect
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr
import pytest
from fastapi.testclient import TestClient

from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import Persona
from studio.api.app import build_app
from studio.api.errors import _single_routes
from studio.api.window_gate import CLOSED_PAGES
from studio.ui.shared import persona_values
from studio.ui.shell import mount_window
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from tests.api.people import House, open_house
from tests.api.tiny_window import in_a_loop
from tests.scripted_studio import open_scripted_studio
from tests.ui.requests import request_of

HOME, CALLS = "http://localhost:7860", "/gradio_api"
SECRET = "Zwitscher"
MISSING = "0" * 28

# What each handler asks of a person, and what it is told an id of; "page" ones know nothing but what the page holds.
DECLARED = """
page: UploadTab.disarm | UploadTab describe | MorePhotos chosen | MorePhotos leave | PersonaTab.follow
page: PromptEditor edited | PromptEditor.write_again | PromptEditor.offer_back | PromptEditor.add_field
page: FollowUps closed | PersonaTab.invent | roll_face | PersonaTab.start_again | HistoryTab start | HistoryTab closed
page: BodyTab photo | BodyTab mine | BodyTab shown | DressedAvatar failure
page: StagePanel.show | StagePanel.roll_seed | ModelChoices input | Desk.keep | Window.use_pose
read: PersonaTab.list_avatars | HistoryTab.first_page | HistoryTab.find | HistoryTab.next_page | Tray.tick
read: ModelChoices.load | ModelsPage.look | ModelsPage.refresh | ModelsPage.use | StoragePage.look | Window.put_pose
read: StagePanel.tell | Shelves.act look | BodyTab.arrive | Tray.act hide | Tray.act show
read: CollectionPage.look | BodyTab.load_unit | DressedAvatar.follow
read photo: UploadTab.take | UploadTab.show_first | UploadTab.choose | MorePhotos.take | MorePhotos.show
read generation: HistoryTab.open | HistoryTab.use_settings | FollowUps.open | Comparison.these
read template: CollectionPage.use_template | CollectionPage.open_template
read webhook: CollectionPage.open_webhook
read preset: CollectionPage.use_persona
read avatar: CollectionPage.open_avatar | CollectionPage.use_avatar
read avatar: PersonaTab.choose | HistoryTab.use_picture | BodyTab.show | BodyTab.show_again | BodyTab.put_on_stage
read avatar: BodyTab.carry_mesh | BodyTab.lay_tape | BodyTab.compare | ModelChoices.choose | Window.restore
read job: BodyTab.show_awaited | Window.show
write: UploadTab.take_example | Shelves.act begin | StoragePage.act empty | StoragePage.act erase
write: CollectionPage.keep_persona | CollectionPage.act add_webhook | CollectionPage.act add_avatar
write webhook: CollectionPage.act delete_webhook
write photo: UploadTab.measure | CollectionPage.act change_photo
write photo: CollectionPage.act delete_photo | CollectionPage.act restore_photo
write template: CollectionPage.act rename_template | CollectionPage.act delete_template
write template: CollectionPage.act restore_template | CollectionPage.act open_fields | CollectionPage.keep_order
write preset: CollectionPage.act rename_persona | CollectionPage.act delete_persona | CollectionPage.act restore_persona
write avatar: CollectionPage.act license_avatar | CollectionPage.act duplicate | CollectionPage.act bring_back
write avatar: CollectionPage.act delete_avatar | CollectionPage.act restore_avatar
write avatar: BodyTab.measure_again | DressedAvatar.dress
write avatar: PersonaTab.keep_avatar | PersonaTab.move | BodyTab.forget | BodyTab.send_out | StagePanel.order
write generation: HistoryTab.bulk | HistoryTab.export | HistoryTab.star | HistoryTab.keep | HistoryTab.make_again
write generation: FollowUps.share | FollowUps.revoke
write generation: FollowUps.vary | FollowUps.proceed | FollowUps.keep_template | FollowUps.make_avatar
write generation: FollowUps.redraw
write generation: HistoryTab.retry | HistoryTab.delete | HistoryTab.undo | HistoryTab.purge
write job: Tray.act cancel | Tray.act retry
write project: Shelves.act rename | Shelves.act archive | Shelves.act unarchive | Shelves.act discard
write project: Shelves.act restore
write project: Shelves.act share_with | Shelves.act unshare
models: ModelsPage.act download | ModelsPage.act accept | ModelsPage.act remove | ModelsPage.act release
models: ModelsPage.act allow | ModelsPage.act disallow
house: StoragePage.act backup | StoragePage.choose
"""
# What the browser sends with a press besides the id.
SAID: dict[str, dict[str, Any]] = {
    "CollectionPage.keep_persona": {"name": "To begin with"},
    "CollectionPage.act add_webhook": {"url": "https://example.org/hook"},
    "CollectionPage.act license_avatar": {"licence": "Mine"},
    **{f"CollectionPage.act rename_{kind}": {"name": "Another"} for kind in ("persona", "template")},
    "CollectionPage.act change_photo": {"name": "Another"},
    "CollectionPage.act open_fields": {"open-seed": True},
    "CollectionPage.act bring_back": {"number": "1"},
    "FollowUps.vary": {"count": "2"},
    "FollowUps.redraw": {"part-clothes": True, "words": "a red coat"},
    "FollowUps.proceed": {"preset": "draft"},
    "CollectionPage.act add_avatar": {"name": "Eve", "words": "a woman of 44 years"},
    "FollowUps.keep_template": {"name": "Again"},
    "FollowUps.make_avatar": {"who": "Eve"},
    "HistoryTab.bulk": {"act": "favourite"},
    "HistoryTab.keep": {"name": "title", "value": "Another"},
    "HistoryTab.export": {"format": "zip", "metadata": True},
    "Shelves.act begin": {"name": "New"},
    "Shelves.act rename": {"name": "Another"},
    "Shelves.act share_with": {"name": "Vic", "access": "read"},
    "Shelves.act unshare": {"name": "Vic"},
    "BodyTab.carry_mesh": {"id": "glb"},
    "BodyTab.lay_tape": {"id": "waist"},
    "BodyTab.send_out": {"id": "glb"},
    "BodyTab.measure_again": {"height": "172"},
    "UploadTab.choose": {"id": "0"},
    "StoragePage.choose": {"folder": "/tmp/elsewhere"},
    **{f"ModelsPage.act {act}": {"id": "klein-4b"} for act in ("download", "accept", "remove", "release")},
}
CHANGES_NOTHING = {  # of the owner's, as these things stand in `make_things`
    "FollowUps.vary",  # it is a draft
    "BodyTab.measure_again",  # it is of no photo
    "FollowUps.revoke",  # there is no link
    "CollectionPage.act bring_back",  # it has no version
    *(f"CollectionPage.act restore_{kind}" for kind in ("avatar", "persona", "photo", "template")),
    "HistoryTab.undo",  # it is not deleted
    "PersonaTab.move",  # it is in no project, and goes into none
    "Shelves.act restore",
    "Shelves.act unshare",  # it is shared with nobody
    "Tray.act cancel",  # it has ended
}
SAYS_THE_SAME = {"ModelChoices.choose"}  # of an avatar without a photo as of none
ENDS_ALL = "StoragePage.act erase"  # of the one who presses it: the account, too
ROUTES_OF_THE_PAGE = """
GET / | GET /config | GET /theme.css | GET /manifest.json | GET /gradio_api/info | GET /gradio_api/app_id
GET /gradio_api/startup-events | GET /gradio_api/theme.css | GET /gradio_api/queue/data | GET /gradio_api/queue/status
GET /gradio_api/heartbeat/{session_hash} | POST /gradio_api/cancel | POST /gradio_api/reset
POST /gradio_api/queue/join | POST /gradio_api/run/{api_name}
"""


def declared() -> dict[str, tuple[str, str]]:
    """Name of the handler -> its permission, and what its id is of."""
    found: dict[str, tuple[str, str]] = {}
    for line in DECLARED.strip().splitlines():
        said, _, names = line.partition(":")
        permission, _, kind = said.partition(" ")
        for name in map(str.strip, names.split("|")):
            assert name not in found, name
            found[name] = permission, kind
    return found


def name_of(function: Any) -> str:
    """The method; with the event it listens to where it has no name, or where it does what the event is called."""
    name: str = inspect.unwrap(function.fn).__qualname__
    event = function.targets[0][1]
    if "<lambda>" in name:
        return f"{name.partition('.')[0]} {event}"
    return f"{name} {event}" if name.endswith(".act") else name


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("shared")
    with open_scripted_studio(folder, mode="shared", credits_per_picture=0, share_links=True) as studio:
        app = in_a_loop(lambda: build_app(studio, mount_window))
        with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
            yield open_house(studio, client)


@pytest.fixture(scope="module")
def blocks(house: House) -> gr.Blocks:
    """The served window."""
    found: gr.Blocks = window_app(house).get_blocks()
    return found


def window_app(house: House) -> Any:
    mounted = (getattr(route, "app", None) for route in house.client.app.routes)  # type: ignore[attr-defined]
    return next(app for app in mounted if hasattr(app, "get_blocks"))


def make_things(house: House, name: str) -> dict[str, str]:
    """One of each kind, of that person's."""
    made: dict[str, str] = {}
    for kind in ("photo", "avatar", "generation", "project", "template", "preset", "webhook"):
        made |= make_thing(house, name, kind)
    return made


def make_thing(house: House, name: str, kind: str) -> dict[str, str]:
    """One of that kind; a generation with its job."""
    mine, persona = house.mine(name), Persona(name=SECRET)
    if kind == "photo":
        return {kind: mine.photos.add(house.studio.poses.example_photo(), f"{SECRET}.png").id}
    if kind == "avatar":
        return {kind: mine.avatar_making.from_persona(SECRET, persona).id}
    if kind == "project":
        return {kind: mine.projects.add(SECRET).id}
    if kind == "webhook":
        return {kind: mine.webhooks.add(f"https://example.org/{SECRET}").id}
    if kind == "preset":
        return {kind: mine.persona_presets.add(SECRET, persona).id}
    order = GenerationOrder(persona=persona, views=("front", "back"), width=64, height=64)
    if kind == "template":
        return {kind: mine.templates.add(SECRET, order).id}
    made = mine.generations.order(order)
    return {"generation": made.generation_id, "job": made.job_id}


def press(house: House, function: Any, person: str, ids: Mapping[str, str]) -> Any:
    """What the handler answers to a press of that person with those ids; a refusal is its sentence."""
    name, handler = name_of(function), function.fn
    _, kind = declared()[name]
    target = ids.get(kind, "")
    scene = {"avatar_id": ids["avatar"], "photo_id": ids["photo"]}
    named: dict[str, Any] = persona_values(EXAMPLE_PERSONA) | {
        "photo": ids["photo"],
        "avatar": ids["avatar"],
        "on_stage": ids["avatar"],
        "chosen": "" if name == "StagePanel.order" else ids["avatar"],
        "awaited": ids["job"] if kind == "job" else "",
        "remembered": scene,
        "preset": "klein-4b" if name == "ModelChoices.choose" else "draft",
        "put_away": [],
        "height": "172 cm",
        "pose": "relaxed-stand",
        "view": "front",
        "seed": 7,
    }
    order = GenerationOrder(persona=EXAMPLE_PERSONA, avatar_id=ids["avatar"])
    data = {"act": function.targets[0][1], "id": target, "ids": [target], "order": to_json(order)}
    special = {
        "event": gr.EventData(None, data | SAID.get(name, {})),
        "request": request_of(house.person(person)),
    }
    parameters = inspect.signature(handler).parameters
    given = {one: value for one, value in special.items() if one in parameters}
    args: list[Any] = []
    if function.input_keyword_names:
        inputs = zip(function.input_keyword_names, function.inputs, strict=True)
        given |= {one: named.get(one, getattr(component, "value", None)) for one, component in inputs}
    else:
        places = (one for one in parameters if one not in special)
        inputs = zip(places, function.inputs, strict=False)
        args = [named.get(one, getattr(component, "value", None)) for one, component in inputs]
        given |= dict(zip((p for p in parameters if p not in special), args, strict=False))
        args = []
    try:
        return plain(handler(*args, **given))
    except gr.Error as refusal:
        return f"refused: {refusal.message}"


def plain(answer: Any) -> str:
    """An answer as text, without what differs from one time to the next."""
    if isinstance(answer, list | tuple):
        return " | ".join(map(plain, answer))
    arguments = getattr(answer, "_constructor_args", None)
    text = json.dumps(arguments, default=str) if arguments is not None else str(answer)
    return re.sub(r"[0-9a-z]{28}|\d{6,}", "#", text)


def rows_of(house: House, name: str) -> str:
    """Every row that is that person's, but for those of who is signed in."""
    database = house.studio.resources.store.database
    said = []
    with database.read() as look:
        tables = (
            look.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
            .scalars()
            .all()
        )
        for table in sorted(set(tables) - {"sessions", "api_keys"}):
            columns = look.connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
            if "owner" in {column[1] for column in columns}:
                wanted = f"SELECT * FROM {table} WHERE owner = ? ORDER BY 1"
                said.append((table, look.connection.exec_driver_sql(wanted, (house.ids[name],)).all()))
    return repr(said)


def handlers_of(blocks: gr.Blocks) -> list[Any]:
    """Every function, those that listen to several events once."""
    return list({name_of(one): one for one in blocks.fns.values()}.values())


def test_every_handler_is_declared(blocks: gr.Blocks) -> None:
    assert {name_of(one) for one in blocks.fns.values()} == set(declared())
    for one in blocks.fns.values():
        asks = "request" in inspect.signature(one.fn).parameters
        assert asks == (declared()[name_of(one)][0] != "page"), name_of(one)


def test_nobody_calls_a_handler_without_a_session_or_a_key(house: House, blocks: gr.Blocks) -> None:
    lapsed = house.lapsed() | {"made up": "ask_" + "x" * 43}
    turns = itertools.cycle(lapsed)
    for number, function in blocks.fns.items():
        call = {"data": [None] * len(function.inputs), "fn_index": number, "session_hash": "nobodys"}
        run = f"{CALLS}/run/{function.api_name or 'predict'}"
        for path, who in ((f"{CALLS}/queue/join", next(turns)), (run, next(turns)), (run, "")):
            answer = house.ask(lapsed.get(who, ""), "POST", path, json=call)
            said = answer.status_code, answer.json()["error"]["code"]
            assert said == (401, "not-signed-in"), f"{who}: {name_of(function)}"


def test_the_windows_own_routes_are_for_who_is_signed_in_and_no_more_than_the_page_needs(
    house: House,
) -> None:
    """Gradio's table of routes, whatever is in it: uploads, files, its own log-in, its API, a deep link."""
    needed = {one.strip() for one in ROUTES_OF_THE_PAGE.replace("\n", "|").split("|") if one.strip()}
    there = {
        f"{method} {route.path.removesuffix('/') or '/'}"
        for route in _single_routes(window_app(house))
        for method in route.methods - {"HEAD"}
    }
    closed = {one for one in there if one.split()[1].startswith((CALLS, *CLOSED_PAGES))} - needed
    assert needed <= there
    assert {f"POST {CALLS}/upload", f"GET {CALLS}/file={{path_or_url:path}}", "POST /login"} <= closed
    for one in there:
        method, path = one.split()
        path = re.sub(r"\{(\w+)(:\w+)?\}", "x", path)
        is_open = path in ("/manifest.json", "/favicon.ico")
        assert house.ask("", method, path).status_code == (200 if is_open else 401), one
        if one in closed:
            answer = house.ask_as("Ada", method, path, json={})
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown-call"), one


def test_anothers_thing_is_a_missing_thing(house: House, blocks: gr.Blocks) -> None:
    """Every handler, told ids of Ben's by another creator, by the admin and by who may only look."""
    theirs = make_things(house, "Ben")
    nobodys = dict.fromkeys(theirs, MISSING)
    before = rows_of(house, "Ben")
    for function in handlers_of(blocks):
        name = name_of(function)
        permission, kind = declared()[name]
        if permission == "page" or name == ENDS_ALL:
            continue
        for person in ("Eve", "Ada", "Vic"):
            foreign, missing = (press(house, function, person, ids) for ids in (theirs, nobodys))
            if kind:
                assert foreign == missing, f"{person}: {name}"
            assert SECRET not in foreign, f"{person}: {name}"
    assert rows_of(house, "Ben") == before


def test_the_owner_can(house: House, blocks: gr.Blocks) -> None:
    mine = make_things(house, "Ben")
    nobodys = dict.fromkeys(mine, MISSING)
    looks_first = sorted(handlers_of(blocks), key=lambda one: declared()[name_of(one)][0] == "write")
    for function in looks_first:
        name = name_of(function)
        permission, kind = declared()[name]
        if not kind:
            continue
        if permission == "write":
            mine |= make_thing(house, "Ben", kind)
        before = rows_of(house, "Ben")
        done = press(house, function, "Ben", mine)
        missing = press(house, function, "Ben", nobodys)
        assert done != missing or name in SAYS_THE_SAME, name
        is_changed = rows_of(house, "Ben") != before
        assert is_changed == (permission == "write" and name not in CHANGES_NOTHING), f"{name}: {done[:300]}"


def test_who_may_only_look_changes_nothing(house: House, blocks: gr.Blocks) -> None:
    """Vic made things as a creator, and is a viewer now."""
    house.studio.people.update(house.ids["Vic"], by=house.person("Ada"), role="creator")
    mine = make_things(house, "Vic")
    house.studio.people.update(house.ids["Vic"], by=house.person("Ada"), role="viewer")
    before = rows_of(house, "Vic")
    for function in handlers_of(blocks):
        name = name_of(function)
        permission, _ = declared()[name]
        if permission in ("write", "models", "house"):
            assert "Your role" in press(house, function, "Vic", mine), name
        elif permission == "read":
            assert "Your role" not in press(house, function, "Vic", mine), name
    assert rows_of(house, "Vic") == before


def test_a_creator_does_nothing_to_the_house(house: House, blocks: gr.Blocks) -> None:
    ids = make_things(house, "Eve")
    for function in handlers_of(blocks):
        permission, _ = declared()[name_of(function)]
        if permission in ("models", "house"):
            assert "Your role" in press(house, function, "Eve", ids), name_of(function)
