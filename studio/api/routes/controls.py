"""POST /controls: a control map of a dressed persona or avatar, drawn at once."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from pipelines.types import ControlKind, Framing, View
from studio.api.asker import Mine
from studio.api.errors import problems
from studio.api.media import NEVER_STORED
from studio.api.persona_words import PersonaIn
from studio.api.schemas import Strict
from studio.studio import Studio
from studio.vocabulary.names import Id
from studio.vocabulary.order import PoseName, Side


class ControlIn(Strict):
    """Which control map, of whom, in which pose."""

    kind: ControlKind
    pose: PoseName
    persona: PersonaIn | None = Field(default=None, description="Left out: the avatar's, or the plain one.")
    avatar_id: Id | None = Field(default=None, description="A kept avatar, with its measured body.")
    view: View = "front"
    framing: Framing | None = Field(default=None, description="Left out: the pose's own.")
    body: bool = Field(
        default=False, strict=True, description="The body alone, without clothes, props and floor."
    )
    width: Side = 1024
    height: Side = 1024


def control_routes(studio: Studio) -> APIRouter:
    """The route of control maps."""
    router = APIRouter(tags=["poses"])

    @router.post(
        "/controls",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}}, **problems(404, 413, 422, 429)},
    )
    def render_control(asked: ControlIn, mine: Mine) -> Response:
        """A PNG. That of segments carries their colours as its text chunk "segments": {name: [r, g, b]}."""
        picture = mine.stage.render_control(
            kind=asked.kind,
            pose=mine.poses.find_slug(asked.pose),
            view=asked.view,
            width=asked.width,
            height=asked.height,
            persona=asked.persona,
            avatar_id=asked.avatar_id,
            framing=asked.framing,
            dressed=not asked.body,
        )
        return Response(picture, media_type="image/png", headers=NEVER_STORED)

    return router
