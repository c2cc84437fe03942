"""The photos of the Library: what each was given for, who holds it, when it was used last."""

from __future__ import annotations

import functools
import html
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from studio.personal_studio import PersonalStudio
from studio.settings import Settings
from studio.ui.about import read_tags
from studio.ui.collection.section import (
    Act,
    Extent,
    Said,
    delete_link,
    list_html,
    note,
    read_pages,
    row_html,
    say_deleted,
    text_of,
    write_day,
)
from studio.vocabulary.photo import LONGEST_FILE_NAME, PHOTO_ROLES, Photo, PhotoCounts

ROLES = {
    "person": "A person",
    "pose": "For a pose",
    "style": "For a style",
    "garment": "For clothes",
    "init": "To start from",
}
NAMELESS = "A photo"
MOST_HOLDERS = 3  # avatars that are named
LONGEST_TAGS = 1000  # characters of all of them together


ADD_ROLES = "".join(f"<option value={role}>{ROLES[role]}</option>" for role in PHOTO_ROLES)
ADD = (
    '<p class="follow-row collection-add"><label class="button bring-in"><input type="file" class="sr-only" '
    'data-add-photos multiple accept="image/jpeg,image/png,image/webp,image/avif">Add photos</label>'
    f"<label>What they are for<select data-add-role>{ADD_ROLES}</select></label></p>"
)


NONE_YET = "No photo yet. Add some here; in Upload the body of the person in one is measured."
NONE_FITS = (
    'No photo fits that. <button type="button" class="link-button" data-filter-none>Show all photos</button>'
)


class PhotoSection:
    """One row a photo."""

    id: ClassVar[str] = "photos"
    label: ClassVar[str] = "Photos"

    def __init__(self, settings: Settings) -> None:
        days = settings.unused_photos_kept_days
        unused = f" What is not used goes after {days} days." if days else ""
        self.about = f"Photos and references that you gave.{unused}"

    @property
    def acts(self) -> Mapping[str, Act]:
        """What can be pressed."""
        return {"change_photo": self.change, "delete_photo": self.delete, "restore_photo": self.restore}

    def show(self, mine: PersonalStudio, extent: Extent) -> str:
        """The newest of them, or of those that the address asks for, each with the avatars that hold it."""
        role, tag = read_wanted(extent.query)
        list_page = functools.partial(mine.photos.list_page, role=role, tag=tag)
        photos, more = read_pages(list_page, extent.most)
        counts = mine.photos.count(role=role, tag=tag)
        rows = list_html([_row(photo) for photo in photos], NONE_FITS if role or tag else NONE_YET)
        return ADD + _filters(counts, role, tag) + rows + more

    def change(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Call it otherwise, say what it is for, or give it other tags: whichever was said."""
        if "name" in said:
            made = mine.photos.update(photo_id, name=text_of(said, "name", 2 * LONGEST_FILE_NAME))
            return note(f"It is called <bdi>{html.escape(made.name or NAMELESS)}</bdi> now.")
        change: dict[str, Any] = {"role": text_of(said, "role", 20)}
        if "tags" in said:
            change = {"tags": read_tags(text_of(said, "tags", 2 * LONGEST_TAGS))}
        made = mine.photos.update(photo_id, **change)
        return note(f"Kept for <bdi>{html.escape(made.name or NAMELESS)}</bdi>.")

    def delete(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        name = mine.photos.get(photo_id).name or NAMELESS
        mine.photos.delete(photo_id)
        return say_deleted("restore_photo", photo_id, name)

    def restore(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.photos.restore(photo_id)
        return note(f"<bdi>{html.escape(made.name or NAMELESS)}</bdi> is back.")


def read_wanted(query: str) -> tuple[str, str]:
    """The role and the tag that an address asks for; "" for any. What cannot be read of it is left out."""
    said = dict(parse_qsl(query))
    role = said.get("role", "")
    return (role if role in ROLES else ""), said.get("tag", "")[:LONGEST_TAGS]


def _filters(counts: PhotoCounts, role: str, tag: str) -> str:
    """The choice of what is shown, each with how many it would show; "" while there is nothing to choose."""
    if not (role or tag or len(counts.role) > 1 or counts.tag):
        return ""
    roles = [(one, ROLES[one], counts.role.get(one, 0)) for one in PHOTO_ROLES]
    tags = sorted(counts.tag.items(), key=lambda one: (-one[1], one[0]))
    if tag and tag not in counts.tag:
        tags.append((tag, 0))
    all_of_them = f"All ({sum(counts.role.values()):,})"
    return (
        '<p class="follow-row collection-filters">'
        f"{_choice('role', 'Shown', all_of_them, [one for one in roles if one[2] or one[0] == role], role)}"
        f"{_choice('tag', 'With the tag', 'Any', [(name, name, number) for name, number in tags], tag)}</p>"
    )


def _choice(
    name: str, label: str, any_of_them: str, values: Sequence[tuple[str, str, int]], chosen: str
) -> str:
    options = "".join(
        f'<option value="{html.escape(value)}"{" selected" if value == chosen else ""}>'
        f"{html.escape(words)} ({number:,})</option>"
        for value, words, number in values
    )
    every = f'<option value="">{any_of_them}</option>'
    return f'<label>{label}<select data-filter="{name}">{every}{options}</select></label>'


def _row(photo: Photo) -> str:
    name, holders = photo.name or NAMELESS, [one.name for one in photo.held_by]
    held = ", ".join(holders[:MOST_HOLDERS]) + (" and others" if len(holders) > MOST_HOLDERS else "")
    used = f"last used {write_day(photo.last_used_at)}" if photo.last_used_at else "not used yet"
    facts = (
        f"{photo.width} × {photo.height}",
        used,
        f"held by {held}" if held else "",
    )
    sure = f"{held} was measured from it, and keeps its body. Delete the photo?" if held else ""
    problem = "Its file was damaged or is missing." if photo.is_lost else ""
    acts = delete_link("delete_photo", photo.id, name, sure)
    thumbnail = None if photo.is_lost else photo.thumbnail_id
    rename = ("change_photo", photo.id, LONGEST_FILE_NAME)
    return row_html(
        name, facts, acts, thumbnail=thumbnail, problem=problem, rename=rename, fields=_fields(photo, name)
    )


def _fields(photo: Photo, name: str) -> str:
    """What it is for, and its tags."""
    of_it = f'data-change="change_photo" data-id="{html.escape(photo.id)}"'
    said = html.escape(name)
    roles = "".join(
        f'<option value="{role}"{" selected" if role == photo.role else ""}>{ROLES[role]}</option>'
        for role in PHOTO_ROLES
    )
    return (
        f'<span class="collection-fields"><select name="role" {of_it} aria-label="What {said} is for">{roles}</select>'
        f'<input name="tags" {of_it} dir="auto" autocomplete="off" maxlength="{LONGEST_TAGS}" placeholder="Tags" '
        f'aria-label="Tags of {said}, with commas between them" value="{html.escape(", ".join(photo.tags))}"></span>'
    )
