"""The templates of the Library: orders to give again, with what each of them leaves open."""

from __future__ import annotations

import html
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import gradio as gr

from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.collection.section import (
    Act,
    Said,
    delete_link,
    list_html,
    note,
    row_html,
    say_deleted,
    text_of,
    write_day,
)
from studio.ui.follow_ups import LONGEST_NAME, OPEN_CHOICES
from studio.ui.prompts import MORE_FIELDS
from studio.ui.shared import PERSONA_FIELDS
from studio.ui.tray import button
from studio.vocabulary.template import OrderTemplate

# What of the form stays as it is where a template leaves a field of the order open.
PERSON = (*PERSONA_FIELDS, "avatar", "photo")
LEFT = {
    "persona": PERSON,
    "avatar_id": PERSON,
    "poses": ("pose",),
    "prompt": ("prompt", "negative", "edited", *MORE_FIELDS),
    "views": ("view", "all_views"),
    "width": ("size",),
    "height": ("size",),
}
WORDS = dict(OPEN_CHOICES) | {"avatar_id": "Who", "views": "View", "width": "Size", "height": "Size"}


class TemplateSection:
    """One row a template."""

    id: ClassVar[str] = "templates"
    label: ClassVar[str] = "Templates"
    about: str = "Orders to give again. Details in History keep one: “More from this”."

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {
            "rename_template": self.rename,
            "delete_template": self.delete,
            "restore_template": self.restore,
        }

    def show(self, mine: PersonalStudio, opened: str = "") -> str:
        """All of them, newest first."""
        rows = [self._row(one) for one in mine.templates.list_recent()]
        return list_html(rows, "No template yet. Open a picture in History, then “More from this”.")

    def rename(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Call it otherwise."""
        made = mine.templates.update(template_id, name=text_of(said, "name", 2 * LONGEST_NAME))
        return note(f"It is called <bdi>{html.escape(made.name)}</bdi> now.")

    def delete(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        [name] = [one.name for one in mine.templates.list_recent() if one.id == template_id] or [""]
        mine.templates.delete(template_id)
        return say_deleted("restore_template", template_id, name)

    def restore(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.templates.restore(template_id)
        return note(f"<bdi>{html.escape(made.name)}</bdi> is back.")

    def _row(self, template: OrderTemplate) -> str:
        of_id, name, order = template.id, template.name, template.order
        acts, facts = delete_link("delete_template", of_id, name), [f"kept {write_day(template.created_at)}"]
        if not template.unreadable:
            preset = self.studio.presets.get(order.preset)
            who = "" if {"persona", "avatar_id"} & set(template.open) else order.persona.name or "Avatar"
            left = say_open(template.open)
            facts = [who, preset.title if preset else order.preset, left and f"left open: {left}", *facts]
            acts = button("use_template", of_id, "Use", f"Use: {name}", "button") + acts
        rename = None if template.unreadable else ("rename_template", of_id, LONGEST_NAME)
        return row_html(name, facts, acts, problem=template.unreadable, rename=rename)


def say_open(names: Collection[str]) -> str:
    """What is left open, in words: "pose, seed"."""
    return ", ".join(dict.fromkeys(WORDS.get(name, name.replace("_", " ")).lower() for name in names))


def leave_open(updates: Mapping[str, Any], template: OrderTemplate) -> dict[str, Any]:
    """The form's updates for a template's order, without the fields that it leaves open; and what is to be said."""
    left = {field for name in template.open for field in LEFT.get(name, (name,))}
    said = f"“{template.name}” is on the stage."
    if template.open:
        said += f" Left open: {say_open(template.open)}. Choose that, then Generate."
    kept = {name: gr.skip() if name in left else value for name, value in updates.items()}
    poses_only = "poses" in template.open and not {"persona", "avatar_id"} & set(template.open)
    tabs = gr.Tabs(selected="poses" if poses_only else "persona")
    return kept | {"toast": f"<p>{html.escape(said)}</p>", "tabs": tabs}
