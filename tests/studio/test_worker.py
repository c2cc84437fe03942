"""The worker process and its supervisor: started, killed, started again, told to end; nothing ordered is lost."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import UnknownName
from store.errors import RowMissing
from store.rows import JobRow
from store.store import Store, open_store
from studio.errors import DraftUnavailable
from studio.logs import OUTPUT_NAME
from studio.settings import read_settings
from studio.worker import supervisor as supervising
from studio.worker.lanes import Lanes
from studio.worker.notify import HueyNotifier
from studio.worker.process import Work, Worker
from studio.worker.supervisor import CHECKOUT, LOG_NAME, WorkerSupervisor, worker_command
from tests.store.conftest import Things

PATIENCE_S = 20.0
END_S = 10.0  # a clean end, with a job running
START_S = 0.5  # of imports
HEAVY = ("gradio", "torch", "mediapipe", "diffusers", "transformers", "cv2", "scipy", "anny")
STARTED = f"""
import sys, time
started = time.process_time()
import studio.worker.process
print(time.process_time() - started, *sorted(set({HEAVY}) & set(sys.modules)))
"""


def tiny_command(folder: Path) -> list[str]:
    """The studio's own command, with tiny work."""
    return [
        "tests.studio.tiny_work" if part == "studio.worker.process" else part
        for part in worker_command(folder)
    ]


