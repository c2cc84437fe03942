"""What every garment is, and the shell garments that follow the body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.garments.patterns import lay_pattern
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, Pattern, split_at_hems, vertex_normals
from pipelines.figure.noise import solid_noise
from pipelines.figure.shell import Region, Wearer, cut_region, drape_shell, stay_over_skin

OUTSIDE_M = -0.05  # cloth further than this from its hem is not made at all
REGION_M = -0.10  # the body around a garment that its shell is smoothed with
PATCH_LAYER = 0.3
UNDER_OUTER_M = 0.032  # an inner garment is drawn until this far under an outer one
STITCH_WIDTH_M = 0.0013
FOLD_SCALE_M = 0.045
FOLD_HEIGHT_M = 0.0016
FINE_FOLD_SCALE_M = 0.02
FINE_FOLD_HEIGHT_M = 0.0006
LUMINANCE = np.array([0.21, 0.72, 0.07], np.float32)
DARK_CLOTH = 0.05  # luminance below which cloth would lose its folds: it shines and folds more
DARK_FOLDS, DARK_SHINE, DARK_SHEEN = 0.9, 0.08, 0.9
FOLD_STRETCH = np.array([1.0, 1.0, 0.55], np.float32)  # folds are longer than wide


class Garment(Protocol):
    """Something worn. Outfits list their garments from the skin outwards."""

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slots it uses."""
        ...

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """Its parts on that wearer, under those outer garments."""
        ...

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """(N,) metres inside its hem, positive where it hides the skin; None where it hides nothing."""
        ...

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """(N,) metres inside its hem where it hides the garments beneath it; None where it does not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloth:
    """How a cloth takes light: specular strength, gloss exponent, sheen of its fuzz, height of its folds (1 =
    usual), and whether its hems show a seam."""

    specular: float = 0.05
    gloss: float = 12.0
    sheen: float = 0.25
    folds: float = 1.0
    seam: bool = True
    seam_m: float = 0.016  # from the hem


COTTON = Cloth(specular=0.04, sheen=0.25)
DENIM = Cloth(sheen=0.20)
WOOL = Cloth(specular=0.06, gloss=14, sheen=0.22)
KNIT = Cloth(specular=0.03, gloss=10, sheen=0.35)
JERSEY = Cloth(specular=0.12, gloss=20, sheen=0.2)
SATIN = Cloth(specular=0.22, gloss=18, sheen=0.45)
LEATHER = Cloth(specular=0.30, gloss=30, sheen=0.05, folds=0.4, seam=False)
FELT = Cloth(specular=0.03, gloss=10, sheen=0.30, folds=0.0, seam=False)
SHELL_FABRIC = Cloth(specular=0.10, gloss=16, sheen=0.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellGarment:
    """A garment that lies on the body. Subclasses say where it is (field), how far off (ease) and what is on it."""

    slot: str
    cloth: Cloth = COTTON
    ease_m: float = 0.008
    relax_rounds: int = 26

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    @property
    def slots(self) -> tuple[str, ...]:
        """The colour slots it uses."""
        return (self.slot,)

    @property
    def hides_inner(self) -> bool:
        """Whether inner garments are left out beneath it."""
        return False

    def field(self, points: BodyPoints, body: BodyMap) -> np.ndarray:
        """(N,) signed metres from the nearest hem, positive inside the cloth."""
        raise NotImplementedError

    def ease(self, body: BodyMap, field: np.ndarray) -> np.ndarray:
        """(V,) metres between skin and cloth."""
        return np.full(len(field), self.ease_m, np.float32)

    def tailor(self, cloth: np.ndarray, wearer: Wearer) -> np.ndarray:
        """The shell (V, 3) after tailoring."""
        return cloth

    def cover(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Skin is hidden wherever the cloth is."""
        return self.field(points, body)

    def hides(self, points: BodyPoints, body: BodyMap) -> np.ndarray | None:
        """Outer layers hide inner ones where they say so."""
        return self.field(points, body) if self.hides_inner else None

    def make(self, wearer: Wearer, layer: int, outer: Sequence[Garment]) -> list[Part]:
        """One shell, clipped at its hems and under outer garments, and what is sewn onto it."""
        cut = cut_shell(self, tuple(outer), wearer.map)
        cloth = drape_shell(wearer, cut.region, cut.ease, self.relax_rounds)
        cloth = stay_over_skin(self.tailor(cloth, wearer), wearer, cut.region).astype(np.float32)
        normals = vertex_normals(cloth, cut.base_faces)
        shell = Part(
            name=type(self).__name__,
            material=self,
            pattern=cut.shell,
            vertices=cut.shell.inherit(cloth),
            normals=cut.shell.inherit(normals),
            layer=layer,
            two_sided=True,
        )
        pieces = [
            Part(
                name=patch.name,
                material=patch,
                pattern=pattern,
                vertices=pattern.inherit(cloth + normals * np.float32(patch.lift_m)),
                normals=pattern.inherit(normals),
                layer=layer + PATCH_LAYER,
                two_sided=True,
            )
            for patch, pattern in cut.patches
        ]
        return [shell, *pieces]

    def patches(self) -> tuple[Patch, ...]:
        """What is sewn on top: lapels, pockets, belts."""
        return ()

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """The slot's colour with soft folds and a seam along the hem, then the garment's own details."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        self.detail(surface, palette, paint, shade)
        paint.albedo *= (1 - np.clip(shade, 0, 0.9))[:, None]
        return paint

    def detail(self, surface: Surface, palette: Palette, paint: Paint, shade: np.ndarray) -> None:
        """Add what is sewn on: change paint and shade (N,; 0 none, 1 black) in place."""


def lay_cloth(surface: Surface, palette: Palette, slot: str, cloth: Cloth) -> tuple[Paint, np.ndarray]:
    """Plain cloth with folds and a seam along its hem: its paint, and the shade (N,) that details add to."""
    count = len(surface.field)
    height = np.zeros(count, np.float32)
    color = palette.slot(slot)
    dark = float(smoothstep(DARK_CLOTH, 0.0, np.array(color @ LUMINANCE)))
    if cloth.folds:
        height += cloth.folds * FOLD_HEIGHT_M * solid_noise(surface.canonical * FOLD_STRETCH, FOLD_SCALE_M)
        height += cloth.folds * FINE_FOLD_HEIGHT_M * solid_noise(surface.canonical, FINE_FOLD_SCALE_M)
    shade = np.zeros(count, np.float32)
    if cloth.seam:
        stitch = surface.field - cloth.seam_m
        height -= 0.0010 * smoothstep(0.004, 0.0, np.abs(stitch))
        height += 0.0012 * smoothstep(cloth.seam_m, cloth.seam_m - 0.006, surface.field)
        shade += 0.35 * surface.line(stitch, STITCH_WIDTH_M)
    paint = Paint(
        albedo=np.broadcast_to(color, (count, 3)).astype(np.float32),
        height=height * np.float32(1 + DARK_FOLDS * dark),
        specular=cloth.specular + DARK_SHINE * dark,
        gloss=cloth.gloss,
        sheen=cloth.sheen + DARK_SHEEN * dark,
    )
    lay_pattern(paint, surface, palette, slot)
    return paint, shade


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A piece sewn onto a shell: the same surface, lifted, within its own outline. outline: (N,) metres inside, of
    the canonical points; slot: its colour; darker: how much darker than the slot; cover: how it is painted."""

    name: str
    slot: str
    outline: Callable[[BodyPoints, BodyMap], np.ndarray]
    lift_m: float = 0.003
    cloth: Cloth = COTTON
    darker: float = 0.0

    @property
    def tone(self) -> Tone:
        """Garments are cloth in the clay finish."""
        return "cloth"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain cloth, stitched along the edge."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        paint.albedo *= (1 - np.clip(shade + self.darker, 0, 0.9))[:, None]
        return paint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShellCut:
    """A shell garment under certain outer ones, as it is in every pose: its region, its unsplit faces, its ease
    (V,), its pattern and those of its patches."""

    region: Region
    base_faces: np.ndarray
    ease: np.ndarray
    shell: Pattern
    patches: tuple[tuple[Patch, Pattern], ...]


