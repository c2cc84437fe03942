"""What a picture file says of itself, read from its bytes alone: format, size, animated, complete.

Nothing is decoded here. Only the four allowed formats are walked, and only as far as their frame is laid out
in ISO/IEC 10918-1 (JPEG), the PNG specification (third edition), the WebP container specification and
ISO/IEC 14496-12 with 23000-22 (AVIF).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.photo.errors import refuse

PictureFormat = Literal["JPEG", "PNG", "WEBP", "AVIF"]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG_SNIFF_BYTES = 4096
GIF_FRAME_MARK = b"\x21\xf9\x04"  # a graphic control extension: one stands before each frame
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})
MAX_BOX_DEPTH_ITEMS = 4096  # boxes walked in one AVIF before it is called damaged
WEBP_ANIMATION_FLAG = 0x02


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the frame of a still, complete picture file declares. Width and height in pixels, as stored."""

    format: PictureFormat
    width: int
    height: int


def read_header(data: bytes) -> Header:
    """The declared format and size of a still picture.

    Raises PhotoRefused: not-an-image, svg, animated, truncated, unreadable.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith(PNG_SIGNATURE):
        return _read_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _read_webp(data)
    if data[4:8] == b"ftyp":
        return _read_avif(data)
    raise _name_stranger(data)


def _name_stranger(data: bytes) -> Exception:
    """The refusal of a file in none of the four formats, with what is known of the common ones."""
    if data[:6] in (b"GIF87a", b"GIF89a"):
        if data.count(GIF_FRAME_MARK) > 1:
            return refuse("animated")
        return refuse("not-an-image", "GIF pictures are not read. Save it as PNG or JPEG, then upload that.")
    if re.search(rb"<svg[\s>]", data[:SVG_SNIFF_BYTES].replace(b"\x00", b""), re.IGNORECASE):
        return refuse("svg")
    return refuse("not-an-image")


def _read_jpeg(data: bytes) -> Header:
    size: tuple[int, int] | None = None
    position = 2
    while True:
        start = data.find(b"\xff", position)
        if start < 0 or start + 4 > len(data):
            raise refuse("truncated")
        marker = data[start + 1]
        if marker in (0x00, 0xFF) or 0xD0 <= marker <= 0xD8 or marker == 0x01:  # filling, or without a length
            position = start + (1 if marker == 0xFF else 2)
            continue
        if marker == 0xD9:
            raise refuse("unreadable")  # the end, before any picture
        length = int.from_bytes(data[start + 2 : start + 4])
        if length < 2:
            raise refuse("unreadable")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # start of frame
            if start + 9 > len(data):
                raise refuse("truncated")
            size = int.from_bytes(data[start + 7 : start + 9]), int.from_bytes(data[start + 5 : start + 7])
        position = start + 2 + length
        if marker == 0xDA:
            break
    if size is None:
        raise refuse("unreadable")
    if data.find(b"\xff\xd9", position) < 0:  # in the scan itself an FF is always followed by 00 or RSTn
        raise refuse("truncated")
    return _header("JPEG", *size)


def _read_png(data: bytes) -> Header:
    position = len(PNG_SIGNATURE)
    header: Header | None = None
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4])
        kind = data[position + 4 : position + 8]
        body = position + 8
        if body + length + 4 > len(data):
            raise refuse("truncated")
        if kind == b"IHDR" and length >= 8 and header is None:
            width, height = data[body : body + 4], data[body + 4 : body + 8]
            header = _header("PNG", int.from_bytes(width), int.from_bytes(height))
        elif kind == b"acTL" and int.from_bytes(data[body : body + 4]) > 1:
            raise refuse("animated")
        elif kind == b"IEND":
            if header is None:
                raise refuse("unreadable")
            return header
        elif header is None or not kind.isalpha():
            raise refuse("unreadable")
        position = body + length + 4
    raise refuse("truncated")


def _read_webp(data: bytes) -> Header:
    if len(data) < 30:
        raise refuse("truncated")
    kind = data[12:16]
    if kind == b"VP8X" and data[20] & WEBP_ANIMATION_FLAG:
        raise refuse("animated")
    if 8 + int.from_bytes(data[4:8], "little") > len(data):
        raise refuse("truncated")
    if kind == b"VP8X":
        width = 1 + int.from_bytes(data[24:27], "little")
        return _header("WEBP", width, 1 + int.from_bytes(data[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return _header("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width = int.from_bytes(data[26:28], "little") & 0x3FFF
        return _header("WEBP", width, int.from_bytes(data[28:30], "little") & 0x3FFF)
    raise refuse("unreadable")


def _read_avif(data: bytes) -> Header:
    brands_end = int.from_bytes(data[:4])
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(brands_end, len(data), 512), 4))}
    if data[8:12] == b"avis":
        raise refuse("animated")
    if b"avif" not in brands:
        if brands & HEIC_BRANDS:
            raise refuse("not-an-image", "HEIC pictures are not read. Save it as JPEG, then upload that.")
        raise refuse("not-an-image")
    sizes = [
        (int.from_bytes(data[at + 4 : at + 8]), int.from_bytes(data[at + 8 : at + 12]))
        for kind, at, end in _walk_boxes(data, 0, len(data))
        if kind == b"ispe" and end - at >= 12
    ]
    if not sizes:
        raise refuse("unreadable")
    return _header("AVIF", *max(sizes, key=lambda size: size[0] * size[1]))


def _walk_boxes(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Every box as (type, start and end of its content), down into those that hold the picture's properties.
    Raises PhotoRefused: truncated where a box reaches past the end, unreadable where boxes make no sense."""
    inside = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # bytes of version and flags before the inner boxes
    for _ in range(MAX_BOX_DEPTH_ITEMS):
        if position >= end:
            return
        if position + 8 > end:
            raise refuse("truncated" if end == len(data) else "unreadable")
        size, kind, content = (
            int.from_bytes(data[position : position + 4]),
            data[position + 4 : position + 8],
            8,
        )
        if size == 1:
            size, content = int.from_bytes(data[position + 8 : position + 16]), 16
        elif size == 0:
            size = end - position  # to the end of the file
        if size < content:
            raise refuse("unreadable")
        if position + size > end:
            raise refuse("truncated" if end == len(data) else "unreadable")
        yield kind, position + content, position + size
        if kind in inside:
            yield from _walk_boxes(data, position + content + inside[kind], position + size)
        position += size
    raise refuse("unreadable")


def _header(kind: PictureFormat, width: int, height: int) -> Header:
    if width < 1 or height < 1:
        raise refuse("unreadable")
    return Header(format=kind, width=width, height=height)
