"""What an assistant can do in the studio, as plain functions: find, pose, draw and measure, over the same services as
the window. Each answers with plain values; `studio.commands.mcp_server` offers them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from pipelines.errors import RequestRefused
from pipelines.types import KnownMeasures, Persona, View
from studio.account_errors import NotSignedIn
from studio.commands.console import FileUnreadable, JobFailed
from studio.personal_studio import PersonalStudio
from studio.services.people import KEY_PREFIX
from studio.studio import Studio
from studio.vocabulary.avatar import Avatar, MeasuredBody
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.generation import Generation
from studio.vocabulary.job import Job, JobState
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.order import GenerationOrder, PictureStyle
from studio.vocabulary.person import YOU, Person

LOOK_EVERY_S = 0.1
PATIENCE_S = 1800.0  # a picture of a large model on a small card
MEGA = 1_000_000
NO_KEY = (
    "In a shared studio an assistant acts for one person, by an API key of theirs that is valid: make one under “Your "
    "account”, and start this with STUDIO_ASSISTANT_KEY set to it."
)

AvatarRef = Annotated[str, Field(description="The id of a kept avatar, of list_avatars; empty: none.")]
PersonaSaid = Annotated[
    dict[str, Any] | None,
    Field(
        description="Who it is: age (18 or more), gender (female, male, neutral), hair_style, hair_color, eye_color, "
        "skin_tone, body_type, style, clothing, own_words, height_cm and more. What is left out is the usual."
    ),
]
PhotoPath = Annotated[str, Field(description="A photo on this computer: JPEG, PNG, WEBP or AVIF.")]
Limit = Annotated[int, Field(ge=1, le=100, description="At most so many.")]


class AssistantTools:
    """The functions, bound to one studio and the person for whom the assistant acts."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    @property
    def _mine(self) -> PersonalStudio:
        return self._studio.for_person(find_principal(self._studio))

    def list_poses(self, q: str = "", limit: Limit = 20) -> list[dict[str, Any]]:
        """Poses of the gallery and one's own, by words such as "sitting" or "arms crossed"."""
        found = self._mine.poses.search(q=q)[:limit]
        return [{"pose": one.slug, "name": one.name, "category": one.category} for one in found]

    def list_models(self) -> list[dict[str, Any]]:
        """What can draw here; "draft" needs no graphics card and is there at once."""
        return [
            {"preset": one.name, "title": one.title, "can_run": one.can_run, "says": one.says}
            for one in self._mine.models.list_all()
        ]

    def list_avatars(self) -> list[dict[str, Any]]:
        """The people that are kept, newest first."""
        return [
            {"avatar_id": one.id, "name": one.name, "age": one.persona.age, "gender": one.persona.gender}
            for one in self._mine.avatars.list_recent()
        ]

    def create_avatar(
        self,
        name: str,
        description: Annotated[str, Field(description="Who it is, in words.")] = "",
        persona: PersonaSaid = None,
    ) -> dict[str, Any]:
        """Keep a person: of words, of a persona, or of both."""
        said = None if persona is None else read_persona(persona)
        if description:
            return describe_avatar(self._mine.avatar_making.from_words(name, description, persona=said))
        return describe_avatar(self._mine.avatar_making.from_persona(name, said or Persona()))

    def measure_avatar(self, avatar_id: str) -> dict[str, Any]:
        """The measures of a kept person in centimetres, each with ± where it was measured from a photo."""
        return describe_avatar(self._mine.avatars.get(avatar_id))

    def measure_photo(
        self,
        photo: PhotoPath,
        height_cm: Annotated[
            float | None, Field(description="Of the person; left out, all centimetres are a guess.")
        ] = None,
        name: str = "",
    ) -> dict[str, Any]:
        """Measure the body of the person in a photo, and keep them as an avatar."""
        kept = self._mine.photos.add(read_file(photo, self._studio.settings.max_upload_mb), Path(photo).name)
        known = KnownMeasures(height_cm=height_cm)
        job_id = self._mine.bodies.order(kept.id, known, name=name)
        return describe_avatar(self._mine.avatars.get(str(self._wait(job_id)["avatar_id"])))

    def pose_of_photo(self, photo: PhotoPath, name: str = "") -> dict[str, Any]:
        """Keep the pose of the person in a photo (or of an OpenPose picture) among one's own poses."""
        data = read_file(photo, self._studio.settings.max_upload_mb)
        [pose] = self._mine.poses.import_file(data, name or Path(photo).stem)
        return {"pose": pose.slug, "name": pose.name}

    def draw(
        self,
        pose: Annotated[str, Field(description="Of list_poses, by its id or its name.")] = "relaxed-stand",
        views: list[View] | None = None,
        persona: PersonaSaid = None,
        avatar_id: AvatarRef = "",
        prompt: Annotated[str, Field(description="Left out: written from the persona.")] = "",
        style: PictureStyle = "realistic",
        preset: Annotated[str, Field(description="Of list_models; left out: the draft.")] = "",
        seed: int | None = None,
        width: int = 1024,
        height: int = 1024,
    ) -> Drawn:
        """Draw a person in a pose, one picture a view (front, back, side, quarter), and wait for it."""
        mine = self._mine
        who = read_persona(persona) if persona is not None else Persona()
        if persona is None and avatar_id:
            who = mine.avatars.get(avatar_id).persona
        engine, chosen = self._studio.presets.choose(None, preset or None)
        order = GenerationOrder(
            persona=who,
            avatar_id=avatar_id or None,
            prompt=prompt or None,
            picture_style=style,
            poses=(mine.poses.find_slug(pose),),
            views=tuple(views or ("front",)),
            engine=engine,
            preset=chosen,
            seed=seed,
            width=width,
            height=height,
        )
        from_json(GenerationOrder, to_json(order))  # held to its bounds
        ordered = mine.generations.order(order)
        self._wait(ordered.job_id)
        return self._describe_drawn(mine.generations.get(ordered.generation_id), ordered.not_drawn)

    def find_generations(self, q: str = "", limit: Limit = 20) -> list[dict[str, Any]]:
        """What was made before, by words in its title, persona, prompt, tags, pose or notes; newest first."""
        page = self._mine.generations.list_page(GenerationSearch(q=q), limit=limit)
        return [describe_generation(self._mine, one) for one in page.items]

    def list_jobs(
        self,
        state: Annotated[JobState | None, Field(description="Only those in this state.")] = None,
        limit: Limit = 20,
    ) -> list[dict[str, Any]]:
        """What was ordered and how far it is, newest first: what runs, what waits and where, what has ended."""
        page = self._mine.jobs.list_page(state=state or "", limit=limit)
        return [describe_job(job) for job in page.items]

    def _describe_drawn(self, made: Generation, not_drawn: tuple[str, ...]) -> Drawn:
        small = [self._mine.files.path(one.thumbnail_id).read_bytes() for one in made.pictures]
        said = describe_generation(self._mine, made) | {"not_drawn": list(not_drawn)}
        return Drawn(said, small)

    def _wait(self, job_id: str) -> Mapping[str, Any]:
        """The result of a job, when it has ended. Raises JobFailed."""
        until = time.monotonic() + PATIENCE_S
        while (job := self._mine.jobs.get(job_id)).state in ("queued", "running"):
            if time.monotonic() > until:
                raise JobFailed("too-long", f"The job {job_id} is still at work; find it in the window.")
            time.sleep(LOOK_EVERY_S)
        if job.state != "succeeded":
            raise JobFailed(job.error_code, job.error or f"The job ended as {job.state}.")
        return job.result


