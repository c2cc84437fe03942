"""Clothes hold in hard poses: no hole, nothing pokes through. The long form looks at all of them: see `holes`."""

from __future__ import annotations

import pytest

from tests.pipelines.figure.holes import LARGEST_HOLE_PX, OUTFITS, find_holes, make_scene

GENDER = dict(OUTFITS)
HARDEST = (
    ("casual", "toe-touch"),
    ("sporty-shorts", "hugging-the-knees"),
    ("outdoor", "cross-legged-on-the-floor"),
    ("streetwear", "superhero-landing"),
    ("elegant-dress", "kneeling-upright"),
    ("business-casual-skirt", "downward-dog"),
    ("fantasy", "star-jump"),
    ("professional", "deep-squat-elbows-on-knees"),
)


@pytest.mark.parametrize(("outfit", "pose"), HARDEST, ids="-".join)
def test_no_hole_is_larger_than_twenty_pixels(outfit: str, pose: str) -> None:
    assert find_holes(make_scene(outfit, GENDER[outfit], pose)).largest_px <= LARGEST_HOLE_PX
