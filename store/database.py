"""The database: SQLite with durable commits, where every write transaction takes the write lock before it reads."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from store.errors import DatabaseDamaged, StorageFull, StoreBusy, StoreError
from store.faults import fault_point

BUSY_TIMEOUT_S = 15.0
SYNCHRONOUS = "FULL"  # a commit that was answered survives a power cut
POOL_SIZE = 8
POOL_OVERFLOW = 56  # connections are cheap; waiting for one is not

log = logging.getLogger(__name__)


class ReadTransaction:
    """A consistent look at the database, of one thread. Made by `Database.read`."""

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


class Transaction(ReadTransaction):
    """One write transaction: everything in it happens, or nothing. Made by `Database.begin`.

    `commits` names what is being committed, for the fault points around the commit. `after_commit` is called when
    the transaction is over and was committed: what fails there is logged, and must be taken up later.
    """

    __slots__ = ("after_commit", "commits")

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.commits: list[str] = []
        self.after_commit: list[Callable[[], None]] = []


class Database:
    """Two engines on one file: one that writes, one whose connections cannot."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal_mode = choose_journal_mode(sqlite3.sqlite_version_info)
        self.writer = make_engine(path, self.journal_mode, writes=True)
        self.reader = make_engine(path, self.journal_mode, writes=False)
        self._open = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """One BEGIN IMMEDIATE transaction, committed at the end, rolled back by an error.

        Raises StoreBusy when another writer holds the lock for BUSY_TIMEOUT_S, StorageFull when the disk is full.
        """
        with self._alone(), names_failures(), self.writer.connect() as connection:
            begun = connection.begin()  # takes the write lock now, before anything is read
            transaction = Transaction(connection)
            yield transaction
            for name in transaction.commits:
                fault_point(f"{name}.before_commit")
            begun.commit()
            for name in transaction.commits:
                fault_point(f"{name}.after_commit")
        for call in transaction.after_commit:
            try:
                call()
            except (StoreError, OSError) as error:
                log.warning("What follows a commit did not succeed and is tried again later: %s", error)

    @contextmanager
    def read(self, transaction: ReadTransaction | None = None) -> Iterator[ReadTransaction]:
        """A consistent look: within `transaction` where one is given, else one of its own."""
        if transaction is not None:
            yield transaction
            return
        with self._alone(), names_failures(), self.reader.connect() as connection:
            yield ReadTransaction(connection)

    def forget_journal(self) -> None:
        """Empty a write-ahead log, which would keep what was deleted until it is written over."""
        if self.journal_mode == "WAL":
            with self._alone(), names_failures(), self.writer.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        # A transaction inside another one of the same thread would wait for itself until the busy timeout.
        if getattr(self._open, "transaction", False):
            raise RuntimeError(
                "A transaction is open in this thread already: pass it on instead of opening another."
            )
        self._open.transaction = True
        try:
            yield
        finally:
            self._open.transaction = False


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
    )
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes late, and deferred
        prepare_connection(connection, journal_mode, writes=writes)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


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


@contextmanager
def names_failures() -> Iterator[None]:
    """Give SQLite's own failures their names; any other error passes through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        named = _named(error.orig if isinstance(error, DBAPIError) else error)
        if named is None:
            raise
        raise named from error


def _named(error: BaseException | None) -> StoreError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
    names = {
        sqlite3.SQLITE_BUSY: StoreBusy,
        sqlite3.SQLITE_FULL: StorageFull,
        sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
        sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    }
    return names[code]() if code in names else None
