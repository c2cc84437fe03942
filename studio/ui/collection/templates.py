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
    Extent,
    Said,
    delete_link,
    link,
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
from studio.vocabulary.order import GenerationOrder
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
KEEP = (
    '<p class="follow-row collection-add" data-fields><label>What is on the stage, kept as'
    f'<input name="name" dir="auto" autocomplete="off" maxlength="{LONGEST_NAME}" placeholder="A name for it"></label>'
    f"{button('keep_order', '', 'Keep', 'Keep what is on the stage as a template', 'button')}</p>"
)
OPENS = dict(OPEN_CHOICES)
WORDS = OPENS | {"avatar_id": "Who", "views": "View", "width": "Size", "height": "Size"}


class TemplateSection:
    """One row a template."""

    id: ClassVar[str] = "templates"
    label: ClassVar[str] = "Templates"
    about: str = (
        "Orders to give again. What is on the stage is kept here, or a picture of History: “More from this”."
    )

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {
            "rename_template": self.rename,
            "open_fields": self.leave_open,
            "delete_template": self.delete,
            "restore_template": self.restore,
        }

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """All of them, newest first."""
        rows = [self._row(one, is_open=one.id == extent.opened) for one in mine.templates.list_recent()]
        return KEEP + list_html(rows, "No template is kept yet.")

    def rename(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Call it otherwise."""
        made = mine.templates.update(template_id, name=text_of(said, "name", 2 * LONGEST_NAME))
        return note(f"It is called <bdi>{html.escape(made.name)}</bdi> now.")

    def leave_open(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Say which of its fields are said anew each time; those that have no box here stay as they are."""
        kept = mine.templates.get(template_id)
        boxes = OPENS | dict.fromkeys(kept.open, "")
        opened = [name for name in boxes if said.get(f"open-{name}") is True]
        mine.templates.update(template_id, open_fields=opened)
        return note("Kept.")

    def delete(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        [name] = [one.name for one in mine.templates.list_recent() if one.id == template_id] or [""]
        mine.templates.delete(template_id)
        return say_deleted("restore_template", template_id, name)

    def restore(self, mine: PersonalStudio, template_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.templates.restore(template_id)
        return note(f"<bdi>{html.escape(made.name)}</bdi> is back.")

    def _row(self, template: OrderTemplate, *, is_open: bool) -> str:
        of_id, name, order = template.id, template.name, template.order
        acts, facts = delete_link("delete_template", of_id, name), [f"kept {write_day(template.created_at)}"]
        if not template.unreadable:
            preset = self.studio.presets.get(order.preset)
            who = "" if {"persona", "avatar_id"} & set(template.open) else order.persona.name or "Avatar"
            left = say_open(template.open)
            facts = [who, preset.title if preset else order.preset, left and f"left open: {left}", *facts]
            change = "" if is_open else link("open_template", of_id, "Change", name)
            acts = button("use_template", of_id, "Use", f"Use: {name}", "button") + change + acts
        rename = None if template.unreadable else ("rename_template", of_id, LONGEST_NAME)
        more = _details(template) if is_open and not template.unreadable else ""
        return row_html(name, facts, acts, problem=template.unreadable, rename=rename, more=more)


def _details(template: OrderTemplate) -> str:
    """What can be changed of it: what it leaves open, and all else."""
    name = html.escape(template.name)
    boxes = OPENS | {one: say_open([one]).capitalize() for one in template.open if one not in OPENS}
    checks = "".join(
        f'<label><input type="checkbox" name="open-{one}"{" checked" if one in template.open else ""}> {words}</label>'
        for one, words in boxes.items()
    )
    keep = button("open_fields", template.id, "Keep", f"Keep what {template.name} leaves open", "button")
    take = (
        f'<button type="button" class="button" data-act="keep_order" data-id="{html.escape(template.id)}" '
        f'data-sure="“{name}” will order what is on the stage now. What it ordered until now is not kept." '
        'data-yes="Change it" data-no="Leave it">Take what is on the stage</button>'
    )
    return (
        '<div class="collection-more"><section data-fields><h3>Left open</h3>'
        f'<fieldset class="follow-open"><legend>Said each time it is used</legend>{checks}</fieldset><p>{keep}</p>'
        f"</section><section><h3>What it orders</h3><p class='quiet'>{html.escape(say_order(template.order))}</p>"
        f'<p class="quiet">Use it, change what you like on the stage, then come back here.</p><p>{take}</p>'
        "</section></div>"
    )


def say_order(order: GenerationOrder) -> str:
    """The order in words: "2 poses, front view, 768 × 1024, seed 3"."""
    poses = f"{len(order.poses)} poses" if len(order.poses) > 1 else order.poses[0].replace("-", " ")
    views = "four views" if len(order.views) > 1 else f"{order.views[0]} view"
    size = f"{order.width} × {order.height}" if order.width and order.height else ""
    seed = "" if order.seed is None else f"seed {order.seed}"
    return ", ".join(part for part in (poses, views, size, seed) if part)


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
