"""Pictures inside of JSON: in an order as its pose or a reference, and as the photo of a body."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.test_routes import API
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio

SMALL = {"width": 64, "height": 64}
KLEIN = {"preset": "klein-4b", **SMALL}


def url_of(data: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def photos(client: TestClient) -> list[Any]:
    return client.get(f"{API}/photos").json()["items"]


def order(client: TestClient, **said: Any) -> Any:
    return client.post(f"{API}/generations", json=said)


@pytest.mark.parametrize("prefix", ["data:image/png;base64,", ""])
def test_the_pose_of_a_picture_is_used_once(client: TestClient, photo_bytes: bytes, prefix: str) -> None:
    text = prefix + base64.b64encode(photo_bytes).decode()
    answer = order(client, prompt="warrior", pose_image=text, **SMALL)
    assert answer.status_code == 202, answer.text
    made = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    [pose] = made["order"]["given_poses"].values()
    assert made["order"]["poses"] == [pose["slug"]]
    assert made["pictures"][0]["pose"] == pose["slug"]
    assert photos(client) == []
    again = order(client, prompt="warrior", pose_image=text, **SMALL).json()["generation_id"]
    assert (
        client.get(f"{API}/generations/{again}").json()["order"]["given_poses"]
        == made["order"]["given_poses"]
    )


def test_a_reference_is_kept_as_a_photo_of_its_role(
    client: TestClient, studio: ScriptedStudio, photo_bytes: bytes
) -> None:
    studio.bring("klein-4b")
    references = [{"role": "garment", "image": url_of(photo_bytes)}]
    answer = order(client, references=references, **KLEIN)
    assert answer.status_code == 202, answer.text
    [photo] = photos(client)
    assert (photo["role"], photo["uses"]) == ("garment", 1)
    made = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    assert made["order"]["references"] == [{"role": "garment", "photo_id": photo["id"]}]
    assert order(client, references=[{"photo_id": photo["id"]}], **KLEIN).status_code == 202


def test_of_a_refused_order_nothing_is_kept(client: TestClient, photo_bytes: bytes) -> None:
    sent = url_of(photo_bytes)
    known = client.post(f"{API}/photos", json={"image": url_of(encode(draw_figure(600, 910), "PNG"))}).json()
    for said in (
        {"references": [{"image": sent}], **SMALL},  # the draft looks at no picture
        {"references": [{"image": sent}], "preset": "klein-4b"},  # its weights are not here
        {"references": [{"image": sent}, {"image": "data:image/png;base64,!"}]},
        {"references": [{"image": sent, "photo_id": known["id"]}]},
        {"pose_image": url_of(b"no picture")},
        {"pose_image": "data:image/png;base64,!"},
    ):
        answer = order(client, **said)
        assert answer.status_code in (409, 415, 422), answer.text
    assert [photo["id"] for photo in photos(client)] == [known["id"]]
    assert client.get(f"{API}/generations").json()["items"] == []


def test_a_body_of_a_photo_that_is_sent_along_without_a_height(
    client: TestClient, photo_bytes: bytes
) -> None:
    answer = client.post(f"{API}/bodies", json={"image": url_of(photo_bytes)})
    assert answer.status_code == 202, answer.text
    job = client.get(f"{API}/jobs/{answer.json()['job_id']}").json()
    assert job["state"] == "succeeded"
    assert len(photos(client)) == 1
    headless = url_of(encode(draw_figure(900, 600), "PNG"))
    refused = client.post(f"{API}/bodies", json={"image": headless, "height_cm": 170})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "cropped-below-the-knee")
    assert len(photos(client)) == 1
    assert client.post(f"{API}/bodies", json={"height_cm": 170}).json()["error"]["message"] == (
        "“photo_id” is missing."
    )


def test_a_part_is_redrawn_by_a_mask_that_is_kept_as_a_photo(client: TestClient, photo_bytes: bytes) -> None:
    made = order(client, persona={"name": "Ada"}, **SMALL).json()["generation_id"]
    address, sent = f"{API}/generations/{made}/redraw", url_of(photo_bytes)
    for refused in ({}, {"mask_image": sent, "preset": "qwen-image-edit"}, {"parts": ["nose"]}):
        assert client.post(address, json=refused).status_code in (409, 422)
    assert photos(client) == []
    answer = client.post(
        address, json={"mask_image": sent, "parts": ["hair"], "prompt": "red hair", "seed": 4}
    )
    assert answer.status_code == 202, answer.text
    [mask] = photos(client)
    picture = client.get(f"{API}/generations/{made}").json()["pictures"][0]["id"]
    part = {"redraw": {"picture_id": picture, "parts": ["hair"]}, **SMALL}
    assert order(client, **part).status_code == 202
    described = client.get(f"{API}/openapi.json").json()["components"]["schemas"]["GenerationOrderIn"]
    for field, several in {
        "views": ["front", "back"],
        "poses": ["hand-on-hip", "relaxed-stand"],
        "prompts": ["red hair", "long hair"],
        "count": 2,
        "sheet": True,
    }.items():
        refused = order(client, **part, **{field: several})
        assert (refused.status_code, refused.json()["error"]["message"][: len(field) + 2]) == (
            422,
            f"“{field}”",
        )
        sent = {"order": part | {field: several}, "name": "Red"}
        assert client.post(f"{API}/templates", json=sent).status_code == 422, "nor kept for later"
        assert field in described["anyOf"][1]["properties"]
    assert client.post(address, json={"mask_image": sent, "mask_photo_id": mask["id"]}).status_code == 422
    large = url_of(
        encode(draw_figure(600, 910), "PNG") + bytes(300_000)
    )  # more than a body without a picture may hold
    assert client.post(address, json={"mask_image": large}).status_code != 413
    redrawn = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    assert redrawn["order"]["redraw"]["mask_photo_id"] == mask["id"]
    assert redrawn["requests"][0]["redraw"]["parts"] == ["hair"]
    assert redrawn["requests"][0]["width"] == 64


def test_an_avatars_own_pictures_are_named_in_the_order(
    client: TestClient, studio: ScriptedStudio, photo_bytes: bytes
) -> None:
    studio.bring("klein-4b")
    photo = client.post(f"{API}/photos", json={"image": url_of(photo_bytes)}).json()
    avatar = client.post(f"{API}/avatars", json={"name": "Ada", "photo_id": photo["id"]}).json()
    answer = order(client, avatar_id=avatar["id"], avatar_pictures=2, **KLEIN)
    assert answer.status_code == 202, answer.text
    made = client.get(f"{API}/generations/{answer.json()['generation_id']}").json()
    assert len(made["order"]["person_pictures"]) == 1
    asked = order(client, person_pictures=made["order"]["person_pictures"], **KLEIN)
    assert asked.status_code == 202, asked.text
    assert order(client, avatar_id=avatar["id"], avatar_pictures=4, **KLEIN).status_code == 422
