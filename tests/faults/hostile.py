"""Thousands of hostile and broken files sent to the real app, four at a time: none is a 5xx, and memory stays bounded.

`python -m tests.faults.hostile --files 3000` is the long form. Half of them are wrong in a way we know, half are photos
with bytes changed, cut off or put in, by chance; some of these are still photos, and are taken.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.faults.pressure import draw_photos, serve_app
from tests.faults.soak import API, PATIENCE_S, look_at
from tests.pipelines.photo.pictures import BAD, FORMATS, draw_scene, save

IN_FLIGHT = 4
WARM_UP = 0.2  # of the files
MOST_GROWTH_MB = 150.0
LOOK_EVERY = 10  # files
KNOWN_SHARE = 0.5


@dataclass(slots=True, kw_only=True)
class Assault:
    """What became of the files."""

    statuses: Counter[int] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)

    @property
    def growth_mb(self) -> float:
        """From the end of the warm-up to the end: what the middle of the last tenth of the looks holds more."""
        tenth = max(1, len(self.memory_mb) // 10)
        warm = int(len(self.memory_mb) * WARM_UP)
        before, after = self.memory_mb[warm : warm + tenth], self.memory_mb[-tenth:]
        return statistics.median(after) - statistics.median(before)


def make_files(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many files."""
    chance = random.Random(seed)
    known = [make for _, make in BAD.values()]
    whole = [*draw_photos(8), *(save(draw_scene(600, 700), kind) for kind in FORMATS)]
    for _ in range(count):
        yield chance.choice(known)() if chance.random() < KNOWN_SHARE else _bend(chance.choice(whole), chance)


def _bend(data: bytes, chance: random.Random) -> bytes:
    bent = bytearray(data)
    at = chance.randrange(len(bent))
    how = chance.choice(("flip", "cut", "insert", "repeat"))
    if how == "flip":
        for _ in range(chance.randint(1, 40)):
            bent[chance.randrange(len(bent))] = chance.randrange(256)
    elif how == "cut":
        del bent[at:]
    elif how == "insert":
        bent[at:at] = chance.randbytes(chance.randint(1, 5000))
    else:
        bent[at:at] = bent[at : at + chance.randint(1, 5000)] * chance.randint(1, 50)
    return bytes(bent)


async def assault(url: str, files: Iterator[bytes], app: psutil.Process, data: Path) -> Assault:
    """Send them all, so many at a time."""
    seen, sent = Assault(), 0

    async def send(client: httpx.AsyncClient) -> None:
        nonlocal sent
        for file in files:
            answer = await client.post(f"{API}/photos", files={"file": ("a.jpg", file, "image/jpeg")})
            seen.statuses[answer.status_code] += 1
            sent += 1
            if sent % LOOK_EVERY == 0:
                seen.memory_mb.append(look_at(app, data).memory_mb)

    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        await asyncio.gather(*(send(client) for _ in range(IN_FLIGHT)))
    return seen


def run_assault(count: int, data: Path) -> Assault:
    """So many files against an app of its own."""
    with serve_app(data) as url:
        app = psutil.Process().children()[0]
        return asyncio.run(assault(url, make_files(count), app, data))


def main() -> int:
    """0 where none was a 5xx and memory is bounded."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.hostile", description=__doc__)
    parser.add_argument("--files", type=int, default=3000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = run_assault(asked.files, Path(folder))
    sys.stdout.write(
        f"{asked.files} files, {IN_FLIGHT} in flight: {dict(seen.statuses)}; memory {seen.memory_mb[-1]:.0f} MB in "
        f"the end, {max(seen.memory_mb):.0f} at most, {seen.growth_mb:+.0f} after the warm-up\n"
    )
    return 1 if any(status >= 500 for status in seen.statuses) or seen.growth_mb > MOST_GROWTH_MB else 0


if __name__ == "__main__":
    sys.exit(main())
