"""What the disk would not do, by name: one sentence and one code for each kind."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from store.errors import StoreBusy, StoreError
from store.store import open_store
from store.trouble import ERROR_OF_NUMBER, name_trouble
from studio.errors import StorageTrouble, say_trouble

CODES = {
    "ENOSPC": "storage-full",
    "EDQUOT": "storage-full",
    "EFBIG": "storage-limit",
    "EIO": "storage-failing",
    "EROFS": "storage-read-only",
    "EACCES": "storage-denied",
    "EMFILE": "too-many-files",
    "ENFILE": "too-many-files",
    "ENOENT": "storage-missing",
}


@pytest.mark.parametrize("name", CODES)
def test_each_number_has_a_code_and_a_sentence(name: str) -> None:
    if not hasattr(errno, name):
        pytest.skip("this system does not have it")
    said = say_trouble(OSError(getattr(errno, name), "what the system says", "/secret/path"))
    assert isinstance(said, StorageTrouble)
    assert (said.code, said.http_status) == (CODES[name], 503)
    assert said.message.endswith((".", "DIR"))
    assert "secret" not in said.message


def test_what_is_not_the_disk_s_has_no_name_here() -> None:
    for error in (ConnectionRefusedError(errno.ECONNREFUSED, "no"), OSError("plain"), ValueError("no")):
        assert name_trouble(error) is None
        assert say_trouble(error) is None


def test_every_kind_has_a_code_of_its_own() -> None:
    kinds: set[type[StoreError]] = {*ERROR_OF_NUMBER.values(), StoreBusy}
    said = {kind: say_trouble(kind()) for kind in kinds}
    assert len({one.code for one in said.values() if one is not None}) == len(kinds)


def test_a_database_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    connection = sqlite3.connect(f"file:{tmp_path / 'studio.sqlite3'}?mode=ro", uri=True)
    with pytest.raises(sqlite3.Error) as raised:
        connection.execute("CREATE TABLE extra (id)")
    connection.close()
    said = say_trouble(raised.value)
    assert said is not None
    assert said.code == "storage-read-only"
    with pytest.raises(sqlite3.Error) as raised:
        sqlite3.connect(tmp_path / "nowhere" / "studio.sqlite3")
    said = say_trouble(raised.value)
    assert said is not None
    assert said.code == "storage-missing"
