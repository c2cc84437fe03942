"""Avatars: kept people, from a persona or a measured photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.errors import PipelineError, RequestRefused
from pipelines.prompt.persona import check_persona
from pipelines.types import Persona
from store.rows import AvatarRow
from studio.services.personas import measure_persona
from studio.services.service import PersonalService
from studio.vocabulary.avatar import Avatar, MeasuredBody
from studio.vocabulary.codec import from_json, to_json
from studio.worker.meshes import hold_meshes, next_name, write_meshes


class Avatars(PersonalService):
    """The avatars of one person."""

    def list_recent(self) -> Sequence[Avatar]:
        """Newest first; one that this version cannot read says so."""
        return [view_avatar(row) for row in self._store.avatars.list_recent(self._owner)]

    def get(self, avatar_id: str) -> Avatar:
        """One avatar. Raises NotFound, and RequestRefused for one that this version cannot read."""
        avatar = view_avatar(self._store.avatars.get(self._owner, avatar_id))
        if avatar.unreadable:
            raise RequestRefused(avatar.unreadable)
        return avatar

    def keep(self, persona: Persona) -> Avatar:
        """Keep a persona with the body it stands for, its meshes too; a nameless one is numbered."""
        check_persona(persona)
        store, owner = self._store, self._owner
        body = measure_persona(persona)
        blobs = write_meshes(store, body.parameters)
        name = persona.name.strip() or next_name(store, owner)
        with store.begin() as transaction:
            files = hold_meshes(store, transaction, owner, blobs)
            row = store.avatars.add(
                transaction,
                owner,
                name=name,
                persona=to_json(replace(persona, name=name)),
                body=_with_meshes(body, files),
                files=files,
            )
        return view_avatar(row)

    def update(self, avatar_id: str, persona: Persona) -> Avatar:
        """Change who an avatar is. A body measured from a photo stays; one drawn from the persona follows it.

        Raises NotFound.
        """
        check_persona(persona)
        store, owner = self._store, self._owner
        kept = store.avatars.get(owner, avatar_id)
        body = None if kept.photo_id else measure_persona(persona)
        blobs = write_meshes(store, body.parameters) if body else {}
        name = persona.name.strip() or kept.name
        with store.begin() as transaction:
            files = hold_meshes(store, transaction, owner, blobs)
            row = store.avatars.update(
                transaction,
                owner,
                avatar_id,
                name=name,
                persona=to_json(replace(persona, name=name)),
                body=_with_meshes(body, files) if body else None,
                files=files,
            )
        return view_avatar(row)

    def move(self, avatar_id: str, project_id: str | None) -> Avatar:
        """Put an avatar into a project, or into none. Raises NotFound."""
        with self._store.begin() as transaction:
            return view_avatar(self._store.avatars.move(transaction, self._owner, avatar_id, project_id))

    def delete(self, avatar_id: str, *, purge: bool = False) -> None:
        """Put an avatar into the trash; or, with `purge`, delete it for good, from the trash too.

        Raises NotFound.
        """
        self._delete(self._store.avatars, avatar_id, purge=purge)

    def restore(self, avatar_id: str) -> Avatar:
        """Take an avatar out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            return view_avatar(self._store.avatars.restore(transaction, self._owner, avatar_id))


def _with_meshes(body: MeasuredBody, files: Mapping[str, str]) -> dict[str, Any]:
    return to_json(replace(body, glb_id=files["glb"], obj_id=files["obj"]))


def view_avatar(row: AvatarRow) -> Avatar:
    """What is shown of an avatar; of one that another version wrote, its name and why it cannot be read."""
    unreadable, persona, body = "", Persona(), None
    try:
        persona = from_json(Persona, row.persona)
        body = from_json(MeasuredBody, row.body) if row.body else None
    except PipelineError as error:
        unreadable = f"The avatar “{row.name}” cannot be read here. {error.message}"
    return Avatar(
        id=row.id,
        name=row.name,
        persona=persona,
        body=body,
        unreadable=unreadable,
        project_id=row.project_id,
        photo_id=row.photo_id,
        thumbnail_id=row.thumbnail_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
