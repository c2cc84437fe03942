"""The store of one data folder: its database and its files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from store.avatars import Avatars
from store.database import Database, ReadTransaction, Transaction
from store.files import Files
from store.generations import Generations
from store.jobs import Jobs
from store.migrate import migrate
from store.objects_folder import FolderObjects
from store.photos import Photos

DATABASE_NAME = "studio.sqlite3"
OBJECTS_NAME = "objects"

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Store:
    """Rows by noun, and the transactions around them. Made by `open_store`; safe to share by threads."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.database = Database(folder / DATABASE_NAME)
        self.objects = FolderObjects(folder / OBJECTS_NAME)
        self.files = Files(self.database, self.objects, clock)
        self.photos = Photos(self.database, self.files, clock)
        self.avatars = Avatars(self.database, self.files, clock)
        self.jobs = Jobs(self.database, clock)
        self.generations = Generations(self.database, self.files, self.jobs, clock)

    def begin(self) -> AbstractContextManager[Transaction]:
        """One write transaction, which has the write lock from its start."""
        return self.database.begin()

    def read(self) -> AbstractContextManager[ReadTransaction]:
        """A consistent look."""
        return self.database.read()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def open_store(folder: Path, *, clock: Clock = utc_now) -> Store:
    """Open a data folder's store; make it where there is none, bring an older one up to date.

    Raises DatabaseTooNew, DatabaseDamaged.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrate(folder / DATABASE_NAME)
    store = Store(folder, clock)
    store.objects.prepare()
    return store
