"""Photos over REST: listed page by page, found by the hash of the upload, taken as base64, and where they are used."""

from __future__ import annotations

import base64
import hashlib
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from store.store import utc_now
from studio.api.app import build_app
from studio.vocabulary.person import Person
from studio.worker.upkeep import expire_photos
from tests.api.conftest import HOME
from tests.api.test_routes import API, ORDER, assert_problem, post_photo
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio


def person(height: int) -> bytes:
    return encode(draw_figure(600, height), "PNG")


def test_a_list_in_pages_newest_first(client: TestClient) -> None:
    ids = [post_photo(client, person(height)).json()["id"] for height in (900, 910, 920)]
    first = client.get(f"{API}/photos", params={"limit": 2}).json()
    assert [photo["id"] for photo in first["items"]] == ids[:0:-1]
    rest = client.get(f"{API}/photos", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [photo["id"] for photo in rest["items"]] == ids[:1]
    assert rest["next_cursor"] is None
    client.delete(f"{API}/photos/{ids[1]}")
    assert [photo["id"] for photo in client.get(f"{API}/photos").json()["items"]] == [ids[2], ids[0]]
    assert_problem(client.get(f"{API}/photos", params={"cursor": "0"}), 404, "cursor-refused")


def test_found_by_the_bytes_as_they_were_uploaded(client: TestClient, photo_bytes: bytes) -> None:
    sha256 = hashlib.sha256(photo_bytes).hexdigest()
    address = f"{API}/photos/hash/{sha256}"
    assert client.get(address).json() == {"exists": False, "photo_id": None}
    photo = post_photo(client, photo_bytes).json()
    assert client.get(address).json() == {"exists": True, "photo_id": photo["id"]}
    assert client.get(address.replace(sha256, sha256.upper())).json()["exists"]
    assert photo["sha256"] == sha256
    kept = client.get(photo["file_url"]).content
    assert (photo["size"], photo["media_type"]) == (len(kept), "image/jpeg")
    again = hashlib.sha256(kept).hexdigest()
    assert not client.get(f"{API}/photos/hash/{again}").json()["exists"], "not by what is kept of it"
    client.delete(f"{API}/photos/{photo['id']}")
    assert not client.get(address).json()["exists"]
    assert_problem(client.get(f"{API}/photos/hash/abc"), 404, "not-found")


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:image/jpeg;base64,"])
def test_base64_alone_or_as_a_data_url(client: TestClient, photo_bytes: bytes, prefix: str) -> None:
    text = base64.encodebytes(photo_bytes).decode()  # wrapped, as the command writes it
    sent = client.post(f"{API}/photos", json={"image": prefix + text, "name": "me.png", "role": "pose"})
    assert sent.status_code == 201, sent.text
    photo = sent.json()
    assert (photo["name"], photo["role"], photo["is_duplicate"]) == ("me.png", "pose", False)
    assert post_photo(client, photo_bytes).json()["is_duplicate"]


@pytest.mark.parametrize(
    "image", ["", "https://example.com/a.png", "data:text/plain;base64,QUJD", "QUJ", "-"]
)
def test_what_is_no_base64_is_refused_by_its_field(client: TestClient, image: str) -> None:
    refused = client.post(f"{API}/photos", json={"image": image})
    assert_problem(refused, 422, "request-invalid")
    assert refused.json()["error"]["message"].startswith("“image”")


def test_its_name_and_its_role(client: TestClient, photo_bytes: bytes) -> None:
    file = {"file": ("C:\\Pictures\\Ada ü.png", photo_bytes, "image/png")}
    photo = client.post(f"{API}/photos", params={"role": "style"}, files=file).json()
    assert (photo["name"], photo["role"]) == ("Ada ü.png", "style")
    assert client.get(f"{API}/photos/{photo['id']}").json() == photo
    refused = client.post(f"{API}/photos", params={"role": "hat"}, files=file)
    assert_problem(refused, 422, "request-invalid")


def test_where_it_is_used(client: TestClient, studio: ScriptedStudio, photo_bytes: bytes) -> None:
    photo = post_photo(client, photo_bytes).json()
    other = post_photo(client, person(910)).json()
    assert (photo["uses"], photo["last_used_at"]) == (0, None)

    def used() -> tuple[int, Any]:
        said = client.get(f"{API}/photos/{photo['id']}").json()
        assert [one for one in client.get(f"{API}/photos").json()["items"] if one["id"] == photo["id"]] == [
            said
        ]
        return said["uses"], said["last_used_at"]

    client.post(f"{API}/bodies", json={"photo_id": photo["id"], "height_cm": 172})
    [avatar] = client.get(f"{API}/avatars").json()["items"]
    held = client.get(f"{API}/photos/{photo['id']}").json()["held_by"]
    assert held == [{"avatar_id": avatar["id"], "name": avatar["name"]}]
    measured = used()
    assert measured[0] == 1
    studio.bring("klein-4b")
    references = [{"photo_id": photo["id"]}, {"photo_id": photo["id"], "role": "style"}]
    order = ORDER | {"preset": "klein-4b", "width": 512, "height": 512, "references": references}
    ordered = client.post(f"{API}/generations", json=order)
    assert ordered.status_code == 202, ordered.text
    number, last = used()
    assert (number, last > measured[1]) == (2, True), "twice in one order is one use"
    client.delete(f"{API}/generations/{ordered.json()['generation_id']}")
    assert used() == measured
    assert client.get(f"{API}/photos/{other['id']}").json()["uses"] == 0


def test_somebody_elses_photos_are_not_there(
    client: TestClient, studio: ScriptedStudio, photo_bytes: bytes
) -> None:
    theirs = studio.for_person(Person(id="somebody")).photos.add(photo_bytes, "theirs.png")
    assert client.get(f"{API}/photos").json()["items"] == []
    assert not client.get(f"{API}/photos/hash/{theirs.sha256}").json()["exists"]


class TestScan:
    """The command that every upload must pass."""

    SCRIPT = "import pathlib, sys, time; data = pathlib.Path(sys.argv[1]).read_bytes(); "

    @pytest.fixture
    def scanned(self, tmp_path: Path) -> Iterator[Callable[[str], TestClient]]:
        with ExitStack() as opened:

            def open_client(script: str, **settings: Any) -> TestClient:
                command = shlex.join([sys.executable, "-c", self.SCRIPT + script])
                studio = opened.enter_context(
                    open_scripted_studio(tmp_path, scan_command=command, **settings)
                )
                return opened.enter_context(TestClient(build_app(studio), base_url=HOME))

            yield open_client

    def test_every_way_in_is_scanned(self, scanned: Callable[..., TestClient], photo_bytes: bytes) -> None:
        client = scanned("sys.exit(1 if b'IHDR' in data or b'rotations' in data else 0)")
        text = base64.b64encode(photo_bytes).decode()
        for answer in (
            post_photo(client, photo_bytes),
            client.post(f"{API}/photos", json={"image": text}),
            client.post(f"{API}/avatars", json={"name": "Ada", "image": text}),
            client.post(f"{API}/bodies", json={"image": text}),
            client.post(f"{API}/generations", json={"pose_image": text}),
            client.post(f"{API}/poses", files={"file": ("me.png", photo_bytes)}),
            client.post(f"{API}/poses", json={"name": "Nod", "rotations": {"head": [0.2, 0.0, 0.0]}}),
            client.post(f"{API}/recipes", files={"file": ("me.png", photo_bytes)}),
            client.post(f"{API}/imports", files={"file": ("archive.zip", photo_bytes)}),
        ):
            assert_problem(answer, 422, "upload-refused")
        assert client.get(f"{API}/photos").json()["items"] == []
        assert post_photo(client, encode(draw_figure(600, 900), "JPEG")).status_code == 201

    @pytest.mark.parametrize(
        ("script", "settings"),
        [("sys.exit(2)", {}), ("time.sleep(60)", {"scan_seconds": 1})],
        ids=["fails", "takes too long"],
    )
    def test_what_cannot_be_scanned_is_not_taken(
        self, scanned: Callable[..., TestClient], photo_bytes: bytes, script: str, settings: dict[str, int]
    ) -> None:
        client = scanned(script, **settings)
        assert_problem(post_photo(client, photo_bytes), 503, "scan-failed")
        assert client.get(f"{API}/photos").json()["items"] == []

    def test_no_shell_reads_the_command(self, tmp_path: Path, photo_bytes: bytes) -> None:
        with open_scripted_studio(tmp_path, scan_command=f"true; touch {tmp_path}/made") as studio:
            client = TestClient(build_app(studio), base_url=HOME)
            assert_problem(post_photo(client, photo_bytes), 503, "scan-failed")
        assert not (tmp_path / "made").exists()


def test_references_are_64_to_4096_pixels_and_photos_of_people_may_be_larger(client: TestClient) -> None:
    for size, role, code in (
        ((4200, 600), "garment", "too-many-pixels"),
        ((60, 80), "style", "too-small"),
        ((4096, 600), "style", None),
        ((4200, 610), "person", None),
        ((64, 64), "init", None),
    ):
        sent = encode(draw_figure(*size), "PNG")
        answer = client.post(f"{API}/photos", files={"file": ("a.png", sent)}, params={"role": role})
        assert (answer.json().get("error", {}).get("code")) == code, answer.text
    small = client.post(
        f"{API}/photos", files={"file": ("b.png", encode(draw_figure(400, 500), "PNG"))}
    ).json()
    assert "at least 512 pixels" in small["body_problem"]


def test_name_role_and_tags_are_changed(client: TestClient, photo_bytes: bytes) -> None:
    address = f"{API}/photos/{post_photo(client, photo_bytes).json()['id']}"
    changed = client.patch(address, json={"name": "../summer.png", "role": "garment", "tags": ["red", "sea"]})
    assert changed.status_code == 200, changed.text
    said = client.get(address).json()
    assert (said["name"], said["role"], said["tags"]) == ("summer.png", "garment", ["red", "sea"])
    other = post_photo(client, person(910)).json()["id"]
    for asked, found in (
        ({"role": "garment"}, [said["id"]]),
        ({"role": "person"}, [other]),
        ({"tag": "sea"}, [said["id"]]),
        ({"tag": "sea", "role": "person"}, []),
        ({"tag": "se"}, []),
        ({}, [other, said["id"]]),
    ):
        items = client.get(f"{API}/photos", params=asked).json()["items"]
        assert [one["id"] for one in items] == found, asked
    assert_problem(client.get(f"{API}/photos", params={"role": "hat"}), 422, "request-invalid")
    assert client.patch(address, json={"tags": []}).json()["name"] == "summer.png"
    assert_problem(client.patch(address, json={"tags": [" x"]}), 422, "request-invalid")


def test_unused_photos_go_to_the_trash_after_a_while(
    client: TestClient, studio: ScriptedStudio, photo_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.bring("klein-4b")
    store = studio.resources.store
    idle, again, posed, measured, shown, saved = (
        post_photo(client, person(height)).json()["id"] for height in (900, 910, 920, 930, 940, 950)
    )
    client.post(f"{API}/bodies", json={"photo_id": measured, "height_cm": 170})
    references = [{"role": "person", "photo_id": shown}]
    client.post(f"{API}/generations", json={**ORDER, "preset": "klein-4b", "references": references})
    references = [{"role": "style", "photo_id": saved}]
    order = {**ORDER, "preset": "klein-4b", "references": references}
    assert client.post(f"{API}/templates", json={"name": "In a style", "order": order}).status_code == 201
    now = utc_now()
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(days=20))
    post_photo(client, person(910))
    client.post(f"{API}/generations", json={"pose_photo_id": posed, "width": 64, "height": 64})
    assert client.get(f"{API}/photos/{posed}").json()["uses"] == 1
    assert expire_photos(store, 30) == 0
    monkeypatch.setattr(store, "clock", lambda: now + timedelta(days=31))
    assert expire_photos(store, 0) == 0
    assert expire_photos(store, 30) == 1
    kept = {photo["id"] for photo in client.get(f"{API}/photos").json()["items"]}
    assert kept == {again, posed, measured, shown, saved}
    assert client.post(f"{API}/photos/{idle}/restore").status_code == 200


def test_several_photos_come_at_once_and_a_bad_one_holds_up_no_other(
    client: TestClient, photo_bytes: bytes
) -> None:
    def text(data: bytes) -> str:
        return base64.b64encode(data).decode()

    second = encode(draw_figure(600, 910), "PNG")
    sent = [
        {"image": text(photo_bytes), "name": "one.png"},
        {"image": text(b"no picture at all"), "name": "two.png"},
        {"image": "data:image/png;base64,====", "name": "three.png"},
        {"image": text(second), "role": "garment"},
    ]
    answer = client.post(f"{API}/photos/batch", json={"photos": sent})
    assert answer.status_code == 200, answer.text
    first, no_picture, broken, last = answer.json()["items"]
    assert (first["photo"]["name"], first["error"], last["photo"]["role"]) == ("one.png", None, "garment")
    assert (no_picture["photo"], no_picture["error"]["code"]) == (None, "not-an-image")
    assert broken["error"]["code"] == "request-invalid"
    assert len(client.get(f"{API}/photos").json()["items"]) == 2
    for refused in ([], [{"image": text(photo_bytes)}] * 17):
        assert_problem(client.post(f"{API}/photos/batch", json={"photos": refused}), 422, "request-invalid")
