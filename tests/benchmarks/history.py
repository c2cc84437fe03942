"""Any page of a long history, with its pictures: our keyset pages beside OFFSET pages with a query a picture list.

`python tests/benchmarks/history.py [ROWS]` prints the rows that `measure_history` answers with.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from store.database import DATABASE_NAME
from store.ids import new_id
from store.store import Store, open_store
from tests.benchmarks.table import Row

OWNER, OTHER_OWNER = "you", "somebody"
OTHERS_SHARE = 0.1  # of the rows are somebody else's
DELETED_SHARE = 0.05
PICTURES = 2  # per generation
PAGE = 60
PAGES_MEASURED = 300
NAIVE_PAGES_MEASURED = 60
BAR_P95_MS = 2.0
START = datetime(2025, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=5)


def measure_history(rows: int = 100_000) -> list[dict[str, Any]]:
    """p50 and p95 in milliseconds of pages at random places of a history of `rows` generations.

    Each dict: name, p50_ms, p95_ms, cpu_p95_ms (of the processor alone, for a machine that has other work too),
    bar_p95_ms, naive_p50_ms, naive_p95_ms, times_faster.
    """
    random_numbers = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        ids = fill(Path(folder) / DATABASE_NAME, rows, random_numbers)
        places = [random_numbers.randrange(len(ids)) for _ in range(PAGES_MEASURED)]
        ours = time_each(lambda place: read_page(store, ids[place]), places)
        with closing(sqlite3.connect(Path(folder) / DATABASE_NAME)) as connection:
            naive = time_each(
                lambda place: read_page_by_offset(connection, place), places[:NAIVE_PAGES_MEASURED]
            )
        first = time_each(lambda _: read_page(store, None), places)
        store.close()
    return [
        summarize(f"any page of {PAGE} of a history of {rows:,}", ours, naive),
        summarize(f"first page of {PAGE} of a history of {rows:,}", first, naive),
    ]


def measure_history_rows(rows: int = 100_000) -> list[Row]:
    """The same as rows of the table: p95 beside the bar and beside paging by OFFSET."""
    return [
        Row(
            what=result["name"],
            value=result["p95_ms"],
            unit="ms",
            bar=result["bar_p95_ms"],
            naive=result["naive_p95_ms"],
            naive_way="paging by OFFSET",
            note=f"p95; p50 {result['p50_ms']:.2f} ms, of the processor alone p95 {result['cpu_p95_ms']:.2f} ms",
        )
        for result in measure_history(rows)
    ]


def fill(path: Path, rows: int, random_numbers: random.Random) -> list[str]:
    """Write a history straight into the database; the ids of what the owner sees, newest first."""
    requests = json.dumps([example_request(seed) for seed in range(PICTURES)])
    order = json.dumps(
        {"persona": {"name": "Avatar 1", "age": 30, "own_words": "w" * 200}, "poses": ["stand"]}
    )
    file = ("file", OWNER, "0" * 64, "image/png", text(START))
    seen: list[str] = []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")  # nobody's data
        connection.execute("INSERT INTO blobs VALUES (?, 1, ?)", ("0" * 64, text(START)))
        connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, NULL)", file)
        for number in range(rows):
            at = START + number * BETWEEN
            generation_id = new_id(int(at.timestamp() * 1000))
            owner = OTHER_OWNER if random_numbers.random() < OTHERS_SHARE else OWNER
            deleted = text(at) if random_numbers.random() < DELETED_SHARE else None
            if owner == OWNER and deleted is None:
                seen.append(generation_id)
            end = (text(at), text(at), text(at), deleted, requests)
            words = ("Avatar 1, 2 pictures", False, None, "", "[]")
            words += ("succeeded", "", "", order, "a person " * 40, "blur, text")
            values = (generation_id, owner, f"job{number}", None, None, *words, *end)
            connection.execute(f"INSERT INTO generations VALUES ({', '.join('?' * len(values))})", values)
            for position in range(PICTURES):
                drawn = ("front", "stand", 1, 1024, 1024, "Draft of Avatar 1, front view")
                picture = (
                    f"{generation_id}{position}",
                    owner,
                    generation_id,
                    position,
                    "file0",
                    "file1",
                    *drawn,
                )
                connection.execute(f"INSERT INTO pictures VALUES ({', '.join('?' * len(picture))})", picture)
    return seen[::-1]


def example_request(seed: int) -> dict[str, Any]:
    """About the size of a stored request: prompt, body, pose."""
    rotations = {f"bone{number:02d}": [0.123456, -0.234567, 0.345678] for number in range(16)}
    return {"engine": "draft", "seed": seed, "prompt": "a person " * 20, "scene": {"pose": rotations}}


def read_page(store: Store, cursor: str | None) -> None:
    """Our page."""
    page = store.generations.list_page(OWNER, cursor, PAGE)
    if cursor is None and len(page.entries) != PAGE:
        raise AssertionError("The first page is not full.")


def read_page_by_offset(connection: sqlite3.Connection, place: int) -> None:
    """The usual way: OFFSET, every column, and a query for each generation's pictures."""
    page = (
        "SELECT * FROM generations WHERE owner = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT ? OFFSET ?"
    )
    for row in connection.execute(page, (OWNER, PAGE, place)).fetchall():
        json.loads(row[20])
        connection.execute(
            "SELECT * FROM pictures WHERE generation_id = ? ORDER BY position", row[:1]
        ).fetchall()


def time_each(action: Callable[[int], None], places: list[int]) -> list[tuple[float, float]]:
    """Milliseconds of each call: by the clock, and of the processor."""
    action(places[0])
    times = []
    for place in places:
        started, cpu_started = time.perf_counter(), time.process_time()
        action(place)
        cpu_ended, ended = time.process_time(), time.perf_counter()
        times.append(((ended - started) * 1000, (cpu_ended - cpu_started) * 1000))
    return times


def summarize(name: str, ours: list[tuple[float, float]], naive: list[tuple[float, float]]) -> dict[str, Any]:
    """One row of the table."""
    (times, cpu_times), (naive_times, _) = zip(*ours, strict=True), zip(*naive, strict=True)
    numbers = {"p50_ms": percentile(times, 50), "p95_ms": percentile(times, 95)}
    numbers |= {"cpu_p95_ms": percentile(cpu_times, 95), "bar_p95_ms": BAR_P95_MS}
    numbers |= {"naive_p50_ms": percentile(naive_times, 50), "naive_p95_ms": percentile(naive_times, 95)}
    ratio = round(numbers["naive_p50_ms"] / numbers["p50_ms"], 1)
    return {"name": name, **numbers, "times_faster": ratio}


def percentile(values: Sequence[float], percent: int) -> float:
    """A percentile, rounded to microseconds."""
    return round(statistics.quantiles(values, n=100)[percent - 1], 3)


def text(at: datetime) -> str:
    """A time as the store keeps it."""
    return at.replace(tzinfo=None).isoformat(" ", timespec="microseconds")


if __name__ == "__main__":
    for result in measure_history(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(result)
