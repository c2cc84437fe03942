"""Two measured bodies side by side: what is said of the differences, and which bodies there are to compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.body.derived import BodyVolume
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import BodyParameters, KnownMeasures, Measurement
from studio.errors import NotFound, NothingToCompare
from studio.services.body_comparing import NO_CHANGE, compare_bodies
from studio.vocabulary.avatar import MeasuredBody
from studio.vocabulary.body_comparison import BodyMoment, ComparedBody
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

WHEN = datetime(2026, 6, 3, 9, 30, tzinfo=UTC)


def body(waist_cm: float = 80.0, within: float = 2.0, height_cm: float = 170.0) -> MeasuredBody:
    return MeasuredBody(
        parameters=BodyParameters(),
        measurements=tuple(
            Measurement(name=name, cm=cm, plus_minus_cm=within, method="")
            for name, cm in (("height", height_cm), ("waist", waist_cm), ("hip", 100.0))
        ),
        remarks=(),
        source="Measured from a photo",
        extractor="landmark-fit",
        volume=BodyVolume(litres=70.0, plus_minus_l=1.0),
        known=KnownMeasures(height_cm=height_cm),
        measured_at=WHEN,
    )


def compare(before: MeasuredBody, after: MeasuredBody) -> tuple[str, tuple[str, ...]]:
    one, other = (
        ComparedBody(avatar_id=name, version=None, name=name, measured_at=WHEN, source="")
        for name in ("Ada", "Ben")
    )
    found = compare_bodies(one, before, other, after)
    return found.summary, found.remarks


def test_what_is_within_two_photos_is_said_plainly() -> None:
    assert compare(body(80), body(82)) == (NO_CHANGE, ())
    summary, _ = compare(body(80), body(84))
    assert summary.startswith(NO_CHANGE + " 1 differ by a little more than two photos do")
    assert "waist +4.0 cm" in summary
    summary, _ = compare(body(86), body(80))
    assert summary.startswith("1 of 3 measures changed by clearly more than two photos of the same person")
    assert "waist -6.0 cm" in summary


def test_what_else_was_different_is_remarked() -> None:
    _, [height] = compare(body(), body(height_cm=175))
    assert "170.0 cm then and 175.0 cm now" in height
    told = replace(body(), known=KnownMeasures(height_cm=170, weight_kg=70, tape={"waist": 80}))
    _, remarks = compare(body(), told)
    assert [remark.split(" was ")[0] for remark in remarks] == ["A weight", "A tape"]
    _, [other] = compare(body(), replace(body(), extractor="hmr2"))
    assert "different extractors" in other
    _, [drawn] = compare(body(), body(within=0.0))
    assert "“Ben” was drawn, not measured" in drawn
    before = replace(body(), measured_at=None, extractor="")  # kept before such things were
    assert compare(before, told)[1] == ()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[ScriptedStudio]:
    with open_scripted_studio(tmp_path) as opened:
        opened.is_drawing_away = True  # no small pictures
        yield opened


def test_an_avatar_is_compared_with_what_it_was_and_with_others(studio: ScriptedStudio) -> None:
    mine = studio.for_person(YOU)
    drawn = mine.avatars.keep(replace(EXAMPLE_PERSONA, height_cm=170.0))
    with pytest.raises(NothingToCompare):
        mine.bodies.compare(BodyMoment(avatar_id=drawn.id))
    mine.avatars.change(drawn.id, name="Renamed")  # the same body under another name is none to compare with
    with pytest.raises(NothingToCompare):
        mine.bodies.compare(BodyMoment(avatar_id=drawn.id))
    assert mine.bodies.moments(drawn.id) == []
    mine.avatars.update(drawn.id, replace(EXAMPLE_PERSONA, height_cm=180.0))
    found = mine.bodies.compare(BodyMoment(avatar_id=drawn.id))
    assert (found.before.version, found.after.version) == (2, None)
    [height] = [one for one in found.measures if one.name == "height"]
    assert (round(height.change), height.verdict) == (10, "changed")
    assert [one.name for one in found.derived][:2] == ["volume", "weight"]

    photo = mine.photos.add(encode(draw_figure(600, 900), "PNG"), "me.png").id
    jobs = [mine.bodies.order(photo, KnownMeasures(height_cm=170), name=name) for name in ("June", "July")]
    june, july = (str(mine.jobs.get(job).result["avatar_id"]) for job in jobs)
    assert [(one.name, one.version) for one in mine.bodies.moments(drawn.id)] == [
        ("Renamed", 2),
        ("July", None),
        ("June", None),
    ]
    same = mine.bodies.compare(BodyMoment(avatar_id=july), BodyMoment(avatar_id=june))
    assert same.summary == NO_CHANGE
    assert same.before.measured_at is not None
    assert {one.verdict for one in same.measures} == {"within"}


def test_what_is_not_there_is_not_compared(studio: ScriptedStudio) -> None:
    mine = studio.for_person(YOU)
    kept = mine.avatars.keep(EXAMPLE_PERSONA)
    with pytest.raises(NotFound):
        mine.bodies.compare(BodyMoment(avatar_id=kept.id), BodyMoment(avatar_id=kept.id, version=7))
    with pytest.raises(NotFound):
        mine.bodies.compare(BodyMoment(avatar_id="nobody"))
    wide = mine.photos.add(encode(draw_figure(900, 600), "PNG"), "wide.png").id
    bodiless = mine.avatar_making.from_photo("Ada", wide).avatar
    with pytest.raises(NothingToCompare, match="“Ada” has no body"):
        mine.bodies.compare(BodyMoment(avatar_id=kept.id), BodyMoment(avatar_id=bodiless.id))
