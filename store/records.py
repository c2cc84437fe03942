"""The tables. Every row of a person's data carries its owner."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

OPEN_STATES = ("queued", "running")
LANES = ("gpu", "cpu", "download")  # jobs wait by what they need, so that a download never holds up a picture
END_STATES = ("succeeded", "failed", "cancelled")
# Of a generation: whether its order names a photo. To the letter as its index has it, which else is not used.
NAMES_PHOTO = text('instr("order", \'"photo_id"\') > 0')


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time. Kept in UTC in a fixed-width form that sorts as text; refuses times without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware → naive UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be kept.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Naive UTC → aware. In one step: a page of the history holds hundreds of times, and the two steps of
        SQLAlchemy's own way take twenty times as long."""
        return _read_time


def _read_time(kept: str | None) -> datetime | None:
    return None if kept is None else datetime.fromisoformat(f"{kept}+00:00")


class Record(DeclarativeBase):
    """What all tables share: names of constraints, and how times and JSON are kept."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        bytes: LargeBinary(),
    }


def _newest_first(table: str) -> Index:
    """What is not deleted, by owner and age: a page of a list is a look-up in it."""
    return Index(f"ix_{table}_kept", "owner", "id", sqlite_where=text("deleted_at IS NULL"))


class StudioRecord(Record):
    """The one row that says which studio this is; the files folder carries the same (`store.identity`)."""

    __tablename__ = "studio"

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    newest: Mapped[datetime | None]  # of all the bytes that it ever knew; never goes back


class BlobRecord(Record):
    """Bytes in the objects folder, named by their SHA-256. Shared by all owners; never answered for by itself."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    created_at: Mapped[datetime]


class ErasureRecord(Record):
    """Bytes that were deleted for good and may still lie on the disk: they are removed after the commit."""

    __tablename__ = "erasures"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class FileRecord(Record):
    """One owner's file."""

    __tablename__ = "files"
    __table_args__ = (UniqueConstraint("owner", "sha256"), Index("ix_files_sha256", "sha256"))

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    sha256: Mapped[str] = mapped_column(ForeignKey("blobs.sha256"))
    media_type: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class FileUseRecord(Record):
    """Who holds a file and what for: the reference counts."""

    __tablename__ = "file_uses"
    __table_args__ = (Index("ix_file_uses_holder", "holder_kind", "holder_id"),)

    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"), primary_key=True)
    holder_kind: Mapped[str] = mapped_column(primary_key=True)  # "photo", "avatar", "picture"
    holder_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)  # "image", "thumbnail", "glb", …
    owner: Mapped[str]


