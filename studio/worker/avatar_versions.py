"""What an avatar was before it is changed, kept beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from store.rows import AvatarRow


def keep_version(
    row: AvatarRow, before: list[dict[str, Any]], now: datetime, most: int
) -> list[dict[str, Any]]:
    """The versions with what the avatar is now after them; the oldest of too many go."""
    number = before[-1]["number"] + 1 if before else 1
    version = {"number": number, "name": row.name, "persona": row.persona, "body": row.body}
    return [*before, version | {"kept_at": now.isoformat()}][-most:]
