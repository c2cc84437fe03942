"""History is searched by an address, changed in the sheet and by selections; what goes can come back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import gradio as gr
import pytest
from PIL import Image

from pipelines.types import Persona
from studio.personal_studio import PersonalStudio
from studio.ui.about import read_tags
from studio.ui.find import read_query
from studio.ui.shell import Window
from studio.ui.tray import isolate_name, title_html
from studio.vocabulary.export import Export
from studio.vocabulary.job import Job
from studio.vocabulary.library import GenerationSearch
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

Press = Callable[..., gr.EventData]


@pytest.fixture
def made(studio: ScriptedStudio) -> dict[str, str]:
    """Two finished orders, name → id."""
    return {
        name: studio.make(GenerationOrder(persona=Persona(name=name), width=64, height=64, seed=seed))
        for seed, name in enumerate(("Ada", "Ben"))
    }


def shown(window: Window, you: gr.Request, query: str) -> str:
    return json.loads(window.history.first_page(you, query))["html"]


def test_words_and_stars_leave_the_rest_out(
    window: Window, made: dict[str, str], you: gr.Request, press: Press
) -> None:
    ada, ben = made.values()
    history = window.history
    query, page = history.find(press("find", query="q=ada"), you)
    assert query == "q=ada"
    assert ada in page
    assert ben not in page
    assert "Nothing fits all of that" in shown(window, you, "q=nobody")
    assert "Nothing fits all of that" in shown(window, you, "favourite=true")
    page, sheet = history.star(press("star", ben), you, "favourite=true")
    assert "★ Favourite" in sheet
    assert ben in json.loads(page)["html"]
    assert "tile-star" in shown(window, you, "")
    assert ada not in shown(window, you, "favourite=true")
    page, *_ = history.delete(press("remove", ben), you, "favourite=true")
    assert ben not in json.loads(page)["html"]
    page, _ = history.undo(press("undo", ids=[ben]), you, "favourite=true")
    assert ben in json.loads(page)["html"]
    _, sheet = history.star(press("star", ben), you, "")
    assert "☆ Favourite" in sheet


def test_an_address_says_all_that_is_looked_for_and_what_cannot_be_read_is_left_out() -> None:
    today = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    day = today.date().isoformat()
    asked = read_query(
        f"q=red++coat&tag=Ünï&sort=rating&favourite=true&from={day}&to={day}&state=failed"
        "&preset=klein&view=back&category=sport&size=64x64&person=false"
    ).search
    assert asked == GenerationSearch(
        q="red coat",
        tag="Ünï",
        sort="rating",
        favourite=True,
        since=today,
        until=today + timedelta(days=1),
        state="failed",
        preset="klein",
        view="back",
        category="sport",
        size="64x64",
        person=False,
    )
    for broken in (None, 7, "", "sort=worst&from=tomorrow&to=9999-12-31&limit=5", "%zz&&=&q"):
        assert read_query(broken).search == GenerationSearch()


def test_beside_every_choice_stands_what_it_would_show(
    window: Window, studio: ScriptedStudio, made: dict[str, str], you: gr.Request
) -> None:
    mine = studio.for_person(YOU)
    summer = mine.projects.add("Summer")
    mine.generations.update(made["Ada"], project_id=summer.id, tags=["red"])
    mine.generations.update(made["Ben"], tags=["red", "night"])
    choices = json.loads(window.history.first_page(you, f"tag=night&project_id={summer.id}"))["choices"]
    assert (choices["total"], choices["everything"]) == (0, 1)  # Everything: Ben, who is tagged so
    assert choices["project_id"] == [[summer.id, "Summer", 0, False, "write"]]
    assert choices["tag"] == [["red", "red", 1]]  # in Summer
    choices = json.loads(window.history.first_page(you, "tag=red"))["choices"]
    assert sorted(choices["tag"]) == [["night", "night", 1], ["red", "red", 2]]
    assert choices["pose"] == [["relaxed-stand", "Relaxed stand", 2]]
    assert choices["state"] == [["succeeded", "Done", 2]]
    assert choices["size"] == [["64x64", "64 × 64", 2]]
    assert (choices["view"], choices["preset"]) == (
        [["front", "Front", 2]],
        [["draft", "Draft on this CPU", 2]],
    )
    [[_, words, number]] = json.loads(window.history.first_page(you, "person=true"))["choices"]["person"]
    assert ("Nobody" in words, number) == (True, 2)


def test_of_very_many_the_newest_are_counted_and_a_plus_says_so(
    window: Window,
    studio: ScriptedStudio,
    made: dict[str, str],
    you: gr.Request,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("studio.services.generations.MOST_COUNTED", 1)
    studio.for_person(YOU).generations.update(made["Ada"], tags=["old"])
    choices = json.loads(window.history.first_page(you, "q=picture"))["choices"]
    assert (choices["total"], choices["state"]) == ("1+", [["succeeded", "Done", "1+"]])
    assert choices["tag"] == [["old", "old", ""]]
    assert json.loads(window.history.first_page(you, ""))["choices"]["total"] == 2


def test_pages_after_the_first_bring_no_choices(window: Window, you: gr.Request, press: Press) -> None:
    assert "choices" not in json.loads(window.history.next_page(press("more", "0" * 28), you, ""))


def test_an_empty_project_leads_on(window: Window, studio: ScriptedStudio, you: gr.Request) -> None:
    project = studio.for_person(YOU).projects.add("Summer")
    assert "Nothing is in this project yet" in shown(window, you, f"project_id={project.id}")


def test_what_is_chosen_is_changed_together(
    window: Window, studio: ScriptedStudio, made: dict[str, str], you: gr.Request, press: Press
) -> None:
    mine, ids = studio.for_person(YOU), list(made.values())
    project = mine.projects.add("Summer")

    def do(act: str, **more: object) -> str:
        return window.history.bulk(press(act, more.pop("target", ""), ids=ids, **more), you, "")[1]

    assert "2 orders tagged." in do("tag", tags=" red ,, night,red")
    assert "2 orders moved." in do("move", target=project.id)
    do("favourite")
    for one in map(mine.generations.get, ids):
        assert (one.tags, one.project_id, one.favourite) == (("red", "night"), project.id, True)
    toast = do("delete")
    assert f'data-ids="{",".join(ids)}"' in toast
    assert mine.generations.list_page().items == ()
    window.history.undo(press("undo", ids=ids), you)
    assert len(mine.generations.list_page().items) == 2
    do("delete")
    _, toast = window.history.purge(press("purge", ids=ids), you)
    assert "2 orders deleted for good." in toast
    with pytest.raises(gr.Error):
        window.history.undo(press("undo", ids=ids), you)


def test_what_is_chosen_or_found_goes_out_as_one_file(
    window: Window, studio: ScriptedStudio, made: dict[str, str], you: gr.Request, press: Press
) -> None:
    history, mine = window.history, studio.for_person(YOU)

    def export(query: str = "", **said: object) -> str:
        said = {"format": "csv", "metadata": True} | said
        return history.export([], query, press("out", **said), you)[0]

    assert "Save: CSV of 1 generation" in export(ids=[made["Ada"]])
    assert "CSV of 1 generation" in export("q=ben", ids=[])
    [ben, ada] = [mine.exports.get(job.id) for job in mine.jobs.look().jobs if job.kind == "export"]
    for made_of, has_ben in ((ben, True), (ada, False)):
        table = mine.files.path(made_of.file_id or "").read_text(encoding="utf-8-sig")
        assert ("Ben" in table) == has_ben
    export(ids=[made["Ada"]], format="zip", image_format="webp", names="{pose}/{name}", longest_px="64")
    [zipped] = [
        one for job in mine.jobs.look().jobs if (one := _export_of(mine, job)) and one.format == "zip"
    ]
    with zipfile.ZipFile(mine.files.path(zipped.file_id or "")) as archive:
        [picture] = [name for name in archive.namelist() if name.endswith(".webp")]
        with Image.open(io.BytesIO(archive.read(picture))) as image:
            assert (picture.rpartition("/")[2], max(image.size)) == ("Ada.webp", 64)
    ids = [made["Ada"]]
    for wrong in (
        {"format": "exe"},
        {"format": "csv", "ids": ["0" * 28]},
        {"format": "zip", "ids": ids, "names": "{hat}"},
        {"format": "zip", "ids": ids, "longest_px": "x"},
        {"format": "zip", "ids": ids, "longest_px": "1"},
    ):
        with pytest.raises(gr.Error):
            export(**wrong)
    with pytest.raises(gr.Error):
        export("q=nobody")


def _export_of(mine: PersonalStudio, job: Job) -> Export | None:
    return mine.exports.get(job.id) if job.kind == "export" else None


@pytest.mark.parametrize("act", ["purge", "burn", ""])
def test_a_selection_is_not_done_what_is_no_choice(
    window: Window, made: dict[str, str], you: gr.Request, press: Press, act: str
) -> None:
    with pytest.raises(gr.Error, match="cannot be done"):
        window.history.bulk(press(act, ids=list(made.values())), you, "")


def test_a_field_of_the_sheet_is_kept_or_refused_at_its_place(
    window: Window, studio: ScriptedStudio, made: dict[str, str], you: gr.Request, press: Press
) -> None:
    ada, mine = made["Ada"], studio.for_person(YOU)

    def keep(name: str, value: object) -> str:
        _, said = window.history.keep(press("keep", ada, name=name, value=value), you, "")
        return json.loads(said)["problem"]

    for name, value in {
        "title": " On the bridge ",
        "tags": "red, night",
        "notes": "for Tim",
        "rating": "4",
    }.items():
        assert keep(name, value) == ""
    kept = mine.generations.get(ada)
    assert (kept.title, kept.tags, kept.notes, kept.rating) == (
        "On the bridge",
        ("red", "night"),
        "for Tim",
        4,
    )
    assert "title" in keep("title", "")
    assert "32 tags" in keep("tags", ",".join(map(str, range(33))))
    assert keep("state", "failed")
    assert keep("rating", "") == ""
    assert mine.generations.get(ada).rating is None
    assert mine.generations.get(ada).title == "On the bridge"


def test_of_several_the_first_pictures_are_compared_and_of_one_its_own(
    window: Window, studio: ScriptedStudio, made: dict[str, str], you: gr.Request, press: Press
) -> None:
    def compare(*ids: str) -> list[dict[str, str]]:
        return json.loads(window.history.comparison.these(press("these", ids=list(ids)), you))["pictures"]

    ada, ben = compare(*made.values())
    assert (ada["title"], ben["title"]) == ("\u2068Ada\u2069, 1 picture", "\u2068Ben\u2069, 1 picture")
    assert ada["url"] != ben["url"]
    pair = GenerationOrder(persona=Persona(name="Cat"), views=("front", "back"), width=64, height=64)
    assert [one["title"] for one in compare(studio.make(pair))] == [
        "Front, relaxed stand",
        "Back, relaxed stand",
    ]
    for too_few in ([], [made["Ada"]]):
        with pytest.raises(gr.Error, match="Choose two to six"):
            compare(*too_few)


def test_projects_are_begun_renamed_and_put_away(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Press
) -> None:
    shelves, projects = window.history.shelves, studio.for_person(YOU).projects
    said = json.loads(shelves.act(press("begin", name=" Summer "), you))
    [summer] = projects.list_recent()
    assert (said["made"], said["problem"], summer.name) == (summer.id, "", "Summer")
    assert "name" in json.loads(shelves.act(press("begin", name=" "), you))["problem"]
    shelves.act(press("rename", summer.id, name="Autumn"), you)
    assert "Bring back" in json.loads(shelves.act(press("archive", summer.id), you))["html"]
    assert [(one.name, one.is_archived) for one in projects.list_recent()] == [("Autumn", True)]
    shelves.act(press("unarchive", summer.id), you)
    assert not projects.get(summer.id).is_archived
    assert "Undo" in json.loads(shelves.act(press("discard", summer.id), you))["html"]
    assert projects.list_recent() == []
    shelves.act(press("restore", summer.id), you)
    assert [one.name for one in projects.list_recent()] == ["Autumn"]
    assert "nothing here" in json.loads(shelves.act(press("rename", "0" * 28, name="x"), you))["problem"]


def test_a_name_from_right_to_left_leaves_what_follows_in_its_place() -> None:
    assert title_html("מרים, 2 pictures") == "<bdi>מרים</bdi>, 2 pictures"
    assert isolate_name("מרים, 2 pictures") == "\u2068מרים\u2069, 2 pictures"
    assert title_html("<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_tags_are_what_stands_between_commas() -> None:
    assert read_tags(" a b ,, a  b,c,") == ("a b", "c")
