"""Hugging Face Inference: off until allowed, says what goes out, sorts refusals, checks what comes back."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from pipelines.errors import Cancelled, EngineUnavailable, PipelineError, RequestRefused, TokenRefused
from pipelines.image.engines import engine_class
from pipelines.image.hf_inference import (
    AccessRefused,
    CreditsSpent,
    HfInferenceEngine,
    ModelNotServed,
)
from pipelines.image.presets import PresetShelf
from pipelines.image.remote import AnswerRefused, ServiceTrouble, ServiceUnreachable
from pipelines.image.spec import EngineInputs, EnginePreset
from pipelines.progress import Progress, ignore_progress
from pipelines.types import ControlSpec, GenerationRequest, LoraUse, Reference
from tests.pipelines.image.service_double import (
    Route,
    ServiceDouble,
    ServiceHandler,
    connect_at_home_only,
    picture_bytes,
)

TOKEN = "hf_abcdefgh12345"
PRESET = EnginePreset(
    name="hf",
    engine="hf-inference",
    title="HF",
    steps=4,
    instruction="Keep the person.",
    options={"model": "some/flux", "edit_model": "some/kontext", "true_cfg": 2.0},
)


def request(**facts: Any) -> GenerationRequest:
    return GenerationRequest(
        **{
            "engine": "hf-inference",
            "preset": "hf",
            "prompt": "a knight",
            "negative_prompt": "blur",
            "seed": 7,
            "steps": 4,
            "guidance": 3.5,
            "width": 256,
            "height": 320,
            **facts,
        }
    )


class HfDouble(ServiceDouble):
    """Answers every question with the next of `answers`, the last again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Route] = [lambda handler: handler.send(picture_bytes(256, 320), "image/png")]

    def route(self, method: str, path: str) -> Route:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def status(code: int, words: Any = "no") -> Route:
    return lambda handler: handler.send_json({"error": words}, code)


def sends(data: bytes, kind: str = "image/png") -> Route:
    return lambda handler: handler.send(data, kind)


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """This engine does connect: in these tests to a double on this machine, and to nothing else."""
    connect_at_home_only(monkeypatch)


@pytest.fixture
def service() -> Iterator[HfDouble]:
    with HfDouble() as double:
        yield double


@pytest.fixture
def engine(service: HfDouble) -> HfInferenceEngine:
    made = HfInferenceEngine()
    made.pauses_s = (0.0, 0.0)
    made.allow(token=TOKEN, url=service.url)
    made.load(PRESET, ignore_progress)
    return made


def test_it_is_in_the_table_and_says_that_data_leaves() -> None:
    assert engine_class("hf-inference") is HfInferenceEngine
    assert HfInferenceEngine.info.sends_data_out
    assert not HfInferenceEngine.info.needs_gpu


def test_it_is_off_until_it_is_allowed() -> None:
    engine = HfInferenceEngine()
    with pytest.raises(EngineUnavailable, match=r"is off\. It sends your prompt, and your reference picture"):
        engine.load(PRESET, ignore_progress)
    with pytest.raises(EngineUnavailable, match="is off"):
        engine.generate(request(), ignore_progress)


@pytest.mark.parametrize(
    ("token", "url"),
    [
        ("", "https://x.example"),
        ("two words here", "https://x.example"),
        ("naïve-token", "https://x.example"),
        (TOKEN, "http://x.example"),
        (TOKEN, "ftp://x.example"),
        (TOKEN, "https://user:secret@x.example"),
        (TOKEN, "https://x.example:99999"),
        (TOKEN, "https://"),
    ],
)
def test_odd_tokens_and_addresses_are_refused(token: str, url: str) -> None:
    with pytest.raises(EngineUnavailable if token == TOKEN else TokenRefused):
        HfInferenceEngine().allow(token=token, url=url)


