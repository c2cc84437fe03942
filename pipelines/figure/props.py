"""Props: the plain furniture that a body sits or leans on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pipelines.figure.held.solids import ROUND_M, box, part_of
from pipelines.figure.held.stuff import PLASTER
from pipelines.figure.mesh import Part
from pipelines.props import Prop

LARGEST_M = 4.0
SEAT_M, LEG_M = 0.05, 0.045  # a stool's seat is so thick, its legs are so wide
RAIL_M, SLAT_M = 0.07, 0.03  # of the back of a chair
LOWEST_STOOL_M = 0.25  # lower ones stay whole: they are boxes


def props_of_goals(goals: Mapping[str, Any]) -> tuple[Prop, ...]:
    """The boxes that a pose template's goals name under "props"; a stool becomes a seat on four legs, a chair's
    back posts and slats.

    Raises ValueError for one that is no box.
    """
    props = []
    for stored in goals.get("props", ()):
        size, center = (tuple(float(value) for value in stored[key]) for key in ("size_m", "center_m"))
        if len(size) != 3 or len(center) != 3 or not all(0 < value <= LARGEST_M for value in size):
            raise ValueError(f"a prop is no box: {stored!r}")
        prop = Prop(size_m=size, center_m=center)
        stool = stored.get("name") == "stool" and min(size[0], size[2]) > 3 * LEG_M
        if stool and size[1] >= LOWEST_STOOL_M:
            props += _stool(prop)
        elif stored.get("name") == "chair" and min(size[:2]) > 4 * LEG_M:
            props += _chair_back(prop)
        else:
            props.append(prop)
    return tuple(props)


def _stool(block: Prop) -> list[Prop]:
    """A seat and four legs where the block is: its top stays where the body sits."""
    (width, height, depth), (x, y, z) = block.size_m, block.center_m
    long = height - SEAT_M
    seat = Prop(size_m=(width, SEAT_M, depth), center_m=(x, y + long / 2, z))
    away_x, away_z = (width - LEG_M) / 2 - ROUND_M, (depth - LEG_M) / 2 - ROUND_M
    return [
        seat,
        *(
            Prop(
                size_m=(LEG_M, long, LEG_M),
                center_m=(x + across * away_x, y - SEAT_M / 2, z + along * away_z),
            )
            for across in (-1, 1)
            for along in (-1, 1)
        ),
    ]


def _chair_back(block: Prop) -> list[Prop]:
    """Two posts, a top rail and slats where the block is: its top stays where arms lie on it."""
    (width, height, depth), (x, y, z) = block.size_m, block.center_m
    rail = Prop(size_m=(width, RAIL_M, depth), center_m=(x, y + (height - RAIL_M) / 2, z))
    high = height - RAIL_M
    away = (width - LEG_M) / 2 - ROUND_M
    low = y - RAIL_M / 2
    return [
        rail,
        *(Prop(size_m=(LEG_M, high, 0.9 * depth), center_m=(x + side * away, low, z)) for side in (-1, 1)),
        *(
            Prop(size_m=(SLAT_M, high, 0.5 * depth), center_m=(x + share * away, low, z))
            for share in (-0.5, 0.0, 0.5)
        ),
        Prop(size_m=(width - LEG_M, SLAT_M, 0.6 * depth), center_m=(x, y - 0.38 * height, z)),
    ]


def build_props(props: Sequence[Prop]) -> list[Part]:
    """A part for each prop: a box with rounded edges."""
    return [_build_block(prop) for prop in props]


@lru_cache(16)
def _build_block(prop: Prop) -> Part:
    return part_of(box(PLASTER, prop.size_m, prop.center_m), "Block")
