"""`generate` with models, references, LoRAs, controls, presets and recipes: what becomes of its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio import cli
from studio.commands.order import split_weight
from studio.settings import Settings
from studio.vocabulary.codec import to_json
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.person import YOU
from tests.fake_pictures import carry_order, draw_figure, encode
from tests.pipelines.weights.hub_double import safetensors_bytes
from tests.scripted_studio import ScriptedStudio, open_scripted_studio

Ask = Callable[..., tuple[int, dict[str, Any], str]]
OWN_PRESET = """
name = "mine"
engine = "flux2-klein"
title = "My own"
width = 128
height = 192
components = []
"""


def no_window(settings: Settings) -> int:
    raise AssertionError("the window was opened")


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStudio]:
    """What `open_studio` opens in these tests; two models are ready."""
    with open_scripted_studio(tmp_path / "kept") as opened:
        opened.bring("klein-4b", "flux1-dev-union")
        monkeypatch.setattr("studio.studio.open_studio", lambda settings, inline: opened)
        yield opened


@pytest.fixture
def ask(studio: ScriptedStudio, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run `generate`: exit status, the order that it sent, stderr."""

    def run(*argv: object) -> tuple[int, dict[str, Any], str]:
        out = tmp_path / "out"
        words = ["generate", *map(str, argv), "--out", str(out)]
        status = cli.main(words, serve=no_window)
        said = capsys.readouterr()
        assert said.out == ""
        facts = out / "generation.json"
        order = json.loads(facts.read_text(encoding="utf-8"))["request"] if facts.exists() else {}
        return status, order, said.err

    return run


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "ada.png"
    path.write_bytes(encode(draw_figure(600, 900), "PNG"))
    return path


def test_every_choice_reaches_the_order(ask: Ask, studio: ScriptedStudio, photo: Path) -> None:
    status, order, complained = ask(
        "--pose", "Hand on hip", "--pose", "walking", "--preset", "flux1-dev-union", "--quality", "hd",
        "--style", "anime", "--steps", 12, "--guidance", 2.5, "--from-draft", 0.6, "--control", "pose,depth",
        "--reference", photo, "--lora", "sketch-3f2a:0.5", "--with-recipe", "--expression", "wink",
    )  # fmt: skip
    assert (status, complained) == (0, "")
    known = studio.for_person(YOU).photos.add(photo.read_bytes())
    expected = {
        "poses": ["hand-on-hip", "walking"], "engine": "flux1", "preset": "flux1-dev-union", "quality": "hd",
        "picture_style": "anime", "steps": 12, "guidance": 2.5, "draft_strength": 0.6, "controls": ["pose", "depth"],
        "references": [{"role": "person", "photo_id": known.id}],
        "loras": [{"name": "sketch-3f2a", "weight": 0.5}], "recipe": True, "width": 1024, "height": 1024,
        "expression": {"name": "wink", "strength": 1.0},
    }  # fmt: skip
    assert {name: order[name] for name in expected} == expected


def test_a_reference_says_what_it_is_for(ask: Ask, studio: ScriptedStudio, photo: Path) -> None:
    words = ("--reference", photo, "--reference", f"{photo}:style")
    order = ask("--pose", "relaxed-stand", "--preset", "klein-4b", "--size", "64x64", *words)[1]
    known = studio.for_person(YOU).photos.add(photo.read_bytes())
    assert order["references"] == [{"role": role, "photo_id": known.id} for role in ("person", "style")]


def test_the_avatars_own_pictures_reach_the_order(ask: Ask, studio: ScriptedStudio, photo: Path) -> None:
    mine = studio.for_person(YOU)
    kept = mine.photos.add(photo.read_bytes())
    avatar = mine.avatars.keep(EXAMPLE_PERSONA, photo_id=kept.id)
    words = ("--avatar", avatar.id, "--preset", "klein-4b", "--size", "64x64", "--pose", "relaxed-stand")
    assert ask(*words, "--avatar-pictures", 2)[1]["person_pictures"] == [kept.file_id]
    order = ask(*words, "--person-picture", kept.file_id)[1]
    assert (order["person_pictures"], order["avatar_pictures"]) == ([kept.file_id], 0)


