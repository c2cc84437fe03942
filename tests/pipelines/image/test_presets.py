"""Presets from TOML: the shipped ones say what the models' cards say; a person's own are read strictly."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import UnknownName
from pipelines.image.capabilities import narrow_info, suggest_controls
from pipelines.image.engines import ENGINES, engine_class
from pipelines.image.plan import refuse_size
from pipelines.image.preset_file import PresetRefused, read_preset
from pipelines.image.presets import DRAFT_PRESET, PresetShelf, all_presets, better_preset, loras_for
from pipelines.image.tiers import tiers_of
from pipelines.prompt.styles import STYLES
from studio.settings import SETTINGS

OWN = """
name = "mine"
engine = "flux1"
title = "Mine"
[[components]]
role = "base"
folder = "weights"
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> Path:
    (folder / "weights").mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_ones_are_there_and_fit_their_engines() -> None:
    assert set(PresetShelf()) == {
        "draft",
        "klein-4b",
        "klein-4b-depth",
        "klein-9b",
        "klein-9b-kv",
        "qwen-image-edit",
        "qwen-image-edit-lightning",
        "z-image-turbo-pose",
        "flux1-dev-union",
        "flux1-schnell",
        "flux1-schnell-pose",
        "flux1-kontext",
        "flux1-fill",
        "flux1-redux",
        "hf-inference",
        "hf-realism",
        "comfyui",
    }
    for preset in PresetShelf().values():
        info = engine_class(preset.engine).info
        refuse_size(info, preset.width, preset.height)
        refuse_size(info, round(preset.width * preset.hd_scale), round(preset.height * preset.hd_scale))
        assert set(preset.control_strength) <= set(info.controls)
        if info.needs_gpu:
            assert preset.licence
            assert tiers_of(preset)[0] == "bf16"
            sizes = [preset.memory_gb[tier] for tier in tiers_of(preset)]
            assert (sizes[0], sizes[-1]) == (max(sizes), min(sizes))
            assert set(preset.ram_gb) == set(preset.memory_gb)
            assert preset.memory_estimated  # until a card has measured them
            assert preset.download_bytes > 10**10
            assert all(component.size_estimated for component in preset.components)
            assert (preset.second_pass is None) == (not info.second_pass)
            assert (preset.face_pass is None) == (not info.face_pass)
            assert all(not component.revision for component in preset.components)  # pinned at the download


def test_they_ask_for_what_their_cards_say() -> None:
    wanted = {
        "klein-4b": (4, 1.0, "follow", "keeps", False),
        "klein-4b-depth": (4, 1.0, "follow", "keeps", False),
        "klein-9b": (4, 1.0, "follow", "keeps", True),
        "klein-9b-kv": (4, 1.0, "follow", "keeps", True),
        "qwen-image-edit": (40, 4.0, "follow", "keeps", False),
        "qwen-image-edit-lightning": (4, 1.0, "follow", "keeps", False),
        "z-image-turbo-pose": (8, 0.0, "lock", "no", False),
        "flux1-dev-union": (28, 3.5, "lock", "weak", True),
        "flux1-redux": (28, 2.5, "lock", "weak", True),
        "flux1-fill": (50, 30.0, "none", "no", True),
        "flux1-kontext": (28, 2.5, "none", "keeps", True),
        "flux1-schnell": (4, 0.0, "none", "no", False),
        "flux1-schnell-pose": (4, 3.5, "lock", "no", True),
    }
    for name, row in wanted.items():
        preset = PresetShelf().find(name)
        info = narrow_info(engine_class(preset.engine).info, preset)
        assert (preset.steps, preset.guidance, info.pose, info.identity, preset.non_commercial) == row
    assert not any(component.gated for component in PresetShelf().find("flux1-schnell").components)
    assert PresetShelf().find("flux1-schnell").components[0].may_ask_token  # open, yet its page may ask
    first, second = (PresetShelf().find(name).role_sentences for name in ("klein-4b", "klein-9b"))
    bound = [(said["pose"].format(n=1), said["person"].format(n=2)) for said in (first, second)]
    assert bound == [
        ("Match the pose in image 1.", "Keep the person, face and clothes from image 2."),
        ("apply pose from image 1", "with reference from image 2"),
    ]
    dev = PresetShelf().find("flux1-dev-union")
    advised = {"pose": (0.9, 0.65), "depth": (0.8, 0.8), "edges": (0.7, 0.8), "gray": (0.9, 0.8)}
    for name in ("flux1-dev-union", "flux1-redux", "flux1-schnell-pose", "comfyui"):
        preset = PresetShelf().find(name)
        stated = {kind: (preset.control_strength[kind], preset.control_end[kind]) for kind in advised}
        assert stated == advised, name
        info = narrow_info(engine_class(preset.engine).info, preset)
        assert set(advised) <= set(info.controls), name
        assert suggest_controls(info, preset) == ("pose", "depth"), name  # others where asked for
    assert [(lora.name, lora.weight) for lora in dev.loras] == [("realism", 0.8)]
    assert narrow_info(engine_class("flux1").info, PresetShelf().find("flux1-schnell")).controls == ()


