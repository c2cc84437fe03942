"""Bring the database to this version's tables when it is opened: backed up first, all or nothing."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
)
from sqlalchemy.pool import NullPool

import store.outgoing_records  # makes its tables known to those of `store.records`
import store.people_records
import store.sharing_records  # noqa: F401  the same
from store.database import names_failures
from store.disk import sync_file, sync_folder
from store.errors import DatabaseDamaged, DatabaseTooNew
from store.migrations import HEAD, REVISIONS
from store.records import Record
from store.sqlite import BUSY_TIMEOUT_S, choose_journal_mode, prepare_connection

MIGRATIONS = Path(__file__).parent / "migrations"
COPY_SUFFIX = ".bak"
VERSION_TABLE = "alembic_version"  # Alembic's own

log = logging.getLogger(__name__)


def migrate(path: Path) -> None:
    """Make the tables, or bring older ones up to date.

    Foreign keys are off meanwhile, because rebuilding a parent table would delete its children; they are checked
    before the commit. Raises DatabaseTooNew for tables of a newer version, DatabaseDamaged for a file that is no
    database or whose rows do not agree.
    """
    with names_failures(), _writing(path) as connection:
        found = read_revision(connection)
        if found == HEAD:
            _drop_older_copies(path)
            return
        if found is not None:
            if found not in REVISIONS:
                raise DatabaseTooNew
            log.info("Migrating the database from %s to %s", found, HEAD)
            _keep_copy(path)
            run_migrations(connection)
        else:
            make_tables(connection)
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise DatabaseDamaged("Rows of this database refer to rows that are not there. Restore a backup.")
        connection.commit()
    sync_folder(path.parent)


def _keep_copy(path: Path) -> None:
    """Copy the database as it is before the steps to this version. A migration that is killed and begun again takes the
    place of its own copy, which was of the same tables."""
    copy = path.with_name(f"{path.stem}-before-{HEAD}{COPY_SUFFIX}")
    new = copy.with_name(f"{copy.name}.part")
    new.unlink(missing_ok=True)
    back_up(path, new)
    new.replace(copy)
    sync_folder(copy.parent)


def _drop_older_copies(path: Path) -> None:
    """The database opened at this version: of the copies from before, only the newest is still worth its space."""
    copies = sorted(
        path.parent.glob(f"{path.stem}-before-*{COPY_SUFFIX}*"), key=lambda one: one.stat().st_mtime
    )
    for copy in copies[:-1]:
        copy.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[Connection]:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # before SQLite makes one that others can read
    engine = create_engine(
        URL.create("sqlite", database=str(path)), poolclass=NullPool, connect_args={"timeout": BUSY_TIMEOUT_S}
    )
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.isolation_level = None
        prepare_connection(driver, choose_journal_mode(sqlite3.sqlite_version_info))
        driver.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE"
        )  # two processes that open at once migrate one after the other
        yield connection


def read_revision(connection: Connection) -> str | None:
    """The revision that a database is at; None for one without tables. Raises DatabaseTooNew for several."""
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    if VERSION_TABLE not in tables:
        if tables:
            raise DatabaseDamaged("This database is not one of the studio's. Choose another folder.")
        return None
    revisions = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all()
    if len(revisions) != 1:
        raise DatabaseTooNew
    return str(revisions[0])


def make_tables(connection: Connection) -> None:
    """A new database's tables, as the records say, at the newest revision: what all migrations come to (tested)."""
    Record.metadata.create_all(connection, checkfirst=False)
    key = PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc")
    version = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), nullable=False), key)
    version.create(connection, checkfirst=False)
    connection.execute(version.insert().values(version_num=HEAD))


def run_migrations(connection: Connection) -> None:
    """Run the missing steps on this connection, inside its transaction."""
    from alembic import command  # only where there is something to do: 0.3 s of import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def back_up(path: Path, copy: Path) -> None:
    """A copy of a database as of now, which is complete on the disk when this returns."""
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
    with copy.open("rb+") as file:
        sync_file(file)
    sync_folder(copy.parent)
