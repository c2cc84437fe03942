"""StageScene: what the live draft shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pipelines.appearance import Backdrop, Expression, Finish, Light
from pipelines.bounds import Between, Named, Text
from pipelines.types import Framing, Persona, View
from studio.vocabulary.names import SLUG_PATTERN, Id
from studio.vocabulary.order import Choice, PictureStyle, Prompt
from studio.vocabulary.pose import LONGEST_POSE_NAME, GivenPoses

STAGE_SIDE_PX = (64, 1536)
StageSide = Annotated[int, Between(*STAGE_SIDE_PX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScene:
    """What the stage shows: the live draft's whole request."""

    persona: Persona = field(default_factory=Persona)
    avatar_id: Id | None = None
    pose: Annotated[str, Text(LONGEST_POSE_NAME, pattern=SLUG_PATTERN)] = "relaxed-stand"
    given_poses: GivenPoses = field(default_factory=dict)  # the pose itself, where it is not the gallery's
    view: View = "front"
    framing: Framing | None = None
    expression: Annotated[Expression, Named("name")] | None = (
        None  # of the order; None: the persona's, else the pose's
    )
    look: Finish = "coloured"
    picture_style: PictureStyle = "realistic"
    light: Light = "soft"
    set: Backdrop = "paper"
    words: Prompt = ""  # a person's own prompt: what they wear and how they look is read out of it
    dark: Choice = False  # the page is: bare paper behind the figure is dark then, too
    width: StageSide = 576
    height: StageSide = 768
