"""The dressed figure: a posed body in an outfit, with hair, as parts that can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.appearance import Appearance
from pipelines.figure.beard import grow_beard
from pipelines.figure.curves import smoothstep
from pipelines.figure.expression import put_on_face
from pipelines.figure.face import EyeMaterial
from pipelines.figure.garments.headscarf import Headscarf
from pipelines.figure.garments.headwear import Headwear
from pipelines.figure.hair import grow_hair
from pipelines.figure.held.all import build_held
from pipelines.figure.likeness import FaceTexture
from pipelines.figure.mesh import Part, Pattern, vertex_normals
from pipelines.figure.people import canonical_map
from pipelines.figure.pockets import fill_pockets
from pipelines.figure.props import build_props
from pipelines.figure.shell import Wearer
from pipelines.figure.shoe_shape import SOLE_THICKNESS_M
from pipelines.figure.skin import SkinMaterial
from pipelines.figure.teeth import make_teeth, shows_teeth
from pipelines.figure.wardrobe import open_wardrobe
from pipelines.props import Held, Prop
from pipelines.types import Body

UNDER_CLOTH_M = 0.40  # skin is drawn until this far under cloth: who looks into a sleeve sees an arm
INSET_M, INSET_FROM_M, INSET_AT_M = (
    0.016,
    0.002,
    0.025,
)  # and lies deeper there, so that it never comes through


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DressedFigure:
    """Everything that is drawn of a person. floor_y: height of the floor that the soles stand on, metres; likeness: the
    face of a photo that is on the skin."""

    body: Body
    parts: tuple[Part, ...]
    floor_y: float
    likeness: FaceTexture | None = None


def dress(
    body: Body,
    appearance: Appearance,
    props: Sequence[Prop] = (),
    held: Sequence[Held] = (),
    hands: tuple[str, str] = ("relaxed", "relaxed"),
    likeness: FaceTexture | None = None,
) -> DressedFigure:
    """The body in the appearance's outfit and hair, with its props and what it holds; colours come later.

    hands: their shapes, left and right, for one may be in a pocket; likeness: the face of a photo, painted on its own.
    Raises UnknownName.
    """
    mapped = canonical_map()
    vertices = put_on_face(body, appearance)
    wearer = Wearer(map=mapped, vertices=vertices, normals=vertex_normals(vertices, mapped.faces))
    garments = open_wardrobe(appearance).garments
    parts: list[Part] = []
    cover = np.full(len(vertices), -1, np.float32)
    for layer, garment in enumerate(garments, start=1):
        made = garment.make(wearer, layer, garments[layer:])
        if isinstance(garment, Headscarf):
            parts = garment.leaves(parts)
            made = [garment.rest(part, wearer, parts, cover < 0) for part in made]
        parts += made
        hidden = garment.cover(mapped.points, mapped)
        if hidden is not None:
            cover = np.maximum(cover, hidden.astype(np.float32))
    hair = (
        []
        if any(isinstance(garment, Headscarf) for garment in garments)
        else grow_hair(appearance.hair_style, wearer, len(garments) + 1, parts, cover < 0)
    )
    hat = next((garment for garment in garments if isinstance(garment, Headwear)), None)
    parts += [_under_hat(part, hat) for part in hair] if hat else hair
    parts += grow_beard(appearance.facial_hair, wearer)
    parts += _skin_and_eyes(wearer, cover, likeness)
    parts = fill_pockets(parts, body, wearer, garments, hands)
    if shows_teeth(appearance):
        parts.append(make_teeth(wearer))
    parts += build_props(props) + build_held(held, body)
    return DressedFigure(body=body, parts=tuple(parts), floor_y=-SOLE_THICKNESS_M, likeness=likeness)


def _under_hat(hair: Part, hat: Headwear) -> Part:
    """The hair that a hat leaves to be seen."""
    pattern = hair.pattern
    clip = np.minimum(pattern.clip, hat.leaves_hair(pattern.points.canonical)).astype(np.float32)
    return replace(hair, pattern=replace(pattern, clip=clip))


def _skin_and_eyes(wearer: Wearer, cover: np.ndarray, likeness: FaceTexture | None) -> list[Part]:
    body = wearer.map
    pattern = Pattern(
        faces=body.faces[~body.eye_faces],
        points=body.points,
        field=cover,
        clip=(UNDER_CLOTH_M - cover).astype(np.float32),
    )
    deeper = INSET_M * smoothstep(INSET_FROM_M, INSET_AT_M, cover)
    skin = Part(
        name="Skin",
        material=SkinMaterial(likeness),
        pattern=pattern,
        vertices=(wearer.vertices - wearer.normals * deeper[:, None]).astype(np.float32),
        normals=wearer.normals,
    )
    eyes = replace(pattern, faces=body.faces[body.eye_faces])
    return [skin, replace(skin, name="Eyes", material=EyeMaterial(), pattern=eyes)]
