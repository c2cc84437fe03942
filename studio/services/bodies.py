"""Photo → body: order it, measure it in the worker, keep it as an avatar; and the body that a persona stands for."""

from __future__ import annotations

import logging
from typing import Any

from pipelines.body.anny import open_anny
from pipelines.body.export import MESH_MEDIA_TYPES, to_glb, to_obj
from pipelines.body.extractor import EXTRACTORS
from pipelines.body.measure import measure_body, measurements
from pipelines.errors import RequestRefused, UnknownName
from pipelines.figure.appearance import body_of
from pipelines.photo.errors import REFUSALS, PhotoRefused
from pipelines.types import (
    HEIGHT_RANGE_CM,
    WEIGHT_RANGE_KG,
    BodyParameters,
    KnownMeasures,
    Measurement,
    Persona,
)
from store.store import Store
from studio.vocabulary.codec import to_json
from studio.vocabulary.views import BodyView
from studio.worker.jobs import JobNotifier

SOURCE_PERSONA = "Drawn from the persona"

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
