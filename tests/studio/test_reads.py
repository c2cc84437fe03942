"""What the reads cost that a shared studio answers all day, in calls of Python: they are the same on a machine
that has other work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from pipelines.pose.library import load_library
from pipelines.pose.search import filter_poses
from pipelines.types import Persona
from studio.vocabulary.generation import Ordered
from studio.vocabulary.order import GenerationOrder
from tests.api.people import WORD
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

PEOPLE = 8  # each with an order that waits


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path_factory.mktemp("reads"), mode="shared") as opened:
        opened.is_away = True
        yield opened


@pytest.fixture(scope="module")
def signed_in(studio: ScriptedStudio) -> tuple[str, Ordered]:
    """The token of somebody who waits with all others, and what they ordered."""
    for number in range(PEOPLE):
        studio.people.create(f"Person {number}", WORD, "creator")
        token = studio.people.sign_in(f"Person {number}", WORD, address=str(number)).token
        person = studio.people.find_person(token)
        assert person is not None
        ordered = studio.for_person(person).generations.order(GenerationOrder(persona=Persona()))
    return token, ordered


def count_calls(read: Callable[[], object]) -> int:
    """Of Python's own functions, in a read that was asked for before."""
    read()
    calls = 0

    def count(_: FrameType, what: str, __: object) -> None:
        nonlocal calls
        calls += what == "call"

    sys.setprofile(count)
    try:
        read()
    finally:
        sys.setprofile(None)
    return calls


def test_reads_build_no_statement_anew(studio: ScriptedStudio, signed_in: tuple[str, Ordered]) -> None:
    token, ordered = signed_in
    person = studio.people.find_person(token)
    assert person is not None
    mine = studio.for_person(person)
    assert mine.jobs.get(ordered.job_id).place == PEOPLE
    # Each was two to four times as much while every look put its statements together again.
    assert count_calls(lambda: studio.people.find_person(token)) <= 300
    assert count_calls(lambda: mine.jobs.get(ordered.job_id)) <= 1500
    assert count_calls(lambda: mine.generations.get(ordered.generation_id)) <= 3500


def test_a_search_of_the_gallery_reads_no_pose_anew() -> None:
    gallery = load_library()
    assert count_calls(lambda: filter_poses(gallery, q="stand")) <= 12 * len(gallery.all())


def test_health_is_answered_without_reading_what_is_installed(studio: ScriptedStudio) -> None:
    assert count_calls(lambda: studio.monitoring.report(studio.maintenance.health())) <= 4000
