"""Photo in: open, look, check, keep."""

from __future__ import annotations

import logging
from typing import Any

from pipelines.photo.checks import CheckRules, check_photo
from pipelines.photo.open import open_photo
from store.rows import PhotoRow
from store.store import Store
from studio.settings import Settings
from studio.vocabulary.views import PhotoView
from studio.worker.channel import ChannelClient
from studio.worker.detection import find_landmarks

MEGA = 1_000_000

log = logging.getLogger(__name__)


def add_photo(
    store: Store, settings: Settings, channel: ChannelClient | None, owner: str, data: bytes
) -> PhotoView:
    """Keep a photo and what was found in it; the same bytes again give the same photo.

    Raises PhotoRefused: then there is no file and no row.
    """
    photo = open_photo(
        data, max_bytes=settings.max_upload_mb * MEGA, max_pixels=settings.max_pixels_mp * MEGA
    )
    known = store.photos.find(owner, photo.source_sha256)
    if known is not None:
        return view_photo(known, is_duplicate=True)
    landmarks = find_landmarks(channel, photo)
    rules = CheckRules(face=settings.photo_face, blur=settings.photo_blur)
    check = check_photo(photo, landmarks, rules=rules)
    look: dict[str, Any] = {
        "people": landmarks.people,
        "landmarks": landmarks.to_json(),
        "remarks": [remark.sentence for remark in check.remarks],
        "body_usable": check.problem is None,
        "body_problem": check.problem.sentence if check.problem else "",
        "body_problem_code": check.problem.code if check.problem else "",
    }
    image, thumbnail = store.files.put(photo.data), store.files.put(photo.thumbnail)
    with store.begin() as transaction:
        file, _ = store.files.register(transaction, owner, image, photo.media_type)
        small, _ = store.files.register(transaction, owner, thumbnail, photo.thumbnail_media_type)
        row = store.photos.add(
            transaction,
            owner,
            file_id=file.id,
            thumbnail_id=small.id,
            sha256=photo.source_sha256,
            width=photo.width,
            height=photo.height,
            look=look,
        )
    log.info("photo %s kept, %d people", row.id, landmarks.people)
    return view_photo(row)


def view_photo(row: PhotoRow, *, is_duplicate: bool = False) -> PhotoView:
    """What is shown of a kept photo."""
    look = row.look
    return PhotoView(
        id=row.id,
        file_id=row.file_id,
        thumbnail_id=row.thumbnail_id,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        is_duplicate=is_duplicate,
        people=look["people"],
        remarks=tuple(look["remarks"]),
        body_usable=look["body_usable"],
        body_problem=look["body_problem"],
        body_problem_code=look["body_problem_code"],
        landmarks=look["landmarks"],
        created_at=row.created_at,
    )
