"""POST /prompts/preview, GET /stats and the percent of a job."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import EngineUnavailable
from studio.services.statistics import percentile
from studio.vocabulary.person import Person
from tests.api.test_routes import API, ORDER, assert_problem
from tests.scripted_studio import ScriptedStudio

ASKED = {"persona": {"name": "Ada", "own_words": "red dragon", "clothing": "navy blazer"}}


class TestPreview:
    def test_the_words_are_those_that_an_order_keeps(
        self, client: TestClient, studio: ScriptedStudio
    ) -> None:
        said = client.post(f"{API}/prompts/preview", json=ASKED)
        assert said.status_code == 200
        shown = said.json()
        assert "photograph of Ada" in shown["prompt"]
        assert "navy blazer" in shown["prompt"]
        assert "blurry" in shown["negative_prompt"]
        ordered = client.post(f"{API}/generations", json=ORDER | ASKED).json()
        kept = client.get(f"{API}/generations/{ordered['generation_id']}").json()
        assert (kept["prompt"], kept["negative_prompt"]) == (shown["prompt"], shown["negative_prompt"])
        assert ordered["not_drawn"] == shown["not_drawn"] == ["red dragon"]

    def test_an_engine_that_reads_prompts_draws_all_words(self, client: TestClient) -> None:
        shown = client.post(f"{API}/prompts/preview", json=ASKED | {"engine": "flux1"}).json()
        assert (shown["not_known"], shown["not_drawn"]) == (["red dragon"], [])

    def test_words_of_ones_own_are_taken_as_they_are(self, client: TestClient) -> None:
        asked = {"prompt": " a knight on a horse ", "negative_prompt": "rain", "style": "anime"}
        shown = client.post(f"{API}/prompts/preview", json=asked).json()
        assert (shown["prompt"], shown["negative_prompt"]) == ("a knight on a horse", "rain")
        assert shown["not_known"]

    def test_nothing_is_kept(self, client: TestClient) -> None:
        assert client.post(f"{API}/prompts/preview", json={}).status_code == 200
        assert client.get(f"{API}/stats").json()["total"] == 0

    @pytest.mark.parametrize(
        ("asked", "status", "code"),
        [
            ({"persona": {"age": 17}}, 422, "adults-only"),
            ({"prompt": "a little girl of 9 years"}, 422, "adults-only"),
            ({"avatar_id": "0" * 28}, 404, "not-found"),
            ({"preset": "nothing-like-it"}, 404, "unknown-name"),
            ({"mood": "blue"}, 422, "request-invalid"),
        ],
    )
    def test_what_an_order_refuses_is_refused(
        self, client: TestClient, asked: dict[str, object], status: int, code: str
    ) -> None:
        assert_problem(client.post(f"{API}/prompts/preview", json=asked), status, code)


class TestStatistics:
    def test_an_empty_studio(self, client: TestClient) -> None:
        said = client.get(f"{API}/stats").json()
        assert said["average_processing_time_s"] is None
        assert said["engines"] == []
        assert {said[name] for name in ("total", "completed", "failed", "storage_bytes")} == {0}

    def test_each_fate_is_counted(self, client: TestClient, studio: ScriptedStudio) -> None:
        for fate in (None, None, EngineUnavailable()):
            studio.fail_with = fate
            assert client.post(f"{API}/generations", json=ORDER).status_code == 202
        studio.fail_with, studio.is_away = None, True
        waits = client.post(f"{API}/generations", json=ORDER).json()
        assert client.get(f"{API}/stats").json()["queued"] == 1
        client.post(f"{API}/jobs/{waits['job_id']}/cancel")
        said = client.get(f"{API}/stats").json()
        assert [said[name] for name in ("total", "completed", "failed", "cancelled", "queued")] == [
            4,
            2,
            1,
            1,
            0,
        ]
        assert said["pictures"] == 2
        assert said["storage_bytes"] > 1000
        [draft] = said["engines"]
        assert (draft["engine"], draft["completed"]) == ("draft", 2)
        assert 0 < draft["average_s"] <= draft["p95_s"]
        assert said["average_processing_time_s"] == pytest.approx(draft["average_s"])

    def test_the_trash_and_other_people_are_left_out(
        self, client: TestClient, studio: ScriptedStudio
    ) -> None:
        ordered = client.post(f"{API}/generations", json=ORDER).json()
        client.delete(f"{API}/generations/{ordered['generation_id']}")
        said = client.get(f"{API}/stats").json()
        assert (said["total"], said["pictures"], said["engines"]) == (0, 0, [])
        client.post(f"{API}/generations/{ordered['generation_id']}/restore")
        other = studio.for_person(Person(id="somebody", role="creator")).statistics.look()
        assert (other.total, other.pictures, other.storage_bytes) == (0, 0, 0)

    def test_nineteen_of_twenty_took_no_longer(self) -> None:
        assert percentile([*range(1, 21)], 0.95) == 19
        assert percentile([7.0], 0.95) == 7


def test_a_job_says_its_percent(client: TestClient, studio: ScriptedStudio) -> None:
    done = client.post(f"{API}/generations", json=ORDER).json()["job_id"]
    assert client.get(f"{API}/jobs/{done}").json()["percent"] == 100
    studio.is_away = True
    waits = client.post(f"{API}/generations", json=ORDER).json()["job_id"]
    assert client.get(f"{API}/jobs/{waits}").json()["percent"] == 0
    jobs = studio.resources.store.jobs
    job = jobs.claim(worker="w", lease_seconds=30, job_id=waits)
    jobs.set_progress(job.id, job.token, "Drawing", 3, 8)
    assert client.get(f"{API}/jobs/{waits}").json()["percent"] == 37
    jobs.set_progress(job.id, job.token, "Drawing", 8, 8)
    assert client.get(f"{API}/jobs/{waits}").json()["percent"] == 99