def find_principal(studio: Studio) -> Person:
    """For whom the assistant acts: the one creator, or the person whose API key it was given. Asked at every call, so
    that a key that is revoked opens nothing any more. Raises NotSignedIn.
    """
    if studio.settings.mode == "single":
        return YOU
    key = studio.settings.assistant_key
    person = studio.people.find_person(key) if key.startswith(KEY_PREFIX) else None
    if person is None:
        raise NotSignedIn(NO_KEY)
    return person


class Drawn:
    """What was drawn: what is said of it, and a small WEBP of every picture."""

    def __init__(self, said: dict[str, Any], small: list[bytes]) -> None:
        self.said, self.small = said, small


def read_persona(said: dict[str, Any]) -> Persona:
    """A persona as an assistant says it. Raises RequestRefused, PersonaRefused."""
    return from_json(Persona, said)


def read_file(path: str, most_mb: int) -> bytes:
    """The bytes of a file on this computer. Raises FileUnreadable."""
    file = Path(path).expanduser()
    try:
        if file.stat().st_size > most_mb * MEGA:
            raise RequestRefused(f"“{file.name}” is larger than {most_mb} MB.")
        return file.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"“{path}” cannot be read: {error.strerror}.") from error


def describe_avatar(avatar: Avatar) -> dict[str, Any]:
    """A kept person in plain values."""
    body: MeasuredBody | None = avatar.body
    said: dict[str, Any] = {"avatar_id": avatar.id, "name": avatar.name, "source": avatar.origin.source}
    if body is None:
        return said | {"measurements": [], "remarks": ["Its body was not measured."]}
    return said | {
        "measurements": [
            {"name": one.name, "cm": one.cm, "plus_minus_cm": one.plus_minus_cm} for one in body.measurements
        ],
        "remarks": list(body.remarks),
    }


def describe_job(job: Job) -> dict[str, Any]:
    """A job in plain values."""
    return {
        "job_id": job.id,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "stage": job.stage,
        "percent": job.percent,
        "place": job.place,
        "error": job.error,
    }


def describe_generation(mine: PersonalStudio, made: Generation) -> dict[str, Any]:
    """A kept generation in plain values, with the paths of its pictures."""
    return {
        "generation_id": made.id,
        "title": made.title,
        "state": made.state,
        "prompt": made.prompt,
        "pictures": [
            {"alt": one.alt, "seed": one.seed, "path": str(mine.files.path(one.file_id))}
            for one in made.pictures
            if not one.is_lost
        ],
    }
