"""Facial hair: stubble painted on the skin, moustache and beard standing off it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pipelines.errors import UnknownName
from pipelines.figure.curves import polyline, smoothstep
from pipelines.figure.face import inside_lips
from pipelines.figure.materials import SKIN_SHARE, Paint, Palette, Strands, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, Pattern, split_at_hems, vertex_normals
from pipelines.figure.noise import solid_noise, strand_noise
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer

JAW_SIDES = (0.0, 0.018, 0.030, 0.045, 0.062, 0.08)
BEARD_TOPS = (0.818, 0.820, 0.826, 0.842, 0.872, 0.90)  # the beard's upper edge, by distance from the middle
CHIN_UNDER_Z, UNDER_FADE = 0.770, 0.45  # under the jaw it ends, over twice the length that it takes elsewhere
MOUSTACHE_Z, MOUSTACHE_M, MOUSTACHE_SLOPE = 0.8475, 0.0075, 0.35
CORNER_M = 0.006
BACK_HEIGHTS, BACK_EDGES = (
    (0.80, 0.845, 0.862),
    (-0.052, -0.056, -0.0660),
)  # it ends before the ear, by height
BACK_FADE = 0.4
SIDEBURN_FRONT_Y, SIDEBURN_TOP_Z, SIDEBURN_FADE = -0.086, 0.926, 0.4
LIP_GAP_M = 0.0015
CHIN_LENGTH = 1.2  # how much longer it is on the chin
BEARD_AXIS_Y = 0.06  # its hairs hang round a line this far behind the face's front
BEARD_LAYER = 0.2
EDGE_STROKES_MM, THIN_M = (1.1, 0.5), (-0.004, 0.006)
BETWEEN = (0.88, 0.58)  # of the skin's tone at the outline and within: it takes the light of the strands too
STROKE_RADIUS_M, STROKE_ENDS, LIP_SLANT = 0.095, 70.0, 0.9
FEATHER_M = 0.0030  # how far single hairs reach over the outline
THINS_OVER_M = 0.009  # towards its outline it lies flat and lets the skin through


@dataclass(frozen=True, slots=True, kw_only=True)
class FacialHair:
    """chin: whether it grows on chin and cheeks too; density: how much of its colour the skin takes, 0..1;
    length_m: how far it stands off the skin, 0 for paint alone."""

    chin: bool
    density: float
    length_m: float = 0.0


FACIAL_HAIR: dict[str, FacialHair | None] = {
    "none": None,
    "stubble": FacialHair(chin=True, density=0.36),
    "moustache": FacialHair(chin=False, density=0.80, length_m=0.0035),
    "beard": FacialHair(chin=True, density=0.80, length_m=0.0055),
}


def find_facial_hair(name: str) -> FacialHair | None:
    """The row of that name. Raises UnknownName."""
    if name not in FACIAL_HAIR:
        raise UnknownName(f"There is no facial hair called “{name}”. Known: {', '.join(FACIAL_HAIR)}.")
    return FACIAL_HAIR[name]


def beard_field(canonical: np.ndarray, kind: FacialHair) -> np.ndarray:
    """(N,) metres inside the outline of the facial hair."""
    x, y, z = canonical.T
    side = np.abs(x)
    slope = MOUSTACHE_Z - MOUSTACHE_SLOPE * np.maximum(side - 0.008, 0)
    field = MOUSTACHE_M - np.hypot(z - slope, np.maximum(side - 0.030, 0))
    if kind.chin:
        chin = polyline(side, JAW_SIDES, BEARD_TOPS) - z
        corner = CORNER_M - np.hypot(np.maximum(np.abs(z - 0.828) - 0.012, 0), side - 0.033)
        burn = np.minimum(y - SIDEBURN_FRONT_Y, SIDEBURN_FADE * (SIDEBURN_TOP_Z - z))
        field = np.maximum.reduce([field, chin, corner, np.where(side > JAW_SIDES[2], burn, field)])
        field = np.minimum(field, UNDER_FADE * (z - CHIN_UNDER_Z))
    field = np.minimum(field, -LIP_GAP_M - inside_lips(canonical))
    before_ear = BACK_FADE * (polyline(z, BACK_HEIGHTS, BACK_EDGES) - y)
    return np.minimum(field, before_ear).astype(np.float32)


def beard_mask(canonical: np.ndarray, kind: FacialHair) -> np.ndarray:
    """(N,) 0..1 how much of the hair's colour shows."""
    outline = beard_field(canonical, kind)
    if not kind.length_m:  # stubble: short hairs, thinning out softly
        hairs = 0.88 + 0.16 * solid_noise(canonical, 0.0012) + 0.10 * hair_strokes(canonical, (0.6,))
        thins = smoothstep(-0.006, 0.012, outline + 0.003 * solid_noise(canonical, 0.010))
        return thins * kind.density * np.clip(hairs, 0.4, 1.25)
    hairs = 0.88 + 0.18 * hair_strokes(canonical, (0.8, 0.45))
    dense = _thin_out(outline, hair_strokes(canonical, EDGE_STROKES_MM))
    return dense * kind.density * np.clip(hairs, 0.4, 1.1)


