"""How large the holes in the clothes are: skin under cloth is rendered in a signal colour, and seen pixels are counted.

Long form, with a sheet of what was found:  python -m tests.pipelines.figure.holes [SHEET.png [OUTFIT ...]]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from PIL import Image

from pipelines.appearance import Appearance, Gender
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import body_of
from pipelines.figure.assembly import DressedFigure, dress
from pipelines.figure.garments.garment import ShellGarment
from pipelines.figure.materials import Material
from pipelines.figure.mesh import Part
from pipelines.figure.people import build_body, canonical_map
from pipelines.figure.props import props_of_goals
from pipelines.figure.visible import look_at
from pipelines.figure.wardrobe import open_wardrobe
from pipelines.pose.library import load_library
from pipelines.pose.resolve import resolve_pose
from pipelines.render.camera import Camera, frame_body
from pipelines.render.rasterizer import Raster, rasterize
from pipelines.types import BodyScene, CameraSpec, Persona

SIZE_PX = 1024
LARGEST_HOLE_PX = 20
UNDER_M = 0.018  # skin this far inside a hem is under cloth
THROUGH_M = 0.05  # a limb this little in front of a hanging cloth has come through it
POKE_M = 0.03  # skin this little in front of the cloth that should hide it pokes through
LEG_Z_M = -0.02  # canonical height below which everything is of one leg or the other
HEM_M = 0.018  # an edge of cloth further from its hem than this is none: a tear, or cut off under an outer garment
RIM_M = 0.06  # skin this near to the edge of an opening may be seen past it: cloth slides when a limb bends
ROUND_OFF_M = 0.002
NOT_CLOTH, HANGING = ("Skin", "Eyes", "Block"), ("Skirt", "Cape")
OUTFITS: tuple[tuple[str, Gender], ...] = (
    ("professional", "male"),
    ("professional-open", "female"),
    ("business-casual", "male"),
    ("business-casual-skirt", "female"),
    ("casual", "female"),
    ("sporty", "female"),
    ("sporty-shorts", "male"),
    ("elegant-tuxedo", "male"),
    ("elegant-dress", "female"),
    ("fantasy", "neutral"),
    ("outdoor", "male"),
    ("streetwear", "female"),
)
POSES = (
    "deep-squat-elbows-on-knees", "kneeling-upright", "superhero-landing", "kneeling-arms-raised",
    "lying-on-the-back", "lying-on-the-side-head-on-hand", "cross-legged-on-the-floor",
    "sitting-upright-hands-on-knees", "hugging-the-knees", "star-jump", "leap", "side-lunge", "front-kick",
    "toe-touch", "arabesque", "downward-dog",
)  # fmt: skip
SKIN, SIGNAL = (214, 190, 170), (255, 0, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holes:
    """largest_px: pixels of the largest hole; signal (H, W) bool: every pixel of one; picture: what was seen."""

    largest_px: int
    signal: np.ndarray
    picture: Image.Image


def make_scene(outfit: str, gender: Gender, pose: str) -> BodyScene:
    """Somebody in that outfit and pose, as it is best looked at."""
    persona = Persona(gender=gender, hair_style="bald")
    template, body = load_library().find(pose), body_of(persona)
    fitted = resolve_pose(template, open_anny(), body)
    return BodyScene(
        body=body,
        pose=fitted.pose,
        camera=CameraSpec(yaw_deg=template.camera_yaw_deg),
        look=Appearance(outfit=outfit, finish="coloured", hair_style="bald", gender=gender),
        props=props_of_goals({"props": fitted.props}),
        held=template.held,
    )


def find_holes(scene: BodyScene, size_px: int = SIZE_PX) -> Holes:
    """Where skin is seen that should be under cloth, or would be seen where there is nothing or the cloth's inside."""
    return find_holes_of(dress(build_body(scene.body, scene.pose), scene.look), scene, size_px)


