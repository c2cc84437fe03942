"""The photos of the Library: what each was given for, who holds it, when it was used last."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import ClassVar

from studio.personal_studio import PersonalStudio
from studio.settings import Settings
from studio.ui.collection.section import (
    MANY,
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
from studio.vocabulary.photo import LONGEST_FILE_NAME, Photo

ROLES = {
    "person": "A person",
    "pose": "For a pose",
    "style": "For a style",
    "garment": "For clothes",
    "init": "To start from",
}
NAMELESS = "A photo"
MOST_HOLDERS = 3  # avatars that are named


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
        return {"rename_photo": self.rename, "delete_photo": self.delete, "restore_photo": self.restore}

    def show(self, mine: PersonalStudio, opened: str = "") -> str:
        """The newest of them, each with the avatars that hold it."""
        page = mine.photos.list_page(limit=MANY)
        holders: dict[str, list[str]] = defaultdict(list)
        for avatar in mine.avatars.list_recent() if page.items else ():
            holders[avatar.photo_id or ""].append(avatar.name)
        rows = [_row(photo, holders[photo.id]) for photo in page.items]
        more = f'<p class="quiet">The newest {MANY} are shown.</p>' if page.next_cursor else ""
        return list_html(rows, "No photo yet. Drop one in Upload.") + more

    def rename(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Call it otherwise."""
        made = mine.photos.update(photo_id, name=text_of(said, "name", 2 * LONGEST_FILE_NAME))
        return note(f"It is called <bdi>{html.escape(made.name or NAMELESS)}</bdi> now.")

    def delete(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Into the trash, with the way back."""
        name = mine.photos.get(photo_id).name or NAMELESS
        mine.photos.delete(photo_id)
        return say_deleted("restore_photo", photo_id, name)

    def restore(self, mine: PersonalStudio, photo_id: str, said: Said) -> str:
        """Out of the trash again."""
        made = mine.photos.restore(photo_id)
        return note(f"<bdi>{html.escape(made.name or NAMELESS)}</bdi> is back.")


def _row(photo: Photo, holders: Sequence[str]) -> str:
    name = photo.name or NAMELESS
    held = ", ".join(holders[:MOST_HOLDERS]) + (" and others" if len(holders) > MOST_HOLDERS else "")
    used = f"last used {write_day(photo.last_used_at)}" if photo.last_used_at else "not used yet"
    facts = (
        ROLES.get(photo.role, photo.role),
        f"{photo.width} × {photo.height}",
        used,
        f"held by {held}" if held else "",
    )
    sure = f"{held} was measured from it, and keeps its body. Delete the photo?" if held else ""
    problem = "Its file was damaged or is missing." if photo.is_lost else ""
    acts = delete_link("delete_photo", photo.id, name, sure)
    thumbnail = None if photo.is_lost else photo.thumbnail_id
    rename = ("rename_photo", photo.id, LONGEST_FILE_NAME)
    return row_html(name, facts, acts, thumbnail=thumbnail, problem=problem, rename=rename)
