"""Credits under faults: people order, cancel, are given and refunded while every process is killed again and again; in
the end balance, ledger and jobs say the same, and nothing was charged twice.

`python -m tests.faults.credits --operations 10000` is the long form: each fault point around money is met.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from store.database import DATABASE_NAME
from store.errors import BalanceTooLow, JobEnded, LostLease, StoreBusy
from store.faults import FAULT_POINTS
from store.ledger import find_imbalances
from store.rows import JobRow
from store.store import Store, open_store
from store.watched_jobs import list_open
from tests.faults.children import run_in_child, scratch_folder, start_child
from tests.faults.mutants import plant
from tests.faults.work import Part, Say, begin_part, count_open

POINTS = tuple(one for one in FAULT_POINTS if one.startswith(("submit", "claim", "finish")))
PEOPLE = ("ann", "ben", "cem", "dan")
PROCESSES = 4
LEASE_S = 0.5
MOST_PRICE, MOST_GIVEN = 10, 40
BACKLOG = 24
POINT_SHARE = 0.85  # of the processes die at a point, the others anywhere
MOST_PASSES = 12  # of its point, before a process dies there
# Operations of one process, not seconds: a busy machine takes longer for them, and does no less.
LONGEST_LIFE, LONGEST_AIMLESS_LIFE = 90, 25
LONGEST_LOOK_S = 0.03
SILENT_S = 180.0  # nobody does anything for so long: something hangs
KILLED = (-15, 15, -9)


@dataclass(slots=True, kw_only=True)
class CreditsResult:
    """What was done to the credits, and what was wrong with them."""

    operations: int = 0
    kills: int = 0
    points: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass(slots=True, kw_only=True)
class Operator:
    """One process of the run."""

    process: BaseProcess
    point: str
    said: Path
    life: int  # operations after which it is killed, wherever it is

    def count(self) -> int:
        """How many operations it has acknowledged."""
        return self.said.read_bytes().count(b"\n") if self.said.exists() else 0


def run_operator(part: Part) -> None:
    """Do one thing after the other, and tell the world of each once it is done."""
    store, chance, say = begin_part(part)
    number = 0
    while True:
        number += 1
        key = f"{os.getpid()}-{part.seed}-{number}"
        owner = chance.choice(PEOPLE)
        try:
            if count_open(store) < BACKLOG and chance.random() < 0.5:
                order(store, chance, say, owner, key)
            elif chance.random() < 0.15:
                cancel(store, chance, say, owner)
            else:
                work(store, chance, say)
        except (StoreBusy, LostLease, JobEnded):
            continue


def order(store: Store, chance: random.Random, say: Say, owner: str, key: str) -> None:
    """Order, twice as by an impatient click; where the credits do not do, some are given or taken."""
    price = chance.randint(1, MOST_PRICE)
    try:
        for _ in range(2):
            with store.begin() as transaction:
                job_id, _ = store.jobs.submit(
                    transaction,
                    owner=owner,
                    kind="tiny",
                    title="",
                    payload={"price": price},
                    idempotency_key=key,
                    price=price,
                )
        say(f"ordered {owner} {key} {job_id}")
    except BalanceTooLow:
        amount = chance.randint(1, MOST_GIVEN)
        with store.begin() as transaction:
            store.ledger.grant(transaction, owner, amount, cause="fault", key=f"given:{key}")
        say(f"given {owner} {key} {amount}")
        with store.begin() as transaction:
            store.ledger.adjust(transaction, owner, -1, cause="fault", key=f"taken:{key}")
        say(f"taken {owner} {key} 1")


def cancel(store: Store, chance: random.Random, say: Say, owner: str) -> None:
    """Cancel one that waits or runs, where there is one."""
    jobs = list_open(store, owner, limit=BACKLOG)
    if jobs:
        job = chance.choice(jobs)
        store.jobs.request_cancel(owner, job.id)
        say(f"cancelled {owner} - {job.id}")


def work(store: Store, chance: random.Random, say: Say) -> None:
    """Take a job and end it in one way or another, or fall silent over it."""
    store.jobs.reconcile()
    job = store.jobs.claim(worker=str(os.getpid()), lease_seconds=LEASE_S)
    if job is None:
        time.sleep(0.005)
        return
    way = chance.choices(("finish", "fail", "retry", "requeue", "silence"), (60, 15, 10, 5, 10))[0]
    if way == "requeue":
        store.jobs.requeue(job.id, job.token or "")
    elif way != "silence":
        end(store, job, way)
    say(f"{way} {job.owner} - {job.id}")


def end(store: Store, job: JobRow, way: str) -> None:
    """End an attempt as a worker does."""
    token = job.token or ""
    with store.begin() as transaction:
        held = store.jobs.require_lease(transaction, job.id, token)
        if held.cancel_requested:
            store.jobs.cancelled(transaction, job.id, token)
        elif way == "fail":
            store.jobs.fail(transaction, job.id, token, "fault", "It failed.")
        elif way == "retry":
            store.jobs.retry_later(transaction, job.id, token, 0.1, "fault", "Again.")
        else:
            store.jobs.finish(transaction, job.id, token, {})


def run_credits(
    operations: int, *, mutant: str = "", seed: int = 1, every_point: bool = True
) -> CreditsResult:
    """So many acknowledged operations (on, until every point was met), then settle and compare."""
    began, chance, result = time.monotonic(), random.Random(seed), CreditsResult()
    with scratch_folder() as folder:
        data, said = folder / "data", folder / "said"
        open_store(data).close()
        said.mkdir()
        children = [_start(data, said, mutant, chance, result) for _ in range(PROCESSES)]
        before, last = 0, began  # the operations of those that ended, and when the last one was done
        while not result.faults:
            dead = wait(
                [child.process.sentinel for child in children], timeout=chance.uniform(0, LONGEST_LOOK_S)
            )
            for number, child in enumerate(children):
                died = child.process.sentinel in dead
                if died or child.count() >= child.life:
                    _bury(child, died=died, result=result)
                    before += child.count()
                    children[number] = _start(data, said, mutant, chance, result)
            done = before + sum(child.count() for child in children)
            if done > result.operations:
                result.operations, last = done, time.monotonic()
            elif time.monotonic() - last > SILENT_S:
                result.faults["nothing was done any more"] += 1
            are_met = not every_point or all(result.points[point] for point in POINTS)
            if result.operations >= operations and are_met:
                break
        for child in children:
            _bury(child, died=False, result=result)
        states, faults = run_in_child(compare, data, said, mutant)
    del result.points[""]
    result.states, result.faults, result.seconds = states, result.faults + faults, time.monotonic() - began
    return result


def _bury(child: Operator, *, died: bool, result: CreditsResult) -> None:
    """End a process that did not die at its point, and count it."""
    child.process.kill()
    child.process.join()
    if died and child.process.exitcode not in KILLED:
        result.faults[f"a process ended by itself, code {child.process.exitcode}"] += 1
    result.kills += 1
    result.points[child.point if died else ""] += 1


def _start(data: Path, said: Path, mutant: str, chance: random.Random, result: CreditsResult) -> Operator:
    point = ""
    if chance.random() < POINT_SHARE:
        least = min(result.points[one] for one in POINTS)
        point = chance.choice([one for one in POINTS if result.points[one] == least])
    part = Part(
        folder=data,
        said=said / str(chance.randrange(10**12)),
        mutant=mutant,
        point=point,
        pass_number=chance.randint(1, MOST_PASSES),
        seed=chance.randrange(10**9),
    )
    life = LONGEST_LIFE if point else chance.randint(1, LONGEST_AIMLESS_LIFE)
    return Operator(process=start_child(run_operator, part), point=point, said=part.said, life=life)


def compare(data: Path, said: Path, mutant: str) -> tuple[Counter[str], Counter[str]]:
    """How the jobs ended once all work is settled, and what does not agree, right after the faults and then."""
    plant(mutant)
    faults = _find_imbalances(data)
    faults += settle(data)
    faults += _find_imbalances(data)
    with closing(sqlite3.connect(data / DATABASE_NAME)) as connection:
        states, more = _compare_jobs(connection, said)
    return states, Counter(faults + more)


def _find_imbalances(data: Path) -> list[str]:
    with closing(open_store(data)) as store, store.read() as look:
        return ["an account is not what its ledger adds up to"] * len(find_imbalances(look))


def settle(data: Path) -> list[str]:
    """End all that is open, as a worker would later."""
    later = timedelta(days=1)
    with closing(open_store(data, clock=lambda: datetime.now(UTC) + later)) as store:
        while count_open(store):
            later += timedelta(hours=1)
            store.jobs.reconcile()
            job = store.jobs.claim(worker="settle", lease_seconds=60)
            if job is not None:
                end(store, job, "finish")
    return []


def _compare_jobs(connection: sqlite3.Connection, said: Path) -> tuple[Counter[str], list[str]]:
    faults: list[str] = []
    jobs = connection.execute(
        "SELECT id, owner, state, json_extract(payload, '$.price'), idempotency_key FROM jobs"
    ).fetchall()
    moves = connection.execute("SELECT owner, kind, amount, job_id, key FROM ledger").fetchall()
    of_job: dict[str, list[tuple[str, int]]] = {}
    for _, kind, amount, job_id, _ in moves:
        if job_id is not None:
            of_job.setdefault(job_id, []).append((kind, amount))
    for job_id, _, state, price, _ in jobs:
        wanted = [("capture" if state == "succeeded" else "release", price), ("reserve", price)]
        found = sorted(of_job.pop(job_id, []))
        if found != wanted:
            faults.append(f"a job that {state} moved {', '.join(kind for kind, _ in found) or 'nothing'}")
    faults += ["credits were moved for a job that is not there"] * len(of_job)
    for owner, available, held, spent in connection.execute(
        "SELECT owner, available, held, spent FROM accounts"
    ):
        given = sum(amount for who, kind, amount, _, _ in moves if who == owner and kind == "grant")
        taken = sum(amount for who, kind, amount, _, _ in moves if who == owner and kind == "adjust")
        used = sum(price for _, who, state, price, _ in jobs if who == owner and state == "succeeded")
        if (available, held, spent) != (given - taken - used, 0, used):
            faults.append("a balance is not what was given less the jobs that succeeded")
    faults += _compare_told(said, {(owner, key) for _, owner, _, _, key in jobs}, moves)
    return Counter(state for _, _, state, _, _ in jobs), faults


def _compare_told(said: Path, orders: set[tuple[str, str]], moves: list[tuple[str, ...]]) -> list[str]:
    keys = Counter((owner, key) for owner, _, _, _, key in moves)
    faults = ["a movement was made twice" for number in keys.values() if number > 1]
    lines = (line for life in said.iterdir() for line in life.read_text("ascii").split("\n")[:-1])
    for line in lines:
        what, owner, key, _ = line.split(" ")
        if what == "ordered" and (owner, key) not in orders:
            faults.append("an acknowledged order is lost")
        if what in ("given", "taken") and not keys[owner, f"{what}:{key}"]:
            faults.append("acknowledged credits are lost")
    return faults


def main() -> int:
    """0 where everything agrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.credits", description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    seen = run_credits(asked.operations, seed=asked.seed)
    wrong = "; ".join(f"{number} × {what}" for what, number in seen.faults.items()) or "everything agrees"
    states = ", ".join(f"{number} {state}" for state, number in sorted(seen.states.items()))
    a_minute = seen.operations / seen.seconds * 60
    sys.stdout.write(
        f"{seen.operations} operations, {seen.kills} kills at {len(seen.points)} of {len(POINTS)} points; "
        f"jobs: {states}; {wrong}; {seen.seconds:.0f} s, {a_minute:.0f} operations a minute\n"
    )
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