def find_holes_of(figure: DressedFigure, scene: BodyScene, size_px: int = SIZE_PX) -> Holes:
    """The holes of that figure, seen as the scene has it.

    Skin under cloth may be seen where the line of sight goes in by a hem of its own limb, as one looks into a trouser
    leg: through nothing else, and not where it stands in front of the outside of the cloth around it.
    """
    from scipy import ndimage

    camera = frame_body(figure.body, scene.camera, size_px, size_px)
    body = canonical_map()
    cover = _cover(scene.look)
    bare = figure_skin(figure)
    skin = _raster(bare, camera)
    skin_depth = _map(skin, skin.depths, camera, np.inf)
    under = _map(skin, _at(skin, cover), camera, -1) > UNDER_M
    is_arm = _map(skin, _at(skin, body.arm), camera, 0) > 0.3
    of_leg = _sides(body.canonical) * (body.arm < 0.1)
    side = np.sign(_map(skin, _at(skin, of_leg), camera, 0))
    drawn, drawn_skin, inside = _drawn(figure, camera)
    poke, entered, wrapped = (np.zeros(drawn.shape, bool) for _ in range(3))
    through = np.zeros(drawn.shape, bool)
    for part in (part for part in figure.parts if part.name not in NOT_CLOTH):
        hangs = part.name in HANGING
        sides = _sides(part.pattern.points.canonical) * (not hangs)
        front = _own_depth(part.vertices, _kept_faces(part), sides, side, camera)
        poke |= front < drawn + POKE_M
        hidden = _hidden(part.material)
        openings = _openings(part)
        if hidden is not None and len(openings[1]):
            inside_m = _map(skin, _at(skin, hidden), camera, -1)
            beside = _rim_distance(openings, np.column_stack([bare[0], of_leg])) < RIM_M
            seen = _own_depth(*openings, side, camera) < drawn
            seen |= _map(skin, _at(skin, beside), camera, 0) > 0.5
            entered |= seen & (inside_m > 0)
            wrapped |= inside_m > UNDER_M
        if hangs:  # hides no skin by itself: what comes through it is counted
            through |= drawn_skin & ~is_arm & (drawn < front) & (front < drawn + THROUGH_M)
    poke = drawn_skin & under & (poke | wrapped & ~entered)
    hole = under & (skin_depth < drawn - ROUND_OFF_M) & (inside | ~np.isfinite(drawn))
    signal = poke | hole | through
    labels, count = ndimage.label(signal)
    largest = int(np.bincount(labels.ravel())[1:].max()) if count else 0
    picture = np.full((*drawn.shape, 3), 250, np.uint8)
    picture[np.isfinite(drawn)] = (120, 130, 145)
    picture[drawn_skin] = SKIN
    picture[ndimage.binary_dilation(signal, iterations=max(size_px // 340, 1))] = SIGNAL
    return Holes(largest_px=largest, signal=signal, picture=Image.fromarray(picture))


def _sides(canonical: np.ndarray) -> np.ndarray:
    """(N,) 1 on the left leg, -1 on the right, 0 above both."""
    return np.where(canonical[:, 2] < LEG_Z_M, np.sign(canonical[:, 0]), 0)


def _own_depth(
    vertices: np.ndarray, faces: np.ndarray, sides: np.ndarray, side: np.ndarray, camera: Camera
) -> np.ndarray:
    """(H, W) metres to the nearest of the faces that are not of the other leg than the pixel's skin: side (H, W)."""
    depth = np.full(side.shape, np.inf)
    of_face = sides[faces].sum(1)
    for leg in (1, -1) if of_face.any() else (0,):
        seen = _raster((vertices, faces[of_face * leg >= 0]), camera)
        near = _map(seen, seen.depths, camera, np.inf)
        depth = np.minimum(depth, np.where(side * leg >= 0, near, np.inf))
    return depth


def _rim_distance(openings: tuple[np.ndarray, np.ndarray, np.ndarray], skin: np.ndarray) -> np.ndarray:
    """(V,) metres to the nearest edge of those openings from skin (V, 4): place and leg; the other leg's is far."""
    from scipy.spatial import cKDTree

    vertices, faces, sides = openings
    rim = np.unique(faces)
    return np.asarray(cKDTree(np.column_stack([vertices[rim], sides[rim]])).query(skin)[0])


def _hidden(material: Material) -> np.ndarray | None:
    """(V,) metres inside the hem of the garment that is drawn in that material; None where it hides no skin."""
    body = canonical_map()
    return material.cover(body.points, body) if isinstance(material, ShellGarment) else None


def _openings(part: Part) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Surfaces across the part's hems, to be seen from both sides: vertices, faces, and which leg's each vertex is."""
    from scipy import sparse

    pattern, count = part.pattern, len(part.vertices)
    one, other = _rims(part)
    links = sparse.coo_matrix((np.ones(len(one)), (one, other)), shape=(count, count))
    _, loop = sparse.csgraph.connected_components(links, directed=False)
    vertices, fans = [part.vertices], []
    sides = [_sides(pattern.points.canonical)]
    for number in np.unique(loop[one]):
        rim = np.flatnonzero(loop == number)
        if pattern.field_of is None or np.median(pattern.field[rim]) < HEM_M:
            here = loop[one] == number
            middle = np.full(here.sum(), count + len(vertices) - 1)
            fans.append(np.stack([one[here], other[here], middle], 1))
            vertices.append(part.vertices[rim].mean(0, keepdims=True))
            sides.append(np.sign(sides[0][rim].sum(keepdims=True)))
    fan = np.concatenate([*fans, np.empty((0, 3), int)])
    return np.concatenate(vertices), np.concatenate([fan, fan[:, ::-1]]), np.concatenate(sides)


def _rims(part: Part) -> tuple[np.ndarray, np.ndarray]:
    """The two ends (n,) of the edges at which its cloth ends. An edge that was split on one side only is none."""
    faces, count = _kept_faces(part), len(part.vertices)

    def key(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.minimum(one, other) * count + np.maximum(one, other)

    sides = np.concatenate([key(*faces.T[[i, i - 2]]) for i in range(3)])
    edges, times = np.unique(sides, return_counts=True)
    edges = edges[times == 1]
    middle = count
    for one, other in reversed(part.pattern.parents):
        middle -= len(one)
        halves = [key(end, np.arange(middle, middle + len(one))) for end in (one, other)]
        both = np.isin(halves[0], edges) & np.isin(halves[1], edges)
        others = np.setdiff1d(edges, np.concatenate([half[both] for half in halves]))
        edges = np.setxor1d(others, key(one, other)[both])
    return np.divmod(edges, count)


def figure_skin(figure: DressedFigure) -> tuple[np.ndarray, np.ndarray]:
    """The whole skin, also where clothes leave it out: vertices and faces."""
    skin = next(part for part in figure.parts if part.name == "Skin")
    return skin.vertices, skin.pattern.faces


def _cover(look: Appearance) -> np.ndarray:
    """(V,) metres inside the nearest hem, of whatever garment hides the skin there."""
    body = canonical_map()
    cover = np.full(len(body.canonical), -1, np.float32)
    for garment in open_wardrobe(look).garments:
        hidden = garment.cover(body.points, body)
        if hidden is not None:
            cover = np.maximum(cover, hidden.astype(np.float32))
    return cover


def _drawn(figure: DressedFigure, camera: Camera) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the picture as it is drawn: depth, whether it is skin, and whether it is the inside of cloth."""
    light = [np.ones(len(part.vertices), np.float32) for part in figure.parts]
    visible = look_at(figure.parts, light, light, camera)
    count = camera.width * camera.height
    depth, is_skin, inside = np.full(count, np.inf), np.zeros(count, bool), np.zeros(count, bool)
    depth[visible.pixel[visible.first]] = visible.depth[visible.first]
    for seen in visible.seen:
        rows = visible.first[seen.rows]
        pixels = visible.pixel[seen.rows][rows]
        is_skin[pixels] = seen.part.name == "Skin"
        inside[pixels] = seen.surface.back[rows] & (seen.part.name not in NOT_CLOTH)
    shape = (camera.height, camera.width)
    return depth.reshape(shape), is_skin.reshape(shape), inside.reshape(shape)


def _raster(mesh: tuple[np.ndarray, np.ndarray], camera: Camera) -> Raster:
    return rasterize(mesh[0].astype(np.float64), mesh[1], camera)


def _kept_faces(part: Part) -> np.ndarray:
    return part.pattern.faces[(part.pattern.clip[part.pattern.faces] > 0).all(1)]


def _at(seen: Raster, values: np.ndarray) -> np.ndarray:
    """Values (V,) of the skin's vertices at the raster's pixels."""
    return seen.interpolate(canonical_map().faces[~canonical_map().eye_faces], values)


def _map(seen: Raster, values: np.ndarray, camera: Camera, empty: float) -> np.ndarray:
    spread = np.full(camera.width * camera.height, empty, np.float64)
    spread[seen.pixels] = values
    return spread.reshape(camera.height, camera.width)


def main(path: str, outfits: list[str]) -> None:
    """Print the largest hole of every outfit and pose, and draw where they are."""
    tile = 200
    chosen = [(outfit, gender) for outfit, gender in OUTFITS if not outfits or outfit in outfits]
    sheet = Image.new("RGB", (tile * len(POSES), tile * len(chosen)))
    worst = 0
    for row, (outfit, gender) in enumerate(chosen):
        sizes = []
        for column, pose in enumerate(POSES):
            found = find_holes(make_scene(outfit, gender, pose))
            sizes.append(found.largest_px)
            sheet.paste(
                found.picture.resize((tile, tile), Image.Resampling.LANCZOS), (column * tile, row * tile)
            )
        worst = max(worst, *sizes)
        print(f"{outfit:24}", *(f"{size:6d}" for size in sizes))
    print("largest hole, pixels:", worst)
    if path:
        sheet.save(path)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:])
