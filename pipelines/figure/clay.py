"""The clay finish: the same scene in one material of close tones. It hides nothing and flatters all."""

from __future__ import annotations

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.materials import Paint, Tone

CLOTH, SKIN, HAIR = linear("#cfc3b2"), linear("#d9cdbd"), linear("#a89a88")
LUMINANCE = np.array([0.25, 0.60, 0.15], np.float32)
PROP = linear("#d9d3c8")
PROP_LIGHT, DARKEST = float(PROP @ LUMINANCE), 0.45
SKIN_TONE = 0.93


def turn_to_clay(paint: Paint, tone: Tone) -> None:
    """Replace the paint's colours in place; its relief stays."""
    light = paint.albedo @ LUMINANCE
    if tone == "prop":  # plaster stays as it is, all else comes near to it
        paint.albedo = (PROP * np.clip(light / PROP_LIGHT, DARKEST, 1)[:, None]).astype(np.float32)
        paint.specular, paint.gloss, paint.metal = 0.05, 14.0, False
        return
    if tone == "cloth":
        paint.albedo = CLOTH * (0.78 + 0.42 * np.sqrt(np.clip(light, 0, 1)))[:, None]
    elif tone == "hair":
        relative = np.clip(light / max(float(light.mean()), 1e-6), 0.5, 1.5)
        paint.albedo = HAIR * (0.8 + 0.4 * relative)[:, None]
    else:
        paint.albedo = np.broadcast_to(SKIN * SKIN_TONE, paint.albedo.shape)
    paint.albedo = paint.albedo.astype(np.float32)
    paint.specular, paint.gloss, paint.sheen, paint.subsurface = 0.05, 14.0, 0.12, 0.25
    paint.metal = False
    if paint.strands is not None:
        paint.gloss = 7.0  # a third of the strands' usual light
    if paint.glow is not None:
        paint.glow = paint.glow * 0.3
