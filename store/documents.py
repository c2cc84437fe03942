"""Documents: what a person keeps that is a name and something in JSON, of one kind or another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import insert, select

from store.database import Database, ReadTransaction, Transaction
from store.errors import RowMissing
from store.files import FileTable
from store.ids import new_id
from store.manifests import DOCUMENT
from store.owned import change, fetch, find_in_trash, put_in_trash, remove_row, take_from_trash
from store.records import DocumentRecord
from store.rows import DocumentRow, columns_of, to_rows

DocumentKind = Literal["template", "persona", "pose"]  # of a pose that is a favourite: its name alone
MOST_DOCUMENTS = 1000  # of one owner and kind


class DocumentTable:
    """The rows of documents; they hold no files. An id of another kind is a missing one."""

    def __init__(self, database: Database, files: FileTable, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._files = files
        self._clock = clock

    def add(
        self,
        transaction: Transaction,
        owner: str,
        *,
        kind: DocumentKind,
        name: str,
        content: Mapping[str, Any],
    ) -> DocumentRow:
        """Keep a document."""
        document_id, now = new_id(), self._clock()
        values: dict[str, Any] = {"id": document_id, "owner": owner, "kind": kind, "name": name}
        values |= {"content": dict(content), "created_at": now, "updated_at": now}
        transaction.connection.execute(insert(DocumentRecord).values(values))
        self._files.describe(transaction, DOCUMENT, document_id)
        return fetch(transaction, DocumentRecord, DocumentRow, owner, document_id)

    def get(
        self,
        owner: str,
        document_id: str,
        *,
        kind: DocumentKind | None = None,
        transaction: ReadTransaction | None = None,
    ) -> DocumentRow:
        """One document, of this kind where one is named. Raises RowMissing."""
        with self._database.read(transaction) as look:
            row = fetch(look, DocumentRecord, DocumentRow, owner, document_id)
        if kind is not None and row.kind != kind:
            raise RowMissing
        return row

    def list_recent(self, owner: str, kind: DocumentKind) -> Sequence[DocumentRow]:
        """The newest of that kind first."""
        wanted = select(*columns_of(DocumentRecord, DocumentRow)).where(
            DocumentRecord.owner == owner, DocumentRecord.kind == kind, DocumentRecord.deleted_at.is_(None)
        )
        with self._database.read() as look:
            found = look.connection.execute(wanted.order_by(DocumentRecord.id.desc()).limit(MOST_DOCUMENTS))
            return to_rows(DocumentRow, found)

    def update(
        self,
        transaction: Transaction,
        owner: str,
        document_id: str,
        *,
        name: str | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> DocumentRow:
        """Change what is given; None leaves it as it is. Raises RowMissing."""
        values: dict[str, Any] = {"updated_at": self._clock()}
        if name is not None:
            values["name"] = name
        if content is not None:
            values["content"] = dict(content)
        change(transaction, DocumentRecord, owner, document_id, values)
        self._files.describe(transaction, DOCUMENT, document_id)
        return fetch(transaction, DocumentRecord, DocumentRow, owner, document_id)

    def delete(self, transaction: Transaction, owner: str, document_id: str) -> None:
        """Delete softly. Raises RowMissing."""
        put_in_trash(transaction, DocumentRecord, owner, document_id, self._clock())
        self._files.describe(transaction, DOCUMENT, document_id)

    def restore(self, transaction: Transaction, owner: str, document_id: str) -> DocumentRow:
        """Undo a delete. Raises RowMissing."""
        take_from_trash(transaction, DocumentRecord, owner, document_id)
        self._files.describe(transaction, DOCUMENT, document_id)
        return fetch(transaction, DocumentRecord, DocumentRow, owner, document_id)

    def purge_now(self, transaction: Transaction, owner: str, document_id: str) -> None:
        """Delete for good, from the trash too. Raises RowMissing."""
        remove_row(transaction, DocumentRecord, owner, document_id)
        self._files.erase(transaction, DOCUMENT, document_id)

    def purge(self, deleted_before: datetime) -> int:
        """Delete for good what was deleted so long ago; how many."""
        with self._database.begin() as transaction:
            gone = find_in_trash(transaction, DocumentRecord, deleted_before)
            for owner, document_id in gone:
                self.purge_now(transaction, owner, document_id)
        return len(gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsOfKind:
    """Documents of one kind, on their way into the trash and out of it: an id of another kind is a missing one."""

    table: DocumentTable
    kind: DocumentKind

    def delete(self, transaction: Transaction, owner: str, document_id: str) -> None:
        """Delete softly. Raises RowMissing."""
        self._require(transaction, owner, document_id)
        self.table.delete(transaction, owner, document_id)

    def restore(self, transaction: Transaction, owner: str, document_id: str) -> DocumentRow:
        """Undo a delete. Raises RowMissing."""
        self._require(transaction, owner, document_id)
        return self.table.restore(transaction, owner, document_id)

    def purge_now(self, transaction: Transaction, owner: str, document_id: str) -> None:
        """Delete for good, from the trash too. Raises RowMissing."""
        self._require(transaction, owner, document_id)
        self.table.purge_now(transaction, owner, document_id)

    def _require(self, transaction: Transaction, owner: str, document_id: str) -> None:
        """Raises RowMissing."""
        mine = select(DocumentRecord.kind).where(
            DocumentRecord.id == document_id, DocumentRecord.owner == owner
        )
        if transaction.connection.scalar(mine) != self.kind:
            raise RowMissing
