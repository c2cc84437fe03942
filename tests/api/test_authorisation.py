"""Who may ask what: every route of the table × everybody who could ask. A route that is not named here fails."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from starlette.routing import Mount

from pipelines.types import Persona
from studio.api.app import build_app
from studio.api.callers import is_public
from studio.api.errors import _single_routes
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.permission import PERMISSIONS
from tests.api.people import API, House, open_house
from tests.scripted_studio import open_scripted_studio

HOME = "http://localhost:7860"
MISSING = "0" * 28
STREAMS = {"GET /api/v1/events"}  # answered until the client leaves
ENDS_SESSION = {"DELETE /api/v1/sessions", "POST /sign-out"}

# What each route asks of a person; "" is for everybody, also for who is not signed in. Under /api/v1 unless it begins
# with two slashes.
DECLARED = """
: POST /sessions | POST /invitations/{code} | GET /health | GET /docs | GET /openapi.json
: GET //health/live | GET //health/ready | GET //share/{token} | GET //share/{token}/{number}
: GET //sign-up | POST //sign-up | GET //first-start | POST //first-start
: GET //sign-in | POST //sign-in | GET //invitations/{code} | POST //invitations/{code}
: POST //sign-in-with | GET //sign-in-back
account: GET //account | POST //account
people: GET //people | POST //people
read: POST //sign-out | DELETE /sessions
read: GET //stage/poses/{slug}/edit | GET //stage/rig | POST //stage/pose/settle
read: GET /poses | GET /poses/{slug} | GET /poses/{slug}/similar | GET /poses/{slug}/file | GET /poses/{slug}/picture
read: GET //poses/thumbnails/{name}.webp | GET //stage/poses | POST //stage/draft | GET /models | GET /events
read: GET /storage | GET /stats | GET /me | GET /files/{file_id} | GET /exports/{export_id} | GET /jobs/{job_id}
read: GET /jobs
read: GET /jobs/{job_id}/preview | GET /photos | GET /photos/hash/{sha256} | GET /photos/{photo_id} | GET /projects
read: GET /projects/{project_id}/people
send: PUT /projects/{project_id}/people/{name} | DELETE /projects/{project_id}/people/{name}
read: GET /projects/{project_id} | GET /templates | GET /templates/{template_id} | GET /personas
read: GET /personas/{preset_id} | GET /personas/{preset_id}/file | GET /avatars | GET /avatars/{avatar_id}
read: GET /avatars/{avatar_id}/comparison | GET /avatars/{avatar_id}/sheet
read: GET /avatars/{avatar_id}/file | GET /avatars/{avatar_id}/usage | GET /avatars/{avatar_id}/versions
read: GET /generations | GET /generations/{generation_id} | GET /generations/{generation_id}/share | GET /webhooks
read: GET /avatars/{avatar_id}/exports/{export_id}
read: GET /webhooks/{webhook_id}/deliveries | POST //stage/recipe | GET /credits | GET /credits/ledger | GET /tags
write: DELETE /avatars/{avatar_id} | DELETE /generations/{generation_id} | DELETE /personas/{preset_id}
write: DELETE /photos/{photo_id} | DELETE /poses/{slug} | DELETE /projects/{project_id} | DELETE /trash
write: DELETE /templates/{template_id} | PATCH /avatars/{avatar_id} | PATCH /generations/{generation_id}
write: PATCH /personas/{preset_id} | PATCH /photos/{photo_id} | PATCH /poses/{slug} | PATCH /projects/{project_id}
write: PATCH /templates/{template_id} | POST /avatars | POST /avatars/file | POST /avatars/{avatar_id}/duplicate
write: POST /avatars/{avatar_id}/exports | POST /avatars/{avatar_id}/body
write: POST /avatars/{avatar_id}/restore | POST /avatars/{avatar_id}/versions/{number}/restore | POST /bodies
write: POST /controls | POST /erase | POST /exports | POST /generations | POST /generations/bulk
write: POST /generations/{generation_id}/again | POST /generations/{generation_id}/continue
write: POST /generations/{generation_id}/redraw
write: POST /generations/{generation_id}/restore | POST /generations/{generation_id}/retry
write: POST /generations/{generation_id}/variations | POST /imports | POST /jobs/{job_id}/cancel | POST /personas
write: POST /photos/batch | POST /personas/{preset_id}/restore | POST /photos | POST /photos/{photo_id}/restore
write: PUT /poses/{slug}/favourite | DELETE /poses/{slug}/favourite
write: POST /poses | POST /poses/{slug}/restore | POST /projects | POST /projects/{project_id}/restore
write: POST /prompts/preview | POST /recipes | POST /templates | POST /templates/{template_id}/restore
write: POST //stage/photo | POST //stage/pose
send: POST /generations/{generation_id}/share | DELETE /generations/{generation_id}/share | POST /webhooks
send: DELETE /webhooks/{webhook_id} | DELETE /webhooks
account: PATCH /me | GET /keys | POST /keys | DELETE /keys/{key_id} | DELETE /keys
models: GET /local-models | POST /local-models | DELETE /local-models
models: POST /models/{name}/download | POST /models/{name}/licence | DELETE /models/{name}
house: POST /backups | GET //metrics
people: GET /people | GET /people/{person_id} | PATCH /people/{person_id} | DELETE /people/{person_id} | GET /queue
people: GET /audit | POST /invitations | POST /people/{person_id}/credits | PUT /people/{person_id}/tier
people: GET /tiers | PUT /tiers/{name} | POST /queue/{job_id}/move | POST /queue/{job_id}/cancel
"""


def declared() -> dict[str, str]:
    found = {}
    for line in DECLARED.strip().splitlines():
        permission, _, routes = line.partition(":")
        for route in routes.split("|"):
            method, path = route.split()
            whole = f"{method} {path.removeprefix('/') if path.startswith('//') else API + path}"
            assert whole not in found, whole
            found[whole] = permission
    return found


def routes_of(app: Any, prefix: str = "") -> Iterator[str]:
    for route in _single_routes(app):
        if isinstance(route, Mount):
            yield from routes_of(route.app, prefix + route.path)
        else:
            yield from (f"{method} {prefix}{route.path}" for method in route.methods if method != "HEAD")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_scripted_studio(tmp_path_factory.mktemp("shared"), mode="shared") as studio:
        app = build_app(studio)
        with TestClient(app, base_url=HOME, raise_server_exceptions=False) as client:
            yield open_house(studio, client)


def fill(path: str, ids: dict[str, str] | None = None) -> str:
    """An address with ids in the places of its names; of what is not there, unless it is given."""
    known = {"number": "1", "sha256": "0" * 64, "name": "nothing", "kind": "glb"} | (ids or {})
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda name: known.get(name[1], MISSING), path)


def refusal(answer: Any) -> tuple[int, str]:
    """The status and the code of an answer; a page of the window's own says its refusals with 200."""
    try:
        return answer.status_code, answer.json()["error"]["code"]
    except (ValueError, KeyError, TypeError):
        return answer.status_code, ""


