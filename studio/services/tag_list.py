"""Tags: every word that was put on generations and photos."""

from __future__ import annotations

from collections.abc import Sequence

from store.search import Search
from studio.services.service import PersonalService
from studio.vocabulary.tag import UsedTag


class TagList(PersonalService):
    """The tags of one person."""

    def list_all(self) -> Sequence[UsedTag]:
        """The most used first, and those that are used alike by name."""
        counted = self._store.generations.count(self._owner, Search())
        made = {value: number for (facet, value), number in counted.items() if facet == "tag" and number}
        given = self._store.photos.count_tags(self._owner)
        tags = [
            UsedTag(name=name, generations=made.get(name, 0), photos=given.get(name, 0))
            for name in {*made, *given}
        ]
        return sorted(tags, key=lambda tag: (-tag.generations - tag.photos, tag.name))
