"""Poses like another: the measure that keeps the gallery's poses apart, the other way round."""

from __future__ import annotations

from pipelines.body.anny import open_anny
from pipelines.pose.angles import POSE_BODY
from pipelines.pose.distance import pose_distances, pose_points
from pipelines.pose.library import load_library
from pipelines.pose.similar import find_similar


def test_the_nearest_come_first_and_mirror_images_count() -> None:
    library = load_library()
    template = library.find("hand-on-hip")
    near = find_similar(template, 5)
    assert [away for _, away in near] == sorted(away for _, away in near)
    assert "hand-on-hip" not in [slug for slug, _ in near]
    slug, away = near[0]
    points = [
        pose_points(open_anny().build(POSE_BODY, library.find(one).pose)) for one in ("hand-on-hip", slug)
    ]
    assert abs(float(pose_distances(points)[0, 1]) - away) < 1e-3
    mirrored = find_similar(library.find("hand-on-hip-mirrored"), 5)
    assert [slug for slug, _ in mirrored] == [slug for slug, _ in near]
