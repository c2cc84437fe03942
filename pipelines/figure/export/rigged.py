"""The rigged figure: a dressed person as skinned, textured meshes with the movements of the face, at rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pipelines.appearance import Appearance
from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_world
from pipelines.figure.assembly import dress
from pipelines.figure.export.baking import HEAD_TEXEL_M, TEXEL_M, bake, encode, texture_size
from pipelines.figure.export.binding import bind_body, bind_part
from pipelines.figure.export.few_joints import choose_joints
from pipelines.figure.export.layers import separate_layers
from pipelines.figure.export.pieces import SkinnedPiece, cut_piece, is_of_body
from pipelines.figure.export.skeleton import Skeleton, build_skeleton
from pipelines.figure.export.suit import dress_in_suit
from pipelines.figure.expression import find_expression, put_on_face, size_of_head
from pipelines.figure.face_data import read_face_data
from pipelines.figure.likeness import FaceTexture
from pipelines.figure.materials import Palette, Tone
from pipelines.figure.mesh import Part, vertex_normals
from pipelines.figure.palette import mix_palette
from pipelines.figure.people import canonical_map
from pipelines.figure.shell import Wearer
from pipelines.figure.teeth import make_teeth
from pipelines.progress import OnProgress, Progress, ignore_progress
from pipelines.types import Body, BodyParameters, Pose

Rest = Literal["a-pose", "t-pose"]
STAGES = ("Dressing the figure", "Cutting the meshes", "Painting the textures", "Writing the file")
LEAST_MOVE_M = 2e-5  # a vertex that a face unit moves less is left alone
FACE_TONES: tuple[Tone, ...] = ("skin", "eye", "hair")
NAMES = {"Skin": "Body"}
HEAD, MOUTH = "Head", "Mouth"
# Where the body's texture shows the head (left, top, bottom; v down) and the inside of the mouth: they get textures
# of their own. Above this canonical height only.
HEAD_Z, HEAD_ISLAND, MOUTH_U = 0.72, (0.635, 0.145, 0.86), 0.6
ROUGHNESS: dict[Tone, float] = {"skin": 0.55, "eye": 0.25, "cloth": 0.85, "hair": 0.6, "prop": 0.7}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceUnit:
    """What a unit of the face moves in one piece: rows (n,) of its vertices, offsets (n, 3) world metres."""

    name: str
    rows: np.ndarray
    offsets: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiggedPiece:
    """A piece that is ready to be written: vertices (N, 3) metres, normals (N, 3), texture (N, 2) v down, faces (F, 3),
    joints and shares (N, 4), its texture as JPEG; units: how the face moves it, of the head alone."""

    name: str
    tone: Tone
    vertices: np.ndarray
    normals: np.ndarray
    texture: np.ndarray
    faces: np.ndarray
    joints: np.ndarray
    shares: np.ndarray
    image: bytes
    two_sided: bool
    units: tuple[FaceUnit, ...] = ()

    @property
    def is_of_face(self) -> bool:
        """Whether the face's units move it."""
        return bool(self.units)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiggedFigure:
    """A person who stands on the floor at y = 0, facing +z. height_m: from sole to crown, without shoes and hair;
    shown: how strongly each unit of the face is shown by itself; unit_names: all that the face can do."""

    parameters: BodyParameters
    skeleton: Skeleton
    pieces: tuple[RiggedPiece, ...]
    unit_names: tuple[str, ...]
    shown: dict[str, float]
    height_m: float
    floor_m: float  # how far the body was lifted to stand on its soles
    scale: float  # of the file to the body that was built: a pose stretches or settles by some millimetres

    @property
    def triangles(self) -> int:
        """How many triangles all its pieces have."""
        return sum(len(piece.faces) for piece in self.pieces)


