"""A rigged figure at rest as Wavefront OBJ with MTL and textures, in a ZIP. Metres, y up, facing +z."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pipelines.body.export import GENERATOR
from pipelines.figure.export.rigged import RiggedFigure, RiggedPiece

OBJ_NAME, MTL_NAME, TEXTURES = "avatar.obj", "avatar.mtl", "textures"
MADE = (1980, 1, 1, 0, 0, 0)  # the same figure is the same file


def to_dressed_obj(figure: RiggedFigure) -> bytes:
    """A ZIP of avatar.obj, avatar.mtl and the textures."""
    lines = [f"# {GENERATOR}: metres, y up", f"mtllib {MTL_NAME}"]
    materials: list[str] = []
    first = 1
    for piece in figure.pieces:
        lines += _piece_lines(piece, first)
        first += len(piece.vertices)
        materials += [
            f"newmtl {_word(piece)}",
            "Kd 1 1 1",
            "Ks 0.04 0.04 0.04",
            f"map_Kd {_texture(piece)}",
        ]
    held = io.BytesIO()
    with ZipFile(held, "w") as packed:

        def add(name: str, data: bytes, compression: int) -> None:
            packed.writestr(ZipInfo(name, MADE), data, compression)

        add(OBJ_NAME, ("\n".join(lines) + "\n").encode("ascii"), ZIP_DEFLATED)
        add(MTL_NAME, ("\n".join(materials) + "\n").encode("ascii"), ZIP_DEFLATED)
        for piece in figure.pieces:
            add(_texture(piece), piece.image, ZIP_STORED)
    return held.getvalue()


def _piece_lines(piece: RiggedPiece, first: int) -> list[str]:
    """One object; its first vertex has that number in the file."""
    lines = [f"o {_word(piece)}", f"usemtl {_word(piece)}"]
    lines += [f"v {x:.5f} {y:.5f} {z:.5f}" for x, y, z in piece.vertices.tolist()]
    lines += [f"vt {u:.5f} {1 - v:.5f}" for u, v in piece.texture.tolist()]
    lines += [f"vn {x:.3f} {y:.3f} {z:.3f}" for x, y, z in piece.normals.tolist()]
    corners = (piece.faces + first).tolist()
    return lines + [f"f {a}/{a}/{a} {b}/{b}/{b} {c}/{c}/{c}" for a, b, c in corners]


def _word(piece: RiggedPiece) -> str:
    return piece.name.replace(" ", "_")


def _texture(piece: RiggedPiece) -> str:
    return f"{TEXTURES}/{_word(piece)}.jpg"
