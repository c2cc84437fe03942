"""GET /events: every change of a job, once, as it happens; the stream ends with the job, and with the studio."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pipelines.types import Persona
from studio.api.routes import events as routes
from studio.services.events import JobEvents
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU, Person
from tests.api.test_routes import API, ORDER, assert_problem
from tests.scripted_studio import ScriptedStudio

ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from pathlib import Path
from studio.api.app import build_app
from studio.api.server import open_socket, run_server
from studio.settings import read_settings
from studio.studio import open_studio
studio = open_studio(read_settings({"data": sys.argv[1]}, {}), inline=True)
listener = open_socket("127.0.0.1", 0)
run_server(build_app(studio), listener, on_ready=lambda: print(listener.getsockname()[1], flush=True))
studio.close()
"""


def read_events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of each event; every block is held to the format."""
    found = []
    for block in text.strip().split("\n\n"):
        if block.startswith((":", "retry: ")):
            continue
        name, data = block.split("\n")
        assert name.startswith("event: "), block
        assert data.startswith("data: "), block
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def order(client: TestClient, **choice: Any) -> str:
    return client.post(f"{API}/generations", json=ORDER | choice).json()["job_id"]


def test_a_stream_goes_with_its_job_and_ends_with_it(client: TestClient, studio: ScriptedStudio) -> None:
    studio.job_seconds = 3.0
    job_id = order(client)
    answer = client.get(f"{API}/events", params={"job_id": job_id})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    events = read_events(answer.text)
    assert {event["id"] for _, event in events} == {job_id}
    assert all(name == event["state"] for name, event in events)
    percents = [event["percent"] for _, event in events]
    assert percents == sorted(percents)
    assert len(set(percents)) > 2
    assert (events[-1][0], percents[-1]) == ("succeeded", 100)
    assert any(event["stage"] for _, event in events)
    assert all(one != after for one, after in pairwise(events)), "each change once"
    studio.settle()


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_job_that_has_ended_is_one_event(
    client: TestClient, studio: ScriptedStudio, is_cancelled: bool
) -> None:
    studio.is_away = is_cancelled
    job_id = order(client)
    if is_cancelled:
        client.post(f"{API}/jobs/{job_id}/cancel")
    [(name, event)] = read_events(client.get(f"{API}/events", params={"job_id": job_id}).text)
    assert name == event["state"] == ("cancelled" if is_cancelled else "succeeded")


def before_the_second_look(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen between two looks of a stream, however busy the machine is."""
    look, looks = JobEvents.look, []

    def watched(*told: Any) -> Any:
        looks.append(told)
        if len(looks) == 2:
            happens()
        return look(*told)

    monkeypatch.setattr(JobEvents, "look", watched)


def test_all_jobs_open_ones_first_and_those_that_come(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(client)  # ended before anybody listened
    studio.is_away = True
    waits = order(client)
    monkeypatch.setattr(routes, "LONGEST_S", 0.5)

    def come() -> None:
        studio.is_away = False
        studio.for_person(YOU).generations.order(GenerationOrder(persona=Persona(), width=64, height=64))

    before_the_second_look(monkeypatch, come)
    events = read_events(client.get(f"{API}/events").text)
    # Of the one that waits more may be told: when it is expected to begin is known once another was made.
    assert [*dict.fromkeys((name, event["id"] == waits) for name, event in events)] == [
        ("queued", True),
        ("succeeded", False),
    ]


def test_what_is_deleted_for_good_meanwhile_ends_its_stream(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.is_away = True
    ordered = client.post(f"{API}/generations", json=ORDER).json()
    generations = studio.for_person(YOU).generations
    before_the_second_look(monkeypatch, lambda: generations.delete(ordered["generation_id"], purge=True))
    events = read_events(client.get(f"{API}/events", params={"job_id": ordered["job_id"]}).text)
    assert [name for name, _ in events] == ["queued", "error"]
    assert events[-1][1]["error"]["code"] == "not-found"


def test_somebody_elses_jobs_are_not_heard(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "LONGEST_S", 0.0)
    studio.is_away = True
    job_id = order(client)
    monkeypatch.setattr("studio.api.callers.YOU", Person(id="somebody"))
    assert read_events(client.get(f"{API}/events").text) == []
    assert_problem(client.get(f"{API}/events", params={"job_id": job_id}), 404, "not-found")
    assert_problem(client.get(f"{API}/events", params={"job_id": "../x"}), 422, "request-invalid")


def test_too_many_streams_are_told_to_come_again(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "MOST_STREAMS", 0)
    assert_problem(client.get(f"{API}/events"), 503, "too-busy")


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process there at once")
def test_a_signal_ends_an_open_stream_in_order(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SERVE, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{API}/events", timeout=30) as stream:
                assert stream.readline().startswith(b"retry:")
                process.send_signal(signal.SIGTERM)
                stream.read()  # raises IncompleteRead where the stream is cut instead of ended
            assert process.wait(30) == 0
        finally:
            process.kill()
