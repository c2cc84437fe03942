"""Where the log goes: a file in the data folder that starts anew when it is long; only trouble reaches the terminal.

Our own packages speak from the level in the settings; every library speaks from WARNING on. So the database's,
the server's and the window's libraries are silent as long as all is well, and the hub's addresses are nowhere.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from studio.settings import Settings

LOGS_FOLDER = "logs"  # in the data folder; the worker's own log lies there too
LOG_NAME = "studio.log"
OUTPUT_NAME = "worker-output.log"  # what libraries print, where the worker's log is JSON
LOG_MAX_BYTES = 4_000_000
LOGS_KEPT = 3  # older files beside the present one
FILE_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TERMINAL_FORMAT = "%(levelname)s: %(message)s"
OUR_PACKAGES = ("pipelines", "store", "studio")

log = logging.getLogger(__name__)

_job: ContextVar[str] = ContextVar("job", default="")


@contextmanager
def log_window(settings: Settings) -> Iterator[None]:
    """The window's log: all of it in the data folder, warnings and errors also on the terminal.

    The file is opened by its first line, so that a studio which finds its data folder taken touches nothing there.
    """
    file = LogFile(settings.data / LOGS_FOLDER / LOG_NAME)
    if settings.log_format == "json":
        file.setFormatter(JsonFormatter())
    with _installed(settings.log_level, file, _terminal(logging.WARNING)):
        yield


@contextmanager
def log_command() -> Iterator[None]:
    """A command's log: errors on the terminal, and nothing else."""
    with _installed("WARNING", _terminal(logging.ERROR)):
        yield


def log_worker(settings: Settings) -> None:
    """The worker's log, for its whole life: on its standard error, which is a file.

    As JSON it is an object a line and nothing else: what libraries print goes into a file beside it.
    """
    stream = sys.stderr
    if settings.log_format == "json":
        stream = os.fdopen(os.dup(2), "w", encoding="utf-8")
        _print_to(settings.data / LOGS_FOLDER / OUTPUT_NAME)
        logging.captureWarnings(True)
        sys.excepthook = lambda kind, error, trace: _say_uncaught((kind, error, trace))
        threading.excepthook = lambda args: _say_uncaught((args.exc_type, args.exc_value, args.exc_traceback))
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else logging.Formatter(FILE_FORMAT))
    logging.getLogger().addHandler(handler)
    set_levels(settings.log_level)


@contextmanager
def about_job(job_id: str) -> Iterator[None]:
    """What is logged in here, by whomever, is about this job."""
    token = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(token)


def set_levels(level: str) -> None:
    """Our own packages from that level on, every library from WARNING on."""
    logging.getLogger().setLevel(logging.WARNING)
    for package in OUR_PACKAGES:
        logging.getLogger(package).setLevel(level)


class JsonFormatter(logging.Formatter):
    """An object a line: time (UTC), level, logger, message; the id of the request or the job that it is about, where
    there is one, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if request_id := getattr(record, "request_id", ""):
            said["request_id"] = request_id
        if job_id := _job.get():
            said["job_id"] = job_id
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


class LogFile(RotatingFileHandler):
    """The log as a file, made with its folder when first written to. Where it cannot be written, that is said once
    on the terminal, and the studio goes on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=LOG_MAX_BYTES, backupCount=LOGS_KEPT, encoding="utf-8", delay=True)
        self.setFormatter(logging.Formatter(FILE_FORMAT))
        self._complained = False

    def _open(self) -> TextIOWrapper:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        return super()._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 logging's name for it
        """Called by logging where a line could not be written."""
        if not self._complained and sys.stderr is not None:
            self._complained = True
            error = sys.exc_info()[1]
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            sys.stderr.write(f"WARNING: the log {self.baseFilename} cannot be written: {reason}\n")


def _print_to(path: Path) -> None:
    """Have this process print to a file from now on; a long one is put aside first. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_MAX_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as file:
        os.dup2(file.fileno(), 2)


def _say_uncaught(error: Any) -> None:
    log.critical("an error that nobody caught", exc_info=error)


def _terminal(level: int) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level)
    handler.setFormatter(logging.Formatter(TERMINAL_FORMAT))
    return handler


@contextmanager
def _installed(level: str, *handlers: logging.Handler) -> Iterator[None]:
    """With these handlers and levels; afterwards everything is as before."""
    root = logging.getLogger()
    before = [(logger, logger.level) for logger in (root, *map(logging.getLogger, OUR_PACKAGES))]
    set_levels(level)
    for handler in handlers:
        root.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()
        for logger, was in before:
            logger.setLevel(was)
