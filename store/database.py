"""The database: durable commits, and write transactions that lose no update. What is SQLite's own is in `sqlite`."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import Insert

from store.errors import StoreError
from store.faults import fault_point
from store.records import Record
from store.search import TextSearch
from store.sqlite import Sqlite, name_failure

log = logging.getLogger(__name__)

DATABASE_NAME = "studio.sqlite3"  # in a data folder, and in a snapshot of it
LONGEST_PAUSE_S = 0.1  # SQLite asks at least so often whether it may write


class Dialect(Protocol):
    """What differs between databases: see `store.sqlite.Sqlite`."""

    journal_mode: str
    search: TextSearch

    def make_engine(self, *, writes: bool) -> Engine: ...
    def name_failure(self, error: BaseException | None) -> StoreError | None: ...
    def insert_or_ignore(self, record: type[Record], values: dict[str, Any]) -> Insert: ...
    def forget_journal(self, connection: Connection) -> None: ...


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

    __slots__ = ("after_commit", "commits", "dialect")

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        super().__init__(connection)
        self.dialect = dialect
        self.commits: list[str] = []
        self.after_commit: list[Callable[[], None]] = []

    def insert_or_ignore(self, record: type[Record], **values: Any) -> None:
        """Insert a row, or leave that of the same key as it is."""
        self.connection.execute(self.dialect.insert_or_ignore(record, values))


class Database:
    """Two engines on one database: one that writes, one whose connections cannot."""

    def __init__(self, path: Path) -> None:
        self.dialect: Dialect = Sqlite(path)
        self.journal_mode = self.dialect.journal_mode
        self.writer = self.dialect.make_engine(writes=True)
        self.reader = self.dialect.make_engine(writes=False)
        self._open = threading.local()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """One transaction that has the write lock from its start, committed at the end, rolled back by an error.

        Raises StoreBusy when another writer holds the lock for BUSY_TIMEOUT_S, StorageFull when the disk is full.
        """
        with self._alone(), names_failures(), self.writer.connect() as connection:
            begun = connection.begin()  # takes the write lock now, before anything is read
            transaction = Transaction(connection, self.dialect)
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

    def forget_deleted(self) -> None:
        """Leave nothing in the search index of what was deleted for good. Raises StoreBusy.

        In steps, with pauses for whoever else writes: a large index takes seconds.
        """
        is_first, is_more = True, True
        while is_more:
            began = time.monotonic()
            with self.begin() as transaction:
                is_more = self.dialect.search.forget_deleted(transaction.connection, is_first=is_first)
            is_first = False
            if is_more:
                time.sleep(min(LONGEST_PAUSE_S, time.monotonic() - began))

    def forget_journal(self) -> None:
        """Leave nothing in the journal of what was deleted for good."""
        with self._alone(), names_failures(), self.writer.connect() as connection:
            self.dialect.forget_journal(connection)

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


@contextmanager
def names_failures() -> Iterator[None]:
    """Give SQLite's own failures their names; any other error passes through."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        named = name_failure(error.orig if isinstance(error, DBAPIError) else error)
        if named is None:
            raise
        raise named from error
