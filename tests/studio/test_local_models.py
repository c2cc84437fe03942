"""What Hugging Face's own tools keep on this computer: used once a person presses, and not before."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from huggingface_hub import constants

from pipelines.weights import local
from studio.settings import SETTINGS_FILE, keep_setting, read_settings
from studio.ui.models import STILL_USED, ModelsPage
from studio.vocabulary.person import YOU
from studio.weights import open_weights
from tests.pipelines.weights.hub_double import COMMIT, NEEDED, tiny_repo
from tests.scripted_studio import ScriptedStudio, open_scripted_studio
from tests.ui.requests import request_of

TOKEN = "hf_Zwitscherbrot"
NAME = "klein-4b"


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A home of the Hub's own tools, with klein-4b and a token; how often that token was read."""
    read: list[str] = []
    find_token = local.stored_token

    def note() -> str | None:
        read.append("token")
        return find_token()

    monkeypatch.setattr(local, "stored_token", note)
    home = tmp_path / "huggingface"
    home.mkdir()
    (home / "token").write_text(TOKEN)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    return read


@pytest.fixture
def studio(tmp_path: Path, asked: list[str]) -> Any:
    with open_scripted_studio(tmp_path / "data", hf_token="", mode="single") as opened:
        for component in opened.presets.find(NAME).components:
            lay_repository(Path(constants.HF_HUB_CACHE), component)
        yield opened


def lay_repository(cache: Path, component: Any) -> None:
    """One component as the Hub's tools lay it, of tiny files."""
    place = cache / f"models--{component.repo.replace('/', '--')}"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / (component.revision or "main")).write_text(COMMIT)
    commit = component.revision if len(component.revision) == 40 else COMMIT
    assert not component.files
    for name in NEEDED:
        file = place / "snapshots" / commit / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tiny_repo()[name])


def press_on(studio: ScriptedStudio, act: str) -> str:
    """The page after that press."""
    page = ModelsPage(studio)
    page.tray_now = lambda *_: ()
    event = gr.EventData(None, {"act": act, "id": ""})
    shown, *_ = page.act("draft", [], event, request_of(YOU))
    return str(shown)


def test_one_press_makes_what_is_here_ready_and_another_undoes_it(
    studio: ScriptedStudio, asked: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    long_open = open_weights(studio.settings)  # as the worker's
    before = ModelsPage(studio).look("draft", request_of(YOU))
    assert "huggingface/hub" in before
    assert 'data-act="allow"' in before
    assert not studio.model(NAME).can_run
    assert asked == []
    after = press_on(studio, "allow")
    assert 'data-act="disallow"' in after
    assert studio.model(NAME).can_run
    assert long_open.state(studio.presets.find(NAME)).is_ready
    assert studio.model(NAME).bytes_to_download == 0
    assert asked
    table = (studio.settings.data / SETTINGS_FILE).read_text()
    again = read_settings({"data": studio.settings.data}, {})
    assert (again.hub_cache, again.hf_token) == (constants.HF_HUB_CACHE, TOKEN)
    press_on(studio, "disallow")
    assert not studio.model(NAME).can_run
    assert not long_open.state(studio.presets.find(NAME)).is_ready
    asked.clear()
    again = read_settings({"data": studio.settings.data}, {})
    assert (again.hub_cache, again.hf_token, asked) == ("", "", [])
    assert all(TOKEN not in said for said in (before, after, table, caplog.text))


def test_what_was_in_use_at_the_start_ends_at_the_next_and_it_is_said(
    tmp_path: Path, asked: list[str]
) -> None:
    keep_setting(tmp_path, "hub_cache", "auto")
    with open_scripted_studio(tmp_path, hf_token="hf_own") as studio:
        state = studio.local_hub.state()
        assert (state.is_allowed, state.is_used) == (True, True)
        assert STILL_USED in press_on(studio, "disallow")
        assert studio.local_hub.state().is_used


def test_what_settings_toml_names_itself_stays(studio: ScriptedStudio, asked: list[str]) -> None:
    keep_setting(studio.settings.data, "hf_token", "hf_own")
    studio.local_hub.allow()
    studio.local_hub.disallow()
    table = read_settings({"data": studio.settings.data}, {})
    assert (table.hf_token, table.hub_cache, asked) == ("hf_own", "", [])
