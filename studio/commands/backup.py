"""`backup`, `restore`, `fsck --adopt`: a copy of everything, a folder made of it, and one made of its files alone."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from store.adopt import UNREADABLE, adopt_files, count_unknown
from store.backup import restore_backup
from store.store import open_again, open_store
from studio.commands.console import Console
from studio.data_folder import claim_data_folder
from studio.errors import translate_errors
from studio.settings import Settings
from studio.worker.backups import run_backup as make_backup


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


@translate_errors
def run_adopt(settings: Settings, asked: Namespace, console: Console) -> int:
    """Say what the files tell of that the database does not know; with --yes, take it in. 0 when nothing is left."""
    if not asked.yes:
        unknown = count_unknown(settings.data)
        if asked.json:
            console.say_json({"ok": not unknown, "unknown": dict(unknown)})
        elif unknown:
            console.say(f"To be taken in: {_list(unknown)}. Do it with: python app.py fsck --adopt --yes")
        else:
            console.say("The database knows everything that the files tell of.")
        return 1 if unknown else 0
    with claim_data_folder(settings.data, "being rebuilt"):
        store = open_again(settings.data, adopt=True)
        try:
            adopted = adopt_files(store)
        finally:
            store.close()
    if asked.json:
        console.say_json({"ok": not adopted[UNREADABLE], "adopted": dict(adopted)})
    else:
        console.say(f"Taken in: {_list(adopted) or 'nothing'}.")
    return 1 if adopted[UNREADABLE] else 0


def _list(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{number} × {kind}" for kind, number in counted.items())
