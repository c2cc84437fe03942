"""Xet: the hub's store of large files in pieces, read by the hub's own client from any byte on.

Only bytes come this way: what a file is, how long and by which digest it is known, says the pinned listing. The hub's
token is not handed to that client, which writes logs of its own: it gets a ticket that lasts for minutes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

HASH = re.compile(r"[0-9a-f]{64}")
# What it calls home about a transfer is nobody's business; read when its first session is made.
NO_TELEMETRY = ("HF_XET_TELEMETRY_ENABLED", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Leave to read one repository's pieces: where they are, and until when (seconds of Unix time)."""

    store: str
    token: str
    expires_at: int


def find_hash(headers: Mapping[str, str]) -> str:
    """The name of a file's pieces, of the headers with which a hub hands the file out; "" where it lies whole, where
    the hub's client is not installed, or where HF_HUB_DISABLE_XET says not to."""
    from huggingface_hub import constants

    name = headers.get(constants.HUGGINGFACE_HEADER_X_XET_HASH, "").lower()
    if not HASH.fullmatch(name) or constants.HF_HUB_DISABLE_XET or find_spec("hf_xet") is None:
        return ""
    return name


def read_ticket(headers: Mapping[str, str]) -> Ticket | None:
    """The ticket in a hub's answer; None where there is none."""
    from huggingface_hub import constants

    try:
        return Ticket(
            store=headers[constants.HUGGINGFACE_HEADER_X_XET_ENDPOINT],
            token=headers[constants.HUGGINGFACE_HEADER_X_XET_ACCESS_TOKEN],
            expires_at=int(headers[constants.HUGGINGFACE_HEADER_X_XET_EXPIRATION]),
        )
    except (KeyError, ValueError):
        return None


class Pieces:
    """One file out of its pieces, from a byte on. Leaving it ends the transfer, from whatever thread."""

    def __init__(self, ticket: Ticket, name: str, size: int, start: int) -> None:
        from hf_xet import XetFileInfo, XetSession

        os.environ.setdefault(*NO_TELEMETRY)
        self._group: Any = XetSession().new_download_stream_group(
            endpoint=ticket.store, token=ticket.token, token_expiry_unix_secs=ticket.expires_at
        )
        self._stream: Any = self._group.download_stream(XetFileInfo(name, size), start=start or None)

    def __iter__(self) -> Iterator[bytes]:
        """The bytes in their order. Raises OSError, RuntimeError, ValueError where they do not come."""
        return iter(self._stream)

    def leave(self) -> None:
        """Let go of it; once more does nothing."""
        self._group.abort()  # the stream's own cancel fails while another thread waits for it
