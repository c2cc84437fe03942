"""What can go wrong in the store. The studio turns these into sentences for a person."""

from __future__ import annotations


class StoreError(Exception):
    """The store cannot do this."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or " ".join((type(self).__doc__ or "").split()))


class RowMissing(StoreError):
    """There is nothing with that id for this owner."""


class NotOwner(StoreError):
    """This is somebody else's, who shared it with this owner for less than that."""


class IdempotencyConflict(StoreError):
    """That idempotency key was used before, for another order. Send a new key."""


class JobStarted(StoreError):
    """That job does not wait any more: it runs, or has ended."""


class TooManyWaiting(StoreError):
    """As many of your jobs wait as may. Try again when some of them are done."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most:,} of your jobs wait, which is as many as may. Try again when some of them are done."
        )


class TooManyThisMinute(StoreError):
    """That is more orders in a minute than are taken. Try again in a moment."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds  # until one more is taken


class TooManyToday(StoreError):
    """You have ordered as much as you may in 24 hours. Try again later."""

    def __init__(self, most: int, seconds: int) -> None:
        super().__init__(
            f"You have ordered {most:,} jobs in 24 hours, which is as many as you may. Try again later."
        )
        self.seconds = seconds  # until one more may be ordered


class RoomTaken(StoreError):
    """You keep as much as you may. Delete something for good, and try again."""

    def __init__(self, most_mb: int) -> None:
        super().__init__(
            f"You keep {most_mb:,} MB, which is as much as you may, the trash included. Delete something for good, and "
            "try again."
        )


class BalanceTooLow(StoreError):
    """You have fewer credits than that."""

    def __init__(self, wanted: int, available: int) -> None:
        super().__init__(
            f"This costs {wanted:,} credits, and you have {available:,}. Order less, or ask for credits."
        )
        self.available = available


class LostLease(StoreError):
    """This job is no longer this worker's: its lease ran out, or the job has ended."""


class JobEnded(StoreError):
    """That job has ended already."""


class BadCursor(StoreError):
    """That page mark is not one of ours. Start from the first page."""


class FileVanished(StoreError):
    """The file was cleaned away while it was being kept. Send it again."""


class FileDamaged(StoreError):
    """This file was damaged or lost on the disk, and no backup that is here holds it. Connect the drive with your
    backups and open it again, or run: python app.py fsck --yes"""


class StoreBusy(StoreError):
    """The database is busy with another writer. Try again in a moment."""


class StorageError(StoreError):
    """The data folder cannot be used just now. Nothing that was kept is lost; try again in a moment."""


class StorageFull(StorageError):
    """The disk is full. Nothing was lost; free some space and try again."""


class StorageLimit(StorageError):
    """The disk, or a limit of this account, does not take a file that large. Nothing was lost."""


class StorageReadOnly(StorageError):
    """The disk of the data folder can be read, but not written to. Make it writable, or choose another folder with
    --data."""


class StorageDenied(StorageError):
    """This account may not read or write the data folder. Give it the rights, or choose another folder with --data."""


class StorageMissing(StorageError):
    """The data folder, or a file in it, is not there. Connect the drive that it lies on, and try again."""


class StorageFailing(StorageError):
    """The disk does not do what it should. Look whether it is full or your share of it used up; if not, copy the data
    folder to another disk soon: python app.py backup DIR"""


class TooManyFiles(StorageError):
    """Too many files are open at once on this computer. Try again in a moment."""


class DatabaseTooNew(StoreError):
    """This data folder was written by a newer version of the studio. Update the studio, or choose another folder."""


class DatabaseDamaged(StoreError):
    """The database of this data folder is damaged. Restore a backup (python app.py restore DIR --data NEW), or rebuild
    it from the files: python app.py fsck --adopt --yes"""


class SearchDamaged(DatabaseDamaged):
    """The search index of this data folder is damaged; nothing else is. Stop the studio and start it again: the index
    is made anew of what is kept."""


class StartRefused(StoreError):
    """Database and files of this data folder do not belong together: opening them could lose what was made."""


class DatabaseGone(StartRefused):
    """The database of this data folder is gone, but the files of a studio are still here: put it back or restore a
    backup, rebuild it from the files with --adopt, or begin anew beside them with --begin-anew (docs/data.md, step by
    step)."""


class FilesGone(StartRefused):
    """The files of this data folder are not here, but its database is: connect the drive they lie on or restore a
    backup, take in what files there are with --adopt, or begin anew beside it with --begin-anew (docs/data.md, step by
    step)."""


class DatabaseOlder(StartRefused):
    """The database of this data folder is older than its files: put the newer one back or restore a whole backup,
    take in what it does not know with --adopt, or begin anew beside them with --begin-anew (docs/data.md, step by
    step)."""


class OtherStudio(StartRefused):
    """The database and the files of this data folder are of two different studios: put back what belongs together,
    restore a backup, take in the files with --adopt, or begin anew beside them with --begin-anew (docs/data.md, step by
    step)."""


class DatabaseBroken(StartRefused):
    """The database of this data folder is damaged, and nothing was changed: restore a backup, rebuild it from the files
    with --adopt, or begin anew beside it with --begin-anew (docs/data.md, step by step)."""


class BackupRefused(StoreError):
    """A backup inside the data folder would be lost together with it. Choose a folder on another disk."""


class BackupBent(StoreError):
    """This backup is incomplete or damaged. Nothing was changed; use another one."""


class BytesMissing(BackupBent):
    """A file of the studio is missing: run python app.py fsck, then back up again."""

    def __init__(self, sha256: str) -> None:
        super().__init__()
        self.sha256 = sha256
