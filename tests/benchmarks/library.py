"""A long library: any page of it, words and filters, counts, and the first page that the window shows.

`python -m tests.benchmarks.library [ROWS]` fills a database of its own (a million rows take some minutes and 6 GB of
disk) and prints the rows of the table: each beside the usual way to ask the same, OFFSET or LIKE, in the same run.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from store.database import DATABASE_NAME
from store.search import Search
from store.store import Store
from studio.services.generations import MOST_COUNTED
from studio.ui.tabs.history import HistoryTab
from studio.vocabulary.person import YOU
from tests.benchmarks.history import fill, percentile, read_page
from tests.benchmarks.table import Row
from tests.scripted_studio import open_scripted_studio
from tests.ui.requests import request_of

ROWS = 1_000_000
OWNER, PAGE = YOU.id, 60
TIMES, SOME_TIMES, SLOW_TIMES = 200, 20, 5
PAGE_MS, TEXT_MS, WINDOW_MS = 0.3, 2.0, 300.0
RED = {"tag": "red", "favourite": "true"}
SEARCHES = {
    "a rare word": Search(words="zebra"),
    "a common word": Search(words="person"),
    "two filters": Search(facets=RED),
    "two common words and two filters": Search(words="person avatar", facets=RED),
    "a rare word and two filters": Search(words="zebra", facets=RED),
    "a rare word and a filter that all fit": Search(words="zebra", facets={"state": "succeeded", **RED}),
}
SHOWN = {
    "first page": "",
    "first page of a word that all have": "q=person",
    "first page of two common words and two filters": "q=person+avatar&tag=red&favourite=true",
}
KEYSET = (  # as the store's own page begins
    "SELECT id FROM generations WHERE owner = ? AND deleted_at IS NULL AND id < ? ORDER BY id DESC LIMIT 60"
)
OFFSET = (
    "SELECT id FROM generations WHERE owner = ? AND deleted_at IS NULL ORDER BY id DESC LIMIT 60 OFFSET ?"
)
LIKE = (
    "SELECT id FROM generations WHERE owner = ? AND deleted_at IS NULL AND favourite AND tags LIKE '%\"red\"%' "
    "AND (title || prompt || notes) LIKE '%zebra%' ORDER BY id DESC LIMIT 60"
)


def measure_library(rows: int = ROWS) -> list[Row]:
    """Every question, as a row of the table; times are of the processor, so that another's work does not count."""
    with tempfile.TemporaryDirectory() as name, open_scripted_studio(Path(name)) as studio:
        ids = fill(Path(name) / DATABASE_NAME, rows, random.Random(7))
        mark_some(Path(name) / DATABASE_NAME)
        store = studio.resources.store
        return [
            *measure_pages(store, ids, rows),
            *measure_searches(store, rows),
            *measure_window(studio, rows),
        ]


def mark_some(path: Path) -> None:
    """A tag and a star on every 50th row, a rare word in the notes of every 997th."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("UPDATE generations SET favourite = 1, tags = '[\"red\"]' WHERE rowid % 50 = 0")
        connection.execute("UPDATE generations SET notes = 'a zebra' WHERE rowid % 997 = 0")


def measure_pages(store: Store, ids: Sequence[str], rows: int) -> list[Row]:
    """Which sixty come at any place, and the same with all that is kept of them, beside OFFSET."""
    chance = random.Random(3)
    places = [chance.randrange(len(ids)) for _ in range(TIMES)]
    with store.read() as look:
        found = time_each(lambda at: run(look.connection, KEYSET, OWNER, ids[at]), places)
        skipped = time_each(lambda at: run(look.connection, OFFSET, OWNER, at), places[:SLOW_TIMES])
    whole = time_each(lambda at: read_page(store, ids[at]), places)
    return [
        row(f"any page of 60 of {rows:,}, looked up", found, PAGE_MS, skipped, "OFFSET"),
        row(
            f"any page of 60 of {rows:,}, with orders and pictures", whole, None, skipped, "OFFSET, ids alone"
        ),
    ]


def measure_searches(store: Store, rows: int) -> list[Row]:
    """The newest sixty of what fits, beside LIKE; and how many fit."""
    made = []
    with store.read() as look:
        like = time_each(lambda _: run(look.connection, LIKE, OWNER), range(SLOW_TIMES))
        for what, search in SEARCHES.items():
            found = time_each(
                lambda _, asked=search: store.database.dialect.search.find(
                    look.connection, OWNER, asked, None, PAGE
                ),  # type: ignore[misc]
                range(TIMES),
            )
            made.append(row(f"{what}, the newest 60 of {rows:,}", found, TEXT_MS, like, "LIKE"))
    for what, search in (("all", Search()), *SEARCHES.items()):
        counted = time_each(
            lambda _, asked=search: store.generations.count(OWNER, asked, most=MOST_COUNTED),  # type: ignore[misc]
            range(SOME_TIMES),
        )
        made.append(row(f"counts of {what}, of {rows:,}, or of the newest {MOST_COUNTED:,}", counted, None))
    return made


def measure_window(studio: Any, rows: int) -> list[Row]:
    """The first page as the window's handler answers with it: tiles, filters and all their counts."""
    tab, made = HistoryTab(studio), []
    for what, query in SHOWN.items():
        shown = time_each(lambda _, asked=query: tab.first_page(request_of(YOU), asked), range(SOME_TIMES))  # type: ignore[misc]
        made.append(row(f"{what} of {rows:,} in the window, with its counts", shown, WINDOW_MS))
    return made


def run(connection: Connection, sql: str, *values: Any) -> None:
    """One query, read to its end."""
    connection.exec_driver_sql(sql, values).all()


def row(
    what: str, times: Sequence[float], bar: float | None, naive: Sequence[float] | None = None, way: str = ""
) -> Row:
    """A row: p95 beside the bar and the usual way's p95."""
    return Row(
        what=f"{what}, p95",
        value=percentile(times, 95),
        unit="ms",
        bar=bar,
        naive=None if naive is None else percentile(naive, 95),
        naive_way=way,
        note=f"p50 {percentile(times, 50):.2f} ms",
    )


def time_each(call: Callable[[int], object], places: Sequence[int]) -> list[float]:
    """Milliseconds of the processor that each call takes, after one that counts for nothing."""
    call(places[0])
    spent = []
    for place in places:
        begun = time.process_time()
        call(place)
        spent.append((time.process_time() - begun) * 1000)
    return spent


if __name__ == "__main__":
    from tests.benchmarks.table import format_table

    print(format_table(measure_library(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
