"""The tray: every order a person gave, how far it is, and what can be done about it. Silent when nothing runs."""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import gradio as gr

from studio.errors import NotFound
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.import_words import say_imported
from studio.ui.shared import Shared, person_of
from studio.vocabulary.generation import Thumbnail
from studio.vocabulary.job import Job, JobPlace, JobsNow

TICK_SECONDS = 2.0  # for what goes by the clock; what happens to jobs is told by events
FINISHED_SHOWN = timedelta(seconds=60)  # a finished order stays this long
CANCELLED_SHOWN = timedelta(seconds=6)
FAILED_SHOWN = timedelta(hours=24)
ARRIVES_WITHIN = timedelta(seconds=15)  # a picture that was made longer ago is no news
MOST_THUMBNAILS = 4
SAID_IN_MINUTES_S = 120
JS = (
    "avatarStudio.tray(element, watch, trigger, 'look');"
    "avatarStudio.actions(element, trigger, 'cancel', 'retry', 'hide', 'show');"
)
ARRIVED_JS = "avatarStudio.arrived(element, props, watch);"


class Tray:
    """One strip at the foot of the window. Its timer stops itself when no job is open."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the strip and the timer."""
        self.strip = gr.HTML("", elem_id="tray", js_on_load=JS, apply_default_css=False)
        self.timer = gr.Timer(TICK_SECONDS, active=True)
        self.arrived = gr.HTML(
            "", elem_id="arrived", js_on_load=ARRIVED_JS, html_template="", apply_default_css=False
        )
        shared.tray = [self.strip, self.timer]

    def wire(self, shared: Shared) -> None:
        """Look when something happened to a job, and by the clock while rows pass; act on the buttons of the rows."""
        seen = [*shared.tray, shared.revision, self.arrived]
        told = [shared.revision, shared.put_away]
        self.timer.tick(self.tick, told, seen, **QUIET)
        self.strip.look(self.tick, told, seen, trigger_mode="always_last", **QUIET)
        for pressed in (self.strip.cancel, self.strip.retry, self.strip.hide, self.strip.show):
            pressed(self.act, [shared.put_away], [*shared.tray, shared.put_away], **QUIET)

    @shows_errors
    def tick(self, revision: str, put_away: Any, request: gr.Request) -> tuple[str, Any, Any, Any]:
        """The strip now, the timer (off when nothing is open), the revision when a job ended since, and a picture that
        was finished just now."""
        mine = self.studio.for_person(person_of(request))
        seen = mine.jobs.look()
        strip, timer = self._show(mine, seen, read_ids(put_away))
        now = revision_of(seen.jobs)
        if now == revision:
            return strip, timer, gr.skip(), gr.skip()
        return strip, timer, now, find_arrived(mine, seen.jobs, revision.split(","))

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
        seen = mine.jobs.look()
        kept = [known for known in hidden if known in {job.id for job in seen.jobs}]
        strip, timer = self._show(mine, seen, kept)
        return strip, timer, kept

    def now(self, mine: PersonalStudio, put_away: Any) -> tuple[str, Any]:
        """The strip and its timer right after an order: the timer runs again."""
        strip, _ = self._show(mine, mine.jobs.look(), read_ids(put_away))
        return strip, gr.Timer(active=True)

    def _show(self, mine: PersonalStudio, seen: JobsNow, hidden: Sequence[str]) -> tuple[str, Any]:
        rows = [job for job in seen.jobs if job.id not in hidden and is_shown(job)]
        made = mine.generations.thumbnails([job.id for job in rows if job.kind == "generation"])
        drawn = "".join(self._row(mine, job, made.get(job.id), seen.places.get(job.id)) for job in rows)
        more = seen.open - sum(job.is_open for job in seen.jobs)
        if more > 0:
            drawn += f'<p class="job quiet">And {more:,} more that wait.</p>'
        if seen.trouble:
            drawn = f'<p class="job job-error" role="status">The worker is {seen.trouble}.</p>{drawn}'
        if len(rows) + more > 1:
            words = f"All {len(rows) + more:,} jobs"
            drawn += f'<button type="button" class="link-button tray-all" data-all>{words}</button>'
        strip = (
            f'<section class="tray" aria-label="Jobs" data-open="{seen.open}">{drawn}</section>'
            if rows
            else ""
        )
        # A row leaves by the clock, so the timer runs until the last passing one has gone.
        passing = any(job.is_open or (job.state != "failed" and is_shown(job)) for job in seen.jobs)
        return strip, gr.Timer(active=passing)

    def _row(
        self,
        mine: PersonalStudio,
        job: Job,
        made: Sequence[Thumbnail] | None,
        place: JobPlace | None,
    ) -> str:
        title = f"<b>{title_html(job.title)}</b>"
        if job.is_open:
            return _open_row(job, title, self._preview(mine, job), place)
        close = button("hide", job.id, "×", f"Put away: {job.title}", "icon-button")
        if job.state == "succeeded" and not _is_there(mine, job, made):
            gone = '<span class="quiet">Deleted</span><span class="job-space"></span>'
            return f'<div class="job job-done">{title}{gone}{close}</div>'
        if job.state == "succeeded":
            return (
                f'<div class="job job-done"><span class="sign" aria-hidden="true">✓</span>'
                f'{title}{_thumbnails(made or ())}<span class="job-space"></span>'
                f"{_fetch(job)}{close}</div>"
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


def _fetch(job: Job) -> str:
    """The way to what a job made: a look at it, or its file."""
    if job.kind in ("generation", "body"):
        return button("show", job.id, "Show", f"Show: {job.title}", "link-button")
    file_id, name = str(job.result.get("file_id") or ""), str(job.result.get("file_name") or "")
    if job.kind == "import":
        return f'<span class="quiet">{html.escape(say_imported(job.result))}</span>'
    if not file_id:
        return ""
    return (
        f'<a class="link-button" href="api/v1/files/{html.escape(file_id)}" download="{html.escape(name)}" '
        f'aria-label="Save: {html.escape(job.title)}">Save</a>'
    )


def find_arrived(mine: PersonalStudio, jobs: Sequence[Job], known: Sequence[str]) -> Any:
    """The first picture of what was finished just now, for the stage; nothing where there is no news."""
    after = datetime.now(UTC) - ARRIVES_WITHIN
    for job in jobs:
        is_news = (
            job.state == "succeeded" and job.id not in known and job.finished_at and job.finished_at > after
        )
        if job.kind != "generation" or not is_news:
            continue
        with suppress(NotFound):  # deleted since
            made = mine.generations.get(str(job.result.get("generation_id", "")))
            whole = [picture for picture in made.pictures if not picture.is_lost]
            if whole:
                said = {"job": job.id, "url": f"api/v1/files/{whole[0].file_id}", "alt": whole[0].alt}
                return json.dumps(said | {"title": job.title})
    return gr.skip()


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
        f'<img class="job-thumbnail" src="api/v1/files/{html.escape(one.file_id)}" alt="{html.escape(one.alt)}">'
        for one in made[:MOST_THUMBNAILS]
    )


def _open_row(job: Job, title: str, preview: str, place: JobPlace | None) -> str:
    share = job.step / job.total if job.total else 0.0
    stopping = job.cancel_requested
    words = _stage_in_words(job, place)
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


def _stage_in_words(job: Job, place: JobPlace | None) -> str:
    if job.cancel_requested:
        return "Stopping"
    if job.state == "queued":
        waits = job.stage or (say_place(place) if place else "Waiting its turn")
        return f"{waits} · {job.error}" if job.error else waits
    return job.stage or "Starting"


def say_place(place: JobPlace, now: datetime | None = None) -> str:
    """Where a job waits, and about when it begins, as far as that is known."""
    words = f"Waiting, place {place.place:,} of {place.waiting:,}"
    if place.expected_start is None:
        return words
    seconds = (place.expected_start - (now or datetime.now(UTC))).total_seconds()
    if seconds < SAID_IN_MINUTES_S:
        return f"{words}, begins within {max(5, math.ceil(seconds / 5) * 5)} s"
    return f"{words}, begins in about {round(seconds / 60):,} min"


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
