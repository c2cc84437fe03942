"""The handlers of the five tabs, without a browser."""

from __future__ import annotations

import base64
import html
import json
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest

from pipelines.appearance import Expression, WornGarment
from pipelines.errors import PictureRefused, RequestRefused
from pipelines.options import FACE_SLIDERS
from pipelines.photo.errors import PhotoRefused, Refusal
from pipelines.prompt.persona import EXAMPLE_PERSONA, check_persona
from studio.services.avatars import Avatars
from studio.ui.shared import PERSONA_FIELDS, persona_updates, persona_values, read_persona
from studio.ui.shell import Window
from studio.ui.tabs.persona import invent_persona
from studio.ui.tabs.poses import gallery_html
from studio.ui.tabs.upload import LARGEST, UploadTab
from studio.ui.tiles import days_html
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.fake_pictures import draw_figure, encode
from tests.scripted_studio import ScriptedStudio, open_scripted_studio, see

ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, views=("front", "side"), width=832, height=1216)


# --- persona ---


def test_the_form_reads_back_what_was_written_into_it() -> None:
    assert read_persona(persona_values(EXAMPLE_PERSONA)) == EXAMPLE_PERSONA


def test_what_the_form_does_not_show_comes_through_it() -> None:
    persona = replace(
        EXAMPLE_PERSONA,
        ancestry={"african": 0.5, "asian": 0.5},
        face={next(iter(FACE_SLIDERS)): 0.4},
        face_seed=77,
        expression=Expression(name="smile", strength=0.3),
        accessories=(WornGarment(garment="glasses"),),
    )
    form = persona_values(persona)
    assert read_persona(form) == persona
    assert read_persona(form | {"expression": "wink"}).expression == Expression(name="wink")
    assert read_persona(form | {"expression": ""}).expression is None


@pytest.mark.parametrize("age", [None, 34.5, "34", float("nan"), float("inf")])
def test_an_age_is_whole_years(age: Any) -> None:
    with pytest.raises(RequestRefused, match="whole years, 18 or more"):
        read_persona(persona_values(EXAMPLE_PERSONA) | {"age": age})


def test_words_of_another_program_become_chips() -> None:
    form = dict(
        zip(PERSONA_FIELDS, persona_updates(replace(EXAMPLE_PERSONA, personality=("stoic",))), strict=True)
    )
    assert form["personality"].value == ["stoic"]
    assert ("Stoic", "stoic") in form["personality"].choices


def test_fifty_random_people_are_adults_that_can_be_drawn() -> None:
    people = [invent_persona(random.Random(seed)) for seed in range(50)]
    for person in people:
        assert check_persona(person) == person
        assert read_persona(persona_values(person)) == person
    assert len({person.hair_style for person in people}) > 5


def test_the_prompt_follows_until_it_is_edited(window: Window, persona_form: dict[str, Any]) -> None:
    words, negative, problem = window.persona.follow(edited=False, **(persona_form | {"name": "Noor"}))
    assert "Noor" in words
    assert negative
    assert problem == ""
    assert window.persona.follow(edited=True, **persona_form)[:2] == (gr.skip(), gr.skip())
    assert "Mira" in window.persona.editor.write_again(**persona_form)[0]


def test_what_is_wrong_stands_beside_the_form(window: Window, persona_form: dict[str, Any]) -> None:
    *_, problem = window.persona.follow(edited=False, **(persona_form | {"age": 16}))
    assert "adults only" in problem
    *_, problem = window.persona.follow(edited=False, **(persona_form | {"height_cm": "<b>tall"}))
    assert "&lt;b&gt;tall" in problem


def test_a_kept_avatar_is_put_into_a_project_and_out_of_it(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: dict[str, Any]
) -> None:
    mine, persona = studio.for_person(YOU), window.persona
    avatar, _ = persona.keep_avatar(you, avatar="", **persona_form)
    assert not persona.list_avatars(avatar, you)[2].visible  # there is none to choose
    summer = mine.projects.add("Summer")
    assert not persona.list_avatars("", you)[2].visible  # nobody is chosen
    assert "Moved to Summer" in persona.move(avatar, summer.id, you)
    chooser = persona.list_avatars(avatar, you)[2]
    assert (chooser.value, chooser.visible) == (summer.id, True)
    assert chooser.choices == [("No project", ""), ("Summer", summer.id)]
    assert mine.avatars.get(avatar).project_id == summer.id
    assert "In no project" in persona.move(avatar, "", you)
    assert mine.avatars.get(avatar).project_id is None
    with pytest.raises(gr.Error):
        persona.move(avatar, "0" * 28, you)


