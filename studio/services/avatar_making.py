"""New avatars: from words, a persona, a photo, or a finished picture ("make this picture the avatar")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.errors import RequestRefused
from pipelines.image.engines import engine_class
from pipelines.photo.errors import refuse
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.from_words import persona_of_words, shorten
from pipelines.prompt.persona import check_persona
from pipelines.prompt.write import join_parts
from pipelines.types import KnownMeasures, Persona
from studio.errors import NotFound
from studio.services.avatars import Avatars
from studio.services.bodies import Bodies
from studio.services.service import PersonalService
from studio.vocabulary.avatar import Avatar, AvatarMade, AvatarName, AvatarOrigin
from studio.vocabulary.codec import check_values, to_json
from studio.vocabulary.order import read_order


class AvatarMaking(PersonalService):
    """The ways to a new avatar of one person."""

    def from_words(
        self, name: str, prompt: str, *, persona: Persona | None = None, project_id: str | None = None
    ) -> Avatar:
        """Keep the person that the words speak of; with a persona, it says the rest. Raises NotFound for a project,
        PersonaRefused, RequestRefused."""
        check_values(name=(AvatarName, name))
        if persona is None:
            wanted = persona_of_words(prompt, name)
        else:
            refuse_minors(prompt)
            wanted = replace(persona, name=name, own_words=shorten(join_parts([persona.own_words, prompt])))
        return self._avatars.keep(wanted, project_id=project_id, origin=AvatarOrigin(prompt=prompt))

    def from_persona(self, name: str, persona: Persona, *, project_id: str | None = None) -> Avatar:
        """Keep a persona under a name. Raises NotFound for a project, PersonaRefused, RequestRefused."""
        check_values(name=(AvatarName, name))
        return self._avatars.keep(replace(persona, name=name), project_id=project_id)

    def from_photo(self, name: str, photo_id: str, *, project_id: str | None = None) -> AvatarMade:
        """Keep the person in a kept photo; the body is measured by a job, where the photo shows all of it. The height
        was not told: the centimetres are a guess then, and say so.

        Raises NotFound, PhotoRefused for a photo in which nobody was found.
        """
        check_values(name=(AvatarName, name))
        store, owner = self._store, self._owner
        photo = store.photos.get(owner, photo_id)
        if not photo.look["people"] and not (photo.look.get("landmarks") or {}).get("faces"):
            raise refuse("no-person")
        with store.begin() as transaction:
            row = store.avatars.add(
                transaction,
                owner,
                name=name,
                persona=to_json(Persona(name=name, hair_style="crop")),
                photo_id=photo.id,
                project_id=project_id,
                origin=to_json(AvatarOrigin(source="photo")),
            )
        avatar = self._avatars.draw_portrait(row)
        if not photo.look["body_usable"]:
            return AvatarMade(avatar=avatar)
        bodies = Bodies(self._resources, self._person)
        return AvatarMade(
            avatar=avatar, job_id=bodies.order(photo.id, KnownMeasures(), name=name, avatar_id=row.id)
        )

    def from_picture(self, name: str, picture_id: str, *, project_id: str | None = None) -> Avatar:
        """Keep the person of a finished picture: its persona, words and seed; the body too, where it was drawn from a
        measured one. The picture stays with the avatar. Raises NotFound, RequestRefused for settings that cannot be
        read."""
        check_values(name=(AvatarName, name))
        store, owner = self._store, self._owner
        picture = store.generations.get_picture(owner, picture_id)
        made = store.generations.get(owner, picture.generation_id).generation
        order = read_order(made.order)
        check_persona(order.persona)
        origin = AvatarOrigin(
            source="picture",
            prompt=order.prompt or made.prompt,
            negative_prompt=order.negative_prompt or made.negative_prompt,
            seed=picture.seed,
            base_id=picture.file_id,
            source_type=engine_class(order.engine).info.source_type,
            picture_id=picture.id,
        )
        return self._avatars.keep(
            replace(order.persona, name=name),
            project_id=project_id,
            origin=origin,
            body=self._find_body(made.avatar_id),
        )

    def _find_body(self, avatar_id: str | None) -> dict[str, Any] | None:
        """The body of the avatar that a picture is of, in its JSON; None where it is gone or cannot be read."""
        if avatar_id is None:
            return None
        try:
            self._avatars.get(avatar_id)
        except (NotFound, RequestRefused):
            return None
        return self._store.avatars.get(self._owner, avatar_id).body

    @property
    def _avatars(self) -> Avatars:
        return Avatars(self._resources, self._person)
