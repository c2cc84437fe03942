"""Many uploads at once against the real app: who is refused is told when to come again, and health is answered.

`python -m tests.faults.pressure --uploads 200` is the long form: health within 200 ms, none but 201 and 503.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image

from tests.fake_pictures import draw_figure, encode

CHECKOUT = Path(__file__).resolve().parents[2]
HEALTH = ("/health/live", "/health/ready", "/api/v1/health")
WITHIN_S = 0.2
LOOK_EVERY_S = 0.05
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """What was seen: how many uploads ended with which status, whether each 503 said when to come again, and how long
    each look at health took, in seconds, in order of size."""

    statuses: Counter[int]
    all_say_when: bool
    looks_s: tuple[float, ...]
    failed_looks: int
    seconds: float

    @property
    def worst_s(self) -> float:
        """The slowest look."""
        return self.looks_s[-1]

    @property
    def median_s(self) -> float:
        """The look in the middle."""
        return self.looks_s[len(self.looks_s) // 2]


@contextmanager
def serve_app(data: Path) -> Iterator[str]:
    """The real app on a data folder of its own; its address."""
    command = [sys.executable, "app.py", "--port", "0", "--data", str(data)]
    with subprocess.Popen(command, cwd=CHECKOUT, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()
            process.wait(30)


def draw_photos(count: int) -> list[bytes]:
    """Different photos, each of a person."""
    with Image.open(io.BytesIO(encode(draw_figure(600, 900), "PNG"))) as opened:
        person = opened.convert("RGB")
    photos = []
    for number in range(count):
        person.putpixel((0, 0), (number % 256, number // 256, 0))
        photos.append(encode(person, "JPEG"))
    return photos


def press(url: str, uploads: int) -> Pressure:
    """Send them all at once, and look at health meanwhile from another process, which has nothing else to do."""
    photos = draw_photos(uploads)
    command = [sys.executable, "-m", "tests.faults.pressure", "--watch", url]
    with subprocess.Popen(
        command, cwd=CHECKOUT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as watcher:
        assert watcher.stdout is not None
        watcher.stdout.readline()  # it has begun
        began = time.monotonic()
        answers = asyncio.run(_send(url, photos))
        seconds = time.monotonic() - began
        told, _ = watcher.communicate()
    looks = json.loads(told)
    refused = [answer for answer in answers if answer.status_code == 503]
    return Pressure(
        statuses=Counter(answer.status_code for answer in answers),
        all_say_when=all(int(answer.headers.get("retry-after", "0")) > 0 for answer in refused),
        looks_s=tuple(sorted(seconds for seconds, _ in looks)),
        failed_looks=sum(1 for _, status in looks if status != 200),
        seconds=seconds,
    )


async def _send(url: str, photos: list[bytes]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, limits=limits, trust_env=False) as client:
        return await asyncio.gather(
            *(
                client.post("/api/v1/photos", files={"file": ("a.jpg", photo, "image/jpeg")})
                for photo in photos
            )
        )


def watch(url: str) -> None:
    """Look at health until the input ends; tell how long each look took, and what it said."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    seen = []
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        for path in HEALTH:  # what is only built once
            client.get(path)
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        while not over.wait(LOOK_EVERY_S):
            for path in HEALTH:
                began = time.monotonic()
                status = client.get(path).status_code
                seen.append((time.monotonic() - began, status))
    sys.stdout.write(json.dumps(seen))


def main() -> int:
    """0 where health was always answered in time and no upload ended oddly."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.pressure", description=__doc__)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--watch", metavar="URL", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.watch:
        watch(asked.watch)
        return 0
    with tempfile.TemporaryDirectory() as folder, serve_app(Path(folder)) as url:
        seen = press(url, asked.uploads)
    sys.stdout.write(
        f"uploads {dict(seen.statuses)} in {seen.seconds:.1f} s; {len(seen.looks_s)} looks at health: "
        f"median {seen.median_s * 1000:.0f} ms, worst {seen.worst_s * 1000:.0f} ms, {seen.failed_looks} not 200\n"
    )
    is_good = seen.statuses.keys() <= {201, 503} and seen.all_say_when and not seen.failed_looks
    return 0 if is_good and seen.worst_s <= WITHIN_S else 1


if __name__ == "__main__":
    sys.exit(main())
