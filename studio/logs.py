"""Where the log goes: a file in the data folder that starts anew when it is long; only trouble reaches the terminal.

Our own packages speak from the level in the settings; every library speaks from WARNING on. So the database's,
the server's and the window's libraries are silent as long as all is well, and the hub's addresses are nowhere.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from studio.settings import Settings

LOGS_FOLDER = "logs"  # in the data folder; the worker's own log lies there too
LOG_NAME = "studio.log"
LOG_MAX_BYTES = 4_000_000
LOGS_KEPT = 3  # older files beside the present one
FILE_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TERMINAL_FORMAT = "%(levelname)s: %(message)s"
OUR_PACKAGES = ("pipelines", "store", "studio")


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


def set_levels(level: str) -> None:
    """Our own packages from that level on, every library from WARNING on."""
    logging.getLogger().setLevel(logging.WARNING)
    for package in OUR_PACKAGES:
        logging.getLogger(package).setLevel(level)


class JsonFormatter(logging.Formatter):
    """An object a line: time (UTC), level, logger, message; the request's id where there is one, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = {"time": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if request_id := getattr(record, "request_id", ""):
            said["request_id"] = request_id
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
