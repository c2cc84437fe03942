"""Project: a shelf of avatars and generations that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pipelines.bounds import Text

LONGEST_PROJECT_NAME = 80
# One line with something in it, without spaces around it: what is typed is what is shown and filtered by.
# U+0085 and U+FEFF by name: what \s holds of them differs between JavaScript, which JSON Schema means, and others.
TRIMMED = r"^[^\s\x00-\x1f\x7f\x85\ufeff]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f\x85\ufeff])?$"

Access = Literal["read", "write"]  # what somebody may do in another's project
Hold = Literal["own", "write", "read"]  # of a thing: one's own, or shared, to write or to look at
ProjectName = Annotated[str, Text(LONGEST_PROJECT_NAME, least=1, pattern=TRIMMED)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project; archived ones are kept, and out of the way."""

    id: str
    name: str
    is_archived: bool
    generations: int  # in it, without those in the trash
    created_at: datetime
    updated_at: datetime
    owner: str = ""  # the name of whoever shares it; "": it is one's own
    access: Access = "write"
    is_shared: bool = False  # with anybody

    @property
    def full_name(self) -> str:
        """Its name in a list; of one that is shared, whose it is too."""
        return f"{self.name} · {self.owner}" if self.owner else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectMember:
    """Somebody with whom a project is shared."""

    name: str
    access: Access
