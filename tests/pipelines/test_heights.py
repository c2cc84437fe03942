"""Whoever can be measured can be drawn: one range of heights for both, and bodies that reach its ends."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.appearance import Gender
from pipelines.body.anny import open_anny
from pipelines.figure.appearance import body_of
from pipelines.options import HEIGHT_RANGE_CM
from pipelines.prompt.persona import check_persona
from pipelines.types import Persona


@pytest.mark.parametrize("height_cm", [HEIGHT_RANGE_CM[0], 138.0, 220.0, HEIGHT_RANGE_CM[1]])
def test_a_persona_takes_every_height_that_is_measured(height_cm: float) -> None:
    persona = Persona(height_cm=height_cm)
    assert check_persona(persona) is persona


@pytest.mark.parametrize("gender", ["female", "male", "neutral"])
def test_a_tall_person_is_drawn_as_tall(gender: Gender) -> None:
    body = open_anny().build(body_of(Persona(gender=gender, height_cm=220)))
    assert np.ptp(body.rest_vertices[:, 1]) == pytest.approx(2.2, abs=0.002)
