"""EnginePool: one engine at a time, kept between pictures, freed by another's turn, by hand and when nobody draws."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image

from pipelines.errors import Cancelled, EngineUnavailable
from pipelines.image import engines
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.types import GenerationRequest, Persona
from store.rows import JobRow
from store.store import Store, open_store
from studio.settings import read_settings
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.worker import engine_pool as rooms
from studio.worker.engine_pool import EnginePool, held_by_all, release_all
from studio.worker.handlers import CALLS, job_handlers
from studio.worker.jobs import run_job

YOU = "you"
HELD_GB = 6.0  # by a loaded engine


class Counted:
    """Draws one grey; notes what is done with it, and waits in a picture where it is told to."""

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="one", title="One", pose="none", identity="no", needs_gpu=False
    )
    done: ClassVar[list[str]] = []
    tiers: ClassVar[list[str]] = []
    go_on: ClassVar[threading.Event] = threading.Event()

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        self.done.append(f"load {preset.name}")
        self.held_gb = HELD_GB
        self.tiers.append(preset.tier)

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        on_progress(Progress(stage="Drawing", step=0, total=1))
        assert self.go_on.wait(30)
        return Image.new("L", (request.width, request.height), 128)

    def unload(self) -> None:
        self.held_gb = 0.0
        self.done.append(f"unload {self.info.name}")


class Other(Counted):
    """Another engine."""

    info: ClassVar[EngineInfo] = replace(Counted.info, name="two")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EnginePool]:
    for name, engine, kind in (
        ("one", "one", "Counted"),
        ("two", "two", "Other"),
        ("one-more", "one", "Counted"),
    ):
        monkeypatch.setitem(engines.ENGINES, engine, f"{__name__}:{kind}")
        (tmp_path / f"{name}.toml").write_text(
            f'name = "{name}"\nengine = "{engine}"\ntitle = "{name}"\ncomponents = []\n'
            "[memory_gb]\nbf16 = 20.0\n4bit = 5.0\n",
            encoding="utf-8",
        )
    Counted.done.clear()
    Counted.tiers.clear()
    Counted.go_on.set()
    monkeypatch.setattr(rooms, "free_gpu_gb", lambda: 8.0)
    monkeypatch.setattr(rooms, "free_ram_gb", lambda: 64.0)
    made = EnginePool(read_settings({"data": tmp_path}, {}), PresetShelf([tmp_path]))
    yield made
    made.close()


def draw(room: EnginePool, preset: str = "one", on_progress: OnProgress = ignore_progress) -> None:
    engine = room._presets[preset].engine
    request = GenerationRequest(engine=engine, preset=preset, prompt="", width=64, height=64)
    room.draw(request, on_progress, lambda sha256: b"")


def set_free_after(room: EnginePool, minutes: float) -> None:
    room._settings = replace(room._settings, free_gpu_after_minutes=minutes)  # type: ignore[arg-type]


def wait_until(what: str) -> bool:
    until = time.monotonic() + 10
    while what not in Counted.done and time.monotonic() < until:
        time.sleep(0.01)
    return what in Counted.done


def test_an_engine_stays_open_from_picture_to_picture_and_leaves_for_another(room: EnginePool) -> None:
    draw(room)
    draw(room)
    assert Counted.done == ["load one", "load one"]  # an engine that is ready says so itself
    draw(room, "two")
    assert Counted.done[2:] == ["unload one", "load two"]


def test_the_tier_is_planned_once_from_what_was_free_before(
    room: EnginePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(room)
    monkeypatch.setattr(
        rooms, "free_gpu_gb", lambda: 1.0
    )  # it is loaded now: that is not to be counted again
    draw(room)
    assert Counted.tiers == ["4bit", "4bit"]
    room.close()
    with pytest.raises(EngineUnavailable, match="needs 5 GB of free GPU memory; 1 GB are free"):
        draw(room)


def test_what_an_engine_holds_makes_room_for_its_next_preset(
    room: EnginePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(room)
    assert (room.held_gb, held_by_all()) == (HELD_GB, HELD_GB)
    monkeypatch.setattr(rooms, "free_gpu_gb", lambda: 1.0)
    draw(room, "one-more")
    assert Counted.tiers == ["4bit", "4bit"]  # 1 GB alone would not do
    room.close()
    assert held_by_all() == 0.0
    assert CALLS["memory"]({}, b"").values == {"held_gb": 0.0}


@pytest.mark.parametrize("minutes", [0.0, 0.0005])
def test_when_nobody_draws_it_is_freed(room: EnginePool, minutes: float) -> None:
    set_free_after(room, minutes)
    draw(room)
    assert wait_until("unload one")
    draw(room)  # and opens again
    assert Counted.done[:3] == ["load one", "unload one", "load one"]


def test_while_it_draws_it_is_not_freed(room: EnginePool) -> None:
    set_free_after(room, 0.0005)
    draw(room)
    Counted.go_on.clear()
    begun = threading.Event()
    thread = threading.Thread(target=draw, args=(room, "one", lambda progress: begun.set()))
    thread.start()
    assert begun.wait(10)
    before = Counted.done.count("unload one")
    time.sleep(0.1)  # three times as long as it would wait
    assert not release_all()
    assert Counted.done.count("unload one") == before
    Counted.go_on.set()
    thread.join(10)
    set_free_after(room, 10)
    draw(room)
    assert release_all()
    assert Counted.done[-1] == "unload one"


def test_a_draft_at_work_keeps_no_memory_from_being_freed(
    room: EnginePool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.HELD_GB", 0.0)
    Counted.go_on.clear()
    begun = threading.Event()
    thread = threading.Thread(target=draw, args=(room, "one", lambda progress: begun.set()))
    thread.start()
    assert begun.wait(10)
    assert release_all()  # what it does not hold need not be freed
    Counted.go_on.set()
    thread.join(10)


def test_a_cancelled_picture_leaves_the_room_ready(room: EnginePool) -> None:
    def stop(progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        draw(room, on_progress=stop)
    draw(room)
    assert room.close()


def test_a_draft_waits_for_no_picture_on_the_gpu_and_leaves_its_engine_loaded(
    tmp_path: Path, room: EnginePool
) -> None:
    with closing(open_store(tmp_path / "data")) as store:
        settings = read_settings({"data": tmp_path / "data"}, {})
        handlers = job_handlers(settings, PresetShelf([tmp_path]))
        Counted.go_on.clear()
        order = GenerationOrder(
            persona=Persona(), prompt="a person", negative_prompt="", seed=1, width=64, height=64
        )
        slow = order_job(store, replace(order, engine="one", preset="one"), lane="gpu")
        drawing = threading.Thread(target=run_job, args=(store, slow, handlers))
        drawing.start()
        assert wait_until("load one")
        draft = order_job(store, order, lane="cpu")
        run_job(store, draft, handlers)
        assert store.jobs.get(YOU, draft.id).state == "succeeded"
        assert store.jobs.get(YOU, slow.id).state == "running"
        Counted.go_on.set()
        drawing.join(30)
        assert store.jobs.get(YOU, slow.id).state == "succeeded"
        assert "unload one" not in Counted.done


def order_job(store: Store, order: GenerationOrder, *, lane: str) -> JobRow:
    """A claimed job with its generation."""
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction, owner=YOU, kind="generation", title="", payload={}, lane=lane
        )
        store.generations.add(
            transaction,
            YOU,
            job_id=job_id,
            title="",
            order=to_json(order),
            requests=[],
            prompt="",
            negative_prompt="",
        )
    job = store.jobs.claim(worker="test", lease_seconds=30, lane=lane)
    assert job is not None
    assert job.id == job_id
    return job
