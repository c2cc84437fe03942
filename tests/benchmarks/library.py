"""Words and filters in a long history: the index of the search beside LIKE over the rows.

`python tests/benchmarks/library.py [ROWS]` prints a line for each question, in milliseconds of the processor.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from store.search import Search
from store.store import DATABASE_NAME, open_store
from tests.benchmarks.history import OWNER, PAGE, fill, percentile

TIMES, SLOW_TIMES = 100, 5
RED = {"tag": "red", "favourite": "true"}
ASKED = {
    "no filter": Search(sort="newest"),
    "a rare word": Search(words="zebra"),
    "two common words and two filters": Search(words="person avatar", facets=RED),
    "two filters": Search(facets=RED),
}
LIKE = (
    "SELECT id FROM generations WHERE owner = ? AND deleted_at IS NULL AND favourite AND prompt LIKE '%person%' "
    "AND notes LIKE '%zebra%' ORDER BY id DESC LIMIT 60"
)


def measure_library(rows: int = 100_000) -> dict[str, tuple[float, float]]:
    """p50 and p95 of each question, in milliseconds of the processor."""
    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name))
        fill(Path(name) / DATABASE_NAME, rows, random.Random(7))
        with closing(sqlite3.connect(Path(name) / DATABASE_NAME)) as connection, connection:
            connection.execute(
                "UPDATE generations SET favourite = 1, tags = '[\"red\"]' WHERE rowid % 50 = 0"
            )
            connection.execute("UPDATE generations SET notes = 'a zebra' WHERE rowid % 997 = 0")
        table = store.generations
        measured = {
            f"a page: {what}": time_call(
                lambda asked=asked: table.search_page(OWNER, asked, None, PAGE), TIMES
            )  # type: ignore[misc]
            for what, asked in ASKED.items()
        }
        measured["counts of all"] = time_call(lambda: table.count(OWNER, Search()), SLOW_TIMES)
        measured["counts of two filters"] = time_call(
            lambda: table.count(OWNER, ASKED["two filters"]), SLOW_TIMES
        )
        measured["a page: by title"] = time_call(
            lambda: table.search_page(OWNER, Search(sort="title"), None, PAGE), SLOW_TIMES
        )
        with store.read() as look:
            measured["ids alone, by LIKE"] = time_call(
                lambda: look.connection.exec_driver_sql(LIKE, (OWNER,)).all(), SLOW_TIMES
            )
        store.close()
    return measured


def time_call(call: Callable[[], object], times: int) -> tuple[float, float]:
    """p50 and p95 of a call, in milliseconds of the processor."""
    call()
    spent = []
    for _ in range(times):
        begun = time.process_time()
        call()
        spent.append((time.process_time() - begun) * 1000)
    return percentile(spent, 50), percentile(spent, 95)


if __name__ == "__main__":
    for what, (p50, p95) in measure_library(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000).items():
        print(f"{what:<50} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms")
