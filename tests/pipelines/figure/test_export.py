"""Avatars' files: read back by the rules of their formats, skinned from the file, and by trimesh."""

from __future__ import annotations

import io
from dataclasses import replace
from zipfile import ZipFile

import numpy as np
import pytest
import trimesh
from scipy.spatial import cKDTree

from pipelines.appearance import Expression, WornGarment
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import appearance_of, body_of
from pipelines.figure.export.binding import bind_body
from pipelines.figure.export.choices import CLIPS
from pipelines.figure.export.clips import Choreographer
from pipelines.figure.export.decimate import decimate
from pipelines.figure.export.few_joints import choose_joints, spread_shares
from pipelines.figure.export.gltf import to_dressed_glb
from pipelines.figure.export.movements import MovementMaker
from pipelines.figure.export.obj import to_dressed_obj
from pipelines.figure.export.rigged import RiggedFigure, rig_figure
from pipelines.figure.export.skeleton import name_for_mixamo
from pipelines.figure.export.vrm import VrmMeta, to_vrm
from pipelines.figure.people import canonical_map
from pipelines.pose.exchange.joint_names import name_joints
from pipelines.pose.library import load_library
from pipelines.pose.resolve import adapt_pose
from pipelines.types import Persona
from tests.glb_reader import ReadGlb, ReadPiece, read_glb
from tests.glb_rules import broken_rules

PERSON = Persona(
    gender="male",
    height_cm=183,
    facial_hair="beard",
    expression=Expression(name="smile", strength=0.5),
    outfit=(
        WornGarment(garment="t-shirt", color="#ffffff", second_color="#101010", pattern="stripes"),
        WornGarment(garment="jeans"),
        WornGarment(garment="sneakers"),
    ),
)
POSE = "hands-behind-the-head"


@pytest.fixture(scope="module")
def figure() -> RiggedFigure:
    return rig_figure(body_of(PERSON), appearance_of(PERSON))


@pytest.fixture(scope="module")
def few(figure: RiggedFigure) -> RiggedFigure:
    """The same with fewer triangles."""
    return replace(figure, pieces=decimate(figure.pieces, 30_000))


@pytest.fixture(scope="module")
def glb_bytes(figure: RiggedFigure) -> bytes:
    plays = Choreographer(open_anny(), figure.parameters, figure.skeleton)
    makes = MovementMaker(open_anny(), figure.parameters)
    held = plays.hold(adapt_pose(load_library().find(POSE), open_anny(), figure.parameters))
    return to_dressed_glb(figure, [*(plays.play(makes.make(name)) for name in CLIPS), held])


@pytest.fixture(scope="module")
def glb(glb_bytes: bytes) -> ReadGlb:
    return read_glb(glb_bytes)


def piece_of(glb: ReadGlb, material: str) -> ReadPiece:
    return next(piece for piece in glb.pieces if piece.material == material)


def joint_place(glb: ReadGlb, name: str) -> np.ndarray:
    """Where a joint is at rest."""
    inverse = glb.arrays[glb.document["skins"][0]["inverseBindMatrices"]].reshape(-1, 4, 4)
    return -inverse[[glb.document["nodes"][joint]["name"] for joint in glb.joints].index(name)][3, :3]


def test_the_file_keeps_the_rules_of_gltf(glb_bytes: bytes) -> None:
    assert broken_rules(glb_bytes) == []


def test_a_broken_file_does_not(figure: RiggedFigure) -> None:
    piece = replace(figure.pieces[0], shares=figure.pieces[0].shares * 0.5)
    said = broken_rules(to_dressed_glb(replace(figure, pieces=(piece, *figure.pieces[1:]))))
    assert any("weights" in one.lower() for one in said)


def test_each_garment_is_a_mesh_with_a_texture_and_four_bones_a_vertex(glb: ReadGlb) -> None:
    names = {mesh["name"] for mesh in glb.document["meshes"]}
    assert {"Face", "Body", "Hair", "Tee", "Jeans", "Shoes", "Shoes 2"} <= names
    for piece in glb.pieces:
        assert set(piece.attributes) == {"POSITION", "NORMAL", "TEXCOORD_0", "JOINTS_0", "WEIGHTS_0"}
        assert piece.image is not None
    stripes = np.asarray(piece_of(glb, "Tee").image).reshape(-1, 3).mean(1)
    assert ((stripes > 200).mean() > 0.2) & ((stripes < 60).mean() > 0.2)  # white and black, in the texture


