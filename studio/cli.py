"""The command line: the window by default, and commands over the same services. Nothing heavy before parsing."""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from pipelines.appearance import Backdrop, Finish, Gender, Light
from pipelines.errors import PipelineError
from pipelines.options import SIDE_PX
from pipelines.pose.vocabulary import FILTERS, POSE_FORMATS
from pipelines.types import CONTROL_KINDS, FRAMINGS, VIEWS
from studio.errors import StorageTrouble
from studio.logs import log_command, log_window
from studio.settings import Settings, read_settings

if TYPE_CHECKING:
    from studio.commands.console import Console
    from studio.studio import Studio

CANNOT_LOOK = 2  # of fsck: there is nothing that could be compared
INTERRUPTED = 130  # what a shell says of Ctrl-C
NO_CONTROL = "none"

Serve = Callable[[Settings], int]


def main(argv: Sequence[str], *, serve: Serve) -> int:
    """Run what `argv` asks for; the exit status. Without a command the window is run, by `serve`."""
    parser = build_parser()
    asked = parser.parse_args(argv)
    if asked.command == "generate" and not asked.pose and not asked.recipe:
        parser.error("generate needs a --pose, or a --recipe")
    if asked.command == "poses" and asked.action == "export" and not (asked.what and asked.out):
        parser.error("poses export needs the poses' ids, and --out")
    try:
        settings = read_settings(
            {
                name: getattr(asked, name, None)
                for name in ("data", "host", "port", "log_level", "open_to_network")
            }
        )
        if asked.command is None:
            from studio.data_folder import prepare_data_folder

            os.umask(0o077)  # what the studio writes, its worker and its logs included, is its owner's alone
            prepare_data_folder(settings.data, begin_anew=asked.begin_anew, adopt=asked.adopt)
            with log_window(settings):
                return serve(settings)
        with log_command():
            return _run_command(settings, asked)
    except PipelineError as error:
        from studio.commands.console import exit_status

        print(f"{error.code}: {error.message}", file=sys.stderr)
        return exit_status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # the disk's and the database's troubles have a sentence, also at the start
        from studio.commands.console import end_in_trouble

        return end_in_trouble(error)


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
        help="allow a --host that other computers reach; there is no log-in",
    )
    parser.add_argument("--port", type=int, help="port to listen on (default: 7860)")
    parser.add_argument("--log-level", choices=("DEBUG", "INFO", "WARNING", "ERROR"), help="default: INFO")
    parser.add_argument(
        "--begin-anew", action="store_true", help="begin a new studio beside what does not belong together"
    )
    parser.add_argument("--adopt", action="store_true", help="take in what the files tell of")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_body(commands.add_parser("body", parents=[common], help="measure the person in a photo"))
    _add_generate(commands.add_parser("generate", parents=[common], help="draw a persona in a pose"))
    _add_control(commands.add_parser("control", parents=[common], help="render a control map of a pose"))
    poses = commands.add_parser("poses", parents=[common], help="list the poses; take some in and out")
    _add_poses(poses)
    _add_models(
        commands.add_parser("models", parents=[common], help="image models: list, pull, remove"), common
    )
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
    for listing in (poses, doctor, fsck, storage):
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


def _add_body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="JPEG, PNG, WEBP or AVIF")
    parser.add_argument("--height-cm", type=float, required=True, help="the person's height")
    parser.add_argument("--weight-kg", type=float, help="the person's weight, if known")
    parser.add_argument("--gender", choices=get_args(Gender))
    parser.add_argument("--extractor", default="landmark-fit", metavar="NAME")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where body.json, .glb, .obj go"
    )


