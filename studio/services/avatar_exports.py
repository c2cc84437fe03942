"""Avatar exports: an avatar out of the studio as a file that other programs open, made by the worker."""

from __future__ import annotations

from dataclasses import fields
from typing import cast

from pipelines.errors import RequestRefused
from pipelines.figure.export.choices import (
    CHOICES,
    FEWEST_ON_PATH,
    FORMATS,
    MOST_ON_PATH,
    PATH,
    AvatarFormat,
    formats_with,
)
from pipelines.pose.library import load_library
from pipelines.prompt.persona import check_persona
from store.exports import EXPORT
from store.rows import JobRow
from studio.errors import NotFound
from studio.services.avatars import Avatars
from studio.services.exports import find_kept_file
from studio.services.jobs import view_job
from studio.services.service import PersonalService
from studio.vocabulary.avatar_export import AVATAR_FILE, AvatarExport, AvatarExportOrder
from studio.vocabulary.codec import from_json, to_json


class AvatarExports(PersonalService):
    """The avatars of one person on their way out."""

    def start(self, order: AvatarExportOrder, *, idempotency_key: str | None = None) -> AvatarExport:
        """Order the file of an avatar, or of a persona that is not kept.

        The same key with the same order gives the same export. Raises NotFound, PersonaRefused, UnknownName for a
        pose, RequestRefused for values that do not fit.
        """
        order = from_json(AvatarExportOrder, to_json(order))  # held to every bound of its class
        if (order.avatar_id is None) == (order.persona is None):
            raise RequestRefused("Name an avatar or give a persona: one of the two.")
        _refuse_untaken(order)
        if (order.clip == PATH) != (len(order.through) >= FEWEST_ON_PATH) or (
            order.through and order.clip != PATH
        ):
            raise RequestRefused(
                f"The clip “{PATH}” goes through {FEWEST_ON_PATH} to {MOST_ON_PATH} poses. Name them, for it alone."
            )
        for slug in filter(None, (order.pose, *order.through)):
            load_library().find(slug)
        name = self._check_person(order)
        with self._store.begin() as transaction:
            job_id, _ = self._submit_job(
                transaction,
                kind=EXPORT,
                title=f"{name or 'A persona'} as {FORMATS[order.format].word}",
                # Like every export it says which generations it holds: none.
                payload={"ids": [], "search": None, AVATAR_FILE: to_json(order)},
                idempotency_key=idempotency_key,
            )
        self._notifier.notify(job_id)
        return self.get(job_id)

    def get(self, export_id: str, *, avatar_id: str | None = None) -> AvatarExport:
        """How far an export is, and its file once it is there. Raises NotFound, also once it is forgotten, and where it
        is of another avatar."""
        row = self._store.jobs.get(self._owner, export_id)
        if row.kind != EXPORT or AVATAR_FILE not in row.payload:
            raise NotFound
        if avatar_id is not None and row.payload[AVATAR_FILE]["avatar_id"] != avatar_id:
            raise NotFound
        return self._view(row)

    def _check_person(self, order: AvatarExportOrder) -> str:
        """The name of who goes out."""
        if order.avatar_id is not None:
            return Avatars(self._resources, self._person).get(order.avatar_id).name
        assert order.persona is not None
        check_persona(order.persona)
        return order.persona.name

    def _view(self, row: JobRow) -> AvatarExport:
        job = view_job(row)
        file_id, expires_at = find_kept_file(self._store, self._settings, row)
        return AvatarExport(
            id=job.id,
            state=job.state,
            avatar_id=row.payload[AVATAR_FILE]["avatar_id"],
            format=cast(AvatarFormat, row.payload[AVATAR_FILE]["format"]),
            title=job.title,
            percent=job.percent,
            stage=job.stage,
            error_code=job.error_code,
            error=job.error,
            triangles=row.result.get("triangles", 0),
            height_cm=row.result.get("height_cm", 0.0),
            frames=row.result.get("frames", 0),
            file_id=file_id,
            file_name=row.result.get("file_name", ""),
            size=row.result.get("size", 0),
            created_at=job.created_at,
            expires_at=expires_at,
        )


def _refuse_untaken(order: AvatarExportOrder) -> None:
    """Refuse, by its name, what the order's format does not take."""
    info = FORMATS[order.format]
    for field in fields(order):
        if field.name not in CHOICES or field.name in info.takes:
            continue
        if getattr(order, field.name) != field.default:
            raise RequestRefused(
                f"{info.word} takes no {CHOICES[field.name]}. Leave it out, or choose {formats_with(field.name)}."
            )