def test_it_stands_on_the_floor_as_tall_as_told(glb: ReadGlb, figure: RiggedFigure) -> None:
    low = min(piece.attributes["POSITION"][:, 1].min() for piece in glb.pieces)
    crown = piece_of(glb, "Head").attributes["POSITION"][:, 1].max()
    assert abs(low) < 1e-4
    assert 0.008 < figure.floor_m < 0.02  # the soles
    assert crown - figure.floor_m == pytest.approx(1.83, abs=0.001)
    assert glb.document["asset"]["extras"]["height_m"] == pytest.approx(1.83, abs=0.001)


def test_a_held_pose_moves_the_skin_as_the_studio_does(glb: ReadGlb, figure: RiggedFigure) -> None:
    model = open_anny()
    body = model.build(figure.parameters, adapt_pose(load_library().find(POSE), model, figure.parameters))
    skin = piece_of(glb, "Body")
    joints = [glb.document["nodes"][joint]["name"] for joint in glb.joints]
    on_arm = np.isin(
        skin.attributes["JOINTS_0"][:, 0],
        [number for number, name in enumerate(joints) if "LowerArm" in name or "Hand" in name],
    )
    assert on_arm.sum() > 500
    posed = (glb.skinned(skin, glb.pose("pose", 0.5))[on_arm] - [0, figure.floor_m, 0]) / figure.scale
    assert cKDTree(body.vertices).query(posed)[0].max() < 0.002


def test_four_joints_take_each_vertex_where_all_of_them_do(glb: ReadGlb, figure: RiggedFigure) -> None:
    """The strongest four, as they are, part neighbours by 29 mm at a shoulder: cloth tears there."""
    model, matrices = open_anny(), glb.pose("pose", 0.5)[:, :3]
    lift = np.array([0, figure.floor_m, 0])
    places = (model.build(figure.parameters).vertices + lift) * figure.scale
    every, four = figure.skeleton.fold(model.weights), bind_body(figure.skeleton, model)
    one, other = canonical_map().faces[:, :2].T
    between, middles = (four[one] + four[other]) / 2, (places[one] + places[other]) / 2
    joints, shares = choose_joints(between, middles, figure.skeleton)
    chosen = spread_shares(joints, shares, every.shape[1])
    assert (four > 0).sum(1).max() == 4 < (between > 0).sum(1).max()
    assert chosen.sum(1) == pytest.approx(1)

    def part(weights: np.ndarray, instead_of: np.ndarray, at: np.ndarray) -> np.ndarray:
        """(N, 3) metres that these take places from where the others do."""
        alone = np.einsum("jab,nb->nja", matrices, np.column_stack([at, np.ones(len(at))]))
        return np.einsum("nj,nja->na", weights / weights.sum(1, keepdims=True) - instead_of, alone)

    strongest = np.where(every >= np.sort(every, axis=1)[:, [-4]], every, 0)
    torn, kept = (part(weights, every, places) for weights in (strongest, four))
    assert np.linalg.norm(kept[one] - kept[other], axis=1).max() < 0.005
    assert np.linalg.norm(torn[one] - torn[other], axis=1).max() > 0.025
    assert np.quantile(np.linalg.norm(part(chosen, between, middles), axis=1), 0.999) < 0.005


def test_no_corner_lies_amid_an_edge_of_a_neighbour(glb: ReadGlb) -> None:
    """Where it bends the mesh would open there."""
    for name in ("Tee", "Rib", "Jeans", "Body", "Head"):
        piece = piece_of(glb, name)
        places, faces = piece.attributes["POSITION"].astype(np.float64), piece.faces
        edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
        long = edges[np.linalg.norm(places[edges[:, 0]] - places[edges[:, 1]], axis=1) > 0.0005]
        amid = cKDTree(places[np.unique(faces)]).query(places[long].mean(1))[0]
        assert (amid < 1e-5).sum() == 0, name


