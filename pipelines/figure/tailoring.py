"""Tailoring: cloth that hangs instead of clinging. Rings of one canonical height are levelled and rounded out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.curves import smoothstep, unit

RING_M = 0.02  # height of a ring in canonical metres
RING_MARGIN_M = 0.06  # rings beyond the tailored stretch, so that its ends are smooth
DIRECTIONS = 48  # directions in which a ring's outline is measured
LEAST_VERTICES = 4  # rings with fewer are left out
AXIS_RINGS = 3.0  # how far the axis of a leg is smoothed: cloth does not follow every bend of it
LEAST_TAPER = 0.03  # metres per metre that a trouser leg narrows at least
STRETCH_OVER_M = 0.25  # the lowest stretch that is pulled down over the shoe


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rings:
    """A tube of cloth cut into rings: index (K,) of its vertices; height (K,) canonical metres; ring (K,);
    axis points and directions (K, 3) under each vertex; outward (K, 3) from the axis, level with the ring."""

    index: np.ndarray
    height: np.ndarray
    ring: np.ndarray
    count: int
    first_height: float
    center: np.ndarray
    axis: np.ndarray
    outward: np.ndarray
    radius: np.ndarray


def cut_rings(
    cloth: np.ndarray,
    height: np.ndarray,
    chosen: np.ndarray,
    span: tuple[float, float],
    *,
    straight_axis: bool,
) -> Rings:
    """Rings of the chosen vertices between two canonical heights.

    A torso wants a straight axis: a curved one makes the rings of a heavy body fold over each other.
    """
    from scipy import ndimage

    low, high = span
    edges = np.arange(low - RING_MARGIN_M, high + RING_MARGIN_M + RING_M, RING_M)
    near = chosen & (height > low - RING_MARGIN_M) & (height < high + RING_MARGIN_M)
    index = np.nonzero(near)[0]
    z = height[index]
    ring = np.clip(np.digitize(z, edges) - 1, 0, len(edges) - 1)
    count = np.bincount(ring, minlength=len(edges))
    full = count >= LEAST_VERTICES

    def ring_mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(ring, values, minlength=len(edges))[full] / count[full]

    middle_z = ring_mean(z)
    middle = np.stack([ring_mean(cloth[index, axis]) for axis in range(3)], axis=1)
    if straight_axis:
        lines = [np.polyval(np.polyfit(middle_z, middle[:, k], 1), middle_z) for k in range(3)]
        middle = np.stack(lines, axis=1)
    else:
        middle = ndimage.gaussian_filter1d(middle, AXIS_RINGS, axis=0, mode="nearest")
    slope = np.gradient(middle, middle_z, axis=0)
    below = np.minimum(z - middle_z[0], 0)[:, None]
    slope_at = _along(z, middle_z, slope)
    center = _along(z, middle_z, middle) + slope_at * below
    axis = unit(slope_at)
    arm = cloth[index] - center
    outward = arm - (arm * axis).sum(1, keepdims=True) * axis
    return Rings(
        index=index,
        height=z,
        ring=ring,
        count=len(edges),
        first_height=float(edges[0]),
        center=center,
        axis=axis,
        outward=outward,
        radius=np.linalg.norm(outward, axis=1),
    )


def _along(z: np.ndarray, knots: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.stack([np.interp(z, knots, values[:, k]) for k in range(values.shape[1])], axis=1)


def outline_radius(rings: Rings, smooth: tuple[float, float], fall: float | None = None) -> np.ndarray:
    """(K,) radius of the rings' convex outline in each vertex's direction.

    smooth: deviations in rings and directions; fall: how fast cloth that hangs from above may come in again,
    metres per metre.
    """
    from scipy import ndimage

    reference = np.eye(3)[np.abs(rings.axis).max(0).argmin()]  # the world axis that no ring's axis comes near
    first = unit(np.cross(rings.axis, reference))
    second = np.cross(rings.axis, first)
    flat = np.stack([(rings.outward * first).sum(1), (rings.outward * second).sum(1)], axis=1)
    angles = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    compass = np.stack([np.cos(angles), np.sin(angles)])
    support = np.zeros((rings.count, DIRECTIONS))
    np.maximum.at(support, rings.ring, flat @ compass)
    if fall is not None:
        for ring in range(rings.count - 2, -1, -1):
            support[ring] = np.maximum(support[ring], support[ring + 1] - fall * RING_M)
    support = ndimage.gaussian_filter(support, smooth, mode=("nearest", "wrap"))
    place = np.clip((rings.height - rings.first_height) / RING_M - 0.5, 0, rings.count - 1.01)
    low = place.astype(int)
    share = (place - low)[:, None]
    reach = support[low] * (1 - share) + support[np.minimum(low + 1, rings.count - 1)] * share
    facing = (flat / np.maximum(rings.radius, 1e-6)[:, None]) @ compass
    return np.where(facing > 0.15, reach / np.maximum(facing, 0.15), 9.0).min(1)


def hang_torso(
    cloth: np.ndarray,
    height: np.ndarray,
    weight: np.ndarray,
    span: tuple[float, float],
    fall: float | None = None,
) -> np.ndarray:
    """Cloth (V, 3) whose rings between two canonical heights are rounded to their convex outline, by weight
    (V,) 0..1; fall: see outline_radius."""
    rings = cut_rings(cloth, height, weight > 0, span, straight_axis=True)
    radius = outline_radius(rings, (1.0, 1.5), fall)
    return _reshape(cloth, rings, radius, weight[rings.index], 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegCut:
    """How a trouser leg hangs: canonical heights of hem and of the place where it leaves the thigh, radius at the
    hem in metres (0 follows the leg), how far it is pulled down over the shoe."""

    hem_z: float
    thigh_z: float = -0.12
    hem_radius_m: float = 0.066
    stretch_m: float = 0.068


def hang_leg(cloth: np.ndarray, height: np.ndarray, leg: np.ndarray, cut: LegCut) -> np.ndarray:
    """Cloth (V, 3) whose chosen leg falls straight from the thigh to the hem."""
    rings = cut_rings(cloth, height, leg, (cut.hem_z, cut.thigh_z), straight_axis=False)
    at_thigh = np.abs(rings.height - cut.thigh_z) < RING_M
    thigh_radius = float(rings.radius[at_thigh].mean()) if at_thigh.any() else cut.hem_radius_m
    length = cut.thigh_z - cut.hem_z
    fall = max((thigh_radius - cut.hem_radius_m) / length, LEAST_TAPER)
    straight = np.interp(rings.height, [cut.hem_z, cut.thigh_z], [cut.hem_radius_m, thigh_radius * 0.97])
    radius = np.maximum(straight, outline_radius(rings, (2.0, 2.0), fall))
    weight = smoothstep(cut.thigh_z + 0.02, cut.thigh_z - 0.18, rings.height)
    return _reshape(cloth, rings, radius, weight, cut.stretch_m)


def _reshape(
    cloth: np.ndarray, rings: Rings, radius: np.ndarray, weight: np.ndarray, stretch_m: float
) -> np.ndarray:
    down = stretch_m * smoothstep(STRETCH_OVER_M, 0.0, rings.height - rings.height.min())
    direction = rings.outward / np.maximum(rings.radius, 1e-6)[:, None]
    wanted = rings.center + direction * radius[:, None] - rings.axis * down[:, None]
    share = weight[:, None]
    shaped = cloth.copy()
    shaped[rings.index] = cloth[rings.index] * (1 - share) + wanted * share
    return shaped
