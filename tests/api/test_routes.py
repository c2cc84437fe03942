"""REST over the use cases: codes, one error shape, idempotency, pages, files."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from pipelines.errors import EngineUnavailable
from pipelines.types import Persona
from store.files import FileTable
from studio.api import media
from studio.api.media import attachment, safe_name
from studio.services.own_poses import OwnPoses
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.fake_pictures import carry
from tests.scripted_studio import ScriptedStudio

API = "/api/v1"
ORDER = {"persona": {"name": "Ada"}, "pose": "relaxed-stand", "width": 128, "height": 128, "seed": 3}


def post_photo(client: TestClient, data: bytes) -> Any:
    return client.post(f"{API}/photos", files={"file": ("person.png", data, "image/png")})


def assert_problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text[:500]
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "hint", "request_id"}
    assert error["code"] == code
    assert error["request_id"] == answer.headers["x-request-id"]
    assert len(error["message"]) > 10


class TestPhotos:
    def test_a_form_is_kept(self, client: TestClient, photo_bytes: bytes) -> None:
        answer = post_photo(client, photo_bytes)
        assert answer.status_code == 201
        photo = answer.json()
        assert {"id", "sha256", "width", "height", "is_duplicate", "people", "remarks"} <= photo.keys()
        assert (photo["width"], photo["height"], photo["is_duplicate"]) == (600, 900, False)
        assert client.get(photo["file_url"]).headers["content-type"] == "image/jpeg"

    def test_the_same_bytes_are_the_same_photo(self, client: TestClient, photo_bytes: bytes) -> None:
        first = post_photo(client, photo_bytes).json()
        url = "data:image/png;base64," + base64.b64encode(photo_bytes).decode()
        second = client.post(f"{API}/photos", json={"image": url})
        assert second.status_code == 201
        assert second.json()["id"] == first["id"]
        assert second.json()["is_duplicate"] is True

    def test_what_is_no_picture_is_refused(self, client: TestClient) -> None:
        assert_problem(post_photo(client, b"hello"), 415, "not-an-image")

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ("{", 400, "not-json"),
            ('{"image": "data:text/html;base64,' + "QUJD" * 20 + '"}', 422, "request-invalid"),
            ('{"image": "https://example.com/a.png"}', 422, "request-invalid"),
            ('{"image": "data:image/png;base64,' + "A" * 61 + '"}', 422, "request-invalid"),
            ('{"image": 7}', 422, "request-invalid"),
            ("[" * 100_000, 400, "not-json"),
        ],
    )
    def test_broken_json_is_refused(self, client: TestClient, body: str, status: int, code: str) -> None:
        answer = client.post(f"{API}/photos", content=body, headers={"content-type": "application/json"})
        assert_problem(answer, status, code)

    def test_another_content_type_is_refused(self, client: TestClient, photo_bytes: bytes) -> None:
        answer = client.post(f"{API}/photos", content=photo_bytes, headers={"content-type": "image/png"})
        assert_problem(answer, 415, "wrong-media-type")


class TestRecipes:
    RECIPE = to_json(
        GenerationOrder(persona=Persona(name="Ada"), avatar_id="gone", seed=5, prompt="as it was")
    )

    @pytest.fixture
    def picture(self) -> bytes:
        return carry({"order": self.RECIPE})

    def test_a_picture_gives_its_settings_back(self, client: TestClient, picture: bytes) -> None:
        as_form = client.post(f"{API}/recipes", files={"file": ("mira.png", picture, "image/png")})
        as_it_is = client.post(f"{API}/recipes", content=picture, headers={"content-type": "image/png"})
        assert as_form.status_code == 200
        assert as_form.json() == as_it_is.json()
        recipe = as_form.json()
        assert recipe["order"] == self.RECIPE | {"avatar_id": None}
        assert recipe["missing"] == ["the avatar"]
        assert recipe["says"] == "The settings are back, but the avatar is not here any more."
        assert recipe["is_edited"] is True

    def test_a_picture_without_settings_is_refused_in_words(
        self, client: TestClient, photo_bytes: bytes
    ) -> None:
        for body in (photo_bytes, b"", b"{"):
            answer = client.post(
                f"{API}/recipes", content=body, headers={"content-type": "application/octet-stream"}
            )
            assert_problem(answer, 422, "no-recipe")
            assert "carries no settings" in answer.json()["error"]["message"]

    def test_what_cannot_be_taken_is_refused(self, client: TestClient, picture: bytes) -> None:
        minor = carry({"order": self.RECIPE | {"persona": {"age": 12}}})
        answer = client.post(f"{API}/recipes", content=minor, headers={"content-type": "image/png"})
        assert_problem(answer, 422, "adults-only")
        for field, value in (
            ("width", 10**9),
            ("height", 1),
            ("steps", 10**6),
            ("count", 10**6),
        ):
            bent = carry({"order": self.RECIPE | {field: value}})
            answer = client.post(f"{API}/recipes", content=bent, headers={"content-type": "image/png"})
            assert answer.status_code == 422, (field, answer.text)
            assert field in answer.text
        answer = client.post(f"{API}/recipes", json=self.RECIPE)
        assert_problem(answer, 415, "wrong-media-type")
        answer = client.post(f"{API}/recipes", files={"picture": ("mira.png", picture, "image/png")})
        assert answer.status_code in (400, 422)
        large = b"\0" * 50_100_000
        answer = client.post(f"{API}/recipes", content=large, headers={"content-type": "image/png"})
        assert answer.status_code == 413


class TestOrders:
    def test_a_photo_becomes_a_measured_avatar(self, client: TestClient, photo_bytes: bytes) -> None:
        photo = post_photo(client, photo_bytes).json()
        accepted = client.post(f"{API}/bodies", json={"photo_id": photo["id"], "height_cm": 172})
        assert accepted.status_code == 202
        job = client.get(accepted.headers["location"]).json()
        assert (job["id"], job["state"], job["error"]) == (accepted.json()["job_id"], "succeeded", None)
        avatar = client.get(f"{API}/avatars/{job['result']['avatar_id']}").json()
        assert {m["name"] for m in avatar["body"]["measurements"]} >= {"height", "chest", "waist", "hip"}
        assert client.get(avatar["body"]["glb_url"]).content.startswith(b"glTF")
        assert client.get(f"{API}/avatars").json()["items"] == [avatar]

    def test_a_persona_becomes_pictures(self, client: TestClient) -> None:
        order = {**ORDER, "views": ["front", "back"]}
        job = client.get(client.post(f"{API}/generations", json=order).headers["location"]).json()
        generation = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
        assert [picture["view"] for picture in generation["pictures"]] == ["front", "back"]
        assert generation["order"]["persona"]["name"] == "Ada"
        assert generation["prompt"]
        for picture in generation["pictures"]:
            assert client.get(picture["file_url"]).content.startswith(b"\x89PNG")

    def test_every_choice_reaches_the_order(
        self, client: TestClient, studio: ScriptedStudio, photo_bytes: bytes
    ) -> None:
        studio.bring("flux1-dev-union")
        photo = post_photo(client, photo_bytes).json()
        choices = {
            "preset": "flux1-dev-union", "quality": "hd", "controls": ["pose", "depth"], "steps": 12, "guidance": 2.5,
            "references": [{"role": "person", "photo_id": photo["id"]}], "draft_strength": 0.6, "count": 2,
            "loras": [{"name": "sketch-3f2a", "weight": 0.5}], "poses": ["walking", "relaxed-stand", "waving-hello"],
            "recipe": True, "second_pass": False, "face_pass": False, "expression": {"name": "sad", "strength": 0.5},
        }  # fmt: skip
        job = client.get(
            client.post(f"{API}/generations", json={**ORDER, **choices, "style": "anime"}).headers["location"]
        ).json()
        order = client.get(f"{API}/generations/{job['result']['generation_id']}").json()["order"]
        expected = {
            **choices, "engine": "flux1", "picture_style": "anime",
            "poses": ["relaxed-stand", "walking", "waving-hello"]
        }  # fmt: skip
        assert {name: order[name] for name in expected} == expected

    def test_several_prompts_are_one_order(self, client: TestClient, studio: ScriptedStudio) -> None:
        studio.bring("klein-4b")
        words = {"prompt": "at the sea", "prompts": ["at the sea", "in the hills"], "preset": "klein-4b"}
        job = client.get(
            client.post(f"{API}/generations", json={**ORDER, **words}).headers["location"]
        ).json()
        made = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
        assert (made["order"]["prompt"], made["order"]["more_prompts"]) == ("at the sea", ["in the hills"])
        assert [picture["prompt"] for picture in made["pictures"]] == ["at the sea", "in the hills"]
        assert [request["prompt"] for request in made["requests"]] == ["at the sea", "in the hills"]
        for wrong in (["a", "a"], [""], [str(number) for number in range(9)]):
            answer = client.post(f"{API}/generations", json={**ORDER, "prompts": wrong})
            assert_problem(answer, 422, "request-invalid")

    def test_several_poses_alone_are_an_order(self, client: TestClient) -> None:
        order = {name: value for name, value in ORDER.items() if name != "pose"}
        accepted = client.post(f"{API}/generations", json={**order, "poses": ["walking", "waving-hello"]})
        job = client.get(accepted.headers["location"]).json()
        assert job["result"]["pictures"] == 2

    def test_an_avatar_brings_its_own_persona(self, client: TestClient, studio: ScriptedStudio) -> None:
        from pipelines.types import Persona

        avatar = studio.for_person(YOU).avatars.keep(Persona(name="Grace"))
        order = {"avatar_id": avatar.id, "pose": "relaxed-stand"}
        job = client.get(client.post(f"{API}/generations", json=order).headers["location"]).json()
        generation = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
        assert generation["order"]["persona"]["name"] == "Grace"
        assert generation["avatar_id"] == avatar.id

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"persona": {"age": 17}}, 422, "adults-only"),
            ({"persona": {"age": -1}}, 422, "adults-only"),
            ({"persona": {"age": "30"}}, 422, "request-invalid"),
            ({"persona": {"age": 30.5}}, 422, "request-invalid"),
            ({"persona": {"facial_hair": "mohawk"}}, 422, "request-invalid"),
            ({"persona": {"name": "a\x00b"}}, 422, "request-invalid"),
            ({"persona": {"nickname": "x"}}, 422, "request-invalid"),
            ({"persona": {"own_words": "x" * 2001}}, 422, "request-invalid"),
            ({"extra": 1}, 422, "request-invalid"),
            ({"views": []}, 422, "request-invalid"),
            ({"views": ["top"]}, 422, "request-invalid"),
            ({"width": 4096}, 422, "request-invalid"),
            ({"seed": -1}, 422, "request-invalid"),
            ({"engine": "dream"}, 422, "request-invalid"),
            ({"pose": "../../etc/passwd"}, 404, "unknown-name"),
            ({"pose": ""}, 422, "request-invalid"),
            ({"poses": []}, 422, "request-invalid"),
            ({"poses": ["walking", "walking"]}, 422, "request-invalid"),
            ({"poses": ["walking", "no-such-pose"]}, 404, "unknown-name"),
            ({"preset": "../own"}, 422, "request-invalid"),
            ({"preset": "no-such"}, 404, "unknown-name"),
            ({"quality": "4k"}, 422, "request-invalid"),
            ({"style": "baroque"}, 422, "request-invalid"),
            ({"controls": ["pose", "pose"]}, 422, "request-invalid"),
            ({"controls": ["sketch"]}, 422, "request-invalid"),
            ({"references": [{"role": "boss", "photo_id": "a"}]}, 422, "request-invalid"),
            ({"references": [{"photo_id": "../a"}]}, 422, "request-invalid"),
            ({"loras": [{"name": "a\nb"}]}, 422, "request-invalid"),
            ({"loras": [{"name": "a", "weight": 3}]}, 422, "request-invalid"),
            ({"loras": [{"name": "a", "file": "/etc/passwd"}]}, 422, "request-invalid"),
            ({"steps": 0}, 422, "request-invalid"),
            ({"guidance": 31}, 422, "request-invalid"),
            ({"draft_strength": 0}, 422, "request-invalid"),
            ({"pose": "no-such-pose"}, 404, "unknown-name"),
            ({"avatar_id": "nobody", "persona": None}, 404, "not-found"),
        ],
    )
    def test_what_cannot_be_drawn_is_refused(
        self, client: TestClient, change: dict[str, Any], status: int, code: str
    ) -> None:
        assert_problem(client.post(f"{API}/generations", json={**ORDER, **change}), status, code)

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"photo_id": "x", "height_cm": NaN}', "request-invalid"),
            (b'{"photo_id": "x", "height_cm": 1e999}', "request-invalid"),
            (b'{"photo_id": "\\ud800", "height_cm": 170}', "request-invalid"),
            (b"\xff\xfe", "not-json"),
        ],
    )
    def test_odd_json_is_refused(self, client: TestClient, body: bytes, code: str) -> None:
        answer = client.post(f"{API}/bodies", content=body, headers={"content-type": "application/json"})
        assert_problem(answer, 400 if code == "not-json" else 422, code)

    def test_a_key_makes_a_repeated_order_the_same_job(self, client: TestClient) -> None:
        key = {"Idempotency-Key": "order-1"}
        first = client.post(f"{API}/generations", json=ORDER, headers=key)
        again = client.post(f"{API}/generations", json=ORDER, headers=key)
        assert again.status_code == 202
        assert again.json() == first.json()
        other = client.post(f"{API}/generations", json={**ORDER, "seed": 4}, headers=key)
        assert_problem(other, 409, "idempotency-conflict")

    @pytest.mark.parametrize("key", ["a b", "x" * 201, "ümlaut".encode()])
    def test_a_bad_key_is_refused(self, client: TestClient, key: Any) -> None:
        answer = client.post(f"{API}/generations", json=ORDER, headers={"Idempotency-Key": key})
        assert_problem(answer, 422, "request-invalid")


class TestModels:
    def test_each_says_what_it_costs(self, client: TestClient) -> None:
        answer = client.get(f"{API}/models").json()
        models = {model["name"]: model for model in answer["items"]}
        assert answer["loras"] == ["sketch-3f2a"]
        assert models["draft"]["can_run"]
        klein = models["klein-4b"]
        assert (klein["pose"], klein["identity"], klein["bytes_to_download"]) == (
            "follow",
            "keeps",
            16 * 10**9,
        )

    def test_a_licence_is_accepted_then_the_weights_come_and_go(self, client: TestClient) -> None:
        address = f"{API}/models/flux1-dev-union"
        assert_problem(client.post(f"{address}/download"), 409, "licence-not-accepted")
        assert client.post(f"{address}/licence").status_code == 204
        accepted = client.post(f"{address}/download")
        assert accepted.status_code == 202
        job = client.get(accepted.headers["location"]).json()
        assert (job["id"], job["kind"], job["state"]) == (accepted.json()["job_id"], "download", "succeeded")
        assert job["lane"] == "download"
        freed = client.delete(address).json()["bytes_freed"]
        assert 40e9 < freed < 42e9  # of it all, as no other model that needs a part is here

    @pytest.mark.parametrize(
        ("method", "tail"), [("POST", "/download"), ("POST", "/licence"), ("DELETE", "")]
    )
    @pytest.mark.parametrize("name", ["no-such", "%2e%2e", "..%2f..%2fdata", "A", "x" * 65])
    def test_what_is_not_there_is_not_found(
        self, client: TestClient, method: str, tail: str, name: str
    ) -> None:
        code = "unknown-name" if name == "no-such" else "not-found"
        assert_problem(client.request(method, f"{API}/models/{name}{tail}"), 404, code)

    def test_what_needs_no_download_says_so(self, client: TestClient) -> None:
        assert_problem(client.post(f"{API}/models/draft/download"), 409, "nothing-to-download")


class TestJobs:
    def test_a_job_can_be_cancelled_once(self, client: TestClient, studio: ScriptedStudio) -> None:
        studio.job_seconds = 60
        job_id = client.post(f"{API}/generations", json=ORDER).json()["job_id"]
        job = client.get(f"{API}/jobs/{job_id}").json()
        assert {"state", "stage", "step", "total", "attempt", "error", "result"} <= job.keys()
        assert (job["state"], job["lane"]) == ("running", "cpu")
        assert client.get(f"{API}/jobs/{job_id}/preview").status_code == 204
        assert client.post(f"{API}/jobs/{job_id}/cancel").json()["cancel_requested"]
        studio.settle()
        assert client.get(f"{API}/jobs/{job_id}").json()["state"] == "cancelled"
        assert_problem(client.post(f"{API}/jobs/{job_id}/cancel"), 409, "job-ended")

    def test_jobs_are_listed_newest_first_in_pages_and_by_filters(
        self, client: TestClient, studio: ScriptedStudio
    ) -> None:
        made = [client.post(f"{API}/generations", json=ORDER).json()["job_id"] for _ in range(3)]
        studio.fail_with = EngineUnavailable("The chosen engine cannot run on this machine.")
        made.append(client.post(f"{API}/generations", json=ORDER).json()["job_id"])
        studio.fail_with, studio.is_away = None, True
        made += [client.post(f"{API}/generations", json=ORDER).json()["job_id"] for _ in range(2)]

        def ids(**asked: Any) -> list[str]:
            return [job["id"] for job in client.get(f"{API}/jobs", params=asked).json()["items"]]

        first = client.get(f"{API}/jobs", params={"limit": 4}).json()
        rest = client.get(f"{API}/jobs", params={"cursor": first["next_cursor"]}).json()
        listed = first["items"] + rest["items"]
        assert ([job["id"] for job in listed], rest["next_cursor"]) == (made[::-1], None)
        assert listed == [client.get(f"{API}/jobs/{job_id}").json() for job_id in reversed(made)]
        assert [job["place"] for job in listed] == [2, 1, None, None, None, None]
        assert {job["lane"] for job in listed} == {"cpu"}
        assert ids(state="failed") == [made[3]]
        assert ids(state="queued", kind="generation") == [made[5], made[4]]
        assert ids(kind="export") == ids(state="running") == []
        for wrong in ({"state": "done"}, {"kind": "hat"}, {"all": "true"}):
            assert_problem(client.get(f"{API}/jobs", params=wrong), 422, "request-invalid")
        assert_problem(client.get(f"{API}/jobs?cursor=x"), 404, "cursor-refused")

    def test_a_failed_job_says_why(self, client: TestClient, studio: ScriptedStudio) -> None:
        studio.fail_with = EngineUnavailable("The chosen engine cannot run on this machine.")
        job_id = client.post(f"{API}/generations", json=ORDER).json()["job_id"]
        job = client.get(f"{API}/jobs/{job_id}").json()
        assert job["state"] == "failed"
        assert job["error"] == {
            "code": "engine-unavailable",
            "message": "The chosen engine cannot run on this machine.",
        }


class TestGenerations:
    def test_pages_follow_one_another(self, client: TestClient) -> None:
        for seed in range(5):
            client.post(f"{API}/generations", json={**ORDER, "seed": seed})
        seeds, cursor = [], ""
        for _ in range(3):
            page = client.get(f"{API}/generations", params={"limit": 2, "cursor": cursor}).json()
            seeds += [item["order"]["seed"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert seeds == [4, 3, 2, 1, 0]
        assert cursor is None

    def test_an_unknown_cursor_is_refused(self, client: TestClient) -> None:
        assert_problem(client.get(f"{API}/generations?cursor=nonsense"), 404, "cursor-refused")
        assert_problem(client.get(f"{API}/generations?limit=0"), 422, "request-invalid")

    def test_a_deleted_generation_is_gone(self, client: TestClient) -> None:
        job = client.get(client.post(f"{API}/generations", json=ORDER).headers["location"]).json()
        address = f"{API}/generations/{job['result']['generation_id']}"
        assert client.delete(address).status_code == 204
        assert_problem(client.get(address), 404, "not-found")
        assert_problem(client.delete(address), 404, "not-found")


class TestFiles:
    @pytest.fixture
    def address(self, client: TestClient, photo_bytes: bytes) -> str:
        return str(post_photo(client, photo_bytes).json()["file_url"])

    def test_a_file_is_private_and_cached(self, client: TestClient, address: str) -> None:
        answer = client.get(address)
        assert answer.headers["cache-control"].startswith("private")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    def test_a_foreign_and_a_missing_file_look_the_same(
        self, client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studio.api import asker
        from studio.vocabulary.person import Person

        missing = client.get(f"{API}/files/no-such-file")
        monkeypatch.setattr(asker, "read_asker", lambda scope: Person(id="somebody-else"))
        foreign = client.get(address)
        assert_problem(foreign, 404, "not-found")
        error, other = foreign.json()["error"], missing.json()["error"]
        assert error | {"request_id": ""} == other | {"request_id": ""}

    @pytest.mark.parametrize(
        "name", ["..%2f..%2fetc%2fpasswd", "%2e%2e", "a%00b", "C:%5Cwindows", "x" * 65, "%F0%9F%98%80"]
    )
    def test_what_is_no_id_is_not_found(self, client: TestClient, name: str) -> None:
        assert_problem(client.get(f"{API}/files/{name}"), 404, "not-found")

    def test_a_file_whose_bytes_are_gone_is_not_found(
        self, client: TestClient, studio: ScriptedStudio, address: str
    ) -> None:
        studio.for_person(YOU).files.path(address.rsplit("/", 1)[1]).unlink()
        assert_problem(client.get(address), 404, "not-found")

    def test_a_file_needs_no_path_on_the_disk_and_a_large_one_comes_in_pieces(
        self, client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = client.get(address)
        monkeypatch.setattr(FileTable, "path", lambda store, file: pytest.fail("a bucket has no paths"))
        monkeypatch.setattr(media, "AT_ONCE_BYTES", 1000)
        answer = client.get(address)
        assert (answer.status_code, answer.content) == (200, whole.content)
        for name in ("content-length", "content-type", "etag"):
            assert answer.headers[name] == whole.headers[name]

    def test_odd_ranges_are_ignored(self, client: TestClient, address: str) -> None:
        whole = client.get(address).content
        for odd in ("bytes=²-³", "bytes=9-1", "bytes=0-0,5-5", "bytes=-0", "bytes=-", "lines=1-2"):
            answer = client.get(address, headers={"Range": odd.encode()})
            assert (answer.status_code, answer.content) == (200, whole)

    def test_one_part_of_a_file(self, client: TestClient, address: str) -> None:
        whole = client.get(address).content
        size, etag = len(whole), client.get(address).headers["etag"]
        for asked, start, end in (
            ("0-9", 0, 10),
            ("5-", 5, size),
            ("-7", size - 7, size),
            ("3-999999999", 3, size),
        ):
            answer = client.get(address, headers={"Range": f"bytes={asked}", "If-Range": etag})
            assert (answer.status_code, answer.content) == (206, whole[start:end])
            assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        beyond = client.get(address, headers={"Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
        changed = client.get(address, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
        assert (changed.status_code, changed.content) == (200, whole)

    @pytest.mark.parametrize(
        "name",
        ['x"; filename="evil.exe', "../../x.html", "a;b=c", "ü.png", "....", "x" * 200, "CON:", "a\\b"],
    )
    def test_a_download_has_a_safe_name(self, client: TestClient, address: str, name: str) -> None:
        answer = client.get(address, params={"download": name})
        assert answer.status_code == 200
        header = answer.headers["content-disposition"]
        match = re.fullmatch(
            r"attachment; filename=\"([^\"]+)\"; filename\*=UTF-8''([A-Za-z0-9%._~-]+)", header
        )
        assert match is not None
        assert match[1].endswith(".jpg")
        assert not set('\\/:;"<>') & set(match[1])

    def test_a_header_cannot_be_injected(self, client: TestClient, address: str) -> None:
        answer = client.get(address, params={"download": "a\r\nSet-Cookie: x=1"})
        assert_problem(answer, 422, "request-invalid")
        assert "\r" not in attachment("a\r\nSet-Cookie: x=1", "image/png")

    @pytest.mark.parametrize(
        ("name", "kind", "expected"),
        [
            ("Ada.PNG", "image/png", "Ada.png"),
            ("Ada.exe", "image/webp", "Ada.exe.webp"),
            ("body.obj", "text/plain", "body.obj"),
            ("", "model/gltf-binary", "file.glb"),
            ("Ada.vrm", "model/gltf-binary", "Ada.vrm"),
            ("写真", "image/jpeg", "写真.jpg"),
        ],
    )
    def test_names_get_the_ending_of_their_type(self, name: str, kind: str, expected: str) -> None:
        assert safe_name(name, kind) == expected


class TestCatalog:
    def test_poses_and_their_public_thumbnails(self, client: TestClient) -> None:
        poses = client.get(f"{API}/poses").json()["items"]
        assert {"slug", "name", "category", "tags", "framing"} <= poses[0].keys()
        front, back = client.get(poses[0]["thumbnail_url"]), client.get(poses[0]["back_url"])
        assert front.headers["content-type"] == back.headers["content-type"] == "image/webp"
        assert front.content != back.content
        assert front.headers["cache-control"].startswith("public")
        versioned = client.get(poses[0]["thumbnail_url"] + "?v=1")
        assert "immutable" in versioned.headers["cache-control"]
        etag = {"If-None-Match": front.headers["etag"]}
        assert client.get(poses[0]["thumbnail_url"], headers=etag).status_code == 304
        assert_problem(client.get("/poses/thumbnails/no-such.webp"), 404, "unknown-name")
        assert_problem(client.get("/poses/thumbnails/..%2f..%2fx.webp"), 404, "not-found")

    def test_health_says_when_a_part_does_not_work(
        self, client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studio.vocabulary.health import Health

        assert client.get(f"{API}/health").json()["ok"] is True
        sick = Health(ok=False, version="1", parts={"database": "cannot be read"})
        monkeypatch.setattr(studio.maintenance, "health", lambda: sick)
        answer = client.get(f"{API}/health")
        assert (answer.status_code, answer.json()["parts"]) == (503, {"database": "cannot be read"})

    def test_the_description_needs_nothing_from_outside(self, client: TestClient) -> None:
        description = client.get(f"{API}/openapi.json").json()
        assert description["servers"] == [{"url": API}]
        page = client.get(f"{API}/docs")
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "http" not in page.text.replace("https://example", "")
        for path in description["paths"]:
            assert path in page.text


class TestStage:
    def test_a_draft_is_drawn(self, client: TestClient) -> None:
        answer = client.post(
            "/stage/draft", json={"lane": "page-1", "persona": {"name": "Ada"}, "width": 96, "height": 128}
        )
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "no-store"

    def test_an_overtaken_draft_is_empty(
        self, client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(studio.resources.channel, "call", lambda *_, **__: None)
        assert client.post("/stage/draft", json={"lane": "page-1"}).status_code == 204

    def test_a_starting_worker_says_when_to_come_back(
        self, client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studio.errors import DraftUnavailable

        def starting(*args: Any, **kwargs: Any) -> bytes:
            raise DraftUnavailable

        monkeypatch.setattr(studio.resources.channel, "call", starting)
        answer = client.post("/stage/draft", json={"lane": "page-1"})
        assert_problem(answer, 503, "draft-unavailable")
        assert answer.headers["retry-after"] == "1"

    def test_adults_only_here_too(self, client: TestClient) -> None:
        answer = client.post("/stage/draft", json={"lane": "page-1", "persona": {"age": 12}})
        assert_problem(answer, 422, "adults-only")


class TestErrors:
    def test_unknown_addresses_and_methods(self, client: TestClient) -> None:
        assert_problem(client.get(f"{API}/nothing"), 404, "not-found")
        answer = client.put(f"{API}/poses")
        assert_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST"

    @pytest.mark.parametrize("path", ["health", "poses", "generations", "openapi.json", "nothing"])
    def test_head_is_get_without_the_body(self, client: TestClient, path: str) -> None:
        whole, head = client.get(f"{API}/{path}"), client.head(f"{API}/{path}")
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
        assert head.headers["content-length"] == whole.headers["content-length"]

    def test_the_unexpected_is_not_told(
        self,
        client: TestClient,
        studio: ScriptedStudio,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError("secret detail")

        monkeypatch.setattr(OwnPoses, "search", broken)
        answer = client.get(f"{API}/poses")
        assert_problem(answer, 500, "unexpected")
        assert "secret" not in answer.text
        assert answer.headers["x-request-id"] in caplog.text


class TestControls:
    def test_a_map_comes_as_a_picture(self, client: TestClient) -> None:
        asked = {"kind": "segments", "pose": "Arms crossed", "view": "side", "width": 96, "height": 128}
        answer = client.post("/api/v1/controls", json=asked)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "image/png"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (96, 128)

    @pytest.mark.parametrize(
        "change", [{"kind": "sketch"}, {"pose": "nothing-like-it"}, {"width": 8}, {"dress": True}]
    )
    def test_what_is_no_map_is_refused(self, client: TestClient, change: dict[str, Any]) -> None:
        asked = {"kind": "depth", "pose": "arms-crossed", **change}
        answer = client.post("/api/v1/controls", json=asked)
        assert answer.status_code in (404, 422)
        assert answer.json()["error"]["message"]
