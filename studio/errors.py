"""Errors of the use cases that a person can act on."""

from __future__ import annotations

from pipelines.errors import PipelineError


class SettingsRefused(PipelineError):
    """A setting cannot be used as it stands."""

    code = "settings-refused"


class NotFound(PipelineError):
    """There is nothing here with that id. It may have been deleted."""

    code = "not-found"
    http_status = 404


class DataFolderBusy(PipelineError):
    """Another Avatar Studio is using this data folder."""

    code = "data-folder-busy"
    http_status = 409


class JobNotOpen(PipelineError):
    """That job has ended already."""

    code = "job-ended"
    http_status = 409


class DraftUnavailable(PipelineError):
    """The drawing process is starting again. Try in a moment."""

    code = "draft-unavailable"
    http_status = 503


class IdempotencyConflict(PipelineError):
    """That Idempotency-Key was used before, for another order. Send a new key."""

    code = "idempotency-key-reused"
    http_status = 409


class BadCursor(PipelineError):
    """That page mark is not one of ours. Start from the first page."""

    code = "bad-cursor"
    http_status = 404
