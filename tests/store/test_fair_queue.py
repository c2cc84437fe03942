"""Turns between people: nobody is held up by somebody's many jobs, nobody waits for ever, and a place is true."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert

import store.sqlite
from store.errors import JobStarted, RowMissing
from store.moves import Move, move_job
from store.owners import find_owner_of_job
from store.people_records import PersonRecord
from store.places import PersonLine, count_before, find_places, read_times
from store.rows import JobRow
from store.store import Store, open_store
from store.tiers import TierRow
from tests.store.conftest import Clock

LEASE_S = 60.0
MINUTE_S = 60.0
MOST_UNEQUAL = 1.5


@pytest.fixture
def quick(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that does not wait for the disk: thousands of commits are looked at here, and no power is cut."""
    monkeypatch.setattr(store.sqlite, "SYNCHRONOUS", "OFF")
    opened = open_store(tmp_path / "data", clock=clock)
    yield opened
    opened.close()


def order(kept: Store, owner: str, number: int = 1, *, priority: int = 0, lane: str = "cpu") -> list[str]:
    with kept.begin() as transaction:
        return [
            kept.jobs.submit(
                transaction, owner=owner, kind="body", title="", payload={}, lane=lane, priority=priority
            )[0]
            for _ in range(number)
        ]


def take(kept: Store, lane: str = "cpu") -> JobRow | None:
    return kept.jobs.claim(worker="w", lease_seconds=LEASE_S, lane=lane)


def finish(kept: Store, job: JobRow) -> None:
    with kept.begin() as transaction:
        kept.jobs.finish(transaction, job.id, job.token or "", {})


def serve(kept: Store, clock: Clock, seconds: float = 1.0) -> str:
    """One job from its claim to its end: whose it was."""
    job = take(kept)
    assert job is not None
    clock.pass_seconds(seconds)
    finish(kept, job)
    return job.owner


def move(kept: Store, job_id: str, to: Move) -> None:
    owner = find_owner_of_job(kept, job_id)
    with kept.begin() as transaction:
        move_job(transaction, owner, job_id, to, kept.clock())


def put_into_tier(kept: Store, owner: str, **limits: int | None) -> None:
    with kept.begin() as transaction:
        kept.tiers.put(transaction, TierRow(name="few", **limits))
        now = kept.clock()
        values = {
            "id": owner,
            "name": owner,
            "name_key": owner,
            "password_hash": "",
            "role": "creator",
            "tier": "few",
        }
        values |= {"state": "active", "profile": {}, "created_at": now, "updated_at": now}
        transaction.connection.execute(insert(PersonRecord).values(values))


