"""The History tab: everything that was made, by day, newest first: found, chosen, changed, deleted with undo."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast, get_args

import gradio as gr

from pipelines.errors import PipelineError, RequestRefused
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.about import LONGEST_TEXT, read_change, read_tags
from studio.ui.compare import Comparison
from studio.ui.find import list_choices, read_query
from studio.ui.follow_ups import FollowUps
from studio.ui.handlers import (
    DIRECT,
    EACH,
    QUIET,
    read_action,
    read_data,
    read_text,
    read_texts,
    shows_errors,
)
from studio.ui.library_head import HEAD
from studio.ui.restore import DONE, Restorer, read_recipe
from studio.ui.shared import Shared, person_of
from studio.ui.sheet import sheet_html
from studio.ui.shelves import Shelves
from studio.ui.tiles import EMPTY, EMPTY_PROJECT, NOTHING_FOUND, days_html, list_html
from studio.vocabulary.codec import from_json
from studio.vocabulary.export import DEFAULT_NAMES, LONGEST_NAMES, LONGEST_TRIGGER, ExportOrder
from studio.vocabulary.library import MOST_AT_ONCE, BulkAction, GenerationSearch

PAGE_SIZE = 60
LARGEST_PAGE = 200
BY_DAY = ("newest", "oldest")
GRID_JS = (
    "avatarStudio.library(element, props, watch, trigger, 'find', 'bulk', 'out');"
    "avatarStudio.actions(element, trigger, 'open', 'more', 'start');"
)
DETAIL = '<dialog class="sheet" aria-label="Details"></dialog>'
DETAIL_JS = (
    "avatarStudio.sheet(element, props, watch, trigger, 'keep');"
    "avatarStudio.actions(element, trigger, 'again', 'use', 'remove', 'retry', 'star', 'onward', 'closed');"
)
ANSWER_JS = "avatarStudio.kept(element, props, watch);"
RECIPE = """
<div class="recipe">
  <label class="button"><input type="file" class="sr-only" accept="image/png,image/webp,image/jpeg" data-recipe>
    Use a picture’s settings</label>
  <span class="quiet">A picture that was made here with its settings in it: choose it, or drop it on this page.</span>
  <p class="problem" role="alert" data-problem hidden></p>
