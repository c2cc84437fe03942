"""Errors about how much somebody may order: limits of the queue, of a minute and of a day, and credits."""

from __future__ import annotations

from pipelines.errors import PipelineError


class QueueFull(PipelineError):
    """As many of your jobs wait as may. Try again when some of them are done."""

    code = "queue-full"
    http_status = 429
    retry_after_s = 10


class DayFull(PipelineError):
    """You have ordered as much as you may in 24 hours. Try again later."""

    code = "day-full"
    http_status = 429

    def __init__(self, message: str = "", retry_after_s: int = 60) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyOrders(PipelineError):
    """That is more orders or uploads in a minute than one person may send. Wait a moment."""

    code = "too-many-orders"
    http_status = 429

    def __init__(self, retry_after_s: int = 1) -> None:
        super().__init__(f"That is more in a minute than is taken. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class StorageSpent(PipelineError):
    """You keep as much as you may. Delete something for good, and try again."""

    code = "storage-spent"
    http_status = 413


class CreditsTooFew(PipelineError):
    """You have fewer credits than this costs. Order less, or ask whoever runs this studio for credits."""

    code = "credits-too-few"
    http_status = 402


class CreditsOff(PipelineError):
    """Nothing costs credits in this studio."""

    code = "credits-off"
    http_status = 404
