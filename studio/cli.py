"""The command line: the window by default, and commands over the same services. Nothing heavy before parsing."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipelines.errors import PipelineError
from studio.arguments import build_parser
from studio.errors import NoStudioHere, StorageTrouble
from studio.logs import log_command, log_window
from studio.settings import Settings, read_settings

if TYPE_CHECKING:
    from studio.commands.console import Console
    from studio.studio import Studio

CANNOT_LOOK = 2  # of fsck: there is nothing that could be compared
INTERRUPTED = 130  # what a shell says of Ctrl-C

Serve = Callable[[Settings], int]


def main(argv: Sequence[str], *, serve: Serve) -> int:
    """Run what `argv` asks for; the exit status. Without a command the window is run, by `serve`."""
    parser = build_parser()
    asked = parser.parse_args(argv)
    if asked.command == "generate" and not (asked.pose or asked.recipe or asked.template):
        parser.error("generate needs a --pose, a --recipe or a --template")
    if asked.command == "poses" and asked.action == "export" and not (asked.what and asked.out):
        parser.error("poses export needs the poses' ids, and --out")
    if asked.command == "poses" and asked.action == "import" and not asked.what:
        parser.error("poses import needs a file")
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
    except Exception as error:  # noqa: BLE001  the disk's and the database's troubles have a sentence, also at the start
        from studio.commands.console import end_in_trouble

        return end_in_trouble(error)


def _run_command(settings: Settings, asked: argparse.Namespace) -> int:
    """Open a studio that does its own work, and run the command over it."""
    from studio.commands.console import Console

    _quiet_native_logs()
    console = Console(out=sys.stdout, err=sys.stderr)
    if asked.command == "doctor":
        from studio.commands.upkeep import run_doctor

        return run_doctor(lambda: _open(settings), settings, asked, console)
    if asked.command in ("backup", "fsck"):
        from studio.data_folder import require_studio

        try:
            require_studio(settings.data)
        except NoStudioHere as error:
            return _say_cannot_look(error, asked, console)
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
        return _say_cannot_look(error, asked, console)
    try:
        return run(studio, asked, console)
    finally:
        studio.close()


def _say_cannot_look(error: PipelineError, asked: argparse.Namespace, console: Console) -> int:
    if getattr(asked, "json", False):
        console.say_json({"ok": False, "findings": [], "error": error.message})
    else:
        console.complain(error)
    return CANNOT_LOOK


def _find_command(name: str) -> Callable[[Studio, argparse.Namespace, Console], int]:
    from studio.commands import (
        admin,
        archives,
        avatars,
        body,
        generate,
        jobs,
        library,
        mcp_server,
        models,
        photos,
        poses,
        storage,
        templates,
        upkeep,
    )

    return {
        "admin": admin.run_admin,
        "body": body.run_body,
        "generate": generate.run_generate,
        "control": poses.run_control,
        "poses": poses.run_poses,
        "projects": library.run_projects,
        "avatars": avatars.run_avatars,
        "photos": photos.run_photos,
        "templates": templates.run_templates,
        "history": library.run_history,
        "jobs": jobs.run_jobs,
        "variations": generate.run_variations,
        "continue": generate.run_continue,
        "redraw": generate.run_redraw,
        "export": archives.run_export,
        "import": archives.run_import,
        "pose": poses.run_pose,
        "models": models.run_models,
        "mcp": mcp_server.run_mcp,
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
