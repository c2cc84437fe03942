"""Archives from one studio into another: all comes along, twice is not double, and nothing in the file is believed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from pipelines.image.provenance import sign_picture
from pipelines.types import Persona
from store.errors import LostLease
from store.fsck import find_problems
from store.imports import add_generation
from studio.api.app import build_app
from studio.vocabulary.person import YOU, Person
from studio.worker.handlers import job_handlers
from studio.worker.jobs import run_job
from tests.api.conftest import HOME
from tests.api.test_exports import export, fetch
from tests.api.test_library import GENERATIONS, begin, find, order
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

IMPORTS, AVATARS, PROJECTS = "/api/v1/imports", "/api/v1/avatars", "/api/v1/projects"
Change = Callable[[dict[str, Any], dict[str, bytes]], None]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ScriptedStudio]:
    """Another, empty studio."""
    with open_scripted_studio(tmp_path / "other") as opened:
        yield opened


@pytest.fixture
def there(other: ScriptedStudio) -> Iterator[TestClient]:
    with TestClient(build_app(other), base_url=HOME, raise_server_exceptions=False) as opened:
        yield opened


def bring(client: TestClient, archive: bytes) -> dict[str, Any]:
    """The job of an import, ended."""
    answer = client.post(IMPORTS, files={"file": ("archive.zip", archive, "application/zip")})
    assert answer.status_code == 202, answer.text
    job = client.get(f"/api/v1/jobs/{answer.json()['job_id']}").json()
    assert job["state"] in ("succeeded", "failed"), job
    return job


def pack(client: TestClient, **asked: Any) -> bytes:
    return fetch(client, export(client, **{"query": {}, **asked}))


def rewrite(archive: bytes, change: Change, *, compression: int = zipfile.ZIP_STORED) -> bytes:
    """The archive with something in it changed: of the recipe, or of the members."""
    with zipfile.ZipFile(io.BytesIO(archive)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    recipe = json.loads(members.pop("recipe.json"))
    change(recipe, members)
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w", compression) as file:
        file.writestr("recipe.json", json.dumps(recipe))
        for name, data in members.items():
            file.writestr(name, data)
    return new.getvalue()


def replace_picture(data: bytes) -> Change:
    """Another picture in place of the first, with the right hash and size."""

    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        picture = recipe["generations"][0]["pictures"][0]
        picture |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        members[picture["file"]] = data

    return change


def test_everything_comes_along(
    client: TestClient, studio: ScriptedStudio, there: TestClient, other: ScriptedStudio
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(Persona(name="Ada", gender="female"))
    project = begin(client)
    client.patch(f"{AVATARS}/{avatar.id}", json={"project_id": project})
    made = order(client, avatar_id=avatar.id, views=["front", "back"], recipe=True)
    plain = order(client, "Ben")
    said = {
        "title": "On the bridge",
        "tags": ["night", "red"],
        "favourite": True,
        "rating": 4,
        "notes": "a\nb",
    }
    client.patch(f"{GENERATIONS}/{made}", json=said)
    job = bring(there, pack(client))
    assert job["result"] == {"generations": 2, "pictures": 3, "avatars": 1, "projects": 1, "known": 0}
    was, came = client.get(f"{GENERATIONS}/{made}").json(), there.get(f"{GENERATIONS}/{made}").json()
    for name in (
        *said,
        "order",
        "requests",
        "prompt",
        "created_at",
        "finished_at",
        "state",
        "project_id",
        "avatar_id",
    ):
        assert came[name] == was[name], name
    for one, two in zip(was["pictures"], came["pictures"], strict=True):
        assert client.get(one["file_url"]).content == there.get(two["file_url"]).content
        assert {name: one[name] for name in ("seed", "alt", "width", "pose")}.items() <= two.items()
        with Image.open(io.BytesIO(there.get(two["thumbnail_url"]).content)) as small:
            assert max(small.size) == 64
    assert there.get(PROJECTS).json()["items"][0]["name"] == "Summer"
    [person] = there.get(AVATARS).json()["items"]
    assert (person["id"], person["name"], person["project_id"]) == (avatar.id, "Ada", project)
    assert (
        person["body"]["measurements"] == client.get(f"{AVATARS}/{avatar.id}").json()["body"]["measurements"]
    )
    assert there.get(person["body"]["glb_url"]).content.startswith(b"glTF")
    assert find(there, q="bridge", tag="red", favourite="true", project_id=project) == [made]
    assert find(there) == [plain, made]
    assert find_problems(other.resources.store) == []
    again = there.post(f"{GENERATIONS}/{made}/again")
    assert there.get(again.headers["location"]).json()["state"] == "succeeded"


def test_avatars_bring_what_they_were_and_where_they_came_from(client: TestClient, there: TestClient) -> None:
    made = client.post(AVATARS, json={"name": "Ada", "prompt": "a woman of 44 years"}).json()
    ada, said = made["id"], made["persona"]
    client.patch(f"{AVATARS}/{ada}", json={"persona": {"hair_color": "black"}, "licence": "Ask first."})
    client.patch(f"{AVATARS}/{ada}", json={"name": "Ada II"})
    first = client.get(f"{GENERATIONS}/{order(client, seed=12)}").json()["pictures"][0]
    eve = client.post(AVATARS, json={"name": "Eve", "picture_id": first["id"]}).json()["id"]
    for one in (ada, eve):
        order(client, avatar_id=one)
    assert bring(there, pack(client))["result"]["avatars"] == 2
    for one in (ada, eve):
        was, came = (at.get(f"{AVATARS}/{one}").json() for at in (client, there))
        assert came["origin"] == was["origin"] | {"picture_id": None}
        was, came = (at.get(f"{AVATARS}/{one}/versions").json()["items"] for at in (client, there))
        for old in (version["body"] for version in (*was, *came) if version["body"]):
            for name in ("glb_id", "obj_id", "glb_url", "obj_url"):
                old.pop(name)
        assert came == was
    assert there.get(f"{AVATARS}/{eve}").json()["origin"]["seed"] == first["seed"]
    back = there.post(f"{AVATARS}/{ada}/versions/1/restore").json()
    assert (back["name"], back["persona"]) == ("Ada", said)
    assert there.get(back["body"]["glb_url"]).content.startswith(b"glTF")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"persona": {"age": 15}}, "18"),
        ({"number": 0}, "number"),
        ({"body": {"parameters": {}}}, "does not fit"),
    ],
)
def test_what_an_avatar_was_is_held_to_the_same_bounds(
    client: TestClient, there: TestClient, change: dict[str, Any], said: str
) -> None:
    ada = client.post(AVATARS, json={"name": "Ada", "prompt": "a woman of 44 years"}).json()["id"]
    client.patch(f"{AVATARS}/{ada}", json={"name": "Ada II"})
    order(client, avatar_id=ada)

    def spoil(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe["avatars"][0]["versions"][0] |= change

    job = bring(there, rewrite(pack(client), spoil))
    assert job["state"] == "failed"
    assert said in job["error"]["message"]
    assert there.get(AVATARS).json()["items"] == []


def test_what_was_exported_here_and_comes_in_again_stays_to_be_fetched(
    client: TestClient, studio: ScriptedStudio
) -> None:
    order(client)
    made = export(client, query={})
    archive = fetch(client, made)
    assert bring(client, archive)["result"]["known"] == 1
    assert fetch(client, made) == archive
    assert bring(client, archive[:-1])["state"] == "failed"
    assert find_problems(studio.resources.store) == []


def test_twice_is_not_double_and_what_is_here_stays(client: TestClient, there: TestClient) -> None:
    begin(client)
    made = [order(client), order(client, "Ben"), order(client, "Cleo")]
    archive = pack(client)
    assert bring(client, archive)["result"] | {"projects": 0} == {
        "generations": 0, "pictures": 0, "avatars": 0, "projects": 0, "known": 3,
    }  # fmt: skip
    bring(there, archive)
    there.patch(f"{GENERATIONS}/{made[0]}", json={"title": "Mine now"})
    there.delete(f"{GENERATIONS}/{made[1]}")
    there.delete(f"{GENERATIONS}/{made[2]}", params={"purge": True})
    result = bring(there, archive)["result"]
    assert (result["generations"], result["known"]) == (1, 2)
    assert sorted(find(there)) == sorted(made)
    assert there.get(f"{GENERATIONS}/{made[0]}").json()["title"] == "Mine now"
    assert find(there, sort="oldest") == made  # also by words, where they belong by their time
    back = bring(client, pack(there))
    assert (back["result"]["generations"], len(find(client))) == (0, 3)


def test_an_older_one_comes_to_its_place_in_time(client: TestClient, there: TestClient) -> None:
    first = order(client)
    second = order(there, "Ben")
    bring(there, pack(client))
    assert find(there) == find(there, state="succeeded") == [second, first]


def test_somebody_elses_id_is_neither_taken_nor_told(
    client: TestClient, studio: ScriptedStudio, there: TestClient, other: ScriptedStudio
) -> None:
    project, made = begin(client), order(client)
    client.patch(f"{GENERATIONS}/{made}", json={"project_id": project})
    archive = pack(client)
    stranger = other.for_person(Person(id="somebody"))
    job_id = stranger.imports.start(io.BytesIO(archive))
    assert stranger.jobs.get(job_id).state == "succeeded"
    assert stranger.generations.get(made).project_id == project
    for came in (1, 0):
        assert bring(there, archive)["result"]["generations"] == came
    [mine] = find(there)
    assert mine != made
    assert (
        there.get(f"{GENERATIONS}/{mine}").json()["project_id"]
        == there.get(PROJECTS).json()["items"][0]["id"]
        != project
    )
    assert stranger.generations.count().total == 1
    assert find_problems(other.resources.store) == []


def test_what_was_killed_on_its_way_goes_on_and_is_not_double(
    client: TestClient, there: TestClient, other: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [order(client, name) for name in ("Ada", "Ben", "Cleo")]
    archive = pack(client)
    newest = order(there, "Here before")
    came: list[str] = []

    def die_at_the_second(store: Any, transaction: Any, owner: str, row_id: str, *rest: Any) -> None:
        if came:
            raise LostLease  # as a worker that is killed: nobody says anything about the job
        came.append(row_id)
        add_generation(store, transaction, owner, row_id, *rest)

    monkeypatch.setattr("studio.worker.imports.add_generation", die_at_the_second)
    job_id = there.post(IMPORTS, files={"file": ("a.zip", archive)}).json()["job_id"]
    assert len(find(there)) == 2
    monkeypatch.undo()
    store = other.resources.store
    later = store.clock() + timedelta(seconds=60)
    job = store.jobs.claim(worker="next", lease_seconds=15, now=later, job_id=job_id)
    assert job is not None
    run_job(store, job, job_handlers(other.settings, other.presets))
    ended = there.get(f"/api/v1/jobs/{job_id}").json()
    assert (ended["state"], ended["result"]["generations"], ended["result"]["known"]) == ("succeeded", 2, 1)
    assert find(there, sort="oldest") == find(there)[::-1] == [*made, newest]
    assert find_problems(store) == []


def break_hash(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
    name = recipe["generations"][-1]["pictures"][0]["file"]
    middle = len(members[name]) // 2
    members[name] = members[name][:middle] + bytes([members[name][middle] ^ 1]) + members[name][middle + 1 :]


def name_another_member(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
    first, last = (one["pictures"][0] for one in recipe["generations"])
    last["file"] = first["file"]
    last["sha256"] = "0" * 64


def lose_picture(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
    del members[recipe["generations"][-1]["pictures"][0]["file"]]


def in_first(**values: Any) -> Change:
    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe["generations"][0] |= values

    return change


def in_order(**values: Any) -> Change:
    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe["generations"][0]["order"] |= values

    return change


def in_picture(**values: Any) -> Change:
    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe["generations"][0]["pictures"][0] |= values

    return change


def in_recipe(**values: Any) -> Change:
    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe |= values

    return change


def one_picture_twice(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
    recipe["generations"][0]["pictures"] *= 2


MARKED = sign_picture(draw_figure(60, 90), "algorithmicMedia")
WRONG: dict[str, Change] = {
    "a wrong hash": break_hash,
    "a lost picture": lose_picture,
    "one member under two hashes": name_another_member,
    "a picture without a mark": replace_picture(encode(draw_figure(60, 90), "PNG")),
    "no picture": replace_picture(b'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia" <svg/>'),
    "half a picture": replace_picture(MARKED[: len(MARKED) // 2]),
    "a path for a name": in_picture(file="../../studio.sqlite3"),
    "another size": in_picture(size=1),
    "one position twice": one_picture_twice,
    "a state that is none": in_first(state="running"),
    "an order that is none": in_first(order={"persona": 1}),
    "an order of a later version": in_order(version=99),
    "a side too large": in_order(width=10**6),
    "a tag too many": in_first(tags=[str(number) for number in range(40)]),
    "a title of two lines": in_first(title="a\nb"),
    "a time without zone": in_first(created_at="2026-01-01T00:00:00"),
    "a rating of ten": in_first(rating=10),
    "a later format": in_recipe(version=2),
    "another format": in_recipe(format="something"),
    "a project without a name": in_recipe(projects=[{"id": "x", "name": ""}]),
    "an avatar that is none": in_recipe(avatars=[{"id": "x", "name": "x", "persona": {"age": "old"}}]),
    "half a character": in_first(notes="\ud800"),
    "a number without end": in_first(rating=float("inf")),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two generations, packed."""
    with open_scripted_studio(tmp_path_factory.mktemp("origin")) as studio:
        client = TestClient(build_app(studio), base_url=HOME)
        order(client)
        order(client, "Ben")
        return pack(client)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedStudio]:
    """A studio that takes small archives only."""
    with open_scripted_studio(tmp_path_factory.mktemp("strict"), max_import_mb=2) as studio:
        yield studio