def test_every_route_is_declared(house: House) -> None:
    assert set(routes_of(house.client.app)) == set(declared())
    for route, permission in declared().items():
        assert is_public(*route.split()) == (permission == ""), route


def test_nobody_gets_in_without_a_session_or_a_key(house: House) -> None:
    lapsed = house.lapsed() | {"nobody": "", "made up": "ask_" + "x" * 43, "too long": "x" * 5000}
    turns = itertools.cycle(lapsed)
    for route, permission in declared().items():
        method, path = route.split()
        if permission == "":
            continue
        # One after the other: who asks is found before it is known which route is asked.
        for who in ("nobody", next(turns)):
            token = lapsed[who]
            body = {
                "content": b"{",
                "headers": {"content-type": "application/json"},
            }  # nothing of it is looked at
            answer = house.ask(token, method, fill(path), **(body if method != "GET" else {}))
            assert refusal(answer) == (401, "not-signed-in"), f"{who}: {route}"
            assert answer.headers["www-authenticate"] == "Bearer"
    assert refusal(house.ask("", "GET", f"{API}/{'x' * 3000}")) == (401, "not-signed-in")


def test_everybody_may_do_what_their_role_allows_and_no_more(house: House) -> None:
    for name, role in (("Ada", "admin"), ("Ben", "creator"), ("Vic", "viewer")):
        for route, permission in declared().items():
            method, path = route.split()
            if route in STREAMS:
                continue
            answer = house.ask_as(name, method, fill(path))
            if permission == "" or permission in PERMISSIONS[role]:
                assert refusal(answer)[1] not in ("not-allowed", "not-signed-in"), f"{name}: {route}"
            else:
                assert refusal(answer) == (403, "not-allowed"), f"{name}: {route}"
            if route in ENDS_SESSION:
                assert refusal(house.ask_as(name, "GET", f"{API}/me")) == (401, "not-signed-in")
                house.sign_in(name)


