"""The pose of the person in a picture, and the body in it, drawn to be laid on that picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.errors import Cancelled
from pipelines.options import LENS_MM
from pipelines.photo.open import always_wanted
from pipelines.pose.template import PoseTemplate
from studio.settings import Settings

if TYPE_CHECKING:
    from pipelines.pose.exchange.over_photo import PlaceOnPhoto
    from studio.worker.channel import ChannelClient

MEGA = 1_000_000
BODY_SIZE_PX = (600, 800)
FARTHEST_LENS_MM = LENS_MM[1]  # the pose was recovered as seen from far away


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPose:
    """The pose in a picture; look: what was found in a photo (see Landmarks.to_json), None for a drawn skeleton."""

    template: PoseTemplate
    look: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyOnPhoto:
    """A body in its pose, WEBP on a clear ground, and where that picture lies on the photo."""

    picture: bytes
    place: PlaceOnPhoto


def see_pose(
    settings: Settings,
    channel: ChannelClient | None,
    data: bytes,
    name: str,
    is_wanted: Callable[[], bool] = always_wanted,
) -> SeenPose:
    """The pose of the person in a picture, or of the points drawn in it.

    Raises PhotoRefused, PoseFileRefused, DraftUnavailable, and Cancelled where `is_wanted` says no.
    """
    from pipelines.photo.open import open_photo
    from pipelines.pose.exchange.found import template_of
    from pipelines.pose.exchange.keypoints import found_in
    from pipelines.pose.exchange.openpose_picture import looks_like_openpose, points_of_picture
    from pipelines.pose.exchange.photo import pose_of_person
    from studio.worker.detection import find_landmarks

    photo = open_photo(
        data,
        max_bytes=settings.max_upload_mb * MEGA,
        max_pixels=settings.max_pixels_mp * MEGA,
        max_side=settings.reference_max_px,
        is_wanted=is_wanted,
    )
    if not is_wanted():
        raise Cancelled
    if looks_like_openpose(photo.image):
        return SeenPose(template=template_of(found_in(points_of_picture(photo.image), name)), look=None)
    look = find_landmarks(channel, photo).to_json()
    return SeenPose(template=pose_of_person(look["person"], name), look=look)


def draw_on_photo(seen: SeenPose) -> BodyOnPhoto | None:
    """The body of a photo's pose as the photo sees it, and where it lies there; None where there is no photo."""
    from pipelines.figure.held.all import frame_scene
    from pipelines.figure.people import build_body
    from pipelines.image.draft import draw_preview
    from pipelines.image.provenance import sign_picture
    from pipelines.pose.exchange.over_photo import place_on_photo
    from pipelines.pose.openpose import body_points
    from studio.services.thumbnails import MANNEQUIN
    from studio.worker.scenes import make_scene

    if seen.look is None:
        return None
    level = replace(seen.template, camera_tilt_deg=0.0, lens_mm=FARTHEST_LENS_MM)
    scene = make_scene(
        MANNEQUIN,
        body=None,
        pose=level,
        view="designed",
        framing="full",
        finish="clay",
        backdrop="transparent",
    )
    body = build_body(scene.body, scene.pose)
    points = frame_scene(scene, body, *BODY_SIZE_PX).project(body_points(body))
    size = (seen.look["width"], seen.look["height"])
    place = place_on_photo(points[:, :2], BODY_SIZE_PX, seen.look["person"], size)
    if place is None:
        return None
    drawn = draw_preview(scene, *BODY_SIZE_PX)
    picture = sign_picture(drawn, "algorithmicMedia", file_format="WEBP")
    return BodyOnPhoto(picture=picture, place=place)
