"""Contact sheets of avatars' files: `python -m tests.glb_sheets OUT.webp FILE.glb…`, read back, skinned and drawn here.

Of each file: at rest from four sides, the face, moments of its clips, expressions. Nothing of the file's maker is
used but the rasteriser.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.figure.raster import Soup, rasterize
from tests.glb_reader import ReadGlb, read_glb

PAPER = 236
TILE, COLUMNS = (300, 420), 9
LIGHT = np.array([0.35, 0.55, 0.76])


def draw(
    glb: ReadGlb,
    *,
    yaw_deg: float = 0.0,
    clip: str | None = None,
    seconds: float = 0.0,
    units: dict[str, float] | None = None,
    face: bool = False,
    size: tuple[int, int] = TILE,
) -> Image.Image:
    """The file's meshes in parallel projection, with their textures."""
    matrices = glb.pose(clip, seconds)
    turn = np.deg2rad(yaw_deg)
    rotation = np.array([[np.cos(turn), 0, -np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, np.cos(turn)]])
    width, height = size
    middle = np.array([0.0, 0.93, 0.0])
    if face:
        head = [glb.document["nodes"][j]["name"] for j in glb.joints].index("head")
        middle = matrices[head][:3, 3] + matrices[head][:3, :3] @ _bind_of(glb, "head") + [0, 0.06, 0]
    scale = height / (0.36 if face else 2.15)
    points, depth, faces, colors, two = [], [], [], [], []
    start = 0
    for piece in glb.pieces:
        vertices = (glb.skinned(piece, matrices, units) - middle) @ rotation.T
        points.append(vertices[:, :2] * [scale, -scale] + [width / 2, height / 2])
        depth.append(vertices[:, 2])
        faces.append(piece.faces + start)
        start += len(vertices)
        two.append(np.full(len(piece.faces), piece.two_sided))
    flat, all_faces = np.concatenate(points), np.concatenate(faces)
    soup = Soup(
        points=flat.astype(np.float32),
        inverse_depth=(1 / (10 - np.concatenate(depth))).astype(np.float32),
        faces=all_faces,
        clip=np.ones(len(flat), np.float32),
        two_sided=np.concatenate(two),
        nearness=np.ones(len(all_faces), np.float32),
    )
    seen = rasterize(soup, width, height)
    space = np.concatenate([flat / [scale, -scale], np.concatenate(depth)[:, None]], axis=1)
    a, b, c = (space[all_faces[seen.face, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    lit = 0.45 + 0.55 * np.clip(np.abs(normal @ (LIGHT / np.linalg.norm(LIGHT))), 0, 1)
    texture = np.concatenate([piece.attributes["TEXCOORD_0"] for piece in glb.pieces])
    at_texel = np.einsum("sk,skc->sc", seen.weights, texture[all_faces[seen.face]])
    owner = np.repeat(np.arange(len(glb.pieces)), [len(piece.faces) for piece in glb.pieces])[seen.face]
    colors = np.zeros((len(at_texel), 3))
    for number, piece in enumerate(glb.pieces):
        rows = owner == number
        if piece.image is None:
            continue
        pixels = np.asarray(piece.image)
        u = np.clip((at_texel[rows, 0] * pixels.shape[1]).astype(int), 0, pixels.shape[1] - 1)
        v = np.clip((at_texel[rows, 1] * pixels.shape[0]).astype(int), 0, pixels.shape[0] - 1)
        colors[rows] = pixels[v, u]
    image = np.full((height * width, 3), PAPER, np.uint8)
    image[seen.place] = np.clip(colors * lit[:, None], 0, 255)
    return Image.fromarray(image.reshape(height, width, 3))


def _bind_of(glb: ReadGlb, joint: str) -> np.ndarray:
    names = [glb.document["nodes"][j]["name"] for j in glb.joints]
    inverse = glb.arrays[glb.document["skins"][0]["inverseBindMatrices"]].reshape(-1, 4, 4)
    return -inverse[names.index(joint)][3, :3]


def sheet(glbs: list[ReadGlb]) -> Image.Image:
    """Rows of tiles."""
    rows: list[list[Image.Image]] = []
    for glb in glbs:
        tiles = [draw(glb, yaw_deg=yaw) for yaw in (0, 40, 90, 180)]
        tiles.append(draw(glb, face=True, yaw_deg=12))
        for clip in glb.document.get("animations", ()):
            for share in (0.0, 0.3) if clip["name"] != "walk" else (0.0, 0.2, 0.45, 0.7):
                last = float(glb.arrays[clip["samplers"][0]["input"]][-1, 0])
                tiles.append(draw(glb, yaw_deg=-35, clip=clip["name"], seconds=share * last))
        if glb.document["meshes"][0].get("extras"):
            for units in ({"jawOpen": 0.7}, {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
                          {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0, "browInnerUp": 1.0}):  # fmt: skip
                tiles.append(draw(glb, face=True, yaw_deg=12, units=units))
        rows += [tiles[at : at + COLUMNS] for at in range(0, len(tiles), COLUMNS)]
    image = Image.new("RGB", (COLUMNS * TILE[0], len(rows) * TILE[1]), (PAPER,) * 3)
    for y, tiles in enumerate(rows):
        for x, tile in enumerate(tiles):
            image.paste(tile, (x * TILE[0], y * TILE[1]))
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    sheet([read_glb(Path(name).read_bytes()) for name in sys.argv[2:]]).save(sys.argv[1])
