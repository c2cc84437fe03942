"""Pictures that are sent along with an order: kept as photos for it, and gone again where it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.errors import PipelineError
from pipelines.photo.open import always_wanted
from studio.services.photos import Photos
from studio.vocabulary.photo import PhotoRole


@contextmanager
def keep_sent(
    photos: Photos, is_wanted: Callable[[], bool] = always_wanted
) -> Iterator[Callable[[bytes, PhotoRole], str]]:
    """Keep pictures as photos while something is ordered of them: bytes and role → the photo's id.

    What was not there before goes again, for good, where the order is refused.
    """
    new: list[str] = []

    def keep(data: bytes, role: PhotoRole) -> str:
        photo = photos.add(data, role=role, is_wanted=is_wanted)
        if not photo.is_duplicate:
            new.append(photo.id)
        return photo.id

    try:
        yield keep
    except PipelineError:
        for photo_id in new:
            photos.delete(photo_id, purge=True)
        raise
