"""Measures the body in a photo and keeps it as an avatar."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from pipelines.body.anny import open_anny
from pipelines.body.estimate import BodyEstimate
from pipelines.body.extractor import ExtractorSetup, PhotoSet, open_extractor
from pipelines.body.measure import measure_sides, measure_volume, measurements
from pipelines.errors import RequestRefused
from pipelines.progress import OnProgress, Progress
from pipelines.types import KnownMeasures, Persona
from store.database import Transaction
from store.errors import RowMissing
from store.store import Store
from studio.vocabulary.avatar import MOST_VERSIONS, AvatarOrigin, MeasuredBody, MeasuredPhotos
from studio.vocabulary.codec import from_json, to_json
from studio.worker.avatar_versions import keep_version
from studio.worker.jobs import JobContext
from studio.worker.meshes import hold_meshes, next_name, write_meshes
from studio.worker.portraits import PORTRAIT_TYPE, cut_portrait, face_of_photo

SOURCE_PHOTO = "Measured from a photo"
READING, MEASURING = "Reading the photo", "Measuring"
FIRST_TENTH = {READING: 0, MEASURING: 9}  # of a body job; what an extractor does lies between
EXTRACTING_TENTHS = 7


def measure_photo(context: JobContext, setup: ExtractorSetup | None = None) -> Mapping[str, Any]:
    """Extract, build, measure, export, keep: the job's result is a new avatar."""
    store, owner, payload = context.store, context.owner, context.payload
    known = from_json(KnownMeasures, payload["known"])
    photo = store.photos.get(owner, payload["photo_id"])
    report = _in_tenths(context.on_progress)
    report(Progress(stage=READING))
    estimate = open_extractor(payload["extractor"], setup).extract(_read_photos(context), known, report)
    report(Progress(stage=MEASURING))
    body = body_from_estimate(estimate, known)
    blobs = write_meshes(store, estimate.parameters)
    name = payload["name"] or next_name(store, owner)
    persona = Persona(
        name=name, gender=known.gender or "neutral", height_cm=known.height_cm, hair_style="crop"
    )

    face = cut_portrait(store.files.read(owner, photo.file_id), face_of_photo(photo), None)
    portrait = store.files.put(face)

    def keep(transaction: Transaction) -> Mapping[str, Any]:
        files = hold_meshes(store, transaction, owner, blobs)
        photos = MeasuredPhotos(
            front=photo.id,
            side=payload.get("side_photo_id"),
            back=payload.get("back_photo_id"),
            person=payload.get("person"),
        )
        now = store.clock()
        kept = to_json(
            replace(body, glb_id=files["glb"], obj_id=files["obj"], photos=photos, measured_at=now)
        )
        kept |= {"estimate": to_json(estimate)}
        if payload.get("avatar_id"):
            return _give_body(store, transaction, owner, payload["avatar_id"], kept, files, known)
        small, _ = store.files.register(transaction, owner, portrait, PORTRAIT_TYPE)
        avatar = store.avatars.add(
            transaction,
            owner,
            name=name,
            persona=to_json(persona),
            body=kept,
            photo_id=photo.id,
            thumbnail_id=small.id,
            origin=to_json(AvatarOrigin(source="photo")),
            files=files,
        )
        return {"avatar_id": avatar.id}

    context.at_finish(keep)
    return {}


def _read_photos(context: JobContext) -> PhotoSet:
    """The pixels of the photos that were ordered to be measured. Raises RowMissing for one deleted meanwhile."""

    def read(name: str) -> np.ndarray | None:
        photo_id = context.payload.get(name)
        if photo_id is None:
            return None
        photo = context.store.photos.get(context.owner, photo_id)
        return read_pixels(context.store.files.read(context.owner, photo.file_id))

    front = read("photo_id")
    assert front is not None
    person = context.payload.get("person")
    return PhotoSet(front=front, person=person, side=read("side_photo_id"), back=read("back_photo_id"))


def _give_body(
    store: Store,
    transaction: Transaction,
    owner: str,
    avatar_id: str,
    body: Mapping[str, Any],
    files: Mapping[str, str],
    known: KnownMeasures,
) -> Mapping[str, Any]:
    """Let a kept avatar have this body, and be as tall as was told; a body that it had is kept as a version. Raises
    RequestRefused where it was deleted meanwhile."""
    try:
        row = store.avatars.get(owner, avatar_id, transaction=transaction)
        before = store.avatars.versions(owner, avatar_id, transaction=transaction)
        told = {"height_cm": known.height_cm, "gender": known.gender}
        store.avatars.update(
            transaction,
            owner,
            avatar_id,
            persona={**row.persona, **{name: value for name, value in told.items() if value is not None}},
            body=body,
            versions=keep_version(row, before, store.clock(), MOST_VERSIONS) if row.body else before,
            files=files,
        )
    except RowMissing as error:
        raise RequestRefused(
            "The avatar of this body was deleted. Bring it back, or measure it anew."
        ) from error
    return {"avatar_id": avatar_id}


def _in_tenths(on_progress: OnProgress) -> OnProgress:
    """Progress of the whole job in tenths: an extractor counts within one of its stages, if at all."""
    reached = 0

    def report(progress: Progress) -> None:
        nonlocal reached
        inside = round(EXTRACTING_TENTHS * progress.step / progress.total) if progress.total else 0
        reached = max(reached, FIRST_TENTH.get(progress.stage, 1) + inside)
        on_progress(replace(progress, step=reached, total=10))

    return report


def read_pixels(data: bytes) -> np.ndarray:
    """A kept photo's pixels, (height, width, 3) uint8 RGB. Only for bytes that this studio wrote itself."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def body_from_estimate(estimate: BodyEstimate, known: KnownMeasures) -> MeasuredBody:
    """An extractor's answer, measured, beside what was known."""
    model = open_anny()
    built = model.build(estimate.parameters)
    return MeasuredBody(
        parameters=estimate.parameters,
        measurements=measurements(measure_sides(model, built), estimate.uncertainty_cm, known),
        volume=measure_volume(built, estimate.volume_plus_minus_l),
        known=known,
        remarks=estimate.remarks,
        source=SOURCE_PHOTO,
        pose=estimate.pose,
        joints_m=estimate.joints_m,
        camera=estimate.camera,
        confidence=estimate.confidence,
        people=estimate.people,
        coverage=estimate.coverage,
        extractor=estimate.extractor,
        raw=estimate.raw,
    )
