"""Photo in: open, detect, check, keep; and what was kept."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pipelines.errors import Cancelled
from pipelines.photo.checks import CheckRules, check_photo
from pipelines.photo.open import MAX_SIDE_PX, OpenedPhoto, always_wanted, open_photo
from store.photo_facts import PhotoFacts, find_photo_facts
from store.rows import PhotoRow
from studio.services.scanning import scan_upload
from studio.services.service import PersonalService
from studio.vocabulary.codec import check_values
from studio.vocabulary.library import UNCHANGED, Tags, Unchanged, said_of
from studio.vocabulary.photo import (
    LONGEST_FILE_NAME,
    Photo,
    PhotoCounts,
    PhotoHolder,
    PhotoName,
    PhotoPage,
    PhotoRole,
)
from studio.worker.detection import find_landmarks

MEGA = 1_000_000
MOST_PER_PAGE = 200

KIND_OF: dict[str, Any] = {"name": PhotoName, "role": PhotoRole, "tags": Tags}

log = logging.getLogger(__name__)


class Photos(PersonalService):
    """The photos of one person."""

    def add(
        self,
        data: bytes,
        name: str = "",
        *,
        role: PhotoRole = "person",
        is_wanted: Callable[[], bool] = always_wanted,
    ) -> Photo:
        """Keep a photo and what was found in it; the same bytes again give the same photo. Its name decides nothing.

        Raises PhotoRefused, UploadRefused, ScanFailed, StorageSpent, or Cancelled as soon as `is_wanted` says no: then
        there is no file and no row.
        """
        settings = self._settings
        if len(data) <= settings.max_upload_mb * MEGA:
            scan_upload(settings, data)
        photo = open_photo(
            data,
            max_bytes=settings.max_upload_mb * MEGA,
            max_pixels=settings.max_pixels_mp * MEGA,
            max_side=MAX_SIDE_PX if role == "person" else settings.reference_max_px,
            is_wanted=is_wanted,
        )
        known = self._store.photos.find(self._owner, photo.source_sha256)
        if known is not None:
            with self._store.begin() as transaction:  # what was given again does not expire
                row = self._store.photos.note(transaction, self._owner, known.id, {"seen_at": self._now()})
            return self._view(row, is_duplicate=True)
        self._check_room()
        if not is_wanted():
            raise Cancelled
        landmarks = find_landmarks(self._channel, photo)
        rules = CheckRules(face=settings.photo_face, blur=settings.photo_blur)
        check = check_photo(photo, landmarks, rules=rules)
        detections: dict[str, Any] = {
            "name": clean_name(name),
            "role": role,
            "people": landmarks.people,
            "landmarks": landmarks.to_json(),
            "remarks": [remark.sentence for remark in check.remarks],
            "body_usable": check.problem is None,
            "body_problem": check.problem.sentence if check.problem else "",
            "body_problem_code": check.problem.code if check.problem else "",
        }
        row = self._keep(photo, detections)
        log.info("photo %s kept, %d people", row.id, landmarks.people)
        return self._view(row)

    def _keep(self, photo: OpenedPhoto, detections: dict[str, Any]) -> PhotoRow:
        files = self._store.files
        image, thumbnail = files.put(photo.data), files.put(photo.thumbnail)
        with self._store.begin() as transaction:
            file, _ = files.register(transaction, self._owner, image, photo.media_type)
            small, _ = files.register(transaction, self._owner, thumbnail, photo.thumbnail_media_type)
            return self._store.photos.add(
                transaction,
                self._owner,
                file_id=file.id,
                thumbnail_id=small.id,
                sha256=photo.source_sha256,
                width=photo.width,
                height=photo.height,
                look=detections,
            )

    def update(
        self,
        photo_id: str,
        *,
        name: str | Unchanged = UNCHANGED,
        role: PhotoRole | Unchanged = UNCHANGED,
        tags: Sequence[str] | Unchanged = UNCHANGED,
    ) -> Photo:
        """Change what is said of a photo. Raises NotFound, RequestRefused."""
        said = said_of(name=name, role=role, tags=tags)
        check_values(**{field: (KIND_OF[field], value) for field, value in said.items()})
        if "name" in said:
            said["name"] = clean_name(said["name"])
        if "tags" in said:
            said["tags"] = list(said["tags"])
        with self._store.begin() as transaction:
            row = self._store.photos.note(transaction, self._owner, photo_id, said)
        return self._view(row)

    def list_page(
        self, *, role: str = "", tag: str = "", cursor: str | None = None, limit: int = 60
    ) -> PhotoPage:
        """One page, newest first; of those with this role and this tag where they are named. Raises CursorRefused."""
        limit = min(limit, MOST_PER_PAGE)
        rows, next_cursor = self._store.photos.list_page(self._owner, cursor, limit, role=role, tag=tag)
        facts = find_photo_facts(self._store, self._owner, rows)
        return PhotoPage(items=tuple(view_photo(row, facts[row.id]) for row in rows), next_cursor=next_cursor)

    def count(self, *, role: str = "", tag: str = "") -> PhotoCounts:
        """How many there are of every role, with this tag where it is named; and of every tag, with this role."""
        photos = self._store.photos
        return PhotoCounts(
            role=photos.count_roles(self._owner, tag=tag), tag=photos.count_tags(self._owner, role=role)
        )

    def find(self, sha256: str) -> str | None:
        """The id of the photo that was given as these bytes, by their SHA-256; None where there is none."""
        row = self._store.photos.find(self._owner, sha256.lower())
        return None if row is None else row.id

    def get(self, photo_id: str) -> Photo:
        """One photo. Raises NotFound."""
        photo = self._view(self._store.photos.get(self._owner, photo_id))
        lost = photo.file_id in self._store.files.find_lost(self._owner)
        return replace(photo, is_lost=True) if lost else photo

    def delete(self, photo_id: str, *, purge: bool = False) -> None:
        """Put a photo into the trash; or, with `purge`, delete it for good, from the trash too.

        Raises NotFound.
        """
        self._delete(self._store.photos, photo_id, purge=purge)

    def restore(self, photo_id: str) -> Photo:
        """Take a photo out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            row = self._store.photos.restore(transaction, self._owner, photo_id)
        return self._view(row)

    def _now(self) -> str:
        return self._store.clock().isoformat()

    def _view(self, row: PhotoRow, *, is_duplicate: bool = False) -> Photo:
        facts = find_photo_facts(self._store, self._owner, [row])
        return view_photo(row, facts[row.id], is_duplicate=is_duplicate)


def clean_name(name: str) -> str:
    """A file's name without folders and control characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:LONGEST_FILE_NAME]


def view_photo(row: PhotoRow, facts: PhotoFacts, *, is_duplicate: bool = False) -> Photo:
    """What is shown of a kept photo."""
    detections = row.look
    return Photo(
        id=row.id,
        file_id=row.file_id,
        thumbnail_id=row.thumbnail_id,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        is_duplicate=is_duplicate,
        people=detections["people"],
        remarks=tuple(detections["remarks"]),
        body_usable=detections["body_usable"],
        body_problem=detections["body_problem"],
        body_problem_code=detections["body_problem_code"],
        landmarks=detections["landmarks"],
        created_at=row.created_at,
        name=detections.get("name", ""),  # what was kept before had none
        role=detections.get("role", "person"),
        media_type=facts.media_type,
        size=facts.size,
        tags=tuple(detections.get("tags", ())),
        uses=facts.uses,
        last_used_at=facts.last_used_at,
        held_by=tuple(PhotoHolder(avatar_id=avatar_id, name=name) for avatar_id, name in facts.holders),
    )
