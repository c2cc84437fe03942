"""Settings: where they come from, in which order, and what is refused."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines.weights import local
from studio.errors import SettingsRefused
from studio.settings import ENVIRONMENT_PREFIX, SETTINGS, Settings, read_settings

README = Path(__file__).parents[2] / "README.md"


def test_later_sources_win(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'port = 1001\nhost = "0.0.0.0"\nmax_upload_mb = 5\n', encoding="utf-8"
    )
    environment = {"STUDIO_PORT": "1002", "STUDIO_HOST": "127.0.0.2", "OTHER": "x"}
    settings = read_settings({"data": tmp_path, "port": 1003, "host": None}, environment)
    assert (settings.port, settings.host, settings.max_upload_mb) == (1003, "127.0.0.2", 5)
    assert settings.deleted_kept_days == 30
    assert settings.data == tmp_path.resolve()


def test_hosts_and_switches_are_read_from_text(tmp_path: Path) -> None:
    environment = {"STUDIO_ALLOWED_HOSTS": "Studio.local, 10.0.0.5 ,", "STUDIO_RECIPE_IN_PICTURES": "yes"}
    settings = read_settings({"data": tmp_path}, environment)
    assert settings.allowed_hosts == ("studio.local", "10.0.0.5")
    assert settings.recipe_in_pictures is True


@pytest.mark.parametrize(
    ("file", "environment", "named"),
    [
        ("ports = 1", {}, "ports"),
        ("port = [1", {}, "settings.toml"),
        ("", {"STUDIO_PORT": "many"}, "port"),
        ("", {"STUDIO_RECIPE_IN_PICTURES": "perhaps"}, "recipe_in_pictures"),
        ("", {"STUDIO_COLOUR": "blue"}, "colour"),
        ("", {"STUDIO_PORT": "99999"}, "it can be 65535 at most"),
        ("max_upload_mb = -5", {}, "it has to be 1 or more"),
        ("", {"STUDIO_LOG_LEVEL": "foo"}, "choose one of DEBUG"),
        ("", {"STUDIO_COMFYUI_URL": "notaurl"}, "begins with http"),
        ("", {"STUDIO_COMFYUI_URL": "http://[1"}, "begins with http"),
        ("port = 1.5e99999", {}, "it has to be a whole number"),
        ("", {"STUDIO_PERSON_THRESHOLD": "half"}, "it has to be a number"),
        ("", {"STUDIO_PERSON_THRESHOLD": "nan"}, "it has to be a number"),
        ("", {"STUDIO_PERSON_THRESHOLD": "1.5"}, "it can be 1 at most"),
        ("", {"STUDIO_DEVICE": "tpu"}, "choose one of auto, cpu"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, file: str, environment: dict[str, str], named: str
) -> None:
    (tmp_path / "settings.toml").write_text(file, encoding="utf-8")
    with pytest.raises(SettingsRefused, match=re.escape(named)):
        read_settings({"data": tmp_path}, environment)


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(SettingsRefused, match="is a file"):
        read_settings({"data": tmp_path / "notes.txt"}, {})


def test_a_level_may_be_written_small(tmp_path: Path) -> None:
    assert read_settings({"data": tmp_path}, {"STUDIO_LOG_LEVEL": "debug"}).log_level == "DEBUG"


def test_the_table_and_the_object_agree() -> None:
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Settings)]


def test_the_readme_lists_every_setting_with_its_default() -> None:
    text = README.read_text(encoding="utf-8")
    rows = dict(re.findall(rf"^\| `{ENVIRONMENT_PREFIX}(\w+)` \| `(.*?)` \|", text, re.MULTILINE))
    expected = {setting.name.upper(): str(setting.default) for setting in SETTINGS}
    assert rows == expected


def test_several_addresses_are_taken_where_several_are_meant(tmp_path: Path) -> None:
    two = "http://127.0.0.1:8188, http://127.0.0.1:8189"
    assert read_settings({"data": tmp_path, "comfyui_url": two}, {}).comfyui_url == two
    for name, value in (("hub_url", two), ("comfyui_url", two + ",nowhere")):
        with pytest.raises(SettingsRefused):
            read_settings({"data": tmp_path, name: value}, {})


def test_a_mirror_of_the_hub_is_taken_from_where_its_own_tools_look(tmp_path: Path) -> None:
    mirror = {"HF_ENDPOINT": "https://hub.example"}
    assert read_settings({"data": tmp_path}, mirror).hub_url == "https://hub.example"
    own = {**mirror, "STUDIO_HUB_URL": "https://own.example"}
    assert read_settings({"data": tmp_path}, own).hub_url == "https://own.example"
    assert read_settings({"data": tmp_path}, {}).hub_url == ""
    with pytest.raises(SettingsRefused):
        read_settings({"data": tmp_path}, {"HF_ENDPOINT": "ftp://hub.example"})


def test_token_and_cache_of_the_hubs_tools_are_read_only_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(local, "stored_token", lambda: asked.append("token") or "hf_stored")
    monkeypatch.setattr(local, "default_hub_cache", lambda: tmp_path / "cache")
    plain = read_settings({"data": tmp_path}, {})
    assert (plain.hf_token, plain.hub_cache, asked) == ("", "", [])
    agreed = read_settings({"data": tmp_path}, {"STUDIO_HF_TOKEN": "auto", "STUDIO_HUB_CACHE": "auto"})
    assert (agreed.hf_token, agreed.hub_cache) == ("hf_stored", str(tmp_path / "cache"))
    monkeypatch.setattr(local, "stored_token", lambda: None)
    assert read_settings({"data": tmp_path}, {"STUDIO_HF_TOKEN": "auto"}).hf_token == ""
