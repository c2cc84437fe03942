"""The whole app killed at once, again and again, while people order and upload: what was acknowledged is there in the
end, whole.

`python -m tests.faults.everything --kills 1000` is the long form. A kill takes everything in one moment: the window,
its worker and the children that decode photos.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from store.problems import FILE_WITHOUT_ROW, LEFTOVER_TEMP
from tests.faults.pressure import CHECKOUT, draw_photos

ORDER = {"pose": "relaxed-stand", "width": 64, "height": 64, "views": ["front", "back"]}
API = "/api/v1"
EARLY_SHARE = 0.15  # of the kills come while it starts
LONGEST_START_S = 1.5
MOST_ANSWERS = 4  # in one life: it ends after that many, or fewer, however slow the machine is,
LAST_MOMENT_S = 1.0  # and after a part of this
MOST_ORDERS = 2  # in one life: the worker has to come to something, too
END_WITHIN_S, END_OF_ONE_S = 120.0, 2.0  # for all that is left in the end, and for each job of it
PATIENCE_S = 90.0  # for one answer, the first of REST on a busy machine too: no life ends by it
GONE_WITHIN_S = 10.0  # what was killed
GIVEN_UP = "attempts-exhausted"
LEAVINGS = (LEFTOVER_TEMP, FILE_WITHOUT_ROW)


@dataclass(slots=True, kw_only=True)
class Acknowledged:
    """What the app said that it has, over all its lives; and what was wrong in the end."""

    kills: int = 0
    lives: int = 0  # in which it came to answer
    jobs: set[str] = field(default_factory=set)
    given_up: int = 0  # jobs that were at work in three lives: the studio says so and offers to try again
    photos: dict[str, str] = field(default_factory=dict)  # id → hash of the picture that was shown of it
    leavings: int = 0  # unfinished files that fsck found in the end
    faults: Counter[str] = field(default_factory=Counter)


def run_kills(kills: int, seed: int = 1, within_s: float = math.inf) -> Acknowledged:
    """Start the app so often on one data folder, or as often as the time allows, and kill all of it; then let it end
    its work, and look."""
    seen, chance, until = Acknowledged(), random.Random(seed), time.monotonic() + within_s
    photos = draw_photos(kills)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        for photo in itertools.takewhile(lambda _: time.monotonic() < until, photos):
            with _app(data) as (process, url):
                answers = threading.Semaphore(0)  # and one for being up
                people = threading.Thread(target=_use, args=(url, photo, seen, answers), daemon=True)
                people.start()
                if chance.random() > EARLY_SHARE:
                    answers.acquire(timeout=END_WITHIN_S)
                    for _ in range(chance.randint(0, MOST_ANSWERS)):
                        answers.acquire(timeout=PATIENCE_S)
                    time.sleep(chance.uniform(0, LAST_MOMENT_S))
                else:
                    time.sleep(chance.uniform(0.1, LONGEST_START_S))
                kill_everything(process.pid)
                seen.kills += 1
                people.join(GONE_WITHIN_S)
        with _app(data) as (process, url):
            _check(url.result(), seen)
            process.terminate()
            process.wait(END_WITHIN_S)
        _look_over(data, seen)
    return seen


def _look_over(data: Path, seen: Acknowledged) -> None:
    """Whether rows and files agree. A kill may leave a file without its row, or the beginning of one: nobody was told
    that it is kept, and fsck takes it away."""
    found = json.loads(_fsck(data, "--json").stdout)["findings"]
    for finding in found:
        if finding["kind"] in LEAVINGS:
            seen.leavings += 1
        else:
            seen.faults[f"fsck: {finding['kind']}: {finding['sentence']}"] += 1
    if found and (said := _fsck(data, "--yes")).returncode != 0:
        seen.faults[f"fsck --yes: {said.stdout.strip()}"] += 1


def _fsck(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "app.py", "fsck", "--data", str(data), *options]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)


class _Address:
    """The address that a starting app will say; None where it was killed before."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def result(self) -> str | None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return line.rpartition(" ")[2].strip() if "ready" in line else None


