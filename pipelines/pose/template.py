"""PoseTemplate: one entry of the pose gallery, and its form on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.types import Framing, Pose

CATEGORIES = (
    "standing",
    "fashion",
    "walking",
    "running",
    "seated",
    "kneeling",
    "lying",
    "sport",
    "dance",
    "gesture",
    "business",
    "portrait",
    "action",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseTemplate:
    """A named pose: what it shows, how it is best looked at, and the goals it was solved for.

    name: unique, what a person would say ("Hand on hip"); slug: its id ("hand-on-hip");
    camera_yaw_deg: how far the body is turned for its front view, so that the pose reads;
    goals: what the solver was asked for, kept so that contacts can be re-solved on another body.
    """

    slug: str
    name: str
    category: str
    tags: tuple[str, ...]
    framing: Framing
    camera_yaw_deg: float
    pose: Pose
    goals: Mapping[str, Any] = field(default_factory=dict)
