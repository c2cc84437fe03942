"""What a pose sits on and what it holds, as a scene says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A plain box that the body sits or leans on: size and centre in metres, world frame of the posed body."""

    size_m: tuple[float, float, float]
    center_m: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A thing that the pose holds: its name, and where it is held: words of pipelines.pose.vocabulary. It follows
    the hand, so a scene keeps no place of it."""

    name: str
    place: str
