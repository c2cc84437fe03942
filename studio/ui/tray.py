"""The tray: every order a person gave, how far it is, and what can be done about it. Silent when nothing runs."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import gradio as gr

from studio.errors import NotFound
from studio.studio import PersonalStudio, Studio
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.shared import Shared, person_of
from studio.vocabulary.generation import Thumbnail
from studio.vocabulary.job import Job

TICK_SECONDS = 0.5
FINISHED_SHOWN = timedelta(seconds=60)  # a finished order stays this long
CANCELLED_SHOWN = timedelta(seconds=6)
FAILED_SHOWN = timedelta(hours=24)
MOST_THUMBNAILS = 4
JS = "avatarStudio.tray(element, watch); avatarStudio.actions(element, trigger, 'cancel', 'retry', 'hide', 'show');"


class Tray:
    """One strip at the foot of the window. Its timer stops itself when no job is open."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the strip and the timer."""
        self.strip = gr.HTML("", elem_id="tray", js_on_load=JS, apply_default_css=False)
        self.timer = gr.Timer(TICK_SECONDS, active=True)
        shared.tray = [self.strip, self.timer]

    def wire(self, shared: Shared) -> None:
        """Tick while something runs; act on the buttons of the rows."""
        self.timer.tick(
            self.tick, [shared.revision, shared.put_away], [*shared.tray, shared.revision], **QUIET
        )
        for pressed in (self.strip.cancel, self.strip.retry, self.strip.hide, self.strip.show):
            pressed(self.act, [shared.put_away], [*shared.tray, shared.put_away], **QUIET)

    @shows_errors
    def tick(self, revision: str, put_away: Any, request: gr.Request) -> tuple[str, Any, Any]:
        """The strip now, the timer (off when nothing is open), and the revision when a job ended since."""
        mine = self.studio.for_person(person_of(request))
        jobs = mine.jobs.list_recent()
        strip, timer = self._show(mine, jobs, read_ids(put_away))
        now = revision_of(jobs)
        return strip, timer, now if now != revision else gr.skip()

    @shows_errors
    def act(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[str, Any, Any]:
        """Cancel or retry the job whose row was pressed, or put the row away; the strip now."""
        mine = self.studio.for_person(person_of(request))
        action, job_id = read_action(event)
        hidden = read_ids(put_away)
        if action == "cancel":
            mine.jobs.cancel(job_id)
        elif action == "retry":
            mine.jobs.retry(job_id)
            hidden = [*hidden, job_id]
        elif action in ("hide", "show"):
            hidden = [*hidden, job_id]
        jobs = mine.jobs.list_recent()
        kept = [known for known in hidden if known in {job.id for job in jobs}]
        strip, timer = self._show(mine, jobs, kept)
        return strip, timer, kept

    def now(self, mine: PersonalStudio, put_away: Any) -> tuple[str, Any]:
        """The strip and its timer right after an order: the timer runs again."""
        strip, _ = self._show(mine, mine.jobs.list_recent(), read_ids(put_away))
        return strip, gr.Timer(active=True)

    def _show(self, mine: PersonalStudio, jobs: Sequence[Job], hidden: Sequence[str]) -> tuple[str, Any]:
        rows = [job for job in jobs if job.id not in hidden and is_shown(job)]
        rows.sort(key=lambda job: not job.is_open)  # open ones first, each group newest first
        made = mine.generations.thumbnails([job.id for job in rows if job.kind == "generation"])
        drawn = "".join(self._row(mine, job, made.get(job.id)) for job in rows)
        if len(rows) > 1:
            drawn += (
                f'<button type="button" class="link-button tray-all" data-all>All {len(rows)} jobs</button>'
            )
        strip = f'<section class="tray" aria-label="Jobs">{drawn}</section>' if rows else ""
        # A row leaves by the clock, so the timer runs until the last passing one has gone.
        passing = any(job.is_open or (job.state != "failed" and is_shown(job)) for job in jobs)
        return strip, gr.Timer(active=passing)

    def _row(self, mine: PersonalStudio, job: Job, made: Sequence[Thumbnail] | None) -> str:
        title = f"<b>{title_html(job.title)}</b>"
        if job.is_open:
            return _open_row(job, title, self._preview(mine, job))
        close = button("hide", job.id, "×", f"Put away: {job.title}", "icon-button")
        if job.state == "succeeded" and not _is_there(mine, job, made):
            gone = '<span class="quiet">Deleted</span><span class="job-space"></span>'
            return f'<div class="job job-done">{title}{gone}{close}</div>'
        if job.state == "succeeded":
            return (
                f'<div class="job job-done"><span class="sign" aria-hidden="true">✓</span>'
                f'{title}{_thumbnails(made or ())}<span class="job-space"></span>'
                f"{button('show', job.id, 'Show', f'Show: {job.title}', 'link-button')}{close}</div>"
            )
        if job.state == "cancelled":
            return f'<div class="job job-cancelled">{title}<span class="quiet">Cancelled</span></div>'
        return (
            f'<div class="job job-failed" role="alert"><span class="sign" aria-hidden="true">!</span>{title}'
            f'<span class="job-error">{html.escape(job.error)}</span><span class="job-space"></span>'
            f"{button('retry', job.id, 'Retry', f'Retry: {job.title}', 'link-button')}{close}</div>"
        )

    def _preview(self, mine: PersonalStudio, job: Job) -> str:
        """The picture in the making. Inside the row itself: asked for by address it would flicker at every tick."""
        try:
            picture = mine.jobs.preview(job.id) if job.kind == "generation" else None
        except NotFound:  # deleted since
            return ""
        if not picture:
            return ""
        data = base64.b64encode(picture).decode("ascii")
        words = html.escape(f"In the making: {job.title}")
        return f'<img class="job-preview" src="data:image/webp;base64,{data}" alt="{words}">'


def _is_there(mine: PersonalStudio, job: Job, made: Sequence[Thumbnail] | None) -> bool:
    """Whether what the job made was not deleted since."""
    if job.kind == "generation":
        return made is not None
    if "avatar_id" in job.result:
        try:
            mine.avatars.get(str(job.result["avatar_id"]))
        except NotFound:
            return False
    return True


def _thumbnails(made: Sequence[Thumbnail]) -> str:
    return "".join(
        f'<img class="job-thumbnail" src="/api/v1/files/{html.escape(one.file_id)}" alt="{html.escape(one.alt)}">'
        for one in made[:MOST_THUMBNAILS]
    )


def _open_row(job: Job, title: str, preview: str) -> str:
    share = job.step / job.total if job.total else 0.0
    stopping = job.cancel_requested
    words = _stage_in_words(job)
    left = (
        ""
        if stopping or job.state == "queued" or job.seconds_left is None
        else f" · {math.ceil(job.seconds_left)} s left"
    )
    cancel = "" if stopping else button("cancel", job.id, "Cancel", f"Cancel: {job.title}", "link-button")
    known = f' aria-valuenow="{100 * share:.0f}"' if job.total else ""
    return (
        f'<div class="job job-open"><span class="bar{"" if job.total else " bar-unknown"}" role="progressbar" '
        f'aria-label="{html.escape(job.title)}" aria-valuemin="0" aria-valuemax="100"{known}>'
        f'<span style="width:{100 * share:.0f}%"></span></span>{preview}{title}'
        f'<span class="quiet tabular">{html.escape(words)}{left}</span><span class="job-space"></span>{cancel}</div>'
    )


def title_html(title: str) -> str:
    """A title whose name may be written from right to left: what follows the name keeps its place."""
    name, comma, rest = title.rpartition(", ")
    return (
        f"<bdi>{html.escape(name)}</bdi>{comma}{html.escape(rest)}"
        if comma
        else f"<bdi>{html.escape(rest)}</bdi>"
    )


def isolate_name(title: str) -> str:
    """The same for where there is no HTML: a name between the signs that isolate its direction."""
    name, comma, rest = title.rpartition(", ")
    return f"\u2068{name}\u2069{comma}{rest}" if comma else f"\u2068{rest}\u2069"


def _stage_in_words(job: Job) -> str:
    if job.cancel_requested:
        return "Stopping"
    if job.state == "queued":
        waits = job.stage or "Waiting its turn"
        return f"{waits} · {job.error}" if job.error else waits
    return job.stage or "Starting"


def button(action: str, target: str, text: str, label: str, style: str) -> str:
    """A button of our own HTML: what it asks for and for which id."""
    return (
        f'<button type="button" class="{style}" data-act="{html.escape(action)}" data-id="{html.escape(target)}" '
        f'aria-label="{html.escape(label)}">{html.escape(text)}</button>'
    )


def is_shown(job: Job, now: datetime | None = None) -> bool:
    """Whether the tray still has a row for the job: finished ones leave after a while."""
    if job.is_open or job.finished_at is None:
        return True
    shown = {"succeeded": FINISHED_SHOWN, "cancelled": CANCELLED_SHOWN, "failed": FAILED_SHOWN}[job.state]
    return (now or datetime.now(UTC)) - job.finished_at < shown


def revision_of(jobs: Sequence[Job]) -> str:
    """A text that changes whenever a job ended."""
    return ",".join(job.id for job in jobs if not job.is_open)


def read_ids(put_away: Any) -> list[str]:
    """The ids that the browser kept; anything else in there is dropped."""
    return [known for known in put_away if isinstance(known, str)] if isinstance(put_away, list) else []
