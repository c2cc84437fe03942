"""Errors of the use cases that a person can act on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import store.errors as below
from pipelines.errors import PipelineError, RequestRefused, UnknownName
from studio.account_errors import NotYours
from studio.limit_errors import CreditsTooFew, DayFull, QueueFull, StorageSpent, TooManyOrders


class SettingsRefused(PipelineError):
    """A setting cannot be used as it stands."""

    code = "settings-refused"


class NotFound(PipelineError):
    """There is nothing here with that id. It may have been deleted."""

    code = "not-found"
    http_status = 404


class DataFolderBusy(PipelineError):
    """Another Avatar Studio is using this data folder."""

    code = "data-folder-busy"
    http_status = 409


class AddressTaken(PipelineError):
    """The address that the window should listen on is taken."""

    code = "address-taken"
    http_status = 409


class PoseUnknown(UnknownName):
    """There is no pose with that name."""


class PoseTaken(RequestRefused):
    """Another pose of yours has that id. Rename it first."""

    code = "pose-taken"
    http_status = 409


class TooManyPoses(RequestRefused):
    """You have as many poses as are kept. Delete some first."""

    code = "too-many-poses"
    http_status = 409


class TooManyProjects(RequestRefused):
    """You have as many projects as are kept. Delete some first."""

    code = "too-many-projects"
    http_status = 409


class AvatarFileRefused(RequestRefused):
    """This file is no avatar of this studio. Choose one that ends in .avatar."""

    code = "avatar-file-refused"


class TooManyDocuments(RequestRefused):
    """You have as many of these as are kept. Delete some first."""

    code = "too-many-documents"
    http_status = 409


class NothingToRetry(RequestRefused):
    """This has succeeded: there is nothing to retry. Make it again instead."""

    code = "nothing-to-retry"
    http_status = 409


class NothingToExport(RequestRefused):
    """Nothing of yours fits what is to be exported. Choose other words or filters."""

    code = "nothing-to-export"
    http_status = 409


class ArchiveRefused(PipelineError):
    """This archive cannot be taken in. Nothing was brought in."""

    code = "archive-refused"


class ShareLinksOff(RequestRefused):
    """Share links are off. Whoever runs this studio can switch them on: share_links = true in settings.toml."""

    code = "share-links-off"
    http_status = 409


class PrivateWebhook(RequestRefused):
    """This address is of this computer or of its own network. Name one of the open internet; or whoever runs this
    studio allows others: webhooks_private = true in settings.toml."""

    code = "private-address"
    http_status = 409


class MailOff(RequestRefused):
    """E-mail is off. Whoever runs this studio can switch it on: smtp_host and smtp_from in settings.toml."""

    code = "mail-off"
    http_status = 409


class TooManyWebhooks(RequestRefused):
    """You have as many webhooks as are kept. Delete some first."""

    code = "too-many-webhooks"
    http_status = 409


class NothingToMeasure(RequestRefused):
    """The photo that this body was measured from is not here any more. Measure another photo of the person."""

    code = "nothing-to-measure"
    http_status = 409


class NothingToCompare(RequestRefused):
    """This avatar has no other body to compare with. Measure it again, or name another avatar."""

    code = "nothing-to-compare"
    http_status = 409


class NothingToVary(RequestRefused):
    """A draft is the same whatever the seed. Go on with another engine, or change the pose or the persona."""

    code = "nothing-to-vary"
    http_status = 409


class NothingToDownload(RequestRefused):
    """This model needs no download."""

    code = "nothing-to-download"
    http_status = 409


class NoRecipe(RequestRefused):
    """This picture carries no settings of this studio. They travel in pictures that were made with them."""

    code = "no-recipe"


class UploadRefused(RequestRefused):
    """The scan of uploads refused this file. Choose another one."""

    code = "upload-refused"


class ScanFailed(PipelineError):
    """This file could not be scanned, so it was not taken. Try again; the log says why, to whoever runs the studio."""

    code = "scan-failed"
    http_status = 503


class JobNotOpen(PipelineError):
    """That job has ended already."""

    code = "job-ended"
    http_status = 409


class JobNotWaiting(PipelineError):
    """That job does not wait any more: it runs, or has ended."""

    code = "job-not-waiting"
    http_status = 409


class DraftUnavailable(PipelineError):
    """The worker is starting again. Try in a moment."""

    code = "draft-unavailable"
    http_status = 503


class JobStillOpen(PipelineError):
    """That job is still at work. Cancel it first, or wait for it."""

    code = "job-open"
    http_status = 409


class KeyUsedTwice(PipelineError):
    """That Idempotency-Key was used for another order. Send a new key."""

    code = "idempotency-conflict"
    http_status = 409


class CursorRefused(PipelineError):
    """That page mark is not one of ours. Start from the first page."""

    code = "cursor-refused"
    http_status = 422


class StorageTrouble(PipelineError):
    """The data folder cannot be used just now. Try again in a moment."""

    code = "storage-trouble"
    http_status = 503

    def __init__(self, message: str = "", code: str = "") -> None:
        super().__init__(message)
        self.code = code or type(self).code  # type: ignore[misc]


class NoBackupFolder(PipelineError):
    """No folder for backups is chosen. Choose one under “Storage and backups”, or in settings.toml: backup_folder."""

    code = "no-backup-folder"
    http_status = 409


class BackupRunning(PipelineError):
    """A backup is being made just now. Wait for it."""

    code = "backup-running"
    http_status = 409


class FolderRefused(StorageTrouble):
    """Database and files of this data folder do not belong together."""

    code = "folder-refused"


class NoStudioHere(PipelineError):
    """There is no studio in this folder. Name the folder of one with --data."""

    code = "no-studio"


DATABASE_BUSY, TOO_MANY_FILES = "database-busy", "too-many-files"  # these pass by themselves
# Each keeps its own sentence; the rest is "storage-trouble".
CODE_OF: dict[type[below.StoreError], str] = {
    below.StorageFull: "storage-full",
    below.StorageLimit: "storage-limit",
    below.StorageReadOnly: "storage-read-only",
    below.StorageDenied: "storage-denied",
    below.StorageMissing: "storage-missing",
    below.StorageFailing: "storage-failing",
    below.TooManyFiles: TOO_MANY_FILES,
    below.StoreBusy: DATABASE_BUSY,
    below.SearchDamaged: "search-damaged",
    below.DatabaseDamaged: "database-damaged",
    below.FileDamaged: "file-damaged",
    below.FileVanished: "file-vanished",
    below.DatabaseTooNew: "database-too-new",
    below.BackupRefused: "backup-refused",
    below.BackupBent: "backup-damaged",
}

SAID: dict[type[below.StoreError], type[PipelineError]] = {
    below.RowMissing: NotFound,
    below.NotOwner: NotYours,
    below.JobEnded: JobNotOpen,
    below.JobStarted: JobNotWaiting,
    below.IdempotencyConflict: KeyUsedTwice,
    below.BadCursor: CursorRefused,
}
# These say numbers in their own sentences.
SAID_IN_NUMBERS: dict[type[below.StoreError], Callable[[Any], PipelineError]] = {
    below.TooManyWaiting: lambda error: QueueFull(str(error)),
    below.TooManyThisMinute: lambda error: TooManyOrders(error.seconds),
    below.TooManyToday: lambda error: DayFull(str(error), error.seconds),
    below.RoomTaken: lambda error: StorageSpent(str(error)),
    below.BalanceTooLow: lambda error: CreditsTooFew(str(error)),
}

Target = TypeVar("Target", bound=Callable[..., Any])


def translate_errors(target: Target) -> Target:
    """Let a function, or every public method of a class, raise the store's errors as the studio's.

    The rest of the store's errors (busy, full, damaged, too new) keep their own sentence as StorageTrouble, and so
    does what the disk would not do.
    """
    if inspect.isclass(target):
        for name, member in list(vars(target).items()):
            if inspect.isfunction(member) and not name.startswith("_"):
                setattr(target, name, translate_errors(member))
        return target

    @functools.wraps(target)
    def plain(*args: Any, **kwargs: Any) -> Any:
        try:
            return target(*args, **kwargs)
        except Exception as error:
            said = say_trouble(error)
            if said is None:
                raise
            raise said from error

    return plain  # type: ignore[return-value]


def say_trouble(error: BaseException) -> PipelineError | None:
    """The studio's error for what the store, or the disk below it, would not do; None for any other error."""
    from store.trouble import name_trouble  # SQLAlchemy, which a command may not need

    named = name_trouble(error)
    if named is None:
        return None
    if type(named) in SAID:
        return SAID[type(named)]()
    if type(named) in SAID_IN_NUMBERS:
        return SAID_IN_NUMBERS[type(named)](named)
    if isinstance(named, below.StartRefused):
        return FolderRefused(str(named))
    code = next((code for kind, code in CODE_OF.items() if isinstance(named, kind)), "")
    return StorageTrouble(str(named), code)
