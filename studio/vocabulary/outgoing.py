"""What a person lets out: share links, and webhooks with their deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pipelines.bounds import Between, Text

LONGEST_SHARE_S = 365 * 24 * 3600
# Neither user nor password, no fragment; ASCII, as it is sent.
_PORT = r"(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
WEB_ADDRESS = rf"https?://[a-zA-Z0-9]([a-zA-Z0-9.-]{{0,250}}[a-zA-Z0-9])?{_PORT}([/?][!$-;=?-Z_a-z~]*)?"

ShareSeconds = Annotated[int, Between(60, LONGEST_SHARE_S)]
MAIL_ADDRESS = r"mailto:[a-zA-Z0-9][a-zA-Z0-9._%+-]{0,62}@[a-zA-Z0-9]([a-zA-Z0-9.-]{0,188}[a-zA-Z0-9])?"
WEBHOOK_PATTERN = rf"^({WEB_ADDRESS}|{MAIL_ADDRESS})$"
WebhookUrl = Annotated[str, Text(1000, pattern=WEBHOOK_PATTERN)]
DeliveryState = Literal["waiting", "delivered", "given_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """A link that shows a generation's pictures. `path` is where, on this studio's own address."""

    id: str
    generation_id: str
    path: str
    downloads: int  # of pictures
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPicture:
    """A picture as whoever has the link gets it: marked, and nothing else in it."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told when jobs end. `secret` is said once, when it is made."""

    id: str
    url: str
    is_disabled: bool  # the address said that it is gone
    created_at: datetime
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message and what became of it."""

    id: str
    type: str  # "job.succeeded"
    job_id: str
    state: DeliveryState
    attempts: int
    status: int | None  # of the last answer
    error: str
    created_at: datetime
    next_at: datetime | None  # of a waiting one
    ended_at: datetime | None
