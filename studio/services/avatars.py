"""Avatars: kept people, from a persona or a measured photo: read, changed, duplicated, brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.errors import RequestRefused
from pipelines.image.provenance import MEDIA_TYPES
from pipelines.options import LONGEST_NAME
from pipelines.prompt.persona import check_persona
from pipelines.prompt.write import join_parts
from pipelines.types import BodyParameters, Persona
from store.errors import RowMissing, StorageError
from store.owned import require_writable
from store.records import AvatarRecord
from store.rows import AvatarRow
from studio.account_errors import NotYours
from studio.errors import NotFound
from studio.services.avatar_views import view_avatar, view_version
from studio.services.likeness import list_own_pictures
from studio.services.persona_bodies import measure_persona
from studio.services.service import PersonalService
from studio.vocabulary.avatar import (
    MOST_VERSIONS,
    Avatar,
    AvatarName,
    AvatarOrigin,
    AvatarPage,
    AvatarVersion,
    Licence,
    OwnPicture,
    PersonaSaid,
)
from studio.vocabulary.codec import check_values, from_json, to_json
from studio.vocabulary.library import UNCHANGED, Unchanged
from studio.worker.avatar_versions import keep_version
from studio.worker.meshes import hold_meshes, next_name, write_meshes
from studio.worker.portraits import keep_portrait, make_portrait


class Avatars(PersonalService):
    """The avatars of one person."""

    def list_recent(self) -> Sequence[Avatar]:
        """Newest first; one that this version cannot read says so."""
        return self._view(self._store.avatars.list_recent(self._owner))

    def list_usable(self) -> Sequence[Avatar]:
        """One's own, newest first, then those of others that may be changed and ordered from."""
        shared = self._store.avatars.list_shared(self._owner)
        names = {owner: self._store.people.get(owner).name for owner in {row.owner for row in shared}}
        views = self._view(shared)
        theirs = [replace(view, owner=names[row.owner]) for view, row in zip(views, shared, strict=True)]
        return [*self.list_recent(), *theirs]

    def list_pictures(self, avatar_id: str) -> Sequence[OwnPicture]:
        """What of an avatar a model can look at, in the order in which the studio chooses. Raises NotFound."""
        return list_own_pictures(self._store, self._owner, avatar_id)

    def list_page(self, *, project_id: str = "", cursor: str | None = None, limit: int = 60) -> AvatarPage:
        """One page, newest first; of one project where it is named. Raises CursorRefused."""
        limit = min(limit, MOST_PER_PAGE)
        rows, after = self._store.avatars.list_page(self._owner, cursor, limit, project_id=project_id)
        return AvatarPage(items=tuple(self._view(rows)), next_cursor=after)

    def get(self, avatar_id: str) -> Avatar:
        """One avatar. Raises NotFound, and RequestRefused for one that this version cannot read."""
        avatar = self.find(avatar_id)
        if avatar.unreadable:
            raise RequestRefused(avatar.unreadable)
        return avatar

    def find(self, avatar_id: str) -> Avatar:
        """One avatar, also one that this version cannot read: it says so. Raises NotFound."""
        [avatar] = self._view([self._store.avatars.get(self._owner, avatar_id)])
        return avatar

    def keep(
        self,
        persona: Persona,
        *,
        project_id: str | None = None,
        origin: AvatarOrigin | None = None,
        body: Mapping[str, Any] | None = None,
        base: bytes | None = None,
        photo_id: str | None = None,
    ) -> Avatar:
        """Keep a persona with its body, its meshes and its small picture too; a nameless one is numbered.

        `body` is a MeasuredBody in its JSON, None the one that the persona stands for; `base` a base picture, JPEG,
        that the store does not hold yet. Raises NotFound for a project or a photo, PersonaRefused, RequestRefused,
        StorageSpent.
        """
        check_persona(persona)
        self._check_room()
        store, owner, origin = self._store, self._owner, origin or AvatarOrigin()
        body = body or to_json(measure_persona(persona))
        blobs = write_meshes(store, from_json(BodyParameters, body["parameters"]))
        base_blob = None if base is None else store.files.put(base)
        name = persona.name.strip() or next_name(store, owner)
        with store.begin() as transaction:
            files = hold_meshes(store, transaction, owner, blobs)
            if base_blob is not None:
                file, _ = store.files.register(transaction, owner, base_blob, MEDIA_TYPES["JPEG"])
                origin = replace(origin, base_id=file.id)
            if origin.base_id is not None:
                files["base"] = origin.base_id
            row = store.avatars.add(
                transaction,
                owner,
                name=name,
                persona=to_json(replace(persona, name=name)),
                body={**body, "glb_id": files["glb"], "obj_id": files["obj"]},
                photo_id=photo_id,
                project_id=project_id,
                origin=to_json(origin),
                files=files,
            )
        return self.draw_portrait(row)

    def update(self, avatar_id: str, persona: Persona) -> Avatar:
        """Change who an avatar is. A body measured from a photo stays; one drawn from the persona follows it. What it
        was is kept as a version. Raises NotFound."""
        check_persona(persona)
        kept = self._store.avatars.get(self._owner, avatar_id)
        name = persona.name.strip() or kept.name
        wanted = to_json(replace(persona, name=name))
        if wanted == kept.persona and name == kept.name and not view_avatar(kept).unreadable:
            return self._view([kept])[0]
        body = None if is_measured(kept) else to_json(measure_persona(persona))
        return self._change(kept, name=name, persona=wanted, body=body)

    def change(
        self,
        avatar_id: str,
        *,
        name: str | Unchanged = UNCHANGED,
        persona: PersonaSaid | Unchanged = UNCHANGED,
        licence: str | Unchanged = UNCHANGED,
        project_id: str | Unchanged | None = UNCHANGED,
    ) -> Avatar:
        """Change what is given. Of the persona those fields that are named. Raises NotFound, PersonaRefused,
        RequestRefused."""
        kept = self.get(avatar_id)
        if name is not UNCHANGED:
            check_values(name=(AvatarName, name))
        if licence is not UNCHANGED:
            check_values(licence=(Licence, licence))
        if not isinstance(project_id, Unchanged):
            self.move(avatar_id, project_id)
        wanted = kept.persona
        if not isinstance(persona, Unchanged):
            own_words = join_parts(
                [persona.fields.get("own_words", kept.persona.own_words), persona.added_words]
            )
            fields = to_json(kept.persona) | dict(persona.fields) | {"own_words": own_words}
            wanted = from_json(Persona, fields)
        said_name = name if not isinstance(name, Unchanged) else wanted.name.strip() or kept.name
        self.update(avatar_id, replace(wanted, name=said_name))
        if not isinstance(licence, Unchanged):
            with self._store.begin() as transaction:
                origin = to_json(replace(kept.origin, licence=licence))
                self._store.avatars.update(transaction, self._owner, avatar_id, origin=origin)
        return self.get(avatar_id)

    def list_versions(self, avatar_id: str) -> Sequence[AvatarVersion]:
        """What an avatar was before it was changed, the latest first. Raises NotFound, RequestRefused."""
        stored = self._store.avatars.versions(self._owner, avatar_id)
        return [view_version(one) for one in reversed(stored)]

    def bring_back(self, avatar_id: str, number: int) -> Avatar:
        """Make an avatar what it was; what it is now is kept as a version too. A measured body stays where there was
        none before. Raises NotFound, also for a version, RequestRefused."""
        kept = self._store.avatars.get(self._owner, avatar_id)
        stored = self._store.avatars.versions(self._owner, avatar_id)
        version = next((one for one in stored if one["number"] == number), None)
        if version is None:
            raise NotFound
        view_version(version)  # what cannot be read stays a version
        return self._change(kept, name=version["name"], persona=version["persona"], body=version["body"])

    def duplicate(self, avatar_id: str, *, name: str = "") -> Avatar:
        """Keep the same person once more, under another name; its versions stay with the first. Raises NotFound."""
        avatar = self.get(avatar_id)
        name = name.strip() or f"{avatar.name[: LONGEST_NAME - len(COPY)]}{COPY}"
        check_values(name=(AvatarName, name))
        store, owner = self._store, self._owner
        kept = store.avatars.get(owner, avatar_id)
        if kept.owner != owner:
            raise NotYours  # its files are somebody else's
        body = avatar.body
        files = {"glb": body.glb_id, "obj": body.obj_id} if body else {}
        files["base"] = avatar.origin.base_id
        with store.begin() as transaction:
            row = store.avatars.add(
                transaction,
                owner,
                name=name,
                persona=to_json(replace(avatar.persona, name=name)),
                body=kept.body,
                photo_id=kept.photo_id,
                thumbnail_id=kept.thumbnail_id,
                project_id=kept.project_id,
                origin=kept.origin,
                files={role: file_id for role, file_id in files.items() if file_id},
            )
        return self._view([row])[0]

    def move(self, avatar_id: str, project_id: str | None) -> Avatar:
        """Put an avatar into a project, or into none. Raises NotFound."""
        with self._store.begin() as transaction:
            row = self._store.avatars.move(transaction, self._owner, avatar_id, project_id)
        return self._view([row])[0]

    def delete(self, avatar_id: str, *, purge: bool = False) -> None:
        """Put an avatar into the trash; or, with `purge`, delete it for good, from the trash too.

        Raises NotFound.
        """
        self._delete(self._store.avatars, avatar_id, purge=purge)

    def restore(self, avatar_id: str) -> Avatar:
        """Take an avatar out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            row = self._store.avatars.restore(transaction, self._owner, avatar_id)
        return self._view([row])[0]

    def draw_portrait(self, row: AvatarRow) -> Avatar:
        """The avatar with its small picture, made anew by the worker; without, where that is too busy or the photo is
        gone: it is kept all the same."""
        [avatar] = self._view([row])
        try:
            portrait = make_portrait(self._store, self._channel, row)
        except (RowMissing, StorageError):
            return avatar
        if portrait is None:
            return avatar
        keep_portrait(self._store, row.owner, row.id, portrait)
        return self._view([self._store.avatars.get(row.owner, row.id)])[0]

    def _view(self, rows: Sequence[AvatarRow]) -> list[Avatar]:
        photos = self._store.photos.find_files(self._owner, [row.photo_id for row in rows if row.photo_id])
        return [view_avatar(row, photos.get(row.photo_id or "")) for row in rows]

    def _change(
        self, kept: AvatarRow, *, name: str, persona: Mapping[str, Any], body: Mapping[str, Any] | None
    ) -> Avatar:
        """Change a kept avatar, and keep what it was. The meshes of `body`, a MeasuredBody in its JSON, are written
        anew; None: the body that it has."""
        store, owner = self._store, kept.owner
        blobs = write_meshes(store, from_json(BodyParameters, body["parameters"])) if body else {}
        with store.begin() as transaction:
            require_writable(transaction, AvatarRecord, self._owner, kept.id)
            files = hold_meshes(store, transaction, owner, blobs)
            before = store.avatars.versions(owner, kept.id, transaction=transaction)
            now = store.avatars.get(owner, kept.id, transaction=transaction)
            if not view_avatar(now).unreadable:  # what cannot be read cannot be brought back
                before = keep_version(now, before, store.clock(), MOST_VERSIONS)
            row = store.avatars.update(
                transaction,
                owner,
                kept.id,
                name=name,
                persona=persona,
                body={**body, "glb_id": files["glb"], "obj_id": files["obj"]} if body else None,
                versions=before,
                files=files,
            )
        [changed] = self._view([row])
        is_drawn = changed.photo_id is None and changed.origin.base_id is None
        return self.draw_portrait(row) if is_drawn else changed


COPY = ", copy"
MOST_PER_PAGE = 200


def is_measured(row: AvatarRow) -> bool:
    """Whether its body was measured, from a photo: then it does not follow the persona."""
    return (row.photo_id is not None and row.body is not None) or (row.body or {}).get(
        "confidence"
    ) is not None
