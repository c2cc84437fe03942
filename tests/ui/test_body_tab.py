"""The Body tab: comparing bodies and measuring again, without a browser."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from pipelines.photo.errors import PhotoRefused, Refusal
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import KnownMeasures
from studio.ui.shell import Window
from studio.vocabulary.avatar import MeasuredPhotos
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio


def test_a_body_is_compared_with_the_one_before_it(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    mine = studio.for_person(YOU)
    avatar = mine.avatars.keep(replace(EXAMPLE_PERSONA, name="Noor", height_cm=170.0))
    _, panel = window.body.show(you, chosen=avatar.id, unit="cm", awaited="", **persona_form)
    assert f'data-act="compare" data-id="{avatar.id}"' in panel
    alone = window.body.compare(press("compare", avatar.id), you, chosen=avatar.id, unit="cm")
    assert "no other body to compare with yet" in alone
    mine.avatars.update(avatar.id, replace(EXAMPLE_PERSONA, name="Noor", height_cm=180.0))
    for unit, change in (("cm", "+10.0"), ("in", "+3.9")):
        shown = window.body.compare(press("compare", avatar.id), you, chosen=avatar.id, unit=unit)
        changed = shown.partition("Changed</th>")[2].partition("</tbody>")[0]
        assert re.search(rf"Height</th><td>[\d.]+</td><td>[\d.]+</td><td>\{change}</td>", changed)
    assert f'<option value="{avatar.id}.1" selected>Noor, version 1 (drawn from the persona)' in shown
    assert "Weight, lb" in shown
    assert 'data-act="measures"' in shown


def test_a_body_is_measured_again_from_the_same_photos(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    mine = studio.for_person(YOU)
    front, side = (mine.photos.add(encode(draw_figure(600, tall), "PNG")).id for tall in (900, 901))
    known = KnownMeasures(height_cm=172, weight_kg=70, gender="female", tape={"waist": 80})
    job = mine.bodies.order(front, known, name="Noor", side_photo_id=side)
    avatar_id = str(mine.jobs.get(job).result["avatar_id"])
    shows = {"chosen": avatar_id, "awaited": "", **persona_form}
    panel = window.body.show(you, unit="cm", **shows)[1]
    for told in ("172.0 cm", "70.0 kg", "80.0 cm"):
        assert f'value="{told}"' in panel
    assert '<option value="female" selected>' in panel
    assert 'value="154.3 lb"' in window.body.show(you, unit="in", **shows)[1]
    said = {"height": "5 ft 9 in", "weight": "", "gender": "nonsense", "tape_hip": "100"}
    job = window.body.measure_again(press("remeasure", avatar_id, **said), you, put_away=[])[-1]
    assert mine.jobs.get(job).result["avatar_id"] == avatar_id
    avatar = mine.avatars.get(avatar_id)
    assert avatar.body is not None
    assert avatar.body.known == KnownMeasures(height_cm=pytest.approx(175.26), tape={"hip": 100})
    assert avatar.body.photos == MeasuredPhotos(front=front, side=side)
    assert avatar.persona.height_cm == pytest.approx(175.26)
    [before] = mine.avatars.list_versions(avatar_id)
    assert before.body is not None
    assert before.body.known == known
    with pytest.raises(gr.Error, match="Say how tall"):
        window.body.measure_again(press("remeasure", avatar_id), you, put_away=[])
    mine.photos.delete(front)
    with pytest.raises(gr.Error, match="is not here any more"):
        window.body.measure_again(press("remeasure", avatar_id, height="172"), you, put_away=[])


def test_a_drawn_body_is_not_measured_again(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    drawn = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    assert (
        "Measure again"
        not in window.body.show(you, chosen=drawn.id, unit="cm", awaited="", **persona_form)[1]
    )
    with pytest.raises(gr.Error, match="is not here any more"):
        window.body.measure_again(press("remeasure", drawn.id, height="172"), you, put_away=[])


def test_a_measuring_that_failed_leads_back_to_the_body_before(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    mine = studio.for_person(YOU)
    photo = mine.photos.add(encode(draw_figure(600, 900), "PNG")).id
    job = mine.bodies.order(photo, KnownMeasures(height_cm=172))
    avatar_id = str(mine.jobs.get(job).result["avatar_id"])
    studio.fail_with = PhotoRefused(Refusal("no-person", 422, "No body could be fitted."))
    job = window.body.measure_again(press("remeasure", avatar_id, height="175"), you, put_away=[])[-1]
    said = window.body.show_awaited(you, awaited=job, chosen=avatar_id)[1]
    assert "No body could be fitted." in said
    assert 'data-act="shown"' in said
    assert 'data-act="shown"' not in window.body.show_awaited(you, awaited=job, chosen="")[1]
    assert mine.avatars.list_versions(avatar_id) == []


def test_another_body_is_chosen_to_compare_with(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    mine = studio.for_person(YOU)
    first, second = (mine.avatars.keep(replace(EXAMPLE_PERSONA, name=name)) for name in ("Noor", "<Kim>"))
    mine.avatars.update(first.id, replace(EXAMPLE_PERSONA, name="Noor", height_cm=190.0))
    chosen = press("compare", "", before=second.id)
    shown = window.body.compare(chosen, you, chosen=first.id, unit="cm")
    assert "“&lt;Kim&gt;” was drawn, not measured" in shown
    same = window.body.compare(chosen, you, chosen=mine.avatars.duplicate(second.id).id, unit="cm")
    assert "<td>0.0</td>" in same
    assert not re.search(r"[+−]0\.0+<", same)
    for wrong in ("nobody", f"{first.id}.99", f"{first.id}.x"):
        with pytest.raises(gr.Error, match="nothing here with that id"):
            window.body.compare(press("compare", "", before=wrong), you, chosen=first.id, unit="cm")
