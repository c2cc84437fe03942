"""PoseEdit: what the pose editor has made of a pose, as the window sends it to be settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pipelines.appearance import Expression
from pipelines.bounds import ONLY_WHAT_IS_KNOWN, Between, KeyOf, Named, Numbers, Several, Text
from pipelines.options import LENS_MM, TILT_DEG
from pipelines.pose.hands import HAND_SHAPES
from pipelines.pose.limits import ANGLES
from pipelines.types import Framing
from studio.vocabulary.names import SLUG_PATTERN, Id
from studio.vocabulary.pose import LONGEST_POSE_NAME

LARGEST_ANGLE = 7.0  # radians; metres of the root's place
HIGHEST_JUMP_M = 1.5
FINGER_BONES = tuple(
    f"finger{finger}-{joint}{side}" for side in (".L", ".R") for finger in range(1, 6) for joint in (1, 2, 3)
)
Turn = Annotated[tuple[Annotated[float, Between(-LARGEST_ANGLE, LARGEST_ANGLE)], ...], Several(3, least=3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseEdit:
    """A pose on the way from one of the gallery, or the person's own, to another.

    angles in radians (the root's place in metres); fingers: rotation vectors by bone; yaw_deg: how far the body is
    turned for its front view; tilt_deg, lens_mm: see pipelines.types.CameraSpec; expression: what the face shows, None
    as the pose's tags say;
    avatar_id: on whose body it is settled, None the body that poses are made on.
    """

    __pydantic_config__: ClassVar = ONLY_WHAT_IS_KNOWN

    slug: Annotated[
        str, Text(LONGEST_POSE_NAME, pattern=SLUG_PATTERN)
    ]  # of the pose that the edit began with
    angles: Annotated[Mapping[str, float], Numbers(ANGLES, -LARGEST_ANGLE, LARGEST_ANGLE)]
    hands: Annotated[tuple[Annotated[str, KeyOf(tuple(HAND_SHAPES))], ...], Several(2, least=2)]
    fingers: Mapping[Annotated[str, KeyOf(FINGER_BONES)], Turn] = field(default_factory=dict)
    airborne_m: Annotated[float, Between(0, HIGHEST_JUMP_M)] = 0.0
    yaw_deg: Annotated[float, Between(-180, 180)] = 0.0
    tilt_deg: Annotated[float, Between(*TILT_DEG)] | None = None
    lens_mm: Annotated[float, Between(*LENS_MM)] | None = None
    framing: Framing = "full"
    expression: Annotated[Expression, Named("name")] | None = None
    avatar_id: Id | None = None