def test_who_orders_one_thing_waits_for_one_job_of_somebody_with_200(quick: Store, clock: Clock) -> None:
    order(quick, "many", 200)
    assert [serve(quick, clock) for _ in range(3)] == ["many"] * 3
    order(quick, "one")
    assert [serve(quick, clock) for _ in range(3)] == ["many", "one", "many"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_eight_people_with_1_to_200_orders_none_gets_half_as_much_again_as_another_in_any_minute(
    quick: Store, clock: Clock, seed: int
) -> None:
    """Served in an order that nobody could guess: durations, numbers and moments of arrival by chance."""
    chance = random.Random(seed)
    numbers = {f"p{number}": chance.randint(2, 199) for number in range(6)} | {"most": 200, "least": 1}
    arrives = {owner: chance.uniform(0, 90) for owner in numbers}
    began, left = clock.now, Counter[str]()
    served: list[tuple[float, str]] = []
    waits_since: dict[str, float] = {}
    longest = 0.0
    ends: dict[str, float] = {}
    while arrives or +left:
        at = (clock.now - began).total_seconds()
        for owner in [owner for owner, moment in arrives.items() if moment <= at or not +left]:
            order(quick, owner, numbers[owner])
            left[owner], waits_since[owner] = numbers[owner], at
            del arrives[owner]
        owner = serve(quick, clock, chance.uniform(0.5, 3.0))
        served.append((at, owner))
        longest = max(longest, at - waits_since[owner])
        left[owner] -= 1
        waits_since[owner] = at
        if not left[owner]:
            ends[owner] = at
    assert Counter(owner for _, owner in served) == numbers
    assert longest <= (len(numbers) - 1) * 3.0 + 3.0, "a whole round, and what ran when one came"
    first = {owner: min(at for at, who in served if who == owner) for owner in numbers}
    for begin, _ in served:
        there = [one for one in numbers if first[one] <= begin and ends[one] >= begin + MINUTE_S]
        shares = Counter(who for at, who in served if begin <= at < begin + MINUTE_S)
        if len(there) > 1:
            counts = [shares[one] for one in there]
            assert max(counts) <= MOST_UNEQUAL * min(counts), (begin, shares)
            assert max(counts) - min(counts) <= 1


def test_people_who_come_again_and_again_starve_nobody(quick: Store, clock: Clock) -> None:
    """However many come after, who waits is served once those have been who were there before."""
    order(quick, "many", 20)
    waiting, others_first = 0, 0
    for number in range(60):
        order(quick, f"new {number}")  # as quickly as jobs end
        waiting += 1
        if serve(quick, clock) == "many":
            others_first = waiting
        else:
            waiting -= 1
            others_first -= 1
        assert others_first >= 0


def test_of_one_person_the_highest_priority_goes_first_and_holds_up_nobody_else(
    quick: Store, clock: Clock
) -> None:
    plain, (urgent,) = order(quick, "ann", 2), order(quick, "ann", priority=1)
    clock.pass_seconds(1)
    (other,) = order(quick, "ben")
    clock.pass_seconds(1)
    taken = []
    for _ in range(4):
        job = take(quick)
        assert job is not None
        taken.append(job.id)
        clock.pass_seconds(1)
    assert taken == [urgent, other, *plain]


def test_a_failed_attempt_is_a_turn_too(quick: Store, clock: Clock) -> None:
    """Else somebody whose jobs all fail would have three times as much of the lane as others."""
    order(quick, "fails", 3)
    for _ in range(3):
        job = take(quick)
        assert job is not None
        with quick.begin() as transaction:
            quick.jobs.retry_later(transaction, job.id, job.token or "", 0.5, "boom", "It broke.")
        clock.pass_seconds(1)
    order(quick, "works", 3)
    clock.pass_seconds(1)
    assert [serve(quick, clock) for _ in range(6)] == ["fails", "works"] * 3


def test_a_tier_can_have_more_turns_in_a_round(quick: Store, clock: Clock) -> None:
    put_into_tier(quick, "gold", priority=2)
    for owner in ("gold", "ann", "ben"):
        order(quick, owner, 12)
    turns = Counter(serve(quick, clock) for _ in range(16))
    assert (turns["gold"], turns["ann"], turns["ben"]) == (8, 4, 4)


def test_who_has_as_many_running_as_their_tier_allows_is_passed_over(quick: Store, clock: Clock) -> None:
    put_into_tier(quick, "ann", running=1)
    order(quick, "ann", 3)
    order(quick, "ann", lane="gpu")
    clock.pass_seconds(1)
    order(quick, "ben", 2)
    first = take(quick)
    clock.pass_seconds(1)
    others = [take(quick), take(quick)]
    assert first is not None
    assert [first.owner, *(job.owner for job in others if job)] == ["ann", "ben", "ben"]
    assert take(quick) is None
    assert take(quick, "gpu") is not None, "each lane by itself"
    finish(quick, first)
    again = take(quick)
    assert again is not None
    assert again.owner == "ann"


def test_a_turn_that_a_wrong_clock_wrote_into_the_future_counts_for_nothing(
    quick: Store, clock: Clock
) -> None:
    right = clock.now
    order(quick, "ann", 3)
    clock.now = right + timedelta(days=400)
    assert serve(quick, clock) == "ann"
    clock.now = right + timedelta(seconds=1)
    order(quick, "ben", 3)
    clock.pass_seconds(1)
    assert sorted([serve(quick, clock), serve(quick, clock)]) == ["ann", "ben"]


@pytest.mark.parametrize("moved", [0, 1, 4])
def test_a_place_is_when_the_job_is_taken(quick: Store, clock: Clock, moved: int) -> None:
    chance = random.Random(5)
    for _ in range(30):
        order(quick, chance.choice("abc"), chance.randint(1, 3), priority=chance.randint(0, 1))
        clock.pass_seconds(1)
    for _ in range(4):
        serve(quick, clock)
    for job_id in chance.sample([job.id for job in quick.jobs.list_newest(20)], moved):
        clock.pass_seconds(1)
        move(quick, job_id, chance.choice(("first", "first", "last")))
    told: dict[str, int] = {}
    for owner in "abc":
        mine = [job.id for job in quick.jobs.list_recent(owner, limit=100) if job.state == "queued"]
        places = find_places(quick, owner, mine)
        assert {row.waiting for row in places.values()} == {len(quick.jobs.list_due()["cpu"])}
        told |= {job_id: row.place for job_id, row in places.items()}
    assert sorted(told.values()) == list(range(1, len(told) + 1))
    taken = []
    while (job := take(quick)) is not None:
        taken.append(job.id)
        clock.pass_seconds(1)
    assert [told[job_id] for job_id in taken] == list(range(1, len(taken) + 1))


def test_a_moved_job_goes_before_all_turns_or_behind_its_owners_others(quick: Store, clock: Clock) -> None:
    anns = order(quick, "ann", 2, priority=1)
    clock.pass_seconds(1)
    bens = order(quick, "ben", 3)
    clock.pass_seconds(1)
    move(quick, bens[1], "first")
    move(quick, bens[2], "first")
    move(quick, anns[0], "last")
    taken = []
    while (job := take(quick)) is not None:
        taken.append(job.id)
        clock.pass_seconds(1)
    assert taken == [bens[2], bens[1], anns[1], bens[0], anns[0]]
    with pytest.raises(JobStarted):
        move(quick, anns[0], "first")
    (mine,) = order(quick, "ann")
    with pytest.raises(RowMissing), quick.begin() as transaction:
        move_job(transaction, "ben", mine, "first", quick.clock())


def test_a_foreign_job_has_no_place_here(quick: Store) -> None:
    (theirs,) = order(quick, "ann")
    (mine,) = order(quick, "ben")
    assert set(find_places(quick, "ben", [theirs, mine])) == {mine}


def test_who_has_two_turns_in_a_round_is_before_others_so_much() -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    mine, gold = PersonLine(waiting=3, since=late), PersonLine(waiting=5, since=early, turns=2)
    assert [count_before(number, mine, [gold]) for number in range(3)] == [2, 5, 7]
    assert [count_before(number, gold, [mine]) for number in range(5)] == [0, 1, 3, 4, 6]


def test_the_times_of_a_lane_are_those_of_its_newest_jobs(quick: Store, clock: Clock) -> None:
    order(quick, "ann", 4)
    for seconds in (1.0, 2.0, 3.0):
        serve(quick, clock, seconds)
    running = take(quick)
    times = read_times(quick, ["cpu", "gpu"])
    assert list(times["cpu"].seconds) == [3.0, 2.0, 1.0]
    assert running is not None
    assert times["cpu"].running == [(clock.now, None)]
    assert (times["gpu"].seconds, times["gpu"].running) == ([], [])


def test_who_is_next_is_looked_up_and_not_searched_for(quick: Store, clock: Clock) -> None:
    for owner in ("ann", "ben"):
        order(quick, owner, 3)
    asked: list[tuple[str, tuple]] = []

    @event.listens_for(quick.database.writer, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many) -> None:
        asked.append((statement, parameters))

    take(quick)
    statement, parameters = next(one for one in asked if "UPDATE jobs" in one[0] and "waiting" in one[0])
    with quick.read() as look:
        plan = [
            row[3] for row in look.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    scans = [step for step in plan if step.startswith("SCAN") and "jobs" in step]
    assert scans == [], "\n".join(plan)