def test_no_clip_tears_or_throws_anything(glb: ReadGlb) -> None:
    assert {one["name"] for one in glb.document["animations"]} == {*CLIPS, "pose"}
    for clip, seconds in (("walk", 0.3), ("walk", 0.8), ("wave", 0.9), ("turntable", 3.0), ("idle", 1.0)):
        matrices = glb.pose(clip, seconds)
        lowest = []
        for piece in glb.pieces:
            moved = glb.skinned(piece, matrices)
            assert np.abs(moved[:, [0, 2]]).max() < 1.1
            assert moved[:, 1].max() < 2.4
            lowest.append(moved[:, 1].min())
            edges = piece.faces[:, [0, 1]]
            before, after = (
                np.linalg.norm(places[edges[:, 0]] - places[edges[:, 1]], axis=1)
                for places in (piece.attributes["POSITION"], moved)
            )
            assert (after - before).max() < 0.06, (clip, piece.material)
        assert -0.03 < min(lowest) < 0.02, clip


def test_the_turntable_goes_round_once(glb: ReadGlb) -> None:
    face = piece_of(glb, "Head")
    front, back = (glb.skinned(face, glb.pose("turntable", seconds)) for seconds in (0.0, 4.0))
    nose = np.argmax(front[:, 2])
    assert back[nose, 2] == back[:, 2].min()


def test_the_face_moves_by_its_arkit_names(glb: ReadGlb, figure: RiggedFigure) -> None:
    mesh = next(mesh for mesh in glb.document["meshes"] if mesh["name"] == "Face")
    names = mesh["extras"]["targetNames"]
    assert len(names) == len(set(names)) == 52
    assert mesh["weights"][names.index("mouthSmileLeft")] == pytest.approx(0.375)  # the persona's half smile
    head = piece_of(glb, "Head")
    moving = [piece.targets for piece in glb.pieces if piece.mesh == "Face"]
    for number, name in enumerate(names):
        assert max(np.abs(targets[number]).max() for targets in moving) > 0.0005, name
    jaw = np.linalg.norm(head.targets[names.index("jawOpen")], axis=1)
    lids = np.linalg.norm(head.targets[names.index("eyeBlinkLeft")], axis=1)
    assert 0.01 < jaw.max() < 0.06
    assert 0.004 < lids.max() < 0.03
    assert (head.attributes["POSITION"][lids > 0.002][:, 0] > 0).all()  # the subject's left is +x
    beard = piece_of(glb, "Beard")
    assert np.abs(beard.targets[names.index("jawOpen")]).max() > 0.01  # it goes with the chin


@pytest.mark.parametrize("naming", ["humanoid", "mixamo"])
def test_other_programs_know_the_joints_by_name(figure: RiggedFigure, naming: str) -> None:
    """As the studio itself knows the joints of files that come in."""
    names = figure.skeleton.names if naming == "humanoid" else [*map(name_for_mixamo, figure.skeleton.names)]
    assert len(set(names)) == len(names)
    known = name_joints(names)
    limbs = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "toe", "index", "middle", "little")
    assert {"hips", "neck", "head"} | {
        f"{side}_{limb}" for side in ("left", "right") for limb in limbs
    } <= set(known)
    place = dict(zip(names, figure.skeleton.heads, strict=True))
    assert place[known["left_elbow"]][0] > 0.2 > -0.2 > place[known["right_elbow"]][0]
    assert place[known["left_shoulder"]][1] > place[known["left_elbow"]][1] > place[known["left_wrist"]][1]
    assert place[known["left_hip"]][1] > place[known["left_knee"]][1] > place[known["left_ankle"]][1]


def test_outer_cloth_lies_over_inner_cloth(glb: ReadGlb) -> None:
    tee, jeans = piece_of(glb, "Tee").attributes, piece_of(glb, "Jeans").attributes
    places, normals = tee["POSITION"], tee["NORMAL"]
    distance, nearest = cKDTree(places).query(jeans["POSITION"])
    under = distance < 0.012
    assert under.sum() > 20
    above = ((jeans["POSITION"][under] - places[nearest[under]]) * normals[nearest[under]]).sum(1)
    assert np.quantile(above, 0.95) < 0.0


def test_cloth_ends_under_what_is_sewn_onto_it(glb: ReadGlb) -> None:
    tee, rib = (piece_of(glb, name).attributes["POSITION"] for name in ("Tee", "Rib"))
    assert np.mean(cKDTree(tee).query(rib)[0] < 0.004) < 0.25  # so that it cannot come through in any pose


