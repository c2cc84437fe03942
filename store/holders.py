"""Who holds a file: photos, avatars and pictures; and whether a holder is there or in the trash."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_

from store.records import (
    AvatarRecord,
    FileRecord,
    FileUseRecord,
    GenerationRecord,
    PhotoRecord,
    PictureRecord,
)

PHOTO, AVATAR, PICTURE = "photo", "avatar", "picture"
HOLDERS = {PHOTO: PhotoRecord, AVATAR: AvatarRecord, PICTURE: PictureRecord}
THUMBNAIL = "thumbnail"


def is_unused() -> ColumnElement[bool]:
    """A file row that nobody holds."""
    return ~exists().where(FileUseRecord.file_id == FileRecord.id)


def is_outside_trash() -> ColumnElement[bool]:
    """A file row that nobody holds yet, or that something holds which is not in the trash."""
    held = FileUseRecord.file_id == FileRecord.id
    holder = FileUseRecord.holder_id
    photo = and_(
        FileUseRecord.holder_kind == PHOTO, holder == PhotoRecord.id, PhotoRecord.deleted_at.is_(None)
    )
    avatar = and_(
        FileUseRecord.holder_kind == AVATAR, holder == AvatarRecord.id, AvatarRecord.deleted_at.is_(None)
    )
    picture = and_(
        FileUseRecord.holder_kind == PICTURE,
        holder == PictureRecord.id,
        PictureRecord.generation_id == GenerationRecord.id,
        GenerationRecord.deleted_at.is_(None),
    )
    return or_(is_unused(), *(exists().where(held, shown) for shown in (photo, avatar, picture)))
