"""Where commands speak: results on one stream, complaints and a progress bar (on a terminal only) on the other."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TextIO

from pipelines.errors import PipelineError
from studio.errors import FolderRefused, say_trouble
from studio.studio import Studio
from studio.vocabulary.job import Job
from studio.vocabulary.person import YOU

LOOK_EVERY_S = 0.05  # a job's row is read so often while a command waits for it
UNEXPECTED_CODE = "unexpected"
START_REFUSED = 3  # by a data folder whose parts do not belong together
REFUSED, FAILED = 2, 1  # exit statuses: what a person can act on, and what only the log explains


class JobFailed(PipelineError):
    """The job did not succeed."""

    code: ClassVar[str] = "job-failed"  # each has its job's own

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code or UNEXPECTED_CODE  # type: ignore[misc]


class FileUnreadable(PipelineError):
    """This file cannot be read."""

    code = "unreadable-file"


class FileUnwritable(PipelineError):
    """This file cannot be written."""

    code = "unwritable-file"


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """What is written within goes to `path`, or into it. Raises FileUnwritable where the system refuses."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnwritable(
            f"“{path}” cannot be written: {reason}. Name another place with --out."
        ) from error


def refuse_file(out: Path) -> None:
    """Raises FileUnwritable where the folder for results is a file: said before the work, not after it."""
    if out.exists() and not out.is_dir():
        raise FileUnwritable(f"“{out}” is a file. Name a folder with --out.")


def exit_status(error: PipelineError) -> int:
    """The exit status that an error ends a command with."""
    if isinstance(error, FolderRefused):
        return START_REFUSED
    return FAILED if error.code == UNEXPECTED_CODE else REFUSED


def end_in_trouble(error: Exception) -> int:
    """The exit status of a command that the disk or the database would not let go on, once that is said in a line;
    any other error is raised again."""
    said = say_trouble(error)
    if said is None:
        raise error
    place = f" ({error.strerror}: {error.filename})" if isinstance(error, OSError) and error.filename else ""
    sys.stderr.write(f"{said.code}: {said.message}{place}\n")
    return exit_status(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The two streams of a command."""

    out: TextIO
    err: TextIO

    def say(self, text: str) -> None:
        """One line of the result."""
        self.out.write(f"{text}\n")

    def say_json(self, value: Any) -> None:
        """The result for a program."""
        self.say(json.dumps(value, indent=2))

    def mention(self, text: str) -> None:
        """A line for a person who looks on; a program is not told."""
        if self.out.isatty():
            self.say(text)

    def note(self, text: str) -> None:
        """Something to know, beside the result."""
        self.err.write(f"{text}\n")

    def complain(self, error: PipelineError, about: str = "") -> None:
        """`error-code: sentence`, and what it is about."""
        self.err.write(f"{error.code}: {error.message}{f' [{about}]' if about else ''}\n")

    def follow(self, studio: Studio, job_id: str) -> Job:
        """Wait for a job, with a progress bar on a terminal; the succeeded job.

        Raises JobFailed. Ctrl-C asks the job to stop and then goes on as usual.
        """
        with _Bar(self.err) as bar:
            try:
                return _wait(studio, job_id, bar)
            except KeyboardInterrupt:
                studio.for_person(YOU).jobs.cancel(job_id)
                raise


def _wait(studio: Studio, job_id: str, bar: _Bar) -> Job:
    while True:
        job = studio.for_person(YOU).jobs.get(job_id)
        bar.show(job)
        if job.state == "succeeded":
            return job
        if job.state == "queued" and job.error:  # it would be tried again later: nobody waits for that here
            studio.for_person(YOU).jobs.cancel(job_id)
            raise JobFailed(job.error_code, job.error)
        if not job.is_open:
            raise JobFailed(job.error_code or job.state, job.error or "The job was cancelled.")
        time.sleep(LOOK_EVERY_S)


class _Bar:
    """A progress bar on a terminal, nothing elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None
        self._drawn: tuple[str, int, int] | None = None

    def __enter__(self) -> _Bar:
        if self._stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(file=self._stream, leave=False, bar_format="{desc} {bar} {percentage:3.0f}%")
        return self

    def show(self, job: Job) -> None:
        """Draw where the job is, when that has changed."""
        words = job.stage or "Waiting"
        if job.seconds_left is not None:
            words += f" · {math.ceil(job.seconds_left)} s left"
        place = (words, job.step, job.total)
        if self._bar is None or place == self._drawn:
            return
        self._drawn = place
        self._bar.total = job.total or None
        self._bar.n = job.step
        self._bar.set_description_str(words)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
