"""The scan of uploads: a command of whoever runs the studio, which every upload has to pass where one is set."""

from __future__ import annotations

import io
import logging
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from studio.errors import ScanFailed, UploadRefused
from studio.settings import Settings

log = logging.getLogger(__name__)


def scan_upload(settings: Settings, data: bytes) -> None:
    """As `scan_file`, of bytes."""
    scan_file(settings, io.BytesIO(data))


def scan_file(settings: Settings, file: IO[bytes]) -> None:
    """Run the command on what a file holds, in a copy of its own that is gone afterwards; nothing where no command is
    set. The file stands at its beginning again.

    No shell: the words of the setting, then the file's path. Exit status 0 lets the upload in, 1 refuses it (as virus
    scanners have it); everything else, and a command that takes too long, is a failure: the upload is not taken either.
    Raises UploadRefused, ScanFailed.
    """
    if not settings.scan_command.strip():
        return
    with tempfile.TemporaryDirectory(prefix="avatar-studio-scan-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
            size = copy.tell()
        file.seek(0)
        status = _run([*shlex.split(settings.scan_command), str(path)], settings.scan_seconds)
    if status == 1:
        log.warning("an upload of %d bytes was refused by the scan", size)
        raise UploadRefused
    if status != 0:
        log.error("the scan of uploads ended with %d: %s", status, settings.scan_command)
        raise ScanFailed


def _run(command: list[str], seconds: int) -> int:
    """The exit status of a command. Raises ScanFailed where it cannot be started or takes too long: then it is ended
    with all that it started."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        log.error("the scan of uploads cannot be started: %s", error)
        raise ScanFailed from error
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        log.error("the scan of uploads took longer than %d s", seconds)
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
        process.wait()
        raise ScanFailed from error
