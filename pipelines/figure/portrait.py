"""A persona's head and shoulders with a face at rest, as one would look into a passport's camera."""

from __future__ import annotations

from pipelines.appearance import Expression
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.types import BodyParameters, BodyScene, CameraSpec, Persona

POSE = "portrait-straight"
AT_REST = Expression(name="neutral")


def portrait_scene(
    persona: Persona, body: BodyParameters | None = None, *, yaw_deg: float = 0.0
) -> BodyScene:
    """The scene; `body` is a measured body, None the persona's own. Raises PersonaRefused, RequestRefused."""
    parameters = body_of(persona) if body is None else body
    fitted = resolve_pose(load_library().find(POSE), open_anny(), parameters)
    return BodyScene(
        body=parameters,
        pose=fitted.pose,
        camera=CameraSpec(view="front", framing="portrait", yaw_deg=yaw_deg),
        look=appearance_of(persona, expression=AT_REST),
    )
