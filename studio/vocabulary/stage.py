"""StageScene: what the live draft shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pipelines.appearance import Finish
from pipelines.bounds import Between
from pipelines.types import Framing, Persona, View
from studio.vocabulary.pose import GivenPoses

STAGE_SIDE_PX = (64, 1536)
StageSide = Annotated[int, Between(*STAGE_SIDE_PX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageScene:
    """What the stage shows: the live draft's whole request."""

    persona: Persona
    avatar_id: str | None = None
    pose: str = "relaxed-stand"
    given_poses: GivenPoses = field(default_factory=dict)  # the pose itself, where it is not the gallery's
    view: View = "front"
    framing: Framing | None = None
    look: Finish = "coloured"
    dark: bool = False
    width: StageSide = 576
    height: StageSide = 768
