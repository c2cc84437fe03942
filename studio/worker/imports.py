"""Takes an exported archive in: all of it is checked first, and only then is anything brought in.

What is here already, under the same id, stays as it is; out of the trash it comes back. So the same archive twice, or
once more after a kill, is not double. Each generation comes in with its pictures in one transaction.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import IO, Any

from PIL import Image

from pipelines.errors import PersonaRefused
from pipelines.image.provenance import MEDIA_TYPES, find_mark, sign_picture
from pipelines.photo.errors import PhotoRefused
from pipelines.photo.pictures import look_at_picture
from pipelines.progress import Progress
from store.database import Transaction
from store.entries import NewPicture
from store.errors import RowMissing
from store.exports import is_archive_wanted
from store.imports import add_generation, choose_id, find_known, find_newest, list_ids
from store.owned import Trashable
from store.projects import MOST_PROJECTS
from store.records import AvatarRecord, GenerationRecord, ProjectRecord
from store.repair import FILES_LOST, FILES_LOST_CODE
from studio.errors import ArchiveRefused
from studio.settings import Settings
from studio.vocabulary.archive import (
    ArchivedGeneration,
    ArchivedPicture,
    ArchiveRecipe,
    Imported,
)
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.worker.archive_reader import DAMAGED, ArchiveReader, open_archive
from studio.worker.import_checks import CheckedAvatar, check_avatar, check_generation, check_requests
from studio.worker.jobs import JobContext
from studio.worker.meshes import hold_meshes, write_meshes
from studio.worker.pictures import THUMBNAIL_PX

BYTES_PER_MB = 1_000_000
CHECKING, TAKING_IN = "Checking", "Taking in"
UNMARKED = "“{name}” in this archive is not marked as made by a machine. Nothing was brought in."


def import_archive(context: JobContext, settings: Settings) -> Mapping[str, Any]:
    """Take the archive in that the job's payload names; the result says how much came in. The archive itself goes."""
    store, owner, file_id = context.store, context.owner, str(context.payload["file_id"])

    def let_go(transaction: Transaction) -> Mapping[str, Any]:
        if not is_archive_wanted(transaction, owner, file_id, besides=context.job_id):
            store.files.erase_unheld(transaction, owner, [file_id])
        return {}

    try:
        file = store.files.get(owner, file_id)
    except RowMissing as error:
        raise ArchiveRefused("The archive was cleaned away. Send it again.") from error
    try:
        with (
            open_archive(store.files.path(file), most_bytes=settings.max_import_mb * BYTES_PER_MB) as archive,
            tempfile.TemporaryFile() as small,
        ):
            imported = ArchiveImport(context, archive, small, settings).run()
    except (ArchiveRefused, PersonaRefused):
        with context.begin() as transaction:
            let_go(transaction)
        raise
    context.at_finish(let_go)
    return asdict(imported)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPicture:
    """A picture of the archive that was decoded: its size in pixels, and where its thumbnail waits."""

    media_type: str
    width: int
    height: int
    start: int
    end: int


