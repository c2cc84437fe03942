"""The neutral body suit: the body itself with a suit painted on, for whoever dresses it elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.appearance import Appearance
from pipelines.figure.assembly import DressedFigure
from pipelines.figure.beard import grow_beard
from pipelines.figure.colors import linear
from pipelines.figure.curves import smoothstep
from pipelines.figure.expression import put_on_face
from pipelines.figure.face import EyeMaterial
from pipelines.figure.hair import grow_hair
from pipelines.figure.likeness import FaceTexture
from pipelines.figure.materials import Paint, Palette, Surface, Tone
from pipelines.figure.mesh import Part, Pattern, vertex_normals
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer
from pipelines.figure.skin import SkinMaterial
from pipelines.types import Body

SUIT = linear("#7d828b")
NECK_Z, NECK_FRONT_DROP_M = 0.735, 0.35  # canonical height of the neckline, and how much lower it is in front
WRIST_M, ANKLE_Z = 0.50, -0.735  # along the arm from the shoulder; canonical height
EDGE_M = 0.003
EVERYWHERE_M = 1.0


@dataclass(frozen=True, slots=True)
class SuitMaterial:
    """Skin with a plain suit from neck to wrists and ankles, and whose face is on it."""

    likeness: FaceTexture | None = None

    @property
    def tone(self) -> Tone:
        """It is skin all the same: head, hands and feet are bare."""
        return "skin"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """Skin, and the suit over it."""
        paint = SkinMaterial(self.likeness).paint(surface, palette)
        _, y, z = surface.canonical.T
        neck = NECK_Z + NECK_FRONT_DROP_M * np.minimum(y + 0.02, 0) - z
        inside = np.minimum(np.minimum(neck, z - ANKLE_Z), WRIST_M - surface.along_arm)
        share = smoothstep(-EDGE_M, EDGE_M, inside)[:, None]
        paint.albedo = (paint.albedo * (1 - share) + SUIT * share).astype(np.float32)
        return paint


def dress_in_suit(body: Body, appearance: Appearance, likeness: FaceTexture | None = None) -> DressedFigure:
    """The whole body, barefoot, with its face, or that of a photo, and hair. Raises UnknownName."""
    mapped = canonical_map()
    vertices = put_on_face(body, appearance)
    wearer = Wearer(map=mapped, vertices=vertices, normals=vertex_normals(vertices, mapped.faces))
    bare = np.ones(len(vertices), bool)
    uncovered = np.full(len(vertices), -EVERYWHERE_M, np.float32)
    parts = [
        *grow_hair(appearance.hair_style, wearer, 1, [], bare),
        *grow_beard(appearance.facial_hair, wearer),
    ]
    for name, material, chosen in (
        ("Skin", SuitMaterial(likeness), ~mapped.eye_faces),
        ("Eyes", EyeMaterial(), mapped.eye_faces),
    ):
        pattern = Pattern(faces=mapped.faces[chosen], points=mapped.points, field=uncovered, clip=-uncovered)
        parts.append(
            Part(name=name, material=material, pattern=pattern, vertices=vertices, normals=wearer.normals)
        )
    return DressedFigure(body=body, parts=tuple(parts), floor_y=0.0, likeness=likeness)
