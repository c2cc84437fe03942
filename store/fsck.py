"""Compare rows with files and rows with rows: find each disagreement and say it in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select

from store.database import ReadTransaction
from store.disk import hash_file
from store.errors import DatabaseDamaged
from store.holders import AVATAR, HOLDERS, PHOTO, PICTURE, THUMBNAIL
from store.objects_folder import TEMP_SUFFIX
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
    FileUseRecord,
    GenerationRecord,
    JobRecord,
    PhotoRecord,
    PictureRecord,
)
from store.repair import repair
from store.soundness import describe
from store.store import Store

SEARCH_SAYS = "What is found by words and filters is not what the rows say."

__all__ = ["DataProblem", "Repair", "find_problems", "repair"]


def find_problems(store: Store, *, grace: timedelta = timedelta(0)) -> list[DataProblem]:
    """Every disagreement, in the order in which they are repaired.

    Files younger than the grace may be on their way in: give an hour where a studio runs on the same folder.
    """
    try:
        with store.read() as transaction:
            damage = list(_check_database(transaction))
            if damage:
                return damage  # no other answer can be trusted
            checks: tuple[Callable[[ReadTransaction], Iterator[DataProblem]], ...] = (
                _check_references,
                _check_holders,
                _check_uses,
                _check_generations,
            )
            found = [problem for check in checks for problem in check(transaction)]
            if not store.database.dialect.search.is_in_step(transaction.connection):
                found.append(DataProblem(kind=SEARCH_OUT_OF_STEP, id="", sentence=SEARCH_SAYS))
            rows = transaction.connection.execute(select(BlobRecord.sha256, BlobRecord.size))
            blobs = {row.sha256: row.size for row in rows}
    except DatabaseDamaged as error:
        return [DataProblem(kind=DAMAGED_DATABASE, id="", sentence=str(error))]
    found += _check_blobs(store, blobs)
    found += _check_folder(store, blobs, store.clock() - grace if grace else None)
    return sorted(found, key=lambda problem: KINDS.index(problem.kind))


def _check_database(transaction: ReadTransaction) -> Iterator[DataProblem]:
    for answer in transaction.connection.exec_driver_sql("PRAGMA integrity_check").scalars().all():
        if answer != "ok":
            said = f"The database is damaged: {describe(answer)}."
            yield DataProblem(kind=DAMAGED_DATABASE, id="", sentence=said)


def _check_references(transaction: ReadTransaction) -> Iterator[DataProblem]:
    own_kinds = {
        ("files", "blobs"): (FILE_WITHOUT_BLOB, "The file {} has no record of its bytes."),
        ("pictures", "files"): (PICTURE_WITHOUT_FILE, "The picture {} has lost a file."),
    }
    seen: set[tuple[str, str]] = set()
    broken = transaction.connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table, number, parent, _ in broken:
        if (table, parent) in own_kinds:
            kind, sentence = own_kinds[(table, parent)]
            by_number = f"SELECT id FROM {table} WHERE rowid = ?"
            subject = str(transaction.connection.exec_driver_sql(by_number, (number,)).scalar())
        else:
            kind, sentence = BROKEN_REFERENCE, f"The row {{}} refers to a row of {parent} that is not there."
            subject = f"{table}/{number}/{parent}"
        if (kind, subject) not in seen:
            seen.add((kind, subject))
            yield DataProblem(kind=kind, id=subject, sentence=sentence.format(subject))


def _check_holders(transaction: ReadTransaction) -> Iterator[DataProblem]:
    kind, holder = FileUseRecord.holder_kind, FileUseRecord.holder_id
    is_held = or_(
        *((kind == name) & exists().where(record.id == holder) for name, record in HOLDERS.items())  # type: ignore[attr-defined]
    )
    for use in transaction.connection.execute(
        select(FileUseRecord.file_id, kind, holder, FileUseRecord.role).where(~is_held)
    ):
        sentence = f"The file {use.file_id} is held by a {use.holder_kind} that is not there."
        yield DataProblem(kind=USE_WITHOUT_HOLDER, id="/".join(use), sentence=sentence)


def _check_uses(transaction: ReadTransaction) -> Iterator[DataProblem]:
    expected = (
        (PHOTO, PhotoRecord.id, PhotoRecord.file_id, "image"),
        (PHOTO, PhotoRecord.id, PhotoRecord.thumbnail_id, "thumbnail"),
        (AVATAR, AvatarRecord.id, AvatarRecord.thumbnail_id, THUMBNAIL),
        (PICTURE, PictureRecord.id, PictureRecord.file_id, "image"),
        (PICTURE, PictureRecord.id, PictureRecord.thumbnail_id, "thumbnail"),
    )
    for kind, holder_id, file_id, role in expected:
        use = exists().where(
            FileUseRecord.file_id == file_id,
            FileUseRecord.holder_kind == kind,
            FileUseRecord.holder_id == holder_id,
            FileUseRecord.role == role,
        )
        wanted = select(file_id, holder_id).where(file_id.is_not(None), ~use)
        for file, holder in transaction.connection.execute(wanted):
            sentence = f"The file {file} is not counted as held by the {kind} {holder}."
            yield DataProblem(kind=USE_MISSING, id=f"{file}/{kind}/{holder}/{role}", sentence=sentence)


def _check_generations(transaction: ReadTransaction) -> Iterator[DataProblem]:
    generation, state = GenerationRecord.id, GenerationRecord.state
    same_job = JobRecord.id == GenerationRecord.job_id
    jobless = select(generation).where(state.in_(OPEN_STATES), ~exists().where(same_job))
    for row_id in transaction.connection.scalars(jobless):
        yield DataProblem(
            kind=OPEN_WITHOUT_JOB, id=row_id, sentence=f"The generation {row_id} waits for no job."
        )
    either_is_open = or_(state.in_(OPEN_STATES), JobRecord.state.in_(OPEN_STATES))
    different = select(generation, state, JobRecord.state).join(JobRecord, same_job)
    different = different.where(state != JobRecord.state, either_is_open)
    for row_id, own, its_jobs in transaction.connection.execute(different):
        sentence = f"The generation {row_id} is {own}, but its job {its_jobs}."
        yield DataProblem(kind=OUT_OF_STEP, id=row_id, sentence=sentence)
    there = select(func.count()).where(PictureRecord.generation_id == generation).scalar_subquery()
    ordered = func.json_array_length(GenerationRecord.requests)
    short = select(generation, there, ordered).where(state == "succeeded", there < ordered)
    for row_id, pictures, requests in transaction.connection.execute(short):
        sentence = f"The generation {row_id} succeeded with {requests} pictures and has {pictures}."
        yield DataProblem(kind=PICTURES_MISSING, id=row_id, sentence=sentence)


def _check_blobs(store: Store, blobs: dict[str, int]) -> Iterator[DataProblem]:
    for sha256, size in blobs.items():
        path = store.objects.path(sha256)
        if not path.is_file():
            yield DataProblem(
                kind=ROW_WITHOUT_FILE, id=sha256, sentence=f"The bytes of {sha256} are not on the disk."
            )
        elif path.stat().st_size != size or hash_file(path) != sha256:
            yield DataProblem(
                kind=DAMAGED_FILE, id=sha256, sentence=f"The file {sha256} does not hold its bytes."
            )


def _check_folder(store: Store, blobs: dict[str, int], older_than: datetime | None) -> Iterator[DataProblem]:
    for path in store.objects.walk():
        if older_than is not None and path.stat().st_mtime >= older_than.timestamp():
            continue
        name = path.relative_to(store.folder).as_posix()
        if path.name.endswith(TEMP_SUFFIX):
            yield DataProblem(
                kind=LEFTOVER_TEMP, id=name, sentence=f"{name} was left by an interrupted write."
            )
        elif not (store.objects.is_object(path) and path.name in blobs):
            yield DataProblem(kind=FILE_WITHOUT_ROW, id=name, sentence=f"No row knows the file {name}.")
