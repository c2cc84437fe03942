"""People at work for a long time against the real app: memory, handles and disk stay flat, and nothing goes wrong.

`python -m tests.faults.soak --people 32 --minutes 30` is the long form. Each person orders a draft, waits for it, looks
at it and at the history, searches, uploads a photo, and deletes for good what they made. With `--shared` each is signed
in to an account of their own, and pays.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import psutil

from studio.settings import read_settings
from studio.studio import open_studio
from tests.faults.pressure import draw_photos, serve_app

API = "/api/v1"
PASSWORD = "correct horse battery"
ORDER = {"pose": "relaxed-stand", "width": 64, "height": 96}
THINK_S = (0.5, 3.0)  # between two things that a person does
LOOK_EVERY_S = 5.0
ASK_AGAIN_S = 0.5
PATIENCE_S = 120.0
PHOTOS = 64
MEGA = 1e6
# What may be gained between the second fifth of the time and the last one: rows of jobs, logs and the noise of malloc.
MOST_READ_S = 0.5  # of 95 in 100 reads, in a shared studio
PLENTY = 1_000_000  # credits of each
MOST_GROWTH = {"memory_mb": 60.0, "handles": 24.0, "disk_mb": 25.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the app and all below it held at one time."""

    memory_mb: float
    handles: float
    disk_mb: float


@dataclass(slots=True, kw_only=True)
class Soak:
    """What became of it."""

    done: Counter[str] = field(default_factory=Counter)
    waits: int = 0  # answers that said when to come again
    errors: Counter[str] = field(default_factory=Counter)
    reads_s: list[float] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    def growth(self, of: str) -> float:
        """From the second fifth of the time to the last one, by their medians."""
        values = [getattr(look, of) for look in self.looks]
        fifth = max(1, len(values) // 5)
        return statistics.median(values[-fifth:]) - statistics.median(values[fifth : 2 * fifth])

    @property
    def reads_p95_s(self) -> float:
        """What 95 of 100 reads kept to."""
        return statistics.quantiles(self.reads_s, n=20)[-1]


class Person:
    """One of them: asks, and counts what goes wrong."""

    def __init__(
        self, client: httpx.AsyncClient, photos: Sequence[bytes], seen: Soak, seed: int, token: str = ""
    ) -> None:
        self.client, self.photos, self.seen = client, photos, seen
        self.headers = {"authorization": f"Bearer {token}"} if token else {}
        self.chance = random.Random(seed)

    async def live(self, until: float) -> None:
        """Do one thing after the other."""
        while time.monotonic() < until:
            for act in (self.draw, self.look_around, self.upload):
                try:
                    await act()
                    self.seen.done[act.__name__] += 1
                except (httpx.HTTPError, LookupError, ValueError) as error:
                    self.seen.errors[f"{act.__name__}: {type(error).__name__} {error}"] += 1
                await asyncio.sleep(self.chance.uniform(*THINK_S))

    async def draw(self) -> None:
        """Order, wait, look, delete for good."""
        ordered = (await self.ask("POST", "/generations", json=ORDER)).json()
        while (job := (await self.ask("GET", f"/jobs/{ordered['job_id']}")).json())["state"] in (
            "queued",
            "running",
        ):
            await asyncio.sleep(ASK_AGAIN_S)
        if job["state"] != "succeeded":
            raise ValueError(f"{job['state']}: {job['error']}")
        made = (await self.ask("GET", f"/generations/{ordered['generation_id']}")).json()
        for picture in made["pictures"]:
            await self.ask("GET", picture["file_url"])
        await self.ask("DELETE", f"/generations/{ordered['generation_id']}?purge=true")

    async def look_around(self) -> None:
        """The history, a search, the poses, health."""
        await self.ask("GET", "/generations?limit=24")
        await self.ask("GET", "/generations?q=relaxed&limit=12")
        await self.ask("GET", "/poses?q=stand")
        await self.ask("GET", "/health")

    async def upload(self) -> None:
        """Upload a photo, see it, delete it for good."""
        photo = self.chance.choice(self.photos)
        kept = (await self.ask("POST", "/photos", files={"file": ("a.jpg", photo, "image/jpeg")})).json()
        with suppress(LookupError):  # another person has uploaded the same one, and deleted it
            await self.ask("GET", f"/photos/{kept['id']}")
            await self.ask("DELETE", f"/photos/{kept['id']}?purge=true")

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """An answer; where the app says when to come again, one does. Raises LookupError for 404, ValueError else."""
        address = path if path.startswith(("/files", API)) else f"{API}{path}"
        while True:
            began = time.monotonic()
            answer = await self.client.request(method, address, headers=self.headers, **options)
            if method == "GET":
                self.seen.reads_s.append(time.monotonic() - began)
            if answer.status_code not in (429, 503) or "retry-after" not in answer.headers:
                break
            self.seen.waits += 1
            await asyncio.sleep(float(answer.headers["retry-after"]) * self.chance.uniform(1, 2))
        if answer.status_code == 404:
            raise LookupError(f"{method} {path.split('?')[0]}: 404")
        if not answer.is_success:
            raise ValueError(f"{method} {path.split('?')[0]}: {answer.status_code} {answer.text[:200]}")
        return answer


def look_at(app: psutil.Process, data: Path) -> Look:
    """The app with its worker and decoders, and its data folder."""
    memory = handles = 0.0
    for process in (app, *app.children(recursive=True)):
        with suppress(psutil.Error):
            memory += process.memory_info().rss / MEGA
            handles += process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
    disk = 0
    for path in data.rglob("*"):
        with suppress(OSError):
            disk += path.stat().st_size if path.is_file() else 0
    return Look(memory_mb=memory, handles=handles, disk_mb=disk / MEGA)


@contextmanager
def serve_people(data: Path, people: int) -> Iterator[tuple[str, list[str]]]:
    """The app as a shared studio, with so many people who are signed in: its address, and the tokens."""
    with patch.dict(os.environ, {"STUDIO_MODE": "shared", "STUDIO_CREDITS_MONTHLY": str(PLENTY)}):
        studio = open_studio(read_settings({"data": str(data)}))
        tokens = []
        for number in range(people):
            studio.people.create(f"Person {number}", PASSWORD, "creator")
            tokens.append(studio.people.sign_in(f"Person {number}", PASSWORD, address=str(number)).token)
        studio.close()
        with serve_app(data) as url:
            yield url, tokens


async def soak(
    url: str, people: int, seconds: float, look: Callable[[], Look], tokens: Sequence[str] = ()
) -> Soak:
    """Let so many people work for so long, each with their token where there are some."""
    seen, until = Soak(), time.monotonic() + seconds
    photos = draw_photos(PHOTOS)

    async def watch() -> None:
        while time.monotonic() < until:
            seen.looks.append(await asyncio.to_thread(look))
            await asyncio.sleep(min(LOOK_EVERY_S, seconds / 20))

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, limits=limits, trust_env=False) as client:
        each = tokens or [""] * people
        persons = [Person(client, photos, seen, seed, token) for seed, token in enumerate(each)]
        await asyncio.gather(watch(), *(person.live(until) for person in persons))
    return seen