def rig_figure(
    parameters: BodyParameters,
    appearance: Appearance,
    *,
    rest: Rest = "a-pose",
    suit: bool = False,
    likeness: FaceTexture | None = None,
    on_progress: OnProgress = ignore_progress,
) -> RiggedFigure:
    """The dressed person, bound to its skeleton at rest; with `suit` barefoot in a neutral body suit;
    `likeness` is the face of a photo.

    Raises UnknownName, PersonaRefused.
    """
    model = open_anny()
    palette = mix_palette(appearance)  # refuse unknown colours before any work
    on_progress(Progress(stage=STAGES[0], total=len(STAGES)))
    body = model.build(parameters, t_pose(model, parameters) if rest == "t-pose" else Pose())
    shown = dict(find_expression(appearance.expression)) if appearance.expression else {}
    face = replace(appearance, expression="neutral") if shown else appearance
    figure = dress_in_suit(body, face, likeness) if suit else dress(body, face, likeness=likeness)
    wearer = _wearer(body, face)
    parts = [*separate_layers(figure.parts, wearer), make_teeth(wearer)]
    on_progress(Progress(stage=STAGES[1], step=1, total=len(STAGES)))
    skeleton = build_skeleton(model, body)
    pieces = list(_cut(parts, model))
    on_progress(Progress(stage=STAGES[2], step=2, total=len(STAGES)))
    floor = -min(float(piece.vertices[:, 1].min()) for _, piece in pieces)
    skin = canonical_map().skin
    height_m = float(np.ptp(body.rest_vertices[skin, 1]))
    binder = _Binder(
        wearer=wearer,
        skeleton=skeleton,
        weights=bind_body(skeleton, model),
        palette=palette,
        moved=_unit_offsets(body),
        floor=np.array([0, floor, 0], np.float32),
        scale=np.float32(height_m / np.ptp(body.vertices[skin, 1])),
    )
    rigged = tuple(binder.rig(part, piece) for part, piece in pieces)
    return RiggedFigure(
        parameters=parameters,
        skeleton=replace(skeleton, heads=binder.place(skeleton.heads)),
        pieces=rigged,
        unit_names=tuple(binder.moved),
        shown={name: amount * appearance.expression_strength for name, amount in shown.items()},
        height_m=height_m,
        floor_m=floor * float(binder.scale),
        scale=float(binder.scale),
    )


def t_pose(model: AnnyBodyModel, parameters: BodyParameters) -> Pose:
    """Arms straight out to the sides, legs straight down: the rest of VRM."""
    from scipy.spatial.transform import Rotation

    rest = model.build(parameters, Pose())
    rotations: dict[str, tuple[float, float, float]] = {}
    for ending, side in ((".L", 1.0), (".R", -1.0)):
        # (bone, the joint that it points at, where it shall point), world axes; each after those above it
        wanted = (
            ("upperarm01", "lowerarm01", (side, 0.0, 0.0)),
            ("lowerarm01", "wrist", (side, 0.0, 0.0)),
            ("wrist", "finger3-1", (side, 0.0, 0.0)),
            ("upperleg01", "lowerleg01", (0.0, -1.0, 0.0)),
            ("lowerleg01", "foot", (0.0, -1.0, 0.0)),
        )
        above = Rotation.identity()
        for bone, end, direction in wanted:
            if bone == "upperleg01":
                above = Rotation.identity()
            now = above.apply(rest.joint(end + ending) - rest.joint(bone + ending))
            turn, _ = Rotation.align_vectors([direction], [now])
            local = above.inv() * turn * above
            x, y, z = local.as_rotvec()
            rotations[bone + ending] = (float(x), float(-z), float(y))  # world axes to the reference frame's
            above = turn * above
        x, y, z = above.inv().as_rotvec()  # the feet stay flat
        rotations["foot" + ending] = (float(x), float(-z), float(y))
    return Pose(rotations=rotations)


def _wearer(body: Body, appearance: Appearance) -> Wearer:
    mapped = canonical_map()
    vertices = put_on_face(body, appearance)
    return Wearer(map=mapped, vertices=vertices, normals=vertex_normals(vertices, mapped.faces))


