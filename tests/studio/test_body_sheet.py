"""The sheet to print: every measure with its number in table and drawing, and nothing that could run or be fetched."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import numpy as np
import pytest

from pipelines.body.anny import open_anny
from pipelines.body.definitions import DEFINITIONS
from pipelines.body.sheet_drawing import NUMBER_STEP_PX, draw_sheet, spread_levels
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.services.body_sheet import write_sheet
from studio.services.persona_bodies import measure_persona
from studio.vocabulary.avatar import MeasuredBody

SVG = "{http://www.w3.org/2000/svg}"
NOW = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def body() -> MeasuredBody:
    return measure_persona(EXAMPLE_PERSONA)


def test_every_measure_is_drawn_under_its_number_inside_the_picture(body: MeasuredBody) -> None:
    model = open_anny()
    picture = ElementTree.fromstring(draw_sheet(model, model.build(body.parameters)))
    _, _, width, height = map(float, picture.attrib["viewBox"].split())
    assert sorted(int(text.text) for text in picture.iter(f"{SVG}text")) == list(
        range(1, len(DEFINITIONS) + 1)
    )
    views = list(picture.iter(f"{SVG}g"))
    assert len(views) == 3
    for view in views:
        left = float(re.findall(r"[\d.]+", view.attrib["transform"])[0])
        for text in view.iter(f"{SVG}text"):
            assert 0 < left + float(text.attrib["x"]) < width
            assert 0 < float(text.attrib["y"]) <= height
        for line in view.iter(f"{SVG}polyline"):
            points = np.array([pair.split(",") for pair in line.attrib["points"].split()], float)
            assert ((points >= 0) & (points <= [width, height])).all()
        assert len(view.findall(f"{SVG}path[@fill]")) >= 4  # outline and tones


def test_numbers_do_not_run_into_each_other() -> None:
    wanted = {1: 50.0, 2: 52.0, 3: 51.0, 4: 400.0, 5: 398.0}
    levels = spread_levels(wanted, 400.0)
    order = sorted(levels, key=lambda number: levels[number])
    assert order == [1, 3, 2, 5, 4]
    assert np.diff([levels[number] for number in order]).min() >= NUMBER_STEP_PX - 1e-9
    assert max(levels.values()) <= 400


def test_the_page_says_every_measure_and_needs_nothing(body: MeasuredBody) -> None:
    page = write_sheet("Ada", body, "cm", NOW)
    for number, (row, one) in enumerate(zip(DEFINITIONS, body.measurements, strict=True), 1):
        assert f'<span class="number">{number}</span>{row.title}' in page
        assert f"<td>{one.cm:.1f}</td>" in page
    assert "Drawn from the persona, printed 3 June 2026" in page
    assert "This body was drawn, not measured" in page
    assert not re.search(r"(?:src|href|url|@import|<script|http:(?!//www\.w3\.org/2000/svg))", page)
    inches = write_sheet("Ada", body, "in", NOW)
    assert f"<td>{body.measurements[0].cm / 2.54:.1f}</td>" in inches


def test_what_was_told_and_what_differs_stands_beside_the_measure(body: MeasuredBody) -> None:
    odd = tuple(
        replace(one, plus_minus_cm=1.5, told_cm=70.0 if one.name == "waist" else None)
        if one.name != "calf"
        else replace(one, left_cm=35.0, right_cm=36.0)
        for one in body.measurements
    )
    page = write_sheet("<b>", replace(body, measurements=odd, measured_at=NOW, remarks=("<i>",)), "cm", NOW)
    assert "<small>told 70.0</small>" in page
    assert "<small>left 35.0, right 36.0</small>" in page
    assert "on 3 June 2026 ·" in page
    assert "two thirds of errors are smaller" in page
    assert "<h1>&lt;b&gt;</h1>" in page
    assert "<li>&lt;i&gt;</li>" in page
