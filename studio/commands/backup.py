"""`backup` and `restore`: a copy of everything that is kept, and a data folder made of such a copy."""

from __future__ import annotations

from argparse import Namespace

from store.backup import make_backup, restore_backup
from store.store import open_store
from studio.commands.console import Console
from studio.errors import translate_errors
from studio.settings import Settings


@translate_errors
def run_backup(settings: Settings, asked: Namespace, console: Console) -> int:
    """Back the data folder up, beside a running studio too. 0 when it was read back and compared."""
    store = open_store(settings.data)
    try:
        done = make_backup(store, asked.folder)
    finally:
        store.close()
    console.say(f"Backed up and compared: {done.files} files, {done.copied} of them new, in {done.snapshot}")
    return 0


@translate_errors
def run_restore(settings: Settings, asked: Namespace, console: Console) -> int:
    """Make a new data folder of a backup. 0 when it was read back and compared."""
    files = restore_backup(asked.folder, settings.data)
    console.say(f"Restored and compared: {files} files, in {settings.data}")
    return 0