@lru_cache(64)
def cut_shell(garment: ShellGarment, outer: tuple[Garment, ...], body: BodyMap) -> ShellCut:
    """Cut the garment once for all poses."""

    def field_of(points: BodyPoints) -> np.ndarray:
        return garment.field(points, body).astype(np.float32)

    def clip_of(points: BodyPoints, field: np.ndarray) -> np.ndarray:
        clip = field
        for other in outer:
            hidden = other.hides(points, body)
            if hidden is not None:
                clip = np.minimum(clip, UNDER_OUTER_M - hidden)
        return clip.astype(np.float32)

    field = field_of(body.points)
    clip = clip_of(body.points, field)
    faces = body.faces[(clip > OUTSIDE_M)[body.faces].all(1)]
    base = Pattern(
        faces=faces, points=body.points, field=field, clip=clip, field_of=field_of, clip_of=clip_of
    )
    return ShellCut(
        region=cut_region(body, field > REGION_M),
        base_faces=faces,
        ease=garment.ease(body, field).astype(np.float32),
        shell=split_at_hems(base),
        patches=tuple((patch, _cut_patch(patch, base, body)) for patch in garment.patches()),
    )


def _cut_patch(patch: Patch, shell: Pattern, body: BodyMap) -> Pattern:
    """The patch on an unsplit shell, clipped by its outline and by what clips the shell."""
    shell_field, shell_clip = shell.field_of, shell.clip_of
    assert shell_field is not None
    assert shell_clip is not None

    def field_of(points: BodyPoints) -> np.ndarray:
        return patch.outline(points, body).astype(np.float32)

    def clip_of(points: BodyPoints, field: np.ndarray) -> np.ndarray:
        return np.minimum(field, shell_clip(points, shell_field(points)))

    field = field_of(shell.points)
    near = (field > OUTSIDE_M)[shell.faces].all(1)
    cut = Pattern(
        faces=shell.faces[near],
        points=shell.points,
        field=field,
        clip=np.minimum(field, shell.clip),
        field_of=field_of,
        clip_of=clip_of,
    )
    return split_at_hems(cut)


def tint(paint: Paint, where: np.ndarray, color: np.ndarray) -> None:
    """Lay a colour over the paint: where (N,) is a share 0..1 or a mask."""
    paint.albedo += (color - paint.albedo) * where.astype(np.float32)[:, None]
