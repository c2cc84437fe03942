"""Exports over REST: a ZIP under chosen names, tables, a contact sheet; what goes along, and what never does."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from pipelines.image.provenance import find_mark, read_recipe
from pipelines.types import Persona
from studio.vocabulary.person import YOU
from tests.api.test_library import GENERATIONS, begin, order
from tests.scripted_studio import ScriptedStudio

EXPORTS = "/api/v1/exports"
SECRET = "a purple canary in the prompt"


def export(client: TestClient, **asked: Any) -> dict[str, Any]:
    """A finished export."""
    answer = client.post(EXPORTS, json=asked)
    assert answer.status_code == 202, answer.text
    found = client.get(answer.headers["location"])
    assert (found.status_code, found.json()["state"]) == (200, "succeeded"), found.text
    return found.json()


def fetch(client: TestClient, made: dict[str, Any]) -> bytes:
    answer = client.get(made["file_url"])
    assert answer.status_code == 200, answer.text
    assert made["file_name"] in answer.headers["content-disposition"]
    assert len(answer.content) == made["size"]
    return answer.content


def open_zip(client: TestClient, **asked: Any) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    made = export(client, **asked)
    archive = zipfile.ZipFile(io.BytesIO(fetch(client, made)))
    assert archive.testzip() is None
    return archive, made


def test_a_zip_holds_the_pictures_their_hashes_and_whole_requests(client: TestClient) -> None:
    project = begin(client)
    ada, ben = order(client, views=["front", "back"]), order(client, "Ben")
    said = {"title": "On the bridge", "tags": ["night"], "favourite": True, "rating": 4, "notes": "for Tim"}
    client.patch(f"{GENERATIONS}/{ada}", json=said | {"project_id": project})
    archive, made = open_zip(client, ids=[ada, ben], names="{project}/{number} {title} {view}")
    assert (made["generations"], made["pictures"], made["left_out"]) == (2, 3, 0)
    names = archive.namelist()
    assert names[:2] == ["Summer/001 On the bridge front.png", "Summer/002 On the bridge back.png"]
    assert names[3:] == ["recipe.json", "SHA256SUMS"]
    sums = dict(line.split("  ", 1)[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names[:3]}
    kept = client.get(f"{GENERATIONS}/{ada}").json()
    for name, picture in zip(names, kept["pictures"], strict=False):
        assert archive.read(name) == client.get(picture["file_url"]).content
    recipe = json.loads(archive.read("recipe.json"))
    assert [one["name"] for one in recipe["projects"]] == ["Summer"]
    first = recipe["generations"][0]
    assert {name: first[name] for name in said} == said
    assert (first["order"], first["requests"]) == (kept["order"], kept["requests"])
    assert [one["file"] for one in first["pictures"]] == names[:2]
    assert [one["sha256"] for one in first["pictures"]] == [sums[name] for name in names[:2]]


@pytest.mark.parametrize(
    ("wanted", "kind"), [("original", "PNG"), ("webp", "WEBP"), ("jpeg", "JPEG"), ("avif", "AVIF")]
)
def test_without_metadata_the_recipe_goes_and_the_mark_stays(
    client: TestClient, wanted: str, kind: str
) -> None:
    made = order(client, prompt=SECRET, recipe=True, width=256, height=128)
    [picture] = client.get(f"{GENERATIONS}/{made}").json()["pictures"]
    original = client.get(picture["file_url"]).content
    assert read_recipe(original) is not None
    archive, _ = open_zip(client, ids=[made], image_format=wanted, longest_px=100, metadata=False)
    name, sums = archive.namelist()
    assert sums == "SHA256SUMS"
    data = archive.read(name)
    assert find_mark(data) == find_mark(original) == "algorithmicMedia"
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == (kind, (100, 50))
    assert SECRET.encode() not in data
    assert read_recipe(data) is None
    with_it, _ = open_zip(client, ids=[made], image_format=wanted, longest_px=100)
    if wanted != "avif":  # whose recipe is not looked for
        assert (read_recipe(with_it.read(with_it.namelist()[0])) or {})["order"]["prompt"] == SECRET
    whole, _ = open_zip(client, ids=[made], metadata=False)
    with (
        Image.open(io.BytesIO(whole.read(whole.namelist()[0]))) as kept,
        Image.open(io.BytesIO(original)) as was,
    ):
        assert kept.tobytes() == was.tobytes()


def test_a_picture_that_says_nothing_but_its_mark_leaves_as_it_is(client: TestClient) -> None:
    made = order(client, recipe=False)
    [picture] = client.get(f"{GENERATIONS}/{made}").json()["pictures"]
    archive, _ = open_zip(client, ids=[made], metadata=False)
    assert archive.read(archive.namelist()[0]) == client.get(picture["file_url"]).content


@pytest.mark.parametrize("title", ["=1+1", "+4", "-4", "@SUM(A1)", "＝1", 'x",="=1'])
def test_no_cell_of_a_table_is_a_formula(client: TestClient, title: str) -> None:
    made = order(client, prompt="=HYPERLINK(1)")
    client.patch(f"{GENERATIONS}/{made}", json={"title": title, "tags": ["=a", "b"], "notes": "+1\n=2"})
    answer = export(client, ids=[made], format="csv")
    text = fetch(client, answer).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    said = dict(zip(head, row, strict=True))
    assert said["title"] == (title if title.startswith("x") else f"'{title}")
    assert (said["tags"], said["prompt"], said["notes"]) == ("'=a, b", "'=HYPERLINK(1)", "'+1\n=2")
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "＝"))] == []
    plain = fetch(client, export(client, ids=[made], format="csv", metadata=False)).decode()
    assert "HYPERLINK" not in plain


def test_json_holds_what_the_table_does_and_whole_orders(client: TestClient) -> None:
    ids = [order(client, "Ada"), order(client, "Ben", prompt=SECRET)]
    items = json.loads(fetch(client, export(client, query={}, format="json")))["items"]
    assert [item["id"] for item in items] == ids[::-1]
    assert [item["persona"] for item in items] == ["Ben", "Ada"]
    kept = client.get(f"{GENERATIONS}/{ids[1]}").json()
    assert (items[0]["order"], items[0]["requests"]) == (kept["order"], kept["requests"])
    bare = fetch(client, export(client, query={"q": "ben"}, format="json", metadata=False)).decode()
    assert SECRET not in bare
    assert [item["id"] for item in json.loads(bare)["items"]] == [ids[1]]


def test_a_query_takes_the_names_of_the_list(client: TestClient) -> None:
    project, ids = begin(client), [order(client, name) for name in ("Ada", "Ben", "Cleo")]
    client.patch(f"{GENERATIONS}/{ids[0]}", json={"favourite": True, "project_id": project, "rating": 1})
    client.patch(f"{GENERATIONS}/{ids[2]}", json={"favourite": True, "rating": 5})
    for query, found in (
        ({"favourite": True, "sort": "rating"}, [ids[2], ids[0]]),
        ({"favourite": False}, [ids[1]]),
        ({"q": "ada", "project_id": project, "state": "succeeded"}, [ids[0]]),
        ({"from": "2000-01-01T00:00:00Z", "to": "9000-01-01T00:00:00Z", "sort": "oldest"}, ids),
    ):
        made = fetch(client, export(client, query=query, format="json"))
        assert [item["id"] for item in json.loads(made)["items"]] == found
    nothing = client.post(EXPORTS, json={"query": {"q": "nobody"}})
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing-to-export")


def test_a_dataset_has_a_caption_beside_each_picture_and_what_trainers_read(client: TestClient) -> None:
    begin(client)
    ada = order(client, views=["front", "back"])
    archive, made = open_zip(client, ids=[ada], format="dataset", trigger="adaxyz woman", longest_px=64)
    assert (made["pictures"], made["file_name"][-4:]) == (2, ".zip")
    names = ["images/0001.png", "images/0001.txt", "images/0002.png", "images/0002.txt"]
    assert archive.namelist() == [*names, "images/metadata.jsonl", "dataset.toml", "README.txt"]
    prompts = [one["prompt"] for one in client.get(f"{GENERATIONS}/{ada}").json()["requests"]]
    lines = [json.loads(line) for line in archive.read("images/metadata.jsonl").decode().splitlines()]
    for number, (line, prompt) in enumerate(zip(lines, prompts, strict=True), 1):
        caption = archive.read(f"images/{number:04d}.txt").decode()
        assert caption == f"adaxyz woman, {prompt}" == line["text"]
        with Image.open(io.BytesIO(archive.read(f"images/{line['file_name']}"))) as image:
            assert image.size == (line["width"], line["height"])
            assert max(image.size) == 64
        assert find_mark(archive.read(f"images/{line['file_name']}"))
    assert [line["view"] for line in lines] == ["front", "back"]
    settings = tomllib.loads(archive.read("dataset.toml").decode())
    (side, _) = settings["datasets"][0]["resolution"]
    assert side == 64
    assert settings["datasets"][0]["subsets"][0]["image_dir"] == "images"


def test_a_dataset_without_metadata_says_the_trigger_alone(client: TestClient) -> None:
    begin(client)
    ids = [order(client)]
    archive, _ = open_zip(client, ids=ids, format="dataset", trigger="adaxyz", metadata=False)
    assert archive.read("images/0001.txt") == b"adaxyz"
    assert SECRET.encode() not in archive.read("images/metadata.jsonl")


def test_a_contact_sheet_is_one_marked_picture(client: TestClient) -> None:
    ids = [order(client, views=["front", "back", "side"]), order(client, "Ben")]
    made = export(client, ids=ids, format="sheet", image_format="jpeg")
    assert (made["file_name"][-4:], made["pictures"]) == (".jpg", 4)
    data = fetch(client, made)
    assert find_mark(data) == "algorithmicMedia"
    with Image.open(io.BytesIO(data)) as sheet:
        assert sheet.format == "JPEG"
        assert abs(sheet.width - sheet.height) < 100


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"ids": ["x"], "query": {}},
        {"ids": []},
        {"query": {"size": 1}},
        {"query": {"favourite": "true"}},
        {"query": {}, "format": "rar"},
        {"query": {}, "names": "{password}"},
        {"query": {}, "names": "{title"},
        {"query": {}, "longest_px": 1},
        {"query": {}, "metadata": "no"},
    ],
)
def test_what_cannot_be_exported_is_refused_by_name(client: TestClient, wrong: dict[str, Any]) -> None:
    order(client)
    answer = client.post(EXPORTS, json=wrong)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request-invalid"), answer.text


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    made = order(client)
    for ids in (["nobody"], [made, "0" * 28]):
        assert client.post(EXPORTS, json={"ids": ids}).status_code == 404
    client.delete(f"{GENERATIONS}/{made}")
    assert client.post(EXPORTS, json={"ids": [made]}).status_code == 404
    job = client.get(f"{EXPORTS}/{made}")
    assert job.status_code == 404


def test_an_export_of_what_is_deleted_for_good_goes_with_it(
    client: TestClient, studio: ScriptedStudio
) -> None:
    canary, other = order(client, prompt=SECRET), order(client, "Ben")
    with_it, without, all_of_it = (
        export(client, ids=[canary], format="json"),
        export(client, ids=[other], format="json"),
        export(client, query={}, format="json"),
    )
    client.delete(f"{GENERATIONS}/{canary}", params={"purge": True})
    for gone in (with_it, all_of_it):
        assert client.get(f"{EXPORTS}/{gone['id']}").status_code == 404
        assert client.get(gone["file_url"]).status_code == 404
    assert client.get(without["file_url"]).status_code == 200
    left = [
        path for path in studio.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()
    ]
    assert left == []


def test_an_export_that_may_hold_an_avatar_goes_with_it(client: TestClient, studio: ScriptedStudio) -> None:
    mine = studio.for_person(YOU)
    avatar = mine.avatars.keep(Persona(name="Canary of nobody", background=SECRET))
    made = order(client, avatar_id=avatar.id)
    packed = export(client, ids=[made])
    mine.avatars.delete(avatar.id, purge=True)
    assert client.get(packed["file_url"]).status_code == 404
    client.delete(f"{GENERATIONS}/{made}", params={"purge": True})  # its order says who it was
    left = [one for one in studio.folder.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert left == []


def test_an_export_under_way_of_what_is_deleted_for_good_leaves_nothing(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = order(client, prompt=SECRET)
    put_written = studio.resources.store.files.put_written

    def put_and_delete(write: Any) -> Any:
        blob = put_written(write)
        client.delete(f"{GENERATIONS}/{canary}", params={"purge": True})
        return blob

    monkeypatch.setattr(studio.resources.store.files, "put_written", put_and_delete)
    asked = client.post(EXPORTS, json={"ids": [canary], "format": "json"})
    assert asked.status_code == 404  # it went with what it was of
    left = [one for one in studio.folder.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert left == []


def test_the_file_expires_after_a_day(client: TestClient, studio: ScriptedStudio) -> None:
    made = export(client, ids=[order(client)], format="csv")
    store = studio.resources.store
    later = store.clock() + timedelta(hours=25)
    store.files._clock = lambda: later
    store.files.collect_garbage(timedelta(hours=24))
    assert client.get(made["file_url"]).status_code == 404
    assert client.get(f"{EXPORTS}/{made['id']}").json()["file_url"] is None


def test_the_same_key_is_the_same_export(client: TestClient) -> None:
    asked = {"ids": [order(client)], "format": "json"}
    first, again = (client.post(EXPORTS, json=asked, headers={"Idempotency-Key": "k"}).json() for _ in "12")
    assert first["id"] == again["id"]
    other = client.post(EXPORTS, json=asked | {"format": "csv"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 409


def test_an_export_that_breaks_off_leaves_nothing_behind(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = order(client)
    monkeypatch.setattr("studio.worker.export_archive.encode_picture", lambda *_, **__: 1 / 0)
    before = set(studio.folder.glob("objects/**/*"))
    answer = client.post(EXPORTS, json={"ids": [made]})
    assert client.get(answer.headers["location"]).json()["file_url"] is None
    assert set(studio.folder.glob("objects/**/*")) == before
