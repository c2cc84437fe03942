"""/health/live and /health/ready: what a container is told, and what it is not restarted for."""

from __future__ import annotations

import errno
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import store.probe
from store.database import DATABASE_NAME
from studio.api.app import build_app
from studio.services import vitals
from studio.settings import read_settings
from studio.studio import open_studio
from tests.scripted_studio import ScriptedStudio

READY, LIVE = "/health/ready", "/health/live"


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "FRESH_S", 0.0)


def ask(client: TestClient) -> tuple[int, Any]:
    answer = client.get(READY)
    assert client.get(LIVE).status_code == 200  # whatever is said of the rest
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.status_code == 200) is answer.json()["ok"]
    return answer.status_code, answer.json()["parts"]


def test_a_studio_that_is_well_takes_work(client: TestClient, studio: ScriptedStudio) -> None:
    status, parts = ask(client)
    assert status == 200
    assert {"database", "files", "worker", "disk", "presets"} <= parts.keys()
    assert client.head(READY).status_code == 200
    left = [path for path in (studio.folder / "objects").rglob("*") if "probe" in path.name]
    assert left == []


@pytest.mark.parametrize("attribute", ["is_attached", "is_answering"])
def test_a_worker_that_is_gone_or_silent(
    client: TestClient, studio: ScriptedStudio, monkeypatch: pytest.MonkeyPatch, attribute: str
) -> None:
    channel = studio.resources.channel
    monkeypatch.setattr(type(channel), attribute, False)
    status, parts = ask(client)
    assert status == 503
    assert "not" in parts["worker"]
    assert client.get(READY).headers["retry-after"] == "5"
    monkeypatch.setattr(type(channel), attribute, True)
    assert ask(client)[0] == 200


def test_little_space_is_said_and_no_reason_to_be_restarted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vitals, "LOW_DISK_BYTES", 10**18)
    status, parts = ask(client)
    assert status == 200
    assert "free some" in parts["disk"]


def test_a_preset_of_yours_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.toml").write_text("this is no preset")
    studio = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    with TestClient(build_app(studio), base_url="http://localhost:7860") as client:
        status, parts = ask(client)
    studio.close()
    assert status == 200
    assert "mine.toml" in parts["presets"]


def test_a_folder_that_takes_no_files(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(store.probe, "sync_file", refuse)
    status, parts = ask(client)
    assert status == 503
    assert "not written to" in parts["files"]
    monkeypatch.undo()
    monkeypatch.setattr(vitals, "FRESH_S", 0.0)
    assert ask(client)[0] == 200


def test_a_database_that_is_damaged_in_the_middle(client: TestClient, studio: ScriptedStudio) -> None:
    path = studio.folder / DATABASE_NAME
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size, pages = (
            connection.execute(f"PRAGMA {what}").fetchone()[0] for what in ("page_size", "page_count")
        )
    connection.close()
    studio.resources.store.database.close()
    with path.open("r+b") as file:
        file.seek(size)
        file.write(b"\xa5" * size * (pages - 1))
    status, parts = ask(client)
    assert status == 503
    assert not parts["database"].startswith("ok")


def test_a_disk_that_hangs_holds_up_nobody(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = threading.Event()
    monkeypatch.setattr(vitals, "PATIENCE_S", 0.2)
    monkeypatch.setattr(vitals, "STALE_S", 0.0)
    monkeypatch.setattr(vitals, "probe_files", lambda _: void(hanging.wait(20)))
    began = time.monotonic()
    status, parts = ask(client)
    assert (status, time.monotonic() - began < 5) == (503, True)
    assert "not answered" in parts["store"]
    hanging.set()


def void(_: object) -> None:
    """Drop a value."""
