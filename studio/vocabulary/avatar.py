"""Avatar: a kept person, with the measured body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipelines.types import BodyParameters, CameraFit, Measurement, Persona, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBody:
    """A measured body: of an avatar, or of a persona that was never kept."""

    parameters: BodyParameters
    measurements: tuple[Measurement, ...]
    remarks: tuple[str, ...]
    source: str  # "Measured from a photo" / "Drawn from the persona"
    glb_id: str | None = None
    obj_id: str | None = None
    pose: Pose | None = None  # as the photo shows it; None for a persona's body
    joints_m: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)  # BodyEstimate.joints_m
    camera: CameraFit | None = None
    confidence: float | None = (
        None  # BodyEstimate.confidence; None for a persona's body, and one measured before
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Avatar:
    """A kept person."""

    id: str
    name: str
    persona: Persona
    body: MeasuredBody | None
    unreadable: str = ""  # why persona and body could not be read: then they say nothing
    project_id: str | None = None
    photo_id: str | None
    thumbnail_id: str | None
    created_at: datetime
    updated_at: datetime
