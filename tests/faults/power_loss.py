"""The power-loss replay: the disk as a cut at each system call of a run may leave it, opened, settled and checked."""

from __future__ import annotations

import functools
import hashlib
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import store.sqlite
from store.store import open_store
from tests.faults.children import run_in_child, scratch_folder
from tests.faults.disk import Disk, Leftover
from tests.faults.invariants import check_at_once, examine, examine_first_start, install_counter, read_acks
from tests.faults.mutants import plant
from tests.faults.trace import Change, python_module, record

Depth = Literal["at once", "settled", "first start"]
EXAMINE: dict[Depth, Callable[[Path, Path], Counter[str]]] = {
    "at once": lambda folder, said: Counter(check_at_once(folder, read_acks(said))),
    "settled": lambda folder, said: examine(folder, said).faults,
    "first start": lambda folder, _: examine_first_start(folder),
}
LEFTOVERS: tuple[Leftover, ...] = ("dropped", "torn", "kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerResult:
    """What a replay did and found."""

    calls: int
    states: int  # different ones that were opened
    faults: Counter[str]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A run: the folder before it, what it changed there, and what it told the world (a file of lines)."""

    folder: Path
    said: Path
    files: dict[Path, bytes]
    folders: set[Path]
    changes: list[Change]


def run_power_loss(
    orders: int,
    *,
    states: int | None = None,
    leftovers: Sequence[Leftover] = LEFTOVERS,
    mutant: str = "",
    journal: str = "",
    fresh: bool = False,
    seed: int = 1,
) -> PowerResult:
    """Record a run of so many orders, cut it at every call (or at chance ones: `states` in all), and check.

    A mutant is looked for quickly: its folders are not settled, and the first fault ends the search. With `fresh`
    the run begins with no data folder at all. `journal` may be WAL, whatever this SQLite would be given.
    """
    started = time.monotonic()
    with scratch_folder() as scratch:
        recording = record_run(scratch, orders, mutant or journal, fresh=fresh)
        depth: Depth = "first start" if fresh else "at once" if mutant else "settled"
        found, faults = run_in_child(
            try_cuts, recording, scratch, states, tuple(leftovers), seed, depth, journal
        )
    return PowerResult(
        calls=len(recording.changes), states=found, faults=faults, seconds=time.monotonic() - started
    )


def record_run(scratch: Path, orders: int, planted: str, *, fresh: bool) -> Recording:
    """Play `tests.faults.script` under strace."""
    folder, said = scratch / "watched" / "data", scratch / "watched" / "said"
    folder.parent.mkdir()
    if not fresh:
        open_store(folder).close()
        install_counter(folder)
    below = list(folder.rglob("*"))
    files = {path: path.read_bytes() for path in below if path.is_file()}
    folders = {path for path in below if path.is_dir()} | ({folder} if folder.exists() else set())
    command = python_module("tests.faults.script", folder, said, planted, orders)
    changes = record(command, folder.parent, scratch / "strace")
    (scratch / "strace").unlink()
    shutil.rmtree(folder)
    return Recording(folder=folder, said=said, files=files, folders=folders, changes=changes)


def try_cuts(
    recording: Recording,
    scratch: Path,
    states: int | None,
    leftovers: Sequence[Leftover],
    seed: int,
    depth: Depth,
    journal: str,
) -> tuple[int, Counter[str]]:
    """Examine the states of a recording: how many different ones, and the faults."""
    plant(journal)
    store.sqlite.make_engine = functools.cache(store.sqlite.make_engine)  # statements are compiled once
    state = scratch / "state"
    chance = random.Random(seed)
    tried = 0
    faults: Counter[str] = Counter()
    for files, said in different_states(recording, states, leftovers, chance):
        write_state(state, files, said)
        faults += EXAMINE[depth](state / "data", state / "said")
        shutil.rmtree(state)
        tried += 1
        if depth == "at once" and faults:
            break
    return tried, faults


def different_states(
    recording: Recording, states: int | None, leftovers: Sequence[Leftover], chance: random.Random
) -> Iterator[tuple[dict[Path, bytes], bytes]]:
    """The disk's files and what had been said, for each cut and each way to be left; no state twice."""
    disk = Disk(recording.folder.parent, recording.files, recording.folders)
    seen: set[bytes] = set()
    share = 1.0 if states is None else states / (len(recording.changes) * len(leftovers))
    said = b""
    for change in recording.changes:
        if change.path == recording.said:
            said += change.data
        else:
            disk.change(change)
        for leftover in leftovers:
            if chance.random() >= share:
                continue
            files = disk.after_cut(leftover, chance)
            print_ = _fingerprint(files, said)
            if print_ not in seen:
                seen.add(print_)
                yield files, said


def write_state(folder: Path, files: dict[Path, bytes], said: bytes) -> None:
    """Lay a state out."""
    (folder / "data" / "objects").mkdir(parents=True)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (folder / "said").write_bytes(said)


def _fingerprint(files: dict[Path, bytes], said: bytes) -> bytes:
    digest = hashlib.blake2b(said, digest_size=16)
    for path, content in sorted(files.items()):
        digest.update(f"{path} {len(content)} ".encode())
        digest.update(content)
    return digest.digest()
