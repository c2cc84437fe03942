"""The Library page in place of the desk: its sections, and what is put on the stage out of them."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.collection.avatars import AvatarSection
from studio.ui.collection.imports import ImportSection
from studio.ui.collection.numbers import NumberSection
from studio.ui.collection.personas import LONGEST_NAME, PersonaSection
from studio.ui.collection.photos import PhotoSection
from studio.ui.collection.section import Act, Extent, Section, note, read_extent
from studio.ui.collection.templates import TemplateSection, leave_open
from studio.ui.collection.webhooks import WebhookSection
from studio.ui.handlers import EACH, QUIET, read_action, read_data, read_text, shows_errors
from studio.ui.restore import Restorer
from studio.ui.shared import PERSONA_FIELDS, Shared, person_of, persona_updates, read_persona
from studio.ui.shelves import NO_PROJECT
from studio.ui.stage import StagePanel

STAYS_OPEN = ("bring_back", "license_avatar", "open_fields")  # what is pressed in the details of something
# Events that have more to say than a section, or more to write to; the others are acts of the sections.
OWN_EVENTS = (
    "use_avatar",
    "use_persona",
    "use_template",
    "keep_persona",
    "keep_order",
    "open_avatar",
    "open_template",
    "open_webhook",
)
NOBODY = NO_PROJECT  # no kept avatar is on the stage


class CollectionPage:
    """Opened from the foot, and from where its things are made."""

    restorer: Restorer  # set by the shell, as the stage is
    stage: StagePanel

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.sections: tuple[Section, ...] = (
            AvatarSection(),
            PersonaSection(),
            TemplateSection(studio),
            PhotoSection(studio.settings),
            ImportSection(),
            NumberSection(studio),
            WebhookSection(),
        )
        self.of_act: dict[str, tuple[Section, Act]] = {
            name: (section, act) for section in self.sections for name, act in section.acts.items()
        }

    def build(self, shared: Shared) -> None:
        """Make the page, closed."""
        names = ", ".join(f"'{name}'" for name in (*self.of_act, *OWN_EVENTS))
        script = (
            "avatarStudio.actions(element, avatarStudio.collection(element, props, watch, trigger, 'look'), "
            f"{names});"
        )
        self.page = gr.HTML(
            "",
            html_template=page_html(self.sections),
            js_on_load=script,
            elem_id="collection",
            apply_default_css=False,
        )

    def wire(self, shared: Shared) -> None:
        """Read a section when it is opened; act on what is pressed."""
        page = self.page
        person = [*(shared.persona[name] for name in PERSONA_FIELDS), shared.avatar, shared.tabs]
        page.look(
            self.look, outputs=[page], **EACH
        )  # of several the browser shows the last that it asked for
        page.open_avatar(self.open_avatar, outputs=[page], **QUIET)
        page.open_template(self.open_template, outputs=[page], **QUIET)
        page.open_webhook(self.open_webhook, outputs=[page], **QUIET)
        for name in self.of_act:
            getattr(page, name)(self.act, outputs=[page], **QUIET)
        page.keep_persona(self.keep_persona, inputs_kwargs=shared.persona, outputs=[page], **QUIET)
        page.keep_order(
            self.keep_order, inputs_kwargs=self.stage.order_inputs(shared), outputs=[page], **QUIET
        )
        page.use_avatar(self.use_avatar, outputs=person, **QUIET)
        page.use_persona(self.use_persona, outputs=person, **QUIET)
        page.use_template(self.use_template, outputs=self.restorer.outputs(shared), **QUIET)

    @shows_errors
    def look(self, event: gr.EventData, request: gr.Request) -> str:
        """A section as of now."""
        _, wanted = read_action(event)
        mine = self.studio.for_person(person_of(request))
        section = next((one for one in self.sections if one.id == wanted), self.sections[0])
        return self._show(mine, section, read_extent(read_data(event)))

    @shows_errors
    def open_avatar(self, event: gr.EventData, request: gr.Request) -> str:
        """The avatars, with what one of them was before and where it was used. Raises NotFound."""
        _, avatar_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.avatars.get(avatar_id)
        return self._show(mine, self.sections[0], read_extent(read_data(event), avatar_id))

    @shows_errors
    def open_template(self, event: gr.EventData, request: gr.Request) -> str:
        """The templates, with what can be changed of one of them. Raises NotFound."""
        _, template_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.templates.get(template_id)
        return self._show(mine, self.sections[2], read_extent(read_data(event), template_id))

    @shows_errors
    def open_webhook(self, event: gr.EventData, request: gr.Request) -> str:
        """The addresses that are told, with what was sent to one of them. Raises NotFound."""
        _, webhook_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        mine.webhooks.list_deliveries(webhook_id)
        return self._show(mine, self.sections[-1], read_extent(read_data(event), webhook_id))

    @shows_errors
    def act(self, event: gr.EventData, request: gr.Request) -> str:
        """Do what was pressed; what cannot be done is said on the page."""
        action, target = read_action(event)
        section, does = self.of_act[action]
        mine, data = self.studio.for_person(person_of(request)), read_data(event)
        try:
            said = does(mine, target, data)
        except PipelineError as error:
            said = note(html.escape(error.message), is_wrong=True)
        return self._show(mine, section, read_extent(data, target if action in STAYS_OPEN else ""), said)

    @shows_errors
    def keep_persona(self, event: gr.EventData, request: gr.Request, **persona: Any) -> str:
        """Keep the persona on the stage to begin with another time."""
        mine = self.studio.for_person(person_of(request))
        name = read_text(event, "name", most=2 * LONGEST_NAME).strip()
        try:
            made = mine.persona_presets.add(name, read_persona(persona))
            said = note(f"Kept: <bdi>{html.escape(made.name)}</bdi>.")
        except PipelineError as error:
            said = note(html.escape(error.message), is_wrong=True)
        return self._show(mine, self.sections[1], read_extent(read_data(event)), said)

    @shows_errors
    def keep_order(self, event: gr.EventData, request: gr.Request, *, put_away: Any, **fields: Any) -> str:
        """What is on the stage as a template: a new one, or in place of what one ordered until now. Raises NotFound."""
        _, template_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        if template_id:
            mine.templates.get(template_id)
        try:
            order = self.stage.read_order(request, **fields)
            if template_id:
                made = mine.templates.update(template_id, order=order)
            else:
                made = mine.templates.add(read_text(event, "name", most=2 * LONGEST_NAME).strip(), order)
            said = note(f"Kept: <bdi>{html.escape(made.name)}</bdi>.")
        except PipelineError as error:
            said = note(html.escape(error.message), is_wrong=True)
        return self._show(mine, self.sections[2], read_extent(read_data(event), template_id), said)

    @shows_errors
    def use_avatar(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A kept avatar into the form and on the stage. Raises NotFound."""
        _, avatar_id = read_action(event)
        chosen = self.studio.for_person(person_of(request)).avatars.get(avatar_id)
        return [*persona_updates(chosen.persona), chosen.id, gr.Tabs(selected="persona")]

    @shows_errors
    def use_persona(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A kept persona into the form: it is no avatar yet. Raises NotFound."""
        _, preset_id = read_action(event)
        chosen = self.studio.for_person(person_of(request)).persona_presets.get(preset_id)
        return [*persona_updates(chosen.persona), NOBODY, gr.Tabs(selected="persona")]

    @shows_errors
    def use_template(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """A template's order on the stage; what it leaves open stays as it is there. Raises NotFound."""
        _, template_id = read_action(event)
        template = self.studio.for_person(person_of(request)).templates.get(template_id)
        return [*leave_open(self.restorer.updates(request, template.order), template).values()]

    def _show(self, mine: PersonalStudio, section: Section, extent: Extent, said: str = "") -> str:
        about = f'<p class="models-intro">{html.escape(section.about)}</p>'
        rows = section.show(mine, extent)
        return f'<div data-section="{section.id}" data-turn="{extent.turn}">{said}{about}{rows}</div>'


def page_html(sections: tuple[Section, ...]) -> str:
    """The page's frame: the way to every section is there before the first is read."""
    tabs = "".join(
        f'<button type="button" class="chip" data-collection="{one.id}" aria-pressed="false">{one.label}</button>'
        for one in sections
    )
    closes = " ".join(f"data-{one.id}-close" for one in sections)
    return (
        '<section class="collection" aria-labelledby="collection-title"><div class="models-head">'
        '<h2 id="collection-title" tabindex="-1">Library</h2>'
        f'<button type="button" class="button" data-collection-close {closes}>Back to the studio</button></div>'
        f'<nav class="collection-tabs" aria-label="Library">{tabs}</nav>'
        '<p class="model-note" role="status" data-brought hidden></p>'
        '<div data-list><p class="quiet">One moment.</p></div></section>'
    )