def refuse(strict: ScriptedStudio, archive: bytes, *codes: str) -> None:
    """The archive is refused, and the studio is as it was before."""
    files = set((strict.folder / "objects").rglob("*"))
    job = bring(TestClient(build_app(strict), base_url=HOME), archive)
    assert (job["state"], job["error"]["code"]) == ("failed", (codes or ("archive-refused",))[0]), job
    mine = strict.for_person(YOU)
    assert (mine.generations.count().total, mine.avatars.list_recent(), mine.projects.list_recent()) == (
        0,
        [],
        [],
    )
    assert set((strict.folder / "objects").rglob("*")) == files
    assert find_problems(strict.resources.store) == []


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_what_is_wrong_brings_nothing_in(strict: ScriptedStudio, archive: bytes, change: Change) -> None:
    refuse(strict, rewrite(archive, change))


@pytest.mark.parametrize("change", [in_order(persona={"age": 12}), in_first(prompt="a 9 year old")])
def test_nobody_under_18_comes_in(strict: ScriptedStudio, archive: bytes, change: Change) -> None:
    refuse(strict, rewrite(archive, change), "adults-only")


def test_what_is_no_archive_is_refused(strict: ScriptedStudio, archive: bytes) -> None:
    for wrong in (b"PK", b"", archive[:-5], archive + b"x", MARKED, bytes(22), b"PK\x05\x06" + bytes(18)):
        refuse(strict, wrong)
    with_directory_bomb = archive[:-12] + (2**31).to_bytes(4, "little") + archive[-8:]
    refuse(strict, with_directory_bomb)
    deep = io.BytesIO()
    with zipfile.ZipFile(deep, "w") as file:
        file.writestr("recipe.json", "[" * 100_000)
    refuse(strict, deep.getvalue())


