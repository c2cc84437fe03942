"""A ZIP of pictures under names that a person chose, with `recipe.json`, from which another studio takes them in, and
`SHA256SUMS`. Pictures go in one at a time, stored as they are: they are compressed already."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import IO, Any

from pipelines.errors import RequestRefused
from store.entries import GenerationEntry
from store.errors import FileDamaged, RowMissing
from store.records import END_STATES
from store.rows import AvatarRow, PictureRow
from studio.vocabulary.archive import (
    ARCHIVE_FORMAT,
    ARCHIVE_VERSION,
    MOST_ARCHIVED,
    MOST_RECIPE_BYTES,
    RECIPE_NAME,
    SUMS_NAME,
    ArchivedOrigin,
)
from studio.vocabulary.export import ExportedPicture, ExportOrder
from studio.vocabulary.file_names import safe_stem
from studio.worker.export_pictures import encode_picture
from studio.worker.selection import Exported, Selection, persona_name, say_moment

FIRST_ZIP_YEAR = 1980
OF_ORIGIN = {field.name for field in fields(ArchivedOrigin)}
READABLE = 0o644  # what a member is unpacked with on systems that have such rights
_FIELD = re.compile(r"\{([a-z]+)\}")


def write_archive(selection: Selection, order: ExportOrder, file: IO[bytes]) -> Exported:
    """The archive. What waits or runs goes in with the pictures that it has, and not into the recipe."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        return ArchiveWriter(selection, order, archive).write()


