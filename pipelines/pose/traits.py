"""What can be told from a solved pose itself: its view, support, difficulty, symmetry, and what its hands do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from pipelines.pose.distance import mirrored_points, pose_points
from pipelines.pose.goals import FLOOR, Goals
from pipelines.pose.vocabulary import HAND_USES, MOOD_OF_TAG, Difficulty, Support, Symmetry, View
from pipelines.types import Body

FRONT_MOST_DEG, QUARTER_MOST_DEG, SIDE_MOST_DEG = 22.5, 67.5, 112.5
SYMMETRIC_M = 0.03  # mean distance of a pose from its own mirror image
HARD_TAGS = frozenset({"jump"})
MEDIUM_TAGS = frozenset({"balance", "dynamic", "floor", "lunge", "squatting", "tiptoe", "kneeling", "lying"})
HAND_PARTS = ("palm", "knuckles", "handback", "indextip", "middletip", "thumbtip", "heel", "wrist")
HEAD = (
    "chin",
    "nose",
    "mouth",
    "forehead",
    "crown",
    "headback",
    "nape",
    "cheek",
    "temple",
    "ear",
    "brow",
    "occiput",
)
USE_AT = (
    dict.fromkeys(HEAD, "at-head")
    | {"hip": "on-hips", "hipback": "on-hips", "pocket": "in-pockets", "backpocket": "in-pockets"}
    | {
        "biceps": "crossed",
        "lowback": "behind",
        "midback": "behind",
        "crotch": "together",
        "seat": "supporting",
    }
    | dict.fromkeys(("palm", "wrist", "knuckles", "handback"), "together")
)
ON_SKIN_M = 0.12  # a hand further from what it is placed by is in the air


def view_at(yaw_deg: float) -> View:
    """Which side of the body is seen when it is turned by so much."""
    turned = abs(yaw_deg)
    if turned <= FRONT_MOST_DEG:
        return "front"
    if turned <= QUARTER_MOST_DEG:
        return "quarter"
    return "side" if turned <= SIDE_MOST_DEG else "back"


def support_of(goals: Goals) -> Support:
    """What carries the body."""
    if goals.airborne_m:
        return "airborne"
    if "wall" in furniture_of(goals):
        return "wall"
    if goals.tags & {"seated"} and "floor" not in goals.tags:
        return "seat"
    return "floor" if goals.tags & {"floor", "lying", "kneeling"} else "standing"


def furniture_of(goals: Goals) -> tuple[str, ...]:
    """The names of the blocks that the pose sits on or leans on."""
    return tuple(prop["name"] for prop in goals.props if "name" in prop)


def difficulty_of(goals: Goals, tags: Iterable[str]) -> Difficulty:
    """How hard the pose is to take up and to draw: in the air is hard; balance, floor and motion are medium."""
    words = goals.tags | set(tags)
    if words & HARD_TAGS or words >= {"balance", "floor"}:
        return "hard"
    return "medium" if words & MEDIUM_TAGS else "easy"


def mood_of(tags: Iterable[str]) -> str:
    """The mood that the first telling tag says."""
    return next((MOOD_OF_TAG[tag] for tag in tags if tag in MOOD_OF_TAG), "neutral")


def symmetry_of(body: Body) -> Symmetry:
    """Whether left and right do the same."""
    points = pose_points(body)
    away = float(np.linalg.norm(points - mirrored_points(points), axis=1).mean())
    return "symmetric" if away < SYMMETRIC_M else "asymmetric"


def hand_uses_of(goals: Goals, body: Body) -> tuple[str, ...]:
    """What the hands do: one or two words, in the order of the vocabulary."""
    found = {_hand_use(goals, body, side) for side in "LR"}
    if "crossed" in found:  # the other arm of crossed arms touches the chest
        found -= {"on-body"}
    return tuple(use for use in HAND_USES if use in found)


def _hand_use(goals: Goals, body: Body, side: str) -> str:
    touches = [goal for goal in goals.contacts if goal["point"] in [f"{part}.{side}" for part in HAND_PARTS]]
    for goal in touches:
        if use := _use_of(goal):
            return use
    if goals.hands["LR".index(side)] in ("grip", "pinch"):
        return "holding"
    wrist, shoulder = (float(body.joint(f"{bone}.{side}")[1]) for bone in ("wrist", "upperarm01"))
    return "raised" if wrist > shoulder else "free"


def _use_of(goal: dict[str, Any]) -> str:
    """What a touch of the hand says; "" where the hand is only placed in the air."""
    offset = goal.get("offset_m", (0, 0, 0))
    if "to" not in goal:
        return "supporting" if tuple(goal.get("axes", ())) == FLOOR or abs(offset[2]) < ON_SKIN_M / 2 else ""
    if float(np.linalg.norm(offset)) > ON_SKIN_M and goal["to"] != "crotch":
        return ""
    return USE_AT.get(goal["to"].split(".")[0], "on-body")
