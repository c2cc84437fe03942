"""What REST says of a wrong request: the field, what it can be and what to ask next, never the library's own words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
ORDER = {"persona": {"name": "Ada"}, "pose": "relaxed-stand", "width": 128, "height": 128}
JARGON = re.compile(r"Value error|Input|string should|pattern|\^\[|\\x|pydantic|valid |_type|NoneType", re.I)
DOCS, POSES, MODELS = f"{API}/docs", f"{API}/poses", f"{API}/models"


def ask(client: TestClient, order: Any, path: str = "/generations") -> dict[str, str]:
    """The error that an order is answered with; no jargon is in it."""
    answer = client.post(f"{API}{path}", json=order)
    assert 400 <= answer.status_code < 500, answer.text
    error: dict[str, str] = answer.json()["error"]
    assert not JARGON.search(error["message"] + error["hint"]), error
    return error


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"count": "x"}, "“count” has to be a whole number.", DOCS),
    ({"count": 0}, "“count” has to be 1 or more.", DOCS),
    ({"width": 4096}, "“width” has to be 2048 or less.", DOCS),
    ({"seed": 10**12}, "“seed” has to be ", DOCS),
    ({"draft_strength": 0}, "“draft_strength” has to be more than 0.", DOCS),
    ({"guidance": "much"}, "“guidance” has to be a number.", DOCS),
    ({"recipe": "maybe"}, "“recipe” has to be true or false.", DOCS),
    ({"prompt": 7}, "“prompt” has to be text.", DOCS),
    ({"prompt": "a\x00b"}, "“prompt” has to be text without control characters.", DOCS),
    ({"views": "front"}, "“views” has to be a list.", DOCS),
    ({"views": []}, "“views” has to hold 1 item at least.", DOCS),
    ({"views": ["front", "front"]}, "“views” has to name each once.", DOCS),
    ({"views": ["top"]}, "“views[0]” can be “front”, ", DOCS),
    ({"persona": 7}, "“persona” has to be a JSON object.", DOCS),
    ({"persona": {"facial_hair": "wild"}}, "“persona.facial_hair” can be “", DOCS),
    ({"persona": {"age_range": "child"}}, "“persona.age_range” can be “young-adult”, “adult”, ", DOCS),
    ({"persona": {"age_range": ["adult"]}}, "“persona.age_range” can be “young-adult”, ", DOCS),
    ({"colour": "red"}, "“colour” is not a field that is taken here: ", DOCS),
    ({"engine": "paint"}, "“engine” can be “draft”", MODELS),
    ({"preset": "No Preset"}, "“preset” is not a preset's name: ", MODELS),
    ({"preset": "gone"}, "There is no preset called “gone”", MODELS),
    ({"avatar_id": "../x"}, "“avatar_id” is not an id: ", f"{API}/avatars"),
    ({"references": [{"photo_id": 3}]}, "“references[0].photo_id” has to be text.", f"{API}/photos"),
    ({"pose": "a\nb"}, "“pose” has to be one line of text", POSES),
    (
        {"pose": "handonhip"},
        "There is no pose called “handonhip”. Did you mean hand-on-hip, hands-on-hips?",
        POSES,
    ),
    ({"pose": None}, "“pose” has to be text.", POSES),
    ({"pose": ""}, "“pose” cannot be empty.", POSES),
]


@pytest.mark.parametrize(("change", "says", "next_step"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_order_is_told_what_it_can_be(
    client: TestClient, change: dict[str, Any], says: str, next_step: str
) -> None:
    error = ask(client, ORDER | change)
    assert error["message"].startswith(says)
    assert next_step in error["hint"]


def test_what_is_missing_is_named(client: TestClient) -> None:
    assert ask(client, {"height_cm": 170}, "/bodies")["message"] == "“photo_id” is missing."
    error = ask(client, {"image": "https://example.com/a.png"}, "/photos")
    assert (
        error["message"]
        == "“image” has to be base64, or a data URL that starts like “data:image/png;base64,”."
    )


@pytest.mark.parametrize("person", [0, 7, 1.5, "1"])
def test_a_person_is_a_number_from_the_left(client: TestClient, person: Any) -> None:
    order = {"photo_id": "0" * 32, "height_cm": 170, "person": person}
    assert ask(client, order, "/bodies")["message"].startswith("“person” has to be")


@pytest.mark.parametrize(
    ("tape", "says"),
    [
        ({"waist": 8}, "“tape.waist” has to be 45 or more."),
        ({"hip": 1010}, "“tape.hip” has to be 220 or less."),
        ({"waists": 82}, "“tape.waists” is not a field that is taken here"),
        ({"waist": "82"}, "“tape.waist” has to be a number."),
        ({"waist": None}, "“tape.waist” has to be a number."),
        ([82], "“tape” has to be a JSON object."),
    ],
)
def test_a_tape_is_told_what_it_can_say(client: TestClient, tape: Any, says: str) -> None:
    order = {"photo_id": "0" * 32, "height_cm": 170, "tape": tape}
    assert ask(client, order, "/bodies")["message"].startswith(says)


@pytest.mark.parametrize(
    "order", [{}, {"pose": {}}, {"persona": {"name": "Ada"}, "views": ["front", "back"]}]
)
def test_without_a_pose_it_is_a_relaxed_stand(client: TestClient, order: dict[str, Any]) -> None:
    answer = client.post(f"{API}/generations", json={**order, "width": 64, "height": 64})
    assert answer.status_code == 202, answer.text
    job = client.get(answer.headers["location"]).json()
    kept = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
    assert kept["order"]["poses"] == ["relaxed-stand"]


@pytest.mark.parametrize("name", ["Hand on hip", "hand-on-hip", "HAND ON HIP", " hand on hip "])
def test_a_pose_may_go_by_its_name(client: TestClient, name: str) -> None:
    answer = client.post(f"{API}/generations", json=ORDER | {"pose": name, "poses": ["arms-crossed", name]})
    assert answer.status_code == 202, answer.text
    job = client.get(answer.headers["location"]).json()
    kept = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
    assert kept["order"]["poses"] == ["hand-on-hip", "arms-crossed"]


def test_the_description_says_that_names_are_taken(client: TestClient) -> None:
    schemas = client.get(f"{API}/openapi.json").json()["components"]["schemas"]
    for field in ("pose", "poses"):
        assert "its name" in schemas["GenerationOrderIn"]["properties"][field]["description"]


def test_addresses_methods_and_bodies_in_our_words(client: TestClient) -> None:
    nowhere = client.get(f"{API}/nonsense").json()["error"]
    assert nowhere["message"] == "There is nothing at this address."
    method = client.delete(f"{API}/generations").json()["error"]
    assert method["message"] == "This address takes GET or HEAD or POST only."
    for error in (nowhere, method):
        assert DOCS in error["hint"]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"pose": NaN'])
def test_a_body_that_is_no_json(client: TestClient, body: bytes) -> None:
    answer = client.post(f"{API}/generations", content=body, headers={"content-type": "application/json"})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert "parsing" not in error["message"]
    assert "JSON" in error["message"]
    assert DOCS in error["hint"]


def test_a_nested_body_is_refused_in_words(client: TestClient) -> None:
    deep = json.loads("[" * 200 + "]" * 200)
    assert (
        ask(client, deep)["message"]
        == "The body has to be a JSON object with the content type application/json."
    )


def test_marks_and_keys_are_explained(client: TestClient) -> None:
    error = client.get(f"{API}/generations", params={"cursor": " "}).json()["error"]
    assert error["message"].startswith("“cursor” is no page mark: ")
    answer = client.post(f"{API}/generations", json=ORDER, headers={"Idempotency-Key": "a b"})
    assert "without spaces" in answer.json()["error"]["message"]


def test_the_page_that_the_hints_name_says_what_is_taken(client: TestClient) -> None:
    page = client.get(DOCS).text
    for told in (
        '<a href="#GenerationOrderIn">',
        "<b>pose</b>",
        "its name (Hand on hip",
        "one of front, back, side, quarter, designed",
        "<b>photo_id</b></code>, needed</dt>",
        "<b>hair_style</b>",
    ):
        assert told in page
    assert "^[" not in page


def test_the_description_knows_one_shape_of_error(client: TestClient) -> None:
    described = client.get(f"{API}/openapi.json").text
    assert "ValidationError" not in described
    assert "Validation Error" not in client.get(DOCS).text
    for methods in json.loads(described)["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if status.startswith("4"):
                    assert "Problem" in json.dumps(answer)
