"""The body that a persona stands for, measured and as a mesh."""

from __future__ import annotations

from pipelines.body.anny import open_anny
from pipelines.body.export import MESH_MEDIA_TYPES, to_glb, to_obj
from pipelines.body.measure import measure_sides, measure_volume, measurements
from pipelines.errors import UnknownName
from pipelines.figure.appearance import body_of
from pipelines.types import BodyParameters, Persona
from studio.vocabulary.avatar import MeasuredBody

SOURCE_PERSONA = "Drawn from the persona"


def measure_persona(persona: Persona) -> MeasuredBody:
    """The body that a persona stands for, measured: exact for the drawing, so no ± but rounding."""
    parameters = body_of(persona)
    model = open_anny()
    built = model.build(parameters)
    sides = measure_sides(model, built)
    return MeasuredBody(
        parameters=parameters,
        measurements=measurements(sides, dict.fromkeys(sides, 0.0)),
        volume=measure_volume(built, 0.0),
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
