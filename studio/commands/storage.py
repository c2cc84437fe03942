"""`storage` and `empty-trash`: what takes how much space, and making some."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from studio.commands.console import Console
from studio.studio import Studio
from studio.vocabulary.person import YOU


def run_storage(studio: Studio, asked: Namespace, console: Console) -> int:
    """List what takes how much. 0."""
    storage = studio.for_person(YOU).storage.look()
    if asked.json:
        backup = asdict(storage.backup) | {"at": storage.backup.at and storage.backup.at.isoformat()}
        console.say_json(asdict(storage) | {"backup": backup})
        return 0
    for share in storage.shares:
        console.say(f"{share.name:<12} {share.bytes / 1e6:>12,.1f} MB  {share.files:>9,} files")
    console.say(f"{'free':<12} {storage.free_bytes / 1e6:>12,.1f} MB")
    console.say(f"Backup: {storage.backup.says}")
    if storage.unknown_files:
        console.say(f"{storage.unknown_files} files are unknown to the database: see python app.py fsck")
    return 0


def run_empty_trash(studio: Studio, asked: Namespace, console: Console) -> int:
    """Delete for good what lies in the trash; without --yes, say how much it is. 0."""
    mine = studio.for_person(YOU).storage
    if not asked.yes:
        console.say(f"{mine.count_trash()} things in the trash. To delete them for good: empty-trash --yes")
        return 0
    console.say(f"Deleted for good: {mine.empty_trash()} things.")
    return 0