def main() -> int:
    """0 where nothing went wrong and nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--shared", action="store_true", help="as people of a shared studio")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as served:
        data, tokens = Path(folder), list[str]()
        if asked.shared:
            url, tokens = served.enter_context(serve_people(data, asked.people))
        else:
            url = served.enter_context(serve_app(data))
        app = next(one for one in psutil.Process().children() if one.is_running())
        seen = asyncio.run(soak(url, asked.people, asked.minutes * 60, lambda: look_at(app, data), tokens))
    wrong = "; ".join(f"{number} × {what}" for what, number in seen.errors.items()) or "0 errors"
    grown = {of: seen.growth(of) for of in MOST_GROWTH}
    told = ", ".join(f"{of} {getattr(seen.looks[-1], of):.0f} ({more:+.1f})" for of, more in grown.items())
    sys.stdout.write(
        f"{asked.people} people, {asked.minutes:g} minutes: {dict(seen.done)}, {seen.waits} waits; {wrong}; "
        f"{len(seen.reads_s)} reads, p95 {seen.reads_p95_s * 1000:.0f} ms; in the end, and gained: {told}\n"
    )
    if asked.shared and seen.reads_p95_s > MOST_READ_S:
        return 1
    return 1 if seen.errors or any(grown[of] > most for of, most in MOST_GROWTH.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
