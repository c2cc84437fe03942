"""Outlines: where the silhouette in a photo ends, where the body's own ends, and which end belongs to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from pipelines.body.anny_data import AnnyData
from pipelines.body.bones import FINGER_BONES, SKULL_BONES
from pipelines.render.camera import Camera
from pipelines.render.rasterizer import rasterize, vertex_normals

PERSON_PX = 330  # height of the silhouette in the pixels that outlines are compared in: about 5 mm each
CROP_MARGIN = 0.15  # kept around the silhouette, of its long side
EDGE_SOFTNESS_PX = 0.7
FIELD_SOFTNESS_PX = 1.0  # of the distance field, at its doubled resolution
FIELD_SCALE = 2  # the field has this many cells a pixel
CONTOUR_STEP = 3  # every third cell of the contour is a point of it
SHORTEST_CONTOUR = 40  # cells; holes smaller than this are specks
RIM_DEPTH_PX = 2.2  # an edge of the body further inside its own silhouette lies before another part of it
BORDER_PX = 2  # what is nearer to the picture's border may be cut by it
LEAST_AGREEMENT = 0.3  # cosine between two outlines' normals for them to be the same edge
DIRECTION_WEIGHT = 0.5  # of a unit of normal against the reach, when the nearest edge is looked for
MOST_PAIRS = 220  # of each kind: more do not change the fit
HEAD_TRUST = 0.5  # hair is no part of the body
FIELD_FLOOR = 1e-6
SKIN_DEPTH_M = 0.02  # nothing on the body is nearer to what is behind it
# The parts that clothes hang on, by the beginnings of their bones; head, hands and feet are bare enough.
CLOTHED = {
    "trunk": ("root", "pelvis", "spine", "clavicle", "shoulder"),
    "arms": ("upperarm", "lowerarm"),
    "legs": ("upperleg", "lowerleg"),
}


class PhotoOutline:
    """The outline of a silhouette (height, width) bool, in pixels of a crop of the photo."""

    def __init__(self, mask: np.ndarray) -> None:
        import cv2

        rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        tall, wide = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
        margin = int(CROP_MARGIN * max(tall, wide)) + BORDER_PX
        top, left = max(0, rows[0] - margin), max(0, columns[0] - margin)
        part = mask[top : rows[-1] + margin + 1, left : columns[-1] + margin + 1].astype(np.float32)
        scale = min(1.0, PERSON_PX / tall)
        self.height, self.width = max(8, round(part.shape[0] * scale)), max(8, round(part.shape[1] * scale))
        self.corner = np.array([left, top], np.float64)  # photo pixels
        self.scale = np.array([self.width / part.shape[1], self.height / part.shape[0]])
        small = cv2.resize(part, (self.width, self.height), interpolation=cv2.INTER_AREA)
        self.covered = small > 0.5
        soft = cv2.GaussianBlur(small, (0, 0), EDGE_SOFTNESS_PX)
        fine = cv2.resize(soft, None, fx=FIELD_SCALE, fy=FIELD_SCALE, interpolation=cv2.INTER_LINEAR)
        inside = (fine > 0.5).astype(np.uint8)
        distance = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) - cv2.distanceTransform(
            inside, cv2.DIST_L2, 5
        )
        self._field = cv2.GaussianBlur(distance / FIELD_SCALE, (0, 0), FIELD_SOFTNESS_PX).astype(np.float32)
        self._slope_y, self._slope_x = (part * FIELD_SCALE for part in np.gradient(self._field))
        self.points, self.normals = self._trace(inside)

    def to_crop(self, pixels: np.ndarray) -> np.ndarray:
        """Photo pixels (N, 2) in the crop's pixels."""
        return (pixels - self.corner) * self.scale

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Which crop points (N, 2) are inside the picture, away from its border."""
        limit = np.array([self.width, self.height]) - BORDER_PX
        return ((points > BORDER_PX) & (points < limit)).all(1)

    def distance(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Signed distance (N,) of crop points (N, 2) to the outline in pixels, positive outside, and its unit
        gradient (N, 2)."""
        import cv2

        cells = (points * FIELD_SCALE - 0.5).astype(np.float32)
        x, y = cells[None, :, 0], cells[None, :, 1]
        at = [
            cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0].astype(np.float64)
            for field in (self._field, self._slope_x, self._slope_y)
        ]
        gradient = np.stack(at[1:], axis=1)
        return at[0], gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), FIELD_FLOOR)

    def _trace(self, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points (N, 2) on the outline, holes too, and their outward normals (N, 2)."""
        import cv2

        contours, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        long = [contour[::CONTOUR_STEP, 0] for contour in contours if len(contour) > SHORTEST_CONTOUR]
        cells = np.concatenate(long) if long else np.zeros((0, 2))
        points = (cells.astype(np.float64) + 0.5) / FIELD_SCALE
        if len(points):
            away, normals = self.distance(points)
            points = points - away[:, None] * normals  # from cell centres to the level itself
            points = points[self.contains(points)]
        if not len(points):
            return np.zeros((0, 2)), np.zeros((0, 2))
        return points, self.distance(points)[1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutlinePairs:
    """Edges of the mesh that lie on the body's outline, and how far each is from the photo's, P pairs.

    vertices (P, 2): the edge's ends; normals (P, 2) unit, outwards in the photo; gaps (P,) crop pixels along the
    normal from the photo's outline to the middle of the edge, positive outside; trust (P,) 0..1.
    """

    vertices: np.ndarray
    normals: np.ndarray
    gaps: np.ndarray
    trust: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _CropCamera(Camera):
    """A camera at the origin whose picture is a crop: focal lengths and principal point in crop pixels."""

    focals: np.ndarray  # (2,)
    center: np.ndarray  # (2,)

    def project(self, points: np.ndarray) -> np.ndarray:
        return np.concatenate(
            [self.focals * points[:, :2] / points[:, 2:] + self.center, points[:, 2:]], axis=1
        )


class BodyOutline:
    """Finds the outline of a posed body as edges of its mesh between a face seen and a face turned away."""

    def __init__(self, data: AnnyData) -> None:
        self._faces = data.faces
        self._edges, self._sides = _list_edges(data.faces)
        hands, head = (
            data.weights[:, [i for i, bone in enumerate(data.bone_names) if bone.startswith(names)]].sum(1)
            for names in (FINGER_BONES, SKULL_BONES)
        )
        # fingers are not posed by the fit: their outline is no evidence
        trust = np.where(hands > 0.3, 0.0, np.where(head > 0.5, HEAD_TRUST, 1.0))
        self._trust = trust[self._edges[:, 0]]
        self.clothed = np.stack(  # (V, parts) the share of each vertex in each clothed part
            [
                data.weights[:, [i for i, bone in enumerate(data.bone_names) if bone.startswith(bones)]].sum(
                    1
                )
                for bones in CLOTHED.values()
            ],
            axis=1,
        )

    def cover(
        self, seen: np.ndarray, photo: PhotoOutline, focal_px: float, center_px: np.ndarray
    ) -> np.ndarray:
        """(height, width) bool: the crop pixels that the body `seen` (V, 3), camera frame, covers."""
        raster = rasterize(seen, self._faces, _crop_camera(photo, focal_px, center_px))
        return raster.spread(np.ones(len(raster.pixels), np.uint8)) > 0

    def show(
        self, seen: np.ndarray, photo: PhotoOutline, focal_px: float, center_px: np.ndarray
    ) -> np.ndarray:
        """(V,) bool: the vertices of the body `seen` (V, 3), camera frame, that the picture shows."""
        camera = _crop_camera(photo, focal_px, center_px)
        raster = rasterize(seen, self._faces, camera)
        nearest = raster.spread(raster.depths, -1.0)
        x, y = np.floor(camera.project(seen)[:, :2]).astype(int).T
        inside = (x >= 0) & (x < photo.width) & (y >= 0) & (y < photo.height)
        before = seen[:, 2] < nearest[np.where(inside, y, 0), np.where(inside, x, 0)] + SKIN_DEPTH_M
        facing = (vertex_normals(seen, self._faces) * seen).sum(1) < 0
        return inside & before & facing

    def pair(
        self, seen: np.ndarray, photo: PhotoOutline, focal_px: float, center_px: np.ndarray, reach_px: float
    ) -> OutlinePairs:
        """Pair the body's outline with the photo's, both ways, where they are nearer than `reach_px` crop pixels
        and face the same way. `seen` (V, 3) metres, camera frame."""
        edges, middles, normals = self._find_rim(seen, photo, focal_px, center_px)
        if not len(edges) or not len(photo.points):
            return OutlinePairs(
                vertices=np.zeros((0, 2), int), normals=np.zeros((0, 2)), gaps=np.zeros(0), trust=np.zeros(0)
            )
        away, gradient = photo.distance(middles)
        agree = (np.abs(away) < reach_px) & ((gradient * normals).sum(1) > LEAST_AGREEMENT)
        ours = _thin(np.flatnonzero(agree))
        bend = DIRECTION_WEIGHT * reach_px
        tree = cKDTree(np.concatenate([middles, bend * normals], axis=1))
        _, nearest = tree.query(np.concatenate([photo.points, bend * photo.normals], axis=1))
        step = middles[nearest] - photo.points
        agree = (np.linalg.norm(step, axis=1) < reach_px) & (
            (photo.normals * normals[nearest]).sum(1) > LEAST_AGREEMENT
        )
        theirs = _thin(np.flatnonzero(agree))
        chosen = np.concatenate([ours, nearest[theirs]])
        edge = edges[chosen]
        return OutlinePairs(
            vertices=self._edges[edge],
            normals=np.concatenate([gradient[ours], photo.normals[theirs]]),
            gaps=np.concatenate([away[ours], (step * photo.normals).sum(1)[theirs]]),
            trust=self._trust[edge],
        )

    def _find_rim(
        self, seen: np.ndarray, photo: PhotoOutline, focal_px: float, center_px: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Edges (N,) on the outer outline, their middles (N, 2) and outward normals (N, 2) in crop pixels."""
        import cv2

        camera = _crop_camera(photo, focal_px, center_px)
        flat = camera.project(seen)[:, :2]
        a, b, c = (flat[self._faces[:, k]] for k in range(3))
        facing = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0]) < 0
        edges = np.flatnonzero(facing[self._sides[:, 0]] != facing[self._sides[:, 1]])
        middles = flat[self._edges[edges]].mean(1)
        inside = photo.contains(middles)
        edges, middles = edges[inside], middles[inside]
        covered = self.cover(seen, photo, focal_px, center_px).astype(np.uint8)
        depth = cv2.distanceTransform(np.pad(covered, 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
        x, y = np.floor(middles).astype(int).T
        outer = depth[y, x] < RIM_DEPTH_PX
        edges, middles = edges[outer], middles[outer]
        along = flat[self._edges[edges, 1]] - flat[self._edges[edges, 0]]
        normals = np.stack([along[:, 1], -along[:, 0]], axis=1)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), FIELD_FLOOR)
        front = np.where(facing[self._sides[edges, 0]], self._sides[edges, 0], self._sides[edges, 1])
        inwards = flat[self._faces[front]].mean(1) - middles
        return edges, middles, normals * -np.sign((normals * inwards).sum(1))[:, None]


def _crop_camera(photo: PhotoOutline, focal_px: float, center_px: np.ndarray) -> _CropCamera:
    return _CropCamera(
        rotation=np.eye(3),
        translation=np.zeros(3),
        focal_px=focal_px,
        width=photo.width,
        height=photo.height,
        focals=focal_px * photo.scale,
        center=photo.to_crop(center_px),
    )


def _list_edges(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges shared by two faces: their vertices (E, 2) and the two faces (E, 2)."""
    corners = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    order = np.lexsort((corners[:, 1], corners[:, 0]))
    same = np.flatnonzero((corners[order[1:]] == corners[order[:-1]]).all(1))
    sides = np.stack([order[same], order[same + 1]], axis=1) % len(faces)
    return corners[order[same]], sides


def _thin(chosen: np.ndarray) -> np.ndarray:
    """At most MOST_PAIRS of them, evenly."""
    if len(chosen) <= MOST_PAIRS:
        return chosen
    return chosen[np.linspace(0, len(chosen) - 1, MOST_PAIRS).astype(int)]
