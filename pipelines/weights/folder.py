"""Where weights lie: ready folders, half-downloaded ones and pins; everything becomes visible by one rename."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.image.spec import Component
from pipelines.weights.errors import ListingRefused
from pipelines.weights.listing import COMMIT, HubFile, Listing, is_safe_path, parse_file

FORMAT = 1  # of pins and manifests
MANIFEST = "avatar-studio-weights.json"
PART = ".part"
MAX_RECORD_BYTES = 5_000_000
KEY_CHARS = 12  # of the digest that tells components of one repository apart


def key_of(component: Component) -> str:
    """The folder name of a component: equal for equal repository, revision and files, whatever preset names it."""
    asked = json.dumps([component.repo, component.revision, sorted(component.files)])
    return component.repo.replace("/", "--") + "--" + hashlib.sha256(asked.encode()).hexdigest()[:KEY_CHARS]


class WeightsFolder:
    """The layout below the weights folder. The folder itself may be a link to another disk; nothing below is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock_file = root / "download.lock"
        self.licences_file = root / "licences.json"

    def ready(self, component: Component) -> Path:
        """Where it lies when it is complete and checked."""
        return self.root / "ready" / key_of(component)

    def staging(self, component: Component) -> Path:
        """Where it lies until then."""
        return self.root / "staging" / key_of(component)

    def pin_file(self, component: Component) -> Path:
        """Where the hub's listing at the first download is kept."""
        return self.root / "pins" / f"{key_of(component)}.json"

    def read_pin(self, component: Component) -> Listing | None:
        """What the hub listed at the first download; None before that. Raises ListingRefused if it is damaged."""
        return read_record(self.pin_file(component))

    def write_pin(self, component: Component, listing: Listing) -> None:
        """Keep the hub's listing for good."""
        write_json(self.pin_file(component), to_record(listing))

    def is_ready(self, component: Component) -> bool:
        """Whether all its files are there with their sizes, as its manifest says."""
        folder = self.ready(component)
        try:
            manifest = read_record(folder / MANIFEST)
        except ListingRefused:
            return False
        return manifest is not None and not folder.is_symlink() and missing_files(folder, manifest) == ()

    def staged_bytes(self, component: Component) -> int:
        """What has arrived of it so far."""
        folder = self.staging(component)
        return 0 if folder.is_symlink() else folder_bytes(folder)

    def publish(self, component: Component, listing: Listing) -> Path:
        """Make a complete staging folder the ready one: manifest, fsync, one rename. The folder."""
        staging, ready = self.staging(component), self.ready(component)
        wanted = {file.path for file in listing.files}
        for path in [path for path in staging.rglob("*") if not path.is_dir() or path.is_symlink()]:
            if path.relative_to(staging).as_posix() not in wanted:
                path.unlink()
        write_json(staging / MANIFEST, to_record(listing))
        for folder in [path for path in staging.rglob("*") if path.is_dir()]:
            sync_folder(folder)
        sync_folder(staging)
        ready.parent.mkdir(parents=True, exist_ok=True)
        if ready.is_symlink() or ready.exists():  # a damaged one
            self.discard(ready)
        staging.replace(ready)
        sync_folder(ready.parent)
        return ready

    def discard(self, path: Path) -> int:
        """Delete a folder of ours (a link: only the link): out of sight by one rename, then for good. Its bytes."""
        if path.is_symlink():
            path.unlink()
            return 0
        if not path.exists():
            return 0
        size = folder_bytes(path)
        trash = self.root / "trash" / f"{path.name}-{os.getpid()}-{time.monotonic_ns()}"
        trash.parent.mkdir(parents=True, exist_ok=True)
        path.replace(trash)
        shutil.rmtree(trash.parent, ignore_errors=True)  # what others left there goes too
        return size


def folder_bytes(folder: Path) -> int:
    """All plain files below, links not followed."""
    if not folder.is_dir():
        return 0
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def missing_files(folder: Path, listing: Listing) -> tuple[str, ...]:
    """The files of a listing that are not there as plain files of their size."""
    return tuple(file.path for file in listing.files if not has_file(folder, file))


def has_file(folder: Path, file: HubFile) -> bool:
    """Whether a plain file of that size is there, reached through no link."""
    path = folder / file.path
    return not leads_through_link(folder, path) and path.is_file() and path.stat().st_size == file.size


def leads_through_link(folder: Path, path: Path) -> bool:
    """Whether the path, or a folder between, is a symbolic link."""
    between = [path, *path.parents]
    return any(step.is_symlink() for step in between[: between.index(folder)])


def digest_matches(path: Path, file: HubFile, on_bytes: Callable[[int], None] = lambda count: None) -> bool:
    """Whether a file's bytes have the listed digest. on_bytes hears how many were read."""
    digest = start_digest(file)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest() == (file.sha256 or file.git_sha1)


def start_digest(file: HubFile) -> Any:
    """The running digest of a listed file: sha256, or git's sha1 of a blob, which begins with the blob's header."""
    if file.sha256:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)


def to_record(listing: Listing) -> dict[str, Any]:
    """A listing as JSON."""
    files = [
        {"path": file.path, "size": file.size, "sha256": file.sha256, "git_sha1": file.git_sha1}
        for file in listing.files
    ]
    return {"format": FORMAT, "repo": listing.repo, "revision": listing.revision, "files": files}


def read_record(path: Path) -> Listing | None:
    """A listing that we wrote; None where there is none. Raises ListingRefused if it is not one of ours."""
    record = read_json(path)
    if record is None:
        return None
    rows = record.get("files") if isinstance(record, dict) and record.get("format") == FORMAT else None
    repo, revision = (
        (record.get("repo"), record.get("revision")) if isinstance(record, dict) else (None, None)
    )
    if not isinstance(rows, list) or not isinstance(repo, str) or not COMMIT.fullmatch(str(revision)):
        raise ListingRefused(f"{path.name} in the weights folder is damaged. Delete it and download again.")
    files = tuple(parse_file(repo, row) for row in rows)
    if not files or not all(is_safe_path(file.path) for file in files):
        raise ListingRefused(f"{path.name} in the weights folder is damaged. Delete it and download again.")
    return Listing(repo=repo, revision=str(revision), files=files)


def read_json(path: Path) -> Any:
    """A small JSON file; None where there is none. Raises ListingRefused if it is damaged."""
    try:
        if path.is_symlink() or path.stat().st_size > MAX_RECORD_BYTES:
            raise ListingRefused(f"{path.name} in the weights folder is not ours. Delete it.")
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise ListingRefused(f"{path.name} in the weights folder is damaged. Delete it.") from error


def write_json(path: Path, value: Any) -> None:
    """Write a small JSON file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8", newline="\n") as stream:
        json.dump(value, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename inside a folder last through power loss, where the system can (Windows does it by itself)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
