"""The kinds of names by which things are asked for, and the patterns that they follow."""

from __future__ import annotations

from typing import Annotated

from pipelines.bounds import Text

# Ids are made by the store. Any other text is answered like an id of nobody's: not found.
ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
PRESET_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
CURSOR_PATTERN = r"^[A-Za-z0-9_.:=-]{0,200}$"
KEY_PATTERN = r"^[\x21-\x7e]{0,200}$"  # an Idempotency-Key
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"

Id = Annotated[str, Text(64, pattern=ID_PATTERN)]
