"""The rasterizer against a ray caster written the slow and obvious way."""

from __future__ import annotations

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.render.camera import Camera, frame_body
from pipelines.render.rasterizer import rasterize, vertex_normals
from pipelines.types import BodyParameters, CameraSpec, Pose

SIDE = 24


def looking_down_z(side: int = SIDE, focal: float = 30.0) -> Camera:
    return Camera(rotation=np.eye(3), translation=np.zeros(3), focal_px=focal, width=side, height=side)


def cast_rays(vertices: np.ndarray, faces: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Face (-1: none) and depth of every pixel, by intersecting a ray with every triangle."""
    hit = np.full((camera.height, camera.width), -1)
    depth = np.full((camera.height, camera.width), np.inf)
    for y in range(camera.height):
        for x in range(camera.width):
            ray = np.array([x + 0.5 - camera.width / 2, y + 0.5 - camera.height / 2, camera.focal_px])
            for index, face in enumerate(faces):
                a, b, c = vertices[face]
                normal = np.cross(b - a, c - a)
                if normal @ ray >= 0:  # seen from behind
                    continue
                point = ray * (normal @ a) / (normal @ ray)
                sides = [np.cross(q - p, point - p) @ normal for p, q in ((a, b), (b, c), (c, a))]
                if min(sides) >= 0 and point[2] < depth[y, x]:
                    hit[y, x], depth[y, x] = index, point[2]
    return hit, depth


def two_tetrahedra() -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([[0.0, -0.4, 0.0], [0.45, 0.35, 0.1], [-0.4, 0.3, 0.15], [0.05, 0.05, -0.5]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
    inside = corners.mean(0)
    for face in faces:  # outward counter-clockwise
        a, b, c = corners[face]
        if np.cross(b - a, c - a) @ (a - inside) < 0:
            face[1:] = face[:0:-1]
    vertices = np.concatenate(
        [
            corners + np.array([0.03, 0.01, 1.7]),
            corners[:, [1, 0, 2]] * np.array([1, -1, 1]) + np.array([-0.1, 0.1, 1.9]),
        ]
    )
    second = faces + 4
    inside = vertices[4:].mean(0)
    for face in second:
        a, b, c = vertices[face]
        if np.cross(b - a, c - a) @ (a - inside) < 0:
            face[1:] = face[:0:-1].copy()
    return vertices, np.concatenate([faces, second])


def test_agrees_with_cast_rays() -> None:
    vertices, faces = two_tetrahedra()
    camera = looking_down_z()
    expected, depth = cast_rays(vertices, faces, camera)
    raster = rasterize(vertices, faces, camera)
    found = raster.spread(raster.faces, -1)
    assert (expected >= 0).sum() > 100
    assert (found != expected).sum() <= 4  # pixels whose centre lies on an edge
    same = (found == expected) & (found >= 0)
    assert np.allclose(raster.spread(raster.depths)[same], depth[same], rtol=1e-4)


def test_barycentric_weights_find_the_point_again() -> None:
    vertices, faces = two_tetrahedra()
    camera = looking_down_z()
    raster = rasterize(vertices, faces, camera)
    points = raster.interpolate(faces, vertices)
    seen = camera.project(points)
    assert np.allclose(seen[:, 0], raster.pixels % SIDE + 0.5, atol=0.01)
    assert np.allclose(seen[:, 1], raster.pixels // SIDE + 0.5, atol=0.01)
    assert np.allclose(seen[:, 2], raster.depths, rtol=1e-4)
    assert np.allclose(raster.barycentric.sum(1), 1, atol=1e-5)


def test_what_is_behind_or_outside_is_not_drawn() -> None:
    vertices, faces = two_tetrahedra()
    assert len(rasterize(vertices - [0, 0, 4], faces, looking_down_z()).pixels) == 0
    assert len(rasterize(vertices + np.array([9, 0, 0]), faces, looking_down_z()).pixels) == 0
    assert (
        len(rasterize(vertices, faces[:, ::-1], looking_down_z()).pixels) > 0
    )  # the inside, seen from within
    partly = rasterize(vertices + np.array([0.7, 0, 0]), faces, looking_down_z())
    assert len(partly.pixels) > 0


def test_a_body_has_no_cracks_and_normals_face_the_camera() -> None:
    body = open_anny().build(BodyParameters(), Pose())
    camera = frame_body(body, CameraSpec(), 512, 512)
    raster = rasterize(body.vertices, body.faces, camera)
    mask = raster.spread(np.ones(len(raster.pixels), bool), False)
    holes = ~mask[1:-1, 1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1] & mask[1:-1, :-2] & mask[1:-1, 2:]
    assert holes.sum() <= 3
    normals = raster.interpolate(body.faces, vertex_normals(body.vertices, body.faces))
    away = (normals @ camera.rotation.T.astype(np.float32))[:, 2] > 0.3
    assert away.mean() < 0.005


def test_drawing_twice_gives_the_same_bytes() -> None:
    body = open_anny().build(BodyParameters(), Pose())
    camera = frame_body(body, CameraSpec(view="quarter"), 300, 400)
    first, second = (rasterize(body.vertices, body.faces, camera) for _ in range(2))
    assert np.array_equal(first.faces, second.faces)
    assert np.array_equal(first.barycentric, second.barycentric)
