"""Avatars over REST: made in every way, changed, brought back, duplicated, and where they were used."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from studio.vocabulary.person import YOU
from studio.worker.upkeep import clean_up
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio

API = "/api/v1"
AVATARS = f"{API}/avatars"
SMALL = {"width": 64, "height": 64}


def make(client: TestClient, **said: Any) -> Any:
    answer = client.post(AVATARS, json={"name": "Ada", **said})
    assert answer.status_code == 201, answer.text
    return answer.json()


def draw(client: TestClient, **said: Any) -> Any:
    """A finished generation."""
    answer = client.post(f"{API}/generations", json={**SMALL, **said})
    assert answer.status_code == 202, answer.text
    return client.get(f"{API}/generations/{answer.json()['generation_id']}").json()


def size_of(client: TestClient, url: str) -> tuple[int, int]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text
    with Image.open(io.BytesIO(answer.content)) as picture:
        return picture.size


@pytest.fixture
def photo(client: TestClient, photo_bytes: bytes) -> Any:
    return client.post(f"{API}/photos", files={"file": ("me.png", photo_bytes, "image/png")}).json()


def test_an_avatar_of_words_and_of_a_persona(client: TestClient) -> None:
    said = make(client, prompt="A confident woman, 45 years old, red hair, silver armor")
    assert (said["persona"]["gender"], said["persona"]["age"], said["name"]) == ("female", 45, "Ada")
    assert said["origin"]["source"] == "text"
    assert said["origin"]["prompt"].startswith("A confident woman")
    assert {"chest", "waist"} <= {measure["name"] for measure in said["body"]["measurements"]}
    assert size_of(client, said["thumbnail_url"]) == (300, 300)
    both = make(client, prompt="silver armor", persona={"hair_style": "short modern", "age_range": "adult"})
    assert both["persona"]["own_words"] == "short modern hair, silver armor"
    plain = make(client, persona={"age": 60})
    assert (plain["persona"]["age"], plain["origin"]["prompt"], plain["job_id"]) == (60, "", None)
    words = client.post(f"{API}/prompts/preview", json={"avatar_id": said["id"]}).json()
    assert "silver armor" in words["prompt"]


def test_an_avatar_of_a_photo_is_measured_by_a_job(
    client: TestClient, photo_bytes: bytes, photo: Any
) -> None:
    image = f"data:image/png;base64,{base64.b64encode(photo_bytes).decode()}"
    for said in ({"image": image}, {"photo_id": photo["id"]}):
        made = make(client, **said)
        assert (made["origin"]["source"], made["photo_id"]) == ("photo", photo["id"])
        job = client.get(f"{API}/jobs/{made['job_id']}").json()
        assert (job["state"], job["result"]["avatar_id"]) == ("succeeded", made["id"])
        avatar = client.get(f"{AVATARS}/{made['id']}").json()
        assert avatar["body"]["source"] == "Measured from a photo"
        assert size_of(client, avatar["thumbnail_url"]) == (300, 300)
        assert avatar["base_id"] == photo["file_id"]
    assert len(client.get(AVATARS).json()["items"]) == 2  # the job made no third


def test_a_body_is_measured_again_with_what_is_known_now(
    client: TestClient, photo: Any, photo_bytes: bytes
) -> None:
    order = {"photo_id": photo["id"], "height_cm": 170, "weight_kg": 60, "tape": {"waist": 70}}
    job = client.post(f"{API}/bodies", json=order).json()["job_id"]
    where = f"{AVATARS}/{client.get(f'{API}/jobs/{job}').json()['result']['avatar_id']}"
    answer = client.post(f"{where}/body", json={"weight_kg": None, "tape": {"hip": 99}})
    assert (answer.status_code, answer.headers["location"]) == (202, f"{API}/jobs/{answer.json()['job_id']}")
    now = client.get(where).json()["body"]
    told = {one["name"]: one["told_cm"] for one in now["measurements"] if one["told_cm"] is not None}
    assert told == {"height": 170, "hip": 99}
    [version] = client.get(f"{where}/versions").json()["items"]
    [weight] = [one for one in version["body"]["derived"] if one["name"] == "weight"]
    assert (weight["value"], weight["plus_minus"]) == (60, 0)
    assert client.post(f"{where}/body", json={"height_cm": 17}).status_code == 422
    drawn = make(client, persona={"height_cm": 170})
    refused = client.post(f"{AVATARS}/{drawn['id']}/body", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing-to-measure")
    more = {"image": base64.b64encode(photo_bytes).decode(), "avatar_id": where.rpartition("/")[2]}
    assert client.post(f"{API}/bodies", json={**more, "height_cm": 171}).status_code == 202
    assert len(client.get(f"{where}/versions").json()["items"]) == 2
    assert client.post(f"{API}/bodies", json={**more, "avatar_id": "nobody"}).status_code == 404


def test_two_bodies_are_compared(client: TestClient) -> None:
    made = make(client, persona={"height_cm": 170})
    where = f"{AVATARS}/{made['id']}/comparison"
    nothing = client.get(where)
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "nothing-to-compare")
    client.patch(f"{AVATARS}/{made['id']}", json={"persona": {"height_cm": 180}})
    said = client.get(where).json()
    assert (said["before"]["version"], said["after"]["version"]) == (1, None)
    height = said["measures"][0]
    assert (height["name"], height["unit"], height["verdict"]) == ("height", "cm", "changed")
    assert height["change"] == pytest.approx(10, abs=0.1)
    assert "changed by clearly more" in said["summary"]
    other = make(client, name="Ben", persona={"height_cm": 170})
    between = client.get(where, params={"before": other["id"], "version": 1}).json()
    assert (between["before"]["name"], between["after"]["version"]) == ("Ben", 1)
    for wrong in (
        {"before": "nobody-by-this-id"},
        {"before_version": 9},
        {"version": 9, "before": other["id"]},
    ):
        assert client.get(where, params=wrong).status_code in (404, 422)
    assert client.get(where, params={"version": 0}).status_code == 422


def test_the_sheet_is_a_page_that_runs_nothing(client: TestClient) -> None:
    made = make(client, name="<script>alert(1)</script>", persona={"height_cm": 170})
    where = f"{AVATARS}/{made['id']}/sheet"
    answer = client.get(where)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "&lt;script&gt;" in answer.text
    assert "<script" not in answer.text
    assert "all lengths in inches" in client.get(where, params={"unit": "in"}).text
    assert client.get(where, params={"unit": "ells"}).status_code == 422
    assert client.get(f"{AVATARS}/nobody/sheet").status_code == 404


def test_a_photo_without_feet_is_an_avatar_without_a_body(client: TestClient) -> None:
    wide = base64.b64encode(encode(draw_figure(900, 600), "PNG")).decode()
    made = make(client, image=wide)
    assert (made["body"], made["job_id"]) == (None, None)
    changed = client.patch(f"{AVATARS}/{made['id']}", json={"persona": {"age": 50}}).json()
    assert changed["body"]["source"] == "Drawn from the persona"


def test_a_finished_picture_becomes_the_avatar_and_stays_with_it(client: TestClient) -> None:
    generation = draw(client, persona={"name": "Mira", "age": 44}, seed=42, prompt="portrait in a red coat")
    picture = generation["pictures"][0]
    made = make(client, name="Red", picture_id=picture["id"])
    origin = made["origin"]
    assert (origin["source"], origin["seed"], origin["picture_id"]) == ("picture", 42, picture["id"])
    assert origin["prompt"] == "portrait in a red coat"
    assert (made["persona"]["age"], made["persona"]["name"]) == (44, "Red")
    assert size_of(client, made["thumbnail_url"]) == (300, 300)
    client.delete(f"{API}/generations/{generation['id']}", params={"purge": True})
    assert size_of(client, client.get(f"{AVATARS}/{made['id']}").json()["base_url"]) == (64, 64)


def test_the_picture_of_a_measured_avatar_keeps_its_body(client: TestClient, photo: Any) -> None:
    first = make(client, photo_id=photo["id"])
    generation = draw(client, avatar_id=first["id"])
    made = make(client, name="Again", picture_id=generation["pictures"][0]["id"])
    measured = client.get(f"{AVATARS}/{first['id']}").json()["body"]
    assert made["body"]["parameters"] == measured["parameters"]
    changed = client.patch(f"{AVATARS}/{made['id']}", json={"persona": {"body_type": "athletic"}}).json()
    assert (
        changed["body"]["parameters"] == measured["parameters"]
    )  # a measured body does not follow the words


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, "prompt"),
        ({"image": "x", "photo_id": "y"}, "image"),
        ({"prompt": "a woman", "picture_id": "y"}, "prompt"),
        ({"persona": {"age": 12}}, ""),
        ({"prompt": "a girl, 12 years old"}, ""),
        ({"prompt": ""}, "prompt"),
        ({"image": "data:image/png;base64,!"}, "image"),
        ({"prompt": "a woman", "name": " Ada"}, "name"),
    ],
)
def test_what_is_no_avatar_is_refused_by_its_field(client: TestClient, said: Any, wrong: str) -> None:
    answer = client.post(AVATARS, json={"name": "Ada", **said})
    assert answer.status_code == 422
    assert wrong in answer.json()["error"]["message"]
    assert client.get(AVATARS).json()["items"] == []
    assert client.get(f"{API}/photos").json()["items"] == []


@pytest.mark.parametrize(
    "said", [{"photo_id": "no"}, {"picture_id": "no"}, {"prompt": "a man", "project_id": "no"}]
)
def test_what_is_not_there_is_not_found(client: TestClient, said: Any) -> None:
    answer = client.post(AVATARS, json={"name": "Ada", **said})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")


def test_versions_are_kept_listed_and_brought_back(client: TestClient) -> None:
    made = make(client, persona={"age": 40, "own_words": "a scar"})
    address = f"{AVATARS}/{made['id']}"
    project = client.post(f"{API}/projects", json={"name": "Summer"}).json()["id"]
    change = {
        "name": "Ida",
        "persona": {"hair_color": "black", "eye_color": "mismatched", "body_type": "heavy"},
    }
    changed = client.patch(address, json={**change, "project_id": project, "licence": "CC0-1.0"})
    assert changed.status_code == 200, changed.text
    persona = changed.json()["persona"]
    assert (persona["age"], persona["hair_color"], persona["name"]) == (40, "black", "Ida")
    assert persona["own_words"] == "a scar, mismatched eyes"
    assert (changed.json()["project_id"], changed.json()["origin"]["licence"]) == (project, "CC0-1.0")
    assert changed.json()["body"]["parameters"] != made["body"]["parameters"]
    assert changed.json()["thumbnail_id"] != made["thumbnail_id"] or changed.json()["thumbnail_id"]
    assert client.patch(address, json={"project_id": None}).json()["project_id"] is None
    [version] = client.get(f"{address}/versions").json()["items"]
    assert (version["number"], version["name"], version["persona"]["hair_color"]) == (1, "Ada", "brown")
    back = client.post(f"{address}/versions/1/restore").json()
    assert (back["name"], back["persona"]) == ("Ada", made["persona"])
    assert back["body"]["parameters"] == made["body"]["parameters"]
    assert client.get(back["body"]["glb_url"]).status_code == 200
    assert [one["number"] for one in client.get(f"{address}/versions").json()["items"]] == [2, 1]
    assert client.post(f"{address}/versions/9/restore").status_code == 404


def test_a_second_one_is_a_person_of_its_own(client: TestClient) -> None:
    made = make(client, prompt="a tall woman")
    second = client.post(f"{AVATARS}/{made['id']}/duplicate", json={}).json()
    named = client.post(f"{AVATARS}/{made['id']}/duplicate", json={"name": "Ben"}).json()
    assert (second["name"], named["name"]) == ("Ada, copy", "Ben")
    client.delete(f"{AVATARS}/{made['id']}", params={"purge": True})
    for one in (second, named):
        assert client.get(one["body"]["glb_url"]).status_code == 200
        assert size_of(client, one["thumbnail_url"]) == (300, 300)


def test_where_it_was_used(client: TestClient) -> None:
    made = make(client, persona={})
    address = f"{AVATARS}/{made['id']}/usage"
    assert client.get(address).json() == {"items": [], "total": 0, "last_used_at": None, "next_cursor": None}
    drawn = [draw(client, avatar_id=made["id"], seed=seed)["id"] for seed in (1, 2, 3)]
    draw(client)
    first = client.get(address, params={"limit": 2}).json()
    assert [one["generation_id"] for one in first["items"]] == [drawn[2], drawn[1]]
    assert (first["total"], first["items"][0]["pictures"]) == (3, 1)
    second = client.get(address, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["generation_id"] for one in second["items"]] == [drawn[0]]
    assert second["last_used_at"] == first["last_used_at"] == first["items"][0]["created_at"]
    assert client.get(first["items"][0]["thumbnail_urls"][0]).status_code == 200
    assert client.get(f"{AVATARS}/nobody/usage").status_code == 404


def test_a_busy_worker_draws_the_small_picture_later(client: TestClient, studio: ScriptedStudio) -> None:
    studio.is_drawing_away = True
    made = make(client, persona={})
    assert made["thumbnail_id"] is None
    clean_up(studio.resources.store, studio.settings)
    [kept] = studio.for_person(YOU).avatars.list_recent()
    assert kept.thumbnail_id is not None
    assert size_of(client, f"{API}/files/{kept.thumbnail_id}") == (300, 300)


def test_a_picture_in_json_may_be_large_and_other_bodies_may_not(client: TestClient) -> None:
    noise = "A" * 400_000
    for path in ("avatars", "generations", "bodies"):
        assert client.post(f"{API}/{path}", json={"name": noise}).status_code == 422
    assert client.post(f"{API}/projects", json={"name": noise}).status_code == 413
