"""Photo in: open, detect, check, keep; and what was kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from pipelines.errors import Cancelled
from pipelines.photo.checks import CheckRules, check_photo
from pipelines.photo.open import always_wanted, open_photo
from store.rows import PhotoRow
from studio.services.service import PersonalService
from studio.vocabulary.photo import Photo
from studio.worker.detection import find_landmarks

MEGA = 1_000_000

log = logging.getLogger(__name__)


class Photos(PersonalService):
    """The photos of one person."""

    def add(self, data: bytes, name: str = "", *, is_wanted: Callable[[], bool] = always_wanted) -> Photo:
        """Keep a photo and what was found in it; the same bytes again give the same photo. Its name decides nothing.

        Raises PhotoRefused, or Cancelled as soon as `is_wanted` says no: then there is no file and no row.
        """
        settings = self._settings
        photo = open_photo(
            data,
            max_bytes=settings.max_upload_mb * MEGA,
            max_pixels=settings.max_pixels_mp * MEGA,
            is_wanted=is_wanted,
        )
        known = self._store.photos.find(self._owner, photo.source_sha256)
        if known is not None:
            return view_photo(known, is_duplicate=True)
        if not is_wanted():
            raise Cancelled
        landmarks = find_landmarks(self._channel, photo)
        rules = CheckRules(face=settings.photo_face, blur=settings.photo_blur)
        check = check_photo(photo, landmarks, rules=rules)
        detections: dict[str, Any] = {
            "people": landmarks.people,
            "landmarks": landmarks.to_json(),
            "remarks": [remark.sentence for remark in check.remarks],
            "body_usable": check.problem is None,
            "body_problem": check.problem.sentence if check.problem else "",
            "body_problem_code": check.problem.code if check.problem else "",
        }
        files = self._store.files
        image, thumbnail = files.put(photo.data), files.put(photo.thumbnail)
        with self._store.begin() as transaction:
            file, _ = files.register(transaction, self._owner, image, photo.media_type)
            small, _ = files.register(transaction, self._owner, thumbnail, photo.thumbnail_media_type)
            row = self._store.photos.add(
                transaction,
                self._owner,
                file_id=file.id,
                thumbnail_id=small.id,
                sha256=photo.source_sha256,
                width=photo.width,
                height=photo.height,
                look=detections,
            )
        log.info("photo %s kept, %d people", row.id, landmarks.people)
        return view_photo(row)

    def get(self, photo_id: str) -> Photo:
        """One photo. Raises NotFound."""
        return view_photo(self._store.photos.get(self._owner, photo_id))

    def delete(self, photo_id: str, *, purge: bool = False) -> None:
        """Put a photo into the trash; or, with `purge`, delete it for good, from the trash too.

        Raises NotFound.
        """
        self._delete(self._store.photos, photo_id, purge=purge)

    def restore(self, photo_id: str) -> Photo:
        """Take a photo out of the trash. Raises NotFound."""
        with self._store.begin() as transaction:
            return view_photo(self._store.photos.restore(transaction, self._owner, photo_id))


def view_photo(row: PhotoRow, *, is_duplicate: bool = False) -> Photo:
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
    )
