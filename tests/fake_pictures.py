"""Simple drawings and a small mesh for the fakes: no engine, no body model."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageDraw

PAPER, NIGHT, SKIN, LEGS = "#FAFAF7", "#141413", "#C99B7A", "#2F3A40"
BREADTHS = {"front": 1.0, "back": 1.0, "side": 0.6, "quarter": 0.85, "designed": 1.0}


def draw_figure(
    width: int, height: int, *, view: str = "front", dark: bool = False, shade: int = 0
) -> Image.Image:
    """A plain figure on the page's tone; `shade` varies the cloth so that seeds differ."""
    picture = Image.new("RGB", (width, height), NIGHT if dark else PAPER)
    draw = ImageDraw.Draw(picture)
    half, unit, middle = BREADTHS[view], height / 10, width / 2
    cloth = tuple((channel + 13 * shade) % 200 + 20 for channel in (92, 107, 115))
    draw.ellipse(
        (middle - unit * 1.6, unit * 9.1, middle + unit * 1.6, unit * 9.5),
        fill="#00000018" if dark else "#E6E3DC",
    )
    draw.rounded_rectangle(
        (middle - 0.75 * unit * half, unit * 5, middle + 0.75 * unit * half, unit * 9.3), unit * 0.3, LEGS
    )
    draw.rounded_rectangle(
        (middle - unit * half, unit * 2.2, middle + unit * half, unit * 5.4), unit * 0.5, cloth
    )
    draw.ellipse((middle - unit * 0.5, unit * 0.8, middle + unit * 0.5, unit * 2), SKIN)
    return picture


def encode(picture: Image.Image, kind: str = "WEBP") -> bytes:
    """The picture as bytes of that format."""
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


def box_glb() -> bytes:
    """A box of a person's size as a valid binary glTF: 8 corners, 12 triangles, no normals."""
    corners = [(x, y, z) for x in (-0.25, 0.25) for y in (0.0, 1.72) for z in (-0.12, 0.12)]
    faces = "013 032 465 576 051 045 237 276 026 064 173 157"
    positions = b"".join(struct.pack("<3f", *corner) for corner in corners)
    indices = b"".join(struct.pack("<H", int(corner)) for face in faces.split() for corner in face)
    description = (
        '{"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],'
        '"meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1}]}],'
        '"accessors":[{"bufferView":0,"componentType":5126,"count":8,"type":"VEC3",'
        '"min":[-0.25,0,-0.12],"max":[0.25,1.72,0.12]},'
        '{"bufferView":1,"componentType":5123,"count":36,"type":"SCALAR"}],'
        f'"bufferViews":[{{"buffer":0,"byteOffset":0,"byteLength":{len(positions)}}},'
        f'{{"buffer":0,"byteOffset":{len(positions)},"byteLength":{len(indices)}}}],'
        f'"buffers":[{{"byteLength":{len(positions) + len(indices)}}}]}}'
    ).encode()
    description += b" " * (-len(description) % 4)
    binary = positions + indices
    binary += b"\0" * (-len(binary) % 4)
    total = 12 + 8 + len(description) + 8 + len(binary)
    return b"".join(
        (
            struct.pack("<4sII", b"glTF", 2, total),
            struct.pack("<I4s", len(description), b"JSON") + description,
            struct.pack("<I4s", len(binary), b"BIN\0") + binary,
        )
    )
