"""The library over REST: found by words and filters, changed one by one and together; projects."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import EngineUnavailable
from tests.scripted_studio import ScriptedStudio

API = "/api/v1"
GENERATIONS, PROJECTS = f"{API}/generations", f"{API}/projects"


def order(client: TestClient, name: str = "Ada", **said: Any) -> str:
    """The id of a finished generation."""
    asked = {"persona": {"name": name}, "pose": "hand-on-hip", "width": 64, "height": 64, **said}
    answer = client.post(GENERATIONS, json=asked)
    assert answer.status_code == 202, answer.text
    return answer.json()["generation_id"]


def find(client: TestClient, **asked: Any) -> list[str]:
    answer = client.get(GENERATIONS, params=asked)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


def begin(client: TestClient, name: str = "Summer") -> str:
    answer = client.post(PROJECTS, json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_what_is_said_of_a_generation_is_kept_and_found(client: TestClient) -> None:
    ada, ben = order(client), order(client, "Ben", style="anime")
    project = begin(client)
    said = {"title": "On the bridge", "tags": ["night", "red"], "favourite": True, "rating": 4}
    said |= {"notes": "for Tim", "project_id": project}
    answer = client.patch(f"{GENERATIONS}/{ada}", json=said)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in said} == said
    for asked in (
        {"q": "bridge"},
        {"q": "tim nig"},
        {"q": "Ada hip"},
        {"tag": "red"},
        {"favourite": "true"},
        {"project_id": project, "q": "ada", "state": "succeeded", "engine": "draft", "pose": "hand-on-hip"},
        {"style": "realistic"},
    ):
        assert find(client, **asked) == [ada], asked
    assert find(client, favourite="false") == find(client, style="anime") == [ben]
    assert find(client, tag="re") == find(client, q="nobody") == find(client, project_id="x") == []
    assert find(client, sort="title") == [ben, ada]  # "Ben, 1 picture" before "On the bridge"
    assert find(client, sort="rating") == [ada, ben]
    assert find(client, sort="oldest") == [ada, ben]


def test_what_was_ordered_is_found_by_each_of_its_choices(client: TestClient) -> None:
    avatar = client.post(f"{API}/avatars", json={"name": "Ada", "persona": {"name": "Ada"}}).json()["id"]
    tall = order(client, views=["front", "back"], height=96)
    sitting = order(client, pose="sitting-legs-crossed", avatar_id=avatar)
    counts = client.get(GENERATIONS).json()["counts"]
    assert (counts["preset"], counts["view"]) == ({"draft": 2}, {"front": 2, "back": 1})
    assert (counts["size"], counts["person"]) == ({"64x96": 1, "64x64": 1}, 1)
    assert counts["is_all"] is True
    of_pose = {pose["slug"]: pose["category"] for pose in client.get(f"{API}/poses").json()["items"]}
    kind = of_pose["sitting-legs-crossed"]
    assert counts["category"] == {of_pose["hand-on-hip"]: 1, kind: 1}
    for asked in (
        {"view": "back"},
        {"size": "64x96"},
        {"person": "false"},
        {"preset": "draft", "view": "back"},
    ):
        assert find(client, **asked) == [tall], asked
    assert find(client, category=kind) == find(client, person="true", preset="draft") == [sitting]
    assert find(client, preset="klein") == []
    for wrong in ({"category": "x"}, {"view": "top"}, {"size": "1024"}, {"person": "yes"}, {"preset": "A b"}):
        answer = client.get(GENERATIONS, params=wrong)
        assert (answer.status_code, next(iter(wrong)) in answer.text) == (422, True), wrong


def test_what_is_left_out_of_a_change_stays_and_null_takes_away(client: TestClient) -> None:
    ada, project = order(client), begin(client)
    client.patch(f"{GENERATIONS}/{ada}", json={"rating": 5, "project_id": project, "tags": ["a"]})
    kept = client.patch(f"{GENERATIONS}/{ada}", json={"notes": "x"}).json()
    assert (kept["rating"], kept["project_id"], kept["tags"], kept["notes"]) == (5, project, ["a"], "x")
    kept = client.patch(f"{GENERATIONS}/{ada}", json={"rating": None, "project_id": None, "tags": []}).json()
    assert (kept["rating"], kept["project_id"], kept["tags"]) == (None, None, [])


def test_a_change_that_does_not_fit_is_refused(client: TestClient) -> None:
    ada = order(client)
    for change in (
        {"rating": 6},
        {"rating": 2.5},
        {"favourite": None},
        {"favourite": 1},
        {"title": ""},
        {"title": " x"},
        {"tags": ["a", "a"]},
        {"tags": ["a\n"]},
        {"tags": None},
        {"notes": "x" * 4001},
        {"state": "failed"},
    ):
        answer = client.patch(f"{GENERATIONS}/{ada}", json=change)
        assert answer.status_code == 422, answer.text
        assert next(iter(change)) in answer.json()["error"]["message"]


def test_a_foreign_project_is_not_found(client: TestClient) -> None:
    ada = order(client)
    answer = client.patch(f"{GENERATIONS}/{ada}", json={"project_id": "0" * 28, "notes": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")
    assert client.get(f"{GENERATIONS}/{ada}").json()["notes"] == ""


def test_counts_say_how_many_of_each_fit(client: TestClient) -> None:
    ada, _ = order(client), order(client, "Ben", pose="star-jump")
    client.patch(f"{GENERATIONS}/{ada}", json={"tags": ["Ünï"], "favourite": True})
    counts = client.get(GENERATIONS, params={"limit": 1}).json()["counts"]
    assert (counts["total"], counts["favourite"], counts["tag"]) == (2, 1, {"Ünï": 1})
    assert (counts["state"], counts["pose"]) == ({"succeeded": 2}, {"hand-on-hip": 1, "star-jump": 1})
    assert client.get(GENERATIONS, params={"q": "ada"}).json()["counts"]["total"] == 1


def test_each_page_says_how_many_fit_on_all_of_them(client: TestClient) -> None:
    order(client, "Ada"), order(client, "Ben")
    first = client.get(GENERATIONS, params={"limit": 1}).json()
    second = client.get(GENERATIONS, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert (first["counts"]["total"], second["counts"]["total"], len(second["items"])) == (2, 2, 1)


def test_pages_of_a_search_follow_one_another(client: TestClient) -> None:
    ids = [order(client) for _ in range(3)]
    order(client, "Ben")
    seen, cursor = [], ""
    for _ in range(2):
        page = client.get(GENERATIONS, params={"q": "ada", "limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (ids[::-1], None)


def test_a_span_of_time_is_inclusive_at_its_start_alone(client: TestClient) -> None:
    ada = order(client)
    made = client.get(f"{GENERATIONS}/{ada}").json()["created_at"]
    assert find(client, **{"from": made}) == [ada]
    assert find(client, to=made) == []
    assert find(client, **{"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-14:00"}) == [ada]
    for wrong in (
        "2026-01-01T00:00:00",
        "yesterday",
        "0",
        "1700000000",
        "2026-01-01",
    ):
        assert client.get(GENERATIONS, params={"from": wrong}).status_code == 422


def test_a_moment_without_a_zone_is_told_so(client: TestClient) -> None:
    answer = client.get(GENERATIONS, params={"from": "2026-01-31T12:00:00"})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"] == "“from” has to say its zone, as 2026-01-31T12:00:00Z does."


@pytest.mark.parametrize(
    "wrong", [{"sort": "best"}, {"state": "x"}, {"favourite": "1"}, {"q": "x" * 201}, {"colour": "red"}]
)
def test_other_filters_are_refused_by_name(client: TestClient, wrong: dict[str, str]) -> None:
    answer = client.get(GENERATIONS, params=wrong)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["error"]["message"]


def test_several_are_changed_together_or_not_at_all(client: TestClient) -> None:
    ids, project = [order(client) for _ in range(3)], begin(client)

    def do(action: str, which: list[str] = ids[:2], **more: Any) -> Any:
        return client.post(f"{GENERATIONS}/bulk", json={"ids": which, "action": action, **more})

    assert do("tag", tags=["a", "b"]).json() == {"changed": 2}
    do("untag", tags=["a"])
    do("favourite")
    do("move", project_id=project)
    assert find(client, tag="b", favourite="true", project_id=project) == ids[1::-1]
    assert find(client, tag="a") == []
    do("unfavourite", ids[:1])
    do("move", ids[:1])
    assert find(client, favourite="true") == find(client, project_id=project) == [ids[1]]
    answer = do("delete", [ids[0], "0" * 28])
    assert answer.status_code == 404
    assert find(client, q="ada") == ids[::-1]
    assert do("delete").status_code == 200
    assert find(client) == [ids[2]]
    do("restore")
    assert len(find(client)) == 3
    do("purge")
    assert do("restore").status_code == 404
    other = client.options(f"{GENERATIONS}/bulk")
    assert (other.status_code, other.headers["allow"]) == (405, "POST")
    for wrong in ({"ids": []}, {"ids": ids * 2}, {"action": "burn"}):
        assert (
            client.post(f"{GENERATIONS}/bulk", json={"ids": ids, "action": "tag", **wrong}).status_code == 422
        )


def test_a_failed_generation_is_tried_again_and_any_is_made_again(
    client: TestClient, studio: ScriptedStudio
) -> None:
    project = begin(client)
    studio.fail_with = EngineUnavailable("The chosen engine cannot run on this machine.")
    failed = order(client)
    client.patch(f"{GENERATIONS}/{failed}", json={"project_id": project})
    assert find(client, state="failed") == [failed]
    studio.fail_with = None
    first = client.post(f"{GENERATIONS}/{failed}/retry")
    assert first.status_code == 202, first.text
    assert client.get(first.headers["location"]).json()["state"] == "succeeded"
    twice = client.post(f"{GENERATIONS}/{failed}/retry").json()
    assert twice["generation_id"] == first.json()["generation_id"]
    made = client.get(f"{GENERATIONS}/{twice['generation_id']}").json()
    assert (made["project_id"], len(made["pictures"])) == (project, 1)
    refused = client.post(f"{GENERATIONS}/{made['id']}/retry")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing-to-retry")
    again = client.post(f"{GENERATIONS}/{made['id']}/again", headers={"Idempotency-Key": "k"})
    assert again.status_code == 202
    same = client.post(f"{GENERATIONS}/{made['id']}/again", headers={"Idempotency-Key": "k"})
    assert same.json() == again.json()
    seeds = [
        client.get(f"{GENERATIONS}/{one}").json()["pictures"][0]["seed"]
        for one in (made["id"], again.json()["generation_id"])
    ]
    assert seeds[0] == seeds[1]


def test_a_project_goes_and_comes_back_with_what_is_in_it(client: TestClient) -> None:
    project, ada = begin(client), order(client)
    client.patch(f"{GENERATIONS}/{ada}", json={"project_id": project})
    [shown] = client.get(PROJECTS).json()["items"]
    assert shown.keys() == {"id", "name", "is_archived", "generations", "created_at", "updated_at"}
    described = client.get(f"{API}/openapi.json").text
    assert [word for word in ("is_shared", "SharedProject", "shares with you") if word in described] == [], (
        "nobody is there to share with"
    )
    assert (shown["id"], shown["name"], shown["generations"]) == (project, "Summer", 1)
    changed = client.patch(f"{PROJECTS}/{project}", json={"name": "Winter", "archived": True}).json()
    assert (changed["name"], changed["is_archived"]) == ("Winter", True)
    assert client.get(PROJECTS, params={"archived": "false"}).json()["items"] == []
    assert client.delete(f"{PROJECTS}/{project}").status_code == 204
    assert client.get(f"{PROJECTS}/{project}").status_code == 404
    assert find(client) == []
    assert client.post(f"{PROJECTS}/{project}/restore").json()["generations"] == 1
    assert find(client, project_id=project) == [ada]
    assert client.delete(f"{PROJECTS}/{project}", params={"purge": True}).status_code == 204
    assert client.post(f"{PROJECTS}/{project}/restore").status_code == 404
    assert client.post(f"{GENERATIONS}/{ada}/restore").status_code == 404
    for wrong in ("", " ", "a\nb", "x" * 81):
        assert client.post(PROJECTS, json={"name": wrong}).status_code == 422


def test_an_avatar_is_put_into_a_project(client: TestClient, studio: ScriptedStudio) -> None:
    from pipelines.types import Persona
    from studio.vocabulary.person import YOU

    avatar, project = studio.for_person(YOU).avatars.keep(Persona(name="Ada")), begin(client)
    address = f"{API}/avatars/{avatar.id}"
    assert client.patch(address, json={"project_id": project}).json()["project_id"] == project
    assert find(client, project_id=project) == []
    made = order(client, avatar_id=avatar.id)
    assert find(client, project_id=project) == [made]
    assert client.patch(address, json={"project_id": None}).json()["project_id"] is None


def test_tags_are_listed_with_what_they_are_on(client: TestClient, photo_bytes: bytes) -> None:
    ada, ben = order(client), order(client, "Ben")
    client.patch(f"{GENERATIONS}/{ada}", json={"tags": ["red", "night"]})
    client.patch(f"{GENERATIONS}/{ben}", json={"tags": ["red"]})
    photo = client.post(f"{API}/photos", files={"file": ("me.png", photo_bytes)}).json()["id"]
    client.patch(f"{API}/photos/{photo}", json={"tags": ["me", "red"]})
    assert client.get(f"{API}/tags").json()["items"] == [
        {"name": "red", "generations": 2, "photos": 1},
        {"name": "me", "generations": 0, "photos": 1},
        {"name": "night", "generations": 1, "photos": 0},
    ]
    client.delete(f"{GENERATIONS}/{ada}"), client.delete(f"{API}/photos/{photo}")
    assert client.get(f"{API}/tags").json()["items"] == [{"name": "red", "generations": 1, "photos": 0}]


def test_avatars_come_in_pages_and_by_project(client: TestClient) -> None:
    project = begin(client)
    made = [
        client.post(
            f"{API}/avatars", json={"name": name, "prompt": "a woman of 30 years", "project_id": into}
        ).json()["id"]
        for name, into in (("Ada", project), ("Ben", None), ("Cleo", project))
    ]
    first = client.get(f"{API}/avatars", params={"limit": 2}).json()
    assert [one["id"] for one in first["items"]] == [made[2], made[1]]
    last = client.get(f"{API}/avatars", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert ([one["id"] for one in last["items"]], last["next_cursor"]) == ([made[0]], None)
    of_project = client.get(f"{API}/avatars", params={"project_id": project}).json()["items"]
    assert [one["id"] for one in of_project] == [made[2], made[0]]
