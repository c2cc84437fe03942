"""`models`: list, pull, accept, remove and doctor, over a scripted studio and over a hub on this machine."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.weights.errors import TokenNeeded
from pipelines.weights.manager import WeightsManager
from studio import cli
from studio.settings import Settings, read_settings
from studio.studio import open_studio
from studio.vocabulary.person import YOU
from tests.pipelines.weights.conftest import IMPATIENT
from tests.pipelines.weights.hub_double import WEIGHTS, HubDouble, answer_status, drop_after, tiny_repo
from tests.scripted_studio import LORA, ScriptedStudio, open_scripted_studio

Run = Callable[..., tuple[int, str, str]]
PRESET = """
name = "tiny"
engine = "flux1"
title = "Tiny FLUX"
licence = "For looking only"
licence_url = "https://example.org/licence"
non_commercial = true
[[components]]
role = "base"
repo = "some/tiny"
size_bytes = 90_000
[options]
device = "cpu"
"""


def no_window(settings: Settings) -> int:
    raise AssertionError("the window was opened")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line: exit status, stdout, stderr."""

    def run_it(*argv: object) -> tuple[int, str, str]:
        status = cli.main([str(word) for word in argv], serve=no_window)
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_it


class TestScripted:
    @pytest.fixture(autouse=True)
    def studio(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedStudio]:
        with open_scripted_studio(tmp_path) as opened:
            monkeypatch.setattr("studio.studio.open_studio", lambda settings, inline: opened)
            yield opened

    def test_the_list_says_what_each_is_and_costs(self, run: Run, studio: ScriptedStudio) -> None:
        status, said, _ = run("models", "list")
        assert status == 0
        klein = studio.model("klein-4b")
        blocks = said.split("klein-4b ")[1].splitlines()
        assert blocks[0].strip() == "FLUX.2 klein 4B: cannot run here yet"
        assert blocks[1].strip() == "pose follow, identity keeps, Apache-2.0"
        assert (
            blocks[2].strip()
            == f"about 16.0 GB to download, about {klein.memory_needed_gb:.1f} GB of GPU memory as {klein.tier}"
        )
        assert "(not accepted yet)" in said
        models = json.loads(run("models", "list", "--json")[1])
        assert [model["name"] for model in models] == list(studio.presets)
        assert {
            "pose",
            "identity",
            "licence",
            "bytes_to_download",
            "bytes_on_disk",
            "tier",
            "can_run",
            "says",
        } <= (models[0].keys())

    def test_a_licence_is_shown_and_accepted_once(self, run: Run) -> None:
        status, _, complained = run("models", "pull", "flux1-dev-union")
        assert status == 2
        assert complained.startswith("licence-not-accepted: ")
        assert "https://huggingface.co/black-forest-labs/FLUX.1-dev" in complained
        assert "--accept-licence" in complained
        assert run("models", "pull", "flux1-dev-union", "--accept-licence")[0] == 0
        assert run("models", "remove", "flux1-dev-union")[:2] == (0, "40.7 GB freed.\n")
        assert run("models", "pull", "flux1-dev-union")[0] == 0

    def test_accept_alone(self, run: Run, studio: ScriptedStudio) -> None:
        status, said, _ = run("models", "accept", "flux1-dev-union")
        assert (status, "non-commercial" in said) == (0, True)
        assert studio.model("flux1-dev-union").licence_accepted

    @pytest.mark.parametrize("action", ["pull", "accept", "remove"])
    def test_an_unknown_name_lists_the_known(self, run: Run, action: str) -> None:
        status, said, complained = run("models", action, "klein-5b")
        assert (status, said) == (2, "")
        assert complained.startswith("unknown-name: ")
        assert "klein-4b" in complained

    def test_a_failed_download_says_why(self, run: Run, studio: ScriptedStudio) -> None:
        studio.fail_with = TokenNeeded("These weights are given out to known people only.")
        status, said, complained = run("models", "pull", "klein-4b")
        assert (status, said) == (2, "")
        assert complained == "token-needed: These weights are given out to known people only.\n"

    def test_doctor_reports_findings(self, run: Run, studio: ScriptedStudio) -> None:
        assert run("models", "doctor")[0] == 0
        studio.bring("klein-4b")
        (weights,) = studio.folder.rglob("model.safetensors")
        weights.unlink()
        status, said, _ = run("models", "doctor", "--json")
        subject = weights.relative_to(studio.folder / "models").as_posix()
        advice = "Remove it and download it again."
        assert (status, json.loads(said)) == (
            1,
            {"ok": False, "findings": [{"subject": subject, "advice": advice}]},
        )
        assert f"{subject}: {advice}" in run("models", "doctor")[1]

    def test_the_studios_own_doctor_lists_models_and_loras(self, run: Run) -> None:
        checks = {check["name"]: check["said"] for check in json.loads(run("doctor", "--json")[1])["checks"]}
        assert checks["model draft"] == "can run here"
        assert checks["model klein-4b"] == "cannot run here yet, about 16.0 GB to download"
        assert checks["loras"] == LORA

    def test_an_action_is_needed(self, run: Run) -> None:
        with pytest.raises(SystemExit) as stopped:
            run("models")
        assert stopped.value.code == 2


