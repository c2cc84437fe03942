"""Space that is kept for deleting: on a full disk the database could not even write down that something is gone."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.disk import open_private, sync_file
from store.errors import StorageFull

RESERVE_NAME = "reserve"
RESERVE_BYTES = 8_000_000  # the journals of one batch of deletions, several times over
SLACK_BYTES = 256_000  # left free beside it on a full disk
ROOM_BYTES = 8 * RESERVE_BYTES  # free on the disk before so much is taken of it

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Reserve:
    """A file of zeros in the data folder that is given up when there is no other space, and taken again later."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / RESERVE_NAME

    def keep(self) -> bool:
        """Take the space where there is plenty; whether it is there."""
        try:
            if self.path.exists() and self.path.stat().st_size == RESERVE_BYTES:
                return True
            if shutil.disk_usage(self.path.parent).free < ROOM_BYTES:
                return self.path.exists()
            self._take(RESERVE_BYTES)
        except OSError as error:
            log.warning("No space could be kept in reserve: %s", error)
            self.give_up()
            return False
        return True

    def _take(self, size: int) -> None:
        with open(self.path, "wb", opener=open_private) as file:
            file.write(bytes(size))  # written, not only promised: holes are no space
            sync_file(file)

    def _take_again(self) -> None:
        """What is left of it, before anybody else takes it: the next deletion needs it too."""
        try:
            left = shutil.disk_usage(self.path.parent).free - SLACK_BYTES
            if left > SLACK_BYTES:
                self._take(min(RESERVE_BYTES, left))
        except OSError:
            self.give_up()

    def give_up(self) -> bool:
        """Free the space; whether there was any."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True

    def spend_on(self, work: Callable[[], Result]) -> Result:
        """Do work that makes space; where the disk is full, with the reserve given up for it.

        The work must be one that may be done twice, such as a transaction. Raises StorageFull where not even that
        is enough.
        """
        try:
            return work()
        except StorageFull:
            if not self.give_up():
                raise
            log.warning("The disk is full: the reserve was given up to delete")
        try:
            return work()
        finally:
            self._take_again()
