"""The doctor: reads every downloaded byte again and says what is not as it was pinned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.header import read_header
from pipelines.weights.errors import ListingRefused
from pipelines.weights.fetch import MODEL_LIMITS
from pipelines.weights.folder import MANIFEST, WeightsFolder, digest_matches, has_file, read_record
from pipelines.weights.listing import WEIGHTS_SUFFIX, HubFile, Listing

Kind = Literal[
    "damaged-record", "missing-file", "wrong-bytes", "malformed-file", "stray-file", "unpinned", "leftover"
]

SAID: Mapping[Kind, str] = {
    "damaged-record": "The record of what belongs here is damaged.",
    "missing-file": "This file is missing, or has another size than it should.",
    "wrong-bytes": "This file is not what was downloaded.",
    "malformed-file": "This file is not well-formed safetensors.",
    "stray-file": "This file does not belong here.",
    "unpinned": "This is not what was pinned at the first download.",
    "leftover": "This download was begun and not finished.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorFinding:
    """One thing that is not as it should be; `advice` says what to do."""

    kind: Kind
    subject: str  # a path below the weights folder
    advice: str

    @property
    def sentence(self) -> str:
        """What is wrong there and what to do."""
        return f"{SAID[self.kind]} {self.advice}"


def examine(weights_folder: WeightsFolder) -> list[DoctorFinding]:
    """All findings, folder by folder. Reads all weights once (about half a second for each GB)."""
    found: list[DoctorFinding] = []
    ready = weights_folder.root / "ready"
    if ready.is_dir():
        for folder in sorted(ready.iterdir()):
            found += _examine_folder(weights_folder, folder)
    staging = weights_folder.root / "staging"
    if staging.is_dir():
        for folder in sorted(staging.iterdir()):
            subject = folder.relative_to(weights_folder.root).as_posix()
            found.append(
                DoctorFinding(
                    kind="leftover", subject=subject, advice="Download again to go on, or remove it."
                )
            )
    return found


def _examine_folder(weights_folder: WeightsFolder, folder: Path) -> Iterator[DoctorFinding]:
    def finding(kind: Kind, path: Path, advice: str) -> DoctorFinding:
        return DoctorFinding(
            kind=kind, subject=path.relative_to(weights_folder.root).as_posix(), advice=advice
        )

    again = "Remove it and download it again."
    try:
        manifest = None if folder.is_symlink() else read_record(folder / MANIFEST)
        pin = read_record(weights_folder.root / "pins" / f"{folder.name}.json")
    except (ListingRefused, OSError):
        manifest = pin = None
    if manifest is None:
        yield finding("damaged-record", folder, again)
        return
    if pin is None or not _agree(pin, manifest):
        yield finding("unpinned", folder, again)
    for file in manifest.files:
        kind = _examine_file(folder, file)
        if kind is not None:
            yield finding(kind, folder / file.path, again)
    known = {MANIFEST, *(file.path for file in manifest.files)}
    for path in sorted(folder.rglob("*")):
        if not path.is_dir() and path.relative_to(folder).as_posix() not in known:
            yield finding("stray-file", path, "Delete it, or move it elsewhere.")


def _agree(pin: Listing, manifest: Listing) -> bool:
    return pin.revision == manifest.revision and set(pin.files) == set(manifest.files)


def _examine_file(folder: Path, file: HubFile) -> Kind | None:
    path = folder / file.path
    if not has_file(folder, file):
        return "missing-file"
    if not digest_matches(path, file):
        return "wrong-bytes"
    if path.name.endswith(WEIGHTS_SUFFIX):
        try:
            read_header(path, MODEL_LIMITS)
        except FileRefused:
            return "malformed-file"
    return None
