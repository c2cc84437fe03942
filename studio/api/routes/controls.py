"""POST /controls: a control map of a dressed persona or avatar, drawn at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from pipelines.types import ControlKind, Framing, View
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.owners import Owner
from studio.api.schemas import WHOLE, Id, PersonaIn, PoseName, Strict
from studio.services.poses import find_pose
from studio.services.stage import CONTROL_SIDES_PX
from studio.studio import Studio

Side = Annotated[int, Field(ge=CONTROL_SIDES_PX[0], le=CONTROL_SIDES_PX[1]), WHOLE]


class ControlIn(Strict):
    """Which control map, of whom, in which pose."""

    kind: ControlKind
    pose: PoseName
    persona: PersonaIn | None = Field(default=None, description="Left out: the avatar's, or the plain one.")
    avatar_id: Id | None = Field(default=None, description="A kept avatar, with its measured body.")
    view: View = "front"
    framing: Framing | None = Field(default=None, description="Left out: the pose's own.")
    body: bool = Field(default=False, description="The body alone, without clothes, props and floor.")
    width: Side = 1024
    height: Side = 1024


def control_routes(studio: Studio) -> APIRouter:
    """The route of control maps."""
    router = APIRouter(tags=["poses"])

    @router.post(
        "/controls",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}}, **problems(404, 413, 422)},
    )
    def render_control(asked: ControlIn, owner: Owner) -> Response:
        """A PNG. That of segments carries their colours as its text chunk "segments": {name: [r, g, b]}."""
        picture = studio.render_control(
            owner,
            kind=asked.kind,
            pose=find_pose(studio.list_poses(), asked.pose),
            view=asked.view,
            width=asked.width,
            height=asked.height,
            persona=asked.persona.to_persona() if asked.persona else None,
            avatar_id=asked.avatar_id,
            framing=asked.framing,
            dressed=not asked.body,
        )
        return Response(picture, media_type="image/png", headers=NEVER_STORED)

    return router
