"""Character sheets: the scenes of their pictures, and the one picture that shows them all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageDraw, ImageFont

from pipelines.appearance import Backdrop, Expression, Finish, Light
from pipelines.pose.template import PoseTemplate
from pipelines.types import BodyParameters, BodyScene, CameraSpec, Persona
from studio.vocabulary.character_sheet import CELLS, COLUMNS, SheetCell
from studio.worker.scenes import make_scene

CELL_PX = 512  # the longer side of one picture on the sheet, at most
GAP_PX, LABEL_PX, FONT_PX = 12, 30, 18
PAPER, INK = "white", "#333333"


def make_sheet_scenes(
    persona: Persona,
    *,
    body: BodyParameters | None,
    pose: PoseTemplate,
    finish: Finish,
    words: str,
    style: str,
    light: Light,
    backdrop: Backdrop,
    expression: Expression | None = None,
) -> list[BodyScene]:
    """A scene for each cell: one body in one pose, solved once. Raises as make_scene."""
    first = make_scene(
        persona,
        body=body,
        pose=pose,
        view="front",
        framing="full",
        finish=finish,
        words=words,
        style=style,
        light=light,
        backdrop=backdrop,
        expression=expression,
    )
    return [_scene_of(first, cell) for cell in CELLS]


def _scene_of(first: BodyScene, cell: SheetCell) -> BodyScene:
    camera = CameraSpec(view=cell.view, framing=cell.framing, yaw_deg=cell.more_yaw_deg)
    if not cell.expression:
        return replace(first, camera=camera)
    look = replace(first.look, expression=cell.expression, expression_strength=1.0)
    return replace(first, camera=camera, look=look)


def draw_character_sheet(pictures: Sequence[Image.Image]) -> Image.Image:
    """All pictures of a sheet on one, with what each shows under it; none is enlarged."""
    scale = min(1.0, CELL_PX / max(max(picture.size) for picture in pictures))
    width, height = (max(1, round(side * scale)) for side in pictures[0].size)
    rows = math.ceil(len(pictures) / COLUMNS)
    across, down = width + GAP_PX, height + LABEL_PX + GAP_PX
    sheet = Image.new("RGB", (COLUMNS * across + GAP_PX, rows * down + GAP_PX), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=FONT_PX)
    for number, (picture, cell) in enumerate(zip(pictures, CELLS, strict=True)):
        left, top = GAP_PX + number % COLUMNS * across, GAP_PX + number // COLUMNS * down
        small = picture.resize((width, height), Image.Resampling.LANCZOS)
        if small.mode == "RGBA":  # on nothing
            sheet.paste(small, (left, top), small)
        else:
            sheet.paste(small.convert("RGB"), (left, top))
        draw.text((left, top + height + 4), cell.label, fill=INK, font=font)
    return sheet
