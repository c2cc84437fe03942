"""What several routes take beside their bodies: an id in the path, a page of a list, the key of a repeated order."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import Field

from studio.vocabulary.names import CURSOR_PATTERN, ID_PATTERN, KEY_PATTERN

PAGE_SIZE = 60
LARGEST_PAGE = 200

PathId = Annotated[str, Path(pattern=ID_PATTERN)]
QueryId = Annotated[
    str, Query(alias="id", pattern=ID_PATTERN, description="Which one; all at once is no choice.")
]
Cursor = Annotated[
    str,
    Field(
        pattern=CURSOR_PATTERN,
        description="The next_cursor of the page before; empty: the first.",
    ),
]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many at most.")]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="The same key with the same body is the same job; with another body it is refused.",
    ),
]
