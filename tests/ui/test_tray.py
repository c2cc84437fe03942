"""The tray: stages in words, what can be done about a job, silence when nothing runs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import gradio as gr
import pytest

from pipelines.errors import PictureRefused
from pipelines.image.remote import ServiceTrouble
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.ui.shell import Window
from studio.ui.tray import CANCELLED_SHOWN, FINISHED_SHOWN, find_arrived, is_shown
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, views=("front", "back"))


@pytest.fixture
def slow(studio: ScriptedStudio) -> ScriptedStudio:
    """A studio whose jobs go on for a minute."""
    studio.job_seconds = 60
    return studio


def test_silent_when_nothing_runs(window: Window, you: gr.Request) -> None:
    strip, timer, revision, _ = window.tray.tick("", [], you)
    assert strip == ""
    assert not timer.active
    assert revision == gr.skip()


def test_a_running_job_says_where_it_is(
    window: Window, slow: ScriptedStudio, you: gr.Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = slow.for_person(YOU).generations.order(ORDER).job_id
    slow.wait_for(job, lambda job: job.seconds_left)
    strip, timer, *_ = window.tray.tick("", [], you)
    assert timer.active
    assert 'role="progressbar"' in strip
    assert re.search(r"Picture 1 of 2: drawing the view · \d+ s left", strip)
    assert 'data-act="cancel"' in strip
    assert "worker" not in strip
    monkeypatch.setattr(type(slow.resources.channel), "is_answering", False)
    assert "The worker is not answering; it is replaced" in window.tray.tick("", [], you)[0]


def test_a_finished_job_offers_its_pictures_and_tells_the_tabs(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    strip, _, revision, _ = window.tray.tick("", [], you)
    assert "✓" in strip
    assert strip.count("<img") == 2
    assert 'alt="Draft of Mira, relaxed stand, back view"' in strip
    assert f'data-act="show" data-id="{job}"' in strip
    assert revision == job
    assert window.tray.tick(revision, [], you)[2] == gr.skip()


def test_a_failed_job_says_why_and_can_be_tried_again(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    studio.fail_with = PictureRefused("The engine returned <b>nothing</b>. Try again.")
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    strip, timer, *_ = window.tray.tick("", [], you)
    assert "The engine returned &lt;b&gt;nothing&lt;/b&gt;. Try again." in strip
    assert not timer.active
    studio.fail_with = None
    strip, _, put_away = window.tray.act([], press("retry", job), you)
    assert put_away == [job]
    assert "✓" in strip
    assert "nothing" not in strip


def test_cancel_stops_a_job_once(window: Window, slow: ScriptedStudio, you: gr.Request, press: Any) -> None:
    job = slow.for_person(YOU).generations.order(ORDER).job_id
    window.tray.act([], press("cancel", job), you)
    slow.settle()
    assert slow.for_person(YOU).jobs.get(job).state == "cancelled"
    assert "Cancelled" in window.tray.tick("", [], you)[0]
    with pytest.raises(gr.Error, match="ended already"):
        window.tray.act([], press("cancel", job), you)


def test_a_job_that_is_stopping_says_so(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    studio.is_away = True  # the worker that has the job does not look up
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    studio.resources.store.jobs.claim(worker="busy", lease_seconds=60, job_id=job)
    strip, _, _ = window.tray.act([], press("cancel", job), you)
    assert "Stopping" in strip
    assert 'data-act="cancel"' not in strip


def test_a_job_that_waits_for_its_next_attempt_says_when_and_why(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    studio.fail_with = ServiceTrouble("It did not <answer>.")
    studio.for_person(YOU).generations.order(ORDER)
    strip, timer, *_ = window.tray.tick("", [], you)
    assert re.search(r"Attempt 2 of 3 in (9|10) s · It did not &lt;answer&gt;.", strip)
    assert ("bar-unknown" in strip, timer.active) == (True, True)


def test_a_job_that_nobody_took_up_waits(window: Window, studio: ScriptedStudio, you: gr.Request) -> None:
    studio.is_away = True
    studio.for_person(YOU).generations.order(ORDER)
    assert "Waiting, place 1 of 1<" in window.tray.tick("", [], you)[0]


def test_what_runs_is_first_and_what_waits_says_its_place_and_all_are_counted(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    studio.is_away = True
    mine, store = studio.for_person(YOU), studio.resources.store
    oldest, *_ = [mine.generations.order(ORDER).job_id for _ in range(30)]
    store.jobs.claim(worker="busy", lease_seconds=60, job_id=oldest)
    strip = window.tray.tick("", [], you)[0]
    rows = strip.split('<div class="job')
    assert f'data-id="{oldest}"' in rows[1]
    assert "place 29 of 29" in rows[2]
    assert 'data-open="30"' in strip
    assert "And 18 more that wait." in strip
    store.jobs.request_cancel("you", oldest)
    job = store.jobs.get("you", oldest)
    with store.begin() as transaction:
        store.jobs.cancelled(transaction, oldest, job.token or "")
    assert window.tray.tick("", [], you)[2] == oldest  # an end is seen, however much waits


def test_a_picture_that_was_finished_just_now_goes_to_the_stage(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    generation = studio.for_person(YOU).generations.get(studio.make(ORDER))
    *_, revision, arrived = window.tray.tick("", [], you)
    assert json.loads(arrived)["url"] == f"api/v1/files/{generation.pictures[0].file_id}"
    assert window.tray.tick(revision, [], you)[3] == gr.skip()
    studio.make(ORDER)
    [job, _] = studio.for_person(YOU).jobs.look().jobs
    late = replace(job, finished_at=datetime.now(UTC) - timedelta(minutes=1))
    assert find_arrived(studio.for_person(YOU), [late], []) == gr.skip()


def test_a_row_that_was_put_away_stays_away(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    strip, _, put_away = window.tray.act([], press("hide", job), you)
    assert (strip, put_away) == ("", [job])
    assert window.tray.tick("", put_away, you)[0] == ""


def test_ids_that_are_no_more_are_forgotten(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    assert window.tray.act(["long-gone", 3], press("hide", job), you)[2] == [job]


def test_somebody_elses_job_is_not_there(window: Window, you: gr.Request, press: Any) -> None:
    with pytest.raises(gr.Error, match="nothing here with that id"):
        window.tray.act([], press("cancel", "job-of-another"), you)


def test_rows_leave_by_the_clock(studio: ScriptedStudio) -> None:
    job = studio.for_person(YOU).jobs.get(studio.for_person(YOU).generations.order(ORDER).job_id)
    now = datetime.now(UTC)
    assert is_shown(job, now)
    assert not is_shown(job, now + FINISHED_SHOWN + timedelta(seconds=1))
    assert not is_shown(replace(job, state="cancelled"), now + CANCELLED_SHOWN + timedelta(seconds=1))
    assert is_shown(replace(job, state="failed"), now + timedelta(hours=1))


def test_a_deleted_generation_leaves_a_row_without_pictures(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    studio.for_person(YOU).generations.delete(studio.for_person(YOU).jobs.get(job).result["generation_id"])
    strip, *_ = window.tray.tick("", [], you)
    assert "Mira, 2 pictures" in strip
    assert "<img" not in strip
    assert "Deleted" in strip
    assert 'data-act="show"' not in strip