class Studio:
    """A store, a bell and a supervised worker on one folder."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(folder)
        self.notifier = HueyNotifier(folder)
        self.log = folder / "logs" / LOG_NAME
        self.supervisor = WorkerSupervisor(folder, command=tiny_command(folder))

    def order(self, kind: str, *, lane: str = "cpu", **payload: Any) -> str:
        with self.store.begin() as transaction:
            job_id, _ = self.store.jobs.submit(
                transaction, owner="you", kind=kind, title="", payload=payload, lane=lane
            )
        self.notifier.notify(job_id)
        return job_id

    def wait_for(self, job_id: str, is_so: Callable[[JobRow], bool]) -> JobRow:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so(job := self.store.jobs.get("you", job_id)):
            assert time.monotonic() < deadline, (job, self.log.read_text())
            time.sleep(0.02)
        return job

    def wait_for_step(self, job_id: str) -> JobRow:
        return self.wait_for(job_id, lambda job: job.step > 0)

    def wait_for_end(self, job_id: str) -> JobRow:
        return self.wait_for(job_id, lambda job: not job.is_open)

    def wait_for_worker(self, other_than: int) -> int:
        deadline = time.monotonic() + PATIENCE_S
        while self.supervisor.pid in (None, other_than):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert self.supervisor.pid is not None
        return self.supervisor.pid


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(tmp_path)
    made.supervisor.start()
    yield made
    made.supervisor.stop()
    made.notifier.close()
    made.store.close()


def test_the_worker_starts_without_anything_heavy() -> None:
    for _ in range(10):  # on a machine that has other work too, the processor itself is slower at times
        seconds, *heavy = _measure_start()
        assert heavy == []
        if float(seconds) <= START_S:
            return
    pytest.fail(f"the worker's start takes {seconds} s of processor time")


def _measure_start() -> list[str]:
    command = [sys.executable, "-c", STARTED]
    return subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split()


def test_a_job_is_done_and_what_it_prints_does_not_reach_the_channel(studio: Studio) -> None:
    jobs = [studio.order("noise"), studio.order("count", steps=3, step_s=0.01)]
    assert [studio.wait_for_end(job).state for job in jobs] == ["succeeded"] * 2
    answer = studio.supervisor.channel.call("draw", {"name": "after the noise"}, timeout=PATIENCE_S)
    assert answer is not None
    assert json.loads(answer.body) == {"name": "after the noise"}
    assert "noise on the channel" in studio.log.read_text()


def test_as_json_its_log_is_an_object_a_line_with_the_job_that_it_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_LOG_FORMAT", "json")
    studio = Studio(tmp_path)
    studio.supervisor.start()
    try:
        jobs = [studio.order("noise"), studio.order("nobody does that")]
        for job in jobs:
            studio.wait_for_end(job)
    finally:
        studio.supervisor.stop()
        studio.notifier.close()
        studio.store.close()
    lines = [json.loads(line) for line in studio.log.read_text().splitlines()]
    about = [[one["message"] for one in lines if one.get("job_id") == job] for job in jobs]
    begins = [f"job {job}, attempt 1, begins in the lane cpu" for job in jobs]
    assert about == [
        [begins[0], "noise was made", f"job {jobs[0]} succeeded"],
        [begins[1], f"job {jobs[1]} was refused: unknown-name"],
    ]
    assert any("ends: " in one["message"] for one in lines if "job_id" not in one)
    assert "noise on the channel" in (studio.log.parent / OUTPUT_NAME).read_text()


def test_the_channel_refuses_and_carries_large_drafts(studio: Studio) -> None:
    channel = studio.supervisor.channel
    with pytest.raises(UnknownName, match="moon-walk"):
        channel.call("draw", {"refuse": "moon-walk"}, timeout=PATIENCE_S)
    answer = channel.call("draw", {"padding": 2_000_000}, timeout=PATIENCE_S)
    assert answer is not None
    assert len(answer.body) > 2_000_000


def test_a_killed_worker_is_replaced_and_its_job_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_LEASE_S", "1.5")
    studio = Studio(tmp_path)
    studio.supervisor.start()
    try:
        job_id = studio.order("count", steps=30, step_s=0.02)
        studio.wait_for_step(job_id)
        first = studio.supervisor.pid
        assert first is not None
        os.kill(first, getattr(signal, "SIGKILL", signal.SIGTERM))
        studio.wait_for_worker(other_than=first)
        job = studio.wait_for_end(job_id)
        assert (job.state, job.attempt) == ("succeeded", 2)
        assert studio.supervisor.restarts == 1
        assert studio.supervisor.state == "running"
    finally:
        studio.supervisor.stop()
        studio.notifier.close()
        studio.store.close()


def test_a_hanging_engine_costs_its_own_job_an_attempt_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_STUCK_S", "1")
    studio = Studio(tmp_path)
    studio.supervisor.start()
    try:
        hanging = studio.order("hang", lane="gpu", hang_s=60)
        studio.wait_for(hanging, lambda job: job.state == "running")
        first = studio.supervisor.pid
        assert first is not None
        other = studio.order("count", steps=120, step_s=0.02)
        job = studio.wait_for(hanging, lambda job: job.state == "queued")
        assert (job.attempt, job.error_code) == (1, "no-progress")
        studio.wait_for_worker(other_than=first)
        assert studio.wait_for_end(other).attempt == 1
    finally:
        studio.supervisor.stop()
        studio.notifier.close()
        studio.store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_frozen_worker_is_said_then_killed_and_its_job_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINY_LEASE_S", "1.5")
    monkeypatch.setattr("studio.worker.supervisor.ANSWER_WITHIN_S", 1.0)
    monkeypatch.setattr("studio.worker.supervisor.ASK_EVERY_S", 0.1)
    monkeypatch.setattr("studio.worker.channel.SILENT_AFTER_S", 1.5)
    studio = Studio(tmp_path)
    studio.supervisor.start()
    try:
        job_id = studio.order("count", steps=50, step_s=0.02)
        studio.wait_for_step(job_id)
        first = studio.supervisor.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        seen = {studio.supervisor.state}
        deadline = time.monotonic() + PATIENCE_S
        while studio.supervisor.pid == first:
            assert time.monotonic() < deadline
            seen.add(studio.supervisor.state)
            time.sleep(0.02)
        assert "not answering" in seen
        job = studio.wait_for_end(job_id)
        assert (job.state, job.attempt) == ("succeeded", 2)
    finally:
        studio.supervisor.stop()
        studio.notifier.close()
        studio.store.close()


def test_a_worker_that_came_up_is_always_back_at_once(
    studio: Studio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("ERROR")
    for _ in range(4):
        answer = None
        while answer is None:
            with contextlib.suppress(DraftUnavailable):
                answer = studio.supervisor.channel.call("draw", {}, timeout=PATIENCE_S)
        while not studio.supervisor._has_answered:
            time.sleep(0.01)
        pid = studio.supervisor.pid
        assert pid is not None
        os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        studio.wait_for_worker(other_than=pid)
    said = [record.getMessage() for record in caplog.records if "starts again" in record.getMessage()]
    assert len(said) == 4
    assert all("in 0.2 s" in one for one in said)


def test_a_draft_that_kills_the_worker_is_told_to_who_waits(studio: Studio) -> None:
    first = studio.supervisor.pid
    assert first is not None
    with pytest.raises(DraftUnavailable):
        studio.supervisor.channel.call("draw", {"die": True}, timeout=PATIENCE_S)
    studio.wait_for_worker(other_than=first)
    assert studio.supervisor.channel.call("draw", {"name": "again"}, timeout=PATIENCE_S) is not None


def _close_input(studio: Studio) -> None:
    studio.supervisor.stop()


def _terminate(studio: Studio) -> None:
    assert studio.supervisor.pid is not None
    os.kill(studio.supervisor.pid, signal.SIGTERM)


def _interrupt_both(studio: Studio) -> None:
    """Ctrl-C where the terminal tells both processes: the worker first, then the app, which stops it."""
    assert studio.supervisor.pid is not None
    os.kill(studio.supervisor.pid, signal.SIGINT)
    studio.supervisor.stop()


WAYS = [_close_input] if sys.platform == "win32" else [_close_input, _terminate, _interrupt_both]


@pytest.mark.parametrize("end", WAYS)
def test_it_ends_cleanly_and_at_once_with_a_job_running(
    studio: Studio, end: Callable[[Studio], None]
) -> None:
    job_id = studio.order("count", steps=1000, step_s=0.01)
    studio.wait_for_step(job_id)
    pid, started = studio.supervisor.pid, time.monotonic()
    end(studio)
    studio.supervisor.stop()
    assert time.monotonic() - started < END_S / 2
    job = studio.store.jobs.get("you", job_id)
    assert (job.state, job.attempt, job.token) == ("queued", 0, None)
    assert f"worker {pid} ends" in studio.log.read_text()
    assert "Traceback" not in studio.log.read_text()
    assert studio.supervisor.state == "stopped"


def test_a_handler_that_does_not_let_go_cannot_keep_it(studio: Studio) -> None:
    job_id = studio.order("hang", hang_s=60)
    studio.wait_for(job_id, lambda job: job.state == "running")
    started = time.monotonic()
    studio.supervisor.stop()
    assert time.monotonic() - started < END_S
    job = studio.store.jobs.get("you", job_id)
    assert (job.state, job.attempt) == ("queued", 0)


def test_it_ends_with_the_app_however_the_app_ends(tmp_path: Path) -> None:
    app = f"""