</div>
"""
RECIPE_JS = "avatarStudio.recipe(element, trigger, 'used');"
DONE_WORDS: dict[str, str] = {
    "delete": "{n} deleted.",
    "restore": "{n} back.",
    "purge": "{n} deleted for good.",
    "favourite": "{n} marked as favourite.",
    "unfavourite": "{n} no favourite any more.",
    "move": "{n} moved.",
    "tag": "{n} tagged.",
    "untag": "The tags are gone from {n}.",
}


class HistoryTab:
    """The grid and the sheet of details over it."""

    label, id = "History", "history"
    tray_now: Any  # set by the shell
    restorer: Restorer  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.shelves, self.comparison = Shelves(studio), Comparison(studio)
        self.follow_ups = FollowUps(studio)
        self.pose_names = {pose.slug: pose.name for pose in studio.poses.list_all()}

    def build(self, shared: Shared) -> None:
        """Make the grid with its head, and the way in for a picture."""
        self.query = gr.State("")  # what is looked for, as the address says it
        self.grid = gr.HTML(
            "", html_template=HEAD, elem_id="history", js_on_load=GRID_JS, apply_default_css=False
        )
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

    def build_detail(self) -> None:
        """Make the sheet and the dialog of projects, outside the tabs: they open over whichever is in front."""
        self.detail = gr.HTML(
            "", html_template=DETAIL, elem_id="detail", js_on_load=DETAIL_JS, apply_default_css=False
        )
        self.kept = gr.HTML(
            "", elem_id="kept", js_on_load=ANSWER_JS, html_template="", apply_default_css=False
        )
        self.shelves.build()
        self.comparison.build()
        self.follow_ups.build()

    def wire(self, shared: Shared) -> None:
        """Read the store again when a job ended; act on what is pressed."""
        asked, page = [self.query], {"outputs": [self.grid], **DIRECT}
        gr.on([shared.revision.change, shared.fronts[self.id].select], self.first_page, asked, **page)
        self.grid.find(self.find, outputs=[self.query, self.grid], trigger_mode="multiple", **DIRECT)
        self.grid.more(self.next_page, asked, **page)
        self.grid.bulk(self.bulk, asked, outputs=[self.grid, shared.toast], **EACH)
        self.grid.out(self.export, [shared.put_away, self.query], outputs=shared.tray, **EACH)
        self.detail.star(self.star, asked, outputs=[self.grid, self.detail], **QUIET)
        self.detail.keep(self.keep, asked, outputs=[self.grid, self.kept], **EACH)
        self.grid.open(self.open, outputs=[self.detail], trigger_mode="multiple", **DIRECT)
        self.grid.start(lambda: gr.Tabs(selected="poses"), outputs=[shared.tabs], **QUIET)
        self.detail.closed(lambda: "", outputs=[self.detail], **QUIET)
        self.detail.again(self.make_again, [shared.put_away], outputs=[*shared.tray, self.detail], **QUIET)
        self.detail.retry(self.retry, [shared.put_away], outputs=[*shared.tray, self.detail], **QUIET)
        self.detail.remove(self.delete, asked, outputs=[self.grid, self.detail, shared.toast], **QUIET)
        shared.toast.undo(self.undo, asked, outputs=[self.grid, shared.toast], **QUIET)
        shared.toast.purge(self.purge, asked, outputs=[self.grid, shared.toast], **QUIET)
        restored = self.restorer.outputs(shared)
        self.detail.use(self.use_settings, outputs=[self.detail, *restored], **QUIET)
        self.recipe.used(self.use_picture, outputs=restored, **QUIET)
        self.shelves.wire()
        self.comparison.wire()
        self.follow_ups.wire(shared, self.detail)

    @shows_errors
    def find(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """What the address looks for now, and its first page."""
        query = read_query(read_data(event).get("query")).query
        return query, self._page(request, query)

    @shows_errors
    def first_page(self, request: gr.Request, query: str = "") -> str:
        """The first page of what is looked for, or the empty state."""
        return self._page(request, query)

    @shows_errors
    def next_page(self, event: gr.EventData, request: gr.Request, query: str = "") -> str:
        """The page after the cursor that the browser came to."""
        _, cursor = read_action(event)
        return self._page(request, query, cursor)

    def _page(self, request: gr.Request, query: str, cursor: str = "", *, limit: int = PAGE_SIZE) -> str:
        mine, asked = self.studio.for_person(person_of(request)), read_query(query)
        page = mine.generations.list_page(asked.search, cursor=cursor or None, limit=limit)
        if not page.items and not cursor:
            shown = _say_empty(asked.search)
        elif asked.search.sort in BY_DAY:
            shown = days_html(page.items, datetime.now(UTC).astimezone().date(), self.pose_names)
        else:
            shown = list_html(page.items, self.pose_names)
        said: dict[str, Any] = {
            "html": shown,
            "query": asked.query,
            "after": cursor,
            "next": page.next_cursor or "",
        }
        if not cursor:
            said["choices"] = list_choices(mine, asked.search, self._name_values())
        return json.dumps(said)

    def _name_values(self) -> dict[str, dict[str, str]]:
        """What poses and presets are called."""
        titles = {name: preset.title for name, preset in self.studio.presets.items()}
        return {"pose": self.pose_names, "preset": titles}

    def _as_far(self, request: gr.Request, query: str, event: gr.EventData) -> str:
        """The first page again, as long as what the browser shows of it."""
        shown = read_data(event).get("shown")
        limit = min(LARGEST_PAGE, max(PAGE_SIZE, shown if isinstance(shown, int) else 0))
        return self._page(request, query, limit=limit)

    @shows_errors
    def open(self, event: gr.EventData, request: gr.Request) -> str:
        """The sheet of one generation."""
        _, generation_id = read_action(event)
        return self.detail_of(self.studio.for_person(person_of(request)), generation_id)

    def detail_of(self, mine: PersonalStudio, generation_id: str) -> str:
        """The sheet's HTML. Raises NotFound."""
        item = mine.generations.get(generation_id)
        return sheet_html(item, self.pose_names, self.studio.presets, mine.projects.list_recent())

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
    def star(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[str, str]:
        """Make it a favourite, or none any more."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.generations.update(generation_id, favourite=not mine.generations.get(generation_id).favourite)
        return self._page(request, query), self.detail_of(mine, generation_id)

    @shows_errors
    def keep(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[Any, str]:
        """Keep what a field of the sheet says. A refusal stands at its field, and what was typed stays."""
        _, generation_id = read_action(event)
        name, value = read_text(event, "name", most=80), read_text(event, "value", most=2 * LONGEST_TEXT)
        mine, problem = self.studio.for_person(person_of(request)), ""
        try:
            mine.generations.update(generation_id, **read_change(name, value))
        except PipelineError as error:
            problem = error.message
        said = json.dumps({"id": generation_id, "name": name, "problem": problem, "at": time.monotonic_ns()})
        return (gr.skip() if problem else self._as_far(request, query, event)), said

    @shows_errors
    def bulk(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[str, str]:
        """Do one thing to all that is chosen; a deletion can be undone."""
        action, project_id = read_action(event)
        if action not in get_args(BulkAction) or action == "purge":
            raise RequestRefused("That cannot be done with several.")
        act = cast(BulkAction, action)
        ids = read_texts(event, "ids", most=MOST_AT_ONCE + 1)
        tags = read_tags(read_text(event, "tags", most=LONGEST_TEXT))
        if action == "tag" and not tags:
            raise RequestRefused("Write a tag first.")
        mine = self.studio.for_person(person_of(request))
        mine.generations.bulk(ids, act, project_id=project_id or None, tags=tags)
        return self._as_far(request, query, event), say_done(act, ids)

    @shows_errors
    def export(self, put_away: Any, query: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Have the chosen ones made into one file, or all that is found; the tray says when it is there."""
        said = {
            "format": read_text(event, "format", most=20),
            "image_format": read_text(event, "image_format", most=20) or "original",
            "metadata": read_data(event).get("metadata") is True,
            "trigger": read_text(event, "word", most=LONGEST_TRIGGER),
            "names": read_text(event, "names", most=2 * LONGEST_NAMES) or DEFAULT_NAMES,
        }
        if side := read_text(event, "longest_px", most=6):
            said["longest_px"] = int(side) if side.isdecimal() else side
        ids = read_texts(event, "ids", most=MOST_AT_ONCE + 1)
        order = from_json(ExportOrder, said | ({"ids": ids} if ids else {}))
        mine = self.studio.for_person(person_of(request))
        mine.exports.start(order if ids else replace(order, search=read_query(query).search))
        return (*self.tray_now(mine, put_away),)

    @shows_errors
    def delete(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[str, str, str]:
        """Delete softly, and offer to undo it."""
        _, generation_id = read_action(event)
        self.studio.for_person(person_of(request)).generations.delete(generation_id)
        return self._page(request, query), "", say_done("delete", (generation_id,))

    @shows_errors
    def undo(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[str, str]:
        """Bring back what was deleted last."""
        return self._finish(event, request, query, "restore")

    @shows_errors
    def purge(self, event: gr.EventData, request: gr.Request, query: str = "") -> tuple[str, str]:
        """Delete for good what was deleted last; the browser has asked whether that is meant."""
        return self._finish(event, request, query, "purge")

    def _finish(
        self, event: gr.EventData, request: gr.Request, query: str, action: BulkAction
    ) -> tuple[str, str]:
        ids = read_texts(event, "ids", most=MOST_AT_ONCE)
        self.studio.for_person(person_of(request)).generations.bulk(ids, action)
        return self._page(request, query), say_done(action, ids)

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


def _say_empty(search: GenerationSearch) -> str:
    """Why there is nothing, and what leads on."""
    if search == GenerationSearch(sort=search.sort):
        return EMPTY
    of_project = GenerationSearch(sort=search.sort, project_id=search.project_id)
    return EMPTY_PROJECT if search == of_project else NOTHING_FOUND


def say_done(action: BulkAction, ids: Sequence[str]) -> str:
    """The toast after something was done to several; a deletion can be undone there, or made for good."""
    things = "1 order" if len(ids) == 1 else f"{len(ids)} orders"
    said = f"<p>{DONE_WORDS[action].format(n=things)}</p>"
    if action != "delete":
        return said
    of_them = f'data-ids="{html.escape(",".join(ids))}"'
    return (
        f'{said}<button type="button" class="link-button" data-act="undo" {of_them} '
        'aria-label="Undo the delete">Undo</button>'
        f'<button type="button" class="link-button" data-act="purge" {of_them} '
        f'data-sure="Delete {things} for good? That cannot be undone." data-yes="Delete for good" '
        'data-no="Leave in the trash">Delete for good</button>'
    )
