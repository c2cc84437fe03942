"""Templates, persona presets, variations and going on with another engine, over REST."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_routes import API, assert_problem
from tests.scripted_studio import ScriptedStudio

TEMPLATES, PERSONAS = f"{API}/templates", f"{API}/personas"
SMALL = {"width": 64, "height": 64}


def keep(client: TestClient, **said: Any) -> Any:
    answer = client.post(TEMPLATES, json={"name": "Heroes", **said})
    assert answer.status_code == 201, answer.text
    return answer.json()


def order(client: TestClient, **said: Any) -> Any:
    answer = client.post(f"{API}/generations", json=said)
    assert answer.status_code == 202, answer.text
    return client.get(f"{API}/generations/{answer.json()['generation_id']}").json()


def test_a_template_is_kept_changed_deleted_and_brought_back(client: TestClient) -> None:
    made = keep(client, order={**SMALL, "style": "anime"}, open=["persona", "poses"])
    address = f"{TEMPLATES}/{made['id']}"
    assert client.get(TEMPLATES).json()["items"] == [client.get(address).json()] == [made]
    assert (made["order"]["picture_style"], made["open"]) == ("anime", ["persona", "poses"])
    changed = client.patch(address, json={"name": "Villains", "open": []}).json()
    assert (changed["name"], changed["open"], changed["order"]) == ("Villains", [], made["order"])
    other = client.patch(address, json={"order": {"style": "clay"}}).json()
    assert (other["order"]["picture_style"], other["order"]["width"]) == ("clay", 1024)
    assert client.delete(address).status_code == 204
    assert_problem(client.get(address), 404, "not-found")
    assert client.post(f"{address}/restore").json()["name"] == "Villains"
    assert client.delete(address, params={"purge": True}).status_code == 204
    assert client.get(TEMPLATES).json()["items"] == []


def test_an_order_says_what_its_template_leaves_open(client: TestClient) -> None:
    asked = {**SMALL, "style": "anime", "seed": 7, "poses": ["arms-crossed"], "views": ["front", "back"]}
    template = keep(client, order=asked, open=["persona", "poses"])["id"]
    refused = client.post(f"{API}/generations", json={"template_id": template, "pose": "hand-on-hip"})
    assert_problem(refused, 422, "request-refused")
    assert "persona" in refused.json()["error"]["message"]
    assert "poses" not in refused.json()["error"]["message"]
    made = order(client, template_id=template, pose="hand-on-hip", persona={"name": "Ada"}, seed=8)["order"]
    assert (made["picture_style"], made["views"], made["width"]) == ("anime", ["front", "back"], 64)
    assert (made["poses"], made["persona"]["name"], made["seed"]) == (["hand-on-hip"], "Ada", 8)
    avatar = client.post(f"{API}/avatars", json={"name": "Ben", "persona": {"age": 60}}).json()["id"]
    made = order(client, template_id=template, pose="hand-on-hip", avatar_id=avatar)["order"]
    assert (made["avatar_id"], made["persona"]["age"], made["seed"]) == (avatar, 60, 7)
    gone = client.post(f"{API}/generations", json={"template_id": "nobody"})
    assert_problem(gone, 404, "not-found")


def test_a_template_of_a_generation_writes_its_words_anew(client: TestClient) -> None:
    written = order(client, persona={"name": "Ada", "hair_color": "red"}, **SMALL)
    own = order(client, prompt="a knight by the sea", **SMALL)
    first, second = (keep(client, generation_id=one["id"], open=["persona"]) for one in (written, own))
    assert (first["order"]["prompt"], second["order"]["prompt"]) == (None, "a knight by the sea")
    made = order(client, template_id=first["id"], persona={"name": "Ben", "hair_color": "black"})
    assert "black" in made["prompt"]
    assert made["order"]["width"] == 64


def test_pictures_in_a_template_are_kept_for_it(client: TestClient, photo_bytes: bytes) -> None:
    text = base64.b64encode(photo_bytes).decode()
    made = keep(client, order={"pose_image": text, "references": [{"role": "style", "image": text}], **SMALL})
    [photo] = client.get(f"{API}/photos").json()["items"]
    assert made["order"]["references"] == [{"role": "style", "photo_id": photo["id"]}]
    assert list(made["order"]["given_poses"]) == made["order"]["poses"]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"order": {"seed": "x"}},
        {"order": {"persona": {"age": 9}}},
        {"order": {}, "open": ["colour"]},
        {"order": {}, "open": ["seed", "seed"]},
        {"order": {}, "generation_id": "x"},
        {"order": {}, "name": ""},
    ],
)
def test_what_is_no_template_is_refused(client: TestClient, said: Any) -> None:
    assert client.post(TEMPLATES, json={"name": "Heroes", **said}).status_code == 422
    assert client.get(TEMPLATES).json()["items"] == []


def test_persona_presets_go_out_as_json_and_come_in(client: TestClient) -> None:
    sent = {"name": "Smith", "persona": {"age": 51, "hair_style": "short modern", "age_range": "adult"}}
    made = client.post(PERSONAS, json=sent)
    assert made.status_code == 201, made.text
    address = f"{PERSONAS}/{made.json()['id']}"
    changed = client.patch(address, json={"name": "Miller"}).json()
    assert (changed["name"], changed["persona"]["age"], changed["persona"]["name"]) == (
        "Miller",
        51,
        "Miller",
    )
    file = client.get(f"{address}/file")
    assert "attachment" in file.headers["content-disposition"]
    again = client.post(PERSONAS, content=file.content, headers={"content-type": "application/json"}).json()
    assert (again["name"], again["persona"]) == ("Miller", changed["persona"])
    assert client.delete(address).status_code == 204
    assert [one["id"] for one in client.get(PERSONAS).json()["items"]] == [again["id"]]
    assert client.post(f"{address}/restore").json()["id"] == made.json()["id"]
    assert client.get(f"{TEMPLATES}/{again['id']}").status_code == 404  # of another kind
    assert_problem(client.post(PERSONAS, json={"name": "x", "persona": {"age": 9}}), 422, "adults-only")


def test_an_id_of_the_other_kind_is_a_missing_one(client: TestClient) -> None:
    template = keep(client, order=SMALL)["id"]
    persona = client.post(PERSONAS, json={"name": "Ada", "persona": {"age": 40}}).json()["id"]
    for ours, theirs, other in ((TEMPLATES, PERSONAS, persona), (PERSONAS, TEMPLATES, template)):
        for purge in (False, True):
            assert_problem(client.delete(f"{ours}/{other}", params={"purge": purge}), 404, "not-found")
        assert client.delete(f"{theirs}/{other}").status_code == 204
        assert_problem(client.post(f"{ours}/{other}/restore"), 404, "not-found")
        assert_problem(client.get(f"{theirs}/{other}"), 404, "not-found")
        assert client.post(f"{theirs}/{other}/restore").status_code == 200


def test_variations_have_other_seeds(client: TestClient, studio: ScriptedStudio) -> None:
    studio.bring("klein-4b")
    asked = {"persona": {"name": "Ada"}, "seed": 42, "pose": "hand-on-hip", **SMALL}
    made = order(client, preset="klein-4b", **asked)
    answer = client.post(f"{API}/generations/{made['id']}/variations", json={"count": 3})
    assert answer.status_code == 202, answer.text
    varied = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    seeds = [picture["seed"] for picture in varied["pictures"]]
    assert len({*seeds, 42}) == 4
    assert (varied["order"]["poses"], varied["order"]["persona"]) == (
        ["hand-on-hip"],
        made["order"]["persona"],
    )
    assert client.post(f"{API}/generations/{made['id']}/variations", json={"count": 17}).status_code == 422
    assert client.post(f"{API}/generations/nobody/variations", json={}).status_code == 404
    draft = order(client, **asked)["id"]
    assert_problem(client.post(f"{API}/generations/{draft}/variations", json={}), 409, "nothing-to-vary")


def test_a_draft_is_made_real(client: TestClient, studio: ScriptedStudio) -> None:
    project = client.post(f"{API}/projects", json={"name": "Summer"}).json()["id"]
    made = order(client, persona={"name": "Ada", "hair_color": "red"}, seed=42, pose="hand-on-hip", **SMALL)
    client.patch(f"{API}/generations/{made['id']}", json={"project_id": project})
    address = f"{API}/generations/{made['id']}/continue"
    assert_problem(client.post(address, json={"preset": "klein-4b"}), 409, "weights-missing")
    studio.bring("klein-4b")
    answer = client.post(address, json={"preset": "klein-4b"})
    assert answer.status_code == 202, answer.text
    real = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    assert (real["order"]["engine"], real["order"]["preset"]) == ("flux2-klein", "klein-4b")
    assert (real["order"]["seed"], real["order"]["poses"]) == (42, ["hand-on-hip"])
    assert (real["state"], real["project_id"]) == ("succeeded", project)
    assert_problem(client.post(address, json={"preset": "nothing"}), 404, "unknown-name")


def test_a_deleted_avatar_cannot_be_gone_on_with(client: TestClient) -> None:
    avatar = client.post(f"{API}/avatars", json={"name": "Ada", "persona": {}}).json()["id"]
    made = order(client, avatar_id=avatar, **SMALL)["id"]
    client.delete(f"{API}/avatars/{avatar}")
    answer = client.post(f"{API}/generations/{made}/continue", json={})
    assert_problem(answer, 404, "not-found")
    assert "deleted" in answer.json()["error"]["message"]
