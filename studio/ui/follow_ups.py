"""More from one generation: variations of it, the same of another model, an avatar and a template of it; a dialog over
its sheet."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError, RequestRefused
from pipelines.image.engines import engine_class
from pipelines.image.plan import MOST_PICTURES
from studio.personal_studio import PersonalStudio
from studio.services.sent_pictures import keep_sent
from studio.studio import Studio
from studio.ui.handlers import DIRECT, QUIET, read_action, read_data, read_text, shows_errors
from studio.ui.links import links_html, read_seconds
from studio.ui.model_words import DRAFT
from studio.ui.redrawing import PARTS, read_painted, redraw_html
from studio.ui.shared import Shared, person_of
from studio.ui.tray import button, title_html
from studio.vocabulary.generation import Generation
from studio.vocabulary.model import Model
from studio.vocabulary.order import LONGEST_PROMPT, RedrawWanted

FIRST_COUNT = 4  # variations that are offered
LONGEST_NAME = 80  # characters of a template's name
# How much of the draft a picture begins with: what is changed of it, as an order says it, and in words.
BEGINNINGS = (("", "Drawn anew"), ("0.7", "Keep a little of the draft"), ("0.4", "Keep much of the draft"))
OPEN_CHOICES = (("persona", "Who"), ("poses", "Pose"), ("prompt", "Words"), ("seed", "Seed"))
DIALOG = '<dialog class="shelves follow-ups" aria-labelledby="follow-ups-title"></dialog>'
JS = (
    "avatarStudio.overlay(element, props, watch, trigger, 'closed'); avatarStudio.painting(element, watch);"
    "avatarStudio.actions(element, trigger, 'vary', 'proceed', 'redraw', 'embody', 'keep', 'make_link', 'end_links');"
)
NO_MODEL = (
    '<p class="quiet">No other model can draw it here now. The Models page says what each one needs.</p>'
    '<p><button type="button" class="button" data-models>Models</button></p>'
)
NOTHING_TO_VARY = (
    '<p class="quiet">A draft is the same whatever the seed. Change the pose or the person, or let a model draw '
    "it.</p>"
)


class FollowUps:
    """The dialog, over the sheet of details."""

    tray_now: Any  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Make the dialog, closed."""
        self.dialog = gr.HTML(
            "", html_template=DIALOG, elem_id="follow-ups", js_on_load=JS, apply_default_css=False
        )

    def wire(self, shared: Shared, sheet: Any) -> None:
        """Open over the sheet; what is ordered closes both."""
        sheet.onward(self.open, outputs=[self.dialog], **QUIET)
        self.dialog.closed(lambda: "", outputs=[self.dialog], **DIRECT)
        ordered = {"outputs": [*shared.tray, self.dialog, sheet], **QUIET}
        self.dialog.vary(self.vary, [shared.put_away], **ordered)
        self.dialog.proceed(self.proceed, [shared.put_away], **ordered)
        self.dialog.redraw(self.redraw, [shared.put_away], **ordered)
        self.dialog.make_link(self.share, outputs=[self.dialog], **QUIET)
        self.dialog.end_links(self.revoke, outputs=[self.dialog], **QUIET)
        self.dialog.embody(self.make_avatar, outputs=[self.dialog, shared.toast], **QUIET)
        self.dialog.keep(self.keep_template, outputs=[self.dialog, shared.toast], **QUIET)

    @shows_errors
    def open(self, event: gr.EventData, request: gr.Request) -> str:
        """The dialog of one generation. Raises NotFound."""
        _, generation_id = read_action(event)
        return self._show(self.studio.for_person(person_of(request)), generation_id)

    @shows_errors
    def vary(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The same with other seeds. Raises NotFound."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        said = read_text(event, "count", most=4)
        try:
            if not said.isdigit() or not 1 <= int(said) <= MOST_PICTURES:
                raise RequestRefused(f"Say how many: 1 to {MOST_PICTURES}.")
            mine.variations.vary(generation_id, int(said))
        except PipelineError as error:
            return gr.skip(), gr.skip(), self._show(mine, generation_id, "vary", error.message), gr.skip()
        return *self.tray_now(mine, put_away), "", ""

    @shows_errors
    def proceed(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The same of another model. Raises NotFound."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        preset, kept = read_text(event, "preset", most=80), read_text(event, "beginning", most=8)
        try:
            changed = {value: float(value) for value, _ in BEGINNINGS if value}
            mine.variations.proceed(generation_id, preset=preset, draft_strength=changed.get(kept))
        except PipelineError as error:
            return gr.skip(), gr.skip(), self._show(mine, generation_id, "proceed", error.message), gr.skip()
        return *self.tray_now(mine, put_away), "", ""

    @shows_errors
    def redraw(self, put_away: Any, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """A part of one of its pictures, drawn anew. Raises NotFound."""
        _, generation_id = read_action(event)
        mine, said = self.studio.for_person(person_of(request)), read_data(event)
        words = read_text(event, "words", most=LONGEST_PROMPT).strip()
        preset = read_text(event, "preset", most=80) or None
        try:
            with keep_sent(mine.photos) as keep:
                painted = read_painted(event)
                wanted = RedrawWanted(
                    picture_id=read_text(event, "picture", most=64) or None,
                    parts=tuple(part for part in PARTS if said.get(f"part-{part}") is True),
                    mask_photo_id=keep(painted, "init") if painted else None,
                )
                mine.variations.redraw(generation_id, wanted, preset=preset, prompt=words or None)
        except PipelineError as error:
            return gr.skip(), gr.skip(), self._show(mine, generation_id, "redraw", error.message), gr.skip()
        return *self.tray_now(mine, put_away), "", ""

    @shows_errors
    def keep_template(self, event: gr.EventData, request: gr.Request) -> tuple[str, Any]:
        """What it was ordered with as a template, with the fields that are chosen left open. Raises NotFound."""
        _, generation_id = read_action(event)
        mine, said = self.studio.for_person(person_of(request)), read_data(event)
        left_open = [name for name, _ in OPEN_CHOICES if said.get(f"open-{name}") is True]
        name = read_text(event, "name", most=2 * LONGEST_NAME).strip()
        try:
            made = mine.templates.add_of(generation_id, name, left_open)
        except PipelineError as error:
            return self._show(mine, generation_id, "keep", error.message), gr.skip()
        return "", f"<p>Kept as a template: {html.escape(made.name)}.</p>"

    @shows_errors
    def make_avatar(self, event: gr.EventData, request: gr.Request) -> tuple[str, Any]:
        """The person of one of its pictures as an avatar, with that picture. Raises NotFound."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        name, chosen = (
            read_text(event, "who", most=2 * LONGEST_NAME).strip(),
            read_text(event, "picture", most=80),
        )
        pictures = [picture.id for picture in mine.generations.get(generation_id).pictures]
        try:
            made = mine.avatar_making.from_picture(
                name, chosen if chosen in pictures else next(iter(pictures), "")
            )
        except PipelineError as error:
            return self._show(mine, generation_id, "embody", error.message), gr.skip()
        return "", f"<p>Kept as an avatar: {html.escape(made.name)}. The Library has it.</p>"

    @shows_errors
    def share(self, event: gr.EventData, request: gr.Request) -> str:
        """A link to its pictures, for as long as is chosen. Raises NotFound."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.sharing.share(generation_id, read_seconds(read_text(event, "seconds", most=20)))
        return self._show(mine, generation_id)

    @shows_errors
    def revoke(self, event: gr.EventData, request: gr.Request) -> str:
        """No link shows it any more. Raises NotFound."""
        _, generation_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.sharing.revoke(generation_id)
        return self._show(mine, generation_id)

    def _show(self, mine: PersonalStudio, generation_id: str, at: str = "", problem: str = "") -> str:
        item = mine.generations.get(generation_id)
        if item.unreadable:
            raise RequestRefused(item.unreadable)
        said = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
        links = None
        if self.studio.settings.share_links and item.hold == "own" and item.pictures:
            links = links_html(item, mine.sharing.list_valid(generation_id))
        return follow_ups_html(item, mine.models.list_all(), {at: said}, links)


def follow_ups_html(
    item: Generation, models: Sequence[Model], problems: dict[str, str], links: str | None = None
) -> str:
    """The dialog's parts, each with what was refused at it; `links` where links may be made."""
    is_draft = item.order.preset == DRAFT
    others = [one for one in models if one.can_run and one.name != item.order.preset]
    others.sort(key=lambda one: one.pose == "none")  # the first is chosen: one that takes the pose
    name = html.escape(item.title[:LONGEST_NAME].strip())
    seeds = engine_class(item.order.engine).info.pose != "draws"
    return (
        '<div class="follow-head"><h2 id="follow-ups-title">More from this</h2>'
        '<button type="button" class="icon-button" data-close aria-label="Close">×</button></div>'
        f'<p class="quiet">{title_html(item.title)}</p>'
        f"<section data-fields><h3>{'Make this draft real' if is_draft else 'With another model'}</h3>"
        f"{_models(item, others) if others else NO_MODEL}{problems.get('proceed', '')}</section>"
        f"<section data-fields><h3>Variations</h3>{_variations(item) if seeds else NOTHING_TO_VARY}"
        f"{problems.get('vary', '')}</section>"
        f"{redraw_html(item, models, problems.get('redraw', ''))}{_embodies(item, problems.get('embody', ''))}"
        "<section data-fields><h3>Keep as a template</h3>"
        '<p class="quiet">To order the same again. What is left open is said each time.</p>'
        f'<p class="follow-row"><label>Name<input name="name" dir="auto" autocomplete="off" '
        f'maxlength="{LONGEST_NAME}" value="{name}"></label>'
        f"{button('keep', item.id, 'Keep', 'Keep as a template', 'button')}</p>{_opens()}"
        f"{problems.get('keep', '')}</section>"
        + (f"<section data-fields><h3>Share a link</h3>{links}</section>" if links is not None else "")
    )


def _models(item: Generation, others: Sequence[Model]) -> str:
    """What can draw it now, and how much of a draft is kept where one of them can begin with it."""
    is_draft = item.order.preset == DRAFT
    does = "Make it real" if is_draft else "Draw it"
    choices = "".join(
        f'<option value="{html.escape(one.name)}">{html.escape(one.title)}</option>' for one in others
    )
    beginnings = "".join(f'<option value="{value}">{words}</option>' for value, words in BEGINNINGS)
    begins = (
        f'<label>Begin<select name="beginning">{beginnings}</select></label>'
        if any(one.starts_from_draft for one in others)
        else ""
    )
    return (
        '<p class="quiet">The same person, pose, views and seed, drawn by another model.</p>'
        f'<p class="follow-row"><label>Model<select name="preset">{choices}</select></label>{begins}'
        f"{button('proceed', item.id, does, does, 'button button-primary')}</p>"
    )


def _variations(item: Generation) -> str:
    return (
        '<p class="quiet">The same person, pose, views and words, with other seeds.</p>'
        f'<p class="follow-row"><label>How many of each<input name="count" type="number" min="1" '
        f'max="{MOST_PICTURES}" value="{FIRST_COUNT}"></label>'
        f"{button('vary', item.id, 'Order variations', 'Order variations', 'button button-primary')}</p>"
    )


def _embodies(item: Generation, problem: str) -> str:
    """What makes a picture the avatar: nothing where there is none, or it is another's."""
    pictures = [picture for picture in item.pictures if not picture.is_lost]
    if not pictures or item.hold != "own":
        return ""
    choices = "".join(
        f'<option value="{html.escape(one.id)}">{number}: {html.escape(one.view)}</option>'
        for number, one in enumerate(pictures, start=1)
    )
    choose = f'<label>Picture<select name="picture">{choices}</select></label>' if len(pictures) > 1 else ""
    name = html.escape(item.order.persona.name)
    return (
        '<section data-fields><h3>Make this picture the avatar</h3><p class="quiet">Its person is kept, with the '
        'picture, the words and the seed; a measured body comes along.</p><p class="follow-row"><label>Called<input '
        f'name="who" dir="auto" autocomplete="off" maxlength="{LONGEST_NAME}" value="{name}"></label>{choose}'
        f"{button('embody', item.id, 'Keep', 'Keep as an avatar', 'button')}</p>{problem}</section>"
    )


def _opens() -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="open-{name}"> {words}</label>' for name, words in OPEN_CHOICES
    )
    return f'<fieldset class="follow-open"><legend>Leave open</legend>{boxes}</fieldset>'
