"""Avatars, kept people with their bodies: POST, GET, PATCH, DELETE, duplicate, versions, usage, restore."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request, Response, status

from studio.api.asker import Mine
from studio.api.avatar_answers import (
    AvatarChangeIn,
    AvatarIn,
    AvatarList,
    AvatarMadeOut,
    AvatarOfImage,
    AvatarOfPersona,
    AvatarOfPhoto,
    AvatarOfPicture,
    AvatarOut,
    DuplicateIn,
    UsageOut,
    VersionList,
    VersionOut,
)
from studio.api.errors import WrongMediaType, problems
from studio.api.forms import FILE_FIELD, FORM, describe_form, media_type_of, read_form
from studio.api.library_answers import NoOrId
from studio.api.media import NEVER_STORED, attachment
from studio.api.order_pictures import IsWanted, read_image
from studio.api.paging import LimitOrAll, page_of
from studio.api.parameters import PAGE_SIZE, Cursor, Limit, PathId
from studio.api.query import Purge
from studio.api.seats import run_while_wanted
from studio.personal_studio import PersonalStudio
from studio.services.sent_pictures import keep_sent
from studio.vocabulary.avatar import AvatarMade
from studio.vocabulary.avatar_file import AVATAR_TYPE

OfProject = Annotated[NoOrId, Query(description="Only those in this project.")]
FILE = "An avatar as GET /avatars/{id}/file gives it."
VersionNumber = Annotated[int, Path(ge=1, le=1_000_000_000)]


def avatar_routes() -> APIRouter:
    """The routes of avatars."""
    router = APIRouter(tags=["avatars"])

    @router.get("/avatars", responses=problems(404, 422))
    def list_avatars(
        mine: Mine, project_id: OfProject = "", cursor: Cursor = "", limit: Limit = PAGE_SIZE
    ) -> AvatarList:
        """Your avatars, newest first, page by page."""
        page = mine.avatars.list_page(project_id=project_id, cursor=cursor or None, limit=limit)
        return AvatarList(items=[AvatarOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    @router.post(
        "/avatars", status_code=status.HTTP_201_CREATED, responses=problems(404, 408, 413, 422, 429, 503)
    )
    async def add_avatar(request: Request, mine: Mine, avatar: Annotated[AvatarIn, Body()]) -> AvatarMadeOut:
        """Keep a person: from words or a persona, from a photo, or from a finished picture.

        Of a photo that shows the whole person the body is measured by a job; its height was not told, so that its
        centimetres are a guess. To tell it, keep the photo and order its body.
        """
        made = await run_while_wanted(request, lambda is_wanted: _make(mine, avatar, is_wanted))
        return AvatarMadeOut.of_made(made)

    @router.post(
        "/avatars/file",
        status_code=status.HTTP_201_CREATED,
        responses=problems(404, 408, 413, 415, 422, 429, 503),
        openapi_extra={
            "requestBody": {"required": True, "content": {FORM: describe_form(FILE, AVATAR_TYPE)}}
        },
    )
    async def take_avatar_in(request: Request, mine: Mine) -> AvatarOut:
        """Keep the person of an `.avatar` file, from this studio or another one, as a new avatar."""
        if media_type_of(request) != FORM:
            raise WrongMediaType(f"Send the file as {FORM} with a field “{FILE_FIELD}”.")
        data, _ = await read_form(request)
        made = await run_while_wanted(
            request,
            lambda is_wanted: mine.avatar_files.take_in(data, is_wanted=is_wanted),
        )
        return AvatarOut.of(made)

    @router.get("/avatars/{avatar_id}", responses=problems(404, 422))
    def get_avatar(avatar_id: PathId, mine: Mine) -> AvatarOut:
        """One avatar: persona, body, measurements, meshes, and where it came from."""
        return AvatarOut.of(mine.avatars.get(avatar_id))

    @router.patch("/avatars/{avatar_id}", responses=problems(404, 413, 422))
    def change_avatar(avatar_id: PathId, change: AvatarChangeIn, mine: Mine) -> AvatarOut:
        """Change name, persona, project or licence. Who it was is kept as a version; a body drawn from the persona
        follows it."""
        return AvatarOut.of(mine.avatars.change(avatar_id, **change.said()))

    @router.post(
        "/avatars/{avatar_id}/duplicate",
        status_code=status.HTTP_201_CREATED,
        responses=problems(404, 413, 422),
    )
    def duplicate_avatar(avatar_id: PathId, wanted: DuplicateIn, mine: Mine) -> AvatarOut:
        """Keep the same person once more, under another name."""
        return AvatarOut.of(mine.avatars.duplicate(avatar_id, name=wanted.name))

    @router.get(
        "/avatars/{avatar_id}/file",
        response_class=Response,
        responses={200: {"content": {AVATAR_TYPE: {}}}, **problems(404, 422)},
    )
    def get_avatar_file(
        avatar_id: PathId,
        mine: Mine,
        photo: Annotated[bool, Query(description="With the photo that it was measured from.")] = False,
    ) -> Response:
        """The avatar as a file that another studio opens: persona, body, face, base picture and licence."""
        data = mine.avatar_files.export(avatar_id, photo=photo)
        name = mine.avatars.get(avatar_id).name
        headers = {**NEVER_STORED, "Content-Disposition": attachment(name, AVATAR_TYPE)}
        return Response(data, media_type=AVATAR_TYPE, headers=headers)

    @router.get("/avatars/{avatar_id}/usage", responses=problems(404, 422))
    def list_usage(avatar_id: PathId, mine: Mine, cursor: Cursor = "", limit: Limit = PAGE_SIZE) -> UsageOut:
        """The generations that were ordered of it, newest first."""
        return UsageOut.of(mine.avatar_usage.list_page(avatar_id, cursor=cursor or None, limit=limit))

    @router.get("/avatars/{avatar_id}/versions", responses=problems(404, 422))
    def list_versions(
        avatar_id: PathId, mine: Mine, cursor: Cursor = "", limit: LimitOrAll = None
    ) -> VersionList:
        """What it was before it was changed, the latest first."""
        found = mine.avatars.list_versions(avatar_id)
        page = page_of(found, lambda version: str(version.number), cursor, limit)
        return VersionList(items=[VersionOut.of(one) for one in page.items], next_cursor=page.next_cursor)

    @router.post("/avatars/{avatar_id}/versions/{number}/restore", responses=problems(404, 422))
    def bring_version_back(avatar_id: PathId, number: VersionNumber, mine: Mine) -> AvatarOut:
        """Make it what it was; what it is now becomes a version."""
        return AvatarOut.of(mine.avatars.bring_back(avatar_id, number))

    @router.delete(
        "/avatars/{avatar_id}", status_code=status.HTTP_204_NO_CONTENT, responses=problems(404, 422)
    )
    def delete_avatar(avatar_id: PathId, mine: Mine, purge: Purge = False) -> None:
        """Put an avatar into the trash, or delete it for good."""
        mine.avatars.delete(avatar_id, purge=purge)

    @router.post("/avatars/{avatar_id}/restore", responses=problems(404, 422))
    def restore_avatar(avatar_id: PathId, mine: Mine) -> AvatarOut:
        """Take an avatar out of the trash."""
        return AvatarOut.of(mine.avatars.restore(avatar_id))

    return router


def _make(mine: PersonalStudio, avatar: AvatarIn, is_wanted: IsWanted) -> AvatarMade:
    """The new avatar, in the way that its body says."""
    making, name, project_id = mine.avatar_making, avatar.name, avatar.project_id
    if isinstance(avatar, AvatarOfImage):
        with keep_sent(mine.photos, is_wanted) as keep:
            photo_id = keep(read_image(avatar.image), "person")
            return making.from_photo(name, photo_id, project_id=project_id)
    if isinstance(avatar, AvatarOfPhoto):
        return making.from_photo(name, avatar.photo_id, project_id=project_id)
    if isinstance(avatar, AvatarOfPicture):
        return AvatarMade(avatar=making.from_picture(name, avatar.picture_id, project_id=project_id))
    if isinstance(avatar, AvatarOfPersona):
        return AvatarMade(avatar=making.from_persona(name, avatar.persona, project_id=project_id))
    kept = making.from_words(name, avatar.prompt, persona=avatar.persona, project_id=project_id)
    return AvatarMade(avatar=kept)
