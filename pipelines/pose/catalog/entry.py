"""Entry: one pose as it is written, before it is solved."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.pose.goals import Goals
from pipelines.pose.primitives.arms import hang
from pipelines.pose.primitives.body import look, trunk
from pipelines.pose.vocabulary import Difficulty, GenderPresentation, Support
from pipelines.props import Held
from pipelines.types import Framing

Primitive = Callable[[Goals], object]
ArmPrimitive = Callable[[Goals, str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A pose as a list of primitives, applied in this order: legs, trunk, arms, face, more, hands.

    bend: trunk forwards, left, turned left, degrees; face: turned left, down, tilted left, degrees;
    yaw: how far the body is turned to its left for the front view, degrees; hands: shapes that replace those
    of the arm primitives; None keeps them; mood: "" takes it from the tags; props: what is held, sat on or leaned on;
    held: of those, what is drawn in the hands or on the body;
    difficulty, support: None takes them from the solved pose.
    """

    name: str
    category: str
    legs: tuple[Primitive, ...]
    left: ArmPrimitive | None = hang
    right: ArmPrimitive | None = hang
    bend: tuple[float, float, float] | None = None
    face: tuple[float, float, float] | None = (0, 0, 0)
    more: Primitive | None = None
    hands: tuple[str | None, str | None] = (None, None)
    tags: tuple[str, ...] = ()
    framing: Framing = "full"
    yaw: float = 0.0
    mood: str = ""
    gender: GenderPresentation = "any"
    props: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    difficulty: Difficulty | None = None
    support: Support | None = None


def slug_of(name: str) -> str:
    """ "Hand on hip, looking left" -> "hand-on-hip-looking-left"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def write_goals(entry: Entry) -> Goals:
    """The goals that an entry's primitives add up to."""
    goals = Goals()
    for primitive in entry.legs:
        primitive(goals)
    if entry.bend:
        trunk(goals, *entry.bend)
    for side, arm in (("L", entry.left), ("R", entry.right)):
        if arm:
            arm(goals, side)
    if entry.face:
        look(goals, *entry.face)
    if entry.more:
        entry.more(goals)
    for side, shape in zip("LR", entry.hands, strict=True):
        if shape:
            goals.hand(side, shape)
    return goals