def test_a_preset_of_ones_own_works_like_a_shipped_one(tmp_path: Path) -> None:
    preset = all_presets([write(tmp_path, OWN)])["mine"]
    assert preset.components[0].folder == (tmp_path / "weights").resolve()
    assert preset.engine in ENGINES
    shelf = PresetShelf([tmp_path])
    assert shelf["mine"] == preset
    assert "mine" not in PresetShelf()


def test_a_file_from_elsewhere_joins_one_shelf_alone(tmp_path: Path) -> None:
    shelf, other = PresetShelf(), PresetShelf()
    file = write(tmp_path, OWN)
    assert shelf.take(file) == shelf.take(file) == shelf.find("mine")
    assert "mine" not in other
    with pytest.raises(PresetRefused, match="taken"):
        shelf.take(write(tmp_path, OWN.replace('"Mine"', '"Another"'), "other.toml"))
    assert shelf.find("mine").title == "Mine"


def test_engine_and_preset_are_chosen_where_one_is_left_out() -> None:
    shelf = PresetShelf()
    assert shelf.choose(None, None) == ("draft", "draft")
    assert shelf.choose("flux2-klein", None) == ("flux2-klein", "klein-4b")  # the preferred one
    assert shelf.choose("z-image", None) == ("z-image", "z-image-turbo-pose")
    assert shelf.choose(None, "klein-9b") == ("flux2-klein", "klein-9b")
    for engine, name in (("nothing", None), (None, "nothing")):
        with pytest.raises(UnknownName):
            shelf.choose(engine, name)


def test_a_style_is_drawn_by_what_suits_it() -> None:
    shelf = PresetShelf()
    known = {style.key for style in STYLES}
    for preset in shelf.values():
        assert set(preset.styles) <= known
        assert set(preset.lora_styles.values()) <= known
        assert set(preset.lora_styles) <= {use.name for use in preset.loras}
    better = better_preset(shelf, "flux1-dev-union", "anime")
    assert better is not None
    assert better.preferred
    assert better_preset(shelf, "flux1-dev-union", "realistic") is None
    assert better_preset(shelf, "draft", "anime") is None  # says nothing of styles
    assert better_preset(shelf, "gone", "anime") is None
    dev = shelf.find("flux1-dev-union")
    assert [use.name for use in loras_for(dev, "realistic")] == ["realism"]
    assert loras_for(dev, "anime") == ()


def test_presets_that_were_distilled_say_that_they_take_no_guidance() -> None:
    distilled = {name for name, preset in PresetShelf().items() if not preset.takes_guidance}
    klein = {"klein-4b", "klein-4b-depth", "klein-9b", "klein-9b-kv"}
    assert distilled == {*klein, "flux1-schnell", "qwen-image-edit-lightning"}


