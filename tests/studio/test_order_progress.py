"""The progress of an order: what it says, a bar that never goes back, the time left from the steps that were done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PIL import Image

from pipelines.image import engines
from pipelines.image.sampling import DRAWING, DRAWING_FACE, DRAWING_LARGER, FINISHING, READING
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.progress import OnProgress, Progress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import GenerationRequest
from studio.services.jobs import guess_seconds_left, say_next_attempt
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from studio.worker.jobs import JobContext
from studio.worker.progress import OrderProgress

PASSES = ((DRAWING, 4), (DRAWING_LARGER, 2), (DRAWING_FACE, 1))  # steps of each
PREVIEW = b"small"


class Told:
    """What an OrderProgress says, by a clock that is set by hand."""

    def __init__(self, pictures: int = 1) -> None:
        self.now_s = 0.0
        self.all: list[Progress] = []
        self.order = OrderProgress(pictures, self.all.append, clock=lambda: self.now_s)

    def hear(self, at_s: float, stage: str, step: int = 0, total: int = 28, **more: Any) -> Progress:
        self.now_s = at_s
        self.order.report(Progress(stage=stage, step=step, total=total, **more))
        return self.all[-1]

    @property
    def shares(self) -> list[float]:
        return [progress.step / progress.total for progress in self.all]


def test_the_time_left_does_not_count_the_opening_of_weights() -> None:
    told = Told()
    told.order.begin(0)
    opening = [told.hear(60.0 * part, "Opening the weights", part, 7, counts=False) for part in range(2)]
    assert [(one.stage, one.step) for one in opening] == [("Opening the weights", 0)] * 2
    told.hear(118, READING)
    first = told.hear(120, DRAWING)
    assert (first.stage, first.seconds_left) == ("Drawing", None)
    step = told.hear(121, DRAWING, 1, preview=PREVIEW)
    assert (step.stage, step.step, step.total, step.preview) == ("Step 1 of 28", 1, 28, PREVIEW)
    assert step.seconds_left == pytest.approx(27)
    assert told.hear(128, DRAWING, 8).seconds_left == pytest.approx(20)


def test_steps_that_a_start_picture_spares_are_not_taken_for_done() -> None:
    told = Told()
    told.order.begin(0)
    told.hear(1, READING)
    assert told.hear(5, DRAWING, 8).seconds_left is None
    assert told.hear(7, DRAWING, 9).seconds_left == pytest.approx(2 * 19)


def test_a_run_begun_anew_in_less_memory_moves_no_bar_back_and_measures_anew() -> None:
    told = Told()
    told.order.begin(0)
    told.hear(0, DRAWING)
    told.hear(10, DRAWING, 14)
    told.hear(11, "Opening the weights", 3, 7, counts=False)
    told.hear(50, READING)
    assert told.hear(51, DRAWING).seconds_left is None
    slower = told.hear(54, DRAWING, 1)
    assert (slower.stage, slower.step) == ("Step 1 of 28", 14)
    assert slower.seconds_left == pytest.approx(3 * 27)
    assert told.shares == sorted(told.shares)


def test_what_counts_no_steps_is_measured_by_its_pictures() -> None:
    told = Told(pictures=4)
    for position in range(2):
        told.now_s = 20.0 * position
        told.order.begin(position)
        for tick in range(1, 20):
            told.hear(20.0 * position + tick, "Waiting for the service", 0, 0)
    assert [one.seconds_left for one in told.all[:20]] == [None] * 20
    assert told.all[20].seconds_left == pytest.approx(60, abs=4)
    assert told.all[-1].stage == "Picture 2 of 4: waiting for the service"


def test_the_time_left_of_a_job_is_what_its_worker_reckoned(studio: Studio) -> None:
    """120 s of opening, one of 28 steps of a second each: 27 s, not an hour."""
    jobs = studio.resources.store.jobs
    with studio.resources.store.begin() as transaction:
        job_id, _ = jobs.submit(transaction, owner=YOU.id, kind="generation", title="One", payload={})
    claimed = jobs.claim(worker="w", lease_seconds=60, job_id=job_id)
    assert claimed is not None
    assert claimed.started_at is not None
    started = claimed.started_at
    row = replace(claimed, step=1, total=28, ends_at=started + timedelta(seconds=121 + 27))
    assert guess_seconds_left(row, started + timedelta(seconds=121)) == 27
    assert guess_seconds_left(row, started + timedelta(seconds=200)) == 0
    assert guess_seconds_left(replace(row, ends_at=None), started + timedelta(seconds=121)) is None
    assert guess_seconds_left(replace(row, state="queued"), started) is None
    jobs.set_progress(job_id, claimed.token or "", "Step 1 of 28", 1, 28, seconds_left=27.0)
    assert studio.for_person(YOU).jobs.get(job_id).seconds_left == pytest.approx(27, abs=5)


def test_a_job_that_did_not_work_says_when_it_is_tried_again(studio: Studio) -> None:
    jobs = studio.resources.store.jobs
    with studio.resources.store.begin() as transaction:
        job_id, _ = jobs.submit(transaction, owner=YOU.id, kind="generation", title="One", payload={})
    row = jobs.get(YOU.id, job_id)
    assert say_next_attempt(row, row.not_before) == ""
    failed = replace(row, attempt=1, error="It broke.")
    for seconds, said in ((8, " in 8 s"), (7.2, " in 8 s"), (1000, " in 17 min"), (0, ": waiting its turn")):
        at = failed.not_before - timedelta(seconds=seconds)
        assert say_next_attempt(failed, at) == f"Attempt 2 of 3{said}"


class Staged:
    """Opens in parts, then draws in several passes; obeys the ImageEngine protocol."""

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="staged", title="Staged", pose="none", identity="no", needs_gpu=False
    )

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        for part in range(7):
            on_progress(Progress(stage="Opening the weights", step=part, total=7))

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        view = request.scene.camera.view if request.scene else ""
        passes = PASSES[: 2 if view == "back" else 3]  # no face is seen
        total, done = sum(steps for _, steps in passes), 0
        for stage, steps in passes:
            on_progress(Progress(stage=READING, step=done, total=total))
            for step in range(steps + 1):
                on_progress(Progress(stage=stage, step=done + step, total=total, preview=PREVIEW))
            done += steps
            on_progress(Progress(stage=FINISHING, step=done, total=total))
        return Image.new("RGB", (request.width, request.height), (200, 120, 80))

    def unload(self) -> None:
        """Nothing is held."""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setitem(engines.ENGINES, "staged", f"{__name__}:Staged")
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "staged.toml").write_text(
        'name = "staged"\nengine = "staged"\ntitle = "Staged"\ncomponents = []\n', encoding="utf-8"
    )
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Progress]:
    """Everything that a job is told."""
    heard: list[Progress] = []
    on_progress = JobContext.on_progress

    def hear(self: JobContext, progress: Progress) -> None:
        heard.append(progress)
        on_progress(self, progress)

    monkeypatch.setattr(JobContext, "on_progress", hear)
    return heard


def draw(studio: Studio, *views: str) -> None:
    order = GenerationOrder(
        persona=EXAMPLE_PERSONA,
        engine="staged",
        preset="staged",
        views=views,  # type: ignore[arg-type]
        width=96,
        height=128,
    )
    job_id = studio.for_person(YOU).generations.order(order).job_id
    while (job := studio.for_person(YOU).jobs.get(job_id)).is_open:
        pass
    assert job.state == "succeeded", job.error


def test_a_job_says_the_engines_stages_and_its_bar_never_goes_back(
    studio: Studio, told: list[Progress]
) -> None:
    draw(studio, "front", "back", "side")
    shares = [progress.step / progress.total for progress in told]
    assert shares == sorted(shares)
    assert 0 in shares
    assert shares[-1] == 1
    said = list(dict.fromkeys(progress.stage for progress in told))
    for stage in (
        "Opening the weights",
        "Picture 1 of 3: reading the words",
        "Picture 1 of 3: step 3 of 7",
        "Picture 2 of 3: larger pass, step 6 of 6",
        "Picture 3 of 3: face pass, step 7 of 7",
        "Picture 3 of 3: finishing",
    ):
        assert stage in said
    opening = [share for progress, share in zip(told, shares, strict=True) if not progress.counts]
    assert {round(share, 3) for share in opening} == {0, 0.333, 0.667}
    assert {progress.preview for progress in told} == {None, PREVIEW}


def test_one_picture_needs_no_number(studio: Studio, told: list[Progress]) -> None:
    draw(studio, "front")
    said = [progress.stage for progress in told]
    assert {"Reading the words", "Step 3 of 7", "Face pass, step 7 of 7"} < set(said)
    assert not any("Picture" in stage for stage in said)
