"""What the camera sees of a figure: samples, and at each the surface and the light that reaches it.

The figure is rasterised at twice the picture's size. Inside a part one of a pixel's four samples stands for it; in
creases all four are kept. Along outlines and hems sixteen are looked at: each surface among them is shaded once, and
counts by how many it has. Edges come out smooth at little more than the price of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.materials import Surface
from pipelines.figure.mesh import BodyPoints, Part
from pipelines.figure.raster import Samples, Soup, rasterize, rasterize_within
from pipelines.render.camera import Camera

GRID = 2  # samples a side of a pixel
EDGE_GRID = 4  # and of one in which parts meet or end
LAYER_M = 0.007  # how much nearer each outer layer is taken to be
STEEPEST_FACING = 0.3  # cosine to the viewer beyond which a pixel's footprint is not taken as longer
HAIR_BACK_SHARE = 0.3  # hair lets light through
LEAST_AMBIENT = 0.12  # some light reaches everywhere: no holes in mouths and cuffs
BACK_AMBIENT_LOSS, BACK_KEY_LOSS = 0.30, 0.50  # the inside of a garment is darker than splats can tell
CREASE_M = 0.006  # a step in depth within a pixel, per metre of pixel, that keeps all its samples


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Where samples (n,) of one part hit it: rows into the picture's samples, corner vertices (n, 3) and their
    weights, whether from behind, and depth in metres."""

    rows: np.ndarray
    corners: np.ndarray
    weights: np.ndarray
    back: np.ndarray
    depth: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenPart:
    """The samples (n,) of one part: rows into the picture's samples, its surface, normals (n, 3) towards the
    viewer, and 0..1 of the ambient and the key light."""

    part: Part
    rows: np.ndarray
    surface: Surface
    normals: np.ndarray
    ambient: np.ndarray
    key: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Visible:
    """All samples (S,): pixel each belongs to, its share of the pixel, depth in metres, number of its part."""

    width: int
    height: int
    pixel: np.ndarray
    share: np.ndarray
    depth: np.ndarray
    part: np.ndarray
    first: np.ndarray  # (S,) bool: the sample that stands for its pixel
    seen: tuple[SeenPart, ...]


def look_at(
    parts: Sequence[Part], ambient: Sequence[np.ndarray], key: Sequence[np.ndarray], camera: Camera
) -> Visible:
    """What that camera sees of the parts; ambient, key: per part, 0..1 at its vertices."""
    counts = [len(part.vertices) for part in parts]
    offsets = np.concatenate([[0], np.cumsum(counts)])
    faces = np.concatenate(
        [part.pattern.faces + start for part, start in zip(parts, offsets[:-1], strict=True)]
    )
    number = np.repeat(np.arange(len(parts)), [len(part.pattern.faces) for part in parts])
    soup = _soup(parts, faces, number, camera)
    kept = _look(soup, number, camera.width, camera.height)
    part_of = number[kept.face]
    order = np.argsort(part_of, kind="stable")
    bounds = np.searchsorted(part_of[order], np.arange(len(parts) + 1))
    seen = []
    for i, part in enumerate(parts):
        rows = order[bounds[i] : bounds[i + 1]]
        if len(rows):
            hits = Hits(
                rows=rows,
                corners=faces[kept.face[rows]] - offsets[i],
                weights=kept.weights[rows],
                back=kept.back[rows],
                depth=kept.depth[rows],
            )
            seen.append(_see(part, hits, (ambient[i], key[i]), camera))
    return Visible(
        width=camera.width,
        height=camera.height,
        pixel=kept.pixel,
        share=kept.share,
        depth=kept.depth,
        part=part_of.astype(np.int16),
        first=kept.first,
        seen=tuple(seen),
    )


