"""OrderTemplate and PersonaPreset: an order to be given again with some of its fields said anew, and a persona to begin
with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pipelines.bounds import KeyOf, Several, Text
from pipelines.types import Persona
from studio.vocabulary.order import ORDER_FIELDS, GenerationOrder
from studio.vocabulary.project import TRIMMED

# Fields that are said together: who says the first has said them all.
SAID_TOGETHER = {
    "poses": ("poses", "given_poses"),
    "prompt": ("prompt", "more_prompts"),
    "preset": ("preset", "engine"),
    "avatar_id": ("avatar_id", "persona"),
}
OPEN_FIELDS = tuple(
    name for name in ORDER_FIELDS if name not in ("version", "given_poses", "more_prompts", "engine")
)

TemplateName = Annotated[str, Text(80, least=1, pattern=TRIMMED)]
OpenField = Annotated[str, KeyOf(OPEN_FIELDS)]
OpenFields = Annotated[tuple[OpenField, ...], Several(len(OPEN_FIELDS), each_once=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTemplate:
    """A saved order; the fields in `open` have to be said by whoever uses it, the others may be."""

    id: str
    name: str
    order: GenerationOrder
    open: tuple[str, ...] = ()
    unreadable: str = ""  # why the order could not be read, "" where it could: then it says nothing
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaPreset:
    """A saved persona to begin with."""

    id: str
    name: str
    persona: Persona
    unreadable: str = ""
    created_at: datetime
    updated_at: datetime
