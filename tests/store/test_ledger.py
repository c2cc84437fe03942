"""The ledger: each movement once, a balance never below zero, and a job's price with the job's own transaction."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store.errors import BalanceTooLow, IdempotencyConflict, TooManyThisMinute, TooManyToday, TooManyWaiting
from store.ledger import AccountRow, find_imbalances
from store.limits import Limits
from store.rows import JobRow
from store.store import Store
from tests.store.conftest import Clock

LEASE_S = 30.0


def give(store: Store, amount: int, key: str = "first", owner: str = "ann") -> bool:
    with store.begin() as transaction:
        return store.ledger.grant(transaction, owner, amount, cause="a gift", key=key)


def order(store: Store, price: int, *, key: str | None = None, limits: Limits | None = None) -> str:
    with store.begin() as transaction:
        return store.jobs.submit(
            transaction,
            owner="ann",
            kind="body",
            title="",
            payload={},
            idempotency_key=key,
            price=price,
            limits=limits or Limits(),
        )[0]


def claim(store: Store) -> JobRow:
    job = store.jobs.claim(worker="w", lease_seconds=LEASE_S)
    assert job is not None
    return job


def account(store: Store) -> tuple[int, int, int]:
    with store.read() as look:
        assert find_imbalances(look) == []
    row = store.ledger.look("ann")
    assert row.available + row.held + row.spent + row.given == 0
    return row.available, row.held, row.spent


def test_a_job_that_succeeds_costs_its_price_once(store: Store) -> None:
    give(store, 20)
    order(store, 7, key="k")
    order(store, 7, key="k")
    assert account(store) == (13, 7, 0)
    job = claim(store)
    with store.begin() as transaction:
        store.jobs.finish(transaction, job.id, job.token or "", {})
    assert account(store) == (13, 0, 7)
    kinds = [(row.kind, row.amount, row.change) for row in store.ledger.list_entries("ann")]
    assert sorted(kinds) == [("capture", 7, 0), ("grant", 20, 20), ("reserve", 7, -7)]


@pytest.mark.parametrize(
    "end", ["failed", "cancelled while it ran", "cancelled in the queue", "silent", "put back"]
)
def test_whatever_else_becomes_of_it_is_given_back_whole_and_once(
    store: Store, clock: Clock, end: str
) -> None:
    give(store, 20)
    job_id = order(store, 7)
    if end == "cancelled in the queue":
        store.jobs.request_cancel("ann", job_id)
    else:
        job = claim(store)
        token = job.token or ""
        if end == "failed":
            with store.begin() as transaction:
                store.jobs.fail(transaction, job_id, token, "boom", "It broke.")
        elif end == "silent":
            for _ in range(3):
                clock.pass_seconds(LEASE_S + 1)
                store.jobs.claim(worker="w", lease_seconds=LEASE_S)
            assert account(store) == (13, 7, 0), "held for as long as it may go on"
            store.jobs.reconcile()
        else:
            store.jobs.request_cancel("ann", job_id)
            assert account(store) == (13, 7, 0)
            if end == "put back":
                store.jobs.requeue(job_id, token)
            else:
                with store.begin() as transaction:
                    store.jobs.cancelled(transaction, job_id, token)
    assert not store.jobs.get("ann", job_id).is_open
    assert account(store) == (20, 0, 0)
    assert [row.kind for row in store.ledger.list_entries("ann")].count("release") == 1


def test_an_order_that_costs_more_than_there_is_leaves_nothing(store: Store) -> None:
    give(store, 6)
    with pytest.raises(BalanceTooLow, match="costs 7 credits, and you have 6"):
        order(store, 7)
    assert store.jobs.list_recent("ann") == []
    assert account(store) == (6, 0, 0)


def test_a_key_gives_once_and_never_something_else(store: Store) -> None:
    assert give(store, 5)
    assert not give(store, 5)
    with pytest.raises(IdempotencyConflict):
        give(store, 6)
    assert give(store, 5, owner="ben")
    assert account(store) == (5, 0, 0)


def test_taking_away_stops_at_nothing(store: Store) -> None:
    give(store, 5)
    with store.begin() as transaction:
        store.ledger.adjust(transaction, "ann", -2, cause="a slip", key="slip")
    assert account(store) == (3, 0, 0)
    with store.begin() as transaction, pytest.raises(BalanceTooLow):
        store.ledger.adjust(transaction, "ann", -4, cause="a slip", key="more")
    assert account(store) == (3, 0, 0)
    assert store.ledger.look("nobody") == AccountRow(owner="nobody")


@pytest.mark.parametrize("part", ["available", "held", "spent"])
def test_the_database_itself_keeps_no_account_below_zero_nor_out_of_balance(store: Store, part: str) -> None:
    give(store, 5)
    for change in (f"{part} = -1, given = given + 1 + {part}", f"{part} = {part} + 1"):
        with pytest.raises(IntegrityError), store.begin() as transaction:
            transaction.connection.execute(text(f"UPDATE accounts SET {change}"))


def test_an_account_that_somebody_wrote_into_is_found(store: Store) -> None:
    give(store, 5)
    with store.begin() as transaction:
        transaction.connection.execute(text("UPDATE accounts SET available = 6, given = -6"))
    with store.read() as look:
        assert find_imbalances(look) == ["ann"]


def test_only_so_many_wait_and_only_so_many_are_ordered_in_a_day(store: Store, clock: Clock) -> None:
    few = Limits(waiting=2, a_day=3)
    order(store, 0, limits=few)
    clock.pass_seconds(1)
    order(store, 0, limits=few, key="k")
    with pytest.raises(TooManyWaiting, match="2 of your jobs wait"):
        order(store, 0, limits=few)
    order(store, 0, limits=few, key="k")  # the same again is no new one
    for _ in range(2):
        claim(store)
    clock.pass_seconds(3599)
    order(store, 0, limits=few)
    with pytest.raises(TooManyToday, match="3 jobs in 24 hours") as refused:
        order(store, 0, limits=few)
    assert refused.value.seconds == 23 * 3600
    clock.pass_seconds(23 * 3600)
    order(store, 0, limits=few)


def test_only_so_many_are_taken_in_a_minute_and_the_next_one_when_the_first_is_a_minute_old(
    store: Store, clock: Clock
) -> None:
    few = Limits(a_minute=2)
    order(store, 0, limits=few)
    clock.pass_seconds(10)
    order(store, 0, limits=few, key="k")
    with pytest.raises(TooManyThisMinute) as refused:
        order(store, 0, limits=few)
    assert refused.value.seconds == 50
    order(store, 0, limits=few, key="k")  # the same again is no new one
    clock.pass_seconds(50)
    order(store, 0, limits=few)
    with pytest.raises(TooManyThisMinute):
        order(store, 0, limits=few)
