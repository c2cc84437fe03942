"""Put right what `store.fsck` found: what can be had back is, what is lost is taken out and said."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, exists, func, select, update

from store.database import DATABASE_NAME, Transaction
from store.disk import hash_file, open_private, sync_file
from store.errors import DatabaseDamaged
from store.garbage import most_at_once
from store.holders import PHOTO, PICTURE
from store.jobs import mirror_job
from store.migrate import back_up
from store.objects import Blob
from store.problems import (
    BROKEN_REFERENCE,
    DAMAGED_DATABASE,
    DAMAGED_FILE,
    FILE_WITHOUT_BLOB,
    FILE_WITHOUT_ROW,
    KINDS,
    LEFTOVER_TEMP,
    OPEN_WITHOUT_JOB,
    OUT_OF_STEP,
    PICTURE_WITHOUT_FILE,
    PICTURES_MISSING,
    ROW_WITHOUT_FILE,
    SEARCH_OUT_OF_STEP,
    USE_MISSING,
    USE_WITHOUT_HOLDER,
    DataProblem,
    Repair,
)
from store.records import (
    OPEN_STATES,
    AvatarRecord,
    BlobRecord,
    FileRecord,
    FileUseRecord,
    GenerationRecord,
    JobRecord,
    PhotoRecord,
    PictureRecord,
)
from store.rows import JobRow, columns_of, to_row
from store.store import Store

FILES_LOST_CODE = "files-lost"
FILES_LOST = "A picture of this generation was lost: its file was missing or damaged. Make it again."
JOB_LOST_CODE = "job-lost"
JOB_LOST = "The work on this generation was lost. Make it again."
TOO_MANY = (
    "Many files are missing at once: connect the drive they lie on, or restore a backup. Nothing was changed."
)
RESTORE = (
    "The database cannot be repaired. Restore a backup: python app.py restore DIR --data NEW. Or rebuild it from the "
    "files: python app.py fsck --adopt --yes; the damaged one is kept beside it."
)


def repair(
    store: Store, problems: Sequence[DataProblem], *, on_copied: Callable[[Path], None] = lambda _: None
) -> list[Repair]:
    """Repair each problem in a transaction of its own; what became of each, in the order they were repaired.

    The database is copied first, which `on_copied` is told before anything is changed, and no bytes are deleted: what
    is damaged or unknown goes into quarantine. Where many files are missing at once nothing is taken out for them: they
    lie somewhere else.
    """
    if problems:
        on_copied(copy_database(store))
    missing = sum(problem.kind == ROW_WITHOUT_FILE for problem in problems)
    spared = {ROW_WITHOUT_FILE} if missing and missing > most_at_once(store.count_blobs()) else set()
    repairs: dict[str, Callable[[Store, Transaction, str], str]] = {
        DAMAGED_DATABASE: _rebuild_indexes,
        FILE_WITHOUT_BLOB: _find_bytes,
        ROW_WITHOUT_FILE: _give_up_blob,
        DAMAGED_FILE: _give_up_blob,
        PICTURE_WITHOUT_FILE: _settle_picture,
        BROKEN_REFERENCE: _cut_reference,
        USE_WITHOUT_HOLDER: _drop_use,
        USE_MISSING: _count_use,
        OPEN_WITHOUT_JOB: _close_generation,
        OUT_OF_STEP: _follow_job,
        PICTURES_MISSING: _mark_lost,
        SEARCH_OUT_OF_STEP: _rebuild_search,
        FILE_WITHOUT_ROW: _remove_file,
        LEFTOVER_TEMP: _remove_temp,
    }
    done = []
    for problem in sorted(problems, key=lambda one: KINDS.index(one.kind)):
        if problem.kind in spared:
            done.append(Repair(problem=problem, repaired=False, sentence=TOO_MANY))
            continue
        try:
            with store.begin() as transaction:
                sentence = repairs[problem.kind](store, transaction, problem.id)
        except DatabaseDamaged:
            sentence = RESTORE
        done.append(Repair(problem=problem, repaired=sentence != RESTORE, sentence=sentence))
    return done


def copy_database(store: Store) -> Path:
    """Keep the database as it is before a repair; the copy."""
    copy = store.folder / f"before-repair-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3"
    try:
        back_up(store.folder / DATABASE_NAME, copy)
    except sqlite3.DatabaseError:  # too damaged to be read page by page: byte by byte then
        with (
            (store.folder / DATABASE_NAME).open("rb") as source,
            open(copy, "wb", opener=open_private) as file,
        ):
            shutil.copyfileobj(source, file)
            sync_file(file)
    return copy


def _rebuild_indexes(store: Store, transaction: Transaction, _: str) -> str:
    transaction.connection.exec_driver_sql("REINDEX")
    answers = transaction.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    return "The indexes were built anew." if answers == ["ok"] else RESTORE


def _rebuild_search(store: Store, transaction: Transaction, _: str) -> str:
    store.database.dialect.search.rebuild(transaction.connection)
    return "It was made anew of the rows."


def _find_bytes(store: Store, transaction: Transaction, file_id: str) -> str:
    sha256 = transaction.connection.scalar(select(FileRecord.sha256).where(FileRecord.id == file_id))
    if sha256 is None:
        return "The file is gone already."
    path = store.objects.path(sha256)
    if path.is_file() and hash_file(path) == sha256:
        size = path.stat().st_size
        transaction.insert_or_ignore(BlobRecord, sha256=sha256, size=size, created_at=store.clock())
        return "Its bytes were on the disk, whole; they are recorded again."
    _forget_file(store, transaction, file_id)
    return "Its bytes are lost; what showed them was taken out."


def _give_up_blob(store: Store, transaction: Transaction, sha256: str) -> str:
    size = transaction.connection.scalar(select(BlobRecord.size).where(BlobRecord.sha256 == sha256))
    if size is None or store.objects.holds(Blob(sha256=sha256, size=size)):
        store.mending.forget(sha256)
        return "Rows and file agree again."
    was_there = store.objects.path(sha256).is_file()
    if store.mending.mend(sha256, store.clock(), anew=True):
        return "It was replaced from the backup."
    store.mending.forget(sha256)
    for file_id in transaction.connection.scalars(
        select(FileRecord.id).where(FileRecord.sha256 == sha256)
    ).all():
        _forget_file(store, transaction, file_id)
    transaction.connection.execute(delete(BlobRecord).where(BlobRecord.sha256 == sha256))
    if not was_there:
        return "The bytes are lost; what showed them was taken out."
    return "The damaged file was put into quarantine; what showed it was taken out."


def _forget_file(store: Store, transaction: Transaction, file_id: str) -> None:
    """Let everything that holds a lost file do without it, then remove its row."""
    connection = transaction.connection
    connection.execute(delete(FileUseRecord).where(FileUseRecord.file_id == file_id))
    for record, drop in ((PictureRecord, _drop_picture), (PhotoRecord, _drop_photo)):
        for row_id in connection.scalars(select(record.id).where(record.file_id == file_id)).all():
            drop(store, transaction, row_id)
        is_whole = exists().where(FileRecord.id == record.file_id)
        for row_id, has_file in connection.execute(
            select(record.id, is_whole).where(record.thumbnail_id == file_id)
        ).all():
            if has_file:
                _show_whole_picture(transaction, record, row_id)
            else:
                drop(store, transaction, row_id)
    shown = AvatarRecord.thumbnail_id == file_id
    connection.execute(update(AvatarRecord).where(shown).values(thumbnail_id=None))
    mentions = select(AvatarRecord.id, AvatarRecord.body).where(AvatarRecord.body.is_not(None))
    for avatar_id, body in connection.execute(mentions).all():
        if file_id in (value for value in body.values() if isinstance(value, str)):
            kept = {key: None if value == file_id else value for key, value in body.items()}
            connection.execute(update(AvatarRecord).where(AvatarRecord.id == avatar_id).values(body=kept))
    connection.execute(delete(FileRecord).where(FileRecord.id == file_id))


def _show_whole_picture(
    transaction: Transaction, record: type[PictureRecord] | type[PhotoRecord], row_id: str
) -> None:
    mine = record.id == row_id
    transaction.connection.execute(update(record).where(mine).values(thumbnail_id=record.file_id))
    file_id, owner = transaction.connection.execute(select(record.file_id, record.owner).where(mine)).one()
    kind = PICTURE if record is PictureRecord else PHOTO
    _insert_use(transaction, owner, (file_id, kind, row_id, "thumbnail"))


def _drop_picture(store: Store, transaction: Transaction, picture_id: str) -> None:
    mine = PictureRecord.id == picture_id
    generation_id = transaction.connection.scalar(select(PictureRecord.generation_id).where(mine))
    transaction.connection.execute(delete(PictureRecord).where(mine))
    _drop_uses_of(transaction, PICTURE, picture_id)
    if generation_id is not None:
        _mark_lost(store, transaction, generation_id)


def _drop_photo(store: Store, transaction: Transaction, photo_id: str) -> None:
    transaction.connection.execute(delete(PhotoRecord).where(PhotoRecord.id == photo_id))
    _drop_uses_of(transaction, PHOTO, photo_id)


def _drop_uses_of(transaction: Transaction, kind: str, holder_id: str) -> None:
    held = (FileUseRecord.holder_kind == kind, FileUseRecord.holder_id == holder_id)
    transaction.connection.execute(delete(FileUseRecord).where(*held))


def _settle_picture(store: Store, transaction: Transaction, picture_id: str) -> str:
    columns = select(PictureRecord.file_id, PictureRecord.thumbnail_id).where(PictureRecord.id == picture_id)
    found = transaction.connection.execute(columns).first()
    for file_id in found or ():
        if transaction.connection.scalar(select(FileRecord.id).where(FileRecord.id == file_id)) is None:
            _forget_file(store, transaction, file_id)
    kept = transaction.connection.scalar(select(PictureRecord.id).where(PictureRecord.id == picture_id))
    return "The whole picture stands for its thumbnail." if kept else "The picture is lost and was taken out."


def _cut_reference(store: Store, transaction: Transaction, subject: str) -> str:
    table, number, parent = subject.split("/")
    by_number = f"FROM {table} WHERE rowid = ?"
    row = transaction.connection.exec_driver_sql(f"SELECT * {by_number}", (int(number),)).mappings().first()
    if row is None:
        return "The row is gone already."
    if parent == "files":
        wanted = [row[key] for key in ("file_id", "thumbnail_id") if row.get(key)]
        known = set(transaction.connection.scalars(select(FileRecord.id).where(FileRecord.id.in_(wanted))))
        for file_id in wanted:
            if file_id not in known:
                _forget_file(store, transaction, file_id)
        return "The file is lost; what showed it was taken out."
    if table == "pictures":
        _drop_picture(store, transaction, row["id"])
        return "The picture of a generation that is gone was taken out."
    column = {"photos": "photo_id", "avatars": "avatar_id", "projects": "project_id"}[parent]
    transaction.connection.exec_driver_sql(
        f"UPDATE {table} SET {column} = NULL WHERE rowid = ?", (int(number),)
    )
    return "The reference was cut."


def _drop_use(store: Store, transaction: Transaction, subject: str) -> str:
    file_id, kind, holder_id, role = subject.split("/")
    held = (FileUseRecord.file_id == file_id, FileUseRecord.role == role)
    holder = (FileUseRecord.holder_kind == kind, FileUseRecord.holder_id == holder_id)
    transaction.connection.execute(delete(FileUseRecord).where(*held, *holder))
    return "The file is no longer counted as held."


def _count_use(store: Store, transaction: Transaction, subject: str) -> str:
    file_id, kind, holder_id, role = subject.split("/")
    owner = transaction.connection.scalar(select(FileRecord.owner).where(FileRecord.id == file_id))
    if owner is None:
        return "The file is gone already."
    _insert_use(transaction, owner, (file_id, kind, holder_id, role))
    return "The file is counted as held again."


def _insert_use(transaction: Transaction, owner: str, use: tuple[str, str, str, str]) -> None:
    values = dict(zip(("file_id", "holder_kind", "holder_id", "role"), use, strict=True))
    transaction.insert_or_ignore(FileUseRecord, **values, owner=owner)


def _close_generation(store: Store, transaction: Transaction, generation_id: str) -> str:
    mine = GenerationRecord.id == generation_id
    ordered = transaction.connection.scalar(
        select(func.json_array_length(GenerationRecord.requests)).where(mine)
    )
    wanted = select(func.count()).where(PictureRecord.generation_id == generation_id)
    is_whole = (transaction.connection.scalar(wanted) or 0) >= (ordered or 0)
    values = (
        {"state": "succeeded"}
        if is_whole
        else {"state": "failed", "error_code": JOB_LOST_CODE, "error": JOB_LOST}
    )
    change = update(GenerationRecord).where(mine, GenerationRecord.state.in_(OPEN_STATES))
    transaction.connection.execute(change.values({**values, "finished_at": store.clock()}))
    return "All its pictures are there: it succeeded." if is_whole else "It is marked as failed."


def _follow_job(store: Store, transaction: Transaction, generation_id: str) -> str:
    wanted = select(*columns_of(JobRecord, JobRow)).join(
        GenerationRecord, GenerationRecord.job_id == JobRecord.id
    )
    found = transaction.connection.execute(wanted.where(GenerationRecord.id == generation_id)).first()
    if found is None:
        return "Its job is gone already."
    mirror_job(transaction, to_row(JobRow, found))
    return "It has its job's state now."


def _mark_lost(store: Store, transaction: Transaction, generation_id: str) -> str:
    mine = (GenerationRecord.id == generation_id, GenerationRecord.state == "succeeded")
    values = {"state": "failed", "error_code": FILES_LOST_CODE, "error": FILES_LOST}
    transaction.connection.execute(update(GenerationRecord).where(*mine).values(values))
    return "It is marked as failed, with the reason."


def _remove_file(store: Store, transaction: Transaction, name: str) -> str:
    path = store.folder / name
    known = transaction.connection.scalar(select(BlobRecord.sha256).where(BlobRecord.sha256 == path.name))
    if known is not None and path == store.objects.path(path.name):
        return "A row knows it again."
    if path.exists():
        store.objects.put_aside(path, store.clock())
    return "It was put into quarantine."


def _remove_temp(store: Store, transaction: Transaction, name: str) -> str:
    (store.folder / name).unlink(missing_ok=True)
    return "It was removed."
