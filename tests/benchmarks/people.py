"""Random adults whose true body is known, rendered as photographs of them in fitted clothes.

Their shapes lie outside what an extractor fits: local changes of other kinds are added to the phenotypes.
Everything follows from a seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipelines.appearance import Gender
from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.anny_data import YOUNG_ADULT_AGE
from pipelines.body.bones import FOOT_BONES, HAND_BONES, HEAD_BONES, JOINT_BONES
from pipelines.body.measure import measure_body
from pipelines.body.tape_marks import find_marks
from pipelines.render.camera import Camera
from pipelines.render.rasterizer import rasterize, vertex_normals
from pipelines.types import Body, BodyParameters, Pose

FITTED_CHANGES = "measure-"  # local changes of this kind are what an extractor may fit
OTHER_CHANGES = (
    "torso-",
    "hip-",
    "stomach-",
    "buttocks-",
    "pelvis-tone",
    "breast-volume",
    "neck-scale",
    "neck-double",
)
OTHER_LIMB_CHANGES = ("upperarm-", "lowerarm-", "upperleg-", "lowerleg-")
CHANGE_SD, CHANGE_LIMIT = 0.25, 0.7
HEIGHT_CM = {"female": (164.0, 6.5), "male": (177.0, 7.0)}  # mean and spread
PICTURE_PX = (768, 1024)
SKIN = ((233, 196, 172), (214, 170, 140), (172, 122, 90), (120, 82, 60), (84, 58, 44))
CLOTH = (
    (46, 62, 92),
    (120, 40, 48),
    (70, 92, 70),
    (60, 60, 64),
    (150, 130, 100),
    (90, 70, 110),
    (30, 90, 110),
)
HAIR = ((38, 28, 24), (90, 60, 38), (150, 116, 70), (70, 70, 72))
STRANGERS, AGAIN = 41, 43  # their own streams of seeds
AGAIN_SD_DEG = 8.0  # nobody turns by exactly a quarter
STRANGER_BMI = (17.0, 33.0)
SEATED_SHARE = 0.25
STRANGER_VIEW_DEG, STRANGER_PITCH_DEG = (30.0, 75.0), 15.0
BARE_BONES = (*HEAD_BONES, *HAND_BONES, *FOOT_BONES)
SKIN_DENSITY_KG_M3 = 980.0  # as in Anny's own anthropometry


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Person:
    """One rendered person and the truth about them."""

    photo: np.ndarray  # (H, W, 3) uint8
    mask: np.ndarray  # (H, W) bool
    parameters: BodyParameters
    pose: Pose
    body: Body
    camera: Camera
    gender: Gender
    measures_cm: dict[str, float]
    weight_kg: float
    joints_m: dict[str, np.ndarray]  # camera frame
    shell_m: float = 0.0  # how far their clothes stand off


def make_person(seed: int) -> Person:
    """The random adult of that seed, in a random pose before a random camera."""
    rng = np.random.default_rng(seed)
    model = open_anny()
    gender = random_gender(rng)
    parameters = BodyParameters(shape=random_shape(rng, model, gender))
    pose = random_pose(rng)
    camera = random_camera(rng, model.build(parameters, pose))
    return _portray(rng, parameters, pose, camera, gender)


def _portray(
    rng: np.random.Generator,
    parameters: BodyParameters,
    pose: Pose,
    camera: Camera,
    gender: Gender,
    shell_m: float = 0.0,
) -> Person:
    """The picture of a body, and the truth about it."""
    model = open_anny()
    body = model.build(parameters, pose)
    dressed = replace(body, vertices=dress(model, body, shell_m)) if shell_m else body
    photo, mask = photograph(rng, model, dressed, camera)
    joints = {name: body.joint(bone) for name, bone in JOINT_BONES.items()}
    joints["nose"] = body.vertices[find_marks(model).nose]
    seen = {name: camera.to_camera(point[None])[0] for name, point in joints.items()}
    return Person(
        photo=photo,
        mask=mask,
        parameters=parameters,
        pose=pose,
        body=body,
        camera=camera,
        gender=gender,
        measures_cm=measure_body(model, body),
        weight_kg=SKIN_DENSITY_KG_M3 * volume(body),
        joints_m=seen,
        shell_m=shell_m,
    )


def make_stranger(seed: int, shell_m: float = 0.0) -> Person:
    """A harder adult: BMI 17 to 33, standing to seated, seen by any camera (see `stranger_camera`), and dressed in a
    shell of cloth that stands `shell_m` metres off the trunk, arms and legs."""
    rng = np.random.default_rng([STRANGERS, seed])
    model = open_anny()
    gender: Gender = "female" if seed % 2 else "male"
    while True:
        parameters = BodyParameters(shape=random_shape(rng, model, gender))
        kilograms = SKIN_DENSITY_KG_M3 * volume(model.build(parameters))
        metres = measure_body(model, parameters)["height"] / 100
        if STRANGER_BMI[0] <= kilograms / metres**2 <= STRANGER_BMI[1]:
            break
    pose = seat(rng, random_pose(rng)) if rng.random() < SEATED_SHARE else random_pose(rng)
    body = model.build(parameters, pose)
    camera = stranger_camera(rng, body)
    return _portray(rng, parameters, pose, camera, gender, shell_m)


def photograph_again(person: Person, seed: int, turn_deg: float) -> np.ndarray:
    """(H, W, 3) uint8: the same body on another day, standing, turned by about so much to their left, arms hanging,
    before another camera and in other colours."""
    rng = np.random.default_rng([AGAIN, seed])
    turned = {bone: 0.4 * np.array(vector) for bone, vector in random_pose(rng).rotations.items()}
    for side, sign in ((".L", 1), (".R", -1)):
        turned["upperarm01" + side] = np.array([rng.normal(-0.1, 0.15), sign * rng.uniform(0.4, 0.7), 0])
        turned["lowerarm01" + side] = np.array([rng.uniform(-0.4, 0), 0, 0])
    turned["root"] = np.array([0, 0, np.radians(turn_deg + rng.normal(0, AGAIN_SD_DEG))])
    pose = Pose(rotations={bone: tuple(float(x) for x in vector) for bone, vector in turned.items()})
    model = open_anny()
    body = model.build(person.parameters, pose)
    if person.shell_m:
        body = replace(body, vertices=dress(model, body, person.shell_m))
    return photograph(rng, model, body, stranger_camera(rng, body))[0]


def draw_adult(seed: int) -> tuple[Gender, dict[str, float]]:
    """The gender and the shape of `make_person(seed)`, without the picture."""
    rng = np.random.default_rng(seed)
    gender = random_gender(rng)
    return gender, random_shape(rng, open_anny(), gender)


def random_gender(rng: np.random.Generator) -> Gender:
    """One or the other, as often."""
    return "female" if rng.random() < 0.5 else "male"


def random_shape(rng: np.random.Generator, model: AnnyBodyModel, gender: Gender) -> dict[str, float]:
    """Plausible phenotypes, measured changes, and changes of other kinds; both sides of the body alike."""
    shape = {
        "gender": float(rng.uniform(0.85, 1) if gender == "female" else rng.uniform(0, 0.15)),
        "age": float(rng.uniform(YOUNG_ADULT_AGE, 0.95)),
        "muscle": float(rng.uniform(0.2, 0.85)),
        "weight": float(rng.uniform(0.15, 0.98)),
        "proportions": float(rng.uniform(0.2, 1)),
    }
    for name in model.data.local_names:
        limb = name.startswith("l-") and name[2:].startswith(OTHER_LIMB_CHANGES)
        if not (limb or name.startswith((FITTED_CHANGES, *OTHER_CHANGES))):
            continue
        amount = float(np.clip(rng.normal(0, CHANGE_SD), -CHANGE_LIMIT, CHANGE_LIMIT))
        shape[name] = amount
        if limb:
            shape["r-" + name[2:]] = amount
    wanted = float(np.clip(rng.normal(*HEIGHT_CM[gender]), 148, 200))
    return shape | {"height": _solve_height(model, shape, wanted)}


def _solve_height(model: AnnyBodyModel, shape: dict[str, float], wanted_cm: float) -> float:
    """The height phenotype that gives this stature: the map is linear in it, so two bodies tell."""
    at = [
        100 * float(np.ptp(model.rest_shape(BodyParameters(shape=shape | {"height": h}))[0][:, 2]))
        for h in (0.2, 0.6)
    ]
    return float(np.clip(0.2 + 0.4 * (wanted_cm - at[0]) / (at[1] - at[0]), 0.02, 0.98))


def random_pose(rng: np.random.Generator) -> Pose:
    """Upright and clothed-photo-like: arms anywhere, legs standing to stepping, the trunk a little bent."""

    def turn(spread: tuple[float, float, float], mean: tuple[float, float, float] = (0, 0, 0)) -> np.ndarray:
        return rng.normal(mean, spread)

    rotations = {
        "root": np.array([rng.normal(0, 0.06), rng.normal(0, 0.05), np.clip(rng.normal(0, 0.55), -1.2, 1.2)]),
        "spine05": turn((0.06, 0.04, 0.04), (0.03, 0, 0)),
        "spine03": turn((0.06, 0.05, 0.06), (0.03, 0, 0)),
        "spine01": turn((0.05, 0.05, 0.08)),
        "neck01": turn((0.1, 0.06, 0.1)),
        "head": turn((0.1, 0.08, 0.15)),
    }
    for side, sign in ((".L", 1), (".R", -1)):
        raised = rng.random() < 0.2
        down = rng.uniform(-1.2, -0.3) if raised else rng.uniform(-0.1, 0.6)
        flip = np.array([1, sign, sign])
        rotations["clavicle" + side] = turn((0.04, 0.06, 0.06)) * flip
        rotations["upperarm01" + side] = np.array([rng.normal(-0.1, 0.3), down, rng.normal(0, 0.25)]) * flip
        rotations["lowerarm01" + side] = np.array([rng.uniform(-1.0, 0.4), 0, rng.uniform(-0.6, 0.4)]) * flip
        hip, knee = -abs(rng.normal(0, 0.3)) + 0.08, abs(rng.normal(0, 0.3)) - 0.1
        rotations["upperleg01" + side] = np.array([hip, rng.normal(0, 0.1), rng.normal(0, 0.1)]) * flip
        rotations["lowerleg01" + side] = np.array([knee, 0, 0])
        rotations["foot" + side] = turn((0.1, 0.05, 0.08)) * flip
    return Pose(rotations={bone: tuple(float(x) for x in vector) for bone, vector in rotations.items()})


def random_camera(rng: np.random.Generator, body: Body) -> Camera:
    """A pinhole camera before the body that fills 68–88 % of the picture's height, tilted a little."""
    width, height = PICTURE_PX
    focal = float(rng.uniform(1.0, 1.8) * height)
    tilt = np.radians(rng.normal(3, 4))  # looking down
    cos, sin = np.cos(tilt), np.sin(tilt)
    rotation = np.array([[1, 0, 0], [0, -cos, -sin], [0, sin, -cos]], np.float64)
    low, high = body.vertices.min(0), body.vertices.max(0)
    middle = rotation @ ((low + high) / 2)
    depth = focal * (high[1] - low[1]) / (rng.uniform(0.68, 0.88) * height)
    shift = np.array([rng.normal(0, 0.06), rng.normal(0, 0.02), depth])
    return Camera(rotation=rotation, translation=shift - middle, focal_px=focal, width=width, height=height)


