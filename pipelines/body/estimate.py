"""BodyEstimate: what an extractor answers, and who of the people in the photo it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.types import BodyParameters, CameraFit, Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInPhoto:
    """One of the people in a photo: number from the left, box (x, y, width, height) in pixels, whether measured."""

    number: int
    box: tuple[float, float, float, float]
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEstimate:
    """An extractor's answer. `joints_m` are in the camera's frame (x right, y down, z forward), metres, named
    like COCO's keypoints without eyes and ears ("nose", "left_shoulder", … "right_ankle")."""

    parameters: BodyParameters
    pose: Pose
    camera: CameraFit
    joints_m: Mapping[str, tuple[float, float, float]]
    uncertainty_cm: Mapping[str, float]  # per measurement name
    confidence: float  # 0..1: the share of fitted and seen silhouette, taken together, that both cover
    remarks: tuple[str, ...] = ()
    extractor: str = ""
    raw: Mapping[str, tuple[float, ...]] = field(
        default_factory=dict
    )  # its own numbers by name, as SMPL's betas, body_pose, global_orient
    people: tuple[PersonInPhoto, ...] = ()  # found in the front photo, left to right
    coverage: float | None = (
        None  # 0..1: the share of the body's skin that a photo shows; the rest follows from it
    )
    volume_plus_minus_l: float | None = None  # what is known of the error of the volume
