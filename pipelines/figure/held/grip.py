"""The hands of a posed body, as what they hold sees them: where a grip is, and which way palm and knuckles point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.body.frames import to_world
from pipelines.figure.curves import unit
from pipelines.pose.skeleton import FORWARD, hand_axes
from pipelines.pose.skeleton import UP as UP_IN_REFERENCE
from pipelines.types import Body

UP = np.array([0.0, 1.0, 0.0])
FINGERS = (2, 3, 4, 5)
STRETCHED = 0.85  # cosine of the bend of the elbow
TRUNK_HALF_M, BAND_M = 0.11, 0.1  # of what counts as the trunk's front, around a point on it
PALM_THICK_M = 0.014  # from the bones of the hand to the skin of the palm


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hand:
    """One hand, world metres. center (3,): of what the fingers close around; palm (3,): the middle of its skin;
    fingers, thumb, outward (3,) unit: along the fingers, to the side of the thumb, out of the palm; wrist, elbow."""

    side: str
    center: np.ndarray
    palm: np.ndarray
    fingers: np.ndarray
    thumb: np.ndarray
    outward: np.ndarray
    wrist: np.ndarray
    elbow: np.ndarray
    shoulder: np.ndarray

    @property
    def forearm(self) -> np.ndarray:
        """(3,) unit: from the elbow to the wrist."""
        return unit(self.wrist - self.elbow)

    @property
    def is_stretched(self) -> bool:
        """Whether the arm is nearly straight."""
        return float(self.forearm @ unit(self.elbow - self.shoulder)) > STRETCHED


class Carrier:
    """A posed body that holds something."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self._heads = {
            name: place.astype(float) for name, place in zip(body.bone_names, body.joints, strict=True)
        }

    def hand(self, side: str) -> Hand:
        """The hand of a side, "L" or "R"."""
        heads, end = self._heads, f".{side}"
        fingers, outward, thumb = hand_axes(heads, end, 1.0 if side == "L" else -1.0)
        knuckles = np.mean([heads[f"finger{finger}-1{end}"] for finger in FINGERS], 0)
        closed = np.mean([heads[f"finger{f}-{joint}{end}"] for f in FINGERS for joint in (1, 2, 3)], 0)
        return Hand(
            side=side,
            center=closed,
            palm=(heads[f"wrist{end}"] + knuckles) / 2 + PALM_THICK_M * outward,
            fingers=fingers,
            thumb=thumb,
            outward=outward,
            wrist=heads[f"wrist{end}"],
            elbow=heads[f"lowerarm01{end}"],
            shoulder=heads[f"upperarm01{end}"],
        )

    def finger_tips(self, side: str) -> np.ndarray:
        """(3,) metres, world: between the ends of thumb and index finger."""
        return (self._heads[f"finger1-3.{side}"] + self._heads[f"finger2-3.{side}"]) / 2

    def joint(self, bone: str) -> np.ndarray:
        """(3,) metres, world."""
        return self._heads[bone]

    def rest_joint(self, bone: str) -> np.ndarray:
        """(3,) metres, world: where that bone's head is in the reference pose."""
        return self.body.rest_joints[self.body.bone_names.index(bone)].astype(float)

    def forward(self, bone: str = "spine01") -> np.ndarray:
        """(3,) unit: where the front of that bone's part of the body looks."""
        return self._turned(bone, FORWARD)

    def upward(self, bone: str = "spine01") -> np.ndarray:
        """(3,) unit: where the top of that bone's part of the body points."""
        return self._turned(bone, UP_IN_REFERENCE)

    def belly(self, near: np.ndarray) -> float:
        """How far forward the skin of the trunk reaches at the height of a point, metres along `forward`."""
        rest, up = self.body.rest_vertices, self.upward()
        trunk = (np.abs(rest[:, 0]) < TRUNK_HALF_M) & (rest[:, 1] > self.rest_joint("root")[1])
        trunk &= rest[:, 1] < self.rest_joint("upperarm01.L")[1]
        skin = self.body.vertices[trunk]
        level = np.abs((skin - near) @ up) < BAND_M
        return float((skin[level] @ self.forward()).max(initial=float(near @ self.forward()) - BAND_M))

    @property
    def eyes(self) -> np.ndarray:
        """(3,) metres, world: between the eyes."""
        return (self.joint("eye.L") + self.joint("eye.R")) / 2

    def _turned(self, bone: str, direction: np.ndarray) -> np.ndarray:
        turn = self.body.bone_rotations[self.body.bone_names.index(bone)]
        return to_world((turn @ direction)[None])[0].astype(float)
