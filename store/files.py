"""Files: an owner's claim to bytes in the objects folder, and who holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from store.access import allowed
from store.database import Database, ReadTransaction, Transaction
from store.erasures import erase_files_of, erase_unheld, finish_erasures
from store.errors import FileDamaged, FileVanished, RowMissing
from store.garbage import Collected, collect_garbage
from store.holders import is_outside_trash, is_unused
from store.ids import new_id
from store.manifests import write_manifest
from store.mending import Mending
from store.objects import Blob, HeldBlob
from store.objects_folder import FolderObjects
from store.owned import require
from store.records import BlobRecord, ErasureRecord, FileRecord, FileUseRecord
from store.rows import FileRow, to_row


class FileTable:
    """Bytes first (`put`), then the row (`register`), then what it is for (`use`), the last two in one transaction."""

    def __init__(
        self, database: Database, objects: FolderObjects, mending: Mending, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._objects = objects
        self._mending = mending
        self._clock = clock

    def put(self, data: bytes) -> HeldBlob:
        """Keep bytes on the disk, durably, before any row speaks of them. Raises StorageFull."""
        blob = self._objects.put(data)
        return HeldBlob(sha256=blob.sha256, size=blob.size, data=data)

    def put_written(self, write: Callable[[IO[bytes]], None]) -> Blob:
        """The same for what does not fit into memory: `write` is given a file. Raises StorageFull."""
        return self._objects.put_written(write)

    def register(
        self, transaction: Transaction, owner: str, blob: Blob, media_type: str
    ) -> tuple[FileRow, bool]:
        """The owner's file of these bytes, and whether they had it before: the same bytes give the same file.

        A file that nobody uses soon is collected. Bytes that were deleted for good meanwhile, as somebody else's, are
        put again, now that nobody can delete. Raises FileVanished where they are no longer at hand.
        """
        if not self._objects.has_size(blob.sha256, blob.size):
            if not isinstance(blob, HeldBlob):
                raise FileVanished
            self._objects.put(blob.data)
        connection, now = transaction.connection, self._clock()
        transaction.insert_or_ignore(BlobRecord, sha256=blob.sha256, size=blob.size, created_at=now)
        same = (FileRecord.owner == owner, FileRecord.sha256 == blob.sha256)
        earlier = connection.execute(select(FileRecord.id, FileRecord.deleted_at).where(*same)).first()
        if earlier is None:
            file_id = new_id()
            values = {"id": file_id, "owner": owner, "sha256": blob.sha256, "media_type": media_type}
            connection.execute(insert(FileRecord).values({**values, "created_at": now}))
        else:
            file_id = earlier.id
            fresh: dict[str, datetime | None] = {"deleted_at": None}
            if not self.count_uses(owner, file_id, transaction=transaction):
                fresh["created_at"] = now  # the collector's grace starts anew
            connection.execute(update(FileRecord).where(*same).values(fresh))
        is_duplicate = earlier is not None and earlier.deleted_at is None
        return self._find(FileRecord.id == file_id, transaction), is_duplicate

    def use(
        self, transaction: Transaction, owner: str, holder_kind: str, holder_id: str, roles: Mapping[str, str]
    ) -> None:
        """Hold files, role → file id: a held file stays. Raises RowMissing."""
        for role, file_id in roles.items():
            require(transaction, FileRecord, owner, file_id)
            values = {"file_id": file_id, "holder_kind": holder_kind, "holder_id": holder_id, "role": role}
            transaction.insert_or_ignore(FileUseRecord, **values, owner=owner)

    def unuse(
        self, transaction: Transaction, holder_kind: str, holder_id: str, role: str | None = None
    ) -> None:
        """Let go of a holder's files, or of one role's. Deleted files that nobody holds any more are gone then.

        Rows of the holder that refer to the files must be gone or changed before.
        """
        held = delete(FileUseRecord).where(
            FileUseRecord.holder_kind == holder_kind, FileUseRecord.holder_id == holder_id
        )
        if role is not None:
            held = held.where(FileUseRecord.role == role)
        ids = transaction.connection.scalars(held.returning(FileUseRecord.file_id)).all()
        gone = delete(FileRecord).where(
            FileRecord.id.in_(ids), FileRecord.deleted_at.is_not(None), is_unused()
        )
        transaction.connection.execute(gone)

    def erase(self, transaction: Transaction, holder_kind: str, holder_id: str) -> None:
        """Let go of a holder's files, and remove for good those that nobody else holds: their rows now, their bytes
        when the transaction is committed.

        Rows of the holder that refer to the files must be gone before.
        """
        erase_files_of(transaction, holder_kind, holder_id, self._clock())
        if self.finish_erasures not in transaction.after_commit:
            transaction.after_commit.append(self.finish_erasures)

    def erase_unheld(self, transaction: Transaction, owner: str, file_ids: Sequence[str]) -> None:
        """Remove for good those of the owner's files that nobody holds, as `erase` does."""
        erase_unheld(transaction, owner, file_ids, self._clock())
        if self.finish_erasures not in transaction.after_commit:
            transaction.after_commit.append(self.finish_erasures)

    def erase_stray(self, blob: Blob) -> None:
        """Remove bytes that were put and never registered, unless a row speaks of them by now."""
        with self._database.begin() as transaction:
            transaction.insert_or_ignore(ErasureRecord, sha256=blob.sha256, created_at=self._clock())
        self.finish_erasures()

    def describe(self, transaction: Transaction, kind: str, row_id: str) -> None:
        """Write beside the files what a row is, before it is committed: see `store.manifests`."""
        write_manifest(transaction, self._objects, kind, row_id)

    def finish_erasures(self) -> None:
        """Remove the bytes of what was deleted for good. Raises StoreBusy."""
        finish_erasures(self._database, self._objects)

    def get(
        self, owner: str, file_id: str, *, in_trash: bool = False, transaction: ReadTransaction | None = None
    ) -> FileRow:
        """One file: the owner's, or of what is shared with them.

        Raises RowMissing, also where everything that holds it is in the trash, unless `in_trash`.
        """
        shown = FileRecord.id == file_id
        whose = allowed(FileRecord, owner)
        return self._find(
            and_(shown, whose) if in_trash else and_(shown, whose, is_outside_trash()), transaction
        )

    def find(self, owner: str, sha256: str, *, transaction: ReadTransaction | None = None) -> FileRow | None:
        """The owner's file of these bytes, where they have one, in the trash too: asked before an upload."""
        try:
            return self._find(and_(FileRecord.sha256 == sha256, FileRecord.owner == owner), transaction)
        except RowMissing:
            return None

    def path(self, file: FileRow) -> Path:
        """Where its bytes lie, while they lie in a folder: `open` serves them from anywhere. Raises FileDamaged."""
        self._refuse_damaged(file.sha256)
        return self._objects.path(file.sha256)

    def read(self, owner: str, file_id: str) -> bytes:
        """Its bytes, for work on what may be in the trash meanwhile. Raises RowMissing, FileDamaged."""
        sha256 = self.get(owner, file_id, in_trash=True).sha256
        self._refuse_damaged(sha256)
        return self._objects.read(sha256)

    def open(
        self, owner: str, file_id: str, start: int = 0, stop: int | None = None
    ) -> tuple[FileRow, Iterator[bytes]]:
        """The file and its bytes from `start` to before `stop` (None: to the end), in pieces.

        Raises RowMissing, also where everything that holds it is in the trash, and FileDamaged.
        """
        file = self.get(owner, file_id)
        self._refuse_damaged(file.sha256)
        return file, self._objects.open(file.sha256, start, stop)

    def count_uses(self, owner: str, file_id: str, *, transaction: ReadTransaction | None = None) -> int:
        """How many hold it."""
        wanted = select(func.count()).where(FileUseRecord.file_id == file_id, FileUseRecord.owner == owner)
        with self._database.read(transaction) as look:
            return look.connection.scalar(wanted) or 0

    def delete(self, transaction: Transaction, owner: str, file_id: str) -> bool:
        """Delete a file: for good (True) when nobody holds it, else hidden until the last holder lets go (False).

        Raises RowMissing.
        """
        require(transaction, FileRecord, owner, file_id)
        mine = FileRecord.id == file_id
        if self.count_uses(owner, file_id, transaction=transaction):
            hidden = update(FileRecord).where(mine).values(deleted_at=self._clock())
            transaction.connection.execute(hidden)
            return False
        transaction.connection.execute(delete(FileRecord).where(mine))
        return True

    def collect_garbage(
        self, grace: timedelta, *, however_many: bool = False, keep_rows: bool = False
    ) -> Collected:
        """Remove what nobody holds (unless `keep_rows`), and put aside what no row speaks of, when it is older than the
        grace."""
        how = {"however_many": however_many, "keep_rows": keep_rows}
        return collect_garbage(self._database, self._objects, self._clock(), grace, **how)

    def find_lost(self, owner: str) -> frozenset[str]:
        """The ids of the owner's files whose bytes are known to be lost: nearly always none."""
        lost = self._mending.list_lost()
        if not lost:
            return frozenset()
        mine = select(FileRecord.id).where(FileRecord.owner == owner, FileRecord.sha256.in_(lost))
        with self._database.read() as look:
            return frozenset(look.connection.scalars(mine))

    def _refuse_damaged(self, sha256: str) -> None:
        if self._mending.mend(sha256, self._clock()):
            return
        if self._mending.is_here() or self._objects.path(sha256).is_file():
            raise FileDamaged

    def _find(self, which: ColumnElement[bool], transaction: ReadTransaction | None) -> FileRow:
        columns = (FileRecord.id, FileRecord.owner, FileRecord.sha256, BlobRecord.size, FileRecord.media_type)
        wanted = select(*columns, FileRecord.created_at, FileRecord.deleted_at).join(
            BlobRecord, BlobRecord.sha256 == FileRecord.sha256
        )
        with self._database.read(transaction) as look:
            mine = wanted.where(which, FileRecord.deleted_at.is_(None))
            found = look.connection.execute(mine).first()
        if found is None:
            raise RowMissing
        return to_row(FileRow, found)
