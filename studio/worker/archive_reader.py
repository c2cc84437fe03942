"""Reads an archive that somebody brought. Nothing in it is believed: no size, name, hash or picture.

Members are read one by one by the name that the recipe gives them, with counted bytes, and nothing is unpacked.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from pipelines.errors import PipelineError
from studio.errors import ArchiveRefused
from studio.vocabulary.archive import (
    ARCHIVE_FORMAT,
    ARCHIVE_VERSION,
    MOST_ARCHIVED,
    MOST_RECIPE_BYTES,
    RECIPE_NAME,
    ArchivedPicture,
    ArchiveRecipe,
)
from studio.vocabulary.codec import from_json

END_OF_ZIP, END_OF_ZIP64 = b"PK\x05\x06", b"PK\x06\x06"
END_BYTES, LOCATOR_BYTES, END64_BYTES = 22, 20, 56
MOST_MEMBERS = MOST_ARCHIVED + 1000
MOST_DIRECTORY_BYTES = 32_000_000
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PIECE_BYTES = 1 << 20

NO_ARCHIVE = (
    "This is no archive that a studio exported: choose a ZIP that was made with “export”, as it was made."
)
NO_RECIPE = "This archive has no recipe: it was exported without metadata, and cannot be imported."
NEWER = "This archive was made by a later version of the studio. Update the studio, then import it."
DAMAGED = "“{name}” in this archive is not what was exported. Nothing was brought in. Copy the archive again."
LARGER = "This archive unpacks to more than {limit} MB, the most that is taken (the setting “max_import_mb”)."


class ArchiveReader:
    """One open archive, whose recipe was read and fits. Open with `open_archive`."""

    def __init__(self, archive: zipfile.ZipFile, recipe: ArchiveRecipe) -> None:
        self._archive = archive
        self.recipe = recipe

    def read_picture(self, picture: ArchivedPicture) -> bytes:
        """A picture's bytes, compared with size and hash. Raises ArchiveRefused."""
        try:
            data = _read_member(self._archive, self._archive.getinfo(picture.file), picture.size)
        except KeyError as error:
            raise ArchiveRefused(DAMAGED.format(name=_short(picture.file))) from error
        if len(data) != picture.size or hashlib.sha256(data).hexdigest() != picture.sha256:
            raise ArchiveRefused(DAMAGED.format(name=_short(picture.file)))
        return data


@contextmanager
def open_archive(path: Path, *, most_bytes: int) -> Iterator[ArchiveReader]:
    """Open a file as an archive and read its recipe; `most_bytes` is what all of it may unpack to.

    Raises ArchiveRefused for what is none, is of a later version, or holds what cannot be.
    """
    _refuse_large_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, most_bytes)
            yield ArchiveReader(archive, _read_recipe(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error) as error:
        raise ArchiveRefused(NO_ARCHIVE) from error


def _refuse_large_directory(path: Path) -> None:
    """The list of members is read at once, and so has to be short. Ours ends the file, without a comment."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - END_BYTES - LOCATOR_BYTES - END64_BYTES))
        tail = file.read()
    end = tail[-END_BYTES:]
    if len(end) < END_BYTES or not end.startswith(END_OF_ZIP):
        raise ArchiveRefused(NO_ARCHIVE)
    members, directory_bytes = struct.unpack("<HL", end[10:16])
    if tail.startswith(END_OF_ZIP64):
        members, directory_bytes = struct.unpack("<QQ", tail[32:48])
    if members > MOST_MEMBERS or directory_bytes > MOST_DIRECTORY_BYTES:
        raise ArchiveRefused(f"An archive holds {MOST_ARCHIVED} pictures at most.")


def _check_members(archive: zipfile.ZipFile, most_bytes: int) -> None:
    infos = archive.infolist()
    if len({info.filename for info in infos}) < len(infos) or len(infos) > MOST_MEMBERS:
        raise ArchiveRefused(NO_ARCHIVE)
    if any(info.flag_bits & ENCRYPTED or info.compress_type not in METHODS for info in infos):
        raise ArchiveRefused(NO_ARCHIVE)
    if sum(info.file_size for info in infos) > most_bytes:
        raise ArchiveRefused(LARGER.format(limit=most_bytes // 1_000_000))


def _read_recipe(archive: zipfile.ZipFile) -> ArchiveRecipe:
    try:
        text = _read_member(archive, archive.getinfo(RECIPE_NAME), MOST_RECIPE_BYTES)
    except KeyError as error:
        raise ArchiveRefused(NO_RECIPE) from error
    try:
        said = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(said, ensure_ascii=False).encode()  # half a character cannot be written down again
    except (ValueError, RecursionError) as error:
        raise ArchiveRefused(NO_ARCHIVE) from error
    if not isinstance(said, dict) or said.get("format") != ARCHIVE_FORMAT:
        raise ArchiveRefused(NO_ARCHIVE)
    version = said.get("version")
    if isinstance(version, int) and version > ARCHIVE_VERSION:
        raise ArchiveRefused(NEWER)
    try:
        return from_json(ArchiveRecipe, said)
    except PipelineError as error:
        raise ArchiveRefused(f"The recipe of this archive does not fit: {error.message}") from error


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most_bytes: int) -> bytes:
    """A member's bytes, at most one more than may be. Raises ArchiveRefused where it cannot be read."""
    if info.file_size > most_bytes:
        raise ArchiveRefused(DAMAGED.format(name=_short(info.filename)))
    pieces, seen = [], 0
    try:
        with archive.open(info) as file:
            while seen <= most_bytes and (piece := file.read(min(PIECE_BYTES, most_bytes + 1 - seen))):
                pieces.append(piece)
                seen += len(piece)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise ArchiveRefused(DAMAGED.format(name=_short(info.filename))) from error
    return b"".join(pieces)


def _short(name: str) -> str:
    """A name of the file's own as it may be said: on one line, and not long."""
    return "".join(letter for letter in name if letter.isprintable())[-60:]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
