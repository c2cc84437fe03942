"""Whether the store can be written to and read back just now: a row rewritten as it is, and a small file."""

from __future__ import annotations

import os
import secrets

from sqlalchemy import update

from store.disk import open_private, sync_file
from store.errors import StorageFailing
from store.objects_folder import MARKER_NAME
from store.records import StudioRecord
from store.soundness import touch_tables
from store.store import Store
from store.trouble import names_trouble


def probe_database(store: Store) -> None:
    """Read from every table, and commit a change that changes nothing. Raises StoreError."""
    touch_tables(store.database)
    with names_trouble(), store.begin() as transaction:
        transaction.connection.execute(update(StudioRecord).values(id=StudioRecord.id))


def probe_files(store: Store) -> None:
    """Write a file beside the kept ones, read it back and take it away. Raises StoreError."""
    path = (
        store.objects.folder / f"{MARKER_NAME}.{os.getpid()}.probe"
    )  # a name that the collector leaves alone
    said = secrets.token_bytes(64)
    with names_trouble():
        try:
            with open(path, "wb", opener=open_private) as file:
                file.write(said)
                sync_file(file)
            if path.read_bytes() != said:
                raise StorageFailing
        finally:
            path.unlink(missing_ok=True)
