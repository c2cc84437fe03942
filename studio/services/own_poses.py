"""A person's own poses, beside those of the gallery: taken out of files, kept, changed, written as files."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pipelines.appearance import Expression
from pipelines.errors import Cancelled, RequestRefused, UnknownName
from pipelines.photo.open import always_wanted
from pipelines.pose.library import load_library
from pipelines.pose.search import filter_templates
from pipelines.pose.template import PoseBroken, PoseTemplate, template_from_json, template_to_json
from pipelines.pose.vocabulary import PoseFormat
from store.database import ReadTransaction
from store.errors import RowMissing
from store.poses import MOST_POSES
from store.rows import PoseRow
from studio.errors import PoseTaken, TooManyPoses
from studio.services.own_thumbnails import DrawnTemplate, draw_once
from studio.services.picture_poses import MEGA, BodyOnPhoto, draw_on_photo, see_pose
from studio.services.poses import find_pose, list_poses, view_pose
from studio.services.scanning import scan_upload
from studio.services.service import PersonalService
from studio.vocabulary.library import UNCHANGED, Unchanged
from studio.vocabulary.pose import GalleryPose, template_of_json

SAID_OF_A_POSE = ("slug", "name", "category", "tags", "difficulty", "gender", "mood", "hand_uses")
STORED_AS = {"hands": "hand_uses"}  # where a template's file calls a field otherwise
ORDERS_LOOKED_AT, MOST_RECENT = 40, 24  # for the poses that were ordered last
MORE_NUMBERS = 1000  # tried after a slug that is taken

_DRAWING = threading.Lock()  # a page of own poses asks for all their pictures at once


class OwnPoses(PersonalService):
    """The poses of one person: their own, and the gallery's, which nobody changes."""

    def list_own(self) -> Sequence[GalleryPose]:
        """Their own, newest first."""
        return self._mark([view_own(row) for row in self._store.poses.list_recent(self._owner)])

    def list_all(self) -> Sequence[GalleryPose]:
        """Their own, newest first, then the gallery."""
        return [*self.list_own(), *self._mark(list_poses())]

    def list_ordered(self) -> tuple[str, ...]:
        """The ids of the poses that were ordered last, newest first; of those that are still there."""
        there = {pose.slug for pose in list_poses()}
        there |= {row.slug for row in self._store.poses.list_recent(self._owner)}
        orders = self._store.generations.list_page(self._owner, limit=ORDERS_LOOKED_AT).entries
        slugs = [slug for one in orders for slug in one.generation.order.get("poses", ())]
        return tuple(slug for slug in dict.fromkeys(slugs) if slug in there)[:MOST_RECENT]

    def _mark(self, poses: Sequence[GalleryPose]) -> list[GalleryPose]:
        """The same, and which of them are favourites."""
        marked = {row.name for row in self._store.documents.list_recent(self._owner, "pose")}
        return [replace(pose, is_favourite=True) if pose.slug in marked else pose for pose in poses]

    def search(
        self, *, q: str = "", favourite: bool | None = None, pack: str = "", **wanted: str
    ) -> Sequence[GalleryPose]:
        """What a search and all filters let through, their own first; `pack`: only what came in the pack of that name.

        Raises UnknownName for a filter.
        """
        rows = {row.slug: row for row in self._store.poses.list_recent(self._owner)}
        own = [template_from_json(row.template) for row in rows.values()]
        found = filter_templates([*own, *load_library().all()], q=q, **wanted)
        gallery = {pose.slug: pose for pose in list_poses()}
        shown = [view_own(rows[one.slug]) if one.slug in rows else gallery[one.slug] for one in found]
        marked = [one for one in self._mark(shown) if favourite in (None, one.is_favourite)]
        return [one for one in marked if pack in ("", one.pack)]

    def find(self, slug: str) -> PoseTemplate:
        """A pose by its id: their own, or the gallery's. Raises UnknownName."""
        own = self._find_own(slug)
        return load_library().find(slug) if own is None else template_from_json(own.template)

    def get(self, slug: str) -> GalleryPose:
        """What is shown of a pose. Raises NotFound for an id that neither they nor the gallery have."""
        shown = {pose.slug: pose for pose in list_poses()}
        pose = shown[slug] if slug in shown else view_own(self._store.poses.get(self._owner, slug))
        return self._mark([pose])[0]

    def find_similar(self, slug: str, count: int) -> Sequence[GalleryPose]:
        """The poses of the gallery most like this one, nearest first. Raises UnknownName."""
        from pipelines.pose.similar import find_similar

        shown = {pose.slug: pose for pose in list_poses()}
        return [shown[near] for near, _ in find_similar(self.find(slug), count)]

    def find_slug(self, name: str) -> str:
        """The id of a pose by its id or its name. Raises PoseUnknown, with the nearest."""
        return find_pose(self.list_all(), name)

    def add(
        self, templates: Sequence[PoseTemplate], credits: Sequence[Mapping[str, str]] = ()
    ) -> list[GalleryPose]:
        """Keep poses, all or none; an id that is taken gets a number. Raises TooManyPoses."""
        store, rows = self._store, []
        if len(self._store.poses.list_recent(self._owner)) + len(templates) > MOST_POSES:
            raise TooManyPoses
        with store.begin() as transaction:
            for number, template in enumerate(templates):
                slug = self._free_slug(transaction, template.slug)
                name = template.name if slug == template.slug else _number(template.name, slug, template.slug)
                kept = template_to_json(replace(template, slug=slug, name=name))
                credit = dict(credits[number]) if credits else {}
                rows.append(
                    store.poses.add(transaction, self._owner, slug=slug, template=kept, credit=credit)
                )
        return [view_own(row) for row in rows]

    def import_file(
        self,
        data: bytes,
        name: str = "",
        *,
        frame: int = 0,
        person: int = 0,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> list[GalleryPose]:
        """Keep the poses of a file: JSON, BVH, NPZ, glTF, points, or a ZIP of such. All of them or none.

        A picture gives the pose of the person in it, or of the points drawn in it; the picture itself is not kept.
        Raises PoseFileRefused, PhotoRefused, TooManyPoses, DraftUnavailable, and Cancelled where `is_wanted` says that
        nobody waits for it any more.
        """
        from pipelines.pose.exchange.files import is_picture, name_of, read_poses_file
        from pipelines.pose.exchange.found import template_of

        if len(data) <= self._settings.max_upload_mb * MEGA:
            scan_upload(self._settings, data)
        if is_picture(data):
            return self.add([self.of_picture(data, name_of(name), is_wanted)])
        found = read_poses_file(data, name, frame=frame, person=person)
        templates = [template_of(one) for one in found]
        credits = [{"author": one.author, "licence": one.licence, "pack": one.pack} for one in found]
        return self.add(templates, credits)

    def import_seen(
        self, data: bytes, name: str = "", *, is_wanted: Callable[[], bool] = always_wanted
    ) -> tuple[list[GalleryPose], BodyOnPhoto | None]:
        """`import_file`, and where the file is a photo the body in its pose, to be laid on the photo.

        Raises what `import_file` raises.
        """
        from pipelines.pose.exchange.files import is_picture, name_of

        if not is_picture(data):
            return self.import_file(data, name, is_wanted=is_wanted), None
        if len(data) <= self._settings.max_upload_mb * MEGA:
            scan_upload(self._settings, data)
        seen = see_pose(self._settings, self._channel, data, name_of(name), is_wanted)
        kept = self.add([seen.template])
        return kept, draw_on_photo(seen)

    def update(
        self, slug: str, *, pose: Mapping[str, Any] | Unchanged = UNCHANGED, **said: Any
    ) -> GalleryPose:
        """Change what is said of an own pose (`said`: by the names that GalleryPose has, expression None for none of
        its own); with `pose` the pose itself, with its framing, camera and expression.

        Raises NotFound, UnknownName.
        """
        row = self._store.poses.get(self._owner, slug)
        stored = row.template
        if pose is not UNCHANGED:
            kept = {name: value for name, value in stored.items() if name in SAID_OF_A_POSE}
            stored = template_to_json(read_pose(pose)) | kept
        said = {STORED_AS.get(name, name): _to_json(value) for name, value in said.items()}
        try:
            template = template_from_json({**stored, **said})
        except PoseBroken as error:
            raise UnknownName(error.message) from error
        with self._store.begin() as transaction:
            kept = template_to_json(template)
            return view_own(
                self._store.poses.update(transaction, self._owner, row.id, slug=slug, template=kept)
            )

    def delete(self, slug: str, *, purge: bool = False) -> None:
        """Put an own pose into the trash; or, with `purge`, delete it for good, from the trash too. Raises NotFound."""
        with self._store.read() as look:
            if purge and self._store.poses.is_free(look, self._owner, slug):
                pose_id = self._store.poses.find_deleted(look, self._owner, slug).id
            else:
                pose_id = self._store.poses.get(self._owner, slug, transaction=look).id
        self._delete(self._store.poses, pose_id, purge=purge)

    def restore(self, slug: str) -> GalleryPose:
        """Take an own pose out of the trash; nothing happens to one that is not in it.

        Raises NotFound, PoseTaken where the id has been given away.
        """
        with self._store.begin() as transaction:
            try:
                row = self._store.poses.find_deleted(transaction, self._owner, slug)
            except RowMissing:
                return view_own(self._store.poses.get(self._owner, slug, transaction=transaction))
            if not self._store.poses.is_free(transaction, self._owner, slug):
                raise PoseTaken
            return view_own(self._store.poses.restore(transaction, self._owner, row.id))

    def export(self, slugs: Sequence[str], format: PoseFormat) -> tuple[bytes, str]:
        """Poses as a file of that format, several as a ZIP of such; and the ending of its name. Raises UnknownName."""
        from pipelines.pose.exchange.files import write_poses

        return write_poses([self.find(slug) for slug in dict.fromkeys(slugs)], format)

    def carry(self, slugs: Sequence[str]) -> dict[str, Any]:
        """Those of these poses that are not the gallery's, whole, as an order carries them."""
        own = {slug: self._find_own(slug) for slug in slugs}
        return {slug: row.template for slug, row in own.items() if row is not None}

    def give_once(
        self,
        pose: str | Mapping[str, Any],
        photo_id: str | None = None,
        picture: bytes | None = None,
        *,
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> dict[str, Any]:
        """A whole pose, or that of a kept photo or a picture, as an order carries it; nothing for a pose by name.

        Raises RequestRefused, NotFound, PhotoRefused, PoseFileRefused, and Cancelled where `is_wanted` says no.
        """
        templates = [] if isinstance(pose, str) else [read_pose(pose)]
        if photo_id is not None:
            templates.append(self.of_photo(photo_id))
            self._note_use(photo_id)
        if picture is not None:
            scan_upload(self._settings, picture)
            name = f"Picture {hashlib.sha256(picture).hexdigest()[:6]}"
            templates.append(self.of_picture(picture, name, is_wanted))
        return {one.slug: template_to_json(one) for one in templates}

    def _note_use(self, photo_id: str) -> None:
        """Remember that a pose was taken of a photo: orders hold the pose, and not the photo."""
        photos = self._store.photos
        with self._store.begin() as transaction:
            looked = photos.get(self._owner, photo_id, transaction=transaction).look
            said = {"poses": looked.get("poses", 0) + 1, "posed_at": self._store.clock().isoformat()}
            photos.note(transaction, self._owner, photo_id, said)

    def of_photo(self, photo_id: str, *, name: str = "") -> PoseTemplate:
        """The pose of the person in a kept photo. Raises NotFound, PoseFileRefused where too little is seen."""
        from pipelines.pose.exchange.photo import pose_of_person

        row = self._store.photos.get(self._owner, photo_id)
        return pose_of_person(row.look["landmarks"]["person"], name or f"Photo {row.id[-6:]}")

    def of_picture(
        self, data: bytes, name: str, is_wanted: Callable[[], bool] = always_wanted
    ) -> PoseTemplate:
        """The pose of the person in a picture, or of the points drawn in it.

        Raises PhotoRefused, PoseFileRefused, and Cancelled where `is_wanted` says no.
        """
        return see_pose(self._settings, self._channel, data, name, is_wanted).template

    def whole(self, slug: str) -> dict[str, Any]:
        """All of a pose, as JSON has it. Raises UnknownName."""
        return template_to_json(self.find(slug))

    def thumbnail(
        self, slug: str, *, back: bool = False, is_wanted: Callable[[], bool] = always_wanted
    ) -> bytes:
        """The picture of an own pose, WEBP on a clear ground; one is drawn at a time.

        Raises NotFound, and Cancelled where `is_wanted` says, when it is this one's turn, that nobody waits for it.
        """
        row = self._store.poses.get(self._owner, slug)
        drawn = DrawnTemplate(template_from_json(row.template), f"{row.id}/{row.updated_at.isoformat()}")
        with _DRAWING:
            if not is_wanted():
                raise Cancelled
            return draw_once(drawn, back)

    def _find_own(self, slug: str) -> PoseRow | None:
        with self._store.read() as look:
            if self._store.poses.is_free(look, self._owner, slug):
                return None
            return self._store.poses.get(self._owner, slug, transaction=look)

    def _free_slug(self, transaction: ReadTransaction, slug: str) -> str:
        taken = {pose.slug for pose in list_poses()} | set(load_library().aliases)
        for number in range(1, MORE_NUMBERS):
            tried = slug if number == 1 else f"{slug}-{number}"
            if tried not in taken and self._store.poses.is_free(transaction, self._owner, tried):
                return tried
        raise TooManyPoses


def view_own(row: PoseRow) -> GalleryPose:
    """What is shown of an own pose."""
    address = f"/api/v1/poses/{row.slug}/picture"
    version = f"v={row.updated_at.timestamp():.0f}"
    return view_pose(
        template_from_json(row.template),
        f"{address}?{version}",
        f"{address}?side=back&{version}",
        is_own=True,
        author=row.credit.get("author", ""),
        licence=row.credit.get("licence", ""),
        pack=row.credit.get("pack", ""),
    )


def read_pose(stored: Mapping[str, Any]) -> PoseTemplate:
    """A pose as JSON has it. Raises RequestRefused."""
    try:
        return template_of_json(dict(stored))
    except ValueError as error:
        raise RequestRefused(f"The pose {error}.") from error


def _to_json(value: Any) -> Any:
    """A field of a template as its file has it."""
    if isinstance(value, Expression):
        return asdict(value)
    return list(value) if isinstance(value, tuple) else value


def _number(name: str, slug: str, taken: str) -> str:
    return f"{name} {slug.removeprefix(taken + '-')}"
