"""Fetch the files of a component into its staging folder: resumed, counted, checked against the listing."""

from __future__ import annotations

import errno
import os
import re
import time
from pathlib import Path
from typing import IO, Any

from pipelines.network import retry_passing
from pipelines.progress import OnProgress, Progress
from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.header import HeaderLimits, read_header
from pipelines.weights.errors import DiskFull, HubTrouble, WrongBytes
from pipelines.weights.folder import PART, has_file, leads_through_link, start_digest, sync_folder
from pipelines.weights.hub import Hub
from pipelines.weights.line import Head
from pipelines.weights.listing import WEIGHTS_SUFFIX, HubFile, Listing

BYTES_PER_MB = 1_000_000
TELL_EVERY_S = 0.25
READ_BYTES = 1 << 20
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL_WINDOWS = {39, 112}  # ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL
MODEL_LIMITS = HeaderLimits()


class Meter:
    """How far a download is, in MB of all of it; asks at most four times a second whether to go on."""

    def __init__(self, total_bytes: int, on_progress: OnProgress) -> None:
        self.done = 0
        self.stage = "Asking the hub"
        self._total, self._on_progress, self._told_at = total_bytes, on_progress, 0.0

    def add(self, count: int) -> None:
        """Bytes came (or, where negative, turned out useless). May raise Cancelled."""
        self.done += count
        self.tick()

    def tick(self) -> None:
        """May raise Cancelled."""
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_S:
            self._told_at = now
            step, total = self.done // BYTES_PER_MB, max(1, self._total // BYTES_PER_MB)
            self._on_progress(Progress(stage=self.stage, step=min(step, total), total=total))


def fetch_files(hub: Hub, listing: Listing, staging: Path, meter: Meter) -> None:
    """Bring every file of the listing into the staging folder, each complete and checked. What is there stays.

    Raises the hub's errors, WrongBytes, FileRefused, DiskFull, and Cancelled through the meter; whatever happens,
    a file stands under its own name only if it is complete and checked.
    """
    for number, file in enumerate(listing.files, 1):
        meter.stage = f"Downloading {file.path} ({number} of {len(listing.files)})"
        if has_file(staging, file):
            meter.add(file.size)
            continue
        _Fetch(hub, listing, file, staging, meter).run()


class _Fetch:
    """One file on its way: NAME.part grows, is checked, and becomes NAME by a rename.

    Its digest is pinned, so a broken line is gone on with whatever the server says of the file since (a CDN changes
    its ETag from one day to the next): what does not fit together is found out at the end, and begun anew.
    """

    def __init__(self, hub: Hub, listing: Listing, file: HubFile, staging: Path, meter: Meter) -> None:
        self.hub, self.listing, self.file, self.meter = hub, listing, file, meter
        self.target = staging / file.path
        self.part = self.target.with_name(self.target.name + PART)
        if leads_through_link(staging, self.part):
            raise FileRefused("A link stands where a download should go. Remove it from the weights folder.")
        self.counted = 0  # bytes of this file that the meter knows of
        self.was_wrong = False

    def run(self) -> None:
        """Fetch it, trying again what can pass, and once more what came out wrong."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        pauses = self.hub.patience.pauses_s
        try:
            while True:
                retry_passing(self._attempt, pauses, self.meter.tick, progress=lambda: self.counted)
                if self._settle():
                    return
        except OSError as error:
            if error.errno in DISK_FULL or getattr(error, "winerror", None) in DISK_FULL_WINDOWS:
                raise DiskFull from error
            raise

    def _attempt(self) -> None:
        """One line to the hub, until the part is as long as the listing says."""
        with self.part.open("ab") as stream:
            have = stream.tell()
            if have > self.file.size:
                self._start_over(stream)
                have = 0
            self._count(have)
            if have == self.file.size:
                return
            where = (self.listing.repo, self.listing.revision, self.file)
            with self.hub.open_file(*where, start=have, whole=self.was_wrong) as line:
                for part in line.parts():
                    if isinstance(part, Head):
                        self._begin(part, stream)
                    elif part:
                        self._write(part, stream)
                    self.meter.tick()
            stream.flush()
            os.fsync(stream.fileno())
            if self.counted < self.file.size:
                raise HubTrouble

    def _begin(self, head: Head, stream: IO[bytes]) -> None:
        """Look at the answer's head: goes it on where we stopped, begins it anew, or is it a refusal?"""
        if head.status == 206:
            told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", head.headers.get("content-range", ""))
            if not told or int(told[1]) != self.counted or told[2] not in ("*", str(self.file.size)):
                self._start_over(stream)
                raise HubTrouble
        elif head.status == 200:
            if self.counted:
                self._start_over(stream)
        elif head.status == 416:
            self._start_over(stream)
            raise HubTrouble
        else:
            raise self.hub.refusal(self.listing.repo, head)

    def _write(self, chunk: bytes, stream: IO[bytes]) -> None:
        if self.counted + len(chunk) > self.file.size:
            self._start_over(stream)
            raise WrongBytes(f"The hub sends more of {self.file.path} than it listed. Nothing of it is used.")
        stream.write(chunk)
        self._count(self.counted + len(chunk))

    def _count(self, bytes_now: int) -> None:
        change, self.counted = bytes_now - self.counted, bytes_now
        self.meter.add(change)

    def _start_over(self, stream: IO[bytes]) -> None:
        stream.truncate(0)
        self._count(0)

    def _settle(self) -> bool:
        """Check the whole part and give it its name. False: it was wrong, for the first time, and is gone."""
        if not self._is_right():
            self.part.unlink()
            self._count(0)
            if self.was_wrong:
                raise WrongBytes(f"{self.file.path} arrived with other bytes than the hub listed, twice.")
            self.was_wrong = True
            return False
        if self.target.name.endswith(WEIGHTS_SUFFIX):
            try:
                read_header(self.part, MODEL_LIMITS)
            except FileRefused:
                self.part.unlink()
                raise
        self.part.replace(self.target)
        sync_folder(self.target.parent)
        return True

    def _is_right(self) -> bool:
        digest: Any = start_digest(self.file)
        with self.part.open("rb") as stream:
            while chunk := stream.read(READ_BYTES):
                digest.update(chunk)
                self.meter.tick()
        return digest.hexdigest() == (self.file.sha256 or self.file.git_sha1)
