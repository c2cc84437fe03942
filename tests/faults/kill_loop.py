"""The kill loop: submitters and workers, killed at random and at every named fault point, and what is left of them."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from store.faults import FAULT_POINTS
from store.store import open_store
from tests.faults.children import run_in_child, scratch_folder, start_child
from tests.faults.invariants import examine, install_counter
from tests.faults.mutants import STALL_SHARE
from tests.faults.work import Part, run_submitter, run_worker

SUBMITTERS, WORKERS = 2, 2
POINT_SHARE = {run_submitter: 0.25, run_worker: 0.8}  # the others wait to be killed at random
LONGEST_LIFE_S = 4.0  # a fault point that was not met by then is met another time
STALL_POINTS = ("put.before_fsync", "put.after", "claim.after_commit")  # where no lock is held
KILLED = (-signal.SIGTERM, signal.SIGTERM, -9)  # by a signal; the first two on Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class KillResult:
    """What a kill loop did and found."""

    kills: int
    points: Counter[str]
    stalls: int
    jobs: int
    acknowledged: int
    states: Counter[str]
    faults: Counter[str]
    seconds: float


@dataclass(slots=True, kw_only=True)
class Child:
    """One process of the loop."""

    role: Callable[[Part], None]
    process: BaseProcess
    point: str
    born: float
    died_by_itself: bool = True  # at its fault point


@dataclass(slots=True, kw_only=True)
class Loop:
    """The state of one kill loop."""

    folder: Path
    mutant: str
    points: Sequence[str]
    stall_share: float
    chance: random.Random
    children: list[Child] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def said(self) -> Path:
        return self.folder / "said"

    def start_child(self, role: Callable[[Part], None]) -> Child:
        point = self._choose_point(role)
        stalls = role is run_worker and os.name == "posix" and self.chance.random() < self.stall_share
        if stalls:
            point = self.chance.choice(STALL_POINTS)
        part = Part(
            folder=self.folder / "data",
            said=self.said,
            mutant=self.mutant,
            point=point,
            stalls=stalls,
            pass_number=1 if point.startswith("gc") else self.chance.randint(1, 4),
            seed=self.chance.randrange(10**9),
        )
        process = start_child(role, part)
        return Child(role=role, process=process, point=point, born=time.monotonic())

    def _choose_point(self, role: Callable[[Part], None]) -> str:
        """The point that was met least, of those that this role passes; or none."""
        mine = [point for point in self.points if point.startswith("submit") == (role is run_submitter)]
        if not mine or self.chance.random() > POINT_SHARE[role]:
            return ""
        least = min(self.met[point] for point in mine)
        return self.chance.choice([point for point in mine if self.met[point] == least])

    def replace(self, child: Child) -> None:
        """Count a dead child and start the next one. One that was not killed is a fault."""
        child.process.join()
        if child.process.exitcode not in KILLED:
            self.faults.append(f"a process ended by itself, code {child.process.exitcode}")
        self.kills += 1
        self.met[child.point if child.died_by_itself else ""] += 1
        self.children[self.children.index(child)] = self.start_child(child.role)


def run_kill_loop(
    kills: int,
    *,
    mutant: str = "",
    points: Sequence[str] = FAULT_POINTS,
    stall_share: float = STALL_SHARE,
    seed: int = 1,
    every_point: bool = False,
    longest_s: float = 1e9,
) -> KillResult:
    """Kill so many times (on, until every point was met, with `every_point`), then settle and check."""
    started = time.monotonic()
    with scratch_folder() as folder:
        open_store(folder / "data").close()
        install_counter(folder / "data")
        loop = Loop(
            folder=folder, mutant=mutant, points=points, stall_share=stall_share, chance=random.Random(seed)
        )
        roles = [run_submitter] * SUBMITTERS + [run_worker] * WORKERS
        loop.children = [loop.start_child(role) for role in roles]
        while time.monotonic() - started < longest_s and (
            loop.kills < kills or (every_point and not all(loop.met[point] for point in points))
        ):
            _kill_one(loop)
        for child in loop.children:
            child.process.kill()
            child.process.join()
            loop.kills += 1
        found = run_in_child(examine, folder / "data", loop.said, mutant)
    return KillResult(
        kills=loop.kills,
        points=Counter({point: number for point, number in loop.met.items() if point}),
        stalls=found.stalls,
        jobs=sum(found.states.values()),
        acknowledged=found.acknowledged,
        states=found.states,
        faults=Counter(loop.faults) + found.faults,
        seconds=time.monotonic() - started,
    )


def _kill_one(loop: Loop) -> None:
    """Wait for a child that dies at its fault point; kill another where none does."""
    dead = wait([child.process.sentinel for child in loop.children], timeout=loop.chance.uniform(0.02, 0.15))
    for child in list(loop.children):
        if child.process.sentinel in dead:
            loop.replace(child)
    if dead:
        return
    child = loop.chance.choice(loop.children)
    if not child.point or time.monotonic() - child.born > LONGEST_LIFE_S:
        child.died_by_itself = False
        child.process.kill()
        loop.replace(child)
