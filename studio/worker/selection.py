"""What an export is made of: generations one after the other, with the names of what they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from store.entries import GenerationEntry
from store.errors import RowMissing
from store.rows import AvatarRow, ProjectRow
from store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How much went into a file; `left_out` are pictures whose own files are lost."""

    generations: int = 0
    pictures: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The generations of an export. What is looked up beside them is looked up once."""

    store: Store
    owner: str
    entries: Callable[[], Iterator[GenerationEntry]]
    owners: set[str] = field(default_factory=set)  # of all that was looked up so far
    _projects: dict[str, ProjectRow | None] = field(default_factory=dict)
    _avatars: dict[str, AvatarRow | None] = field(default_factory=dict)

    def project(self, project_id: str | None) -> ProjectRow | None:
        """That project, unless there is none, or it is in the trash."""
        if project_id is not None and project_id not in self._projects:
            try:
                self._projects[project_id] = found = self.store.projects.get(self.owner, project_id)
                self.owners.add(found.owner)
            except RowMissing:
                self._projects[project_id] = None
        return self._projects.get(project_id or "")

    def avatar(self, avatar_id: str | None) -> AvatarRow | None:
        """That avatar, unless there is none, or it is in the trash."""
        if avatar_id is not None and avatar_id not in self._avatars:
            try:
                self._avatars[avatar_id] = kept = self.store.avatars.get(self.owner, avatar_id)
                self.owners.add(kept.owner)
            except RowMissing:
                self._avatars[avatar_id] = None
        return self._avatars.get(avatar_id or "")


def say_moment(moment: datetime | None) -> str | None:
    """A time as text, in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat()


def persona_name(order: Mapping[str, Any]) -> str:
    """The name of who is drawn, where the order says one."""
    persona = order.get("persona")
    name = persona.get("name") if isinstance(persona, Mapping) else ""
    return name if isinstance(name, str) else ""