class ArchiveImport:
    """One archive on its way in. `small` holds the thumbnails between the two passes."""

    def __init__(
        self, context: JobContext, archive: ArchiveReader, small: IO[bytes], settings: Settings
    ) -> None:
        self._context, self._archive, self._small = context, archive, small
        self._store, self._owner = context.store, context.owner
        self._max_pixels = settings.max_pixels_mp * BYTES_PER_MB
        self._recipe: ArchiveRecipe = archive.recipe
        self._total = 2 * sum(1 + len(one.pictures) for one in self._recipe.generations)
        self._done = 0
        self._pictures: dict[tuple[str, str, int], CheckedPicture] = {}  # by member, hash and size
        self._here: dict[str, str] = {}  # the archive's ids of projects and avatars, and theirs here

    def run(self) -> Imported:
        """Check all, then take in what is not here. Raises ArchiveRefused before anything came in."""
        orders = [self._check(one) for one in self._recipe.generations]
        avatars = [check_avatar(one) for one in self._recipe.avatars]
        newest = find_newest(self._store)
        projects = self._add_projects()
        people = sum(self._add_avatar(one) for one in avatars)
        came, pictures, oldest = 0, 0, "g"
        for said, order in sorted(
            zip(self._recipe.generations, orders, strict=True), key=lambda one: one[0].created_at
        ):
            self._report(TAKING_IN, 1 + len(said.pictures))
            row_id = self._add_generation(said, order)
            if row_id is not None:
                came, pictures, oldest = came + 1, pictures + len(said.pictures), min(oldest, row_id)
        was_broken_off = self._context.job.attempt > 1  # some may have come in before
        if was_broken_off or (came and oldest < newest):
            self._store.rebuild_search()  # puts them where they belong by their time
        known = len(self._recipe.generations) - came
        return Imported(generations=came, pictures=pictures, avatars=people, projects=projects, known=known)

    def _report(self, stage: str, steps: int) -> None:
        self._done += steps
        self._context.on_progress(Progress(stage=stage, step=min(self._done, self._total), total=self._total))

    # --- the first pass: nothing is brought in ---

    def _check(self, said: ArchivedGeneration) -> GenerationOrder:
        """The order of a generation whose pictures are whole. Raises ArchiveRefused.

        Of one that is here already the hashes are compared, and nothing is decoded: it stays as it is.
        """
        order = check_generation(said)
        with self._store.read() as look:
            ids = list_ids(self._owner, said.id, said.created_at, self._now())
            known = find_known(look, GenerationRecord, self._owner, ids)
        for picture in said.pictures:
            if known:
                self._archive.read_picture(picture)
            else:
                self._look(picture)
            self._report(CHECKING, 1)
        self._report(CHECKING, 1)
        return order

    def _look(self, picture: ArchivedPicture) -> CheckedPicture:
        """A picture, decoded once. Raises ArchiveRefused."""
        key = (picture.file, picture.sha256, picture.size)
        if key not in self._pictures:
            self._pictures[key] = self._decode(picture)
        return self._pictures[key]

    def _decode(self, picture: ArchivedPicture) -> CheckedPicture:
        data = self._archive.read_picture(picture)
        mark = find_mark(data)
        if mark is None:
            raise ArchiveRefused(UNMARKED.format(name=picture.file[-60:]))
        try:
            seen = look_at_picture(data, small_px=THUMBNAIL_PX, max_pixels=self._max_pixels)
        except PhotoRefused as error:
            raise ArchiveRefused(DAMAGED.format(name=picture.file[-60:])) from error
        with Image.open(io.BytesIO(seen.small)) as small:
            thumbnail = sign_picture(small.convert("RGB"), mark, file_format="WEBP")
        start = self._small.seek(0, io.SEEK_END)
        self._small.write(thumbnail)
        return CheckedPicture(
            media_type=MEDIA_TYPES[seen.format],
            width=seen.width,
            height=seen.height,
            start=start,
            end=start + len(thumbnail),
        )

    # --- the second pass ---

    def _add_projects(self) -> int:
        there, added = len(self._store.projects.list_recent(self._owner)), 0
        for said in self._recipe.projects:
            with self._context.begin() as transaction:
                ids = list_ids(self._owner, said.id, None, self._now())
                known = self._find(transaction, ProjectRecord, said.id, ids)
                if known:
                    continue
                if there + added >= MOST_PROJECTS:
                    raise ArchiveRefused("You have as many projects as are kept. Delete some first.")
                own_id = choose_id(transaction, ProjectRecord, ids)
                self._store.projects.add(transaction, self._owner, name=said.name, own_id=own_id)
                if said.archived:
                    self._store.projects.update(transaction, self._owner, own_id, archived=True)
                self._here[said.id] = own_id
                added += 1
        return added

    def _add_avatar(self, avatar: CheckedAvatar) -> bool:
        said, store, owner = avatar.said, self._store, self._owner
        ids = list_ids(owner, said.id, None, self._now())
        with self._context.begin() as transaction:
            if self._find(transaction, AvatarRecord, said.id, ids):
                return False
        body = avatar.body
        blobs = write_meshes(store, body.parameters) if body else {}
        with self._context.begin() as transaction:
            if self._find(transaction, AvatarRecord, said.id, ids):
                return False
            files = hold_meshes(store, transaction, owner, blobs)
            kept = replace(body, glb_id=files["glb"], obj_id=files["obj"]) if body else None
            row = store.avatars.add(
                transaction,
                owner,
                name=said.name,
                persona=to_json(avatar.persona),
                body=to_json(kept) if kept else None,
                project_id=self._here.get(said.project_id or ""),
                origin=to_json(avatar.origin),
                files=files,
                own_id=choose_id(transaction, AvatarRecord, ids),
            )
            if avatar.versions:
                before = [to_json(one) for one in avatar.versions]
                store.avatars.update(transaction, owner, row.id, versions=before)
            self._here[said.id] = row.id
        return True

    def _add_generation(self, said: ArchivedGeneration, order: GenerationOrder) -> str | None:
        """Its id here; None where it was here already."""
        store, owner = self._store, self._owner
        ids = list_ids(owner, said.id, said.created_at, self._now())
        with store.read() as look:
            known = find_known(look, GenerationRecord, owner, ids)
        blobs = [] if known else [self._put(picture) for picture in said.pictures]
        with self._context.begin() as transaction:
            if self._find(transaction, GenerationRecord, said.id, ids):
                return None
            pictures = []
            for picture, (image, thumbnail) in zip(said.pictures, blobs, strict=True):
                checked = self._look(picture)
                file, _ = store.files.register(transaction, owner, image, checked.media_type)
                small, _ = store.files.register(transaction, owner, thumbnail, MEDIA_TYPES["WEBP"])
                pictures.append(
                    NewPicture(
                        position=picture.position,
                        file_id=file.id,
                        thumbnail_id=small.id,
                        view=picture.view,
                        pose=picture.pose,
                        seed=picture.seed,
                        width=checked.width,
                        height=checked.height,
                        alt=picture.alt,
                    )
                )
            row_id = choose_id(transaction, GenerationRecord, ids)
            add_generation(store, transaction, owner, row_id, self._values(said, order), pictures)
        return row_id

    def _put(self, picture: ArchivedPicture) -> tuple[Any, Any]:
        checked = self._look(picture)
        self._small.seek(checked.start)
        thumbnail = self._small.read(checked.end - checked.start)
        return self._store.files.put(self._archive.read_picture(picture)), self._store.files.put(thumbnail)

    def _values(self, said: ArchivedGeneration, order: GenerationOrder) -> dict[str, Any]:
        """The columns of a generation. Of times none is to come; what it refers to is what is here."""
        requests = check_requests(order, said.requests)
        state, code, error = said.state, said.error_code, said.error
        if state == "succeeded" and len(said.pictures) < len(requests):
            state, code, error = "failed", FILES_LOST_CODE, FILES_LOST
        avatar_id = self._here.get(said.avatar_id or "")
        return {
            "avatar_id": avatar_id,
            "project_id": self._here.get(said.project_id or ""),
            "title": said.title,
            "favourite": said.favourite,
            "rating": said.rating,
            "notes": said.notes,
            "tags": list(said.tags),
            "state": state,
            "error_code": code,
            "error": error,
            "order": to_json(replace(order, avatar_id=avatar_id)),
            "requests": requests,
            "prompt": said.prompt,
            "negative_prompt": said.negative_prompt,
            **{name: self._past(getattr(said, name)) for name in ("created_at", "started_at", "finished_at")},
        }

    def _find(self, transaction: Transaction, record: Trashable, said_id: str, ids: Sequence[str]) -> bool:
        """Whether it is here; out of the trash it comes back."""
        known = find_known(transaction, record, self._owner, ids)
        if known is None:
            return False
        row_id, is_deleted = known
        if is_deleted:
            rows: Any = {
                ProjectRecord: self._store.projects,
                AvatarRecord: self._store.avatars,
                GenerationRecord: self._store.generations,
            }[record]
            rows.restore(transaction, self._owner, row_id)
        self._here[said_id] = row_id
        return True

    def _now(self) -> datetime:
        return self._store.clock()

    def _past(self, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(aware, self._now())