@contextmanager
def _app(data: Path) -> Iterator[tuple[subprocess.Popen[str], _Address]]:
    command = [sys.executable, "app.py", "--port", "0", "--data", str(data)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process, _Address(process)
        finally:
            if process.poll() is None:
                kill_everything(process.pid)


def kill_everything(pid: int) -> None:
    """Stop a process and all below it where they are, so that none sees another die; then kill them all."""
    family: list[psutil.Process] = []
    while True:
        try:
            top = psutil.Process(pid)
            found = [top, *top.children(recursive=True)]
        except psutil.NoSuchProcess:
            found = []
        new = [one for one in found if one not in family]
        if not new:
            break
        family += new
        for one in new:
            _send(one, signal.SIGSTOP)
    for one in family:
        _send(one, signal.SIGKILL)
    psutil.wait_procs(family, timeout=GONE_WITHIN_S)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)


def _use(address: _Address, photo: bytes, seen: Acknowledged, answers: threading.Semaphore) -> None:
    """Order and upload until the app is gone."""
    url = address.result()
    answers.release()
    if url is None:
        return
    seen.lives += 1
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        try:
            for number in itertools.count():
                if number < MOST_ORDERS:
                    answer = client.post(f"{API}/generations", json=ORDER)
                    if answer.status_code == 202:
                        seen.jobs.add(answer.json()["job_id"])
                        answers.release()
                answer = client.post(f"{API}/photos", files={"file": ("a.jpg", photo, "image/jpeg")})
                if answer.status_code in (200, 201):
                    kept = answer.json()
                    shown = client.get(kept["file_url"])
                    if shown.status_code == 200:
                        seen.photos[kept["id"]] = hashlib.sha256(shown.content).hexdigest()
                        answers.release()
        except (httpx.HTTPError, ValueError, KeyError):
            return


def _check(url: str | None, seen: Acknowledged) -> None:
    if url is None:
        seen.faults["the app did not start again"] += 1
        return
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        until = time.monotonic() + END_WITHIN_S + END_OF_ONE_S * len(seen.jobs)
        for job_id in seen.jobs:
            while (job := client.get(f"{API}/jobs/{job_id}").json()).get("state") in ("queued", "running"):
                if time.monotonic() > until:
                    break
                time.sleep(0.1)
            if (job.get("error") or {}).get("code") == GIVEN_UP:
                seen.given_up += 1
                continue
            if job.get("state") != "succeeded":
                seen.faults[f"an acknowledged job is {job.get('state', 'gone')}: {job.get('error')}"] += 1
                continue
            made = client.get(f"{API}/generations/{job['result']['generation_id']}").json()
            whole = [client.get(one["file_url"]).status_code == 200 for one in made["pictures"]]
            if whole != [True, True]:
                seen.faults["a picture is missing"] += 1
        for photo_id, sha256 in seen.photos.items():
            kept = client.get(f"{API}/photos/{photo_id}")
            shown = client.get(kept.json()["file_url"]) if kept.status_code == 200 else kept
            if hashlib.sha256(shown.content).hexdigest() != sha256:
                seen.faults["an acknowledged photo is missing or changed"] += 1


def main() -> int:
    """0 where nothing that was acknowledged is lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.everything", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="other moments for other seeds")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end earlier, after so long")
    asked = parser.parse_args()
    began = time.monotonic()
    seen = run_kills(asked.kills, asked.seed, asked.minutes * 60)
    wrong = "; ".join(f"{number} × {what}" for what, number in seen.faults.items()) or "nothing lost"
    sys.stdout.write(
        f"{seen.kills} kills of everything, {seen.lives} after it answered; {len(seen.jobs)} jobs and "
        f"{len(seen.photos)} photos acknowledged, {seen.given_up} jobs given up after three lives, "
        f"{seen.leavings} unfinished files for fsck: {wrong}; "
        f"{time.monotonic() - began:.0f} s\n"
    )
    return 1 if seen.faults else 0


if __name__ == "__main__":
    sys.exit(main())
