"""Contact sheets of the gallery, one a category, put together from the poses' own pictures.

Run: python -m tests.pose_sheets docs/poses      (after `app.py poses build`)
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipelines.pose.library import load_library
from pipelines.pose.template import PoseTemplate
from pipelines.pose.vocabulary import CATEGORIES
from studio.services.poses import THUMBNAILS

COLUMNS = 12
TILE_PX = (120, 160)
LABEL_PX = 14
LETTERS = 22  # of a name that fit under a tile


def draw_sheet(templates: Sequence[PoseTemplate]) -> Image.Image:
    """Poses in rows, each from its own front, its name below."""
    width, height = TILE_PX
    rows = -(-len(templates) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, rows * (height + LABEL_PX)), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=10)
    for number, template in enumerate(templates):
        x, y = number % COLUMNS * width, number // COLUMNS * (height + LABEL_PX)
        with Image.open(THUMBNAILS / f"{template.slug}.webp") as picture:
            tile = picture.convert("RGBA").resize(TILE_PX)
        sheet.paste(tile, (x, y), tile)
        draw.text((x + 3, y + height), template.name[:LETTERS], fill="black", font=font)
    return sheet


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for category in CATEGORIES:
        templates = [template for template in load_library().all() if template.category == category]
        draw_sheet(templates).save(folder / f"{category}.webp", quality=70, method=6)
    return 0


if __name__ == "__main__":
    sys.exit(main())