def test_the_picture_and_what_was_sent(engine: HfInferenceEngine, service: HfDouble) -> None:
    told: list[Progress] = []
    picture = engine.generate(request(), told.append)
    assert (picture.size, picture.mode) == ((256, 320), "RGB")
    assert picture.tobytes() == Image.open(io.BytesIO(picture_bytes(256, 320))).tobytes()
    method, path, headers, body = service.asked[0]
    assert (method, path, headers["authorization"]) == ("POST", "/models/some/flux", f"Bearer {TOKEN}")
    assert json.loads(body) == {
        "inputs": "Keep the person. a knight",
        "parameters": {
            "num_inference_steps": 4,
            "guidance_scale": 3.5,
            "seed": 7,
            "negative_prompt": "blur",
            "width": 256,
            "height": 320,
        },
    }
    assert told
    assert "Hugging Face" in told[0].stage


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_kinds_of_pictures_are_read(engine: HfInferenceEngine, service: HfDouble, kind: str) -> None:
    service.answers = [sends(picture_bytes(256, 320, kind), f"image/{kind.lower()}")]
    assert engine.generate(request(), ignore_progress).size == (256, 320)


def test_a_reference_goes_to_the_model_that_looks_at_it_small_and_without_metadata(
    engine: HfInferenceEngine, service: HfDouble
) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("place", "at home")
    held = io.BytesIO()
    Image.open(io.BytesIO(picture_bytes(2048, 1024))).save(held, "PNG", pnginfo=notes)
    reference = Reference(role="person", sha256="0" * 64)
    inputs = EngineInputs(references=((reference, Image.open(held)),))
    engine.generate(request(references=(reference,)), ignore_progress, inputs)
    _, path, _, body = service.asked[0]
    asked = json.loads(body)
    assert path == "/models/some/kontext"
    assert asked["parameters"]["target_size"] == {"width": 256, "height": 320}
    assert asked["parameters"]["prompt"] == "Keep the person. a knight"
    sent = Image.open(io.BytesIO(base64.b64decode(asked["inputs"])))
    assert sent.size == (1024, 512)
    assert sent.info == {}


def test_references_are_refused_without_a_model_for_them(
    engine: HfInferenceEngine, service: HfDouble
) -> None:
    engine.load(
        EnginePreset(name="n", engine="hf-inference", title="N", options={"model": "a/b"}), ignore_progress
    )
    reference = Reference(role="person", sha256="0" * 64)
    inputs = EngineInputs(references=((reference, Image.new("RGB", (64, 64))),))
    with pytest.raises(RequestRefused, match="does not look at reference pictures"):
        engine.generate(request(references=(reference,)), ignore_progress, inputs)
    assert service.asked == []


@pytest.mark.parametrize(
    "facts",
    [
        {"controls": (ControlSpec(kind="pose"),)},
        {"loras": (LoraUse(name="x"),)},
        {"width": 250},
        {"height": 4096},
        {"steps": 0},
    ],
)
def test_what_it_denies_is_refused_before_anything_is_sent(
    engine: HfInferenceEngine, service: HfDouble, facts: dict[str, Any]
) -> None:
    with pytest.raises(RequestRefused):
        engine.generate(request(**facts), ignore_progress)
    assert service.asked == []


@pytest.mark.parametrize("model", ["", "one", "../../etc", "a/..", 7])
def test_a_preset_must_name_a_model(engine: HfInferenceEngine, model: Any) -> None:
    preset = EnginePreset(name="x", engine="hf-inference", title="X", options={"model": model})
    with pytest.raises(EngineUnavailable, match="names no model"):
        engine.load(preset, ignore_progress)


