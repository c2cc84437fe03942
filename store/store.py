"""The store of one data folder: its database and its files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from store.avatars import AvatarTable
from store.database import DATABASE_NAME, Database, ReadTransaction, Transaction
from store.documents import DocumentTable
from store.errors import DatabaseBroken, FilesGone, StartRefused, StoreError
from store.files import FileTable
from store.generations import GenerationTable
from store.identities import IdentityTable
from store.identity import check_folder, forget_marker, mark, set_aside
from store.invitations import AuditTable, InvitationTable
from store.jobs import JobTable
from store.ledger import Ledger
from store.manifests import write_missing
from store.members import MemberTable
from store.mending import Mending
from store.migrate import migrate
from store.notes import DATABASE_NOTE, Notes
from store.objects_folder import OBJECTS_NAME, FolderObjects
from store.people import PeopleTable
from store.photos import PhotoTable
from store.poses import PoseTable
from store.private import make_private
from store.projects import ProjectTable
from store.records import BlobRecord
from store.reserve import Reserve
from store.search import Categories
from store.sessions import ApiKeyTable, SessionTable
from store.shares import ShareTable
from store.soundness import check_database
from store.tiers import TierTable
from store.webhooks import WebhookTable

log = logging.getLogger(__name__)

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
        self.notes = Notes(folder)
        self.reserve = Reserve(folder)
        self.mending = Mending(folder, self.objects)
        self.files = FileTable(self.database, self.objects, self.mending, clock)
        self.photos = PhotoTable(self.database, self.files, clock)
        self.poses = PoseTable(self.database, self.files, clock)
        self.avatars = AvatarTable(self.database, self.files, clock)
        self.documents = DocumentTable(self.database, self.files, clock)
        self.jobs = JobTable(self.database, clock)
        self.ledger = Ledger(self.database, clock)
        self.tiers = TierTable(self.database)
        self.generations = GenerationTable(self.database, self.files, self.jobs, clock)
        self.shares = ShareTable(self.database, clock)
        self.webhooks = WebhookTable(self.database, clock)
        self.people = PeopleTable(self.database, clock)
        self.sessions = SessionTable(self.database, clock)
        self.api_keys = ApiKeyTable(self.database, clock)
        self.identities = IdentityTable(self.database, clock)
        self.invitations = InvitationTable(self.database, clock)
        self.audit = AuditTable(self.database, clock)
        self.members = MemberTable(self.database, clock)
        self.projects = ProjectTable(self.database, self.files, self.avatars, self.generations, clock)

    def begin(self) -> AbstractContextManager[Transaction]:
        """One write transaction, which has the write lock from its start."""
        return self.database.begin()

    def read(self) -> AbstractContextManager[ReadTransaction]:
        """A consistent look."""
        return self.database.read()

    def count_blobs(self) -> int:
        """How many files the database knows."""
        with self.read() as look:
            return look.connection.scalar(select(func.count()).select_from(BlobRecord)) or 0

    def keep_manifests(self) -> int:
        """Write what is said beside the files and is missing; how many."""
        with self.begin() as transaction:
            return write_missing(transaction, self.objects)

    def prepare_search(self, categories: Categories | None = None) -> None:
        """Make the search index where it is not there, or knows other categories of poses; it is no part of the
        migrations."""
        search = self.database.dialect.search
        with self.read() as look:
            if search.is_ready(look.connection, categories):
                return
        with self.begin() as transaction:
            search.prepare(transaction.connection, categories)

    def rebuild_search(self) -> None:
        """Make the search index anew of the rows."""
        with self.begin() as transaction:
            self.database.dialect.search.rebuild(transaction.connection)

    def mark(self) -> None:
        """Write down, in the database and beside the files, which studio they are of and how far it got."""
        mark(self.database, self.objects, self.clock())

    def close(self) -> None:
        """Let go of the database, after a mark."""
        try:
            self.mark()
        except (StoreError, OSError, SQLAlchemyError) as error:
            log.warning("The mark could not be written: %s", error)
        self.database.close()


def open_store(folder: Path, *, clock: Clock = utc_now, categories: Categories | None = None) -> Store:
    """Open a data folder's store; make it where there is none, bring an older one up to date.

    `categories` says what each pose of the gallery is filed under, so that generations are found by it.

    Raises StartRefused where database and files do not belong together, DatabaseTooNew, DatabaseDamaged.
    """
    check_folder(folder / DATABASE_NAME, folder / OBJECTS_NAME)
    return Reserve(folder).spend_on(lambda: _open(folder, clock, categories))


def check_start(folder: Path) -> None:
    """Refuse a folder that is not well enough to be started on. Changes nothing. Raises StartRefused."""
    check_database(folder / DATABASE_NAME)
    check_folder(folder / DATABASE_NAME, folder / OBJECTS_NAME)


def open_again(folder: Path, *, adopt: bool, clock: Clock = utc_now) -> Store:
    """Open a folder that `open_store` refused: to have its files taken in (`adopt`, see `store.adopt`), or anew.

    Nothing is deleted: what does not belong to the studio that is opened is moved into a folder of its own.
    """
    database, objects = folder / DATABASE_NAME, folder / OBJECTS_NAME
    try:
        check_start(folder)
    except StartRefused as error:
        if not adopt:
            set_aside(folder, database, objects)
        elif isinstance(error, DatabaseBroken | FilesGone):
            set_aside(folder, database, folder / "none")
            if isinstance(error, DatabaseBroken):
                forget_marker(objects)
        else:
            forget_marker(objects)
    Notes(folder).forget(DATABASE_NOTE)
    return _open(folder, clock)


def _open(folder: Path, clock: Clock, categories: Categories | None = None) -> Store:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_private(folder)
    migrate(folder / DATABASE_NAME)
    store = Store(folder, clock)
    store.objects.prepare()
    store.prepare_search(categories)
    store.mark()
    return store
