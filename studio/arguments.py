"""The words of the command line: every command and its options. Nothing heavy is imported to know them."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import get_args

from pipelines.appearance import Backdrop, Finish, Light
from pipelines.options import EXPRESSIONS, SIDE_PX
from pipelines.pose.vocabulary import FILTERS, POSE_FORMATS
from pipelines.types import CONTROL_KINDS, FRAMINGS, VIEWS
from studio.admin_arguments import add_admin
from studio.archive_arguments import add_export, add_import
from studio.avatar_arguments import add_avatars, add_photos, add_templates
from studio.body_arguments import add_body_words
from studio.library_arguments import (
    add_continue,
    add_history,
    add_jobs,
    add_projects,
    add_redraw,
    add_variations,
    read_finite,
)

NO_CONTROL = "none"


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder for the database and the files (default: data)",
    )
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="Avatar Studio. Without a command it runs the window.",
        parents=[common],
    )
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--open-to-network",
        action="store_true",
        default=None,
        help="allow a --host that other computers reach; of one creator there is no log-in",
    )
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    parser.add_argument("--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="default: INFO")
    parser.add_argument(
        "--begin-anew", action="store_true", help="begin a new studio beside what does not belong together"
    )
    parser.add_argument("--adopt", action="store_true", help="take in what the files tell of")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add_body_words(commands.add_parser("body", parents=[common], help="measure the person in a photo"))
    _add_generate(commands.add_parser("generate", parents=[common], help="draw a persona in a pose"))
    _add_control(commands.add_parser("control", parents=[common], help="render a control map of a pose"))
    poses = commands.add_parser("poses", parents=[common], help="list the poses; take some in and out")
    _add_poses(poses)
    add_projects(commands.add_parser("projects", parents=[common], help="shelves of what belongs together"))
    add_avatars(commands.add_parser("avatars", parents=[common], help="kept people"))
    add_photos(commands.add_parser("photos", parents=[common], help="pictures that you gave"))
    add_templates(commands.add_parser("templates", parents=[common], help="saved orders"))
    history = commands.add_parser("history", parents=[common], help="find what was made")
    add_history(history)
    add_jobs(commands.add_parser("jobs", parents=[common], help="what was ordered, and how far it is"))
    add_variations(commands.add_parser("variations", parents=[common], help="the same with other seeds"))
    add_continue(
        commands.add_parser(
            "continue", parents=[common], help="the same of another engine: make a draft real"
        )
    )
    add_redraw(commands.add_parser("redraw", parents=[common], help="a part of a picture, drawn anew"))
    add_export(
        commands.add_parser("export", parents=[common], help="pictures, or a table of them, as one file")
    )
    add_import(commands.add_parser("import", parents=[common], help="take in what another studio exported"))
    pose = commands.add_parser("pose", parents=[common], help="take the pose of the person in a photo")
    pose.add_argument("photo", type=Path, metavar="PHOTO", help="JPEG, PNG, WEBP or AVIF")
    pose.add_argument("--name", default="", metavar="TEXT", help="left out: the file's")
    pose.add_argument("--out", type=Path, required=True, metavar="FILE.json", help="the pose")
    pose.add_argument("--format", choices=POSE_FORMATS, default="json", help="default: json")
    _add_models(
        commands.add_parser("models", parents=[common], help="image models: list, pull, remove"), common
    )
    add_admin(commands.add_parser("admin", parents=[common], help="people of a shared studio"), common)
    commands.add_parser("mcp", parents=[common], help="the studio for an assistant, over stdin and stdout")
    doctor = commands.add_parser("doctor", parents=[common], help="say whether everything works here")
    fsck = commands.add_parser("fsck", parents=[common], help="compare the database with the files")
    fsck.add_argument("--yes", action="store_true", help="repair what disagrees")
    fsck.add_argument(
        "--adopt",
        dest="take_in",
        action="store_true",
        help="rebuild rows from what is said beside the files (with --yes)",
    )
    backup = commands.add_parser("backup", parents=[common], help="copy everything that is kept")
    restore = commands.add_parser("restore", parents=[common], help="make a new data folder of a backup")
    for copying in (backup, restore):
        copying.add_argument(
            "folder",
            type=Path,
            metavar="DIR|FILE.zip",
            help="a folder of backups, best on another disk, or one file",
        )
    storage = commands.add_parser("storage", parents=[common], help="what takes how much space")
    emptying = commands.add_parser(
        "empty-trash", parents=[common], help="delete for good what lies in the trash"
    )
    emptying.add_argument("--yes", action="store_true", help="really; without it, say how much it is")
    for listing in (poses, history, doctor, fsck, storage):
        listing.add_argument("--json", action="store_true", help="for programs")
    return parser


def _add_models(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[common], help="what each supports, costs and lacks")
    pull = actions.add_parser("pull", parents=[common], help="download its weights, or go on downloading")
    pull.add_argument("--accept-licence", action="store_true", help="accept a non-commercial licence")
    accept = actions.add_parser("accept", parents=[common], help="accept its licence")
    remove = actions.add_parser("remove", parents=[common], help="delete its downloads")
    doctor = actions.add_parser("doctor", parents=[common], help="compare every downloaded byte")
    for named in (pull, accept, remove):
        named.add_argument("name", metavar="NAME", help="of “app.py models list”")
    for reported in (listing, doctor):
        reported.add_argument("--json", action="store_true", help="for programs")


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--persona", type=Path, metavar="FILE.json", help="who it is; left out: nobody special"
    )
    parser.add_argument("--avatar", metavar="ID", help="a kept avatar: its measured body is drawn")
    begun = parser.add_mutually_exclusive_group()
    begun.add_argument(
        "--recipe", type=Path, metavar="PICTURE", help="begin with the settings in this picture"
    )
    begun.add_argument("--template", metavar="ID", help="begin with a template, of “app.py templates”")
    parser.add_argument(
        "--prompt",
        action="append",
        metavar="TEXT",
        help="left out: written from the persona; repeated: everything is made once with each",
    )
    parser.add_argument("--negative-prompt", metavar="TEXT")
    parser.add_argument("--style", metavar="KEY", help="realistic, cartoon, anime, …: words for the prompt")
    parser.add_argument("--pose", action="append", metavar="NAME", help="of “app.py poses”; may be repeated")
    parser.add_argument(
        "--view",
        choices=(*VIEWS, "designed", "all"),
        help="of the body, or as the pose is designed; default: front",
    )
    parser.add_argument(
        "--sheet",
        action="store_true",
        help="a character sheet: eight turns, four faces, and one picture of all",
    )
    parser.add_argument("--framing", choices=FRAMINGS, help="left out: the pose's own")
    parser.add_argument("--look", choices=get_args(Finish), help="default: coloured")
    parser.add_argument("--light", choices=get_args(Light), help="of a draft; default: soft")
    parser.add_argument(
        "--set", choices=get_args(Backdrop), help="behind the figure of a draft; default: paper"
    )
    parser.add_argument(
        "--expression",
        choices=[option.key for option in EXPRESSIONS],
        help="of the face; left out: the persona's, else the pose's",
    )
    _add_engine_choices(parser)
    parser.add_argument("--with-recipe", action="store_true", help="write the settings into the pictures")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")


def _add_engine_choices(parser: argparse.ArgumentParser) -> None:
    """What draws the pictures, and how."""
    parser.add_argument("--engine", metavar="NAME", help="left out: the preset's, or draft")
    parser.add_argument(
        "--preset",
        metavar="NAME|FILE.toml",
        help="of “app.py models list”, or your own; left out: the engine's first",
    )
    parser.add_argument("--quality", choices=("sd", "hd"), help="hd: larger, more steps; default: sd")
    parser.add_argument(
        "--no-second-pass", dest="second_pass", action="store_false", default=None, help="hd in one pass"
    )
    parser.add_argument(
        "--no-face-pass",
        dest="face_pass",
        action="store_false",
        default=None,
        help="hd: leave the face as it is",
    )
    parser.add_argument("--size", type=_size, metavar="WxH", help="left out: the preset's, or 1024x1024")
    parser.add_argument("--seed", type=int, metavar="N", help="left out: chosen")
    parser.add_argument(
        "--count",
        type=int,
        metavar="N",
        help="of every prompt, pose and view; default: 1",
    )
    parser.add_argument("--steps", type=int, metavar="N", help="left out: the preset's")
    parser.add_argument("--guidance", type=read_finite, metavar="X", help="left out: the preset's")
    parser.add_argument(
        "--control",
        dest="controls",
        type=_controls,
        metavar="KIND,…",
        help="pose, depth, normal, edges, gray, or none",
    )
    parser.add_argument(
        "--reference",
        action="append",
        metavar="FILE[:ROLE]",
        help="person (default), style, garment or init; may be repeated",
    )
    parser.add_argument(
        "--avatar-pictures",
        type=int,
        metavar="N",
        help="let the model look at so many of the avatar's own pictures (1 to 3)",
    )
    parser.add_argument(
        "--person-picture",
        action="append",
        metavar="FILE_ID",
        help="a kept picture of the person, for the model to look at; may be repeated",
    )
    parser.add_argument(
        "--lora",
        action="append",
        metavar="FILE|NAME[:WEIGHT]",
        help="in place of the preset's own; may be repeated",
    )
    parser.add_argument(
        "--from-draft",
        type=read_finite,
        metavar="X",
        help="start from the draft picture, changed this much: 0.6",
    )


def _add_poses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("import", "export", "mark", "unmark", "build"),
        help="import FILE…: keep poses; export SLUG…: write poses as files; mark SLUG…: make them favourites; "
        "build: make the gallery anew",
    )
    parser.add_argument("--favourite", action="store_true", help="only favourites")
    parser.add_argument("--pack", default="", metavar="NAME", help="only what was imported in that pack")
    parser.add_argument("--like", metavar="SLUG", help="only the twelve poses most like this one")
    parser.add_argument("what", nargs="*", metavar="SLUG|FILE", help="which poses, or files")
    parser.add_argument(
        "--frame", type=int, default=0, metavar="N", help="of import: of a BVH or NPZ, from 0"
    )
    parser.add_argument("--person", type=int, default=0, metavar="N", help="of import: of several, from 0")
    parser.add_argument("--format", choices=POSE_FORMATS, default="json", help="of export; default: json")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="of export: the file; of several poses it is a ZIP"
    )
    parser.add_argument(
        "--q", default="", metavar="WORDS", help="only poses that these words, or synonyms, say"
    )
    for field, words in FILTERS.items():
        parser.add_argument(f"--{field}", metavar="WORD", help=f"only: {', '.join(words)}")


def _add_control(parser: argparse.ArgumentParser) -> None:
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--persona", type=Path, metavar="FILE", help="a persona as JSON; none: the plain one")
    who.add_argument("--avatar", metavar="ID", help="a kept avatar, with its measured body")
    parser.add_argument(
        "--body", action="store_true", help="the body alone, without clothes, props and floor"
    )
    parser.add_argument("--framing", choices=FRAMINGS, help="default: the pose's own")
    parser.add_argument("--pose", required=True, metavar="NAME", help="a pose of “app.py poses”")
    parser.add_argument("--kind", choices=CONTROL_KINDS, required=True)
    parser.add_argument("--view", choices=(*VIEWS, "designed"), default="front")
    parser.add_argument("--size", type=_size, default=(1024, 1024), metavar="WxH", help="default: 1024x1024")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a PNG")


def _controls(text: str) -> tuple[str, ...]:
    kinds = () if text == NO_CONTROL else tuple(part.strip() for part in text.split(","))
    for kind in kinds:
        if kind not in CONTROL_KINDS or kinds.count(kind) > 1:
            raise argparse.ArgumentTypeError(f"“{text}” is no list of {', '.join(CONTROL_KINDS)}, each once")
    return kinds


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,6})[xX×]([0-9]{1,6})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size: write it like 1024x1024")
    width, height = int(match[1]), int(match[2])
    least, most = SIDE_PX
    if not all(least <= side <= most for side in (width, height)):
        raise argparse.ArgumentTypeError(f"each side can be {least} to {most} pixels")
    return width, height
