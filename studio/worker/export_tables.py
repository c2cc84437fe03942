"""The history as a table: CSV that no spreadsheet takes for formulas, and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import IO, Any

from store.entries import GenerationEntry
from studio.vocabulary.export import ExportOrder
from studio.worker.selection import Exported, Selection, persona_name, say_moment

# A cell that begins with one of these may be run by a spreadsheet (OWASP, CSV injection); the last four are wide forms.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet does not read UTF-8
SECRET = ("prompt", "negative_prompt", "seeds")  # left out without metadata


def write_csv(selection: Selection, order: ExportOrder, file: IO[bytes]) -> Exported:
    """One row for each generation."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    text.write(BYTE_ORDER_MARK)
    table = csv.writer(text, quoting=csv.QUOTE_ALL)
    made, header = Exported(), False
    for entry in selection.entries():
        row = _in_cells(_describe(selection, entry, order))
        if not header:
            table.writerow(row)
            header = True
        table.writerow([make_safe(cell) for cell in row.values()])
        made = _count(made, entry)
    text.flush()
    text.detach()
    return made


def write_json(selection: Selection, order: ExportOrder, file: IO[bytes]) -> Exported:
    """{"items": [...]}: one object for each generation, with its whole order and requests where metadata is wanted."""
    made = Exported()
    file.write(b'{"items": [')
    for entry in selection.entries():
        said = _describe(selection, entry, order)
        if order.metadata:
            requests = selection.store.generations.requests(selection.owner, entry.generation.id)
            said |= {"order": entry.generation.order, "requests": requests}
        file.write(b",\n" if made.generations else b"\n")
        file.write(json.dumps(said, ensure_ascii=False).encode())
        made = _count(made, entry)
    file.write(b"\n]}\n")
    return made


def make_safe(cell: str) -> str:
    """The text as a cell that is no formula: an apostrophe before it makes it text."""
    return f"'{cell}" if cell.startswith(RISKY) else cell


def _describe(selection: Selection, entry: GenerationEntry, order: ExportOrder) -> dict[str, Any]:
    row = entry.generation
    asked = row.order if isinstance(row.order, Mapping) else {}
    project, avatar = selection.project(row.project_id), selection.avatar(row.avatar_id)
    ended = row.finished_at and row.started_at
    said: dict[str, Any] = {
        "id": row.id,
        "title": row.title,
        "state": row.state,
        "error": row.error,
        "created_at": say_moment(row.created_at),
        "finished_at": say_moment(row.finished_at),
        "seconds": (row.finished_at - row.started_at).total_seconds() if ended else None,  # type: ignore[operator]
        "project": project.name if project else "",
        "avatar": avatar.name if avatar else "",
        "persona": persona_name(asked),
        "engine": asked.get("engine", ""),
        "preset": asked.get("preset", ""),
        "style": asked.get("picture_style", ""),
        "poses": [picture.pose for picture in entry.pictures],
        "views": [picture.view for picture in entry.pictures],
        "sizes": [f"{picture.width}x{picture.height}" for picture in entry.pictures],
        "favourite": row.favourite,
        "rating": row.rating,
        "tags": list(row.tags),
        "notes": row.notes,
        "prompt": row.prompt,
        "negative_prompt": row.negative_prompt,
        "seeds": [picture.seed for picture in entry.pictures],
        "files": [picture.file_id for picture in entry.pictures],
    }
    return said if order.metadata else {name: value for name, value in said.items() if name not in SECRET}


def _in_cells(said: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in said.items()
    }


def _count(made: Exported, entry: GenerationEntry) -> Exported:
    return Exported(
        generations=made.generations + 1, pictures=made.pictures + len(entry.pictures), left_out=made.left_out
    )
