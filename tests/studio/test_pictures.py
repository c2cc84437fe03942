"""The worker's pictures: what is drawn is kept by JobContext.keep_picture alone, which the fault tests run too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import RequestRefused, UnknownName
from pipelines.image.presets import PresetShelf
from pipelines.progress import OnProgress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import GenerationRequest
from store.rows import JobRow
from store.store import Store, open_store
from studio.presets import open_presets
from studio.services.generations import Generations
from studio.services.service import Resources
from studio.settings import read_settings
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import Person
from studio.worker.jobs import JobContext, run_job
from studio.worker.pictures import draw_pictures

YOU = "you"
ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, views=("front", "back", "side"), width=96, height=128, seed=5
)


class NoNotifier:
    """Nobody is woken: these tests claim by themselves."""

    def notify(self, job_id: str) -> None:
        """Nothing."""


class PlainEngines:
    """Draws one colour, and remembers the seeds that it drew; fails at the picture that it is told to fail at."""

    def __init__(self, *, fails_at: int = -1) -> None:
        self.drawn: list[str] = []
        self.fails_at = fails_at

    def draw(
        self, request: GenerationRequest, on_progress: OnProgress, read_reference: Callable[[str], bytes]
    ) -> Image.Image:
        if len(self.drawn) == self.fails_at:
            raise RuntimeError("a fault of the engine")
        assert request.scene is not None
        self.drawn.append(request.scene.camera.view)
        return Image.fromarray(np.full((request.height, request.width, 3), 200, np.uint8))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def generations(store: Store) -> Generations:
    settings = read_settings({"data": store.folder}, {})
    resources = Resources(
        settings=settings, store=store, presets=open_presets(settings), notifier=NoNotifier()
    )
    return Generations(resources, Person(id=YOU))


def order(store: Store, wanted: GenerationOrder = ORDER) -> str:
    return generations(store).order(wanted).job_id


def run(store: Store, job_id: str, engines: PlainEngines, **rules: Any) -> JobRow:
    """Run that job, also where it is not due yet; the row as it is then."""
    later = None if store.jobs.get(YOU, job_id).attempt == 0 else store.clock().replace(year=9000)
    job = store.jobs.claim(worker="test", lease_seconds=30, job_id=job_id, now=later)
    assert job is not None
    handlers = {"generation": lambda context: draw_pictures(context, engines, PresetShelf())}
    run_job(store, job, handlers, **rules)
    return store.jobs.get(YOU, job_id)


def test_the_shipped_pictures_go_through_the_path_that_the_fault_tests_prove(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[int] = []
    keep, positions = JobContext.keep_picture, JobContext.kept_positions
    asked: list[frozenset[int]] = []

    def keep_and_say(self: JobContext, *images: bytes, **details: Any) -> Any:
        kept.append(details["position"])
        return keep(self, *images, **details)

    def say_kept(self: JobContext) -> frozenset[int]:
        asked.append(positions(self))
        return asked[-1]

    monkeypatch.setattr(JobContext, "keep_picture", keep_and_say)
    monkeypatch.setattr(JobContext, "kept_positions", say_kept)
    job_id = order(store)
    assert run(store, job_id, PlainEngines()).state == "succeeded"
    assert kept == [0, 1, 2]
    assert asked == [frozenset()]
    pictures = store.generations.get_by_job(YOU, job_id).pictures
    assert [picture.view for picture in pictures] == ["front", "back", "side"]


def test_a_second_attempt_draws_only_what_is_missing(store: Store) -> None:
    job_id = order(store)
    first, second = PlainEngines(fails_at=2), PlainEngines()
    assert run(store, job_id, first).state == "queued"
    assert run(store, job_id, second).state == "succeeded"
    assert (first.drawn, second.drawn) == (["front", "back"], ["side"])


def test_a_worker_that_lost_its_job_keeps_no_picture(store: Store) -> None:
    job_id = order(store, replace(ORDER, views=("front",)))
    lost = threading.Event()

    class Slow(PlainEngines):
        def draw(self, *args: Any) -> Image.Image:
            later = store.clock().replace(year=9000)
            assert store.jobs.claim(worker="other", lease_seconds=30, job_id=job_id, now=later)
            lost.set()
            return super().draw(*args)

    assert run(store, job_id, Slow()).worker == "other"
    assert lost.is_set()
    assert store.generations.get_by_job(YOU, job_id).pictures == ()


def stored_requests(store: Store, job_id: str) -> list[dict[str, Any]]:
    return store.generations.requests(YOU, store.generations.get_by_job(YOU, job_id).generation.id)


def test_an_order_is_taken_without_solving_a_pose(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        pytest.fail("a pose was solved before the answer")

    monkeypatch.setattr("studio.worker.scenes.resolve_pose", refuse)
    monkeypatch.setattr("studio.worker.scenes.open_anny", refuse)
    job_id = order(store)
    assert store.jobs.get(YOU, job_id).state == "queued"
    assert stored_requests(store, job_id) == []


def test_the_worker_keeps_the_exact_requests_before_it_draws(store: Store) -> None:
    job_id = order(store)
    planned: list[int] = []

    class Looking(PlainEngines):
        def draw(self, *args: Any) -> Image.Image:
            planned.append(len(stored_requests(store, job_id)))
            return super().draw(*args)

    assert run(store, job_id, Looking()).state == "succeeded"
    assert planned == [3, 3, 3]
    views = [request["scene"]["camera"]["view"] for request in stored_requests(store, job_id)]
    assert views == ["front", "back", "side"]


def test_made_again_the_stored_requests_are_sent_to_the_letter(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = order(store)
    run(store, first, PlainEngines())
    sent = stored_requests(store, first)
    generation_id = store.generations.get_by_job(YOU, first).generation.id
    again = generations(store).again(generation_id).job_id
    assert stored_requests(store, again) == sent
    monkeypatch.setattr("studio.worker.pictures.plan_requests", lambda *_: pytest.fail("planned anew"))
    assert run(store, again, PlainEngines()).state == "succeeded"
    assert stored_requests(store, again) == sent


def test_an_attempt_that_lost_its_job_stores_no_requests(store: Store) -> None:
    job_id = order(store)
    job = store.jobs.claim(worker="slow", lease_seconds=0, job_id=job_id)
    assert job is not None
    assert store.jobs.claim(worker="other", lease_seconds=30, job_id=job_id)
    run_job(store, job, {"generation": lambda context: draw_pictures(context, PlainEngines(), PresetShelf())})
    assert stored_requests(store, job_id) == []


def test_an_order_whose_avatar_was_deleted_meanwhile_says_so(store: Store) -> None:
    with store.begin() as transaction:
        avatar = store.avatars.add(transaction, YOU, name="A", persona=to_json(EXAMPLE_PERSONA))
    job_id = order(store, replace(ORDER, avatar_id=avatar.id))
    with store.begin() as transaction:
        store.avatars.delete(transaction, YOU, avatar.id)
    job = run(store, job_id, PlainEngines())
    assert (job.state, job.error_code) == ("failed", "request-refused")
    assert "deleted" in job.error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"poses": ("moon-walk",)}, UnknownName),
        ({"count": 2}, RequestRefused),
        ({"controls": ("pose",)}, RequestRefused),
        ({"width": 9999}, RequestRefused),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_there_is_a_job(
    store: Store, change: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        order(store, replace(ORDER, **change))
    assert store.jobs.list_recent(YOU) == []