class ArchiveWriter:
    """Writes one archive."""

    def __init__(self, selection: Selection, order: ExportOrder, archive: zipfile.ZipFile) -> None:
        self._selection, self._order, self._archive = selection, order, archive
        self._names: set[str] = {RECIPE_NAME.casefold(), SUMS_NAME.casefold()}
        self._sums: list[str] = []
        self._number = 0
        self._left_out = 0

    def write(self) -> Exported:
        """All pictures, then what is said of them."""
        said: list[bytes] = []
        generations = recipe_bytes = 0
        projects: dict[str, Any] = {}
        avatars: dict[str, Any] = {}
        for entry in self._selection.entries():
            generations += 1
            if self._number + len(entry.pictures) > MOST_ARCHIVED or recipe_bytes > MOST_RECIPE_BYTES:
                raise RequestRefused(
                    f"A ZIP holds {MOST_ARCHIVED} pictures at most, and less of large orders."
                )
            pictures = [one for picture in entry.pictures if (one := self._add(entry, picture))]
            if not self._order.metadata or entry.generation.state not in END_STATES:
                continue
            self._describe_holders(entry, projects, avatars)
            said.append(json.dumps(self._describe(entry, pictures), ensure_ascii=False).encode())
            recipe_bytes += len(said[-1])
        if said:
            head = {"format": ARCHIVE_FORMAT, "version": ARCHIVE_VERSION}
            head |= {"projects": [*projects.values()], "avatars": [*avatars.values()]}
            self._write_recipe(head, said)
        sums = "".join(f"{line}\n" for line in self._sums)
        self._archive.writestr(self._info(SUMS_NAME, is_text=True), sums.encode())
        return Exported(generations=generations, pictures=self._number, left_out=self._left_out)

    def _write_recipe(self, head: Mapping[str, Any], generations: list[bytes]) -> None:
        with self._archive.open(self._info(RECIPE_NAME, is_text=True), "w") as recipe:
            recipe.write(json.dumps(head, ensure_ascii=False).encode()[:-1] + b', "generations": [\n')
            for number, one in enumerate(generations):
                recipe.write((b",\n" if number else b"") + one)
            recipe.write(b"\n]}\n")

    def _info(self, name: str, moment: datetime | None = None, *, is_text: bool = False) -> zipfile.ZipInfo:
        at = (moment or self._selection.store.clock()).timetuple()
        info = zipfile.ZipInfo(name, (max(at[0], FIRST_ZIP_YEAR), *at[1:6]))
        info.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
        info.external_attr = READABLE << 16
        return info

    def _add(self, entry: GenerationEntry, picture: PictureRow) -> dict[str, Any] | None:
        """Write one picture; what the recipe says of it. None for one whose file is lost."""
        store, owner, order = self._selection.store, self._selection.owner, self._order
        try:
            kept = store.files.get(owner, picture.file_id)
            data = store.files.read(owner, picture.file_id)
        except (FileDamaged, RowMissing, FileNotFoundError):
            self._left_out += 1
            return None
        data, encoding = encode_picture(
            data,
            kept.media_type,
            wanted=order.image_format,
            longest_px=order.longest_px,
            metadata=order.metadata,
        )
        self._number += 1
        name = self._free_name(self._name(entry, picture), encoding.ending)
        self._archive.writestr(self._info(name, entry.generation.created_at), data)
        digest = hashlib.sha256(data).hexdigest()
        self._sums.append(f"{digest}  {name}")
        fields = ("position", "view", "pose", "seed", "width", "height", "alt")
        said = {field: getattr(picture, field) for field in fields}
        return said | {"file": name, "sha256": digest, "size": len(data)}

    def _name(self, entry: GenerationEntry, picture: PictureRow) -> str:
        row, project = entry.generation, self._selection.project(entry.generation.project_id)
        told = ExportedPicture(
            title=row.title,
            name=persona_name(row.order),
            created_at=row.created_at,
            project=project.name if project else "",
            pose=picture.pose,
            view=picture.view,
            seed=picture.seed,
            number=self._number,
            id=picture.id,
        )
        return fill_names(self._order.names, told.fields)

    def _free_name(self, stem: str, ending: str) -> str:
        """A name that no other file here has, also where upper and lower case are one."""
        name, again = f"{stem}{ending}", 2
        while name.casefold() in self._names:
            name, again = f"{stem} ({again}){ending}", again + 1
        self._names.add(name.casefold())
        return name

    def _describe_holders(
        self, entry: GenerationEntry, projects: dict[str, Any], avatars: dict[str, Any]
    ) -> None:
        """Note the project and the avatar that the generation belongs to, and the avatar's project."""
        avatar = self._selection.avatar(entry.generation.avatar_id)
        if avatar is not None and avatar.id not in avatars:
            names = ("id", "name", "project_id", "persona", "body")
            avatars[avatar.id] = {name: getattr(avatar, name) for name in names}
            avatars[avatar.id]["created_at"] = say_moment(avatar.created_at)
            avatars[avatar.id] |= self._describe_past(avatar)
        for project_id in (entry.generation.project_id, avatar.project_id if avatar else None):
            project = self._selection.project(project_id)
            if project is not None:
                said = {"id": project.id, "name": project.name, "archived": project.archived_at is not None}
                projects[project.id] = said | {"created_at": say_moment(project.created_at)}

    def _describe_past(self, avatar: AvatarRow) -> dict[str, Any]:
        """Where an avatar came from, and what it was before; of files nothing, they stay here."""
        origin = {"source": "photo" if avatar.photo_id else "text", **avatar.origin}
        stored = self._selection.store.avatars.versions(self._selection.owner, avatar.id)
        return {
            "origin": {name: value for name, value in origin.items() if name in OF_ORIGIN},
            "versions": [one | {"body": without_meshes(one["body"])} for one in stored],
        }

    def _describe(self, entry: GenerationEntry, pictures: list[dict[str, Any]]) -> dict[str, Any]:
        row = entry.generation
        names = (
            "id", "project_id", "avatar_id", "title", "favourite", "rating", "notes", "tags", "state", "error_code",
            "error", "order", "prompt", "negative_prompt",
        )  # fmt: skip
        said = {name: getattr(row, name) for name in names}
        said |= {name: say_moment(getattr(row, name)) for name in ("created_at", "started_at", "finished_at")}
        requests = self._selection.store.generations.requests(self._selection.owner, row.id)
        return said | {"requests": requests, "pictures": pictures}


def without_meshes(body: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A body without the ids of its meshes, which are made anew of its numbers."""
    return None if body is None else {**body, "glb_id": None, "obj_id": None}


def fill_names(template: str, fields: Mapping[str, str]) -> str:
    """A name without its ending; a slash of the template makes a folder, one of a field does not."""
    parts = [safe_stem(_FIELD.sub(lambda found: fields[found[1]], part)) for part in template.split("/")]
    return "/".join(part for part in parts if part) or fields["number"]