def test_the_photo_of_a_reference_is_kept_as_what_it_is_for(
    ask: Ask, studio: ScriptedStudio, photo: Path
) -> None:
    ask("--pose", "relaxed-stand", "--preset", "klein-4b", "--size", "64x64", "--reference", f"{photo}:style")
    assert [one.role for one in studio.for_person(YOU).photos.list_page().items] == ["style"]


def test_several_prompts_are_one_order(ask: Ask, tmp_path: Path) -> None:
    words = ("--prompt", "at the sea", "--prompt", "in the hills")
    order = ask("--pose", "relaxed-stand", "--preset", "klein-4b", "--size", "64x64", *words, "--count", 2)[1]
    assert (order["prompt"], order["more_prompts"]) == ("at the sea", ["in the hills"])
    facts = json.loads((tmp_path / "out" / "generation.json").read_text(encoding="utf-8"))
    assert [(picture["file"], picture["prompt"]) for picture in facts["pictures"]] == [
        ("relaxed-stand-front-prompt-1.png", "at the sea"),
        ("relaxed-stand-front-prompt-1-2.png", "at the sea"),
        ("relaxed-stand-front-prompt-2.png", "in the hills"),
        ("relaxed-stand-front-prompt-2-2.png", "in the hills"),
    ]


def test_the_passes_of_hd_can_be_left_out(ask: Ask) -> None:
    words = ("--pose", "relaxed-stand", "--preset", "flux1-dev-union", "--size", "64x64", "--quality", "hd")
    order = ask(*words)[1]
    assert (order["second_pass"], order["face_pass"]) == (None, None)
    order = ask(*words, "--no-second-pass", "--no-face-pass")[1]
    assert (order["second_pass"], order["face_pass"]) == (False, False)


def test_what_is_left_out_is_left_to_the_preset(ask: Ask, studio: ScriptedStudio) -> None:
    studio.bring("z-image-turbo-pose")
    order = ask("--pose", "relaxed-stand", "--size", "64x64")[1]
    assert (order["engine"], order["preset"], order["quality"], order["count"]) == ("draft", "draft", "sd", 1)
    for name in ("controls", "loras", "steps", "guidance", "draft_strength"):
        assert order[name] is None
    assert order["prompt"].startswith("photograph of a person")
    assert order["recipe"] is False
    assert ask("--pose", "relaxed-stand", "--control", "none", "--size", "64x64")[1]["controls"] == []
    assert ask("--pose", "relaxed-stand", "--engine", "z-image")[1]["preset"] == "z-image-turbo-pose"