def test_a_key_may_do_what_it_is_for_and_no_more(house: House) -> None:
    key, _ = house.mine("Ada").account.add_key("looks", ["read"])
    for route, permission in declared().items():
        method, path = route.split()
        if route not in STREAMS and permission not in ("", "read"):
            assert refusal(house.ask(key, method, fill(path))) == (403, "not-allowed"), route
    assert house.ask(key, "GET", f"{API}/me").json()["permissions"] == ["read"]


def list_asked(house: House) -> list[str]:
    """What the database is asked, statement by statement, from now on."""
    asked: list[str] = []
    database: Any = house.studio.resources.store.database
    for engine in {database.writer, database.reader}:

        @event.listens_for(engine, "before_cursor_execute")
        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            asked.append(statement)

    return asked


def test_anothers_thing_is_a_missing_thing(house: House) -> None:
    """Everything of Ben's, asked by Eve and by the admin: the answer is that for an id of nobody's."""
    mine = house.mine("Ben")
    photo = mine.photos.add(house.studio.poses.example_photo(), "ben.jpg")
    avatar = mine.avatar_making.from_persona("Ben's", Persona(name="Secret"))
    order = GenerationOrder(persona=Persona(name="Secret"), poses=("hand-on-hip",), width=64, height=64)
    made = mine.generations.order(order)
    template = mine.templates.add("Ben's", order)
    ids = {
        "photo_id": photo.id,
        "sha256": photo.sha256,
        "avatar_id": avatar.id,
        "generation_id": made.generation_id,
        "job_id": made.job_id,
        "file_id": photo.file_id,
        "project_id": mine.projects.add("Ben's").id,
        "template_id": template.id,
        "preset_id": mine.persona_presets.add("Ben's", Persona(name="Secret")).id,
        "webhook_id": mine.webhooks.add("http://example.com/hook").id,
        "key_id": mine.account.add_key("Ben's")[1].id,
    }
    tried, asked = set(), list_asked(house)
    for route, permission in declared().items():
        method, path = route.split()
        named = {name for name in ids if f"{{{name}}}" in path}
        if (
            not named or permission == "people"
        ):  # the queue of all: the admin knows whose a job is, not what it is of
            continue
        for name in ("Eve", "Ada"):
            asked.clear()
            foreign = house.ask_as(name, method, fill(path, ids))
            of_foreign = asked.copy()
            asked.clear()
            missing = house.ask_as(name, method, fill(path))
            assert of_foreign == asked, f"{name}: {route}: the same work, so that its time tells nothing"
            assert refusal(foreign) == refusal(missing), f"{name}: {route}"
            assert refusal(foreign)[0] in (404, 409, 422) or "hash" in path, f"{name}: {route}"
            assert "Secret" not in foreign.text
        assert method != "GET" or refusal(foreign)[0] == 404 or "hash" in path, route
        tried |= named
    assert tried == set(ids)
    assert house.ask_as("Ben", "GET", f"{API}/generations/{made.generation_id}").status_code == 200
    assert house.ask_as("Ben", "GET", f"{API}/avatars/{avatar.id}").status_code == 200