class PhotoRecord(Record):
    """A picture that a person gave, and what was found in it."""

    __tablename__ = "photos"
    __table_args__ = (
        _newest_first("photos"),
        Index("ix_photos_owner_sha256", "owner", "sha256"),
        Index("ix_photos_deleted_at", "deleted_at"),
        Index("ix_photos_file_id", "file_id"),
        Index("ix_photos_thumbnail_id", "thumbnail_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"))
    thumbnail_id: Mapped[str] = mapped_column(ForeignKey("files.id"))
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    look: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class ProjectRecord(Record):
    """A shelf of avatars and generations that belong together."""

    __tablename__ = "projects"
    __table_args__ = (_newest_first("projects"), Index("ix_projects_deleted_at", "deleted_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    name: Mapped[str]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class AvatarRecord(Record):
    """A kept person: persona, body, photo."""

    __tablename__ = "avatars"
    __table_args__ = (
        _newest_first("avatars"),
        Index("ix_avatars_deleted_at", "deleted_at"),
        Index("ix_avatars_photo_id", "photo_id"),
        Index("ix_avatars_project_id", "project_id"),
        Index("ix_avatars_thumbnail_id", "thumbnail_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    name: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    persona: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    origin: Mapped[dict[str, Any]]  # where it came from: its source, words, seed and base picture
    photo_id: Mapped[str | None] = mapped_column(ForeignKey("photos.id", ondelete="SET NULL"))
    thumbnail_id: Mapped[str | None] = mapped_column(ForeignKey("files.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    versions: Mapped[list[Any]]  # what persona and body were before; the last, because they are large


class PoseRecord(Record):
    """A pose of a person's own: its template, and who made it under which licence."""

    __tablename__ = "poses"
    __table_args__ = (
        _newest_first("poses"),
        Index("ix_poses_deleted_at", "deleted_at"),
        Index("ix_poses_slug", "owner", "slug", unique=True, sqlite_where=text("deleted_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    slug: Mapped[str]
    template: Mapped[dict[str, Any]]
    credit: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class DocumentRecord(Record):
    """A name and something in JSON that a person keeps: a template of orders, a persona."""

    __tablename__ = "documents"
    __table_args__ = (_newest_first("documents"), Index("ix_documents_deleted_at", "deleted_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    kind: Mapped[str]  # "template", "persona"
    name: Mapped[str]
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class GenerationRecord(Record):
    """The kept record of an order: what was asked, what became of it. Outlives its job's row."""

    __tablename__ = "generations"
    __table_args__ = (
        _newest_first("generations"),
        UniqueConstraint("job_id"),
        Index("ix_generations_state", "state"),
        Index("ix_generations_deleted_at", "deleted_at"),
        Index("ix_generations_avatar_id", "avatar_id"),
        Index("ix_generations_project_id", "project_id"),
        Index("ix_generations_of_photos", "owner", "id", sqlite_where=NAMES_PHOTO),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    job_id: Mapped[str]  # no foreign key: the job's row goes after a day, this one stays
    avatar_id: Mapped[str | None] = mapped_column(ForeignKey("avatars.id", ondelete="SET NULL"))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id", ondelete="SET NULL"))
    title: Mapped[str]
    favourite: Mapped[bool]
    rating: Mapped[int | None]  # 0 to 5
    notes: Mapped[str]
    tags: Mapped[list[Any]]
    state: Mapped[str]
    error_code: Mapped[str]
    error: Mapped[str]
    order: Mapped[dict[str, Any]]
    prompt: Mapped[str]
    negative_prompt: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    requests: Mapped[list[Any]]  # large, so the last: lists that leave it out do not read past it


class PictureRecord(Record):
    """One picture of a generation; `position` is the index of its request."""

    __tablename__ = "pictures"
    __table_args__ = (
        UniqueConstraint("generation_id", "position"),
        Index("ix_pictures_file_id", "file_id"),
        Index("ix_pictures_thumbnail_id", "thumbnail_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    generation_id: Mapped[str] = mapped_column(ForeignKey("generations.id"))
    position: Mapped[int]
    file_id: Mapped[str] = mapped_column(ForeignKey("files.id"))
    thumbnail_id: Mapped[str] = mapped_column(ForeignKey("files.id"))
    view: Mapped[str]
    pose: Mapped[str]
    seed: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str]


class JobRecord(Record):
    """A job: the truth about work that was ordered. A notification only wakes a worker for it."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("owner", "idempotency_key"),
        Index("ix_jobs_queue", "state", "lane", "owner", "priority", "not_before", "id"),
        Index("ix_jobs_turns", "lane", "owner", "claimed_at", sqlite_where=text("claimed_at IS NOT NULL")),
        Index("ix_jobs_times", "lane", "finished_at", sqlite_where=text("state = 'succeeded'")),
        Index("ix_jobs_lease", "state", "lease_until"),
        Index("ix_jobs_owner", "owner", "id"),
        Index("ix_jobs_kind", "owner", "kind"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    kind: Mapped[str]
    lane: Mapped[str]  # one of LANES: what it waits for
    priority: Mapped[int]  # among its owner's jobs in its lane: the higher goes first
    title: Mapped[str]
    payload: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None]
    state: Mapped[str]
    cancel_requested: Mapped[bool]
    attempt: Mapped[int]
    not_before: Mapped[datetime]  # the order within a priority; later than created_at after a failed attempt
    lease_until: Mapped[datetime | None]
    token: Mapped[str | None]  # the fence: new with every claim
    worker: Mapped[str | None]
    stage: Mapped[str]
    step: Mapped[int]
    total: Mapped[int]
    ends_at: Mapped[datetime | None]  # as far as the steps so far tell
    error_code: Mapped[str]
    error: Mapped[str]
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]  # when a worker last took it: its owner's turn in the lane
    finished_at: Mapped[datetime | None]
    preview: Mapped[bytes | None]  # the last, like the requests above
