"""The words of `avatars` and `templates`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_avatars(parser: argparse.ArgumentParser) -> None:
    """Kept people: listed, made, changed, written to a file and taken out of one."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--project", default="", metavar="ID", help="only those in this project")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    added = actions.add_parser("add", help="keep a person, of words or of a persona")
    renamed = actions.add_parser("rename", help="call one otherwise")
    doubled = actions.add_parser("duplicate", help="keep one once more")
    moved = actions.add_parser("move", help="put one into a project, or with none named into none")
    versions = actions.add_parser("versions", help="what one was before it was changed")
    brought = actions.add_parser("bring-back", help="make one what it was")
    written = actions.add_parser("export", help="write one as a file that another studio opens")
    taken = actions.add_parser("import", help="keep the person of such a file")
    deleted = actions.add_parser("delete", help="put one into the trash")
    restored = actions.add_parser("restore", help="take one out of the trash")
    for one in (renamed, doubled, moved, versions, brought, written, deleted, restored):
        one.add_argument("id", metavar="ID", help="of “app.py avatars”")
    for named in (added, renamed):
        named.add_argument("name", metavar="NAME")
    doubled.add_argument("name", nargs="?", default="", metavar="NAME", help="left out: “…, copy”")
    moved.add_argument("into", nargs="?", default=None, metavar="PROJECT", help="of “app.py projects”")
    brought.add_argument("number", type=int, metavar="N", help="of “avatars versions”")
    who = added.add_mutually_exclusive_group(required=True)
    who.add_argument("--prompt", metavar="TEXT", help="who it is, in words")
    who.add_argument("--persona", type=Path, metavar="FILE.json", help="who it is, as JSON")
    written.add_argument("--photo", action="store_true", help="with the photo that it was measured from")
    written.add_argument("--out", type=Path, required=True, metavar="FILE.avatar", help="the file")
    taken.add_argument("file", type=Path, metavar="FILE.avatar")
    deleted.add_argument("--purge", action="store_true", help="delete it for good")


def add_templates(parser: argparse.ArgumentParser) -> None:
    """Saved orders: listed, made, changed. `generate --template` uses one."""
    parser.add_argument("--json", action="store_true", help="for programs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    added = actions.add_parser("add", help="keep what a generation was ordered with")
    renamed = actions.add_parser("rename", help="call one otherwise")
    deleted = actions.add_parser("delete", help="put one into the trash")
    restored = actions.add_parser("restore", help="take one out of the trash")
    for one in (renamed, deleted, restored):
        one.add_argument("id", metavar="ID", help="of “app.py templates”")
    for named in (added, renamed):
        named.add_argument("name", metavar="NAME")
    added.add_argument("--generation", required=True, metavar="ID", help="of “app.py history”")
    added.add_argument(
        "--open", nargs="+", default=(), metavar="FIELD", help="fields that whoever uses it has to say"
    )
    deleted.add_argument("--purge", action="store_true", help="delete it for good")