def test_a_persons_own_preset_file_is_as_good_as_a_shipped_one(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN_PRESET, encoding="utf-8")
    status, order, _ = ask("--pose", "relaxed-stand", "--preset", file)
    assert status == 0
    assert (order["engine"], order["preset"]) == ("flux2-klein", "mine")
    assert (order["width"], order["height"]) == (128, 192)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be opened"),
        ("name =", "not TOML"),
        (OWN_PRESET.replace("flux2-klein", "dream"), "engine"),
        (OWN_PRESET.replace('"mine"', '"klein-4b"'), "taken"),
        (OWN_PRESET + 'run = "rm"', "unknown key"),
    ],
    ids=["missing", "no toml", "no engine", "taken name", "unknown key"],
)
def test_a_preset_file_that_cannot_be_used_says_why(
    ask: Ask, tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "mine.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    status, _, complained = ask("--pose", "relaxed-stand", "--preset", file)
    assert status == 2
    assert complained.startswith("preset-refused: mine.toml: ")
    assert said in complained


def test_a_lora_file_is_copied_and_named(ask: Ask, studio: ScriptedStudio, tmp_path: Path) -> None:
    file = tmp_path / "ink.safetensors"
    file.write_bytes(safetensors_bytes({"a.lora_A.weight": (2, 4), "a.lora_B.weight": (4, 2)}))
    order = ask("--pose", "relaxed-stand", "--preset", "klein-4b", "--lora", f"{file}:-0.5", "--lora", file)[
        1
    ]
    (name,) = set(studio.weights.list_loras()) - {"sketch-3f2a"}
    assert order["loras"] == [{"name": name, "weight": weight} for weight in (-0.5, 1.0)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--lora", "style.pt:0.8"), "lora-refused"),
        (("--lora", "missing.safetensors"), "lora-refused"),
        (("--lora", "sketch-3f2a:9"), "request-refused"),
        (("--lora", "sketch-3f2a:nan"), "request-refused"),
        (("--reference", "missing.png:person"), "unreadable-file"),
        (("--reference", "style.pt"), "not-an-image"),
        (("--preset", "no-such"), "unknown-name"),
        (("--engine", "no-such"), "unknown-name"),
        (("--recipe", "style.pt"), "no-recipe"),
        (("--recipe", "missing.png"), "unreadable-file"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_code(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("style.pt").write_bytes(b"\x80\x04pickle")
    status, order, complained = ask("--pose", "relaxed-stand", *words)
    assert (status, order) == (2, {})
    assert complained.startswith(f"{code}: ")
    assert complained.count("\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["--control", "pose,pose"],
        ["--control", "sketch"],
        ["--quality", "4k"],
        ["--guidance", "nan"],
        ["--from-draft", "x"],
    ],
)
def test_wrong_options_are_explained(ask: Ask, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        ask("--pose", "relaxed-stand", *wrong)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        ask("--seed", 1)  # neither a pose nor a recipe


class TestRecipe:
    ORDER = GenerationOrder(
        persona=EXAMPLE_PERSONA,
        poses=("walking",),
        prompt="as written",
        negative_prompt="hats",
        recipe=True,
        seed=11,
        width=64,
        height=96,
        steps=3,
    )

    @pytest.fixture
    def picture(self, tmp_path: Path) -> Path:
        path = tmp_path / "picture.png"
        path.write_bytes(carry_order(self.ORDER))
        return path

    def test_it_is_ordered_as_it_was(self, ask: Ask, picture: Path) -> None:
        assert ask("--recipe", picture)[1] == to_json(self.ORDER)

    def test_what_is_not_here_any_more_is_said(self, ask: Ask, tmp_path: Path) -> None:
        path = tmp_path / "old.png"
        path.write_bytes(carry_order(replace(self.ORDER, avatar_id="gone")))
        status, order, said = ask("--recipe", path)
        assert (status, order) == (0, to_json(self.ORDER))
        assert said == "The settings are back, but the avatar is not here any more.\n"

    def test_what_is_asked_for_beside_it_counts(self, ask: Ask, picture: Path) -> None:
        order = ask("--recipe", picture, "--seed", 12, "--view", "back", "--style", "clay")[1]
        changed = {"seed": 12, "views": ["back"], "picture_style": "clay"}
        written = {name: order[name] for name in ("prompt", "negative_prompt")}
        assert order == to_json(self.ORDER) | changed | written
        assert "clay sculpture" in order["prompt"]
        assert "hats" not in order["negative_prompt"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ink", ("ink", 1.0)),
        ("ink:0.5", ("ink", 0.5)),
        ("C:\\loras\\ink.safetensors", ("C:\\loras\\ink.safetensors", 1.0)),
        ("C:\\loras\\ink.safetensors:.5", ("C:\\loras\\ink.safetensors", 0.5)),
        ("a:b:2", ("a:b", 2.0)),
    ],
)
def test_the_weight_follows_the_last_colon(text: str, expected: tuple[str, float]) -> None:
    assert split_weight(text) == expected


@pytest.mark.slow
def test_a_picture_of_a_persons_own_preset_repeats_itself_to_the_pixel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*argv: object) -> None:
        words = ["generate", *argv, "--preset", own, "--data", tmp_path / "data"]
        status = cli.main([str(word) for word in words], serve=no_window)
        assert (status, capsys.readouterr().err) == (0, "")  # nor does a recipe miss the preset that is given

    own, name = tmp_path / "own.toml", "arms-crossed-quarter.png"
    own.write_text(
        'name = "own"\nengine = "draft"\ntitle = "Own"\nwidth = 96\nheight = 128\ncomponents = []\n',
        encoding="utf-8",
    )
    first, second = tmp_path / "first", tmp_path / "second"
    run("--pose", "arms-crossed", "--view", "quarter", "--with-recipe", "--out", first)
    run("--recipe", first / name, "--out", second)
    with Image.open(first / name) as one, Image.open(second / name) as two:
        assert one.size == (96, 128)
        assert one.convert("RGB").tobytes() == two.convert("RGB").tobytes()
    orders = [json.loads((out / "generation.json").read_text(encoding="utf-8")) for out in (first, second)]
    assert orders[0]["requests"] == orders[1]["requests"]
    assert orders[0]["requests"][0]["preset"] == "own"
