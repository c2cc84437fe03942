"""Writes an export: one file of many generations. The file is there before its row; nobody holds it, so it expires."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from pipelines.errors import RequestRefused
from pipelines.progress import Progress
from store.entries import GenerationEntry
from store.errors import LostLease, RowMissing
from store.exports import OTHERS
from store.search import Search
from studio.vocabulary.codec import from_json
from studio.vocabulary.export import ENDINGS, MEDIA_TYPES_OF, ExportFormat, ExportOrder
from studio.worker.export_archive import write_archive
from studio.worker.export_dataset import write_dataset
from studio.worker.export_sheet import sheet_encoding, write_sheet
from studio.worker.export_tables import write_csv, write_json
from studio.worker.jobs import JobContext
from studio.worker.selection import Exported, Selection

PAGE = 100
Writer = Callable[[Selection, ExportOrder, IO[bytes]], Exported]
WRITERS: Mapping[ExportFormat, Writer] = {
    "zip": write_archive,
    "csv": write_csv,
    "json": write_json,
    "sheet": write_sheet,
    "dataset": write_dataset,
}


def export_generations(context: JobContext) -> Mapping[str, Any]:
    """Write what was asked for; the job's result names the file."""
    store, owner, payload = context.store, context.owner, context.payload
    order = from_json(ExportOrder, payload["order"])
    search = from_json(Search, payload["search"]) if payload["search"] is not None else None
    if search is not None:  # of a shared project what everybody in it put there, as it is shared now
        others = store.members.list_owners(owner, search.facets.get("project", ""))
        search = replace(search, others=others)
    ids: list[str] | None = payload["ids"]
    total = len(ids or ()) if search is None else store.generations.count(owner, search)["total", ""]

    def entries() -> Iterator[GenerationEntry]:
        for number, entry in enumerate(_find(context, ids, search)):
            context.on_progress(Progress(stage="Packing", step=min(number, total), total=total))
            selection.owners.add(entry.generation.owner)
            yield entry

    made, selection = Exported(), Selection(store=store, owner=owner, entries=entries)

    def write(file: IO[bytes]) -> None:
        nonlocal made
        made = WRITERS[order.format](selection, order, file)

    blob = store.files.put_written(write)
    try:
        with context.begin() as transaction:
            file, _ = store.files.register(transaction, owner, blob, kind_of(order).media_type)
    except LostLease:  # something in it was deleted for good meanwhile: this goes too
        store.files.erase_stray(blob)
        raise
    if not made.generations:
        raise RequestRefused("What was to be exported was deleted meanwhile.")
    name = f"avatar-studio-{store.clock():%Y-%m-%d}-{context.job_id[-4:]}{kind_of(order).ending}"
    made_of: dict[str, Any] = {
        "generations": made.generations,
        "pictures": made.pictures,
        "left_out": made.left_out,
    }
    if of_others := sorted(selection.owners - {owner}):  # it goes when one of them is erased
        made_of[OTHERS] = of_others
    return {**made_of, "file_id": file.id, "file_name": name, "size": blob.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """What a file is called by: media type and ending."""

    media_type: str
    ending: str


def kind_of(order: ExportOrder) -> FileKind:
    """The kind of file that an order makes."""
    if order.format == "sheet":
        encoding = sheet_encoding(order)
        return FileKind(media_type=encoding.media_type, ending=encoding.ending)
    return FileKind(media_type=MEDIA_TYPES_OF[order.format], ending=ENDINGS[order.format])


def _find(context: JobContext, ids: list[str] | None, search: Search | None) -> Iterator[GenerationEntry]:
    """By id in their order, without what was deleted meanwhile; or by the search, page by page."""
    rows, owner = context.store.generations, context.owner
    for one in ids or ():
        try:
            yield rows.get(owner, one)
        except RowMissing:
            continue
    cursor: str | None = None
    while search is not None:
        page = rows.search_page(owner, search, cursor, PAGE)
        yield from page.entries
        cursor = page.next_cursor
        if cursor is None:
            return
