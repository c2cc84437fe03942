"""SQLite as the store's database: how its transactions begin, what its errors mean, how it inserts what may be there.

The one place that knows it: another database is another file like this one.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.sql.dml import Insert

from store.errors import (
    DatabaseDamaged,
    SearchDamaged,
    StorageDenied,
    StorageError,
    StorageFailing,
    StorageFull,
    StorageMissing,
    StorageReadOnly,
    StoreBusy,
    StoreError,
)
from store.records import Record
from store.search import TextSearch
from store.sqlite_search import SqliteSearch

BUSY_TIMEOUT_S = 15.0
SYNCHRONOUS = "FULL"  # a commit that was answered survives a power cut
NOT_KEPT_AFTER = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
    }
)
POOL_SIZE = 8
POOL_OVERFLOW = 56  # connections are cheap; waiting for one is not

log = logging.getLogger(__name__)


class Sqlite:
    """The dialect of one database file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal_mode = choose_journal_mode(sqlite3.sqlite_version_info)
        self.search: TextSearch = SqliteSearch()

    def make_engine(self, *, writes: bool) -> Engine:
        """An engine whose transactions write, or one whose connections cannot."""
        return make_engine(self.path, self.journal_mode, writes=writes)

    def name_failure(self, error: BaseException | None) -> StoreError | None:
        """The store's name for one of SQLite's own failures; None for any other."""
        return name_failure(error)

    def insert_or_ignore(self, record: type[Record], values: dict[str, Any]) -> Insert:
        """An insert that leaves a row of the same key as it is."""
        return insert(record).values(values).on_conflict_do_nothing()

    def forget_journal(self, connection: Connection) -> None:
        """Empty a write-ahead log, which would keep what was deleted until it is written over. Outside transactions."""
        if self.journal_mode == "WAL":
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def choose_journal_mode(version: tuple[int, ...]) -> str:
    """WAL, but TRUNCATE where SQLite has the WAL-reset defect (before 3.51.3, save 3.50.7+ and 3.44.6+)."""
    series = version[:2]
    is_sound = version >= (3, 51, 3) or (series == (3, 50) and version >= (3, 50, 7))
    is_sound = is_sound or (series == (3, 44) and version >= (3, 44, 6))
    return "WAL" if is_sound else "TRUNCATE"


def make_engine(path: Path, journal_mode: str, *, writes: bool) -> Engine:
    """An engine whose transactions begin as they should: those that write take the write lock at once, so that two
    writers never both read first and lose an update."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        json_deserializer=read_json,
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes late, and deferred
        prepare_connection(connection, journal_mode, writes=writes)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "handle_error")
    def let_go(context: ExceptionContext) -> None:
        # A connection that met the disk's trouble is not kept. SQLite opens to read what it cannot open to write just
        # then, and says nothing: it would refuse to write long after the disk had recovered. And where it could not
        # undo a transaction for want of room, it keeps the lock, until it is used again.
        # A search index that cannot be read is no trouble of the disk: it is made anew in the same transaction.
        code = getattr(context.original_exception, "sqlite_errorcode", 0)
        met = code & 0xFF in NOT_KEPT_AFTER and code != sqlite3.SQLITE_CORRUPT_VTAB
        if met and context.connection is not None:
            driver = context.connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.rollback()  # its lock would outlive its close, while anybody holds one of its cursors
            asked = context.execution_context
            if asked is not None and asked.cursor is not None:
                asked.cursor.close()
            context.is_disconnect = True

    return engine


def read_json(text: str) -> Any:
    """What a JSON column says. Most generations have no tags: nothing has to be parsed to know that."""
    return [] if text == "[]" else json.loads(text)


def prepare_connection(connection: sqlite3.Connection, journal_mode: str, *, writes: bool = True) -> None:
    """Set what SQLite keeps per connection."""
    mode = connection.execute(f"PRAGMA journal_mode={journal_mode}").fetchone()[0]
    if mode.upper() != journal_mode:
        log.warning("The database's journal is %s, not %s: another program has it open", mode, journal_mode)
    connection.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
    connection.execute("PRAGMA fullfsync=ON")  # macOS: past the drive's own cache; a no-op elsewhere
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(
        "PRAGMA secure_delete=ON"
    )  # what is deleted for good is overwritten, not only unlinked
    if not writes:
        connection.execute("PRAGMA query_only=ON")


def name_failure(error: BaseException | None) -> StoreError | None:
    """The store's name for one of SQLite's own failures; None for any other."""
    if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB:
        return SearchDamaged()  # the one virtual table
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
    names = {
        sqlite3.SQLITE_BUSY: StoreBusy,
        sqlite3.SQLITE_LOCKED: StoreBusy,
        sqlite3.SQLITE_PROTOCOL: StoreBusy,
        sqlite3.SQLITE_FULL: StorageFull,
        sqlite3.SQLITE_READONLY: StorageReadOnly,
        sqlite3.SQLITE_PERM: StorageDenied,
        sqlite3.SQLITE_CANTOPEN: StorageMissing,
        sqlite3.SQLITE_IOERR: StorageFailing,
        sqlite3.SQLITE_NOMEM: StorageError,
        sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
        sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    }
    return names[code]() if code in names else None