def stranger_camera(rng: np.random.Generator, body: Body) -> Camera:
    """A camera of 30 to 75 degrees (of the picture's height), pitched up to 15 degrees up or down."""
    width, height = PICTURE_PX
    focal = float(height / 2 / np.tan(np.radians(rng.uniform(*STRANGER_VIEW_DEG)) / 2))
    tilt = np.radians(rng.uniform(-STRANGER_PITCH_DEG, STRANGER_PITCH_DEG))
    cos, sin = np.cos(tilt), np.sin(tilt)
    rotation = np.array([[1, 0, 0], [0, -cos, -sin], [0, sin, -cos]], np.float64)
    share = rng.uniform(0.68, 0.88)
    low, high = body.vertices.min(0), body.vertices.max(0)
    middle = rotation @ ((low + high) / 2)
    shift = np.array(
        [rng.normal(0, 0.06), rng.normal(0, 0.02), focal * (high[1] - low[1]) / (share * height)]
    )
    camera = Camera(rotation=rotation, translation=shift - middle, focal_px=focal, width=width, height=height)
    seen = camera.project(body.vertices.astype(np.float64))[
        :, :2
    ]  # near, the picture is no longer in proportion
    grown = max(np.ptp(seen[:, 1]) / (share * height), np.ptp(seen[:, 0]) / (0.94 * width))
    return replace(camera, translation=shift * [1, 1, grown] - middle)


