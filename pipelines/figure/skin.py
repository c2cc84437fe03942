"""Skin: tone, blush, lips, brows, lashes, the painted scalp and the beard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.beard import beard_mask, find_facial_hair
from pipelines.figure.curves import smoothstep
from pipelines.figure.expression import share_of_age
from pipelines.figure.face import DARK_BROW, blush_mask, brow_mask, lash_mask, lip_mask, wrinkle_mask
from pipelines.figure.hair_styles import HAIR_STYLES
from pipelines.figure.hairline import hairline_share
from pipelines.figure.likeness import FaceTexture, lay_likeness
from pipelines.figure.materials import SKIN_SHARE, Paint, Palette, Surface, Tone
from pipelines.figure.mouth import paint_mouth
from pipelines.figure.noise import solid_noise

HEAD_Z = 0.74  # face paint is asked for above this only
BLUSH = np.array([0.03, -0.075, -0.06], np.float32)
HAND_BLUSH = np.array([0.03, -0.05, -0.05], np.float32)
WOMAN_LIP, MAN_LIP = np.array([0.80, 0.52, 0.52], np.float32), np.array([0.86, 0.66, 0.63], np.float32)
MOTTLE = 0.025  # unevenness of the tone
SCALP_SHARE, SCALP_TONE = 0.9, 0.8
WRINKLE_M, WRINKLE_SHADE = 0.0006, 0.16
PORE_SCALE_M, PORE_HEIGHT_M = 0.0035, 0.00006
CONTACT_M = 0.007  # skin darkens this near to a hem


@dataclass(frozen=True, slots=True)
class SkinMaterial:
    """Skin of the whole body, and whose face is on it."""

    likeness: FaceTexture | None = None

    @property
    def tone(self) -> Tone:
        """Skin has its own tone in the clay finish."""
        return "skin"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """The tone everywhere, the face where the face is."""
        canonical = surface.canonical
        count = len(canonical)
        mottle = 1 + MOTTLE * solid_noise(canonical, 0.012)
        albedo = np.broadcast_to(palette.skin * SKIN_SHARE, (count, 3)) * mottle[:, None]
        hand = smoothstep(0.5, 0.62, np.abs(canonical[:, 0])) * (canonical[:, 2] < 0.45)
        albedo = (albedo * (1 + hand[:, None] * HAND_BLUSH)).astype(np.float32)
        specular = np.full(count, 0.30, np.float32)
        head = np.nonzero(canonical[:, 2] > HEAD_Z)[0]
        if len(head):
            albedo[head], specular[head] = _paint_head(
                canonical[head], surface.shows(0.0012)[head], albedo[head], palette, self.likeness
            )
        height = solid_noise(canonical, PORE_SCALE_M) * PORE_HEIGHT_M
        aged = share_of_age(palette.appearance.age)
        if aged and len(head):
            lines = wrinkle_mask(canonical[head], surface.pixel_m[head])
            height[head] -= WRINKLE_M * aged * lines
            albedo[head] *= (1 - WRINKLE_SHADE * aged * lines)[:, None]
        return Paint(
            albedo=albedo,
            height=height,
            specular=specular,
            gloss=26.0,
            subsurface=1.0,
        )


def _paint_head(
    canonical: np.ndarray,
    detail: np.ndarray,
    albedo: np.ndarray,
    palette: Palette,
    likeness: FaceTexture | None,
) -> tuple[np.ndarray, np.ndarray]:
    appearance = palette.appearance
    woman, man = appearance.gender == "female", appearance.gender == "male"

    def lay(color: np.ndarray, share: np.ndarray) -> None:
        nonlocal albedo
        albedo = albedo + (color - albedo) * share[:, None]

    albedo = albedo * (1 + blush_mask(canonical)[:, None] * BLUSH)
    lips = lip_mask(canonical)
    lay(palette.skin * (MAN_LIP if man else WOMAN_LIP), lips * (0.85 if woman else 0.55))
    grey = appearance.hair_color in ("grey", "white")
    brow_color = palette.hair * 0.45 if grey else np.minimum(palette.hair * 0.7, DARK_BROW)
    lay(brow_color, np.clip(brow_mask(canonical, 0.0046 if man else 0.0034, detail) * 0.88, 0, 1))
    if likeness:
        ratio, share = lay_likeness(canonical, likeness)
        lay(palette.skin * SKIN_SHARE * ratio, share)
    if appearance.hair_style != "bald":
        style = HAIR_STYLES.get(appearance.hair_style)
        grows = hairline_share(canonical, combed_away=style is not None and style.flow == "fall")
        lay(palette.hair * SCALP_TONE, grows * (canonical[:, 2] > 0.8) * SCALP_SHARE)
    facial = find_facial_hair(appearance.facial_hair)
    if facial:
        lay(palette.hair * 0.8, beard_mask(canonical, facial) * (1 - lips))
    albedo = albedo * (1 - (0.90 if woman else 0.62) * lash_mask(canonical))[:, None]
    albedo = paint_mouth(canonical, albedo)
    return albedo.astype(np.float32), (0.30 + 0.25 * lips).astype(np.float32)