def _add_generate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--persona", type=Path, metavar="FILE.json", help="who it is; left out: nobody special"
    )
    parser.add_argument("--avatar", metavar="ID", help="a kept avatar: its measured body is drawn")
    parser.add_argument(
        "--recipe", type=Path, metavar="PICTURE", help="begin with the settings in this picture"
    )
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
    parser.add_argument("--framing", choices=FRAMINGS, help="left out: the pose's own")
    parser.add_argument("--look", choices=get_args(Finish), help="default: coloured")
    parser.add_argument("--light", choices=get_args(Light), help="of a draft; default: soft")
    parser.add_argument(
        "--set", choices=get_args(Backdrop), help="behind the figure of a draft; default: paper"
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
    parser.add_argument("--guidance", type=_finite, metavar="X", help="left out: the preset's")
    parser.add_argument(
        "--control",
        dest="controls",
        type=_controls,
        metavar="KIND,…",
        help="pose, depth, normal, edges, or none",
    )
    parser.add_argument(
        "--reference",
        action="append",
        metavar="FILE[:ROLE]",
        help="person (default), style, garment or init; may be repeated",
    )
    parser.add_argument(
        "--lora",
        action="append",
        metavar="FILE|NAME[:WEIGHT]",
        help="in place of the preset's own; may be repeated",
    )
    parser.add_argument(
        "--from-draft", type=_finite, metavar="X", help="start from the draft picture, changed this much: 0.6"
    )


def _add_poses(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("export", "build"),
        help="export SLUG…: write poses as files; build: solve and draw the gallery anew",
    )
    parser.add_argument("what", nargs="*", metavar="SLUG", help="which poses")
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
    parser.add_argument("--view", choices=VIEWS, default="front")
    parser.add_argument("--size", type=_size, default=(1024, 1024), metavar="WxH", help="default: 1024x1024")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="a PNG")


def _controls(text: str) -> tuple[str, ...]:
    kinds = () if text == NO_CONTROL else tuple(part.strip() for part in text.split(","))
    for kind in kinds:
        if kind not in CONTROL_KINDS or kinds.count(kind) > 1:
            raise argparse.ArgumentTypeError(f"“{text}” is no list of {', '.join(CONTROL_KINDS)}, each once")
    return kinds


def _finite(text: str) -> float:
    number = float(text)  # argparse explains a ValueError
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"“{text}” is no number that can be used")
    return number


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,6})[xX×]([0-9]{1,6})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size: write it like 1024x1024")
    width, height = int(match[1]), int(match[2])
    least, most = SIDE_PX
    if not all(least <= side <= most for side in (width, height)):
        raise argparse.ArgumentTypeError(f"each side can be {least} to {most} pixels")
    return width, height


def _run_command(settings: Settings, asked: argparse.Namespace) -> int:
    """Open a studio that does its own work, and run the command over it."""
    from studio.commands.console import Console

    _quiet_native_logs()
    console = Console(out=sys.stdout, err=sys.stderr)
    if asked.command == "doctor":
        from studio.commands.upkeep import run_doctor

        return run_doctor(lambda: _open(settings), settings, asked, console)
    if asked.command in ("backup", "restore"):
        from studio.commands.backup import run_backup, run_restore

        return (run_backup if asked.command == "backup" else run_restore)(settings, asked, console)
    if asked.command == "poses" and asked.action == "build":
        from studio.commands.poses import build_gallery

        return build_gallery(console)
    if asked.command == "fsck" and asked.take_in:
        from studio.commands.backup import run_adopt

        return run_adopt(settings, asked, console)
    run = _find_command(asked.command)
    try:
        studio = _open(settings)
    except StorageTrouble as error:
        if asked.command != "fsck":
            raise
        if asked.json:
            console.say_json({"ok": False, "findings": [], "error": error.message})
        else:
            console.complain(error)
        return CANNOT_LOOK
    try:
        return run(studio, asked, console)
    finally:
        studio.close()


def _find_command(name: str) -> Callable[[Studio, argparse.Namespace, Console], int]:
    from studio.commands import body, generate, models, poses, storage, upkeep

    return {
        "body": body.run_body,
        "generate": generate.run_generate,
        "control": poses.run_control,
        "poses": poses.run_poses,
        "models": models.run_models,
        "fsck": upkeep.run_fsck,
        "storage": storage.run_storage,
        "empty-trash": storage.run_empty_trash,
    }[name]


def _open(settings: Settings) -> Studio:
    from studio.studio import open_studio

    return open_studio(settings, inline=True)


def _quiet_native_logs() -> None:
    """The landmark detector's native code greets every start on the error stream."""
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