def test_fewer_triangles_keep_shape_and_seams(figure: RiggedFigure, few: RiggedFigure) -> None:
    data = to_dressed_glb(few)
    assert 25_000 < few.triangles <= 30_000 < figure.triangles
    assert broken_rules(data) == []
    for before, after in zip(figure.pieces, few.pieces, strict=True):
        away = cKDTree(sampled(before.vertices, before.faces)).query(sampled(after.vertices, after.faces))[0]
        assert away.max() < 0.02, before.name
        if before.name in ("Tee", "Jeans"):  # no new holes: as many open edges lie inside as before
            assert open_length(after.vertices, after.faces) < 1.15 * open_length(
                before.vertices, before.faces
            )


def sampled(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Points all over a surface: corners, middles of edges and faces."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.concatenate([vertices, (a + b) / 2, (b + c) / 2, (c + a) / 2, (a + b + c) / 3])


def open_length(vertices: np.ndarray, faces: np.ndarray) -> float:
    """Metres of open edges, seams of the texture welded."""
    _, weld = np.unique(np.round(vertices, 5), axis=0, return_inverse=True)
    faces = weld.ravel()[faces]
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    both, count = np.unique(edges, axis=0, return_counts=True)
    place = np.zeros((weld.max() + 1, 3))
    place[weld.ravel()] = vertices
    open_edges = both[count == 1]
    return float(np.linalg.norm(place[open_edges[:, 0]] - place[open_edges[:, 1]], axis=1).sum())


def test_the_vrm_keeps_the_rules_and_stands_in_a_t(figure: RiggedFigure) -> None:
    vrm = to_vrm(
        rig_figure(figure.parameters, appearance_of(PERSON), rest="t-pose"),
        VrmMeta(name="Ben", author="Ada", licence="Ask first."),
    )
    assert broken_rules(vrm) == []
    glb = read_glb(vrm)
    assert glb.document["asset"]["extras"]["height_m"] == pytest.approx(1.83, abs=0.001)
    extension = glb.document["extensions"]["VRMC_vrm"]
    assert extension["meta"]["authors"] == ["Ada"]
    assert extension["meta"]["copyrightInformation"] == "Ask first."
    vowels = {"aa", "ih", "ou", "ee", "oh"}
    assert vowels | {"blink", "lookUp", "lookDown", "lookLeft", "lookRight", "happy"} <= set(
        extension["expressions"]["preset"]
    )
    for side, sign in (("left", 1), ("right", -1)):
        arm, hand, leg, foot, toes = (
            joint_place(glb, side + bone) for bone in ("UpperArm", "Hand", "UpperLeg", "Foot", "Toes")
        )
        assert abs(hand[1] - arm[1]) < 0.02
        assert (hand[0] - arm[0]) * sign > 0.4
        assert abs(foot[0] - leg[0]) < 0.02
        assert toes[2] - foot[2] > 0.05  # it faces +z


def test_trimesh_reads_the_glb_and_the_obj(few: RiggedFigure) -> None:
    low = np.min([piece.vertices.min(0) for piece in few.pieces], axis=0)
    high = np.max([piece.vertices.max(0) for piece in few.pieces], axis=0)
    scene = trimesh.load(io.BytesIO(to_dressed_glb(few)), file_type="glb")
    assert np.allclose(scene.bounds, [low, high], atol=1e-4)
    assert sum(len(mesh.faces) for mesh in scene.geometry.values()) == few.triangles
    with ZipFile(io.BytesIO(to_dressed_obj(few))) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    textures = {
        line.split()[1] for line in files["avatar.mtl"].decode().splitlines() if line.startswith("map_Kd")
    }
    assert textures <= set(files)
    assert len(textures) == len(few.pieces)
    loaded = trimesh.load(io.BytesIO(files["avatar.obj"]), file_type="obj", process=False)
    assert np.allclose(loaded.bounds, [low, high], atol=1e-4)


def test_the_suit_is_the_whole_body_barefoot(figure: RiggedFigure) -> None:
    suit = rig_figure(figure.parameters, appearance_of(PERSON), suit=True)
    assert {piece.name for piece in suit.pieces} == {
        "Hair",
        "Beard",
        "Head",
        "Mouth",
        "Body",
        "Eyes",
        "Teeth",
    }
    skin = [piece.vertices for piece in suit.pieces if piece.name in ("Head", "Body")]
    height = max(part[:, 1].max() for part in skin) - min(part[:, 1].min() for part in skin)
    assert height == pytest.approx(1.83, abs=0.001)
    assert abs(suit.floor_m) < 1e-4
