"""Whether a database is whole: asked before a start, every night, and, as far as a moment allows, for health."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from store.database import Database, names_failures
from store.errors import DatabaseBroken, DatabaseDamaged, StorageFailing
from store.records import Record

LARGEST_AT_START = 256_000_000  # bytes: about a second; a larger one is looked through at night
NOT_READ = (
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_IOERR_READ,
    sqlite3.SQLITE_IOERR_NOMEM,
)  # says nothing of the pages
HEADING = "*** in database main ***"


def find_damage(path: Path) -> str:
    """What is wrong with the database's own structure, in a line; "" for one that is whole, empty or not there.

    Reads all of it: about 4 ms a megabyte. Raises StoreBusy, and StorageFailing where it cannot be read just now.
    """
    if not path.exists() or path.stat().st_size == 0:
        return ""
    try:
        with names_failures(), closing(sqlite3.connect(path)) as connection:
            answers = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except DatabaseDamaged as error:
        return str(error.__cause__)
    if any(answers[0].endswith(f"error code={code}") for code in NOT_READ):
        raise StorageFailing
    return "" if answers == ["ok"] else describe(answers[0])


def describe(answer: str) -> str:
    """What SQLite says of a damage, in one line that is never empty."""
    return " ".join(answer.replace(HEADING, "").split()) or "its pages do not fit together"


def check_database(path: Path) -> None:
    """Raise DatabaseBroken for a database that is damaged, wherever in it, as far as that shows before a start."""
    if path.exists() and path.stat().st_size <= LARGEST_AT_START and find_damage(path):
        raise DatabaseBroken


def touch_tables(database: Database) -> None:
    """Read the newest row of every table: a query that fails where health may not say ok. Raises DatabaseDamaged."""
    with database.read() as look:
        for newest in _list_newest():
            look.connection.execute(newest).first()


@cache
def _list_newest() -> tuple[Select[Any], ...]:
    """The queries for the newest row of each table: health is asked for every few seconds."""
    keys = {table: next(iter(table.primary_key.columns)) for table in Record.metadata.sorted_tables}
    return tuple(select(table).order_by(key.desc()).limit(1) for table, key in keys.items())
