"""What can be wrong with a pose on a body: joint limits, floor, parts and props run into, contacts, balance, face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial import ConvexHull, cKDTree

from pipelines.body.anny import AnnyBodyModel, open_anny
from pipelines.body.frames import to_reference
from pipelines.control.keypoints import find_face
from pipelines.pose.angles import POSE_BODY, read_angles, rest_heads
from pipelines.pose.check import open_checker
from pipelines.pose.goals import FLOOR
from pipelines.pose.limits import angles_over_limit
from pipelines.pose.resolve import leg_ratio, place_props
from pipelines.pose.rig import mass_shares
from pipelines.pose.skeleton import JointMap, map_joints
from pipelines.pose.surface_points import find_surface_points
from pipelines.pose.template import PoseTemplate
from pipelines.render.camera import frame_body
from pipelines.types import Body, BodyParameters, CameraSpec, Pose

DEEPEST_CM = 2.0  # one part inside another, on every body
FLOOR_CM = 0.1
CONTACT_CM = 2.0  # how far what is declared to touch may be apart
DEEPEST_IN_PROP_CM = {"stool": 5.0, "bench": 5.0}  # flesh gives way on a seat; DEEPEST_CM in all else
FIRM = 2.5  # contacts that weigh less are hints
TOUCH_M = 0.09  # a touch of the body whose points are declared further apart places a hand in the air
PATCH_M = 0.07  # the skin around a surface point
SOFT = (
    "seat",
    "midback",
    "lowback",
    "belly",
    "crotch",
    "hip",
    "shoulder",
    "palm",
)  # places, not points, of the skin
POINT_M = 0.02  # the skin around all other points
LOW_M = 0.03  # what is lower than this carries weight
BALANCE_M = 0.04  # how far outside of what carries it the centre of mass may be
BLOCK_PIXELS = (384, 512)
JOINTS: dict[int, JointMap] = {}


def joints_of(parameters: BodyParameters) -> JointMap:
    """The joint map of a body: its rest pose decides where an elbow is straight."""
    if id(parameters) not in JOINTS:
        JOINTS[id(parameters)] = map_joints(rest_heads(open_anny(), parameters))
    return JOINTS[id(parameters)]


def find_faults(
    template: PoseTemplate, pose: Pose, parameters: BodyParameters = POSE_BODY, deepest_cm: float = DEEPEST_CM
) -> list[str]:
    """What is wrong with a pose on a body: limits, floor, parts inside each other."""
    model: AnnyBodyModel = open_anny()
    body = model.build(parameters, pose)
    faults = [
        f"{angle} beyond its range"
        for angle in angles_over_limit(read_angles(joints_of(parameters), pose.rotations), slack_deg=0.6)
    ]
    height_cm = 100 * float(body.vertices[:, 1].min())
    declared_cm = 100 * template.goals.get("airborne_m", 0.0) * leg_ratio(model, parameters)
    if abs(height_cm - declared_cm) > FLOOR_CM:
        faults.append(f"its lowest point is at {height_cm:.1f} cm, not at {declared_cm:.1f} cm")
    faults += [
        f"{overlap.inner} is {overlap.depth_cm:.1f} cm inside {overlap.outer}"
        for overlap in open_checker().find_overlaps(body.vertices)
        if overlap.depth_cm > deepest_cm
    ]
    return faults


def find_made_faults(template: PoseTemplate, pose: Pose) -> list[str]:
    """What is wrong with a pose on the body that it was made for, besides `find_faults`: contacts, props, balance, and
    the face in its own framing."""
    body = open_anny().build(POSE_BODY, pose)
    props = place_props(template, open_anny(), POSE_BODY)
    return [
        *contact_faults(template, body),
        *prop_faults(body, props),
        *balance_faults(template, body, props),
        *face_faults(template, body),
    ]


def contact_faults(template: PoseTemplate, body: Body) -> list[str]:
    """Firm contacts whose skin is further than CONTACT_CM from the skin, the floor or the seat that it should touch."""
    surface, vertices = find_surface_points(), to_reference(body.vertices)
    faults = []
    for goal in template.goals.get("contacts", ()):
        point, to = goal["point"], goal.get("to", "")
        offset = np.array(goal.get("offset_m", (0, 0, 0)))
        if goal.get("weight", 1.0) < FIRM or point not in surface or template.support == "airborne":
            continue
        if to in surface and float(np.linalg.norm(offset)) <= TOUCH_M:
            patches = [_patch(vertices, surface[name]) for name in (point, to)]
            apart_cm = 100 * float(cKDTree(patches[0]).query(patches[1])[0].min())
            if apart_cm > CONTACT_CM:
                faults.append(f"{point} is {apart_cm:.1f} cm from {to}")
        elif not to and tuple(goal.get("axes", ())) == FLOOR:
            around = PATCH_M if point.split(".")[0] in SOFT else POINT_M
            off_cm = 100 * float(_patch(vertices, surface[point], around)[:, 2].min() - offset[2])
            if off_cm > CONTACT_CM:
                faults.append(f"{point} is {off_cm:.1f} cm above what it should rest on")
    return faults


def prop_faults(body: Body, props: Sequence[dict[str, Any]]) -> list[str]:
    """Parts of the body inside a block by more than it gives way."""
    faults = []
    for prop in props:
        half, center = np.array(prop["size_m"]) / 2, np.array(prop["center_m"])
        inside = half - np.abs(body.vertices - center)
        deep_cm = 100 * float(inside.min(1).max())
        if deep_cm > DEEPEST_IN_PROP_CM.get(prop.get("name", ""), DEEPEST_CM):
            faults.append(f"the body is {deep_cm:.1f} cm inside its {prop.get('name', 'block')}")
    return faults


def balance_faults(template: PoseTemplate, body: Body, props: Sequence[dict[str, Any]]) -> list[str]:
    """A body that would fall: its centre of mass is not over what carries it, though it neither moves nor leans."""
    moving = {"dynamic", "walking", "running", "jump", "lying"} & {*template.tags, template.category}
    if moving or template.support in ("airborne", "wall") or template.category == "dance":
        return []
    carried = [body.vertices[body.vertices[:, 1] < LOW_M][:, [0, 2]]]
    for prop in props:
        half, center = np.array(prop["size_m"]) / 2, np.array(prop["center_m"])
        over = (np.abs(body.vertices - center) < half + LOW_M).all(1)
        carried.append(body.vertices[over][:, [0, 2]])
    ground = np.concatenate(carried)
    mass = sum(share * body.joint(bone) for bone, share in mass_shares().items())
    plan = np.array([mass[0], mass[2]])  # type: ignore[index]
    hull = ConvexHull(ground)
    outside = float((hull.equations[:, :2] @ plan + hull.equations[:, 2]).max())
    return (
        [f"its centre of mass is {100 * outside:.1f} cm outside its support"] if outside > BALANCE_M else []
    )


def face_faults(template: PoseTemplate, body: Body) -> list[str]:
    """A head-and-shoulders picture without a face in it."""
    if template.framing not in ("bust", "portrait"):
        return []
    width, height = BLOCK_PIXELS
    spec = CameraSpec(framing=template.framing, yaw_deg=template.camera_yaw_deg)
    face = find_face(body, frame_body(body, spec, width, height))
    if face is None:
        return ["its face is turned away"]
    left, top, right, bottom = face
    seen = left > 0 and top > 0 and right < width and bottom < height
    return [] if seen else ["its face is not whole in the picture"]


def _patch(vertices: np.ndarray, vertex: int, radius_m: float = PATCH_M) -> np.ndarray:
    near = np.linalg.norm(vertices - vertices[vertex], axis=1) < radius_m
    return np.asarray(vertices[near])
