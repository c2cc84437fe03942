"""Image models through the walks: a person's own preset of a miniature FLUX, from the order to the kept picture."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import EngineUnavailable, RequestRefused, UnknownName, WeightsMissing
from pipelines.image.presets import PresetShelf
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import GenerationRequest
from pipelines.weights.errors import HubOffline, LicenceNotAccepted
from studio.services.models import Models
from studio.services.readiness import refuse_unready
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import from_json
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU
from tests.pipelines.image.tiny_repos import build_flux1, build_flux1_controlnet
from tests.studio.test_services import wait_for

pytestmark = pytest.mark.filterwarnings(
    "ignore:`FluxPosEmbed` is deprecated:FutureWarning"
)  # the library's own

PRESET = """
name = "tiny-flux"
engine = "flux1"
title = "Tiny FLUX"
steps = 2
guidance = 1.0
width = 64
height = 64
hd_steps = 3
hd_scale = 1.5
pose = "lock"
[control_strength]
pose = 0.9
[control_end]
pose = 0.65
[second_pass]
scale = 1.5
strength = 0.5
steps = 4
[face_pass]
strength = 0.4
steps = 4
[[components]]
role = "base"
folder = "{base}"
[[components]]
role = "controlnet"
folder = "{controlnet}"
[memory_gb]
bf16 = 0.1
[options]
device = "cpu"
"""
ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, engine="flux1", preset="tiny-flux", width=64, height=64, seed=3
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("data")
    weights = tmp_path_factory.mktemp("weights")
    base, controlnet = build_flux1(weights / "base"), build_flux1_controlnet(weights / "controlnet")
    (folder / "presets").mkdir()
    text = PRESET.format(base=base.as_posix(), controlnet=controlnet.as_posix())
    (folder / "presets" / "tiny.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def studio(data: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": data}, {}), inline=True)
    yield opened
    opened.close()


def test_an_order_goes_through_the_model_and_into_history(studio: Studio) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(ORDER))
    assert job.state == "succeeded", job.error
    made = studio.for_person(YOU).generations.get(str(job.result["generation_id"]))
    request = made.requests[0]
    assert [control["kind"] for control in request["controls"]] == ["pose"]
    assert (request["controls"][0]["end"], request["steps"]) == (0.65, 2)
    assert (
        b"trainedAlgorithmicMedia" in studio.for_person(YOU).files.path(made.pictures[0].file_id).read_bytes()
    )
    again = wait_for(studio, studio.for_person(YOU).generations.again(made.id))
    assert (
        studio.for_person(YOU).generations.get(str(again.result["generation_id"])).pictures[0].file_id
        == made.pictures[0].file_id
    )


def test_hd_is_larger_with_more_steps(studio: Studio) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(replace(ORDER, quality="hd")))
    assert job.state == "succeeded", job.error
    request = studio.for_person(YOU).generations.get(str(job.result["generation_id"])).requests[0]
    assert (request["width"], request["height"], request["steps"]) == (96, 96, 3)
    assert request["second_pass"] == {"scale": 1.5, "strength": 0.5, "steps": 4}
    assert request["face_pass"] == {"strength": 0.4, "steps": 4}
    plain = replace(ORDER, quality="hd", second_pass=False, face_pass=False)
    once = wait_for(studio, studio.for_person(YOU).generations.order(plain))
    made = studio.for_person(YOU).generations.get(str(once.result["generation_id"]))
    assert (made.requests[0]["second_pass"], made.requests[0]["face_pass"]) == (None, None)
    shown = {
        model.name: (model.second_pass, model.face_pass) for model in studio.for_person(YOU).models.list_all()
    }
    assert (shown["tiny-flux"], shown["klein-4b"], shown["draft"]) == (
        (True, True),
        (True, False),
        (False, False),
    )


def test_a_request_of_before_the_passes_is_still_read(studio: Studio) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(ORDER))
    stored = studio.for_person(YOU).generations.get(str(job.result["generation_id"])).requests[0]
    new = {"second_pass", "face_pass"}
    old = {name: value for name, value in stored.items() if name not in new}
    assert from_json(GenerationRequest, old) == from_json(GenerationRequest, stored)


def test_a_draft_in_hd_is_larger(studio: Studio) -> None:
    order = replace(ORDER, engine="draft", preset="draft", quality="hd", width=96, height=128)
    job = wait_for(studio, studio.for_person(YOU).generations.order(order))
    picture = studio.for_person(YOU).generations.get(str(job.result["generation_id"])).pictures[0]
    assert (picture.width, picture.height) == (144, 192)
    with pytest.raises(RequestRefused, match="does not draw a second time"):
        studio.for_person(YOU).generations.order(replace(order, second_pass=True))
    largest = replace(order, width=2048, height=1024)
    wide = wait_for(studio, studio.for_person(YOU).generations.order(largest))
    assert studio.for_person(YOU).generations.get(str(wide.result["generation_id"])).pictures[0].width == 2048


def test_a_style_changes_the_words(studio: Studio) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(replace(ORDER, picture_style="anime")))
    made = studio.for_person(YOU).generations.get(str(job.result["generation_id"]))
    assert "anime style" in made.prompt
    assert "photorealistic" in made.negative_prompt
    assert "photorealistic" not in made.prompt
    with pytest.raises(UnknownName):
        studio.for_person(YOU).generations.order(replace(ORDER, picture_style="baroque"))


def test_what_the_preset_denies_is_refused_early(studio: Studio) -> None:
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    reference = OrderReference(role="person", photo_id=photo.id)
    with pytest.raises(RequestRefused, match="reference"):
        studio.for_person(YOU).generations.order(replace(ORDER, references=(reference,)))
    with pytest.raises(RequestRefused, match="does not start from a draft"):
        studio.for_person(YOU).generations.order(
            replace(ORDER, engine="draft", preset="draft", draft_strength=0.5)
        )


def test_the_list_says_what_each_model_is_and_needs(studio: Studio) -> None:
    models = {model.name: model for model in studio.for_person(YOU).models.list_all()}
    assert models["tiny-flux"].can_run
    assert models["tiny-flux"].expected_seconds is not None  # from the runs above
    assert models["draft"].can_run
    klein = models["klein-4b"]
    assert not klein.can_run
    assert klein.bytes_to_download > 10**9
    assert "no GPU" in klein.says
    assert (klein.pose, klein.identity) == ("follow", "keeps")
    assert not models["flux1-dev-union"].licence_accepted
    studio.weights.accept_licence("flux1-dev-union")
    assert {model.name: model for model in studio.for_person(YOU).models.list_all()}[
        "flux1-dev-union"
    ].licence_accepted
    remote = models["hf-inference"]
    assert remote.sends_data_out
    assert not remote.can_run
    assert "leave this computer" in remote.says


KLEIN = replace(ORDER, engine="flux2-klein", preset="klein-4b", width=512, height=512)
REMOTE = replace(ORDER, engine="hf-inference", preset="hf-inference", width=512, height=512)


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        (KLEIN, WeightsMissing, r"Needs a download of .* needs a GPU.* on the page “Models”"),
        (replace(KLEIN, preset="klein-9b"), LicenceNotAccepted, r"commercial use\. .*on the page “Models”"),
        (REMOTE, EngineUnavailable, "leave this computer"),
        (replace(REMOTE, engine="comfyui", preset="comfyui"), EngineUnavailable, "is off"),
    ],
)
def test_what_cannot_run_here_is_refused_before_there_is_a_job(
    tmp_path: Path, order: GenerationOrder, error: type[Exception], words: str
) -> None:
    studio = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    try:
        with pytest.raises(error, match=words):
            studio.for_person(YOU).generations.order(order)
        assert list(studio.for_person(YOU).jobs.list_recent()) == []
        assert studio.for_person(YOU).generations.list_page().items == ()
    finally:
        studio.close()


def test_a_model_with_all_but_a_gpu_is_refused(studio: Studio, data: Path) -> None:
    text = (data / "presets" / "tiny.toml").read_text(encoding="utf-8")
    on_gpu = text.replace('"tiny-flux"', '"tiny-gpu"').replace('device = "cpu"', "")
    (data / "presets" / "gpu.toml").write_text(on_gpu, encoding="utf-8")
    try:
        with (
            closing(open_studio(studio.settings, inline=True)) as later,
            pytest.raises(EngineUnavailable, match="needs a GPU, and torch finds none"),
        ):
            later.for_person(YOU).generations.order(replace(ORDER, preset="tiny-gpu"))
    finally:
        (data / "presets" / "gpu.toml").unlink()


def test_what_is_allowed_by_the_settings_is_ordered(tmp_path: Path) -> None:
    settings = read_settings({"data": tmp_path, "hf_inference": True, "hf_token": "hf_x"}, {})
    refuse_unready(settings, PresetShelf().find("hf-inference"))
    with pytest.raises(EngineUnavailable, match="leave this computer"):
        refuse_unready(settings, PresetShelf().find("comfyui"))


def test_what_was_made_is_not_made_again_without_its_model(
    studio: Studio, data: Path, tmp_path: Path
) -> None:
    job = wait_for(studio, studio.for_person(YOU).generations.order(ORDER))
    preset = data / "presets" / "tiny.toml"
    text = preset.read_text(encoding="utf-8")
    try:
        emptied = re.sub('folder = ".*"', f'folder = "{tmp_path.as_posix()}"', text)
        preset.write_text(emptied, encoding="utf-8")
        before = len(studio.for_person(YOU).jobs.list_recent())
        with closing(open_studio(studio.settings, inline=True)) as later, pytest.raises(WeightsMissing):
            later.for_person(YOU).generations.again(str(job.result["generation_id"]))
        assert len(studio.for_person(YOU).jobs.list_recent()) == before
    finally:
        preset.write_text(text, encoding="utf-8")


def test_a_download_that_is_switched_off_says_so(data: Path) -> None:
    studio = open_studio(read_settings({"data": data}, {"STUDIO_DOWNLOADS": "no"}), inline=True)
    try:
        with pytest.raises(HubOffline, match="switched off"):
            studio.for_person(YOU).models.download("klein-4b")
        with pytest.raises(RequestRefused, match="needs no download"):
            studio.for_person(YOU).models.download("draft")
    finally:
        studio.close()


def test_what_the_worker_holds_itself_does_not_forbid_the_model(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is full of the very model: it can run all the same."""
    monkeypatch.setattr("studio.services.models.free_gpu_gb", lambda: 0.5)
    monkeypatch.setattr("studio.services.models.free_ram_gb", lambda: 64.0)

    def tier(held_gb: float) -> str:
        monkeypatch.setattr(Models, "_held_gb", lambda self: held_gb)
        found = studio.for_person(YOU).models.list_all()
        return next(model.tier for model in found if model.name == "klein-4b")

    assert tier(0.0) == ""
    assert tier(18.0) == "bf16"
