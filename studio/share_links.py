"""The addresses of share links: signed with a key of this studio, which only its owner can read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

KEY_NAME = "share.key"
KEY_BYTES, SIGNATURE_BYTES = 32, 16
PREFIX = "/share"
TOKEN = re.compile(r"([0-9a-f]{28})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})")


def write_path(folder: Path, share_id: str, expires_at_s: int) -> str:
    """The address of a link; the key is made when it is first needed. Raises OSError."""
    said = f"{share_id}.{expires_at_s}"
    return f"{PREFIX}/{said}.{_sign(_key(folder), said)}"


def read_token(folder: Path, token: str, now_s: float) -> str | None:
    """The id of a link that this studio signed and that has not expired; None for everything else."""
    found = TOKEN.fullmatch(token)
    if found is None or not (folder / KEY_NAME).is_file():
        return None
    share_id, expires, signature = found.groups()
    is_ours = hmac.compare_digest(_sign(_key(folder), f"{share_id}.{expires}"), signature)
    return share_id if is_ours and now_s < int(expires) else None


def _sign(key: bytes, said: str) -> str:
    digest = hmac.new(key, said.encode(), hashlib.sha256).digest()[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _key(folder: Path) -> bytes:
    path = folder / KEY_NAME
    if not path.is_file():
        new = path.with_name(f"{KEY_NAME}.{secrets.token_hex(4)}.new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # somebody was faster: theirs counts
            os.link(new, path)
        new.unlink()
    return path.read_bytes()
