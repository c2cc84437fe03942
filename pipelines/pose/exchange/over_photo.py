"""Where the drawn body of a pose lies on the photo that the pose was taken of: the two pictures brought together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.photo.landmarks import POINT_NAMES
from pipelines.pose.openpose import BODY_POINTS

SEEN = 0.5  # points that the detector guesses do not decide where the body lies
FACE = frozenset(("nose", "right_eye", "left_eye", "right_ear", "left_ear"))  # every head is another
LEAST_POINTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOnPhoto:
    """Where a picture lies on another, in shares of that one's width and height; `height` follows from its shape."""

    left: float
    top: float
    width: float


def place_on_photo(
    drawn_px: np.ndarray, drawn_size: tuple[int, int], person: Mapping[str, Any], photo_size: tuple[int, int]
) -> PlaceOnPhoto | None:
    """Where a drawn body lies on a photo of the person whose pose it has, so that its points are on theirs.

    drawn_px (18, 2): the body's points (BODY_POINTS) in pixels of its own picture; sizes: (width, height) in pixels;
    person: as a kept photo has them (Landmarks.to_json), with "points" of (x, y, visibility). Both are seen from
    straight ahead and far away, as the pose was recovered, so a size and a place say it all: the ones with the least
    squares. None where too few points are seen.
    """
    points = np.array(person["points"], float)
    names = [name for name in BODY_POINTS if name in POINT_NAMES and name not in FACE]
    seen = points[[POINT_NAMES.index(name) for name in names]]
    drawn = np.asarray(drawn_px, float)[[BODY_POINTS.index(name) for name in names]]
    is_seen = seen[:, 2] >= SEEN
    if is_seen.sum() < LEAST_POINTS:
        return None
    theirs, ours = seen[is_seen, :2], drawn[is_seen]
    own, others = ours - ours.mean(0), theirs - theirs.mean(0)
    scale = float((own * others).sum() / (own * own).sum())
    if scale <= 0:
        return None
    left, top = theirs.mean(0) - scale * ours.mean(0)
    return PlaceOnPhoto(
        left=float(left) / photo_size[0],
        top=float(top) / photo_size[1],
        width=scale * drawn_size[0] / photo_size[0],
    )
