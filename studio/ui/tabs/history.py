"""The History tab: everything that was made, by day, newest first; details, again, settings, delete with undo."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any

import gradio as gr

from pipelines.errors import RequestRefused
from studio.studio import PersonalStudio, Studio
from studio.ui.handlers import DIRECT, QUIET, read_action, shows_errors
from studio.ui.restore import DONE, Restorer, read_recipe
from studio.ui.shared import Shared, person_of
from studio.ui.sheet import sheet_html
from studio.ui.tray import button
from studio.vocabulary.generation import Generation, Picture
from studio.vocabulary.library import LONGEST_SEARCH, GenerationSearch

PAGE_SIZE = 60
MOST_TILE_PICTURES = 4
GRID_JS = (
    "avatarStudio.history(element, props, watch, trigger);"
    "avatarStudio.actions(element, trigger, 'open', 'more', 'start');"
)
DETAIL = '<dialog class="sheet" aria-label="Details"></dialog>'
DETAIL_JS = (
    "avatarStudio.sheet(element, props, watch, trigger);"
    "avatarStudio.actions(element, trigger, 'again', 'use', 'remove', 'retry', 'star', 'closed');"
)
RECIPE = """
<div class="recipe">
  <label class="button"><input type="file" class="sr-only" accept="image/png,image/webp,image/jpeg" data-recipe>
    Use a picture’s settings</label>
  <span class="quiet">A picture that was made here with its settings in it: choose it, or drop it on this page.</span>
  <p class="problem" role="alert" data-problem hidden></p>
