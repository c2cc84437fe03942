"""GET /avatars, GET, PATCH and DELETE /avatars/{id}, POST /avatars/{id}/restore: kept people with their bodies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, status

from studio.api.answers import AvatarList, AvatarOut
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.library_answers import AvatarChangeIn
from studio.api.query import Purge
from studio.vocabulary.names import ID_PATTERN

AvatarId = Annotated[str, Path(pattern=ID_PATTERN)]


def avatar_routes() -> APIRouter:
    """The routes of avatars."""
    router = APIRouter(tags=["avatars"])

    @router.get("/avatars", responses=problems(422))
    def list_avatars(mine: Mine) -> AvatarList:
        """All avatars, newest first."""
        return AvatarList(items=[AvatarOut.of(avatar) for avatar in mine.avatars.list_recent()])

    @router.get("/avatars/{avatar_id}", responses=problems(404, 422))
    def get_avatar(avatar_id: AvatarId, mine: Mine) -> AvatarOut:
        """One avatar: persona, body, measurements, meshes."""
        return AvatarOut.of(mine.avatars.get(avatar_id))

    @router.patch("/avatars/{avatar_id}", responses=problems(404, 413, 422))
    def change_avatar(avatar_id: AvatarId, change: AvatarChangeIn, mine: Mine) -> AvatarOut:
        """Put an avatar into a project, or into none."""
        return AvatarOut.of(mine.avatars.move(avatar_id, change.project_id))

    @router.delete(
        "/avatars/{avatar_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_avatar(avatar_id: AvatarId, mine: Mine, purge: Purge = False) -> None:
        """Put an avatar into the trash, or delete it for good."""
        mine.avatars.delete(avatar_id, purge=purge)

    @router.post("/avatars/{avatar_id}/restore", responses=problems(404, 422))
    def restore_avatar(avatar_id: AvatarId, mine: Mine) -> AvatarOut:
        """Take an avatar out of the trash."""
        return AvatarOut.of(mine.avatars.restore(avatar_id))

    return router