def test_keeping_makes_an_avatar_and_then_changes_it(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: dict[str, Any]
) -> None:
    avatar, toast = window.persona.keep_avatar(you, avatar="", **persona_form)
    assert toast == "<p>Kept: Mira.</p>"
    same, toast = window.persona.keep_avatar(you, avatar=avatar, **(persona_form | {"name": "Ada"}))
    assert (same, toast) == (avatar, "<p>Changes kept: Ada.</p>")
    assert [kept.name for kept in studio.for_person(YOU).avatars.list_recent()] == ["Ada"]
    values = window.persona.choose(avatar, you)
    assert dict(zip(PERSONA_FIELDS, values, strict=False))["name"] == "Ada"
    assert values[-1] == avatar


# --- poses ---


def test_every_pose_is_a_named_button_and_what_is_not_in_view_loads_later(studio: ScriptedStudio) -> None:
    poses = studio.poses.list_all()
    gallery = gallery_html(poses)
    assert gallery.count('data-act="put" data-id=') == len(poses) > 200
    assert (gallery.count('loading="eager"'), gallery.count('loading="lazy"')) == (
        24,
        len(poses) - 23,
    )  # and the one for own poses
    for pose in poses:
        assert f'data-id="{pose.slug}"' in gallery
        assert f'alt="{html.escape(pose.name)}, front"' in gallery


def test_only_a_pose_that_exists_goes_on_the_stage(
    window: Window, persona_form: Any, you: gr.Request
) -> None:
    scene = persona_form | {"avatar": "", "photo": "", "view": "front", "look": "clay", "framing": ""}
    pose, value, caption, _ = window.put_pose(you, pressed="waving-hello", pose="relaxed-stand", **scene)
    assert (pose, json.loads(value)["scene"]["pose"]) == ("waving-hello", "waving-hello")
    assert "Waving hello" in caption
    for strange in ("../../etc", None, 7, ["waving-hello"]):
        assert window.put_pose(you, pressed=strange, pose="relaxed-stand", **scene)[0] == "relaxed-stand"


# --- upload ---


def test_a_photo_is_shown_with_what_was_found(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    photo = window.upload.take_example(you)[0]
    assert "Choose a photo first." in window.upload.show_first("", you)[1:][2]
    shown, button, cost = window.upload.show_first(photo, you)[1:]
    assert "a few seconds" in cost
    assert f"api/v1/files/{studio.for_person(YOU).photos.get(photo).file_id}" in shown
    assert "One whole person found." in shown
    assert button.interactive


def test_a_photo_that_cannot_be_measured_stays_in_view_with_the_reason(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    photo = studio.for_person(YOU).photos.add(encode(draw_figure(800, 600), "PNG"))
    shown, button, cost = window.upload.show_first(photo.id, you)[1:]
    assert "does not show a whole body" in cost
    assert f"api/v1/files/{photo.file_id}" in shown
    assert "The feet are outside the picture. Step back until your whole body is in it." in shown
    assert not button.interactive


def test_only_a_photo_of_yours_is_taken(window: Window, you: gr.Request, press: Any) -> None:
    with pytest.raises(gr.Error, match="nothing here with that id"):
        window.upload.take("", press("looked", "/etc/passwd"), you)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"height": ""}, "Say how tall"),
        ({"height": "17 cm"}, "130 to 230 cm (4 ft 3 in to 7 ft 7 in)"),
        ({"height": "172", "weight": "7"}, "30 to 300 kg"),
        ({"height": "172", "weight": "heavy"}, "Write 70 kg or 154 lb"),
        ({"height": "172", "tape_waist": "8 cm"}, "Waist can be 45 to 220 cm (18 to 87 in)"),
        ({"height": "172", "tape_hip": "broad"}, "(Hip). Write 82 cm or 32 in"),
    ],
)
def test_a_number_that_cannot_be_meant_is_asked_again(
    window: Window, you: gr.Request, form: dict[str, str], sentence: str
) -> None:
    photo = window.upload.take_example(you)[0]
    known = {"weight": "", "gender": ""} | form
    *others, said = window.upload.measure(you, photo=photo, put_away=[], **known)
    assert sentence in said
    assert others == [gr.skip()] * 4


