"""Outlines: a body's own silhouette meets its outline, a moved one is as far away as it was moved."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.fit_outline import BodyOutline, PhotoOutline
from pipelines.body.fit_view import CAMERA_FROM_REFERENCE
from pipelines.body.frames import to_reference
from pipelines.render.camera import Camera
from pipelines.render.rasterizer import rasterize
from pipelines.types import BodyParameters, Pose

WIDTH, HEIGHT, FOCAL_PX, DISTANCE_M = 700, 1000, 1200.0, 3.0
CENTER = np.array([WIDTH / 2, HEIGHT / 2])


@pytest.fixture(scope="module")
def seen() -> np.ndarray:
    """A standing person's vertices in the camera's frame."""
    body = open_anny().build(
        BodyParameters(shape={"height": 0.42}), Pose(rotations={"upperarm01.L": (0.0, 0.3, 0.0)})
    )
    vertices = to_reference(body.vertices) @ CAMERA_FROM_REFERENCE.T
    return vertices - vertices.mean(0) + [0.1, 0.05, DISTANCE_M]


def draw(seen: np.ndarray) -> np.ndarray:
    """Its silhouette (HEIGHT, WIDTH) bool."""
    camera = Camera(
        rotation=np.eye(3), translation=np.zeros(3), focal_px=FOCAL_PX, width=WIDTH, height=HEIGHT
    )
    raster = rasterize(seen, open_anny().faces, camera)
    return raster.spread(np.ones(len(raster.pixels), np.uint8)) > 0


def test_a_body_meets_its_own_silhouette(seen: np.ndarray) -> None:
    photo, outline = PhotoOutline(draw(seen)), BodyOutline(open_anny().data)
    pairs = outline.pair(seen, photo, FOCAL_PX, CENTER, reach_px=8)
    assert len(pairs.gaps) > 300
    assert abs(np.median(pairs.gaps)) < 0.2  # of a pixel of 5 mm
    assert np.percentile(np.abs(pairs.gaps), 75) < 0.6
    assert np.allclose(np.linalg.norm(pairs.normals, axis=1), 1, atol=1e-6)
    covered = outline.cover(seen, photo, FOCAL_PX, CENTER)
    assert (covered & photo.covered).sum() / (covered | photo.covered).sum() > 0.98


def test_a_moved_silhouette_is_as_far_as_it_was_moved(seen: np.ndarray) -> None:
    moved_px = 9.0
    away = seen + np.array([moved_px * DISTANCE_M / FOCAL_PX, 0, 0])
    photo = PhotoOutline(draw(away))
    pairs = BodyOutline(open_anny().data).pair(seen, photo, FOCAL_PX, CENTER, reach_px=8)
    sideways = np.abs(pairs.normals[:, 0]) > 0.95
    step = np.median((pairs.gaps / pairs.normals[:, 0])[sideways]) / photo.scale[0]
    assert step == pytest.approx(-moved_px, abs=0.7)


def test_what_the_border_cuts_is_no_outline(seen: np.ndarray) -> None:
    low = seen + np.array([0, 0.8, 0])  # the feet leave the picture
    photo = PhotoOutline(draw(low))
    assert photo.points[:, 1].max() < photo.height - 1
    pairs = BodyOutline(open_anny().data).pair(low, photo, FOCAL_PX, CENTER, reach_px=8)
    assert abs(np.median(pairs.gaps)) < 0.2


def test_specks_and_slivers_are_survived(seen: np.ndarray) -> None:
    speck = np.zeros((HEIGHT, WIDTH), bool)
    speck[500, 300] = True
    sliver = np.zeros((HEIGHT, WIDTH), bool)
    sliver[:, 0] = True
    for mask in (speck, sliver, np.ones((HEIGHT, WIDTH), bool)):
        pairs = BodyOutline(open_anny().data).pair(seen, PhotoOutline(mask), FOCAL_PX, CENTER, reach_px=8)
        assert np.isfinite(pairs.gaps).all()
