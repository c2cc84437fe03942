"""The Storage page: a folder for backups is chosen at its field, and everything is erased after a question."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest

from pipelines.types import Persona
from studio.settings import SETTINGS_FILE, keep_setting, read_settings
from studio.ui.shell import Window
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.scripted_studio import ScriptedStudio

Press = Callable[..., gr.EventData]


def test_a_folder_for_backups_counts_from_the_next_start(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Press, tmp_path: Path
) -> None:
    folder = tmp_path.parent / f"{tmp_path.name}-backups “ü”"
    folder.mkdir()
    page = window.storage.choose(press("choose", folder=f" {folder} "), you)
    assert "From the next start on every night into" in page
    assert read_settings({"data": str(studio.folder)}, {}).backup_folder == str(folder)
    state = studio.backups.state()
    assert (state.folder, state.next_folder) == ("", str(folder))


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("", "Write the whole name"),
        ("backups", "Write the whole name"),
        ("/there/is/none", "no folder of that name"),
        ("/a\0b", "no folder of that name"),
        ("DATA", "inside the data folder"),
    ],
)
def test_a_folder_that_cannot_be_taken_is_refused_at_its_field(
    window: Window, studio: ScriptedStudio, you: gr.Request, press: Press, folder: str, why: str
) -> None:
    page = window.storage.choose(press("choose", folder=folder.replace("DATA", str(studio.folder))), you)
    assert why in page
    assert page.count('class="problem"') == 1
    assert not (studio.folder / SETTINGS_FILE).exists()


def test_a_setting_is_kept_beside_the_others(tmp_path: Path) -> None:
    file = tmp_path / SETTINGS_FILE
    file.write_text('# mine\nport = 7999\nbackup_folder = "/old"\n', encoding="utf-8")
    keep_setting(tmp_path, "backup_folder", '/new "one"\\')
    said = tomllib.loads(file.read_text(encoding="utf-8"))
    assert said == {"port": 7999, "backup_folder": '/new "one"\\'}
    assert file.read_text(encoding="utf-8").startswith("# mine\n")


def test_everything_is_erased(window: Window, studio: ScriptedStudio, you: gr.Request, press: Press) -> None:
    studio.make(GenerationOrder(persona=Persona(name="Ada"), width=64, height=64))
    page = window.storage.look(you)
    assert 'data-act="erase"' in page.replace("'", '"')
    assert "There is no way back." in page
    page = window.storage.act(press("erase"), you)
    assert "Everything is erased: 1 order, 0 avatars" in page
    assert "Pictures that you downloaded" in page
    assert studio.for_person(YOU).generations.list_page().items == ()
