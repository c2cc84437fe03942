"""The span rasteriser: exact cover, no cracks, hems where they are, the nearest in front."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.figure.raster import Samples, Soup, rasterize, rasterize_within

SQUARE = np.array([[0, 0, 2], [0, 10, 2], [10, 10, 2], [10, 0, 2]], float)  # x, y, depth
TWO = np.array([[0, 1, 2], [0, 2, 3]])


def soup_of(
    corners: np.ndarray,
    faces: np.ndarray,
    *,
    clip: np.ndarray | None = None,
    two_sided: bool = True,
    nearness: np.ndarray | None = None,
) -> Soup:
    return Soup(
        points=corners[:, :2].astype(np.float32),
        inverse_depth=(1 / corners[:, 2]).astype(np.float32),
        faces=faces,
        clip=np.ones(len(corners), np.float32) if clip is None else clip.astype(np.float32),
        two_sided=np.full(len(faces), two_sided),
        nearness=np.ones(len(faces), np.float32) if nearness is None else nearness.astype(np.float32),
    )


def render(
    corners: np.ndarray, faces: np.ndarray, *, size: tuple[int, int] = (12, 12), **said: Any
) -> Samples:
    return rasterize(soup_of(corners, faces, **said), *size)


def test_a_square_covers_its_samples_once() -> None:
    seen = render(SQUARE, TWO)
    assert len(seen.place) == 100
    assert len(set(seen.place.tolist())) == 100
    assert np.allclose(seen.depth, 2)
    assert np.allclose(seen.weights().sum(1), 1, atol=1e-6)


def test_chosen_pixels_have_the_samples_of_a_larger_picture() -> None:
    generator = np.random.default_rng(3)
    corners = np.concatenate([generator.uniform(-2, 14, (60, 2)), generator.uniform(1, 3, (60, 1))], axis=1)
    soup = soup_of(corners, np.arange(60).reshape(20, 3))
    chosen = generator.random((3, 3)) < 0.5
    large = np.full((12, 12), -1)
    whole = rasterize(soup, 12, 12)
    large.ravel()[whole.place] = whole.face
    found = np.full((int(chosen.sum()), 4, 4), -1)
    some = rasterize_within(soup, chosen, 4)
    found.ravel()[some.place] = some.face
    assert np.array_equal(found, large.reshape(3, 4, 3, 4).swapaxes(1, 2)[chosen])
    assert np.allclose(some.weights().sum(1), 1, atol=1e-6)


def test_random_triangulations_have_no_cracks() -> None:
    generator = np.random.default_rng(5)
    grid = np.stack(np.meshgrid(np.linspace(0, 64, 9), np.linspace(0, 64, 9)), -1).reshape(-1, 2)
    inner = ((grid > 0) & (grid < 64)).all(1)
    grid[inner] += generator.uniform(-3, 3, (int(inner.sum()), 2))
    corners = np.concatenate([grid, generator.uniform(1, 3, (81, 1))], axis=1)
    index = np.arange(81).reshape(9, 9)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    faces = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    assert len(render(corners, faces, size=(64, 64)).place) == 64 * 64


def test_one_sided_triangles_are_seen_from_outside_only() -> None:
    outside = render(SQUARE, TWO[:, ::-1], two_sided=False)
    inside = render(SQUARE, TWO, two_sided=False)
    assert {len(outside.place), len(inside.place)} == {0, 100}
    assert not outside.back.any()
    assert not inside.back.any()


def test_a_hem_cuts_where_its_distance_is_zero() -> None:
    clip = np.array([-0.4, -0.4, 0.6, 0.6])  # zero at x = 4
    columns = render(SQUARE, TWO, clip=clip).place % 12
    assert columns.min() == 4
    assert len(columns) == 60


def test_a_hem_is_straight_in_space_not_on_the_screen() -> None:
    tilted = SQUARE.copy()
    tilted[2:, 2] = 6.0  # the right side is three times further away
    columns = render(tilted, TWO, clip=np.array([-0.5, -0.5, 0.5, 0.5])).place % 12
    assert columns.min() + 0.5 > 7  # half way in space is three quarters of the way on the screen


def test_the_nearest_wins_and_layers_break_ties() -> None:
    corners = np.concatenate([SQUARE, np.add(SQUARE, [0, 0, 1.0])])
    faces = np.concatenate([TWO, TWO + 4])
    assert set(render(corners, faces).face.tolist()) == {0, 1}
    pushed = np.array([1, 1, 1.6, 1.6])
    assert set(render(corners, faces, nearness=pushed).face.tolist()) == {2, 3}


def test_what_lies_outside_the_picture_is_cut() -> None:
    far = SQUARE * [10, 10, 1] - [50, 50, 0]
    assert len(render(far, TWO).place) == 144
    assert len(render(np.add(SQUARE, [100, 0, 0]), TWO).place) == 0
