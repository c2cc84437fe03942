"""Why a photo cannot be used: one stable code, an HTTP status and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: stable code, HTTP status, the sentence shown to a person."""

    code: str
    http_status: int
    sentence: str


class PhotoRefused(PipelineError):
    """This photo cannot be used."""

    def __init__(self, refusal: Refusal, sentence: str = "") -> None:
        super().__init__(sentence or refusal.sentence)
        self.refusal = refusal
        self.code = refusal.code  # type: ignore[misc]
        self.http_status = refusal.http_status  # type: ignore[misc]
