"""Personas: the words and the body that a persona stands for. Nothing is kept."""

from __future__ import annotations

from pipelines.body.anny import open_anny
from pipelines.body.export import MESH_MEDIA_TYPES, to_glb, to_obj
from pipelines.body.measure import measure_body, measurements
from pipelines.errors import UnknownName
from pipelines.figure.appearance import body_of
from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import BodyParameters, Persona
from studio.services.service import Service
from studio.vocabulary.avatar import MeasuredBody

SOURCE_PERSONA = "Drawn from the persona"


class Personas(Service):
    """What follows from a persona alone, for everybody alike."""

    def write_prompt(self, persona: Persona) -> tuple[str, str]:
        """The prompt and the negative prompt written from a persona."""
        return write_prompt(persona), write_negative_prompt(persona)

    def find_undrawn(self, persona: Persona, prompt: str = "") -> tuple[str, ...]:
        """The person's own words, as written, that a draft does not draw."""
        return find_undrawn_words(persona, prompt)

    def measure(self, persona: Persona) -> MeasuredBody:
        """The body that a persona stands for, measured."""
        return measure_persona(persona)


def measure_persona(persona: Persona) -> MeasuredBody:
    """The body that a persona stands for, measured: exact for the drawing, so no ± but rounding."""
    parameters = body_of(persona)
    values = measure_body(open_anny(), parameters)
    return MeasuredBody(
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
