"""Places behind the figure: studio corner, room, park, street, stage, or a gradient. Out of focus, so that they stay
behind. Another place is a function and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.appearance import Backdrop
from pipelines.figure.curves import smoothstep, unit
from pipelines.render.camera import Camera

WALL_M = 2.6  # behind the figure
FAR_M = 14.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """What each point of the picture looks at (H, W): across, along: metres on the floor, sideways and away from the
    figure; side, up: metres on an upright wall WALL_M behind it; far_side, far_up: on one FAR_M behind; wall, far: 0..1
    where those are seen above the floor; rise: 0 at the picture's foot, 1 at its top."""

    across: np.ndarray
    along: np.ndarray
    side: np.ndarray
    up: np.ndarray
    far_side: np.ndarray
    far_up: np.ndarray
    wall: np.ndarray
    far: np.ndarray
    rise: np.ndarray


def look_around(
    camera: Camera, floor_y: float, center: tuple[float, float], points: tuple[np.ndarray, np.ndarray]
) -> Surroundings:
    """Where rays through picture points (x, y) meet the floor and two upright walls behind the center (x, z)."""
    xs, ys = points
    rays = np.stack(
        [
            (xs - camera.width / 2) / camera.focal_px,
            (ys - camera.height / 2) / camera.focal_px,
            np.ones_like(xs),
        ],
        -1,
    ) @ camera.rotation.astype(np.float32)
    eye = -camera.rotation.T @ camera.translation
    away = unit(camera.rotation[2] * np.array([1, 0, 1]))
    right = unit(camera.rotation[0] * np.array([1, 0, 1]))
    middle = np.array([center[0], floor_y, center[1]])
    distance = float((middle - eye) @ away)
    forward = np.maximum(rays @ away, 1e-3)

    def on_wall(behind_m: float) -> tuple[np.ndarray, np.ndarray]:
        reach = (distance + behind_m) / forward
        return reach * (rays @ right) + float((eye - middle) @ right), eye[1] + reach * rays[..., 1] - floor_y

    down = rays[..., 1] < -1e-3
    fall = np.where(down, (floor_y - eye[1]) / np.where(down, rays[..., 1], -1), 1e3)
    side, up = on_wall(WALL_M)
    far_side, far_up = on_wall(FAR_M)
    return Surroundings(
        across=fall * (rays @ right),
        along=fall * forward - distance,
        side=side,
        up=up,
        far_side=far_side,
        far_up=far_up,
        wall=smoothstep(-0.02, 0.02, up),
        far=smoothstep(-0.15, 0.15, far_up),
        rise=1 - ys / camera.height,
    )


def _mix(low: np.ndarray, high: np.ndarray, share: np.ndarray) -> np.ndarray:
    return low + (high - low) * share[..., None]


def _tone(red: float, green: float, blue: float) -> np.ndarray:
    return np.array([red, green, blue], np.float32)


