"""The errors that a person can act on. A subclass's docstring is its default message."""

from __future__ import annotations

from typing import ClassVar


class PipelineError(Exception):
    """Something went wrong that a person can act on."""

    code: ClassVar[str] = "pipeline-error"
    http_status: ClassVar[int] = 422
    hint: ClassVar[str] = ""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))

    @property
    def message(self) -> str:
        """The sentence shown to a person: what happened and what to do next."""
        return str(self.args[0])


class Cancelled(Exception):
    """The person asked for this run to stop. Only `on_progress` raises it."""


class PersonaRefused(PipelineError):
    """This studio makes adults only. Choose an age of 18 or more."""

    code = "adults-only"


class UnknownName(PipelineError):
    """There is nothing with that name."""

    code = "unknown-name"


class RequestRefused(PipelineError):
    """The chosen engine cannot do what was asked."""

    code = "request-refused"


class EngineUnavailable(PipelineError):
    """The chosen engine cannot run on this machine."""

    code = "engine-unavailable"


class PictureRefused(PipelineError):
    """The engine returned a picture that is black, broken or of the wrong size. Try again."""

    code = "picture-refused"