def _thin_out(outline: np.ndarray, strokes: np.ndarray) -> np.ndarray:
    """(N,) 0..1 how dense it grows so far inside its outline, on the skin as on the hair that stands off it."""
    return smoothstep(*THIN_M, outline + FEATHER_M * strokes)


def hair_strokes(canonical: np.ndarray, widths_mm: tuple[float, ...]) -> np.ndarray:
    """(N,) noise of strokes that wide, mean 0: down over cheeks and chin, from the middle outwards over the lip; each
    stroke ends after a while."""
    x, y, z = canonical.T
    side = np.abs(x)
    sway = 0.0016 * solid_noise(canonical, 0.014)
    around = np.arctan2(x, -(y + BEARD_AXIS_Y)) * STROKE_RADIUS_M
    lip = smoothstep(0.834, 0.840, z) * smoothstep(0.042, 0.034, side)
    strokes = np.zeros(len(x), np.float32)
    for width in widths_mm:
        per_m = 1000 / width
        down = strand_noise((around + sway) * per_m + 17 * width)
        down = down * (0.75 + 0.45 * strand_noise(z * STROKE_ENDS + around * per_m * 0.37))
        out = strand_noise((z + LIP_SLANT * side + sway) * per_m + 5 * width)
        strokes += (lip * out + (1 - lip) * down).astype(np.float32)
    return strokes / np.float32(np.sqrt(len(widths_mm)))


@lru_cache(4)
def _cut_beard(kind: FacialHair) -> Pattern:
    """Where it grows, the same in every pose."""
    body = canonical_map()

    def field_of(points: BodyPoints) -> np.ndarray:
        return beard_field(points.canonical, kind)

    def clip_of(points: BodyPoints, field: np.ndarray) -> np.ndarray:
        return field

    field = field_of(body.points)
    near = ((field > -0.02) & body.skin & (body.head > 0.5))[body.faces].all(1)
    return split_at_hems(
        Pattern(
            faces=body.faces[near],
            points=body.points,
            field=field,
            clip=field,
            field_of=field_of,
            clip_of=clip_of,
        )
    )


def grow_beard(name: str, wearer: Wearer) -> list[Part]:
    """The facial hair of that name as a part that stands off the skin. Raises UnknownName."""
    kind = find_facial_hair(name)
    if kind is None or not kind.length_m:
        return []
    pattern = _cut_beard(kind)
    canonical = pattern.points.canonical
    chin = smoothstep(0.825, 0.79, canonical[:, 2]) * smoothstep(-0.09, -0.13, canonical[:, 1])
    tufts = 1 + 0.12 * hair_strokes(canonical, (7.0,))
    length = kind.length_m * smoothstep(0.0, THINS_OVER_M, pattern.field) * (1 + CHIN_LENGTH * chin) * tufts
    normals = pattern.inherit(wearer.normals)
    vertices = pattern.inherit(wearer.vertices) + normals * length[:, None].astype(np.float32)
    part = Part(
        name="Beard",
        material=BeardMaterial(),
        pattern=pattern,
        vertices=vertices,
        normals=vertex_normals(vertices, pattern.faces),
        layer=BEARD_LAYER,
    )
    return [part]


@dataclass(frozen=True, slots=True)
class BeardMaterial:
    """Short hair that points down."""

    @property
    def tone(self) -> Tone:
        """Hair has its own tone in the clay finish."""
        return "hair"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Fine hairs, darker in the depth between them."""
        canonical = surface.canonical
        broad, fine = hair_strokes(canonical, (3.2,)), hair_strokes(canonical, EDGE_STROKES_MM)
        phase = 0.66 * broad * surface.shows(0.0015) + 0.75 * fine * surface.shows(0.0007)
        dense = _thin_out(surface.field, fine)[:, None]
        hair = palette.hair * np.clip(0.92 + 0.26 * phase, 0.45, 1.6)[:, None]
        skin = BETWEEN[0] + (BETWEEN[1] - BETWEEN[0]) * smoothstep(0.0, 0.005, surface.field)[:, None]
        down = np.tile(np.array([0.0, -0.35, -1.0], np.float32), (len(canonical), 1))
        return Paint(
            albedo=(palette.skin * SKIN_SHARE * skin * (1 - dense) + hair * dense).astype(np.float32),
            height=(0.00045 * phase * dense[:, 0]).astype(np.float32),
            specular=0.0,
            gloss=12.0,
            sheen=0.04,
            strands=Strands(direction=down, phase=phase.astype(np.float32)),
        )