def test_normals_are_taken_only_where_a_preset_says_in_which_convention() -> None:
    comfy = PresetShelf().find("comfyui")
    info = engine_class("comfyui").info
    assert "normal" in info.controls
    assert "normal" not in narrow_info(info, comfy).controls
    assert "normal" in narrow_info(info, replace(comfy, normals="controlnet")).controls


def test_one_preset_is_preferred() -> None:
    assert [name for name, preset in PresetShelf().items() if preset.preferred] == ["klein-4b"]


@pytest.mark.parametrize("name", ENGINES)
def test_what_sends_data_out_names_the_settings_that_consent(name: str) -> None:
    kind: Any = engine_class(name)
    assert bool(kind.info.consent) is kind.info.sends_data_out
    if kind.info.consent:
        taken = {argument for argument in kind.info.consent.values() if argument}
        assert taken <= set(inspect.signature(kind.allow).parameters)
        assert set(kind.info.consent) <= {setting.name for setting in SETTINGS}


def test_a_broken_file_of_ones_own_takes_nothing_else_away(tmp_path: Path) -> None:
    write(tmp_path, OWN)
    write(tmp_path, "name = ", "broken.toml")
    shelf = PresetShelf([tmp_path])
    assert {"mine", "klein-4b"} <= set(shelf)
    assert [error.message.split(":")[0] for error in shelf.problems] == ["broken.toml"]
    assert shelf["draft"] is DRAFT_PRESET


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = ", "TOML"),
        (OWN.replace('name = "mine"', 'name = "../mine"'), "name"),
        (OWN.replace('name = "mine"', 'name = "klein-4b"'), "taken"),
        (OWN.replace("flux1", "flux9"), "engine"),
        (OWN.replace('title = "Mine"', ""), "title"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nsteps = "8"'), "steps"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nsteps = true'), "steps"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nguidance = nan'), "guidance"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nstepz = 8'), "stepz"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nlicence_url = "javascript:x"'), "licence_url"),
        (OWN.replace('role = "base"', 'role = "other"'), "base"),
        (OWN.replace('folder = "weights"', 'folder = "nowhere"'), "folder"),
        (OWN.replace('folder = "weights"', 'folder = "weights"\nrepo = "a/b"'), "either"),
        (OWN.replace('folder = "weights"', 'repo = "a/../b"'), "repo"),
        (OWN.replace('folder = "weights"', 'repo = "a/b"\nfiles = ["../x"]'), "files"),
        (OWN + '[memory_gb]\n"2bit" = 3', "memory_gb"),
        (OWN + "[second_pass]\nscale = 1.5\nstrength = 0.3", "second_pass.steps"),
        (OWN + "[second_pass]\nscale = 9.0\nstrength = 0.3\nsteps = 4", "second_pass.scale"),
        (OWN + "[face_pass]\nstrength = 0\nsteps = 4", "face_pass.strength"),
        (OWN + "[face_pass]\nstrength = 0.3\nsteps = 4\nscale = 2", "face_pass.scale"),
        (OWN + "[options]\ndevice = [1]", "options"),
        (OWN.replace('title = "Mine"', 'title = "Mine"\nstyles = "anime"'), "styles"),
        (OWN + "[lora_styles]\nglow = 3", "lora_styles"),
        (OWN + '[[loras]]\nname = "glow"', "loras"),
        (OWN + '[[components]]\nrole = "base"\nrepo = "a/b"', "components"),
    ],
)
def test_what_a_file_says_wrongly_is_named(tmp_path: Path, text: str, word: str) -> None:
    with pytest.raises(PresetRefused) as caught:
        all_presets([write(tmp_path, text)])
    assert caught.value.message.startswith("mine.toml")
    assert word in caught.value.message


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for data in (b"\xff\xfe", b"#" * 200_000):
        file = tmp_path / "own.toml"
        file.write_bytes(data)
        with pytest.raises(PresetRefused):
            read_preset(file)
    with pytest.raises(PresetRefused):
        read_preset(tmp_path / "gone.toml")
