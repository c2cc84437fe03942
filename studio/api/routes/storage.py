"""GET /storage, DELETE /trash and POST /backups: space, and copies of what is kept."""

from __future__ import annotations

from fastapi import APIRouter, status

from studio.api.asker import Mine, require
from studio.api.errors import problems
from studio.api.storage_answers import BackupOut, EmptiedOut, StorageOut
from studio.studio import Studio


def storage_routes(studio: Studio) -> APIRouter:
    """The routes of space."""
    router = APIRouter(tags=["storage"])

    @router.get("/storage", responses=problems(422))
    def get_storage(mine: Mine) -> StorageOut:
        """What takes how much space, and when the last backup was made."""
        return StorageOut.of(mine.storage.look())

    @router.delete("/trash", responses=problems(422))
    def empty_trash(mine: Mine) -> EmptiedOut:
        """Delete for good everything that lies in your trash, on a full disk too. What is in work stays."""
        return EmptiedOut(deleted=mine.storage.empty_trash())

    @router.post(
        "/backups",
        status_code=status.HTTP_202_ACCEPTED,
        responses=problems(409, 422),
        dependencies=[require("house")],
    )
    def start_backup() -> BackupOut:
        """Begin a backup into the folder that the settings name; GET /storage says how it went."""
        studio.backups.start()
        return BackupOut.of(studio.backups.state())

    return router
