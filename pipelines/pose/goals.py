"""Goals: what a pose is asked to do, as the solver reads it and as a file keeps it.

  angles      {angle: [degrees (metres for the root's place), weight]}     a wish for a joint angle
  contacts    [{"point", "to", "offset_m", "frame", "weight", "axes"}]     a surface point at another, or on the floor
  directions  [{"of", "toward", "frame", "weight"}]                        a part that points somewhere
  balance     {surface point: share}                                       what the centre of mass stands over
Vectors are in the reference frame's axes (x left, y back, z up), turned with the frame they name: "world", "hips",
"chest" or "head". Left out: "to" is the world's origin, offsets 0, frame "world", weight 1, all three axes.
"""

from __future__ import annotations

from typing import Any

from pipelines.pose.limits import INDEX, SIDES

Vector = tuple[float, float, float]
FRAMES = ("world", "hips", "chest", "head")
ALL_AXES: Vector = (1, 1, 1)
FLOOR: Vector = (0, 0, 1)  # only the height counts
PLAN: Vector = (1, 1, 0)  # only the place seen from above counts
DECIMALS = 4


class Goals:
    """Goals in the making; every method returns the goals themselves. The later wish for an angle stands."""

    def __init__(self) -> None:
        self.angles: dict[str, list[float]] = {}
        self.contacts: list[dict[str, Any]] = []
        self.directions: list[dict[str, Any]] = []
        self.balance: dict[str, float] = {}
        self.hands = ["relaxed", "relaxed"]
        self.tags: set[str] = set()
        self.airborne_m = 0.0
        self.props: list[dict[str, Any]] = []

    def bend(self, weight: float = 1.0, **angles: float) -> Goals:
        """Wish for angles, degrees (metres for root_x, root_y, root_z).

        `elbow_L` is one side; a sided angle without its side is both.
        """
        for name, value in angles.items():
            sided = name[:-2] + "." + name[-1] if name[-2:] in ("_L", "_R") else name
            for full in [sided] if sided in INDEX else [sided + side for side in SIDES]:
                if full not in INDEX:
                    raise KeyError(full)
                self.angles[full] = [value, weight]
        return self

    def touch(
        self,
        point: str,
        to: str = "",
        offset: Vector = (0, 0, 0),
        frame: str = "world",
        weight: float = 1.0,
        axes: Vector = ALL_AXES,
    ) -> Goals:
        """A surface point (or bone) at another one plus an offset in metres; without `to`, at a place in the world."""
        goal: dict[str, Any] = {"point": point}
        if to:
            goal["to"] = to
        if any(offset):
            goal["offset_m"] = [round(float(part), DECIMALS) for part in offset]
        if frame != "world":
            goal["frame"] = frame
        if axes != ALL_AXES:
            goal["axes"] = list(axes)
        self.contacts.append({**goal, "weight": weight})
        return self

    def aim(self, of: str, toward: Vector, frame: str = "world", weight: float = 1.0) -> Goals:
        """A part's own direction towards a vector."""
        goal: dict[str, Any] = {"of": of, "toward": [round(float(part), DECIMALS) for part in toward]}
        if frame != "world":
            goal["frame"] = frame
        self.directions.append({**goal, "weight": weight})
        return self

    def hand(self, side: str, shape: str) -> Goals:
        """The shape of a hand, side "L" or "R"."""
        self.hands["LR".index(side)] = shape
        return self

    def stand_over(self, **shares: float) -> Goals:
        """What the centre of mass is over: `heelfoot_L=.5, ballin_R=.5`."""
        self.balance = {
            name[:-2] + "." + name[-1] if name[-2:] in ("_L", "_R") else name: v for name, v in shares.items()
        }
        return self

    def tag(self, *tags: str) -> Goals:
        self.tags |= set(tags)
        return self

    def forget(self, *points: str) -> Goals:
        """Drop the contacts of some surface points, so that other primitives can place them."""
        self.contacts = [goal for goal in self.contacts if goal["point"] not in points]
        return self

    def to_json(self) -> dict[str, Any]:
        """What a template keeps; empty parts are left out."""
        kept: dict[str, Any] = {
            "angles": {name: [round(v, DECIMALS), w] for name, (v, w) in sorted(self.angles.items())},
            "contacts": self.contacts,
            "directions": self.directions,
            "balance": self.balance,
            "props": self.props,
            "airborne_m": self.airborne_m,
        }
        return {name: value for name, value in kept.items() if value}
