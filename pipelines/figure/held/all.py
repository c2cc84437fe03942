"""All things that a pose can hold: the name of each, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.figure.held import bags, everyday, music, sport, weapons
from pipelines.figure.held.grip import Carrier
from pipelines.figure.held.solids import Solid, part_of
from pipelines.figure.mesh import Part
from pipelines.props import Held
from pipelines.render.camera import Camera, frame_body
from pipelines.types import Body, BodyScene

MakeThing = Callable[[Carrier, str], list[Solid]]  # where it is held: see pipelines.types.Held

THINGS: dict[str, MakeThing] = {
    "backpack": bags.backpack,
    "ball": sport.round_ball,
    "barbell": sport.barbell,
    "book": everyday.book,
    "bottle": everyday.bottle,
    "bow": weapons.bow,
    "briefcase": bags.briefcase,
    "camera": everyday.camera,
    "carton": everyday.carton,
    "cup": everyday.cup,
    "dumbbell": sport.dumbbell,
    "folder": everyday.folder,
    "fork": everyday.fork,
    "guitar": music.guitar,
    "handbag": bags.handbag,
    "kettlebell": sport.kettlebell,
    "laptop": everyday.laptop,
    "microphone": everyday.microphone,
    "newspaper": everyday.newspaper,
    "paddle": sport.paddle,
    "phone": everyday.phone,
    "racket": sport.racket,
    "rope": weapons.rope,
    "rugby-ball": sport.rugby_ball,
    "shield": weapons.shield,
    "shopping-bag": bags.shopping_bag,
    "tote": bags.tote,
    "staff": weapons.staff,
    "suitcase": bags.suitcase,
    "sword": weapons.sword,
    "tablet": everyday.tablet,
    "umbrella": everyday.umbrella,
    "wheel": everyday.wheel,
}


def build_held(held: Sequence[Held], body: Body) -> list[Part]:
    """The parts of what a posed body holds."""
    if not held:
        return []
    return [part_of(solid, name.capitalize()) for name, solid in _make(held, body)]


def frame_scene(scene: BodyScene, body: Body, width: int, height: int) -> Camera:
    """The camera that shows a scene, whose body is built already, with what it holds."""
    solids = [solid.vertices for _, solid in _make(scene.held, body)] if scene.held else []
    return frame_body(body, scene.camera, width, height, np.concatenate(solids) if solids else None)


def _make(held: Sequence[Held], body: Body) -> list[tuple[str, Solid]]:
    carrier = Carrier(body)
    return [(thing.name, solid) for thing in held for solid in THINGS[thing.name](carrier, thing.place)]