class TestAnOrderBeforeItsModelIsReady:
    def order(self, run: Run, data: Path, preset: str) -> str:
        """What `generate` complains of; nothing was made, and no job stands."""
        out = data / "out"
        status, said, complained = run(
            "generate", "--pose", "relaxed-stand", "--preset", preset, "--out", out, "--data", data
        )
        assert (status, said, complained.count("\n")) == (2, "", 1)
        assert not out.exists()
        assert "page “Models”" not in complained
        with contextlib.closing(open_studio(read_settings({"data": data}, {}), inline=True)) as studio:
            assert list(studio.for_person(YOU).jobs.list_recent()) == []
        return complained

    def test_the_licence_first_then_the_weights(self, run: Run, tmp_path: Path) -> None:
        complained = self.order(run, tmp_path, "klein-9b")
        assert complained.startswith("licence-not-accepted: ")
        assert complained.endswith("Read the licence, then accept it: python app.py models accept klein-9b\n")
        assert run("models", "accept", "klein-9b", "--data", tmp_path)[0] == 0
        complained = self.order(run, tmp_path, "klein-9b")
        assert complained.startswith("weights-missing: ")
        assert complained.endswith("Download the weights: python app.py models pull klein-9b\n")

    def test_an_engine_that_is_off(self, run: Run, tmp_path: Path) -> None:
        assert self.order(run, tmp_path, "comfyui").startswith("engine-unavailable: ")


class TestWithAHub:
    @pytest.fixture
    def hub(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubDouble]:
        with HubDouble(repos={"some/tiny": tiny_repo()}) as double:
            monkeypatch.setenv("STUDIO_HUB_URL", double.url)
            room = functools.partial(WeightsManager, patience=IMPATIENT)
            monkeypatch.setattr("studio.weights.WeightsManager", room)
            yield double

    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        (tmp_path / "presets").mkdir()
        (tmp_path / "presets" / "tiny.toml").write_text(PRESET, encoding="utf-8")
        return tmp_path

    def look(self, run: Run, data: Path) -> dict[str, object]:
        models = json.loads(run("models", "list", "--json", "--data", data)[1])
        return next(model for model in models if model["name"] == "tiny")

    def test_weights_come_go_on_are_examined_and_go(self, run: Run, hub: HubDouble, data: Path) -> None:
        assert run("models", "pull", "tiny", "--data", data)[2].startswith("licence-not-accepted: ")
        hub.faults[WEIGHTS].append(drop_after(30_000))
        hub.always[WEIGHTS] = answer_status(503)
        status, said, complained = run("models", "pull", "tiny", "--accept-licence", "--data", data)
        assert (status, said) == (2, "")
        assert complained.startswith("hub-trouble: ")
        assert complained.count("\n") == 1
        hub.always.clear()
        status, said, complained = run("models", "pull", "tiny", "--data", data)
        assert (status, complained) == (0, "")
        assert said.startswith("Tiny FLUX: ")
        again = [headers.get("range") for path, headers in hub.asked if path.endswith(WEIGHTS)]
        assert again[0] is None
        assert set(again[1:]) == {"bytes=30000-"}, "what had arrived was not asked for anew"
        model = self.look(run, data)
        assert (model["can_run"], model["bytes_to_download"], model["licence_accepted"]) == (True, 0, True)
        (weights,) = data.rglob("diffusion_pytorch_model.safetensors")
        weights.write_bytes(weights.read_bytes()[:-1] + b"x")
        assert run("models", "doctor", "--data", data)[0] == 1
        assert "freed" in run("models", "remove", "tiny", "--data", data)[1]
        assert self.look(run, data)["can_run"] is False

    def test_a_terminal_sees_how_far_it_is(
        self, run: Run, hub: HubDouble, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr(sys, "stderr", Terminal())
        assert run("models", "pull", "tiny", "--accept-licence", "--data", data)[0] == 0
        assert "\r" in sys.stderr.getvalue()  # type: ignore[attr-defined]

    def test_what_the_settings_forbid_is_refused(
        self, run: Run, hub: HubDouble, data: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUDIO_DOWNLOADS", "no")
        status, _, complained = run("models", "pull", "tiny", "--accept-licence", "--data", data)
        assert status == 2
        assert complained.startswith(
            "offline: Tiny FLUX is not on this machine, and downloads are switched off."
        )
        assert hub.asked == []