def seat(rng: np.random.Generator, pose: Pose) -> Pose:
    """The same arms and trunk on a seat: thighs about level, knees bent."""
    turned = {bone: np.array(vector) for bone, vector in pose.rotations.items()}
    for side in (".L", ".R"):
        turned["upperleg01" + side][0] = -rng.uniform(1.1, 1.6)
        turned["lowerleg01" + side][0] = rng.uniform(1.0, 1.6)
    return Pose(rotations={bone: tuple(float(x) for x in vector) for bone, vector in turned.items()})


def dress(model: AnnyBodyModel, body: Body, shell_m: float) -> np.ndarray:
    """(V, 3) the posed body's vertices in a shell of cloth: pushed out along the normals where clothes are."""
    bare = [i for i, bone in enumerate(model.bone_names) if bone.startswith(BARE_BONES)]
    cover = np.clip(1 - 2 * model.weights[:, bare].sum(1), 0, 1)[:, None]
    return (body.vertices + shell_m * cover * vertex_normals(body.vertices, body.faces)).astype(np.float32)


def photograph(
    rng: np.random.Generator, model: AnnyBodyModel, body: Body, camera: Camera
) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 3) uint8 and (H, W) bool: the body lit from above, in tight clothes, before a plain wall."""
    raster = rasterize(body.vertices, body.faces, camera)
    normals = raster.interpolate(body.faces, vertex_normals(body.vertices, body.faces))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    key = np.array([rng.uniform(-0.7, 0.7), 0.7, 0.8])
    light = (
        0.42
        + 0.5 * np.clip(normals @ (key / np.linalg.norm(key)), 0, 1)
        + 0.16 * np.clip(normals[:, 2], 0, 1)
    )
    colours = raster.interpolate(body.faces, paint(rng, model, body))
    picture = wall(rng, camera)
    mask = raster.spread(np.ones(len(raster.pixels), np.uint8)) > 0
    picture.reshape(-1, 3)[raster.pixels] = colours * light[:, None]
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7) + rng.normal(0, 2.5, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), mask


def paint(rng: np.random.Generator, model: AnnyBodyModel, body: Body) -> np.ndarray:
    """(V, 3) colours: skin, hair, shirt, trousers, shoes; edges where bones meet."""

    def choose(table: tuple[tuple[int, int, int], ...]) -> np.ndarray:
        return np.array(table[rng.integers(len(table))], np.float32)

    def weight(*bones: str) -> np.ndarray:
        return model.weights[:, [i for i, b in enumerate(model.bone_names) if b.startswith(bones)]].sum(1)

    colours = np.tile(choose(SKIN), (len(body.vertices), 1))
    rest = body.rest_vertices
    joints = dict(zip(model.bone_names, body.rest_joints, strict=True))
    sleeves = ("upperarm", "lowerarm") if rng.random() < 0.3 else ("upperarm01",)
    legs = ("upperleg", "lowerleg") if rng.random() < 0.6 else ("upperleg01",)
    colours[weight("spine01", "spine02", "spine03", "clavicle", "shoulder", *sleeves) > 0.5] = choose(CLOTH)
    colours[weight("root", "pelvis", "spine05", "spine04", *legs) > 0.5] = choose(CLOTH)
    colours[weight("foot", "toe") > 0.6] = choose(CLOTH)
    head, eyes = weight("head", "eye") > 0.5, joints["eye.L"]
    behind = rest[:, 2] < joints["head"][2] + 0.02
    crown = rest[:, 1] > eyes[1] + 0.055
    colours[head & (crown | (behind & (rest[:, 1] > eyes[1] - 0.06)))] = choose(HAIR)
    colours[weight("eye.L", "eye.R") > 0.5] = (40, 34, 30)
    return colours


def wall(rng: np.random.Generator, camera: Camera) -> np.ndarray:
    """(H, W, 3) float32: a wall and a floor, shaded softly."""
    top = rng.uniform(120, 225) + rng.normal(0, 14, 3)
    floor = rng.uniform(90, 180) + rng.normal(0, 10, 3)
    x, y = np.meshgrid(np.linspace(-1, 1, camera.width), np.linspace(0, 1, camera.height))
    blend = 1 / (1 + np.exp((rng.uniform(0.82, 0.95) - y) * 80))
    shade = 1 - 0.15 * x * rng.uniform(-1, 1) - 0.1 * y
    return ((top * (1 - blend[..., None]) + floor * blend[..., None]) * shade[..., None]).astype(np.float32)


def volume(body: Body) -> float:
    """Cubic metres enclosed by the body at rest (signed tetrahedra)."""
    a, b, c = (body.rest_vertices[body.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->i", np.cross(a, b), c).sum() / 6)