def test_measuring_ends_in_the_body_tab(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: Any
) -> None:
    studio.job_seconds = 60
    photo = window.upload.take_example(you)[0]
    _, _, job, tabs, said = window.upload.measure(
        you, photo=photo, put_away=[], height="5'8\"", weight="", gender="female"
    )
    assert (tabs.selected, said) == ("body", "")
    viewer, panel = window.body.show(you, chosen="", unit="cm", awaited=job, **persona_form)
    assert json.loads(viewer)["state"] == "waiting"
    assert "Measuring" in panel
    studio.job_seconds = 0
    studio.settle()
    chosen, awaited = window.body.arrive(job, "", you)
    assert awaited == ""
    avatar = studio.for_person(YOU).avatars.get(chosen.value)
    assert avatar.body is not None
    assert avatar.persona.height_cm == pytest.approx(172.72)


def test_all_that_is_known_goes_into_the_order(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    front = window.upload.take_example(you)[0]
    side = window.upload.more.take(press("looked", front), you)
    assert "One more photo" in window.upload.more.show(side, "side", you)
    known = {"height": "172", "weight": "", "gender": "", "tape_waist": "32 in", "tape_hip": ""}
    job = window.upload.measure(you, photo=front, put_away=[], person="1", side_photo=side, **known)[2]
    studio.settle()
    mine = studio.for_person(YOU)
    avatar = mine.avatars.get(str(mine.jobs.get(job).result["avatar_id"]))
    assert avatar.body is not None
    assert "Seen from the side." in avatar.body.remarks
    (waist,) = (one for one in avatar.body.measurements if one.name == "waist")
    assert waist.told_cm == pytest.approx(81.28)


def test_a_side_photo_that_will_not_do_says_so_at_its_place_and_at_the_button(
    window: Window, studio: ScriptedStudio, you: gr.Request
) -> None:
    front = window.upload.take_example(you)[0]
    wide = studio.for_person(YOU).photos.add(encode(draw_figure(800, 600), "PNG")).id
    assert "The side photo: The feet are outside the picture." in window.upload.more.show(wide, "side", you)
    known = {"height": "172", "weight": "", "gender": ""}
    *others, said = window.upload.measure(you, photo=front, put_away=[], side_photo=wide, **known)
    assert "The side photo: The feet are outside" in said
    assert others == [gr.skip()] * 4


def test_with_a_folder_of_own_files_another_extractor_can_be_chosen(you: gr.Request, tmp_path: Path) -> None:
    with open_scripted_studio(tmp_path / "data", smpl_folder=str(tmp_path)) as studio:
        upload = UploadTab(studio)
        assert [name for _, name in upload.extractors] == ["landmark-fit", "hmr2"]
        wide = studio.for_person(YOU).photos.add(encode(draw_figure(800, 600), "PNG")).id
        picture, button, _ = upload.show(wide, LARGEST, you)
        assert "The feet are outside the picture." in picture
        assert button.interactive  # HMR2 takes it
        words = {"photo": wide, "put_away": [], "height": "172", "weight": "", "gender": ""}
        assert "The feet are outside" in upload.measure(you, **words, extractor="landmark-fit")[-1]
        assert "4D-Humans" in upload.measure(you, **words, extractor="hmr2")[-1]


def test_with_another_photo_the_side_of_the_person_before_is_not_measured(
    window: Window, you: gr.Request
) -> None:
    assert window.upload.disarm("somebody", "their side", "their back") == ["", "", ""]
    assert window.upload.disarm("", "a side that came first", "") == ["", "a side that came first", ""]
    assert window.upload.take_example(you)[1:] == ["", ""]


def test_of_several_people_one_is_pressed(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = ((10.0, 50.0, 100.0, 500.0), (240.0, 75.0, 120.0, 765.0))
    monkeypatch.setattr(
        "studio.worker.detection.detect_landmarks", lambda image: replace(see(image), people=2, boxes=boxes)
    )
    photo = studio.for_person(YOU).photos.add(encode(draw_figure(600, 900), "PNG")).id
    person, shown, *_ = window.upload.show_first(photo, you)
    assert person == ""
    assert "2 people found. Person 2 from the left will be measured" in shown
    assert re.search(r'data-id="2" aria-label="Person 2 from the left" aria-pressed="true"', shown)
    person, shown, button, _ = window.upload.choose(photo, press("who", "1"), you)
    assert (person, button.interactive) == ("1", True)
    assert "Person 1 from the left will be measured" in shown
    assert window.upload.choose(photo, press("who", "12"), you)[0] == ""
    _, shown, button, _ = window.upload.choose(photo, press("who", "5"), you)
    assert "2 people" in shown
    assert not button.interactive


# --- body ---


def test_without_a_body_it_says_what_to_do(window: Window, you: gr.Request, persona_form: Any) -> None:
    viewer, panel = window.body.show(you, chosen="", unit="cm", awaited="", **persona_form)
    assert json.loads(viewer) == {"state": "empty"}
    assert "No body yet. Measure one from a photo, or look at your persona’s." in panel


def test_a_kept_body_is_shown_by_the_id_of_its_mesh(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: Any
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    viewer, panel = window.body.show(you, chosen=avatar.id, unit="cm", awaited="", **persona_form)
    assert avatar.body is not None
    assert json.loads(viewer)["mesh"] == f"api/v1/files/{avatar.body.glb_id}"
    (waist,) = (one for one in avatar.body.measurements if one.name == "waist")
    assert f"<td>{waist.cm:.1f}</td>" in panel
    inches = window.body.show(you, chosen=avatar.id, unit="in", awaited="", **persona_form)[1]
    assert f"<td>{waist.cm / 2.54:.1f}</td>" in inches
    derived = {one.name: one for one in avatar.body.derived}
    assert f"<td>{derived['weight'].value:.1f} kg</td>" in panel
    assert f"<td>{derived['weight'].value / 0.45359237:.1f} lb</td>" in inches
    assert f"<td>{derived['waist_to_hip'].value:.2f}</td>" in panel
    assert "Left and right" in panel
    assert "Both sides are alike" in panel


def test_the_personas_body_needs_no_keeping(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: Any
) -> None:
    viewer, panel = window.body.show(you, chosen="persona", unit="cm", awaited="", **persona_form)
    assert json.loads(viewer)["mesh"].startswith("data:model/gltf-binary;base64,Z2xURg")
    assert "Drawn from the persona" in panel
    assert not studio.for_person(YOU).avatars.list_recent()


def test_a_measured_avatar_goes_on_the_stage(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(replace(EXAMPLE_PERSONA, name="Noor"))
    _, panel = window.body.show(you, chosen=avatar.id, unit="cm", awaited="", **persona_form)
    assert f'data-act="stand" data-id="{avatar.id}"' in panel
    values = window.body.put_on_stage(press("stand", avatar.id), you)
    assert (values[0], values[-2], values[-1].selected) == ("Noor", avatar.id, "poses")


def test_a_deleted_avatar_leaves_the_stage(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    avatar, other = (
        studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA),
        studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA),
    )
    assert window.body.forget(avatar.id, press("forget", avatar.id), you)[:2] == ("", "")
    assert [kept.id for kept in studio.for_person(YOU).avatars.list_recent()] == [other.id]
    assert window.body.forget("on-stage", press("forget", other.id), you)[1] == "on-stage"


def test_a_mesh_is_carried_to_the_browser_as_a_file(
    window: Window, you: gr.Request, press: Any, persona_form: Any
) -> None:
    parcel = json.loads(window.body.carry_mesh(press("mesh", "obj"), you, chosen="persona", **persona_form))
    assert parcel["name"] == "mira.obj"
    assert parcel["url"].startswith("data:model/obj;base64,")
    for kind, head in (("ply", b"ply\n"), ("bvh", b"HIERARCHY"), ("npz", b"PK"), ("stl", b"")):
        parcel = json.loads(
            window.body.carry_mesh(press("mesh", kind), you, chosen="persona", **persona_form)
        )
        assert parcel["name"] == f"mira.{kind}"
        assert base64.b64decode(parcel["url"].partition(",")[2]).startswith(head)
    parcel = json.loads(
        window.body.carry_mesh(press("mesh", "html"), you, chosen="persona", unit="in", **persona_form)
    )
    page = base64.b64decode(parcel["url"].partition(",")[2]).decode()
    assert (parcel["name"], "all lengths in inches" in page) == ("mira.html", True)
    with pytest.raises(gr.Error, match="no file of a body called"):
        window.body.carry_mesh(press("mesh", "exe"), you, chosen="persona", **persona_form)


def test_a_person_goes_out_dressed_for_other_programs(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    mine = studio.for_person(YOU)
    avatar = mine.avatars.keep(replace(EXAMPLE_PERSONA, height_cm=180.0))
    said = {"author": "Ada", "suit": True, "light": True}
    strip = window.body.send_out(
        press("dressed", "vrm", **said), you, chosen=avatar.id, put_away=[], **persona_form
    )[0]
    [job] = [job for job in mine.jobs.list_recent() if job.kind == "export"]
    made = mine.avatar_exports.get(job.id)
    assert (made.format, made.avatar_id, made.height_cm, made.state) == ("vrm", avatar.id, 180.0, "succeeded")
    assert made.triangles <= 30_000
    assert f'href="api/v1/files/{made.file_id}"' in strip
    with pytest.raises(gr.Error, match="VRM takes no clip"):
        window.body.send_out(
            press("dressed", "vrm", clip="walk"), you, chosen=avatar.id, put_away=[], **persona_form
        )
    with pytest.raises(gr.Error, match="format"):
        window.body.send_out(press("dressed", "exe"), you, chosen="persona", put_away=[], **persona_form)


def test_a_pressed_measure_is_laid_on_the_body_that_is_shown(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any, persona_form: Any
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(replace(EXAMPLE_PERSONA, height_cm=180.0))
    assert avatar.body is not None
    values = {row.name: row.cm for row in avatar.body.measurements}
    for name in ("waist", "calf"):
        laid = json.loads(window.body.lay_tape(press("measure", name), you, chosen=avatar.id, **persona_form))
        line = np.array(laid["line"])
        assert laid["said"].startswith(name.capitalize())
        assert line[0] == pytest.approx(line[-1])
        assert 0.1 * 1.8 < line[:, 1].mean() < 0.7 * 1.8  # on the mesh, whose feet are at 0
        assert 100 * np.linalg.norm(np.diff(line, axis=0), axis=1).sum() == pytest.approx(values[name], abs=1)
    with pytest.raises(gr.Error, match="no measure called"):
        window.body.lay_tape(press("measure", "ego"), you, chosen="persona", **persona_form)


def test_a_measuring_that_failed_says_why(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: Any
) -> None:
    studio.fail_with = PhotoRefused(Refusal("no-person", 422, "No body could be fitted. Try another photo."))
    photo = window.upload.take_example(you)[0]
    job = window.upload.measure(you, photo=photo, put_away=[], height="172", weight="", gender="")[2]
    assert window.body.arrive(job, "", you)[1] == job
    values = persona_form | {"chosen": "", "unit": "cm"}
    for look in (
        window.body.show,
        window.body.show_awaited,
    ):  # on opening the tab, and when the job ends meanwhile
        assert "No body could be fitted. Try another photo." in look(you, awaited=job, **values)[1]


def test_what_is_chosen_meanwhile_stays_chosen(window: Window, you: gr.Request) -> None:
    """The bodies to choose from come after the tab, and may find another choice than the one they were asked with."""
    for chosen in ("", "persona"):
        update, _ = window.body.arrive("", chosen, you)
        assert "choices" in update.constructor_args
        assert "value" not in update.constructor_args


def test_a_measuring_that_goes_on_or_is_done_is_left_to_others(
    window: Window, studio: ScriptedStudio, you: gr.Request, persona_form: Any
) -> None:
    values = persona_form | {"chosen": "", "unit": "cm"}
    assert window.body.show_awaited(you, awaited="", **values) == (gr.skip(), gr.skip())
    photo = window.upload.take_example(you)[0]
    job = window.upload.measure(you, photo=photo, put_away=[], height="172", weight="", gender="")[2]
    assert window.body.show_awaited(you, awaited=job, **values) == (gr.skip(), gr.skip())


def test_a_body_whose_mesh_is_lost_is_made_anew(
    window: Window,
    studio: ScriptedStudio,
    you: gr.Request,
    persona_form: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    assert avatar.body is not None
    without = replace(avatar, body=replace(avatar.body, glb_id=None))
    monkeypatch.setattr(Avatars, "get", lambda *_: without)
    viewer, _ = window.body.show(you, chosen=avatar.id, unit="cm", awaited="", **persona_form)
    assert json.loads(viewer)["mesh"].startswith("data:model/gltf-binary;base64,")


# --- history ---


def test_an_empty_history_leads_back_to_the_stage(window: Window, you: gr.Request) -> None:
    assert "Back to the stage" in json.loads(window.history.first_page(you))["html"]


def test_history_comes_in_pages_newest_first(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    small = replace(ORDER, views=("front",), width=64, height=64)
    for _ in range(62):
        studio.for_person(YOU).generations.order(small)
    first = json.loads(window.history.first_page(you))
    assert (first["html"].count('data-act="open"'), first["after"]) == (60, "")
    rest = json.loads(window.history.next_page(press("more", first["next"]), you))
    assert (rest["html"].count('data-act="open"'), rest["next"]) == (2, "")
    assert rest["after"] == first["next"]


def test_days_have_names(studio: ScriptedStudio) -> None:
    studio.for_person(YOU).generations.order(ORDER)
    made = studio.for_person(YOU).generations.list_page().items
    day = made[0].created_at.astimezone().date()
    assert "<h2>Today</h2>" in days_html(made, day, {})
    assert "<h2>Yesterday</h2>" in days_html(made, day + timedelta(days=1), {})
    assert f"{day.day} {day.strftime('%B')} {day.year}</h2>" in days_html(made, date(day.year + 1, 6, 1), {})


def test_details_have_the_facts_the_request_and_the_actions(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    job = studio.for_person(YOU).generations.order(ORDER).job_id
    generation = studio.for_person(YOU).jobs.get(job).result["generation_id"]
    sheet = window.history.open(press("open", generation), you)
    for part in ("832 × 1216", "Relaxed stand", "front, side", "The full request", "Make again", "download="):
        assert part in sheet
    assert sheet.count("<figure>") == 2


def test_delete_can_be_undone(window: Window, studio: ScriptedStudio, you: gr.Request, press: Any) -> None:
    generation = studio.make(ORDER)
    page, detail, toast = window.history.delete(press("remove", generation), you)
    assert "Nothing made yet" in json.loads(page)["html"]
    assert detail == ""
    assert f'data-act="undo" data-ids="{generation}"' in toast
    page, _ = window.history.undo(press("undo", ids=[generation]), you)
    assert generation in json.loads(page)["html"]


def test_the_settings_of_a_picture_go_back_into_the_form(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    generation = studio.make(ORDER)
    sheet, *values = window.history.use_settings(press("use", generation), you)
    assert sheet == ""
    assert values[0] == EXAMPLE_PERSONA.name
    assert values[len(PERSONA_FIELDS)] == "relaxed-stand"
    assert "832x1216" in [getattr(value, "value", None) for value in values]
    assert values[-2] == gr.skip()  # nothing is missing, so nothing is said
    assert values[-1].selected == "persona"


def test_a_failed_one_says_why_and_offers_retry(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Any
) -> None:
    studio.fail_with = PictureRefused("The picture was black. Try again.")
    generation = studio.make(ORDER)
    assert "The picture was black. Try again." in json.loads(window.history.first_page(you))["html"]
    sheet = window.history.open(press("open", generation), you)
    assert "The picture was black. Try again." in sheet
    assert 'data-act="retry"' in sheet
    studio.fail_with = None
    window.history.retry([], press("retry", generation), you)
    assert studio.for_person(YOU).generations.list_page().items[0].state == "succeeded"
