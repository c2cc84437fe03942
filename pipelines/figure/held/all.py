"""All things that a pose can hold: the name of each, and who makes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.figure.held import bags, everyday, firearms, kitchen, music, sport, tools, weapons
from pipelines.figure.held.grip import Carrier
from pipelines.figure.held.solids import Solid, part_of
from pipelines.figure.mesh import Part
from pipelines.props import Held
from pipelines.render.camera import Camera, frame_body
from pipelines.types import Body, BodyScene

MakeThing = Callable[[Carrier, str], list[Solid]]  # where it is held: see pipelines.types.Held

THINGS: dict[str, MakeThing] = {
    "apple": kitchen.apple,
    "axe": tools.axe,
    "backpack": bags.backpack,
    "ball": sport.round_ball,
    "bar": sport.bar,
    "barbell": sport.barbell,
    "bat": sport.bat,
    "binoculars": everyday.binoculars,
    "book": everyday.book,
    "bottle": everyday.bottle,
    "bow": weapons.bow,
    "bowl": kitchen.bowl,
    "briefcase": bags.briefcase,
    "broom": tools.broom,
    "brush": tools.brush,
    "camera": everyday.camera,
    "card": tools.card,
    "carton": everyday.carton,
    "club": sport.club,
    "controller": everyday.controller,
    "cup": everyday.cup,
    "dumbbell": sport.dumbbell,
    "flute": music.flute,
    "folder": everyday.folder,
    "fork": everyday.fork,
    "guitar": music.guitar,
    "hammer": tools.hammer,
    "handbag": bags.handbag,
    "handball": sport.handball,
    "javelin": sport.javelin,
    "kettlebell": sport.kettlebell,
    "knife": kitchen.knife,
    "ladder": sport.ladder,
    "laptop": everyday.laptop,
    "map": everyday.map_sheet,
    "microphone": everyday.microphone,
    "newspaper": everyday.newspaper,
    "paddle": sport.paddle,
    "pen": tools.pen,
    "phone": everyday.phone,
    "pistol": firearms.pistol,
    "plate": kitchen.plate,
    "pram": tools.pram,
    "racket": sport.racket,
    "rifle": firearms.rifle,
    "rope": weapons.rope,
    "rugby-ball": sport.rugby_ball,
    "shield": weapons.shield,
    "shopping-bag": bags.shopping_bag,
    "ski-pole": sport.ski_pole,
    "spoon": kitchen.spoon,
    "spear": weapons.spear,
    "staff": weapons.staff,
    "suitcase": bags.suitcase,
    "sword": weapons.sword,
    "tablet": everyday.tablet,
    "tote": bags.tote,
    "tray": kitchen.tray,
    "trolley": tools.trolley,
    "umbrella": everyday.umbrella,
    "watering-can": tools.watering_can,
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
