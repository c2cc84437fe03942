"""Photo → body: order it, measure it in the worker, keep it as an avatar; and the body that a persona stands for."""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image

from pipelines.body.anny import open_anny
from pipelines.body.export import MESH_MEDIA_TYPES, to_glb, to_obj
from pipelines.body.extractor import EXTRACTORS, open_extractor
from pipelines.body.measure import measure_body, measurements
from pipelines.errors import RequestRefused, UnknownName
from pipelines.figure.look import body_of
from pipelines.photo.errors import REFUSALS, PhotoRefused
from pipelines.types import (
    HEIGHT_RANGE_CM,
    WEIGHT_RANGE_KG,
    BodyEstimate,
    BodyParameters,
    KnownMeasures,
    Measurement,
    OnProgress,
    Persona,
    Progress,
)
from store.database import Transaction
from store.objects import Blob
from store.store import Store
from studio.vocabulary.codec import from_json, to_json
from studio.vocabulary.views import BodyView
from studio.worker.jobs import JobContext, JobNotifier

SOURCE_PHOTO = "Measured from a photo"
SOURCE_PERSONA = "Drawn from the persona"

READING, MEASURING = "Reading the photo", "Measuring"
FIRST_TENTH = {READING: 0, MEASURING: 9}  # of a body job; what an extractor does lies between
EXTRACTING_TENTHS = 7

log = logging.getLogger(__name__)


def order_body(
    store: Store,
    notifier: JobNotifier,
    owner: str,
    photo_id: str,
    known: KnownMeasures,
    *,
    name: str,
    extractor: str,
    idempotency_key: str | None,
) -> str:
    """Order the measuring of a photo; the job's id.

    Raises NotFound for a photo that is not there, PhotoRefused for one without a whole person, RequestRefused for
    a height or weight out of range, UnknownName for an extractor that is not there.
    """
    check_known(known)
    if extractor not in EXTRACTORS:
        raise UnknownName(f"There is no extractor called “{extractor}”. Known: {', '.join(EXTRACTORS)}.")
    photo = store.photos.get(owner, photo_id)
    if not photo.look["body_usable"]:
        raise PhotoRefused(REFUSALS[photo.look["body_problem_code"]], photo.look["body_problem"])
    payload = {"photo_id": photo_id, "known": to_json(known), "name": name.strip(), "extractor": extractor}
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction,
            owner=owner,
            kind="body",
            title=name.strip() or "Body from a photo",
            payload=payload,
            idempotency_key=idempotency_key,
        )
    notifier.notify(job_id)
    return job_id


def check_known(known: KnownMeasures) -> None:
    """Raises RequestRefused for what no adult measures."""
    ranges = (
        ("height", known.height_cm, HEIGHT_RANGE_CM, "cm"),
        ("weight", known.weight_kg, WEIGHT_RANGE_KG, "kg"),
    )
    for noun, value, (low, high), measure in ranges:
        if value is not None and not low <= value <= high:
            raise RequestRefused(f"The {noun} can be {low:.0f} to {high:.0f} {measure}.")


def measure_photo(context: JobContext) -> Mapping[str, Any]:
    """The worker's part: extract, build, measure, export, keep."""
    store, owner, payload = context.store, context.owner, context.payload
    known = from_json(KnownMeasures, payload["known"])
    photo = store.photos.get(owner, payload["photo_id"])
    report = _in_tenths(context.on_progress)
    report(Progress(stage=READING))
    pixels = read_pixels(store.files.read(owner, photo.file_id))
    estimate = open_extractor(payload["extractor"]).extract(pixels, known, report)
    report(Progress(stage=MEASURING))
    body = body_from_estimate(estimate)
    blobs = write_meshes(store, estimate.parameters)
    name = payload["name"] or next_name(store, owner)
    persona = Persona(
        name=name, gender=known.gender or "neutral", height_cm=known.height_cm, hair_style="crop"
    )

    def keep(transaction: Transaction) -> Mapping[str, Any]:
        files = hold_meshes(store, transaction, owner, blobs)
        avatar = store.avatars.add(
            transaction,
            owner,
            name=name,
            persona=to_json(persona),
            body=to_json(replace(body, glb_id=files["glb"], obj_id=files["obj"]))
            | {"estimate": to_json(estimate)},
            photo_id=photo.id,
            files=files,
        )
        return {"avatar_id": avatar.id}

    context.at_finish(keep)
    return {}


def _in_tenths(on_progress: OnProgress) -> OnProgress:
    """Progress of the whole job in tenths: an extractor counts within one of its stages, if at all."""
    reached = 0

    def report(progress: Progress) -> None:
        nonlocal reached
        inside = round(EXTRACTING_TENTHS * progress.step / progress.total) if progress.total else 0
        reached = max(reached, FIRST_TENTH.get(progress.stage, 1) + inside)
        on_progress(replace(progress, step=reached, total=10))

    return report


def write_meshes(store: Store, parameters: BodyParameters) -> Mapping[str, Blob]:
    """A body's meshes at rest as files on the disk, by kind; rows come later."""
    model = open_anny()
    built = model.build(parameters)
    return {
        "glb": store.files.put(to_glb(built, model)),
        "obj": store.files.put(to_obj(built, model)),
    }


def hold_meshes(
    store: Store, transaction: Transaction, owner: str, blobs: Mapping[str, Blob]
) -> dict[str, str]:
    """The owner's rows of written meshes: kind → file id."""
    return {
        kind: store.files.register(transaction, owner, blob, MESH_MEDIA_TYPES[kind])[0].id
        for kind, blob in blobs.items()
    }


def next_name(store: Store, owner: str) -> str:
    """A name for a person whom nobody has named yet: "Avatar 3" after two."""
    return f"Avatar {len(store.avatars.list_recent(owner)) + 1}"


def read_pixels(data: bytes) -> np.ndarray:
    """A kept photo's pixels, (height, width, 3) uint8 RGB. Only for bytes that this studio wrote itself."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def body_from_estimate(estimate: BodyEstimate) -> BodyView:
    """An extractor's answer, measured."""
    values = measure_body(open_anny(), estimate.parameters)
    return BodyView(
        parameters=estimate.parameters,
        measurements=measurements(values, estimate.uncertainty_cm),
        remarks=estimate.remarks,
        source=SOURCE_PHOTO,
        pose=estimate.pose,
        joints_m=estimate.joints_m,
        camera=estimate.camera,
        confidence=estimate.confidence,
    )


def persona_body(persona: Persona) -> BodyView:
    """The body that a persona stands for, measured: exact for the drawing, so no ± but rounding."""
    parameters = body_of(persona)
    values = measure_body(open_anny(), parameters)
    return BodyView(
        parameters=parameters,
        measurements=measurements(values, dict.fromkeys(values, 0.0)),
        remarks=("These are the measures of the drawn body. Measure a photo to get a person's own.",),
        source=SOURCE_PERSONA,
    )


def export_mesh(parameters: BodyParameters, kind: str) -> bytes:
    """A body's mesh at rest, "glb" or "obj". Raises UnknownName."""
    if kind not in MESH_MEDIA_TYPES:
        raise UnknownName(f"There is no mesh format called “{kind}”. Known: {', '.join(MESH_MEDIA_TYPES)}.")
    model = open_anny()
    body = model.build(parameters)
    return to_glb(body, model) if kind == "glb" else to_obj(body, model)


def measurement_rows(measured: tuple[Measurement, ...]) -> list[dict[str, Any]]:
    """Measurements in the form of body.json."""
    return [to_json(measurement) for measurement in measured]
