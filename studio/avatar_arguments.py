"""The words of `avatars`, `photos` and `templates`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from pipelines.appearance import Gender
from studio.body_arguments import read_tape
from studio.vocabulary.photo import PHOTO_ROLES


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
    measured = actions.add_parser("measure", help="measure one's body again, with what is known now")
    compared = actions.add_parser("compare", help="what differs between two bodies of one, or of two")
    printed = actions.add_parser("sheet", help="write one's measures as a page to print")
    written = actions.add_parser("export", help="write one as a file that another studio opens")
    taken = actions.add_parser("import", help="keep the person of such a file")
    deleted = actions.add_parser("delete", help="put one into the trash")
    restored = actions.add_parser("restore", help="take one out of the trash")
    for one in (
        renamed,
        doubled,
        moved,
        versions,
        brought,
        measured,
        compared,
        printed,
        written,
        deleted,
        restored,
    ):
        one.add_argument("id", metavar="ID", help="of “app.py avatars”")
    for named in (added, renamed):
        named.add_argument("name", metavar="NAME")
    doubled.add_argument("name", nargs="?", default="", metavar="NAME", help="left out: “…, copy”")
    moved.add_argument("into", nargs="?", default=None, metavar="PROJECT", help="of “app.py projects”")
    brought.add_argument("number", type=int, metavar="N", help="of “avatars versions”")
    measured.add_argument("--height-cm", type=float, help="this and the others left out: as told before")
    measured.add_argument("--weight-kg", type=float)
    measured.add_argument("--gender", choices=get_args(Gender))
    measured.add_argument(
        "--tape", type=read_tape, metavar="NAME=CM,…", help="as of “body”; added to what was told"
    )
    compared.add_argument("--version", type=int, metavar="N", help="the later body; left out: as it is")
    compared.add_argument(
        "--before", metavar="ID", help="the earlier one is this avatar's; left out: its own"
    )
    compared.add_argument(
        "--before-version",
        type=int,
        metavar="N",
        help="of “avatars versions”; left out: the body it had before",
    )
    printed.add_argument("--unit", choices=("cm", "in"), default="cm")
    printed.add_argument("--out", type=Path, required=True, metavar="FILE.html", help="the file")
    who = added.add_mutually_exclusive_group(required=True)
    who.add_argument("--prompt", metavar="TEXT", help="who it is, in words")
    who.add_argument("--persona", type=Path, metavar="FILE.json", help="who it is, as JSON")
    written.add_argument("--photo", action="store_true", help="with the photo that it was measured from")
    written.add_argument("--out", type=Path, required=True, metavar="FILE.avatar", help="the file")
    taken.add_argument("file", type=Path, metavar="FILE.avatar")
    deleted.add_argument("--purge", action="store_true", help="delete it for good")


def add_photos(parser: argparse.ArgumentParser) -> None:
    """Pictures that a person gave: listed, taken in, changed."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--role", choices=PHOTO_ROLES, default="", help="only those that are for this")
    parser.add_argument("--tag", default="", metavar="TAG", help="only those with it, to the letter")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    added = actions.add_parser("add", help="keep pictures; the same again is the same photo")
    changed = actions.add_parser("change", help="change name, role or tags of one")
    deleted = actions.add_parser("delete", help="put one into the trash")
    restored = actions.add_parser("restore", help="take one out of the trash")
    added.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JPEG, PNG, WEBP or AVIF")
    added.add_argument("--as", dest="kept_as", choices=PHOTO_ROLES, default="person", help="default: person")
    for one in (changed, deleted, restored):
        one.add_argument("id", metavar="ID", help="of “app.py photos”")
    changed.add_argument("--name", metavar="TEXT")
    changed.add_argument("--as", dest="kept_as", choices=PHOTO_ROLES, help="what it is for")
    changed.add_argument("--tags", nargs="*", metavar="TAG", help="all of them; none: without tags")
    deleted.add_argument("--purge", action="store_true", help="delete it for good")


def add_templates(parser: argparse.ArgumentParser) -> None:
    """Saved orders: listed, made, changed. `generate --template` uses one."""
    parser.add_argument("--json", action="store_true", help="for programs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    added = actions.add_parser("add", help="keep what a generation was ordered with")
    renamed = actions.add_parser("rename", help="call one otherwise")
    changed = actions.add_parser("change", help="change what one orders, and what it leaves open")
    deleted = actions.add_parser("delete", help="put one into the trash")
    restored = actions.add_parser("restore", help="take one out of the trash")
    for one in (renamed, changed, deleted, restored):
        one.add_argument("id", metavar="ID", help="of “app.py templates”")
    for named in (added, renamed):
        named.add_argument("name", metavar="NAME")
    said = "fields that whoever uses it has to say"
    added.add_argument("--generation", required=True, metavar="ID", help="of “app.py history”")
    added.add_argument("--open", nargs="+", default=(), metavar="FIELD", help=said)
    changed.add_argument(
        "--generation", metavar="ID", help="order what this was ordered with; left out: as it is"
    )
    changed.add_argument("--open", nargs="*", metavar="FIELD", help=f"{said}; none: nothing is left open")
    deleted.add_argument("--purge", action="store_true", help="delete it for good")
