"""Ids: text that sorts by the time it was made."""

from __future__ import annotations

import re
import secrets
import time

TIME_DIGITS = 12  # hexadecimal milliseconds since 1970: enough until the year 10889
RANDOM_BYTES = 8

_ID = re.compile(rf"[0-9a-f]{{{TIME_DIGITS + 2 * RANDOM_BYTES}}}")


def new_id(at_ms: int | None = None) -> str:
    """A new id, 28 hexadecimal digits: 12 of the time in milliseconds (now, unless given), 16 random ones."""
    milliseconds = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    return f"{milliseconds:0{TIME_DIGITS}x}{secrets.token_hex(RANDOM_BYTES)}"


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return _ID.fullmatch(text) is not None
