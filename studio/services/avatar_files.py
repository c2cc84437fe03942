"""Avatars as `.avatar` files: a ZIP with persona, body, face, pictures and licence, out of one studio and into another.

Nothing in a file that comes is trusted: its members are counted and compared with their hashes, every value is held to
its bounds, pictures are opened like any upload, and body, measures and meshes are made anew of the numbers.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PIL import Image

from pipelines.body.anny import open_anny
from pipelines.body.measure import measure_sides, measure_volume, measurements
from pipelines.errors import Cancelled, UnknownName
from pipelines.image.provenance import sign_picture
from pipelines.photo.open import always_wanted, open_photo
from pipelines.pose.exchange.archives import Archive
from pipelines.pose.exchange.limits import PoseFileRefused
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.persona import check_persona
from pipelines.types import BodyParameters
from studio.errors import AvatarFileRefused
from studio.services.avatars import Avatars
from studio.services.photos import MEGA, Photos
from studio.services.scanning import scan_upload
from studio.services.service import PersonalService
from studio.vocabulary.avatar import Avatar, AvatarOrigin, MeasuredBody
from studio.vocabulary.avatar_file import (
    AVATAR_JSON,
    MOST_JSON_BYTES,
    AvatarFile,
    AvatarFileBody,
    AvatarFilePicture,
    PictureRole,
)
from studio.vocabulary.codec import from_json, to_json

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of every member: the same avatar makes the same file
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class AvatarFiles(PersonalService):
    """The avatars of one person, as files."""

    def export(self, avatar_id: str, *, photo: bool = False) -> bytes:
        """An avatar as a file; its photo goes along only where that is asked for.

        Raises NotFound, RequestRefused for one that cannot be read, StorageTrouble.
        """
        avatar = Avatars(self._resources, self._person).get(avatar_id)
        wanted: dict[PictureRole, str | None] = {"base": avatar.origin.base_id}
        wanted["photo"] = avatar.photo_file_id if photo else None
        pictures, members = [], {}
        for role, file_id in wanted.items():
            if file_id is None:
                continue
            file, data = (
                self._store.files.get(self._owner, file_id),
                self._store.files.read(self._owner, file_id),
            )
            name = f"{role}.{ENDINGS.get(file.media_type, 'bin')}"
            pictures.append(AvatarFilePicture(role=role, name=name, sha256=file.sha256, size=len(data)))
            members[name] = data
        said = AvatarFile(
            name=avatar.name,
            persona=avatar.persona,
            body=_body_out(avatar.body),
            prompt=avatar.origin.prompt,
            negative_prompt=avatar.origin.negative_prompt,
            seed=avatar.origin.seed,
            source_type=avatar.origin.source_type,  # type: ignore[arg-type]
            licence=avatar.origin.licence,
            pictures=tuple(pictures),
        )
        description = json.dumps(to_json(said), ensure_ascii=False, indent=1).encode()
        return _zip({AVATAR_JSON: description, **members})

    def take_in(self, data: bytes, *, is_wanted: Callable[[], bool] = always_wanted) -> Avatar:
        """Keep the person of a file as a new avatar: all of it or nothing.

        Raises AvatarFileRefused, PhotoRefused, PersonaRefused, RequestRefused, and Cancelled where `is_wanted` says no.
        """
        if len(data) > self._settings.max_upload_mb * MEGA:
            raise AvatarFileRefused(f"The file is larger than {self._settings.max_upload_mb} MB.")
        scan_upload(self._settings, data)
        said, pictures = _open(data)
        check_persona(said.persona)
        refuse_minors(said.name, said.prompt)
        body = None if said.body is None else _body_in(said.body)
        base = self._sign_base(pictures["base"], said, is_wanted) if "base" in pictures else None
        if not is_wanted():
            raise Cancelled
        photo_id = None
        if "photo" in pictures:
            photos = Photos(self._resources, self._person)
            photo_id = photos.add(pictures["photo"], said.name, is_wanted=is_wanted).id
        origin = AvatarOrigin(
            source="file",
            prompt=said.prompt,
            negative_prompt=said.negative_prompt,
            seed=said.seed,
            source_type=said.source_type,
            licence=said.licence,
        )
        return Avatars(self._resources, self._person).keep(
            replace(said.persona, name=said.name),
            origin=origin,
            body=body,
            base=base,
            photo_id=photo_id,
        )

    def _sign_base(self, data: bytes, said: AvatarFile, is_wanted: Callable[[], bool]) -> bytes:
        """The base picture, opened like an upload and marked as what it was made by. Raises PhotoRefused."""
        settings = self._settings
        photo = open_photo(
            data,
            max_bytes=settings.max_upload_mb * MEGA,
            max_pixels=settings.max_pixels_mp * MEGA,
            is_wanted=is_wanted,
        )
        return sign_picture(Image.fromarray(photo.image), said.source_type, file_format="JPEG")


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), data)
    return out.getvalue()


def _open(data: bytes) -> tuple[AvatarFile, dict[str, bytes]]:
    """What the file says, and its pictures by role, each compared with its hash. Raises AvatarFileRefused."""
    try:
        archive = Archive(data)
        if AVATAR_JSON not in archive.names:
            raise AvatarFileRefused
        said = from_json(AvatarFile, _parse(archive.read(AVATAR_JSON, MOST_JSON_BYTES)))
        pictures = {}
        for one in said.pictures:
            if one.name not in archive.names or one.role in pictures:
                raise AvatarFileRefused("A picture of this file is missing, or comes twice.")
            pictures[str(one.role)] = archive.read(one.name, one.size)
            if hashlib.sha256(pictures[one.role]).hexdigest() != one.sha256:
                raise AvatarFileRefused(
                    f"“{one.name}” in this file is not what it was: its hash is another one."
                )
    except PoseFileRefused as error:
        raise AvatarFileRefused(error.message) from error
    return said, pictures


def _parse(text: bytes) -> Any:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AvatarFileRefused from error
    if not isinstance(said, dict):
        raise AvatarFileRefused
    return said


def _body_out(body: MeasuredBody | None) -> AvatarFileBody | None:
    if body is None:
        return None
    return AvatarFileBody(
        shape=body.parameters.shape,
        plus_minus_cm={measure.name: measure.plus_minus_cm for measure in body.measurements},
        remarks=body.remarks,
        source=body.source,  # type: ignore[arg-type]
        confidence=body.confidence,
    )


def _body_in(said: AvatarFileBody) -> dict[str, Any]:
    """The body measured anew, in its JSON. Raises AvatarFileRefused for numbers that no body has, PersonaRefused for
    one under 18."""
    parameters = BodyParameters(model=said.model, shape=said.shape)
    model = open_anny()
    try:
        built = model.build(parameters)
    except UnknownName as error:
        raise AvatarFileRefused("The body of this file cannot be built here.") from error
    sides = measure_sides(model, built)
    sure = dict.fromkeys(sides, 0.0) | {
        name: within for name, within in said.plus_minus_cm.items() if name in sides
    }
    body = MeasuredBody(
        parameters=parameters,
        measurements=measurements(sides, sure),
        volume=measure_volume(built, None if any(sure.values()) else 0.0),
        remarks=said.remarks,
        source=said.source,
        confidence=said.confidence,
    )
    return to_json(body)
