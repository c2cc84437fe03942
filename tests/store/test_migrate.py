"""Migrations: they make what the records say, they back up first, they refuse what they do not know."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import store.migrate as migrating
from store.database import DATABASE_NAME
from store.errors import DatabaseDamaged, DatabaseTooNew
from store.migrate import MIGRATIONS, migrate, run_migrations
from store.migrations import HEAD, REVISIONS
from store.records import Record
from store.store import open_store


def query(path: Path, sql: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    """A database that went through every migration."""
    path = tmp_path / "migrated.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        run_migrations(connection)
    engine.dispose()
    return path


def test_the_migrations_make_what_the_records_say(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Record.metadata) == []
    engine.dispose()


def test_a_new_database_is_what_the_migrations_come_to(migrated: Path, tmp_path: Path) -> None:
    """To the letter: columns, constraints and the conditions of indexes, which the autogenerator does not look at."""
    new = tmp_path / "new.sqlite3"
    migrate(new)

    def look(path: Path) -> dict[str, list[str]]:
        made = query(path, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: sorted(line.strip(" \t,") for line in sql.splitlines()) for name, sql in made}

    assert look(new) == look(migrated)
    version = "SELECT version_num FROM alembic_version"
    assert query(new, version) == query(migrated, version) == [(HEAD,)]


def test_jobs_from_before_it_was_known_when_they_end_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / DATABASE_NAME
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        names = connection.exec_driver_sql("SELECT name FROM pragma_table_info('jobs')").scalars().all()
        row = {
            name: 0 if name in ("cancel_requested", "attempt", "step", "total") else "{}" for name in names
        }
        row |= {name: "2026-01-01 00:00:00.000000" for name in names if name.endswith(("_at", "_until"))}
        row |= {"not_before": row["created_at"], "id": "j", "owner": "you", "preview": b"picture"}
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO jobs VALUES ({marks})", tuple(row[name] for name in names))
    engine.dispose()
    store = open_store(tmp_path)
    job = store.jobs.get("you", "j")
    assert (job.id, job.ends_at, store.jobs.preview("you", "j")) == ("j", None, b"picture")
    store.close()
    assert len(list(tmp_path.glob("*.bak"))) == 1


def test_old_jobs_get_their_lane_by_their_kind(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{path}")
    jobs = {"b": "body", "d": "download", "g": "generation", "s": "generation", "o": "generation"}
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        columns = connection.exec_driver_sql("SELECT name, type FROM pragma_table_info('jobs')").all()
        at = "2026-01-01 00:00:00.000000"
        for job_id, kind in jobs.items():
            row = {
                name: {"DATETIME": at, "INTEGER": 0, "BOOLEAN": 0}.get(type_, "{}") for name, type_ in columns
            }
            row |= {"id": job_id, "kind": kind, "idempotency_key": None}
            marks = ", ".join("?" * len(row))
            connection.exec_driver_sql(f"INSERT INTO jobs VALUES ({marks})", tuple(row.values()))
        for job_id, order in {"g": '{"engine": "draft"}', "s": '{"engine": "flux"}', "o": "{}"}.items():
            values = (
                "g" + job_id,
                "you",
                job_id,
                None,
                "",
                "queued",
                "",
                "",
                order,
                "",
                "",
                at,
                at,
                at,
                None,
                "[]",
            )
            marks = ", ".join("?" * len(values))
            connection.exec_driver_sql(f"INSERT INTO generations VALUES ({marks})", values)
    engine.dispose()
    store = open_store(tmp_path)
    lanes = {job_id: store.jobs.get("{}", job_id).lane for job_id in jobs}
    assert lanes == {"b": "cpu", "d": "download", "g": "cpu", "s": "gpu", "o": "cpu"}
    assert {store.jobs.get("{}", job_id).priority for job_id in jobs} == {0}
    store.close()


def test_the_list_of_revisions_is_the_folders() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert tuple(step.revision for step in reversed(list(script.walk_revisions()))) == REVISIONS
    assert script.get_heads() == [HEAD]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    before = (tmp_path / DATABASE_NAME).read_bytes()
    open_store(tmp_path).close()
    assert (tmp_path / DATABASE_NAME).read_bytes() == before
    assert list(tmp_path.glob("*.bak")) == []


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    path = tmp_path / DATABASE_NAME
    query(path, "UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew, match="newer version"):
        open_store(tmp_path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database, but long enough to look like one" * 99])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        open_store(tmp_path)
    assert (tmp_path / DATABASE_NAME).read_bytes() == content


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    query(tmp_path / DATABASE_NAME, "CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(DatabaseDamaged, match="not one of the studio's"):
        open_store(tmp_path)


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A database one step behind, whose missing step runs the given SQL."""

    def make(step: str) -> Path:
        path = tmp_path / DATABASE_NAME
        migrate(path)
        photo = "'p', 'you', 'f', 'f', 's', 1, 1, '{}', '2026-01-01 00:00:00.000000', NULL"
        query(path, "INSERT INTO blobs VALUES ('s', 1, '2026-01-01 00:00:00.000000')")
        query(path, "INSERT INTO files VALUES ('f', 'you', 's', 'x/y', '2026-01-01 00:00:00.000000', NULL)")
        query(path, f"INSERT INTO photos VALUES ({photo})")
        monkeypatch.setattr(migrating, "REVISIONS", (HEAD, "next"))
        monkeypatch.setattr(migrating, "HEAD", "next")

        def run(connection) -> None:
            for line in step.split(";"):
                connection.exec_driver_sql(line)
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")

        monkeypatch.setattr(migrating, "run_migrations", run)
        return path

    return make


def test_an_older_database_is_backed_up_then_migrated_with_its_children_kept(
    older: Callable[[str], Path],
) -> None:
    path = older(
        "CREATE TABLE other AS SELECT * FROM files; DROP TABLE files; "
        "CREATE TABLE files (id VARCHAR PRIMARY KEY, owner VARCHAR, sha256 VARCHAR, media_type VARCHAR, "
        "created_at DATETIME, deleted_at DATETIME); INSERT INTO files SELECT * FROM other; DROP TABLE other"
    )
    migrate(path)
    assert query(path, "SELECT id FROM photos") == [("p",)]
    assert query(path, "SELECT version_num FROM alembic_version") == [("next",)]
    [backup] = path.parent.glob("*.bak")
    assert query(backup, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert query(backup, "SELECT id FROM photos") == [("p",)]


def test_of_killed_migrations_one_copy_is_kept_and_of_older_ones_the_newest(
    older: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older("SELECT 1")
    finish = migrating.run_migrations

    def be_killed(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(migrating, "run_migrations", be_killed)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            migrate(path)
    [copy] = path.parent.glob("*.bak*")
    old = path.with_name(f"{path.stem}-before-0002-20260101T000000000000.bak")
    old.write_bytes(b"of a version long ago")
    os.utime(old, (0, 0))
    monkeypatch.setattr(migrating, "run_migrations", finish)
    migrate(path)
    assert set(path.parent.glob("*.bak*")) == {copy, old}, "until a start was fine"
    migrate(path)
    assert list(path.parent.glob("*.bak*")) == [copy]
    assert query(copy, "SELECT version_num FROM alembic_version") == [(HEAD,)]


def test_a_migration_that_breaks_references_is_undone(older: Callable[[str], Path]) -> None:
    path = older("DELETE FROM files")
    with pytest.raises(DatabaseDamaged, match="refer to rows that are not there"):
        migrate(path)
    assert query(path, "SELECT id FROM files") == [("f",)]
    assert query(path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
