"""From choices to scenes: which body, in which pose, dressed how, seen from where. Pure but for the pose library.

A pose is solved anew for the body at hand, so that a hand on the hip is on this hip; the answer is kept, so that the
stage, the picture, its control maps and all views of an order share it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.appearance import Backdrop, Expression, Finish, Light
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.props import props_of_goals
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.pose.template import PoseTemplate
from pipelines.types import BodyParameters, BodyScene, CameraSpec, Framing, Persona, View


def make_scene(
    persona: Persona,
    *,
    body: BodyParameters | None,
    pose: str | PoseTemplate,
    view: View,
    framing: Framing | None,
    finish: Finish,
    backdrop: Backdrop,
    words: str = "",
    style: str = "realistic",
    light: Light = "soft",
    expression: Expression | None = None,
) -> BodyScene:
    """One scene. `pose` is a pose, or the id of one of the gallery; `body` is a measured body, None the persona's own;
    `framing` None is the pose's own; `words` is the order's prompt and `style` its picture style;
    `expression` is the order's own (see pipelines.pose.expression).

    Raises UnknownName for a pose that is not there, PersonaRefused and RequestRefused for the persona.
    """
    template = load_library().find(pose) if isinstance(pose, str) else pose
    parameters = body_of(persona) if body is None else body
    fitted = resolve_pose(template, open_anny(), parameters)
    return BodyScene(
        body=parameters,
        pose=fitted.pose,
        camera=CameraSpec(
            view=view,
            framing=framing or template.framing,
            yaw_deg=template.camera_yaw_deg if view == "designed" else 0.0,
            tilt_deg=template.camera_tilt_deg,
            lens_mm=template.lens_mm,
        ),
        look=appearance_of(
            persona,
            finish=finish,
            backdrop=backdrop,
            words=words,
            style=style,
            light=light,
            pose=template,
            expression=expression,
        ),
        props=props_of_goals({"props": fitted.props}),
        held=template.held,
    )


def make_scenes(
    persona: Persona,
    *,
    body: BodyParameters | None,
    poses: Sequence[str | PoseTemplate],
    views: Sequence[View],
    framing: Framing | None,
    finish: Finish,
    words: str = "",
    style: str = "realistic",
    light: Light = "soft",
    expression: Expression | None = None,
    backdrop: Backdrop = "paper",
) -> list[tuple[str, BodyScene]]:
    """(id of the pose, scene) for every pose and view, in the order of the pictures."""
    return [
        (
            pose if isinstance(pose, str) else pose.slug,
            make_scene(
                persona,
                body=body,
                pose=pose,
                view=view,
                framing=framing,
                finish=finish,
                backdrop=backdrop,
                words=words,
                style=style,
                light=light,
                expression=expression,
            ),
        )
        for pose in poses
        for view in views
    ]
