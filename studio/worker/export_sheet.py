"""A contact sheet: all pictures of an export small on one, with their titles below."""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterator
from typing import IO

from PIL import Image, ImageDraw, ImageFont

from pipelines.errors import RequestRefused
from pipelines.image.provenance import SOURCE_TYPES, find_mark, sign_picture
from store.errors import FileDamaged, RowMissing
from store.rows import GenerationRow
from studio.vocabulary.export import ExportOrder
from studio.worker.export_pictures import ENCODINGS, SAYS_MOST, Encoding
from studio.worker.selection import Exported, Selection

MOST_ON_SHEET = 400
CELL_PX, GAP_PX, LABEL_PX, FONT_PX = 300, 16, 26, 15  # a thumbnail is 300 px on its longer side
PAPER, INK = "white", "#333333"
MARGIN_PX = 2 * GAP_PX


def sheet_encoding(order: ExportOrder) -> Encoding:
    """The format of the sheet: PNG unless another is asked for."""
    return ENCODINGS["png" if order.image_format == "original" else order.image_format]


def write_sheet(selection: Selection, order: ExportOrder, file: IO[bytes]) -> Exported:
    """The sheet, about as wide as high; marked as its pictures are. Raises RequestRefused for more than fit."""
    tiles: list[tuple[bytes, str]] = []
    left_out = generations = 0
    marks = {SOURCE_TYPES[0]}
    for entry in selection.entries():
        generations += 1
        for picture in entry.pictures:
            if len(tiles) >= MOST_ON_SHEET:
                raise RequestRefused(f"A contact sheet holds {MOST_ON_SHEET} pictures at most. Choose fewer.")
            try:
                data = selection.store.files.read(selection.owner, picture.thumbnail_id)
            except (FileDamaged, RowMissing, FileNotFoundError):
                left_out += 1
                continue
            marks.add(find_mark(data) or SAYS_MOST)
            tiles.append((data, label_of(entry.generation)))
    if generations and not tiles:
        raise RequestRefused("None of these has a picture to put on a contact sheet.")
    if tiles:
        mark = max(marks, key=SOURCE_TYPES.index)
        file.write(sign_picture(draw_sheet(tiles), mark, file_format=sheet_encoding(order).name))
    return Exported(generations=generations, pictures=len(tiles), left_out=left_out)


def label_of(row: GenerationRow) -> str:
    """The title in letters that the font has: without accents; where too little of it is left, the day and the time."""
    plain = unicodedata.normalize("NFKD", row.title).encode("ascii", "ignore").decode()
    letters = sum(letter.isalnum() for letter in row.title)
    if 2 * sum(letter.isalnum() for letter in plain) < letters:
        return f"{row.created_at:%Y-%m-%d %H:%M}"
    return plain


def draw_sheet(tiles: list[tuple[bytes, str]]) -> Image.Image:
    """Pictures (encoded) and what is written below each."""
    columns = math.ceil(math.sqrt(len(tiles)))
    rows = math.ceil(len(tiles) / columns)
    high = CELL_PX + LABEL_PX
    size = (
        2 * MARGIN_PX + columns * (CELL_PX + GAP_PX) - GAP_PX,
        2 * MARGIN_PX + rows * (high + GAP_PX) - GAP_PX,
    )
    sheet = Image.new("RGB", size, PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=FONT_PX)
    for number, (data, title) in enumerate(tiles):
        left = MARGIN_PX + number % columns * (CELL_PX + GAP_PX)
        top = MARGIN_PX + number // columns * (high + GAP_PX)
        with Image.open(io.BytesIO(data)) as opened:
            small = opened.convert("RGB")
        small.thumbnail((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
        sheet.paste(small, (left + (CELL_PX - small.width) // 2, top + (CELL_PX - small.height) // 2))
        words = _shorten(f"{number + 1}  {title}", font)
        draw.text((left, top + CELL_PX + 4), words, fill=INK, font=font)
    return sheet


def _shorten(words: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """As much of it as stands below one picture, on one line."""
    line = " ".join(words.split())
    return next((text for text in _shorter(line) if font.getlength(text) <= CELL_PX), "")


def _shorter(line: str) -> Iterator[str]:
    yield line
    for end in range(len(line) - 1, 0, -1):
        yield f"{line[:end].rstrip()}…"
