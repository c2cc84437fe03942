"""The run whose system calls are recorded: orders, work, uploads and the collector, in one process on the real store.

Started as `python -m tests.faults.script FOLDER SAID MUTANT ORDERS`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

from store.store import open_store
from studio.worker.jobs import run_job
from tests.faults import work
from tests.faults.mutants import plant

OLD_S = 3600.0


def play(folder: Path, said: Path, orders: int) -> None:
    """Order and work in turn, telling what a person would be told; then collect what nobody held."""
    store, chance, say = open_store(folder), random.Random(2), work.speaker(said)
    for number in range(orders):
        owner, key = work.OWNERS[number % 2], f"order-{number}"
        work.order_work(store, owner, key, work.make_payload(chance), say)
        job = store.jobs.claim(worker="script", lease_seconds=60)
        assert job is not None
        run_job(store, job, work.HANDLERS)
        assert store.jobs.get(owner, job.id).state == "succeeded"
        say(f"done {owner} {key} {job.id}")
        if number % 3 == 0:
            work.leave_upload(store, owner, chance)
    long_ago = time.time() - OLD_S
    for path in (folder / "objects").glob("*/*"):
        os.utime(path, (long_ago, long_ago))
    (folder / "objects" / "00" / "left.part").write_bytes(b"half a file")
    os.utime(folder / "objects" / "00" / "left.part", (long_ago, long_ago))
    store.files.collect_garbage(timedelta(seconds=OLD_S / 2))
    store.close()


if __name__ == "__main__":
    plant(sys.argv[3])
    play(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[4]))
