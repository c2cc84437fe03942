"""Clothes hold in hard poses: no hole, nothing pokes through. The long form looks at all of them: see `holes`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pipelines.appearance import WornGarment
from pipelines.figure.assembly import DressedFigure, dress
from pipelines.figure.mesh import Part
from pipelines.figure.people import build_body
from pipelines.types import BodyScene
from tests.pipelines.figure.holes import LARGEST_HOLE_PX, OUTFITS, find_holes, find_holes_of, make_scene

GENDER = dict(OUTFITS)
HARDEST = (
    ("casual", "toe-touch"),
    ("sporty-shorts", "hugging-the-knees"),
    ("streetwear", "superhero-landing"),
    ("elegant-dress", "kneeling-upright"),
    ("business-casual-skirt", "downward-dog"),
    ("business-casual-skirt", "front-kick"),
    ("elegant-dress", "front-kick"),
    ("elegant-dress", "superhero-landing"),
    ("elegant-dress", "cheering-on-one-knee"),
    ("fantasy", "star-jump"),
    ("professional", "deep-squat-elbows-on-knees"),
    ("outdoor", "cross-legged-on-the-floor"),
    ("professional", "cross-legged-on-the-floor"),
)
LOOKED_INTO = ("professional", "cross-legged-on-the-floor")  # its trouser legs are open towards the camera
SHIN_Z_M, SHIN_M = -0.48, 0.06


@pytest.mark.parametrize(("outfit", "pose"), HARDEST, ids="-".join)
def test_no_hole_is_larger_than_twenty_pixels(outfit: str, pose: str) -> None:
    assert find_holes(make_scene(outfit, GENDER[outfit], pose)).largest_px <= LARGEST_HOLE_PX


def test_no_knee_comes_through_a_skirt_that_ends_above_it() -> None:
    scene = make_scene("casual", "female", "proposal-on-one-knee")
    worn = (WornGarment(garment="t-shirt"), WornGarment(garment="mini-skirt"))
    assert find_holes(replace(scene, look=replace(scene.look, garments=worn))).largest_px <= LARGEST_HOLE_PX


@pytest.fixture(scope="module")
def looked_into() -> tuple[BodyScene, DressedFigure]:
    outfit, pose = LOOKED_INTO
    scene = make_scene(outfit, GENDER[outfit], pose)
    return scene, dress(build_body(scene.body, scene.pose), scene.look)


@pytest.mark.parametrize("far_m", [0.05, 0.08])
def test_a_shin_pushed_through_its_own_trouser_leg_is_counted(
    looked_into: tuple[BodyScene, DressedFigure], far_m: float
) -> None:
    """However far it stands out: also where no cloth is close behind it."""

    def push(part: Part) -> Part:
        out = np.where(_near_shin(part), far_m, 0)[:, None] * part.normals
        return replace(part, vertices=(part.vertices + out).astype(np.float32))

    assert _change(*looked_into, "Skin", push) > 10 * LARGEST_HOLE_PX


def test_a_tear_in_a_trouser_leg_is_counted(looked_into: tuple[BodyScene, DressedFigure]) -> None:
    """Behind the skin seen through it there is only the inside of the cloth."""

    def tear(part: Part) -> Part:
        clip = np.where(_near_shin(part), -0.01, part.pattern.clip).astype(np.float32)
        return replace(part, pattern=replace(part.pattern, clip=clip))

    assert _change(*looked_into, "SuitTrousers", tear) > 100 * LARGEST_HOLE_PX


def _near_shin(part: Part) -> np.ndarray:
    points = part.pattern.points
    return (np.abs(points.canonical[:, 2] - SHIN_Z_M) < SHIN_M) & (points.arm < 0.1)


def _change(scene: BodyScene, figure: DressedFigure, name: str, change: Callable[[Part], Part]) -> int:
    """Pixels of the largest hole after a change to the part of that name."""
    assert name in {part.name for part in figure.parts}
    parts = tuple(change(part) if part.name == name else part for part in figure.parts)
    return find_holes_of(replace(figure, parts=parts), scene).largest_px
