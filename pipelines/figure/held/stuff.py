"""What held things are made of: a colour and how it shines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.figure.colors import linear
from pipelines.figure.materials import Paint, Palette, Surface, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuff:
    """A plain material: one colour ("#rrggbb"), and how it shines (see `pipelines.figure.materials.Paint`)."""

    color: str
    specular: float = 0.05
    gloss: float = 14.0
    metal: bool = False

    @property
    def tone(self) -> Tone:
        """Things are their own tone in both finishes."""
        return "prop"

    def paint(self, surface: Surface, palette: Palette) -> Paint:
        """One colour."""
        count = len(surface.canonical)
        return Paint(
            albedo=np.broadcast_to(linear(self.color), (count, 3)).astype(np.float32),
            height=np.zeros(count, np.float32),
            specular=self.specular,
            gloss=self.gloss,
            metal=self.metal,
        )


PLASTER = Stuff(color="#d9d3c8")
STEEL = Stuff(color="#c3c7cc", specular=0.9, gloss=60.0, metal=True)
IRON = Stuff(color="#3a3d42", specular=0.35, gloss=30.0)
BRASS = Stuff(color="#b08d4c", specular=0.7, gloss=40.0, metal=True)
WOOD = Stuff(color="#8a5d3b", specular=0.12, gloss=20.0)
PALE_WOOD = Stuff(color="#c79a63", specular=0.16, gloss=24.0)
LEATHER = Stuff(color="#6f4429", specular=0.14, gloss=16.0)
DARK_LEATHER = Stuff(color="#3b2a22", specular=0.14, gloss=16.0)
CANVAS = Stuff(color="#44556b", specular=0.03, gloss=8.0)
PAPER = Stuff(color="#f0ede4", specular=0.03, gloss=8.0)
COVER = Stuff(color="#7d2f36", specular=0.1, gloss=16.0)
CARDBOARD = Stuff(color="#b58d5f", specular=0.03, gloss=8.0)
BLACK = Stuff(color="#1f2124", specular=0.3, gloss=40.0)
SCREEN = Stuff(color="#0f1420", specular=0.8, gloss=80.0)
ALUMINIUM = Stuff(color="#b4b8bd", specular=0.4, gloss=40.0)
CHINA = Stuff(color="#efe9df", specular=0.35, gloss=50.0)
GREEN_GLASS = Stuff(color="#2f6b4f", specular=0.7, gloss=70.0)
RUBBER = Stuff(color="#c8642c", specular=0.06, gloss=12.0)
WHITE = Stuff(color="#eceae4", specular=0.12, gloss=24.0)
RED = Stuff(color="#a8322f", specular=0.2, gloss=30.0)
HEMP = Stuff(color="#a58a5d", specular=0.03, gloss=8.0)