def _cut(parts: list[Part], model: AnnyBodyModel) -> Iterator[tuple[Part, SkinnedPiece]]:
    """The parts as meshes, the head apart from the rest of the skin."""
    body = canonical_map()
    of_body = (model.texture_coordinates.astype(np.float64), model.texture_faces)
    numbers: dict[str, int] = {}
    for part in parts:
        name = NAMES.get(part.name, part.name)
        numbers[name] = numbers.get(name, 0) + 1
        if numbers[name] > 1:
            name = f"{name} {numbers[name]}"
        piece = cut_piece(name, part, body, of_body)
        if piece is None:
            continue
        if part.material.tone != "skin":
            yield part, _whole_texture(piece)
            continue
        for called, rows in _split_skin(piece, name):
            yield part, _whole_texture(replace(piece.pick(rows), name=called))


def _split_skin(piece: SkinnedPiece, name: str) -> Iterator[tuple[str, np.ndarray]]:
    """Head, mouth and the rest of the skin as rows of its faces, by the islands of the body's texture."""
    u, v = piece.texture[piece.faces].mean(1).T
    up = piece.points.canonical[piece.faces][:, :, 2].mean(1) > HEAD_Z
    head = up & (u > HEAD_ISLAND[0]) & (v > HEAD_ISLAND[1]) & (v < HEAD_ISLAND[2])
    mouth = up & (u > MOUTH_U) & ~head
    for called, chosen in ((HEAD, head), (MOUTH, mouth), (name, ~head & ~mouth)):
        if chosen.any():
            yield called, np.flatnonzero(chosen)


def _whole_texture(piece: SkinnedPiece) -> SkinnedPiece:
    """The piece with its texture coordinates spread over the whole texture."""
    low, high = piece.texture.min(0), piece.texture.max(0)
    extent = float((high - low).max())
    margin = 0.004
    return replace(
        piece, texture=((piece.texture - low) / extent * (1 - 2 * margin) + margin).astype(np.float32)
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Binder:
    """Binds pieces to a skeleton. weights (V, J): how joints move the body's vertices; moved: unit of the face ->
    (V, 3) metres; floor (3,): what lifts the body onto its soles; scale: see RiggedFigure."""

    wearer: Wearer
    skeleton: Skeleton
    weights: np.ndarray
    palette: Palette
    moved: dict[str, np.ndarray]
    floor: np.ndarray
    scale: np.float32

    def place(self, points: np.ndarray) -> np.ndarray:
        """Points (N, 3) of the built body, where they are in the file."""
        return ((points + self.floor) * self.scale).astype(np.float32)

    def rig(self, part: Part, piece: SkinnedPiece) -> RiggedPiece:
        """A piece of that part, bound and painted."""
        tone = part.material.tone
        weights = bind_part(part, self.wearer, self.skeleton, self.weights)
        joints, shares = choose_joints(piece.mix @ weights, piece.vertices, self.skeleton)
        texel_m = HEAD_TEXEL_M if piece.name == HEAD else TEXEL_M[tone]
        units: tuple[FaceUnit, ...] = ()
        if tone in FACE_TONES and piece.name != NAMES["Skin"] and is_of_body(part, self.wearer.map):
            units = tuple(
                _unit(name, piece.mix @ part.pattern.inherit(offset * self.scale))
                for name, offset in self.moved.items()
            )
        return RiggedPiece(
            name=piece.name,
            tone=tone,
            vertices=self.place(piece.vertices),
            normals=piece.normals,
            texture=piece.texture,
            faces=piece.faces,
            joints=joints,
            shares=shares,
            image=encode(bake(piece, self.palette, texture_size(piece, texel_m))),
            two_sided=part.two_sided,
            units=units,
        )


def _unit(name: str, offsets: np.ndarray) -> FaceUnit:
    rows = np.flatnonzero(np.abs(offsets).max(1) > LEAST_MOVE_M)
    return FaceUnit(name=name, rows=rows, offsets=offsets[rows].astype(np.float32))


def _unit_offsets(body: Body) -> dict[str, np.ndarray]:
    """Unit of the face -> (V, 3) world metres at full strength."""
    data, size = read_face_data(), size_of_head(body)
    turn = body.bone_rotations[body.bone_names.index("head")]
    offsets = {}
    for name in data.unit_names:
        moved = np.zeros(body.vertices.shape, np.float32)
        data.add_unit(moved, name, 1.0)
        offsets[name] = to_world((moved * size) @ turn.T).astype(np.float32)
    return offsets
