"""All faults in one run: the kill loop, the power-loss replay, the mutants; and the table of what they found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from store.faults import FAULT_POINTS
from tests.faults.accidents import ACCIDENTS, run_accidents
from tests.faults.disk import Leftover
from tests.faults.kill_loop import KillResult, run_kill_loop
from tests.faults.mutants import MUTANTS, WAL, Mutant
from tests.faults.power_loss import PowerResult, run_power_loss
from tests.faults.takeover import run_takeover

FAULT_ROWS = 4  # of the table, before the mutants
MUTANT_ORDERS = 2  # of a recorded run: enough for every rule to matter
MUTANT_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is done. `states` are disk states to be tried, of `orders` orders (None: all there are).

    `torn` is how often what a cut at one call leaves half done is drawn anew.
    """

    kills: int
    orders: int
    states: int | None
    wal_states: int | None
    first_start_states: int | None
    torn: int = 1


QUICK = Plan(kills=50, orders=3, states=150, wal_states=60, first_start_states=60)
LONG = Plan(kills=1000, orders=6, states=None, wal_states=None, first_start_states=None, torn=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    what: str
    did: str
    found: str
    good: bool
    seconds: float


def run_all(plan: Plan) -> Iterator[Row]:
    """Everything, in order."""
    leftovers: tuple[Leftover, ...] = ("dropped", *["torn"] * plan.torn, "kept")
    lose_power = partial(run_power_loss, leftovers=leftovers)
    yield _tell_kills(run_kill_loop(plan.kills, every_point=True))
    yield _tell_power("power loss", lose_power(plan.orders, states=plan.states))
    yield _tell_power("power loss, WAL journal", lose_power(plan.orders, states=plan.wal_states, journal=WAL))
    yield _tell_power("power loss, first start", lose_power(0, states=plan.first_start_states, fresh=True))
    for mutant in MUTANTS:
        yield catch(mutant)
    yield from _tell_accidents()


def _tell_accidents() -> Iterator[Row]:
    for name in ("", *ACCIDENTS):
        started = time.monotonic()
        faults = +run_accidents(name)
        found = f"caught: {min(faults)}" if faults and name else "NOT CAUGHT" if name else _tell(faults)
        yield Row(
            what=f"mutant: {name}" if name else "accidents",
            did="accidents of a data folder",
            found=found,
            good=bool(faults) == bool(name),
            seconds=time.monotonic() - started,
        )


def catch(mutant: Mutant) -> Row:
    """Look for the fault that a mutant makes; not finding one is what is wrong here."""
    started = time.monotonic()
    faults: Counter[str] = Counter()
    for number in range(1 if mutant.harness == "power" else MUTANT_ROUNDS):
        faults = faults or _look_for(mutant, number)
    did = {"power": "power loss", "kills": "kill loop", "takeover": "takeover"}[mutant.harness]
    found = f"caught: {min(faults)}" if faults else "NOT CAUGHT"
    seconds = time.monotonic() - started
    return Row(what=f"mutant: {mutant.name}", did=did, found=found, good=bool(faults), seconds=seconds)


def _look_for(mutant: Mutant, seed: int) -> Counter[str]:
    if mutant.harness == "power":
        return run_power_loss(MUTANT_ORDERS, mutant=mutant.name).faults
    if mutant.harness == "takeover":
        return run_takeover(mutant.name)
    return run_kill_loop(mutant.kills, mutant=mutant.name, points=mutant.points, seed=seed).faults


def _tell_kills(result: KillResult) -> Row:
    missed = sorted(set(FAULT_POINTS) - set(result.points))
    states = ", ".join(f"{number} {state}" for state, number in sorted(result.states.items()))
    did = f"{result.kills} kills at {len(result.points)} points and at random, {result.stalls} stalls"
    did += f"; {result.acknowledged} of {result.jobs} jobs acknowledged ({states})"
    faults = result.faults + Counter(f"no kill at {point}" for point in missed)
    return Row(what="kill loop", did=did, found=_tell(faults), good=not faults, seconds=result.seconds)


def _tell_power(what: str, result: PowerResult) -> Row:
    did = f"{result.states} disk states at {result.calls} system calls"
    faults = result.faults
    return Row(what=what, did=did, found=_tell(faults), good=not faults, seconds=result.seconds)


def _tell(faults: Counter[str]) -> str:
    return "; ".join(f"{number} × {fault}" for fault, number in faults.items()) or "no violation"


def print_row(row: Row) -> None:
    """A line of the table, at once: a long form may be stopped before its end."""
    good = "ok " if row.good else "BAD"
    print(f"{good} {row.what:34} {row.found:52} {row.seconds:6.1f} s  {row.did}", flush=True)


def print_sum(rows: list[Row]) -> None:
    """One line that says it all."""
    mutants = [row for row in rows if row.what.startswith("mutant")]
    caught = sum(row.good for row in mutants)
    good = "no violation" if all(row.good for row in rows[:FAULT_ROWS]) else "VIOLATED"
    seconds = sum(row.seconds for row in rows)
    print(
        f"faults: {rows[0].did}; {rows[1].did}; {rows[2].did.split(' at')[0]} with WAL; "
        f"{rows[3].did.split(' at')[0]} of a first start: {good}; "
        f"{caught} of {len(mutants)} mutants caught; {seconds:.0f} s"
    )
