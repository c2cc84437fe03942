"""GET /metrics and the numbers of GET /health."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from pipelines.errors import EngineUnavailable
from store.errors import StoreBusy
from studio.api.metrics import Metric, write_metrics
from tests.api.test_routes import API, ORDER
from tests.scripted_studio import ScriptedStudio

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+)\})? (-?[0-9.e+-]+)')


def read_metrics(client: TestClient) -> dict[str, float]:
    """Every sample by its name and labels; each line is held to the format."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples, families = {}, set()
    assert answer.text.endswith("\n")
    for line in answer.text.splitlines():
        if line.startswith("# "):
            families.add(line.split()[2])
            continue
        found = LINE.fullmatch(line)
        assert found, line
        assert any(found[1].startswith(name) for name in families), f"{line} has no HELP"
        samples[line.rpartition(" ")[0]] = float(found[3])
    return samples


def test_the_queue_is_counted_by_lane(client: TestClient, studio: ScriptedStudio) -> None:
    studio.is_away = True
    before = read_metrics(client)
    assert before['studio_queue_jobs{lane="gpu",state="queued"}'] == 0
    for _ in range(3):
        client.post(f"{API}/generations", json=ORDER)
    lane = studio.resources.store.jobs.claim(worker="w", lease_seconds=30).lane
    said = read_metrics(client)
    assert said[f'studio_queue_jobs{{lane="{lane}",state="queued"}}'] == 2
    assert said[f'studio_queue_jobs{{lane="{lane}",state="running"}}'] == 1
    assert 0 < said[f'studio_queue_oldest_wait_seconds{{lane="{lane}"}}'] < 60
    assert said["studio_healthy"] == 1
    assert said["studio_disk_free_bytes"] > 1e6


def test_jobs_storage_and_answers_are_counted(client: TestClient, studio: ScriptedStudio) -> None:
    client.post(f"{API}/generations", json=ORDER)
    studio.fail_with = EngineUnavailable()
    client.post(f"{API}/generations", json=ORDER)
    client.get("/api/v1/nothing")
    client.request("BREW", f"{API}/health")
    client.get(f"{API}/health", headers={"host": "evil.example"})
    said = read_metrics(client)
    assert said['studio_recent_jobs{kind="generation",state="succeeded"}'] == 1
    assert said['studio_recent_jobs{kind="generation",state="failed"}'] == 1
    assert said['studio_recent_job_seconds{kind="generation",state="succeeded",quantile="0.95"}'] > 0
    assert said["studio_storage_bytes"] > 1000
    assert said['studio_http_requests_total{method="POST",status="202"}'] == 2
    assert said['studio_http_requests_total{method="GET",status="404"}'] == 1
    assert said['studio_http_requests_total{method="GET",status="403"}'] == 1
    assert any('method="other"' in name for name in said)
    answers = sum(number for name, number in said.items() if name.startswith("studio_http_requests_total"))
    assert said["studio_http_request_seconds_count"] == answers
    assert said['studio_http_request_seconds_bucket{le="+Inf"}'] == answers


def test_nothing_of_anybody_is_in_it(client: TestClient) -> None:
    ordered = client.post(f"{API}/generations", json=ORDER | {"persona": {"name": "Canary"}}).json()
    text = client.get("/metrics").text
    assert not any(word in text for word in ("Canary", ordered["job_id"], ordered["generation_id"]))


def test_labels_are_escaped() -> None:
    metric = Metric(name="a", kind="gauge", help="A.", samples=[("", {"b": 'c"d\\e\nf'}, 1)])
    assert write_metrics([metric]) == '# HELP a A.\n# TYPE a gauge\na{b="c\\"d\\\\e\\nf"} 1\n'


class TestHealth:
    def test_numbers_stand_beside_the_words(self, client: TestClient, studio: ScriptedStudio) -> None:
        studio.is_away = True
        client.post(f"{API}/generations", json=ORDER)
        said = client.get(f"{API}/health").json()
        assert said["ok"]
        for part in ("database", "worker", "disk"):
            assert said[part] == said["parts"][part]
            assert said[part].startswith("ok")
        assert said["queue"]["depth"] == 1
        assert datetime.fromisoformat(said["queue"]["oldest"]).tzinfo is not None
        assert sum(lane["queued"] for lane in said["queue"]["lanes"].values()) == 1
        assert said["storage"]["bytes"] == 0
        assert said["storage"]["free"] > 1e6
        assert said["engines"]["draft"] == "ok"
        assert said["engines"]["comfyui"].startswith("off")

    def test_an_empty_queue_has_no_oldest(self, client: TestClient) -> None:
        assert client.get(f"{API}/health").json()["queue"] == {
            "depth": 0,
            "oldest": None,
            "lanes": {
                lane: {"queued": 0, "running": 0, "oldest": None} for lane in ("cpu", "download", "gpu")
            },
        }

    def test_a_database_that_does_not_answer_is_told_of_all_the_same(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_: object) -> None:
            raise StoreBusy

        monkeypatch.setattr("studio.services.monitoring.count_lanes", refuse)
        said = client.get(f"{API}/health").json()
        assert (said["queue"]["depth"], said["storage"]["bytes"]) == (0, 0)
