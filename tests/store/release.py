"""`python -m tests.store.release` keeps a small data folder as this revision of the database writes it.

Run it once, on a revision's last day: `test_earlier_releases.py` opens and restores what it wrote for ever after.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from store.database import DATABASE_NAME
from store.migrations import HEAD
from store.store import open_store
from tests.store.conftest import Clock, Things

GOLDEN = Path(__file__).parent.parent / "golden" / "releases"


def write_release() -> Path:
    """Write the file of the newest revision: the database as SQL, and the bytes of the files, which are texts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(folder, clock=Clock())
        things = Things(store)
        avatar = things.avatar(photo_id=things.photo().id)
        things.finished(avatar_id=avatar.id)
        deleted = things.finished(pictures=1)
        with store.begin() as transaction:
            store.generations.delete(transaction, "you", deleted.id)
        things.generation()
        things.finished(owner="somebody", pictures=1)
        objects = sorted(store.objects.path(one).read_text() for one in store.objects.list())
        with store.begin() as transaction:  # made anew of the rows by whoever opens it
            store.database.dialect.search.drop(transaction.connection)
        store.close()
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
            made = {"sql": list(connection.iterdump()), "objects": objects}
    path = GOLDEN / f"{HEAD}.json"
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    write_release()
