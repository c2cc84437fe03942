"""Photo → body: order the measuring; and the meshes of a body."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.body.anny import open_anny
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.body.extractor import EXTRACTORS, USUAL_EXTRACTOR, open_extractor
from pipelines.body.measure import standing_line
from pipelines.errors import RequestRefused, UnknownName
from pipelines.options import HEIGHT_RANGE_CM, TAPE_RANGES_CM, WEIGHT_RANGE_KG
from pipelines.photo.errors import REFUSALS, PhotoRefused, in_photo, refuse
from pipelines.types import KnownMeasures, Persona
from studio.body_settings import extractor_setup
from studio.errors import NotFound, NothingToMeasure
from studio.services.body_comparing import compare_bodies
from studio.services.body_files import write_body_files
from studio.services.body_moments import find_own, find_pair, list_moments, photos_of
from studio.services.body_sheet import write_sheet
from studio.services.persona_bodies import export_mesh, measure_persona
from studio.services.service import PersonalService
from studio.vocabulary.avatar import LengthUnit, MeasuredBody
from studio.vocabulary.body_comparison import BodyComparison, BodyMoment, ComparedBody
from studio.vocabulary.codec import from_json, to_json

ABOUT_THE_LARGEST = ("cropped-below-the-knee", "head-outside", "no-face", "blurred")  # of several people


class Bodies(PersonalService):
    """The bodies of one person's photos and avatars."""

    def order(
        self,
        photo_id: str,
        known: KnownMeasures,
        *,
        name: str = "",
        extractor: str = USUAL_EXTRACTOR,
        person: int | None = None,
        side_photo_id: str | None = None,
        back_photo_id: str | None = None,
        avatar_id: str | None = None,
        idempotency_key: str | None = None,
    ) -> str:
        """Order the measuring of a person in a photo, the largest or the one of that number from the left, and in more
        photos from the side and from behind; the job's id. Its result is a new avatar, or
        the body of `avatar_id`, whose body before is kept as a version.

        Raises NotFound for a photo or an avatar that is not there, NotYours for somebody else's avatar, PhotoRefused
        for a photo without a whole person, RequestRefused for a height, weight or tape out of range, UnknownName for an
        extractor that is not there, and what an extractor raises that lacks something, as BodyModelMissing.
        """
        check_known(known)
        if avatar_id is not None:
            find_own(self._store, self._owner, avatar_id)
        passes = open_extractor(extractor, extractor_setup(self._settings)).info.passes
        more = {"side": side_photo_id, "back": back_photo_id}
        photos = {"": photo_id} | {side: more_id for side, more_id in more.items() if more_id}
        for side, one in photos.items():
            self.check_photo(one, side=side, person=None if side else person, passes=passes)
        name = name.strip()
        with self._store.begin() as transaction:
            job_id, _ = self._submit_job(
                transaction,
                kind="body",
                title=name or "Body from a photo",
                payload={
                    "photo_id": photo_id,
                    "known": to_json(known),
                    "name": name,
                    "extractor": extractor,
                }
                | {f"{side}_photo_id": more_id for side, more_id in more.items() if more_id}
                | ({"person": person} if person else {})
                | ({"avatar_id": avatar_id} if avatar_id else {}),
                lane="cpu",
                idempotency_key=idempotency_key,
            )
        self._notifier.notify(job_id)
        return job_id

    def measure_again(
        self, avatar_id: str, known: KnownMeasures, *, idempotency_key: str | None = None
    ) -> str:
        """Measure an avatar's body once more from the same photos, with what is known now; the job's id. The body that
        it has is kept as a version.

        Raises NotFound, NothingToMeasure where the photo is gone or there was none, and what `order` raises.
        """
        avatar = find_own(self._store, self._owner, avatar_id)
        photos = photos_of(avatar)
        extractor = avatar.body.extractor if avatar.body else ""
        try:
            return self.order(
                photos.front,
                known,
                name=avatar.name,
                extractor=extractor if extractor in EXTRACTORS else USUAL_EXTRACTOR,
                person=photos.person,
                side_photo_id=photos.side,
                back_photo_id=photos.back,
                avatar_id=avatar.id,
                idempotency_key=idempotency_key,
            )
        except NotFound as error:
            raise NothingToMeasure from error

    def check_photo(
        self,
        photo_id: str,
        *,
        side: str = "",
        person: int | None = None,
        passes: frozenset[str] = frozenset(),
    ) -> None:
        """Raises NotFound, and PhotoRefused for one without a whole person; `side` is empty for the front. Who is named
        by a number is looked at when they are measured: what was found before is about the largest. `passes`: codes of
        problems that do not matter."""
        look = self._store.photos.get(self._owner, photo_id).look
        boxes = look["landmarks"].get("boxes")  # photos that were kept before have none
        if person is not None and boxes and not 1 <= person <= len(boxes):
            raise refuse("no-such-person", people=len(boxes))
        code = look["body_problem_code"]
        if not look["body_usable"] and code not in passes and not (person and code in ABOUT_THE_LARGEST):
            refused = PhotoRefused(REFUSALS[code], look["body_problem"])
            raise in_photo(side, refused) if side else refused

    def mesh(self, avatar_id: str | None, persona: Persona, kind: str) -> bytes:
        """The mesh ("glb" or "obj") of an avatar's body, or of the persona's where avatar_id is None.

        Raises NotFound, and UnknownName for another kind.
        """
        return export_mesh(self._body_of(avatar_id, persona).parameters, kind)

    def file(self, avatar_id: str | None, persona: Persona, kind: str) -> bytes:
        """The body as a file of that ending: "ply" and "stl" at rest, "npz" of all its numbers, "bvh" of its skeleton.

        Raises NotFound, and UnknownName for another kind.
        """
        files = write_body_files(self._body_of(avatar_id, persona))
        if kind not in files:
            raise UnknownName(f"There is no file of a body called “{kind}”. Known: {', '.join(files)}.")
        return files[kind]

    def sheet(self, avatar_id: str | None, persona: Persona, unit: LengthUnit = "cm") -> str:
        """A page of HTML to print: the drawing, measures with their ±, sizes, the date. Raises NotFound."""
        name = self._store.avatars.get(self._owner, avatar_id).name if avatar_id else persona.name
        return write_sheet(name, self._body_of(avatar_id, persona), unit, self._store.clock())

    def tape_line(self, avatar_id: str | None, persona: Persona, name: str) -> list[tuple[float, ...]]:
        """Where a measure is taken on the body's mesh: points in metres; a girth closes on itself.

        Raises NotFound, and UnknownName for a measure that is not there.
        """
        if name not in MEASURE_NAMES:
            raise UnknownName(f"There is no measure called “{name}”. Known: {', '.join(MEASURE_NAMES)}.")
        model = open_anny()
        line = standing_line(model, model.build(self._body_of(avatar_id, persona).parameters), name)
        return [tuple(round(float(part), 4) for part in point) for point in line]

    def compare(self, after: BodyMoment, before: BodyMoment | None = None) -> BodyComparison:
        """What differs between two bodies, as of one person at two times; without `before` the body that the avatar had
        until then.

        Raises NotFound, also for a version, NothingToCompare, RequestRefused for what this version cannot read.
        """
        return compare_bodies(*find_pair(self._store, self._owner, before, after))

    def moments(self, avatar_id: str) -> Sequence[ComparedBody]:
        """The bodies that one avatar's can be compared with: its earlier ones, and measured ones of other avatars, the
        latest first. Raises NotFound, RequestRefused."""
        return list_moments(self._store, self._owner, avatar_id)

    def _body_of(self, avatar_id: str | None, persona: Persona) -> MeasuredBody:
        kept = self._store.avatars.get(self._owner, avatar_id).body if avatar_id else None
        return from_json(MeasuredBody, kept) if kept else measure_persona(persona)


def check_known(known: KnownMeasures) -> None:
    """Raises RequestRefused for what no adult measures."""
    ranges = (
        ("height", known.height_cm, HEIGHT_RANGE_CM, "cm"),
        ("weight", known.weight_kg, WEIGHT_RANGE_KG, "kg"),
    )
    for noun, value, (low, high), measure in ranges:
        if value is not None and not low <= value <= high:
            raise RequestRefused(f"The {noun} can be {low:.0f} to {high:.0f} {measure}.")
    for name, value in known.tape.items():
        if name not in TAPE_RANGES_CM:
            raise RequestRefused(f"A tape measures no “{name}” here. Known: {', '.join(TAPE_RANGES_CM)}.")
        low, high = TAPE_RANGES_CM[name]
        if not low <= value <= high:
            raise RequestRefused(f"The tape's “{name}” can be {low:.0f} to {high:.0f} cm.")
