"""GET /avatars and GET /avatars/{id}: kept people with their bodies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from studio.api.answers import AvatarList, AvatarOut
from studio.api.errors import problems
from studio.api.fields import ID_PATTERN
from studio.api.owners import Owner
from studio.studio import Studio

AvatarId = Annotated[str, Path(pattern=ID_PATTERN)]


def avatar_routes(studio: Studio) -> APIRouter:
    """The routes of avatars."""
    router = APIRouter(tags=["avatars"])

    @router.get("/avatars", responses=problems())
    def list_avatars(owner: Owner) -> AvatarList:
        """All avatars, newest first."""
        return AvatarList(items=[AvatarOut.of(avatar) for avatar in studio.list_avatars(owner)])

    @router.get("/avatars/{avatar_id}", responses=problems(404))
    def get_avatar(avatar_id: AvatarId, owner: Owner) -> AvatarOut:
        """One avatar: persona, body, measurements, meshes."""
        return AvatarOut.of(studio.get_avatar(owner, avatar_id))

    return router