def _soft_noise(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """(H, W) -1..1: a few crossed waves, without a seed."""
    return (np.sin(u * 3.1 + 1.7 * np.sin(v * 2.3)) + np.sin(v * 4.7 + 1.3 * np.sin(u * 1.9 + 1))) / 2


def _gradient(seen: Surroundings) -> np.ndarray:
    return _mix(_tone(0.93, 0.925, 0.91), _tone(0.66, 0.71, 0.77), smoothstep(0.0, 1.0, seen.rise))


def _studio(seen: Surroundings) -> np.ndarray:
    cove = smoothstep(-0.9, 0.9, seen.up)
    wall = _mix(
        _tone(0.86, 0.86, 0.86),
        _tone(0.70, 0.71, 0.72),
        smoothstep(0.6, 3.0, np.hypot(seen.side, seen.up - 1)),
    )
    return _mix(_tone(0.90, 0.90, 0.895) + 0 * wall, wall, cove)


def _room(seen: Surroundings) -> np.ndarray:
    boards = 0.03 * np.sin(seen.across * 2 * np.pi / 0.16) + 0.03 * _soft_noise(seen.across * 9, seen.along)
    floor = _tone(0.66, 0.52, 0.39) * (1 + boards[..., None])
    paint = _tone(0.86, 0.83, 0.77) * (1 - 0.05 * smoothstep(0.5, 2.8, np.abs(seen.side)))[..., None]
    skirting = smoothstep(0.13, 0.11, seen.up)
    wall = _mix(paint, _tone(0.95, 0.945, 0.93) + 0 * paint, skirting)
    frame = np.maximum(np.abs(seen.side + 1.15) - 0.36, np.abs(seen.up - 1.62) - 0.48)
    wall = _mix(wall, _tone(0.38, 0.30, 0.24) + 0 * wall, smoothstep(0.02, 0.0, frame))
    art = _tone(0.55, 0.66, 0.66) + 0.10 * _soft_noise(seen.side * 3, seen.up * 3)[..., None]
    wall = _mix(wall, art, smoothstep(-0.03, -0.05, frame))
    return _mix(floor, wall, seen.wall)


def _park(seen: Surroundings) -> np.ndarray:
    grass = _tone(0.47, 0.60, 0.30) * (1 + 0.07 * _soft_noise(seen.across * 5, seen.along * 3))[..., None]
    grass = _mix(grass, _tone(0.60, 0.70, 0.46) + 0 * grass, smoothstep(2.0, 12.0, seen.along))
    sky = _mix(_tone(0.90, 0.94, 0.96), _tone(0.56, 0.75, 0.90), smoothstep(3.0, 11.0, seen.far_up))
    crowns = 3.4 + 0.8 * np.sin(seen.far_side * 0.9) + 0.5 * np.sin(seen.far_side * 2.3 + 1)
    leaves = (
        _tone(0.30, 0.45, 0.25) * (1 + 0.18 * _soft_noise(seen.far_side * 2, seen.far_up * 2.4))[..., None]
    )
    return _mix(grass, _mix(leaves, sky, smoothstep(crowns - 0.3, crowns + 0.3, seen.far_up)), seen.far)


def _street(seen: Surroundings) -> np.ndarray:
    paving = _tone(0.62, 0.61, 0.60) * (1 + 0.03 * _soft_noise(seen.across * 7, seen.along * 7))[..., None]
    lines = smoothstep(0.46, 0.5, np.abs((seen.across / 0.6) % 1 - 0.5))
    paving = paving * (1 - 0.08 * lines)[..., None]
    sky = _tone(0.82, 0.88, 0.93) + 0 * paving
    house = np.floor(seen.far_side / 4.5)
    roof = 8.0 + 2.5 * np.sin(house * 12.9898)
    front = np.stack([0.72 + 0.10 * np.sin(house * 3 + k) for k in (0.0, 0.6, 1.1)], -1) * 0.92
    window = np.minimum(
        0.34 - np.abs((seen.far_side / 1.5) % 1 - 0.5), 0.30 - np.abs((seen.far_up / 2.6) % 1 - 0.5)
    )
    front = _mix(
        front, _tone(0.33, 0.38, 0.44) + 0 * front, smoothstep(0.0, 0.04, window) * (seen.far_up > 0.6)
    )
    return _mix(paving, _mix(front, sky, smoothstep(roof - 0.1, roof + 0.1, seen.far_up)), seen.far)


def _stage(seen: Surroundings) -> np.ndarray:
    spot = smoothstep(1.7, 0.5, np.hypot(seen.across, seen.along))
    boards = 1 + 0.05 * np.sin(seen.across * 2 * np.pi / 0.2)
    floor = _mix(_tone(0.12, 0.10, 0.09), _tone(0.62, 0.52, 0.42), spot) * boards[..., None]
    folds = 0.62 + 0.38 * np.sin(seen.side * 9 + 0.8 * np.sin(seen.side * 2.1))
    lit = smoothstep(3.2, 0.6, np.hypot(seen.side, seen.up - 1.2))
    curtain = _tone(0.42, 0.06, 0.08) * (folds * (0.30 + 0.70 * lit))[..., None]
    return _mix(floor, curtain, seen.wall)


PLACES: dict[Backdrop, Callable[[Surroundings], np.ndarray]] = {
    "gradient": _gradient,
    "studio": _studio,
    "room": _room,
    "park": _park,
    "street": _street,
    "stage": _stage,
}
