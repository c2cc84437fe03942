"""The words of `projects`, `history` and `jobs`, and the filters by which `export` chooses too."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

from pipelines.pose.vocabulary import CATEGORIES
from pipelines.types import RedrawPart, View
from studio.vocabulary.job import JOB_KINDS, JOB_STATES
from studio.vocabulary.library import SORTS

YES_NO = {"yes": True, "no": False}


def add_projects(parser: argparse.ArgumentParser) -> None:
    """Shelves, and what is done to one."""
    parser.add_argument("--json", action="store_true", help="for programs")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    added = actions.add_parser("add", help="begin one")
    renamed = actions.add_parser("rename", help="call it otherwise")
    archived = actions.add_parser("archive", help="put it out of the way")
    brought = actions.add_parser("unarchive", help="bring it back")
    deleted = actions.add_parser("delete", help="put it into the trash with all that is in it")
    restored = actions.add_parser("restore", help="take it out of the trash, with what went there with it")
    deleted.add_argument("--purge", action="store_true", help="delete it and what is in it for good")
    for one in (renamed, archived, brought, deleted, restored):
        one.add_argument("id", metavar="ID", help="of “app.py projects”")
    for named in (added, renamed):
        named.add_argument("name", metavar="NAME")


def add_history(parser: argparse.ArgumentParser) -> None:
    """What is looked for, in what order, how much of it."""
    parser.add_argument(
        "--q",
        default="",
        metavar="WORDS",
        help="in title, persona, prompt, tags, pose or notes; the last may be a beginning",
    )
    add_filters(parser)
    parser.add_argument("--sort", choices=SORTS, default="newest")
    parser.add_argument("--limit", type=int, default=60, metavar="N", help="how many at most; default: 60")


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Which jobs, and how many of them."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--state", choices=JOB_STATES, default="")
    parser.add_argument("--kind", choices=JOB_KINDS, default="")
    parser.add_argument("--limit", type=int, default=60, metavar="N", help="how many at most; default: 60")


def add_filters(parser: argparse._ActionsContainer, *, but: Sequence[str] = ()) -> None:
    """What else has to fit, but for some; all of it is as it was ordered."""
    for name, said in (
        ("project", "ID"),
        ("avatar", "ID"),
        ("tag", "TAG"),
        ("engine", "NAME"),
        ("preset", "NAME"),
        ("pose", "SLUG"),
        ("style", "KEY"),
        ("size", "WIDTHxHEIGHT"),
    ):
        if name not in but:
            parser.add_argument(f"--{name}", default="", metavar=said, help="only what has it, to the letter")
    parser.add_argument("--category", choices=CATEGORIES, default="", help="only poses filed under it")
    parser.add_argument("--view", choices=get_args(View), default="", help="only what shows it")
    parser.add_argument("--person", choices=YES_NO, help="whether it names an avatar or a photo of a person")
    parser.add_argument("--favourite", action="store_true", help="only favourites")
    parser.add_argument("--state", choices=JOB_STATES, default="")
    for option, dest, said in (("--from", "since", "then or later"), ("--to", "until", "before then")):
        parser.add_argument(
            option,
            dest=dest,
            type=_moment,
            metavar="DATE",
            help=f"made {said}: 2026-01-31, or with time and zone",
        )


def add_variations(parser: argparse.ArgumentParser) -> None:
    """More pictures of a generation, with other seeds."""
    _add_successor(parser)
    parser.add_argument(
        "--count", type=int, default=4, metavar="N", help="of every prompt, pose and view; default: 4"
    )


def add_continue(parser: argparse.ArgumentParser) -> None:
    """The same of another engine."""
    _add_successor(parser)
    parser.add_argument("--engine", metavar="NAME", help="left out: the preset's")
    parser.add_argument(
        "--preset", metavar="NAME", help="of “app.py models list”; left out: the engine's first"
    )
    parser.add_argument(
        "--from-draft",
        type=read_finite,
        metavar="X",
        help="start from the draft picture, changed this much: 0.6",
    )


def add_redraw(parser: argparse.ArgumentParser) -> None:
    """A part of a picture, drawn anew."""
    _add_successor(parser)
    parser.add_argument(
        "--part",
        action="append",
        choices=get_args(RedrawPart),
        help="what is drawn anew, as the picture's own scene has it; may be repeated",
    )
    parser.add_argument(
        "--mask", type=Path, metavar="FILE", help="a picture of the same shape: what is light is drawn anew"
    )
    parser.add_argument(
        "--picture", type=int, default=1, metavar="N", help="which of its pictures; default: 1"
    )
    parser.add_argument("--prompt", metavar="TEXT", help="left out: the picture's own")
    parser.add_argument(
        "--preset", metavar="NAME", help="of “app.py models list”; left out: what drew the picture"
    )
    parser.add_argument("--strength", type=read_finite, default=1.0, metavar="X", help="above 0, up to 1")
    parser.add_argument("--seed", type=int, metavar="N", help="left out: chosen")


def _add_successor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="of “app.py history”")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")


def read_finite(text: str) -> float:
    """A number that is one."""
    number = float(text)  # argparse explains a ValueError
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"“{text}” is no number that can be used")
    return number


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()  # without a zone: this computer's
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"“{text}” is no date: write it like 2026-01-31") from error
