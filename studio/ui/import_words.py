"""What an archive brought in, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOUNS = (
    ("generations", "order", "orders"),
    ("pictures", "picture", "pictures"),
    ("avatars", "avatar", "avatars"),
    ("projects", "project", "projects"),
)


def say_imported(result: Mapping[str, Any]) -> str:
    """What came in, in words: "12 orders, 14 pictures, 1 avatar came in; 3 orders were here already"."""
    counts = {name: value for name, value in result.items() if isinstance(value, int)}
    came = ", ".join(
        f"{counts[name]:,} {one if counts[name] == 1 else many}"
        for name, one, many in NOUNS
        if counts.get(name)
    )
    known = counts.get("known", 0)
    were = f"{known:,} order was" if known == 1 else f"{known:,} orders were"
    said = f"{came} came in" if came else "Nothing new came in"
    return said + (f"; {were} here already." if known else ".")