def test_the_admin_sees_jobs_but_not_what_they_are_of(house: House) -> None:
    order = GenerationOrder(persona=Persona(name="Zwitscher"), poses=("hand-on-hip",), width=64, height=64)
    house.mine("Ben").generations.order(order)
    said = house.ask_as("Ada", "GET", f"{API}/queue")
    assert "Ben" in {job["person"] for job in said.json()["items"]}
    assert "Zwitscher" not in said.text
    assert house.ask_as("Ada", "GET", f"{API}/jobs").json()["items"] == [], "her own are none"
    assert "Zwitscher" in house.ask_as("Ben", "GET", f"{API}/jobs").text


SHARED_TO_READ = (
    "GET /avatars/{avatar_id} | GET /avatars/{avatar_id}/file | GET /avatars/{avatar_id}/usage "
    "| GET /avatars/{avatar_id}/comparison | GET /avatars/{avatar_id}/sheet "
    "| GET /avatars/{avatar_id}/versions | GET /generations/{generation_id} | GET /files/{file_id} "
    "| GET /projects/{project_id}"
)
SHARED_TO_WRITE: dict[str, dict[str, Any] | None] = {
    "PATCH /avatars/{avatar_id}": {"persona": {"age": 41}},
    "PATCH /generations/{generation_id}": {"tags": ["ours"]},
    "POST /avatars/{avatar_id}/versions/{number}/restore": None,
    "POST /generations/{generation_id}/again": None,
    "POST /generations/{generation_id}/continue": {},
    "POST /generations/{generation_id}/variations": {"count": 1},
    "POST /generations/{generation_id}/retry": None,
}


@pytest.mark.parametrize("access", ["read", "write"])
def test_with_whom_it_is_shared_may_do_that_and_no_more(house: House, access: str) -> None:
    """Eve, with whom Ben shares a project: every route that names what is in it, by what she may do there."""
    mine, people = house.mine("Ben"), f"{API}/projects/{{project_id}}/people/Eve"
    project = mine.projects.add(f"For Eve to {access}").id
    avatar = mine.avatar_making.from_persona("Ours", Persona(name="Ours"), project_id=project)
    mine.avatars.update(avatar.id, Persona(name="Ours", age=50))  # so that there is a version
    order = GenerationOrder(
        persona=Persona(name="Ours"), poses=("hand-on-hip",), width=64, height=64, avatar_id=avatar.id
    )
    made = mine.generations.get(mine.generations.order(order).generation_id)
    ids = {"avatar_id": avatar.id, "generation_id": made.id, "project_id": project}
    ids["file_id"] = made.pictures[0].file_id
    shared = house.ask_as("Ben", "PUT", fill(people, ids), json={"access": access})
    assert shared.json() == {"name": "Eve", "access": access}
    readable = {f"GET {API}{one.split()[1]}" for one in SHARED_TO_READ.split(" | ")}
    writable = {one.replace(" ", f" {API}"): body for one, body in SHARED_TO_WRITE.items()}
    for route in declared():
        method, path = route.split()
        if not any(f"{{{name}}}" in path for name in ids):
            continue
        body = writable.get(route)
        answer = house.ask_as("Eve", method, fill(path, ids), **({} if body is None else {"json": body}))
        said = refusal(answer)
        if route in readable:
            assert said == (200, ""), route
        elif route in writable and access == "write":
            assert said[0] in (200, 202) or said[1] in ("nothing-to-retry", "nothing-to-vary"), (
                f"{route}: {said}"
            )
        elif route in writable:
            assert said == (403, "not-yours"), f"{route}: {said}"
        else:
            assert said[0] in (403, 404, 422), f"{route}: {said}"
            nobody = house.ask_as("Vic", method, fill(path, ids))
            assert refusal(nobody)[0] in (403, 404, 422), route
    pages = ("/generations", "/avatars")
    for page in pages:
        asked = f"{API}{page}?project_id={project}"
        assert made.id in (text := house.ask_as("Eve", "GET", asked).text) or avatar.id in text
        assert house.ask_as("Vic", "GET", asked).json()["items"] == []
    assert house.ask_as("Ben", "GET", f"{API}/avatars/{avatar.id}").status_code == 200
    assert house.ask_as("Ben", "DELETE", fill(people, ids)).status_code == 204
    for route in readable:
        assert refusal(house.ask_as("Eve", "GET", fill(route.split()[1], ids)))[0] == 404, route
