"""Access: the one place that says whose rows a person may see and change. It is a part of each statement.

A row is its owner's. What lies in a project is also there for the project's members, its owner and those with whom it
is shared, as far as a member put it there: all of them see it, and those who may write change it. What deletes it, or
takes it elsewhere, asks for the owner alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from store.database import ReadTransaction
from store.errors import NotOwner, RowMissing
from store.holders import AVATAR, PICTURE
from store.records import (
    AvatarRecord,
    FileRecord,
    FileUseRecord,
    GenerationRecord,
    PictureRecord,
    ProjectRecord,
)
from store.sharing_records import MemberRecord

WRITE = "write"
# Made once: an alias of its own for each statement would take longer to make than the statement takes to run.
_MEMBER, _PROJECT = aliased(MemberRecord), aliased(ProjectRecord)


def allowed(record: Any, person: str, *, write: bool = False) -> ColumnElement[bool]:
    """The rows of `record` that a person may see or, with `write`, change: their own, and what is shared with them.

    Of what is shared nothing that is in the trash.
    """
    own = record.owner == person
    if record is ProjectRecord:
        shared = and_(ProjectRecord.deleted_at.is_(None), _is_member(ProjectRecord.id, person, write=write))
        return or_(own, shared)
    if record in (AvatarRecord, GenerationRecord):
        return or_(own, _in_shared_project(record, person, write=write))
    if record is FileRecord and not write:
        return or_(own, _held_in_shared_project(person))
    return own


def refuse(look: ReadTransaction, record: Any, person: str, row_id: str) -> Exception:
    """Why a row was not to be had: NotOwner for what a person sees and must not change, else RowMissing."""
    wanted = (record.id == row_id, record.deleted_at.is_(None), allowed(record, person))
    seen = look.connection.scalar(select(record.id).where(*wanted)) is not None
    return NotOwner() if seen else RowMissing()


def find_hold(look: ReadTransaction, record: Any, person: str, row_id: str) -> str:
    """What a person may do with a row that they see: "own", or of another's "write" or "read"."""
    may_write = allowed(record, person, write=True)
    found = look.connection.execute(select(record.owner, may_write).where(record.id == row_id)).first()
    if found is None or found[0] == person:
        return "own"
    return "write" if found[1] else "read"


def _is_member(project_id: Any, person: Any, *, write: bool = False) -> ColumnElement[bool]:
    """Whether a project is shared with a person, and for writing where that is asked."""
    as_asked = (_MEMBER.access == WRITE,) if write else ()
    return exists().where(_MEMBER.project_id == project_id, _MEMBER.person_id == person, *as_asked)


def _in_shared_project(record: Any, person: str, *, write: bool = False) -> ColumnElement[bool]:
    """What a member of a project put into it, for another member."""
    may = or_(_PROJECT.owner == person, _is_member(_PROJECT.id, person, write=write))
    put_by_member = or_(_PROJECT.owner == record.owner, _is_member(_PROJECT.id, record.owner))
    there = exists().where(
        _PROJECT.id == record.project_id, _PROJECT.deleted_at.is_(None), may, put_by_member
    )
    return and_(record.deleted_at.is_(None), there)


def _held_in_shared_project(person: str) -> ColumnElement[bool]:
    """The files of avatars and pictures: a photo is never shared by itself."""
    held = (FileUseRecord.file_id == FileRecord.id, FileUseRecord.owner == FileRecord.owner)
    of_avatar = exists().where(
        *held,
        FileUseRecord.holder_kind == AVATAR,
        AvatarRecord.id == FileUseRecord.holder_id,
        _in_shared_project(AvatarRecord, person),
    )
    of_picture = exists().where(
        *held,
        FileUseRecord.holder_kind == PICTURE,
        PictureRecord.id == FileUseRecord.holder_id,
        GenerationRecord.id == PictureRecord.generation_id,
        _in_shared_project(GenerationRecord, person),
    )
    return or_(of_avatar, of_picture)
