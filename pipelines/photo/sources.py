"""How a photo's bytes and name reach us besides a plain file: data URLs, and names that nobody should trust."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from pipelines.photo.errors import refuse
from pipelines.photo.open import BYTES_PER_MEGABYTE, MAX_BYTES

DATA_URL = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w.+-]+=[^;,]*)*;base64,", re.ASCII)
MAX_PREFIX_CHARACTERS = 256
MAX_NAME_CHARACTERS = 80


def read_data_url(text: str, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes in a base64 data URL, or in bare base64. The type it claims is not looked at: `open_photo` decides
    by content. Raises PhotoRefused: empty, too-many-bytes, not-an-image (other URLs, broken base64)."""
    prefix = DATA_URL.match(text[:MAX_PREFIX_CHARACTERS])
    body = text[prefix.end() :] if prefix else text
    if len(body) > (max_bytes + 2) // 3 * 4:
        raise refuse("too-many-bytes", limit=max_bytes // BYTES_PER_MEGABYTE)
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        sentence = "This is not a picture in base64. Send “data:image/jpeg;base64,” and the picture's bytes."
        raise refuse("not-an-image", sentence) from None
    if not data:
        raise refuse("empty")
    return data


def tidy_photo_name(name: str) -> str:
    """A file's name as it may be shown: its last part, without the ending, control and direction characters, at most
    80 characters; "Photo" where nothing is left. For showing only: nothing is ever stored under a name."""
    last = PurePosixPath(PureWindowsPath(name.replace("\x00", "")).as_posix()).name
    stem = re.sub(r"\.\w{1,5}$", "", last)
    shown = "".join(letter for letter in stem if unicodedata.category(letter)[0] != "C")
    return " ".join(shown.split())[:MAX_NAME_CHARACTERS].strip(". ") or "Photo"