</div>
"""
RECIPE_JS = "avatarStudio.recipe(element, trigger, 'used');"


class HistoryTab:
    """The grid and the sheet of details over it."""

    label, id = "History", "history"
    tray_now: Any  # set by the shell
    restorer: Restorer  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.pose_names = {pose.slug: pose.name for pose in studio.poses.list_all()}

    def build(self, shared: Shared) -> None:
        """Make the way in for a picture, and the grid."""
        with gr.Row(elem_id="recipes"):
            self.recipe = gr.HTML(
                "", html_template=RECIPE, elem_id="recipe", js_on_load=RECIPE_JS, apply_default_css=False
            )
            shared.stage["recipe"] = gr.Checkbox(
                self.studio.settings.recipe_in_pictures,
                label="Write the settings into new pictures",
                container=False,
                min_width=0,
                elem_id="recipe-on",
            )
        with gr.Row(elem_id="find"):
            self.words = gr.Textbox(
                "",
                label="Search",
                show_label=False,
                placeholder="Search titles, people, prompts, poses, tags, notes",
                max_length=LONGEST_SEARCH,
                container=False,
                elem_id="history-words",
            )
            self.starred = gr.Checkbox(
                False, label="Favourites only", container=False, min_width=0, elem_id="history-starred"
            )
        self.grid = gr.HTML(
            "", html_template="", elem_id="history", js_on_load=GRID_JS, apply_default_css=False
        )

    def build_detail(self) -> None:
        """Make the sheet, outside the tabs: it opens over whichever is in front."""
        self.detail = gr.HTML(
            "", html_template=DETAIL, elem_id="detail", js_on_load=DETAIL_JS, apply_default_css=False
        )

    def wire(self, shared: Shared) -> None:
        """Read the store again when a job ended; act on what is pressed."""
        asked = [self.words, self.starred]
        changes = [shared.revision.change, shared.fronts[self.id].select, self.starred.change]
        gr.on([*changes, self.words.change], self.first_page, asked, outputs=[self.grid], **DIRECT)
        self.grid.more(self.next_page, asked, outputs=[self.grid], **DIRECT)
        self.detail.star(self.star, asked, outputs=[self.grid, self.detail], **QUIET)
        self.grid.open(self.open, outputs=[self.detail], trigger_mode="multiple", **DIRECT)
        self.grid.start(lambda: gr.Tabs(selected="poses"), outputs=[shared.tabs], **QUIET)
        self.detail.closed(lambda: "", outputs=[self.detail], **QUIET)
        self.detail.again(self.make_again, [shared.put_away], outputs=[*shared.tray, self.detail], **QUIET)
        self.detail.retry(self.retry, [shared.put_away], outputs=[*shared.tray, self.detail], **QUIET)
        self.detail.remove(self.delete, asked, outputs=[self.grid, self.detail, shared.toast], **QUIET)
        shared.toast.undo(self.undo, asked, outputs=[self.grid, shared.toast], **QUIET)
        restored = self.restorer.outputs(shared)
        self.detail.use(self.use_settings, outputs=[self.detail, *restored], **QUIET)
        self.recipe.used(self.use_picture, outputs=restored, **QUIET)

    @shows_errors
    def first_page(self, request: gr.Request, words: str | None = "", starred: bool = False) -> str:
        """The newest page of what is looked for, or the empty state."""
        return self._page(request, None, words, starred)

    @shows_errors
    def next_page(
        self, event: gr.EventData, request: gr.Request, words: str | None = "", starred: bool = False
    ) -> str:
        """The page after the cursor that the browser came to."""
        _, cursor = read_action(event)
        return self._page(request, cursor, words, starred)

    def _page(self, request: gr.Request, cursor: str | None, words: str | None, starred: bool) -> str:
        search = GenerationSearch(q=(words or "")[:LONGEST_SEARCH], favourite=True if starred else None)
        page = self.studio.for_person(person_of(request)).generations.list_page(
            search, cursor=cursor, limit=PAGE_SIZE
        )
        today = datetime.now(UTC).astimezone().date()
        days = days_html(page.items, today, self.pose_names)
        if not page.items and not cursor:
            days = EMPTY if search == GenerationSearch() else NOTHING_FOUND
        return json.dumps({"html": days, "after": cursor or "", "next": page.next_cursor or ""})

    @shows_errors
    def open(self, event: gr.EventData, request: gr.Request) -> str:
        """The sheet of one generation."""
        _, generation_id = read_action(event)
        return self.detail_of(self.studio.for_person(person_of(request)), generation_id)

    def detail_of(self, mine: PersonalStudio, generation_id: str) -> str:
        """The sheet's HTML. Raises NotFound."""
        return sheet_html(mine.generations.get(generation_id), self.pose_names, self.studio.presets)

    @shows_errors
    def make_again(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The same order with the same seed."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.generations.again(generation_id)
        return *self.tray_now(mine, put_away), ""

    @shows_errors
    def retry(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The work of a failed or cancelled order, anew."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.jobs.retry(mine.generations.get(generation_id).job_id)
        return *self.tray_now(mine, put_away), ""

    @shows_errors
    def star(
        self, event: gr.EventData, request: gr.Request, words: str | None = "", starred: bool = False
    ) -> tuple[str, str]:
        """Make it a favourite, or none any more."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.generations.update(generation_id, favourite=not mine.generations.get(generation_id).favourite)
        return self._page(request, None, words, starred), self.detail_of(mine, generation_id)

    @shows_errors
    def delete(
        self, event: gr.EventData, request: gr.Request, words: str | None = "", starred: bool = False
    ) -> tuple[str, str, str]:
        """Delete softly, and offer to undo it."""
        _, generation_id = read_action(event)
        self.studio.for_person(person_of(request)).generations.delete(generation_id)
        undo = button("undo", generation_id, "Undo", "Undo the delete", "link-button")
        return self._page(request, None, words, starred), "", f"<p>Deleted.</p>{undo}"

    @shows_errors
    def undo(
        self, event: gr.EventData, request: gr.Request, words: str | None = "", starred: bool = False
    ) -> tuple[str, str]:
        """Bring back what was deleted last."""
        _, generation_id = read_action(event)
        self.studio.for_person(person_of(request)).generations.restore(generation_id)
        return self._page(request, None, words, starred), "<p>It is back.</p>"

    @shows_errors
    def use_settings(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """Everything of the order back on the stage and in the form."""
        _, generation_id = read_action(event)
        item = self.studio.for_person(person_of(request)).generations.get(generation_id)
        if item.unreadable:
            raise RequestRefused(item.unreadable)
        return ["", *self.restorer.updates(request, item.order).values()]

    @shows_errors
    def use_picture(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """The same, from a picture's own metadata."""
        order, lost = read_recipe(event)
        return [*self.restorer.updates(request, order, lost=lost, done=DONE).values()]


EMPTY = (
    '<div class="empty-state"><p>Nothing made yet. What you generate is kept here.</p>'
    '<button type="button" class="button" data-act="start" data-id="">Back to the stage</button></div>'
)

STAR_TILE = '<i class="tile-star" role="img" aria-label="Favourite">★</i>'
NOTHING_FOUND = '<div class="empty-state"><p>Nothing is found by that. Every word has to fit.</p></div>'


LOST_TILE = (
    '<span class="tile-lost"><span><span class="sign" aria-hidden="true">!</span> Damaged</span>'
    '<span class="tile-why">Open it to see what to do.</span></span>'
)


def days_html(items: Sequence[Generation], today: date, pose_names: dict[str, str]) -> str:
    """A heading and a grid for every day."""
    days = []
    for day, made in groupby(items, key=lambda item: item.created_at.astimezone().date()):
        tiles = "".join(_tile(item, pose_names) for item in made)
        days.append(
            f'<section class="day" data-day="{day.isoformat()}"><h2>{_day_name(day, today)}</h2>'
            f'<div class="grid" data-grid>{tiles}</div></section>'
        )
    return "".join(days)


def _day_name(day: date, today: date) -> str:
    passed = (today - day).days
    if passed in (0, 1):
        return ("Today", "Yesterday")[passed]
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day.strftime('%A')}, {day.day} {day.strftime('%B')}{year}"


def _tile(item: Generation, pose_names: dict[str, str]) -> str:
    clock = item.created_at.astimezone().strftime("%H:%M")
    if item.pictures:
        count = len(item.pictures)
        shown = item.pictures[: MOST_TILE_PICTURES if count >= MOST_TILE_PICTURES else min(count, 2)]
        inside = "".join(_thumbnail(picture) for picture in shown)
        more = f'<i class="tile-count">{count}</i>' if count > 1 else ""
        inside = f'<span class="tile-picture mosaic-{len(shown)}">{inside}{more}</span>'
    else:
        word = {"failed": "Failed", "cancelled": "Cancelled"}.get(item.state, "In the making")
        sign = {"failed": "!", "cancelled": "–"}.get(item.state, "…")
        why = html.escape(item.error)
        inside = (
            f'<span class="tile-picture tile-{item.state}"><span><span class="sign" aria-hidden="true">{sign}</span> '
            f"{word}</span><span class='tile-why'>{why}</span></span>"
        )
    name, said = (
        (item.title, "settings not readable")
        if item.unreadable
        else (
            item.order.persona.name or "Avatar",
            pose_names.get(item.order.poses[0], item.order.poses[0]),
        )
    )
    inside += STAR_TILE if item.favourite else ""
    return (
        f'<button type="button" class="tile" data-act="open" data-id="{html.escape(item.id)}" '
        f'aria-label="{html.escape(item.title)}, {clock}">{inside}'
        f'<span class="tile-name">{html.escape(name)}'
        f'<span class="quiet"> {html.escape(said)} · {clock}</span></span></button>'
    )


def _thumbnail(picture: Picture) -> str:
    if picture.is_lost:
        return LOST_TILE
    return (
        f'<img src="/api/v1/files/{html.escape(picture.thumbnail_id)}" alt="{html.escape(picture.alt)}" '
        f'loading="lazy" decoding="async" width="{picture.width}" height="{picture.height}">'
    )
