"""A person's own poses over REST: from files of all kinds, changed, ordered, deleted; and nothing of a bad file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from pipelines.pose.exchange.files import write_pose
from pipelines.pose.library import load_library
from studio.api.routes import poses as pose_routes
from studio.api.seats import run_while_wanted
from studio.vocabulary.person import YOU, Person
from tests.scripted_studio import ScriptedStudio

API = "/api/v1"
NOD = {"name": "Nod", "rotations": {"head": [0.2, 0.0, 0.0]}}
HAND_ON_HIP = load_library().find("hand-on-hip")


def send(client: TestClient, data: bytes, name: str = "pose.json", **query: Any) -> Any:
    return client.post(f"{API}/poses", files={"file": (name, data)}, params=query)


def test_a_pose_is_kept_shown_changed_and_deleted(client: TestClient) -> None:
    answer = client.post(f"{API}/poses", json=NOD)
    assert answer.status_code == 201, answer.text
    assert answer.json()["slug"] == "nod"
    assert answer.json()["items"][0]["is_own"]
    whole = client.get(f"{API}/poses/nod").json()
    assert whole["pose"]["rotations"]["head"] == [0.2, 0.0, 0.0]
    changed = client.patch(
        f"{API}/poses/nod", json={"name": "Yes", "category": "gesture", "tags": ["polite"]}
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["name"] == "Yes"
    assert changed.json()["expression"] is None
    shown = {"name": "wink", "strength": 0.5}
    for said, kept in ((shown, shown), ("laugh", {"name": "laugh", "strength": 1.0})):
        assert client.patch(f"{API}/poses/nod", json={"expression": said}).json()["expression"] == kept
    for said in ("bored", {"name": "wink", "strength": 2}, {"strength": 1}, ["wink"]):
        assert client.patch(f"{API}/poses/nod", json={"expression": said}).status_code == 422
    # what can be none is taken away by null; what cannot, cannot be null
    assert client.patch(f"{API}/poses/nod", json={"expression": None}).json()["expression"] is None
    assert client.get(f"{API}/poses/nod").json()["pose"].get("expression") is None
    for name in (
        "name",
        "category",
        "tags",
        "framing",
        "difficulty",
        "gender",
        "mood",
        "hands",
        "support",
        "pose",
    ):
        refused = client.patch(f"{API}/poses/nod", json={name: None})
        assert (refused.status_code, name in refused.text) == (422, True), name
    assert client.patch(f"{API}/poses/nod", json={"tags": []}).json()["tags"] == []
    assert client.patch(f"{API}/poses/nod", json={}).json()["name"] == "Yes"
    found = client.get(f"{API}/poses", params={"category": "gesture", "q": "yes"}).json()["items"]
    assert "nod" in [pose["slug"] for pose in found]
    assert client.delete(f"{API}/poses/nod").status_code == 204
    assert client.get(f"{API}/poses/nod").status_code == 404
    assert client.post(f"{API}/poses/nod/restore").json()["slug"] == "nod"
    assert client.delete(f"{API}/poses/nod", params={"purge": True}).status_code == 204
    assert client.post(f"{API}/poses/nod/restore").status_code == 404


def test_a_picture_that_nobody_waits_for_is_neither_decoded_nor_drawn(
    client: TestClient, photo_bytes: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leave(request: Request, work: Callable[[Callable[[], bool]], Any]) -> Any:
        return await run_while_wanted(request, lambda is_wanted: work(lambda: False))

    client.post(f"{API}/poses", json=NOD)
    monkeypatch.setattr(pose_routes, "run_while_wanted", leave)
    monkeypatch.setattr("studio.services.thumbnails.draw_thumbnail", lambda *_: pytest.fail("it was drawn"))
    monkeypatch.setattr("studio.worker.detection.find_landmarks", lambda *_: pytest.fail("it was looked at"))
    for answer in (send(client, photo_bytes, "me.png"), client.get(f"{API}/poses/nod/picture")):
        assert answer.json()["error"]["code"] == "client-gone"
    assert [pose["slug"] for pose in client.get(f"{API}/poses").json()["items"] if pose["is_own"]] == ["nod"]


def test_a_person_has_favourites_of_the_gallery_and_of_their_own(
    client: TestClient, studio: ScriptedStudio
) -> None:
    def favourites(**query: str) -> list[str]:
        items = client.get(f"{API}/poses", params={"favourite": "true", **query}).json()["items"]
        assert all(pose["is_favourite"] for pose in items)
        return [pose["slug"] for pose in items]

    client.post(f"{API}/poses", json=NOD)
    for slug in ("hand-on-hip", "nod", "nod"):
        assert client.put(f"{API}/poses/{slug}/favourite").status_code == 204
    assert favourites() == ["nod", "hand-on-hip"]
    assert favourites(q="hip") == ["hand-on-hip"]
    assert client.get(f"{API}/poses/nod").json()["is_favourite"]
    others = client.get(f"{API}/poses", params={"favourite": "false"}).json()["items"]
    assert not {"nod", "hand-on-hip"} & {pose["slug"] for pose in others}
    assert client.put(f"{API}/poses/no-such-pose/favourite").status_code == 404
    assert set(client.get("/stage/poses").json()["favourites"]) == {"nod", "hand-on-hip"}
    assert not studio.for_person(Person(id="somebody")).poses.search(favourite=True)
    for _ in range(2):
        assert client.delete(f"{API}/poses/hand-on-hip/favourite").status_code == 204
    described = client.get(f"{API}/openapi.json").json()["paths"]["/poses/{slug}/favourite"]
    for method in ("put", "delete"):  # what is no id at all is not there
        answer = client.request(method.upper(), f"{API}/poses/0.5/favourite")
        assert str(answer.status_code) in described[method]["responses"], method
    client.delete(f"{API}/poses/nod")
    assert favourites() == []
    client.post(f"{API}/poses/nod/restore")
    assert favourites() == ["nod"], "it is brought back as it was"


def test_the_gallery_is_nobodys_to_change(client: TestClient) -> None:
    assert client.get(f"{API}/poses/hand-on-hip").json()["is_own"] is False
    for answer in (
        client.patch(f"{API}/poses/hand-on-hip", json={"name": "Mine"}),
        client.delete(f"{API}/poses/hand-on-hip"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")


def test_an_expression_goes_out_with_its_pose_and_comes_back(client: TestClient) -> None:
    shown = {"name": "sad", "strength": 0.25}
    made = client.post(f"{API}/poses", json=NOD | {"expression": shown}).json()["items"][0]
    assert made["expression"] == shown
    file = client.get(f"{API}/poses/nod/file").content
    again = send(client, file).json()["items"][0]
    assert (again["slug"], again["expression"]) == ("nod-2", shown)
    assert client.get(f"{API}/poses/nod-2").json()["pose"]["expression"] == shown
    # those of the gallery show what their tags say
    gallery = {one["slug"]: one["expression"] for one in client.get(f"{API}/poses").json()["items"]}
    assert gallery["walking-head-down"] == {"name": "sad", "strength": 1.0}
    assert gallery["relaxed-stand"] is None
    for broken in ("bored", {"name": "sad", "strength": -1}, {"name": "sad", "size": 1}, 3):
        answer = client.post(f"{API}/poses", json=NOD | {"expression": broken})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "pose-file-refused"), answer.text


@pytest.mark.parametrize("format", ["json", "bvh"])
def test_a_file_that_went_out_comes_back(client: TestClient, format: str) -> None:
    file = client.get(f"{API}/poses/hand-on-hip/file", params={"format": format})
    assert file.headers["content-disposition"] == f'attachment; filename="hand-on-hip.{format}"'
    kept = send(client, file.content, f"hand-on-hip.{format}").json()
    assert kept["slug"] == "hand-on-hip-2"  # the gallery's id stays the gallery's
    again = client.get(f"{API}/poses/hand-on-hip-2").json()["pose"]
    assert again["rotations"]["upperarm01.L"] == pytest.approx(
        HAND_ON_HIP.pose.rotations["upperarm01.L"], abs=1e-3
    )


def test_a_pack_is_kept_whole_or_not_at_all(client: TestClient) -> None:
    def pack(second: bytes, **more: str) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("pack.json", json.dumps({"author": "Ada", "licence": "CC0-1.0"} | more))
            archive.writestr("one.json", json.dumps(NOD))
            archive.writestr("two.json", second)
        return stream.getvalue()

    refused = send(client, pack(b'{"rotations": {"tail": [0, 0, 0]}}'), "pack.zip")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "pose-file-refused")
    assert "two.json" in refused.json()["error"]["message"]
    assert client.get(f"{API}/poses/nod").status_code == 404
    kept = send(client, pack(json.dumps(NOD).encode()), "pack.zip").json()["items"]
    assert [(pose["slug"], pose["name"], pose["author"], pose["licence"]) for pose in kept] == [
        ("nod", "Nod", "Ada", "CC0-1.0"),
        ("nod-2", "Nod 2", "Ada", "CC0-1.0"),
    ]
    send(client, pack(json.dumps(NOD).encode(), name="Nods & more"), "pack.zip")

    def named(name: str) -> list[str]:
        return [pose["slug"] for pose in client.get(f"{API}/poses", params={"pack": name}).json()["items"]]

    assert (sorted(named("Pack")), sorted(named("Nods & more"))) == (["nod", "nod-2"], ["nod-3", "nod-4"])
    assert named("Nods") == []


@pytest.mark.parametrize(
    "data", [b"", b"\x80\x04K\x01.", b"PK\x05\x06" + bytes(18), b"[[[[", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_pose_is_refused(client: TestClient, data: bytes) -> None:
    answer = send(client, data)
    assert answer.status_code == 422, answer.text
    assert client.get(f"{API}/poses").json()["items"][0]["is_own"] is False


def test_an_order_takes_an_own_pose_and_a_whole_one(client: TestClient, studio: ScriptedStudio) -> None:
    client.post(f"{API}/poses", json=NOD)
    whole = {**json.loads(write_pose(HAND_ON_HIP, "json")), "slug": "once", "name": "Once"}
    for pose, slug in (("Nod", "nod"), (whole, "once")):
        order = {"persona": {}, "pose": pose, "width": 256, "height": 256}
        answer = client.post(f"{API}/generations", json=order)
        assert answer.status_code == 202, answer.text
        kept = studio.for_person(YOU).generations.get(answer.json()["generation_id"]).order
        assert kept.poses == (slug,)
        assert set(kept.given_poses) == {slug}
    assert client.get(f"{API}/poses/once").status_code == 404  # used once, not kept


def test_an_order_names_what_is_wrong_with_a_whole_pose(client: TestClient) -> None:
    answer = client.post(
        f"{API}/generations", json={"persona": {}, "pose": {"rotations": {"tail": [0, 0, 0]}}}
    )
    assert answer.status_code == 422
    assert "tail" in answer.json()["error"]["message"]


def test_an_own_pose_has_a_picture(client: TestClient) -> None:
    client.post(f"{API}/poses", json=NOD)
    address = client.get(f"{API}/poses/nod").json()["thumbnail_url"]
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.content[8:12] == b"WEBP"


def test_the_pose_of_a_photo_is_kept_and_the_photo_is_not(client: TestClient, studio: ScriptedStudio) -> None:
    photo = studio.poses.example_photo()
    kept = send(client, photo, "standing.png")
    assert kept.status_code == 201, kept.text
    assert kept.json()["slug"] == "standing"
    assert kept.json()["items"][0]["support"] == "standing"
    assert studio.resources.store.count_blobs() == 0
    photo_id = client.post(f"{API}/photos", files={"file": ("a.png", photo)}).json()["id"]
    order = {"persona": {}, "pose_photo_id": photo_id, "width": 256, "height": 256}
    assert client.post(f"{API}/generations", json=order).status_code == 202


def test_poses_like_another_come_nearest_first(client: TestClient) -> None:
    send(client, client.get(f"{API}/poses/hand-on-hip/file").content)
    for slug in ("hand-on-hip", "hand-on-hip-2"):
        answer = client.get(f"{API}/poses/{slug}/similar", params={"limit": 3})
        assert answer.json()["items"][0]["slug"] == "finger-on-the-lips"
    assert client.get(f"{API}/poses/nothing/similar").status_code == 404
