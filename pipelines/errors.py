"""The errors that a person can act on. A subclass's docstring is its default message."""

from __future__ import annotations

from typing import ClassVar, Self


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


class PresetUnready(PipelineError):
    """This preset cannot be used before something is done. Look at the page “Models”."""

    step: ClassVar[str] = ""  # what to do, in the window

    def __init__(self, facts: str = "", *, preset: str = "", step: str = "", more: str = "") -> None:
        """facts: what stands in the way; preset: its name, where the step helps; more: what else is to be known."""
        self.facts, self.preset, self.more = facts, preset, more
        said = (facts, more, step or (self.step if preset else ""))
        super().__init__(" ".join(part for part in said if part))

    def with_more(self, more: str) -> Self:
        """The same, and something else that is to be known."""
        return type(self)(self.facts, preset=self.preset, more=more)

    def with_step(self, step: str) -> Self:
        """The same for those who have no window: the step in other words."""
        return type(self)(self.facts, preset=self.preset, step=step, more=self.more)


class WeightsMissing(PresetUnready):
    """The weights of this preset are not on this machine. Download them on the page “Models”."""

    code = "weights-missing"
    step = "Download the weights on the page “Models”, or choose another preset."


class TokenRefused(PipelineError):
    """Hugging Face does not accept the token. It may be mistyped or expired: make a new one and set it."""

    code = "token-refused"
