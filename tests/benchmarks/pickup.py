"""Job pick-up by an idle worker: from the ring to its answer, beside Huey with its defaults.

Like is set beside like: a message is picked up. What our worker then does before the handler begins, the durable
claim of the job's row, depends on the disk's sync and is told in the note.
Run: python -m tests.benchmarks.pickup [idle seconds] [rings]. Both workers wait and are rung in the same run.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import Row, format_table

CHECKOUT = Path(__file__).resolve().parents[2]
BAR_MS = 30.0  # p95
MILLI = 1000.0
P95 = 0.95
PATIENCE_S = 30.0
QUICK_IDLE_S, QUICK_RINGS = 3.0, 5
IDLE_S, RINGS = 20.0, 12

# What the worker processes run: each writes the moment of every answer, and its own processor time, to a file.
OURS = """
import sys, time
from pathlib import Path
from store.store import open_store
from studio.settings import read_settings
from studio.worker.process import Work, Worker
out = open(sys.argv[2], "w", buffering=1)
def say(line):
    print(line, time.time(), time.process_time(), file=out)
class Timed(Worker):
    def _answer(self, job_id):
        say("rung-" + job_id)
        super()._answer(job_id)
settings = read_settings({"data": sys.argv[1]}, {})
work = Work(load_handlers=lambda _: {"line": lambda context: say("begun-" + context.job_id) or {}}, load_calls=None)
Timed(open_store(settings.data), work, settings).start()
say("ready")
time.sleep(1e6)
"""
PLAIN = """
import sys, time
from tests.benchmarks.pickup import plain_huey
out = open(sys.argv[2], "w", buffering=1)
huey, _ = plain_huey(sys.argv[1], lambda job_id: print(job_id, time.time(), time.process_time(), file=out))
consumer = huey.create_consumer(workers=1, periodic=False)
print("ready", 0, 0, file=out)
consumer.run()
"""


def measure_pickup(*, idle_s: float = IDLE_S, n: int = RINGS) -> Row:
    """p95 of `n` pick-ups, each after `idle_s` seconds of silence (after growing silences for Huey's back-off)."""
    from store.store import open_store
    from studio.worker.notify import HueyNotifier

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ours").mkdir()
        heard = folder / "ours.txt", folder / "plain.txt"
        workers = [
            subprocess.Popen([sys.executable, "-c", OURS, folder / "ours", heard[0]], cwd=CHECKOUT),
            subprocess.Popen([sys.executable, "-c", PLAIN, folder / "plain.db", heard[1]], cwd=CHECKOUT),
        ]
        try:
            for path in heard:
                _wait_for(path, "ready")
            store, notifier = open_store(folder / "ours"), HueyNotifier(folder / "ours")
            _, plain = plain_huey(str(folder / "plain.db"), print)
            took: dict[str, list[float]] = {"rung": [], "begun": [], "plain": []}
            started_s, started = _wait_for(heard[0], "ready")[1], time.monotonic()
            for number in range(n):
                time.sleep(idle_s * (1 + number / n / 10))  # not in step with anybody's looks
                with store.begin() as transaction:
                    job_id, _ = store.jobs.submit(transaction, owner="you", kind="line", title="", payload={})
                rung = time.time()
                notifier.notify(job_id)
                for what in ("rung", "begun"):
                    took[what].append(_wait_for(heard[0], f"{what}-{job_id}")[0] - rung)
                rung = time.time()
                plain(f"plain-{number}")
                took["plain"].append(_wait_for(heard[1], f"plain-{number}")[0] - rung)
            busy = _wait_for(heard[0], f"begun-{job_id}")[1] - started_s
            share = busy / (time.monotonic() - started)
            notifier.close()
            store.close()
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
    return Row(
        what=f"job pick-up after {idle_s:.0f} s idle, p95",
        value=_p95(took["rung"]) * MILLI,
        unit="ms",
        bar=BAR_MS,
        naive=_p95(took["plain"]) * MILLI,
        naive_way="Huey with its defaults",
        note=f"{n} rings, p50 {_p50_ms(took['rung']):.1f} ms; with the durable claim {_p50_ms(took['begun']):.0f} ms, "
        f"p95 {_p95(took['begun']) * MILLI:.0f} ms; the worker used {share:.2%} of a core",
    )


def _p50_ms(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2] * MILLI


def plain_huey(filename: str, answer):  # type: ignore[no-untyped-def]
    """A Huey as its documentation makes one: the queue, and the task that calls `answer`."""
    from huey import SqliteHuey

    huey = SqliteHuey("plain", filename=filename)

    @huey.task(name="plain")
    def plain(job_id: str) -> None:
        answer(job_id)

    return huey, plain


def _wait_for(path: Path, line: str) -> tuple[float, float]:
    """The time and the processor time written with a line, as soon as it is there."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        for words in map(str.split, path.read_text().splitlines() if path.exists() else ()):
            if len(words) == 3 and words[0] == line:
                return float(words[1]), float(words[2])
        time.sleep(0.005)
    raise TimeoutError(f"{line} was not heard")


def _p95(seconds: list[float]) -> float:
    """The nearest rank."""
    return sorted(seconds)[min(len(seconds) - 1, int(P95 * len(seconds)))]


if __name__ == "__main__":
    from tests.benchmarks import pickup  # under this name, not __main__, the worker knows the task

    given = dict(zip(("idle_s", "n"), map(int, sys.argv[1:]), strict=False))
    print(format_table([pickup.measure_pickup(**given)]))
