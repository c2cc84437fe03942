"""Where an avatar was used, and when."""

from __future__ import annotations

from store.search import Search
from studio.services.generations import Generations
from studio.services.service import PersonalService
from studio.vocabulary.avatar import AvatarUsage, AvatarUse
from studio.vocabulary.library import GenerationSearch


class AvatarUsages(PersonalService):
    """The uses of one person's avatars."""

    def list_page(self, avatar_id: str, *, cursor: str | None = None, limit: int = 60) -> AvatarUsage:
        """The generations that were ordered of it and are not in the trash, newest first. Raises NotFound,
        CursorRefused."""
        self._store.avatars.get(self._owner, avatar_id)
        generations = Generations(self._resources, self._person)
        search = GenerationSearch(avatar_id=avatar_id)
        page = generations.list_page(search, cursor=cursor, limit=limit)
        newest = page.items if cursor is None else generations.list_page(search, limit=1).items
        return AvatarUsage(
            items=tuple(
                AvatarUse(
                    generation_id=one.id,
                    title=one.title,
                    state=one.state,
                    pictures=len(one.pictures),
                    thumbnail_ids=tuple(picture.thumbnail_id for picture in one.pictures),
                    created_at=one.created_at,
                )
                for one in page.items
            ),
            total=self._store.generations.count(self._owner, Search())["avatar", avatar_id],
            last_used_at=newest[0].created_at if newest else None,
            next_cursor=page.next_cursor,
        )
