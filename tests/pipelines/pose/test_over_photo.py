"""Where a drawn body lies on the photo that its pose was taken of."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.photo.landmarks import POINT_NAMES
from pipelines.pose.exchange.over_photo import place_on_photo
from pipelines.pose.openpose import BODY_POINTS

DRAWN_SIZE, PHOTO_SIZE = (600, 800), (1500, 1000)


def test_the_body_lies_where_the_person_is_seen() -> None:
    drawn = np.random.default_rng(1).uniform(100, 500, (len(BODY_POINTS), 2))
    points = np.zeros((len(POINT_NAMES), 3))
    for name, (x, y) in zip(BODY_POINTS, drawn, strict=True):
        if name in POINT_NAMES:
            points[POINT_NAMES.index(name)] = (1.25 * x + 300, 1.25 * y - 50, 0.9)
    points[POINT_NAMES.index("left_ankle")] = (0, 0, 0.3)  # a guess, and a wrong one
    place = place_on_photo(drawn, DRAWN_SIZE, {"points": points.tolist()}, PHOTO_SIZE)
    assert place is not None
    assert (place.left, place.top, place.width) == pytest.approx((0.2, -0.05, 0.5))
    points[:, 2] = 0.3
    assert place_on_photo(drawn, DRAWN_SIZE, {"points": points.tolist()}, PHOTO_SIZE) is None
