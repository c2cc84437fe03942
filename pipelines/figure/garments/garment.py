"""What every garment is, and the shell garments that follow the body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from pipelines.figure.body_map import BodyMap
from pipelines.figure.curves import smoothstep
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import BodyPoints, Part, split_at_hems, vertex_normals
from pipelines.figure.noise import solid_noise
from pipelines.figure.shell import Wearer, drape_shell

OUTSIDE_M = -0.05  # cloth further than this from its hem is not made at all
UNDER_OUTER_M = 0.055  # an inner garment is drawn until this far under an outer one
STITCH_WIDTH_M = 0.0013
FOLD_SCALE_M = 0.045
FOLD_HEIGHT_M = 0.0016
FINE_FOLD_SCALE_M = 0.02
FINE_FOLD_HEIGHT_M = 0.0006
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
        """Garments are cloth in the clay look."""
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
        """One shell, clipped at its hems and under outer garments."""
        body = wearer.map

        def field_of(points: BodyPoints) -> np.ndarray:
            return self.field(points, body).astype(np.float32)

        def clip_of(points: BodyPoints, field: np.ndarray) -> np.ndarray:
            clip = field
            for garment in outer:
                hidden = garment.hides(points, body)
                if hidden is not None:
                    clip = np.minimum(clip, UNDER_OUTER_M - hidden)
            return clip.astype(np.float32)

        field = field_of(body.points)
        clip = clip_of(body.points, field)
        cloth = drape_shell(wearer, self.ease(body, field).astype(np.float32), self.relax_rounds)
        cloth = self.tailor(cloth, wearer).astype(np.float32)
        faces = body.faces[(clip > OUTSIDE_M)[body.faces].all(1)]
        part = Part(
            name=type(self).__name__,
            material=self,
            vertices=cloth,
            normals=vertex_normals(cloth, faces),
            faces=faces,
            points=body.points,
            field=field,
            clip=clip,
            layer=layer,
            two_sided=True,
            field_of=field_of,
            clip_of=clip_of,
        )
        whole = split_at_hems(part)
        return [whole, *(sew_on(patch, part, body) for patch in self.patches())]

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
        albedo=np.broadcast_to(palette.slot(slot), (count, 3)).astype(np.float32),
        height=height,
        specular=cloth.specular,
        gloss=cloth.gloss,
        sheen=cloth.sheen,
    )
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
        """Garments are cloth in the clay look."""
        return "cloth"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Plain cloth, stitched along the edge."""
        paint, shade = lay_cloth(surface, palette, self.slot, self.cloth)
        paint.albedo *= (1 - np.clip(shade + self.darker, 0, 0.9))[:, None]
        return paint


def sew_on(patch: Patch, shell: Part, body: BodyMap) -> Part:
    """The patch on an unsplit shell, clipped by its outline and by what clips the shell."""

    def field_of(points: BodyPoints) -> np.ndarray:
        return patch.outline(points, body).astype(np.float32)

    def clip_of(points: BodyPoints, field: np.ndarray) -> np.ndarray:
        assert shell.field_of is not None
        assert shell.clip_of is not None
        return np.minimum(field, shell.clip_of(points, shell.field_of(points)))

    field = field_of(shell.points)
    near = (field > OUTSIDE_M)[shell.faces].all(1)
    part = replace(
        shell,
        name=patch.name,
        material=patch,
        vertices=(shell.vertices + shell.normals * np.float32(patch.lift_m)).astype(np.float32),
        faces=shell.faces[near],
        field=field,
        clip=np.minimum(field, shell.clip),
        layer=shell.layer + 0.3,
        field_of=field_of,
        clip_of=clip_of,
    )
    return split_at_hems(part)


def tint(paint: Paint, where: np.ndarray, color: np.ndarray) -> None:
    """Lay a colour over the paint: where (N,) is a share 0..1 or a mask."""
    paint.albedo += (color - paint.albedo) * where.astype(np.float32)[:, None]
