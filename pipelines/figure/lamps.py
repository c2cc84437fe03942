"""The table of lights: where the key stands, and the colours of key, fill, rims, sky and floor, linear RGB."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.appearance import Light
from pipelines.figure.curves import unit
from pipelines.figure.light import FILL, KEY, KEY_SPREAD

Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lamps:
    """toward, fill_toward: directions in the camera's level frame (right, up, towards the camera); spread: radius of
    the key's disc as a share of its distance: small ones throw hard shadows; backdrop: what the light makes of a plain
    backdrop."""

    toward: Color = tuple(KEY)
    fill_toward: Color = tuple(FILL)
    spread: float = KEY_SPREAD
    key: Color = (1.02, 0.966, 0.895)
    fill: Color = (0.158, 0.174, 0.20)
    rim: Color = (0.75, 0.718, 0.671)
    sky: Color = (0.411, 0.426, 0.46)
    floor: Color = (0.246, 0.218, 0.187)
    backdrop: Color = (1.0, 1.0, 1.0)


LAMPS: dict[Light, Lamps] = {
    "soft": Lamps(),
    "window": Lamps(
        toward=(-0.93, 0.30, 0.32),
        spread=0.34,
        key=(1.22, 1.20, 1.18),
        fill=(0.07, 0.08, 0.10),
        rim=(0.40, 0.42, 0.46),
        sky=(0.26, 0.28, 0.33),
        floor=(0.16, 0.15, 0.14),
        backdrop=(0.93, 0.945, 0.96),
    ),
    "rim": Lamps(
        key=(0.26, 0.25, 0.25),
        fill=(0.06, 0.07, 0.08),
        rim=(3.4, 3.2, 3.0),
        sky=(0.14, 0.15, 0.17),
        floor=(0.07, 0.065, 0.06),
        backdrop=(0.30, 0.31, 0.33),
    ),
    "sun": Lamps(
        toward=(-0.50, 0.78, 0.38),
        spread=0.03,
        key=(1.55, 1.45, 1.25),
        fill=(0.10, 0.13, 0.18),
        rim=(0.55, 0.52, 0.48),
        sky=(0.30, 0.36, 0.46),
        floor=(0.26, 0.23, 0.19),
    ),
    "neon": Lamps(
        toward=(-0.85, 0.25, 0.45),
        fill_toward=(0.90, 0.15, 0.30),
        key=(1.15, 0.16, 0.62),
        fill=(0.06, 0.42, 0.75),
        rim=(0.25, 1.75, 2.3),
        sky=(0.12, 0.10, 0.24),
        floor=(0.16, 0.05, 0.14),
        backdrop=(0.20, 0.16, 0.27),
    ),
    "golden": Lamps(
        toward=(0.80, 0.30, 0.48),
        fill_toward=(-0.85, 0.10, 0.40),
        spread=0.10,
        key=(1.50, 0.98, 0.52),
        fill=(0.13, 0.15, 0.21),
        rim=(1.15, 0.80, 0.45),
        sky=(0.33, 0.31, 0.36),
        floor=(0.30, 0.22, 0.14),
        backdrop=(0.99, 0.945, 0.87),
    ),
}


def toward_key(light: Light) -> np.ndarray:
    """(3,) unit vector to the key light, in the camera's level frame."""
    return unit(np.array(LAMPS[light].toward))
