"""Bring in: a file from another studio, be it an archive, an avatar or a persona, and what came of the archives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from studio.personal_studio import PersonalStudio
from studio.ui.collection.section import Act, Extent, list_html, row_html, write_moment
from studio.ui.import_words import say_imported
from studio.vocabulary.job import Job

MOST_SHOWN = 10
JOBS_LOOKED_AT = 100
CHOOSE = (
    '<p><label class="button bring-in"><input type="file" class="sr-only" data-bring '
    'accept=".zip,.avatar,.json,application/zip,application/json">Choose a file</label></p>'
    '<p class="quiet">A ZIP that “Export” of History made comes in whole: orders, pictures, avatars, projects. All of '
    "it is compared with its checksums first; what is here already stays as it is. An .avatar file becomes an avatar, "
    "a persona’s .json a kept persona.</p>"
)


class ImportSection:
    """The way in, and the archives of late."""

    id: ClassVar[str] = "imports"
    label: ClassVar[str] = "Bring in"
    about: str = "Files that another studio saved, or this one."

    @property
    def acts(self) -> Mapping[str, Act]:
        """Nothing is pressed here: files go in over REST."""
        return {}

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """The field, and each archive of late with what came in."""
        jobs = [one for one in mine.jobs.list_recent(limit=JOBS_LOOKED_AT) if one.kind == "import"]
        rows = [_row(job) for job in jobs[:MOST_SHOWN]]
        running = " data-running" if any(job.is_open for job in jobs) else ""
        return (
            f"<div{running}>{CHOOSE}{list_html(rows, 'No archive was brought in yet.') if rows else ''}</div>"
        )


def _row(job: Job) -> str:
    when = write_moment(job.created_at)
    if job.state == "succeeded":
        return row_html(say_imported(job.result), (when,), "")
    if job.state == "failed":
        return row_html("Nothing came in", (when,), "", problem=job.error)
    name = "Cancelled" if job.state == "cancelled" else f"{job.stage or 'Waits its turn'} …"
    return row_html(name, (when,), "")