import sys, time
from pathlib import Path
from studio.worker.supervisor import WorkerSupervisor
supervisor = WorkerSupervisor(Path({str(tmp_path)!r}), command={tiny_command(tmp_path)!r})
supervisor.start()
supervisor.channel.call("draw", {{}}, timeout=20)
print(supervisor.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", app], cwd=CHECKOUT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        process.kill()
    deadline = time.monotonic() + END_S
    while "ends: end of input" not in (tmp_path / "logs" / LOG_NAME).read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert f"worker {worker} ends" in (tmp_path / "logs" / LOG_NAME).read_text()


def test_a_worker_that_cannot_start_is_tried_again_and_again(tmp_path: Path) -> None:
    supervisor = WorkerSupervisor(tmp_path, command=[sys.executable, "-c", "import sys; sys.exit(3)"])
    supervisor.start()
    deadline = time.monotonic() + PATIENCE_S
    while supervisor.restarts < 3:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with pytest.raises(DraftUnavailable):
        supervisor.channel.call("draw", {}, timeout=0.1)
    supervisor.stop()
    restarts = supervisor.restarts
    time.sleep(0.5)
    assert supervisor.restarts == restarts


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process and a failed one look the same there")
def test_a_worker_that_is_killed_again_and_again_is_soon_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before it ever answered, it did not fail by itself: the stage waits for it."""
    monkeypatch.setattr(supervising, "FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(supervising, "LONGEST_AFTER_KILL_S", 0.05)
    kill_itself = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    counts = {}
    for name, program in (("killed", kill_itself), ("failing", "raise SystemExit(1)")):
        supervisor = WorkerSupervisor(tmp_path, command=[sys.executable, "-S", "-c", program])
        supervisor.start()
        time.sleep(2.0)
        supervisor.stop()
        counts[name] = supervisor.restarts
    assert counts["failing"] <= 8  # 0.01 s, doubled each time
    assert counts["killed"] > counts["failing"]


def test_stop_is_safe_before_start_and_twice(tmp_path: Path) -> None:
    supervisor = WorkerSupervisor(tmp_path)
    supervisor.stop()
    assert supervisor.state == "stopped"
    supervisor.stop()


def test_a_download_holds_up_neither_a_picture_nor_a_body(studio: Studio) -> None:
    download = studio.order("hang", lane="download", hang_s=60)
    studio.wait_for(download, lambda job: job.state == "running")
    body = studio.order("count", lane="cpu", steps=2, step_s=0.01)
    picture = studio.order("count", lane="gpu", steps=2, step_s=0.01)
    assert [studio.wait_for_end(job).state for job in (body, picture)] == ["succeeded"] * 2
    assert studio.store.jobs.get("you", download).state == "running"


def test_one_job_at_a_time_has_the_gpu(studio: Studio) -> None:
    first = studio.order("count", lane="gpu", steps=1000, step_s=0.01)
    second = studio.order("count", lane="gpu", steps=1, step_s=0)
    studio.wait_for_step(first)
    draft = studio.order("count", lane="cpu", steps=1, step_s=0)
    assert studio.wait_for_end(draft).state == "succeeded"
    assert studio.store.jobs.get("you", second).state == "queued"
    studio.store.jobs.request_cancel("you", first)
    assert studio.wait_for_end(second).state == "succeeded"


def test_the_settings_say_how_many_run_at_once_in_a_lane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_CPU_JOBS", "2")
    studio = Studio(tmp_path)
    studio.supervisor.start()
    try:
        jobs = [studio.order("count", steps=1000, step_s=0.01) for _ in range(3)]
        for job_id in jobs[:2]:
            studio.wait_for_step(job_id)
        assert studio.store.jobs.get("you", jobs[2]).state == "queued"
    finally:
        studio.supervisor.stop()
        studio.notifier.close()
        studio.store.close()


def test_a_lane_that_met_an_error_looks_again() -> None:
    stop, asked = threading.Event(), queue.SimpleQueue[str]()

    def run_next(lane: str) -> bool:
        asked.put(lane)
        raise OSError("no file handles left")

    lanes = Lanes({"cpu": 1}, run_next, stop)
    lanes.start()
    for _ in range(2):
        lanes.wake("cpu")
        assert asked.get(timeout=PATIENCE_S) == "cpu"
    stop.set()
    assert lanes.join(PATIENCE_S)


def test_a_queued_job_that_nobody_rang_for_is_found(studio: Studio) -> None:
    with studio.store.begin() as transaction:
        job_id, _ = studio.store.jobs.submit(
            transaction, owner="you", kind="count", title="", payload={"steps": 1, "step_s": 0}
        )
    assert studio.wait_for_end(job_id).state == "succeeded"


def test_the_maintenance_is_cleaned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"FIRST_CLEANING_S": 0.0, "MARK_EVERY_S": 0.0, "RECONCILE_EVERY_S": 0.05}.items():
        monkeypatch.setattr(f"studio.worker.process.{name}", seconds)
    settings = read_settings({"data": tmp_path}, {})
    with closing(open_store(tmp_path, clock=lambda: datetime.now(UTC) - timedelta(days=3))) as store:
        with store.begin() as transaction:
            job_id, _ = store.jobs.submit(transaction, owner="you", kind="count", title="", payload={})
        store.jobs.request_cancel("you", job_id)
    cleaned: queue.SimpleQueue[Path] = queue.SimpleQueue()
    work = Work(
        load_handlers=lambda _: {},
        load_calls=dict,
        clean_up=lambda store, _: cleaned.put(store.folder),
    )
    with closing(open_store(tmp_path)) as store:
        worker = Worker(store, work, settings)
        worker.start()
        assert cleaned.get(timeout=PATIENCE_S) == tmp_path
        marker = store.objects.folder / "studio.json"
        before = marker.read_bytes()
        Things(store).generation()
        deadline = time.monotonic() + PATIENCE_S
        while marker.read_bytes() == before:  # how far the studio got is said beside the files
            assert time.monotonic() < deadline
            time.sleep(0.01)
        worker.stop()
        with pytest.raises(RowMissing):
            store.jobs.get("you", job_id)  # cancelled three days ago


def test_the_studio_s_own_work_is_there(tmp_path: Path) -> None:
    """The worker finds the handlers, the drawing and the cleaning where it looks for them."""
    code = f"""
from pathlib import Path
from store.store import open_store
from studio.settings import read_settings
from studio.worker.process import STUDIO_WORK
settings = read_settings({{"data": {str(tmp_path)!r}}}, {{}})
STUDIO_WORK.clean_up(open_store(settings.data), settings)
print(*sorted(STUDIO_WORK.load_handlers(settings)), *sorted(STUDIO_WORK.load_calls()))
"""
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split()
    kinds = ["body", "download", "export", "generation", "import"]
    assert said == [*kinds, "detect", "draw", "memory", "portrait", "release"]