@pytest.mark.parametrize("code", [429, 500, 503, 504])
def test_what_can_pass_is_tried_again_and_then_told_as_passing(
    engine: HfInferenceEngine, service: HfDouble, code: int
) -> None:
    service.answers = [status(code), status(code), *service.answers]
    assert engine.generate(request(), ignore_progress).size == (256, 320)
    assert len(service.asked) == 3
    service.answers = [status(code)]
    with pytest.raises(ServiceTrouble) as caught:
        engine.generate(request(), ignore_progress)
    assert caught.value.passing
    assert len(service.asked) == 6


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        (401, TokenRefused, "make a new one"),
        (402, CreditsSpent, "no credits"),
        (403, AccessRefused, "accept the model's terms"),
        (404, ModelNotServed, "some/flux"),
        (400, RequestRefused, "prompt is odd"),
        (302, EngineUnavailable, "do not follow"),
    ],
)
def test_what_cannot_pass_is_asked_once(
    engine: HfInferenceEngine, service: HfDouble, code: int, error: type[PipelineError], words: str
) -> None:
    service.answers = [
        lambda handler: handler.send(b'{"error": ["prompt is odd\\u0007"]}', status=code, Location="/other")
    ]
    with pytest.raises(error, match=words) as caught:
        engine.generate(request(), ignore_progress)
    assert len(service.asked) == 1
    assert not getattr(caught.value, "passing", False)
    assert TOKEN not in str(caught.value)
    assert "\x07" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        sends(b"", "image/png"),
        sends(b"not a picture", "image/png"),
        sends(b'{"url": "http://elsewhere"}', "application/json"),
        sends(picture_bytes(256, 256)),
        sends(picture_bytes(256, 320)[:500]),
        sends(picture_bytes(256, 320, "GIF"), "image/gif"),
        sends(b"<svg xmlns='http://www.w3.org/2000/svg' width='256' height='320'/>", "image/svg+xml"),
        lambda handler: handler.send(black(), "image/png"),
    ],
    ids=["empty", "words", "json", "other-size", "cut-off", "gif", "svg", "black"],
)
def test_answers_that_are_not_the_picture_are_refused(
    engine: HfInferenceEngine, service: HfDouble, answer: Route
) -> None:
    service.answers = [answer]
    with pytest.raises(AnswerRefused):
        engine.generate(request(), ignore_progress)


def black() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (256, 320)).save(out, "PNG")
    return out.getvalue()


def test_an_endless_answer_is_left(
    engine: HfInferenceEngine, service: HfDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.image.hf_inference.MAX_PICTURE_BYTES", 1000)
    with pytest.raises(AnswerRefused, match="larger than any picture"):
        engine.generate(request(), ignore_progress)


def test_a_broken_line_passes(engine: HfInferenceEngine, service: HfDouble) -> None:
    def hang_up(handler: ServiceHandler) -> None:
        handler.close_connection = True

    service.answers = [hang_up, *service.answers]
    assert engine.generate(request(), ignore_progress).size == (256, 320)


def test_a_service_that_is_not_there(engine: HfInferenceEngine) -> None:
    with HfDouble() as gone:
        url = gone.url
    engine.allow(token=TOKEN, url=url)
    with pytest.raises(ServiceUnreachable):
        engine.generate(request(), ignore_progress)


def test_cancel_is_heard_while_the_service_thinks(engine: HfInferenceEngine, service: HfDouble) -> None:
    service.answers = [lambda handler: handler.server.double.let_go.wait(20)]  # type: ignore[attr-defined]
    started = time.monotonic()

    def stop(progress: Progress) -> None:
        if time.monotonic() - started > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.generate(request(), stop)
    assert time.monotonic() - started < 8
    service.let_go.set()
    service.answers = [sends(picture_bytes(256, 320))]
    assert engine.generate(request(), ignore_progress).size == (256, 320)


def test_unload_forgets_the_preset_and_keeps_the_permission(engine: HfInferenceEngine) -> None:
    engine.unload()
    with pytest.raises(EngineUnavailable):
        engine.generate(request(), ignore_progress)
    engine.load(PRESET, ignore_progress)
    assert engine.generate(request(), ignore_progress).size == (256, 320)


def test_the_shipped_preset_names_models_for_both(engine: HfInferenceEngine, service: HfDouble) -> None:
    engine.load(PresetShelf().find("hf-inference"), ignore_progress)
    reference = Reference(role="person", sha256="0" * 64)
    inputs = EngineInputs(references=((reference, Image.new("RGB", (64, 64), "red")),))
    engine.generate(request(), ignore_progress)
    engine.generate(request(references=(reference,)), ignore_progress, inputs)
    assert [path.count("/") for _, path, _, _ in service.asked] == [3, 3]


def test_the_realism_preset_asks_for_its_lora_and_looks_at_no_picture(
    engine: HfInferenceEngine, service: HfDouble
) -> None:
    engine.load(PresetShelf().find("hf-realism"), ignore_progress)
    engine.generate(request(steps=28, guidance=3.5), ignore_progress)
    assert service.asked[-1][1].endswith("XLabs-AI/flux-RealismLora")
    reference = Reference(role="person", sha256="0" * 64)
    inputs = EngineInputs(references=((reference, Image.new("RGB", (64, 64), "red")),))
    with pytest.raises(RequestRefused):
        engine.generate(request(references=(reference,)), ignore_progress, inputs)
