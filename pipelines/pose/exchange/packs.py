"""Packs: several poses in one ZIP, each a file of any format that is known; "pack.json" says who made them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.pose.exchange.archives import Archive
from pipelines.pose.exchange.limits import (
    LONGEST_CREDIT,
    LONGEST_NAME,
    MOST_JSON_BYTES,
    PoseFileRefused,
    check_object,
    check_text,
    read_json,
)

SHEET = "pack.json"
WRITTEN_AT = (2020, 1, 1, 0, 0, 0)  # equal packs are equal bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who made a pack, and under which licence; "" where it does not say."""

    name: str = ""
    author: str = ""
    licence: str = ""


def write_pack(files: Sequence[tuple[str, bytes]], credit: Credit | None = None) -> bytes:
    """Files by name as a ZIP, with the pack's sheet where there is a credit."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        members = list(files)
        if credit is not None:
            sheet = {"name": credit.name, "author": credit.author, "licence": credit.licence}
            members.insert(0, (SHEET, (json.dumps(sheet, ensure_ascii=False) + "\n").encode()))
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, WRITTEN_AT), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def read_credit(archive: Archive) -> Credit:
    """The pack's sheet, where it has one. Raises PoseFileRefused."""
    if SHEET not in archive.names:
        return Credit()
    sheet: Mapping[str, object] = check_object(read_json(archive.read(SHEET, MOST_JSON_BYTES)), SHEET)
    return Credit(
        name=check_text(sheet.get("name", ""), f"{SHEET}: name", LONGEST_NAME),
        author=check_text(sheet.get("author", ""), f"{SHEET}: author", LONGEST_CREDIT),
        licence=check_text(sheet.get("licence", ""), f"{SHEET}: licence", LONGEST_CREDIT),
    )


def members_of(archive: Archive) -> list[str]:
    """The names of the members that are poses, in the archive's order. Raises PoseFileRefused where there are none."""
    names = [
        name
        for name in archive.names
        if name != SHEET and not name.rsplit("/", 1)[-1].startswith(".") and not name.startswith("__MACOSX/")
    ]
    if not names:
        raise PoseFileRefused("There is no pose in the archive.")
    return names
