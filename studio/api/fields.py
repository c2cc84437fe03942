"""The kinds of values that REST takes, and the patterns that they follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import CoreSchema, core_schema

from pipelines.options import LONGEST_WORDS

LONGEST_PROMPT = 4000
LONGEST_WORD = 60
LONGEST_POSE_NAME = 80
NO_CONTROL_CHARACTERS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # tabs and new lines are fine
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"

# Ids are made by the store. Any other text is answered like an id of nobody's: not found.
ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"
PRESET_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,63}$"
CURSOR_PATTERN = r"^[A-Za-z0-9_.:=-]{0,200}$"
KEY_PATTERN = r"^[\x21-\x7e]{0,200}$"  # an Idempotency-Key
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"


Id = Annotated[str, StringConstraints(pattern=ID_PATTERN)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=LONGEST_POSE_NAME)]
PoseName = Annotated[str, StringConstraints(pattern=ONE_LINE, min_length=1, max_length=LONGEST_POSE_NAME)]
Words = Annotated[str, StringConstraints(pattern=NO_CONTROL_CHARACTERS, max_length=LONGEST_WORDS)]
Word = Annotated[str, StringConstraints(pattern=NO_CONTROL_CHARACTERS, min_length=1, max_length=LONGEST_WORD)]
PromptText = Annotated[str, StringConstraints(pattern=NO_CONTROL_CHARACTERS, max_length=LONGEST_PROMPT)]


def _whole(number: Any) -> Any:
    """JSON has one kind of number: 7.0 is as whole as 7."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


WHOLE = BeforeValidator(_whole)


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A text that is one of these keys; the description lists them."""

    keys: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(list(self.keys))
