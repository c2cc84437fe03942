"""POST /erase: not a byte of a person is left in the data folder, and everybody else keeps everything."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from studio.vocabulary.person import Person
from tests.api.test_routes import API, ORDER, assert_problem, post_photo
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio
from tests.store.test_purge import CANARY, search

TOKEN = "canarytoken9z"  # a word as the search's index keeps it
EVERYTHING = {"confirm": "everything"}
LISTS = ("photos", "avatars", "generations", "projects")


def signed_pixels(client: TestClient, address: str) -> bytes:
    """Some bytes of a file that nothing else holds."""
    data = client.get(address).content
    return data[len(data) // 2 :][:64]


def fill(client: TestClient, photo: bytes) -> list[bytes]:
    """A photo, an avatar, two generations (one in the trash), a pose of one's own; pieces of their files."""
    file = {"file": (f"{CANARY}me.png", photo, "image/png")}
    kept = client.post(f"{API}/photos", files=file).json()
    client.post(f"{API}/bodies", json={"photo_id": kept["id"], "height_cm": 172, "name": f"{CANARY}Ada"})
    pieces = [signed_pixels(client, kept[name]) for name in ("file_url", "thumbnail_url")]
    first = ""
    for seed in (1, 2):
        persona = {"name": f"{CANARY}{seed}", "background": CANARY * 8}
        order = ORDER | {"persona": persona, "seed": seed, "prompt": f"{CANARY} in blue", "recipe": True}
        job = client.get(client.post(f"{API}/generations", json=order).headers["location"]).json()
        generation = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
        first = first or generation["id"]
        [picture] = generation["pictures"]
        pieces += [signed_pixels(client, picture[name]) for name in ("file_url", "thumbnail_url")]
    project = client.post(f"{API}/projects", json={"name": f"{CANARY}{TOKEN}"})
    assert project.status_code == 201, project.text
    said = {"title": TOKEN, "notes": TOKEN, "tags": [TOKEN], "project_id": project.json()["id"]}
    assert client.patch(f"{API}/generations/{generation['id']}", json=said).status_code == 200
    client.delete(f"{API}/generations/{generation['id']}")
    client.patch(f"{API}/generations/{first}", json=said)
    pose = client.get(f"{API}/poses/arms-crossed").json()["pose"] | {"name": f"{CANARY}pose"}
    assert client.post(f"{API}/poses", json=pose, params={"name": f"{CANARY}pose"}).status_code == 201
    template = {"name": f"{CANARY}template", "generation_id": first}
    assert client.post(f"{API}/templates", json=template).status_code == 201
    return pieces


def holders_of(folder: Path, piece: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and piece in path.read_bytes()]


def test_not_a_byte_is_left(client: TestClient, studio: ScriptedStudio, photo_bytes: bytes) -> None:
    pieces = fill(client, photo_bytes)
    aside = studio.folder / "quarantine" / "2026-01-01"
    aside.mkdir(parents=True)
    (aside / "stray").write_text(CANARY)
    (studio.folder / "studio.sqlite3.0001.bak").write_text(CANARY)
    (studio.folder / "objects" / "ab" / ("ab" + "0" * 62)).write_text(CANARY)  # bytes that no row speaks of
    assert search(studio.folder)
    assert search(studio.folder, TOKEN)
    assert all(holders_of(studio.folder, piece) for piece in pieces)
    erased = client.post(f"{API}/erase", json=EVERYTHING)
    assert erased.status_code == 200, erased.text
    said = erased.json()
    kinds = ("generations", "avatars", "photos", "poses", "projects", "documents")
    assert [said[kind] for kind in kinds] == [2, 1, 1, 1, 1, 1]
    assert search(studio.folder) == []
    assert search(studio.folder, TOKEN) == []
    assert [piece for piece in pieces if holders_of(studio.folder, piece)] == []
    for noun in LISTS:
        assert client.get(f"{API}/{noun}").json()["items"] == []
    assert client.get(f"{API}/stats").json()["storage_bytes"] == 0
    assert client.get(f"{API}/storage").json()["in_trash"] == 0
    studio.resources.store.mark()
    assert search(studio.folder) == []


def test_it_goes_on_as_new(client: TestClient, studio: ScriptedStudio, photo_bytes: bytes) -> None:
    fill(client, photo_bytes)
    client.post(f"{API}/erase", json=EVERYTHING)
    assert client.post(f"{API}/erase", json=EVERYTHING).json()["generations"] == 0
    again = post_photo(client, photo_bytes).json()
    assert not again["is_duplicate"]
    with Image.open(io.BytesIO(client.get(again["file_url"]).content)) as picture:
        picture.load()
    assert client.post(f"{API}/generations", json=ORDER).status_code == 202
    assert list(studio.maintenance.fsck(repair=False)) == []


def test_what_others_have_stays(client: TestClient, studio: ScriptedStudio, photo_bytes: bytes) -> None:
    other = studio.for_person(Person(id="somebody"))
    theirs = [other.photos.add(photo_bytes), other.photos.add(encode(draw_figure(600, 910), "PNG"))]
    post_photo(client, photo_bytes)  # the same bytes
    client.post(f"{API}/erase", json=EVERYTHING)
    for photo in theirs:
        assert other.files.get(photo.file_id)
        assert other.files.path(photo.file_id).read_bytes()
    assert len(other.photos.list_page().items) == 2


def test_work_under_way_is_stopped(client: TestClient, studio: ScriptedStudio) -> None:
    studio.job_seconds = 20.0
    order = ORDER | {"persona": {"name": f"{CANARY}running"}}
    running = client.post(f"{API}/generations", json=order).json()["job_id"]
    studio.wait_for(running, lambda job: job.state == "running")
    studio.is_away = True
    client.post(f"{API}/generations", json=order | {"seed": 9})
    assert client.post(f"{API}/erase", json=EVERYTHING).json()["generations"] == 2
    assert_problem(client.get(f"{API}/jobs/{running}"), 404, "not-found")
    studio.job_seconds = 0
    studio.settle()
    assert search(studio.folder) == []
    assert client.get(f"{API}/generations").json()["items"] == []


@pytest.mark.parametrize(
    "body", [{}, {"confirm": "yes"}, {"confirm": True}, {**EVERYTHING, "of": "somebody"}, []]
)
def test_without_the_word_nothing_happens(client: TestClient, photo_bytes: bytes, body: object) -> None:
    post_photo(client, photo_bytes)
    assert_problem(client.post(f"{API}/erase", json=body), 422, "request-invalid")
    assert len(client.get(f"{API}/photos").json()["items"]) == 1


def test_where_backups_are_is_said(client: TestClient, studio: ScriptedStudio) -> None:
    object.__setattr__(studio.settings, "backup_folder", "/mnt/backups")
    left = client.post(f"{API}/erase", json=EVERYTHING).json()["left"]
    assert any("/mnt/backups" in sentence for sentence in left)