def test_a_bomb_is_not_unpacked(strict: ScriptedStudio, archive: bytes) -> None:
    bomb = rewrite(
        archive, lambda _, members: members.update(x=bytes(50_000_000)), compression=zipfile.ZIP_DEFLATED
    )
    assert len(bomb) < 200_000
    refuse(strict, bomb)
    picture = rewrite(archive, replace_picture(bytes(1_900_000)), compression=zipfile.ZIP_DEFLATED)
    refuse(strict, picture)


def test_without_metadata_there_is_nothing_to_import(strict: ScriptedStudio, client: TestClient) -> None:
    order(client)
    refuse(strict, pack(client, metadata=False))


def test_converted_pictures_come_in_as_they_are(client: TestClient, there: TestClient) -> None:
    made = order(client, width=256, height=128)
    bring(there, pack(client, image_format="avif", longest_px=64))
    [picture] = there.get(f"{GENERATIONS}/{made}").json()["pictures"]
    assert (picture["width"], picture["height"]) == (64, 32)
    assert there.get(picture["file_url"]).headers["content-type"] == "image/avif"


def test_requests_that_are_not_of_the_order_are_planned_anew(archive: bytes, there: TestClient) -> None:
    def change(recipe: dict[str, Any], members: dict[str, bytes]) -> None:
        recipe["generations"][0]["requests"][0] |= {"width": 900_000, "engine": "flux1"}

    assert bring(there, rewrite(archive, change))["state"] == "succeeded"
    made = find(there)
    assert sorted(len(there.get(f"{GENERATIONS}/{one}").json()["requests"]) for one in made) == [0, 1]
    for one in made:
        again = there.post(f"{GENERATIONS}/{one}/again")
        assert there.get(again.headers["location"]).json()["state"] == "succeeded"


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    assert client.post(IMPORTS, json={}).status_code == 415
    assert client.post(IMPORTS, files={"other": ("x", b"x")}).status_code == 400
    assert client.post(IMPORTS, files=[("file", ("x", b"x")), ("file", ("y", b"y"))]).status_code in (
        400,
        422,
    )


def test_an_archive_larger_than_is_taken_is_refused_on_the_way(tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path, max_import_mb=1) as studio:
        client = TestClient(build_app(studio), base_url=HOME)
        answer = client.post(IMPORTS, files={"file": ("x.zip", bytes(1_200_000))})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-many-bytes")