def _soup(parts: Sequence[Part], faces: np.ndarray, number: np.ndarray, camera: Camera) -> Soup:
    vertices = np.concatenate([part.vertices for part in parts])
    seen = camera.to_camera(vertices.astype(np.float64))
    inverse = 1 / seen[:, 2]
    middle = np.array([camera.width / 2, camera.height / 2])
    points = (camera.focal_px * seen[:, :2] * inverse[:, None] + middle) * GRID
    distance = float(np.median(seen[:, 2]))
    layer = np.array([part.layer for part in parts])[number]
    return Soup(
        points=points.astype(np.float32),
        inverse_depth=inverse.astype(np.float32),
        faces=faces,
        clip=np.concatenate([part.pattern.clip for part in parts]),
        two_sided=np.array([part.two_sided for part in parts])[number],
        nearness=(1 + layer * LAYER_M / distance).astype(np.float32),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    """Samples (S,) that are shaded: pixel, share of it, whether it stands for it, and what was hit, as in Samples."""

    pixel: np.ndarray
    share: np.ndarray
    first: np.ndarray
    face: np.ndarray
    weights: np.ndarray
    depth: np.ndarray
    back: np.ndarray


def _look(soup: Soup, part: np.ndarray, width: int, height: int) -> _Kept:
    """The samples of a picture; part: of each triangle."""
    coarse = rasterize(soup, width * GRID, height * GRID)
    sides = (2 * part + 1).astype(np.int16)  # of each triangle; one more from behind
    kinds = np.zeros((height * GRID, width * GRID), np.int16)
    kinds.ravel()[coarse.place] = sides[coarse.face] + coarse.back
    edges = _find_edges(kinds)
    inner = _keep_inner(coarse, edges)
    fine = rasterize_within(replace(soup, points=soup.points * (EDGE_GRID / GRID)), edges, EDGE_GRID)
    outer = _keep_edges(fine, sides[fine.face] + fine.back, np.flatnonzero(edges))
    both = ((coarse, inner), (fine, outer))
    return _Kept(
        pixel=np.concatenate([inner[1], outer[1]]),
        share=np.concatenate([inner[2], outer[2]]),
        first=np.concatenate([inner[3], outer[3]]),
        face=np.concatenate([samples.face[rows[0]] for samples, rows in both]),
        weights=np.concatenate([samples.weights(rows[0]) for samples, rows in both]),
        depth=np.concatenate([samples.depth[rows[0]] for samples, rows in both]),
        back=np.concatenate([samples.back[rows[0]] for samples, rows in both]),
    )


def _find_edges(kinds: np.ndarray) -> np.ndarray:
    """(H, W) bool: pixels whose samples, or those next to them, are not all of one kind. An outline may run through a
    pixel between its own samples and its neighbour's."""
    differs = np.zeros(kinds.shape, bool)
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(0, -1))),
        ((slice(1, None), slice(None)), (slice(0, -1), slice(None))),
    ):
        unlike = kinds[one] != kinds[other]
        differs[one] |= unlike
        differs[other] |= unlike
    high, wide = kinds.shape
    return differs.reshape(high // GRID, GRID, wide // GRID, GRID).any(axis=(1, 3))


def _keep_inner(samples: Samples, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Beside the edges, which samples are kept: index, pixel, share of the pixel, and whether it stands for it."""
    high, wide = edges.shape[0] * GRID, edges.shape[1] * GRID
    depth = np.zeros((high, wide), np.float32)
    depth.ravel()[samples.place] = samples.depth
    a, b, c, d = (depth[i::GRID, j::GRID] for i in range(GRID) for j in range(GRID))
    plain = np.abs(a + d - b - c) < CREASE_M
    row, column = samples.place // wide, samples.place % wide
    pixel = (row // GRID) * (wide // GRID) + column // GRID
    lead = (row % GRID == 0) & (column % GRID == 0)
    kept = np.nonzero(~edges.ravel()[pixel] & (lead | ~plain.ravel()[pixel]))[0]
    pixel = pixel[kept]
    share = np.where(plain.ravel()[pixel], 1.0, 1.0 / GRID**2).astype(np.float32)
    return kept, pixel, share, lead[kept]


def _keep_edges(
    samples: Samples, kinds: np.ndarray, pixels: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Along edges the same: of each kind in a pixel one sample, the one in its middle; the largest stands for it."""
    count = EDGE_GRID**2
    number = samples.place // count
    order = np.argsort(number * (int(kinds.max(initial=0)) + 1) + kinds, kind="stable")
    number, kinds = number[order], kinds[order]
    begins = np.flatnonzero(np.diff(number, prepend=-1) | np.diff(kinds, prepend=-1))
    size = np.diff(begins, append=len(order))
    kept, number = order[begins + size // 2], number[begins]
    largest = np.lexsort((-size, number))
    first = np.zeros(len(kept), bool)
    first[largest[np.flatnonzero(np.diff(number[largest], prepend=-1))]] = True
    return kept, pixels[number], (size / count).astype(np.float32), first


def _see(part: Part, hits: Hits, lights: tuple[np.ndarray, np.ndarray], camera: Camera) -> SeenPart:
    points = part.pattern.points
    columns = np.stack([*lights, part.pattern.field, points.along_arm, points.arm], 1)
    table = np.concatenate([part.normals, points.canonical, columns], axis=1).astype(np.float32)
    mixed = table[hits.corners[:, 0]] * hits.weights[:, :1]
    for k in (1, 2):
        mixed += table[hits.corners[:, k]] * hits.weights[:, k : k + 1]
    canonical = np.ascontiguousarray(mixed[:, 3:6])
    here = BodyPoints(canonical=canonical, along_arm=mixed[:, 9].copy(), arm=mixed[:, 10].copy())
    field = part.pattern.field_of(here) if part.pattern.field_of else mixed[:, 8].copy()
    back = hits.back.astype(np.float32)
    inside = back * (HAIR_BACK_SHARE if part.material.tone == "hair" else 1.0)
    normals = unit(mixed[:, :3]) * (1 - 2 * back)[:, None]
    facing = normals @ -camera.rotation[2].astype(np.float32)
    pixel_m = hits.depth / np.float32(camera.focal_px) / np.clip(facing, STEEPEST_FACING, 1)
    return SeenPart(
        part=part,
        rows=hits.rows,
        surface=Surface(
            canonical=canonical,
            field=field,
            along_arm=here.along_arm,
            arm=here.arm,
            back=hits.back,
            pixel_m=pixel_m,
        ),
        normals=normals,
        ambient=np.clip(mixed[:, 6], LEAST_AMBIENT, 1) * (1 - BACK_AMBIENT_LOSS * inside),
        key=np.clip(mixed[:, 7], 0, 1) * (1 - BACK_KEY_LOSS * inside),
    )
