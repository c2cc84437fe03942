"""The personas of the Library: kept to begin with, nobody is made of them yet; in and out as files."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import ClassVar

from pipelines.options import OPTIONS
from studio.personal_studio import PersonalStudio
from studio.ui.collection.section import (
    Act,
    Extent,
    Said,
    delete_link,
    list_html,
    note,
    row_html,
    save_link,
    say_deleted,
    text_of,
    write_day,
)
from studio.ui.tray import button
from studio.vocabulary.template import PersonaPreset

LONGEST_NAME = 80
KEEP = (
    '<p class="follow-row collection-add" data-fields><label>The persona on the stage, kept as'
    f'<input name="name" dir="auto" autocomplete="off" maxlength="{LONGEST_NAME}" placeholder="A name for it"></label>'
    f"{button('keep_persona', '', 'Keep', 'Keep the persona on the stage', 'button')}</p>"
)


class PersonaSection:
    """One row a persona, and the field that keeps the one on the stage."""

    id: ClassVar[str] = "personas"
    label: ClassVar[str] = "Personas"
    about: str = "Descriptions to begin with. Use one, change it, and keep it as an avatar."

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {"rename_persona": self.rename, "delete_persona": self.delete, "restore_persona": self.restore}

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """All of them, newest first."""
        rows = [_row(one) for one in mine.persona_presets.list_recent()]
        return KEEP + list_html(rows, "No persona is kept yet.")

    def rename(self, mine: PersonalStudio, preset_id: str, said: Said) -> str:
        """Call it otherwise."""
        made = mine.persona_presets.update(preset_id, name=text_of(said, "name", 2 * LONGEST_NAME))
        return note(f"It is called <bdi>{html.escape(made.name)}</bdi> now.")

    def delete(self, mine: PersonalStudio, preset_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        name = mine.persona_presets.get(preset_id).name
        mine.persona_presets.delete(preset_id)
        return say_deleted("restore_persona", preset_id, name)

    def restore(self, mine: PersonalStudio, preset_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.persona_presets.restore(preset_id)
        return note(f"<bdi>{html.escape(made.name)}</bdi> is back.")


def _row(preset: PersonaPreset) -> str:
    of_id, name, persona = preset.id, preset.name, preset.persona
    acts, facts = delete_link("delete_persona", of_id, name), [f"kept {write_day(preset.created_at)}"]
    if not preset.unreadable:
        styles = {option.key: option.label for option in OPTIONS["style"]}
        facts = [f"{persona.age} years", styles.get(persona.style, ""), *facts]
        acts = (
            button("use_persona", of_id, "Use", f"Use: {name}", "button")
            + save_link(f"api/v1/personas/{of_id}/file", f"{name}.json", name)
            + acts
        )
    rename = None if preset.unreadable else ("rename_persona", of_id, LONGEST_NAME)
    return row_html(name, facts, acts, problem=preset.unreadable, rename=rename)
