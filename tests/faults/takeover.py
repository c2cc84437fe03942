"""A takeover: a worker is stopped amid a picture, another runs its job meanwhile, and then the first one goes on."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from store.store import open_store
from tests.faults.children import run_in_child, scratch_folder, start_child
from tests.faults.invariants import examine, install_counter
from tests.faults.work import Part, order_work, run_worker, speaker

STALL_S = 4.0  # long enough for the other one to finish the job on a busy machine
PATIENCE_S = 20.0
GOES_ON_S = 1.0  # after the stall: enough for the first one to write what it may not write
PAYLOAD = {"seeds": [11, 12], "avatar": True}


def run_takeover(mutant: str = "") -> Counter[str]:
    """The faults that are found after one takeover."""
    with scratch_folder() as folder:
        data, said = folder / "data", folder / "said"
        store = open_store(data)
        install_counter(data)
        job_id = order_work(store, "ann", "taken", PAYLOAD, speaker(said))
        sleeper = Part(
            folder=data,
            said=said,
            mutant=mutant,
            point="put.after",
            stalls=True,
            stall_s=STALL_S,
            lease_s=0.8,
        )
        workers = [start_child(run_worker, sleeper)]
        _wait_until(lambda: "stalled" in said.read_text(encoding="ascii"))
        stalled_at = time.monotonic()
        workers.append(start_child(run_worker, Part(folder=data, said=said, mutant=mutant)))
        _wait_until(lambda: not store.jobs.get("ann", job_id).is_open)
        time.sleep(max(0.0, stalled_at + STALL_S - time.monotonic()) + GOES_ON_S)
        store.close()
        for worker in workers:
            worker.kill()
            worker.join()
        found = run_in_child(examine, data, said, mutant)
        faults: Counter[str] = found.faults
        return faults


def _wait_until(is_so: Callable[[], bool]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > patience:
            raise TimeoutError("The workers of a takeover did not get on.")
        time.sleep(0.02)
