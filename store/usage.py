"""What takes how much space: an owner's bytes by what holds them, and folders beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from store.store import Store

# Each blob counts once: for what is shown of it before what lies in the trash, for the largest kind first.
_HOLDERS = text(
    """
SELECT CASE MIN(rank) WHEN 0 THEN 'pictures' WHEN 1 THEN 'photos' WHEN 2 THEN 'meshes' WHEN 3 THEN 'trash'
       ELSE 'unheld' END AS what, size FROM (
    SELECT files.sha256, blobs.size, CASE
        WHEN generations.id IS NOT NULL AND generations.deleted_at IS NULL THEN 0
        WHEN photos.id IS NOT NULL AND photos.deleted_at IS NULL THEN 1
        WHEN avatars.id IS NOT NULL AND avatars.deleted_at IS NULL THEN 2
        WHEN file_uses.file_id IS NOT NULL THEN 3 ELSE 4 END AS rank
    FROM files JOIN blobs ON blobs.sha256 = files.sha256
    LEFT JOIN file_uses ON file_uses.file_id = files.id
    LEFT JOIN pictures ON file_uses.holder_kind = 'picture' AND pictures.id = file_uses.holder_id
    LEFT JOIN generations ON generations.id = pictures.generation_id
    LEFT JOIN photos ON file_uses.holder_kind = 'photo' AND photos.id = file_uses.holder_id
    LEFT JOIN avatars ON file_uses.holder_kind = 'avatar' AND avatars.id = file_uses.holder_id
    WHERE files.owner = :owner
) GROUP BY sha256
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many files of so many bytes together."""

    files: int = 0
    bytes: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(files=self.files + other.files, bytes=self.bytes + other.bytes)


def measure_kept(store: Store, owner: str) -> dict[str, Amount]:
    """The owner's bytes: "pictures", "photos", "meshes" (with avatars' faces), "trash" and "unheld"."""
    amounts = {name: Amount() for name in ("pictures", "photos", "meshes", "trash", "unheld")}
    with store.read() as look:
        for what, size in look.connection.execute(_HOLDERS, {"owner": owner}):
            amounts[what] += Amount(files=1, bytes=size)
    return amounts


def measure_folder(path: Path) -> Amount:
    """A folder with all that is in it, or one file; nothing where there is none. Links are not followed."""
    try:
        if not path.is_dir():
            return Amount(files=1, bytes=path.stat().st_size)
        found = (path for path in path.rglob("*") if path.is_symlink() or not path.is_dir())
        return sum((Amount(files=1, bytes=one.lstat().st_size) for one in found), Amount())
    except OSError:  # gone meanwhile
        return Amount()
