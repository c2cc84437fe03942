"""What the camera sees of a figure: samples, and at each the surface and the light that reaches it.

The figure is rasterised at twice the picture's size. Inside a part one of a pixel's four samples stands for it;
along outlines, hems and creases all four are kept. Edges come out smooth at little more than the price of none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import unit
from pipelines.figure.materials import Surface
from pipelines.figure.mesh import BodyPoints, Part
from pipelines.figure.raster import Samples, Soup, rasterize
from pipelines.render.camera import Camera

GRID = 2  # samples a side of a pixel
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
    samples = rasterize(_soup(parts, faces, number, camera), camera.width * GRID, camera.height * GRID)
    kept, pixel, share, first = _keep(samples, number[samples.face])
    face, weights = samples.face[kept], samples.weights[kept]
    part_of = number[face]
    order = np.argsort(part_of, kind="stable")
    bounds = np.searchsorted(part_of[order], np.arange(len(parts) + 1))
    seen = []
    for i, part in enumerate(parts):
        rows = order[bounds[i] : bounds[i + 1]]
        if len(rows):
            corners = faces[face[rows]] - offsets[i]
            hits = Hits(
                rows=rows,
                corners=corners,
                weights=weights[rows],
                back=samples.back[kept[rows]],
                depth=samples.depth[kept[rows]],
            )
            seen.append(_see(part, hits, (ambient[i], key[i]), camera))
    return Visible(
        width=camera.width,
        height=camera.height,
        pixel=pixel,
        share=share,
        depth=samples.depth[kept],
        part=part_of.astype(np.int16),
        first=first,
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


def _keep(samples: Samples, part: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Which samples are kept: index, pixel, share of the pixel, and whether it stands for the pixel."""
    wide, high = samples.width, samples.height
    kind = np.zeros((high, wide), np.int32)
    kind.ravel()[samples.place] = 2 * part + samples.back + 1
    depth = np.zeros((high, wide), np.float32)
    depth.ravel()[samples.place] = samples.depth
    a, b, c, d = (kind[i::GRID, j::GRID] for i in range(GRID) for j in range(GRID))
    da, db, dc, dd = (depth[i::GRID, j::GRID] for i in range(GRID) for j in range(GRID))
    bend = np.abs(da + dd - db - dc)
    plain = (a == b) & (a == c) & (a == d) & (a > 0) & (bend < CREASE_M)
    row, column = samples.place // wide, samples.place % wide
    pixel = (row // GRID) * (wide // GRID) + column // GRID
    plain_here = plain.ravel()[pixel]
    lead = (row % GRID == 0) & (column % GRID == 0)
    kept = np.nonzero(~plain_here | lead)[0]
    pixel, plain_here = pixel[kept], plain_here[kept]
    leader = np.empty(plain.size, np.int64)
    leader[pixel[::-1]] = np.arange(len(kept) - 1, -1, -1)
    first = leader[pixel] == np.arange(len(kept))
    share = np.where(plain_here, 1.0, 1.0 / GRID**2).astype(np.float32)
    return kept, pixel, share, first


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
