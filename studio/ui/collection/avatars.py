"""The avatars of the Library: where each came from, what it was before, where it was used; copies and files of it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import ClassVar

from pipelines.errors import RequestRefused
from pipelines.options import LONGEST_NAME
from studio.personal_studio import PersonalStudio
from studio.ui.collection.section import (
    Act,
    Extent,
    Said,
    delete_link,
    link,
    list_html,
    note,
    read_pages,
    row_html,
    save_link,
    say_deleted,
    text_of,
    write_day,
    write_moment,
)
from studio.ui.tray import button, title_html
from studio.vocabulary.avatar import LONGEST_LICENCE, Avatar, AvatarUsage, AvatarVersion

SOURCES = {
    "text": "From words",
    "photo": "From a photo",
    "picture": "From a picture",
    "file": "From a file",
}
USES_SHOWN = 12


LONGEST_WORDS = 1000
ADD = (
    '<p class="follow-row collection-add is-wide" data-fields><label>Somebody new<input name="name" dir="auto" '
    f'autocomplete="off" maxlength="{LONGEST_NAME}" placeholder="A name"></label><label>Who it is, in words<input '
    f'name="words" dir="auto" autocomplete="off" maxlength="{LONGEST_WORDS}" '
    'placeholder="a woman of 44 years, short red hair, navy suit"></label>'
    f"{button('add_avatar', '', 'Keep', 'Keep somebody new', 'button')}</p>"
)


class AvatarSection:
    """One row an avatar; its versions and its uses when they are asked for."""

    id: ClassVar[str] = "avatars"
    label: ClassVar[str] = "Avatars"
    about: str = "The people you keep, with their bodies. A file of one opens in another studio."

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {
            "add_avatar": self.add,
            "duplicate": self.duplicate,
            "bring_back": self.bring_back,
            "license_avatar": self.license,
            "delete_avatar": self.delete,
            "restore_avatar": self.restore,
        }

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """The newest of them."""
        avatars, more = read_pages(mine.avatars.list_page, extent.most)
        rows = [_row(mine, one, is_open=one.id == extent.opened) for one in avatars]
        empty = "No avatar yet. Describe somebody here or in Persona, or measure a photo in Upload."
        return ADD + list_html(rows, empty) + more

    def add(self, mine: PersonalStudio, _: str, said: Said) -> str:
        """The person that some words speak of."""
        name, words = text_of(said, "name", 2 * LONGEST_NAME), text_of(said, "words", 2 * LONGEST_WORDS)
        if not words:
            raise RequestRefused("Say who it is: “a woman of 44 years, short red hair”.")
        made = mine.avatar_making.from_words(name, words)
        return note(f"Kept: <bdi>{html.escape(made.name)}</bdi>.")

    def duplicate(self, mine: PersonalStudio, avatar_id: str, said: Said) -> str:
        """The same person once more."""
        made = mine.avatars.duplicate(avatar_id)
        return note(f"Kept: <bdi>{html.escape(made.name)}</bdi>.")

    def bring_back(self, mine: PersonalStudio, avatar_id: str, said: Said) -> str:
        """Make it what it was."""
        number = text_of(said, "number", 8)
        if not number.isdecimal():
            raise RequestRefused("Choose a version first.")
        made = mine.avatars.bring_back(avatar_id, int(number))
        return note(
            f"<bdi>{html.escape(made.name)}</bdi> is what it was. What it was until now is a version."
        )

    def license(self, mine: PersonalStudio, avatar_id: str, said: Said) -> str:
        """Say what others may do with it: that travels in its file."""
        mine.avatars.change(avatar_id, licence=text_of(said, "licence", 2 * LONGEST_LICENCE))
        return note("Kept.")

    def delete(self, mine: PersonalStudio, avatar_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        name = mine.avatars.find(avatar_id).name
        mine.avatars.delete(avatar_id)
        return say_deleted("restore_avatar", avatar_id, name)

    def restore(self, mine: PersonalStudio, avatar_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.avatars.restore(avatar_id)
        return note(f"<bdi>{html.escape(made.name)}</bdi> is back.")


def _row(mine: PersonalStudio, avatar: Avatar, *, is_open: bool) -> str:
    of_id, name = avatar.id, avatar.name
    acts = delete_link("delete_avatar", of_id, name)
    if not avatar.unreadable:
        acts = (
            button("use_avatar", of_id, "Use", f"Use: {name}", "button")
            + ("" if is_open else link("open_avatar", of_id, "Versions and uses", name))
            + link("duplicate", of_id, "Duplicate", name)
            + save_link(f"api/v1/avatars/{of_id}/file", f"{name}.avatar", name)
            + acts
        )
    more = ""
    if is_open and not avatar.unreadable:
        more = _details(avatar, mine.avatars.list_versions(of_id), mine.avatar_usage.list_page(of_id))
    facts = (SOURCES.get(avatar.origin.source, ""), f"kept {write_day(avatar.created_at)}")
    return row_html(name, facts, acts, thumbnail=avatar.thumbnail_id, problem=avatar.unreadable, more=more)


def _details(avatar: Avatar, versions: Sequence[AvatarVersion], usage: AvatarUsage) -> str:
    """What it was before, and where it was used."""
    return (
        f'<div class="collection-more"><section data-fields><h3>Versions</h3>{_versions(avatar, versions)}</section>'
        f"<section><h3>Used</h3>{_uses(usage)}</section>"
        f"<section data-fields><h3>What others may do with it</h3>{_licence(avatar)}</section>{_origin(avatar)}</div>"
    )


def _origin(avatar: Avatar) -> str:
    """Of what it was made: its words, seed and picture; "" where none of it is known."""
    origin = avatar.origin
    said = [f"<p>{html.escape(origin.prompt)}</p>"] if origin.prompt else []
    if origin.seed is not None:
        said.append(f'<p class="quiet">Seed {origin.seed}</p>')
    if origin.base_id:
        file = f'href="api/v1/files/{html.escape(origin.base_id)}"'
        said.append(f'<p><a class="link-button" {file} target="_blank" rel="noopener">Its picture</a></p>')
    return f"<section><h3>Made of</h3>{''.join(said)}</section>" if said else ""


def _licence(avatar: Avatar) -> str:
    keep = button("license_avatar", avatar.id, "Keep", f"Keep the licence of {avatar.name}", "button")
    with_photo = ""
    if avatar.photo_file_id:
        file = save_link(
            f"api/v1/avatars/{avatar.id}/file?photo=true", f"{avatar.name}.avatar", f"{avatar.name}, photo"
        )
        with_photo = f'<p class="quiet">Its photo goes along only in this file: {file}</p>'
    return (
        '<p class="follow-row"><label>Licence, said in its file<input name="licence" dir="auto" autocomplete="off" '
        f'maxlength="{LONGEST_LICENCE}" placeholder="CC BY 4.0, or in your words" '
        f'value="{html.escape(avatar.origin.licence)}"></label>{keep}</p>{with_photo}'
    )


def _versions(avatar: Avatar, versions: Sequence[AvatarVersion]) -> str:
    if not versions:
        return '<p class="quiet">It was not changed yet. What it was before a change is kept here.</p>'
    choices = "".join(
        f'<option value="{one.number}">{html.escape(one.name)}, until {write_moment(one.kept_at)}</option>'
        for one in versions
    )
    back = button("bring_back", avatar.id, "Bring back", f"Bring back: {avatar.name}", "button")
    return (
        f'<p class="follow-row"><label>What it was<select name="number">{choices}</select></label>{back}</p>'
        '<p class="quiet">What it is now is kept as a version, too.</p>'
    )


def _uses(usage: AvatarUsage) -> str:
    if not usage.items:
        return '<p class="quiet">Nothing was drawn of it yet.</p>'
    rows = "".join(
        f'<li><button type="button" class="link-button" data-see="{html.escape(one.generation_id)}">'
        f"{title_html(one.title)}</button> <span class='quiet'>{write_moment(one.created_at)}</span></li>"
        for one in usage.items[:USES_SHOWN]
    )
    left = usage.total - min(len(usage.items), USES_SHOWN)
    more = f'<p class="quiet">And {left:,} more: History finds them by the avatar.</p>' if left > 0 else ""
    return f"<ul>{rows}</ul>{more}"
