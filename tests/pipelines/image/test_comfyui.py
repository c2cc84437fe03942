"""ComfyUI: off until allowed; the workflow says all of the request; progress, cancel, refusals, odd answers."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines.errors import Cancelled, EngineUnavailable, PipelineError, RequestRefused
from pipelines.image.comfyui import ComfyUIEngine
from pipelines.image.comfyui_api import ComfyServer, ComfyUnreachable, PartsMissing, RunFailed
from pipelines.image.comfyui_events import EventsClosed, open_events
from pipelines.image.comfyui_workflow import UNION_TYPES, Uploads, build_workflow
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.remote import AnswerRefused, ServiceTrouble
from pipelines.image.spec import NO_INPUTS, EngineInputs, EnginePreset
from pipelines.progress import Progress, ignore_progress
from pipelines.types import ControlSpec, GenerationRequest, LoraUse, Reference
from tests.pipelines.image.comfyui_double import BINARY, CLOSE, TEXT, ComfyDouble, frame
from tests.pipelines.image.service_double import Route, connect_at_home_only, picture_bytes

PRESET = EnginePreset(
    name="comfyui", engine="comfyui", title="Your ComfyUI", steps=3, options={"references": True}
)
PERSON = Reference(role="person", sha256="0" * 64)


def request(**facts: Any) -> GenerationRequest:
    return GenerationRequest(
        **{
            "engine": "comfyui",
            "preset": "comfyui",
            "prompt": "a knight",
            "negative_prompt": "blur",
            "seed": 7,
            "steps": 3,
            "guidance": 3.5,
            "width": 256,
            "height": 320,
            **facts,
        }
    )


def picture(seed: int, width: int = 256, height: int = 320) -> Image.Image:
    return Image.open(io.BytesIO(picture_bytes(width, height, seed=seed)))


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """This engine does connect: in these tests to a double on this machine, and to nothing else."""
    connect_at_home_only(monkeypatch)


@pytest.fixture
def server() -> Iterator[ComfyDouble]:
    with ComfyDouble() as double:
        yield double


@pytest.fixture
def engine(server: ComfyDouble) -> ComfyUIEngine:
    made = ComfyUIEngine()
    made.allow(url=server.url)
    made.load(PRESET, ignore_progress)
    return made


def test_it_is_in_the_table_and_off_until_it_is_allowed() -> None:
    assert engine_class("comfyui") is ComfyUIEngine
    assert ComfyUIEngine.info.sends_data_out
    with pytest.raises(EngineUnavailable, match="sends your prompt and your pictures"):
        ComfyUIEngine().load(PRESET, ignore_progress)
    with pytest.raises(EngineUnavailable, match="is off"):
        ComfyUIEngine().generate(request(), ignore_progress)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8188",
        "file:///etc",
        "ftp://h",
        "http://",
        "http://u:p@h",
        "http://h:0",
        "http://h/?a=1",
        "http://ü",
    ],
)
def test_odd_addresses_are_refused(url: str) -> None:
    with pytest.raises(EngineUnavailable, match="must look like"):
        ComfyUIEngine().allow(url=url)


# --- the workflow ---


def test_the_workflow_of_a_plain_request_to_the_letter() -> None:
    graph = build_workflow(PRESET, request(), Uploads(), {})
    assert graph == {
        "model": {
            "class_type": "UNETLoader",
            "inputs": {"unet_name": "flux1-dev.safetensors", "weight_dtype": "default"},
        },
        "clip": {
            "class_type": "DualCLIPLoader",
            "inputs": {
                "clip_name1": "t5xxl_fp16.safetensors",
                "clip_name2": "clip_l.safetensors",
                "type": "flux",
            },
        },
        "vae": {"class_type": "VAELoader", "inputs": {"vae_name": "ae.safetensors"}},
        "positive": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["clip", 0], "text": "a knight"}},
        "negative": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["clip", 0], "text": "blur"}},
        "guidance": {
            "class_type": "FluxGuidance",
            "inputs": {"conditioning": ["positive", 0], "guidance": 3.5},
        },
        "start": {
            "class_type": "EmptySD3LatentImage",
            "inputs": {"width": 256, "height": 320, "batch_size": 1},
        },
        "sampler": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["model", 0],
                "seed": 7,
                "steps": 3,
                "cfg": 1.0,
                "sampler_name": "euler",
                "scheduler": "simple",
                "positive": ["guidance", 0],
                "negative": ["negative", 0],
                "latent_image": ["start", 0],
                "denoise": 1.0,
            },
        },
        "decoder": {"class_type": "VAEDecode", "inputs": {"samples": ["sampler", 0], "vae": ["vae", 0]}},
        "picture": {"class_type": "PreviewImage", "inputs": {"images": ["decoder", 0]}},
    }
    json.dumps(graph)


def test_two_controls_a_lora_and_a_draft_in_one_workflow() -> None:
    asked = request(
        controls=(
            ControlSpec(kind="pose", strength=0.9, end=0.65),
            ControlSpec(kind="depth", strength=0.5, start=0.1),
        ),
        loras=(LoraUse(name="ink", weight=0.8), LoraUse(name="off", weight=0.0)),
        draft_strength=0.6,
    )
    uploads = Uploads(controls={"pose": "p.png", "depth": "d.png"}, draft="draft.png")
    preset = replace(PRESET, options={"union_type": True, "true_cfg": 2.0, "unet": "mine.safetensors"})
    graph = build_workflow(preset, asked, uploads, {"ink": "ink.safetensors", "off": "off.safetensors"})
    inputs = {name: node["inputs"] for name, node in graph.items()}
    assert inputs["model"]["unet_name"] == "mine.safetensors"
    assert [name for name in graph if name.startswith("lora")] == ["lora0"]
    assert inputs["lora0"] == {"model": ["model", 0], "lora_name": "ink.safetensors", "strength_model": 0.8}
    assert inputs["sampler"]["model"] == ["lora0", 0]
    assert inputs["pose_control"]["positive"] == ["guidance", 0]
    assert inputs["depth_control"]["positive"] == ["pose_control", 0]
    assert inputs["depth_control"]["negative"] == ["pose_control", 1]
    assert inputs["sampler"]["positive"] == ["depth_control", 0]
    assert (inputs["pose_control"]["strength"], inputs["pose_control"]["end_percent"]) == (0.9, 0.65)
    assert inputs["depth_control"]["start_percent"] == 0.1
    assert inputs["pose_net"] == {"control_net": ["controlnet", 0], "type": "openpose"}
    assert set(UNION_TYPES) == set(ComfyUIEngine.info.controls)
    assert inputs["start"] == {"pixels": ["draft", 0], "vae": ["vae", 0]}
    assert (inputs["sampler"]["denoise"], inputs["sampler"]["cfg"]) == (0.6, 2.0)


# --- a run ---


def test_a_picture_with_progress_steps_and_previews(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.step_s = 0.05
    told: list[Progress] = []
    made = engine.generate(request(), told.append)
    assert (made.size, made.mode) == ((256, 320), "RGB")
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages[0] == "Sending to ComfyUI"
    assert {"Opening the model in ComfyUI", "Reading the prompt in ComfyUI", "Drawing in ComfyUI"} <= set(
        stages
    )
    steps = [(progress.step, progress.total) for progress in told if progress.total]
    assert {(1, 3), (2, 3), (3, 3)} <= set(steps)
    assert steps == sorted(steps)
    previews = {progress.preview for progress in told if progress.preview}
    assert len(previews) == 3
    assert all(Image.open(io.BytesIO(data)).format == "WEBP" for data in previews)
    assert server.history == {}  # nothing of the prompt stays there


def test_it_draws_without_events_too(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.speaks_events = False
    assert engine.generate(request(), ignore_progress).size == (256, 320)
    assert any("/history/" in path for _, path, _, _ in server.asked)


def test_equal_requests_give_equal_pictures_and_every_part_of_a_request_counts(
    engine: ComfyUIEngine, server: ComfyDouble
) -> None:
    server.files["lora_name"].add("hand.safetensors")
    pose, depth = ControlSpec(kind="pose"), ControlSpec(kind="depth")
    maps = EngineInputs(controls={"pose": picture(1), "depth": picture(2)})
    start = EngineInputs(draft=picture(3, 256, 256))
    seen: dict[bytes, str] = {}

    def draw(name: str, asked: GenerationRequest, inputs: EngineInputs = NO_INPUTS) -> bytes:
        pixels = engine.generate(replace(asked, steps=1), ignore_progress, inputs).tobytes()
        assert pixels not in seen, f"{name} changed nothing: as {seen.get(pixels)}"
        seen[pixels] = name
        return pixels

    plain = draw("plain", request())
    assert engine.generate(request(steps=1), ignore_progress).tobytes() == plain
    draw("seed", request(seed=8))
    draw("prompt", request(prompt="a monk"))
    draw("guidance", request(guidance=2.0))
    draw("lora", request(loras=(LoraUse(name="ink"),)))
    draw(
        "lora file",
        request(loras=(LoraUse(name="i"),)),
        EngineInputs(loras={"i": Path("x/hand.safetensors")}),
    )
    draw("pose", request(controls=(pose,)), maps)
    draw("pose end", request(controls=(replace(pose, end=0.5),)), maps)
    draw("pose and depth", request(controls=(pose, depth)), maps)
    draw("another map", request(controls=(pose,)), EngineInputs(controls={"pose": picture(9)}))
    draw("reference", request(references=(PERSON,)), EngineInputs(references=((PERSON, picture(4)),)))
    draw("draft", request(draft_strength=0.5, height=256), start)
    assert (
        engine.generate(request(steps=1, loras=(LoraUse(name="ink", weight=0.0),)), ignore_progress).tobytes()
        == plain
    )


def test_uploaded_maps_have_the_size_of_the_picture(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    inputs = EngineInputs(controls={"pose": picture(1, 512, 512)})
    engine.generate(request(controls=(ControlSpec(kind="pose"),)), ignore_progress, inputs)
    assert [Image.open(io.BytesIO(data)).size for data in server.uploads.values()] == [(256, 320)]


@pytest.mark.parametrize(
    ("facts", "inputs"),
    [
        ({"controls": (ControlSpec(kind="pose"),)}, NO_INPUTS),
        ({"width": 250}, NO_INPUTS),
        ({"references": (PERSON,) * 3}, EngineInputs(references=((PERSON, picture(1)),) * 3)),
        ({"loras": (LoraUse(name="x", weight=9.0),)}, NO_INPUTS),
    ],
)
def test_what_it_denies_is_refused_before_anything_is_sent(
    engine: ComfyUIEngine, server: ComfyDouble, facts: dict[str, Any], inputs: EngineInputs
) -> None:
    with pytest.raises(RequestRefused):
        engine.generate(request(**facts), ignore_progress, inputs)
    assert server.asked == []


def test_references_need_a_model_that_looks_at_them(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    engine.load(replace(PRESET, options={}), ignore_progress)
    with pytest.raises(RequestRefused, match="does not look at reference pictures"):
        engine.generate(
            request(references=(PERSON,)), ignore_progress, EngineInputs(references=((PERSON, picture(1)),))
        )
    assert server.asked == []


# --- cancel ---


def stop_when(wanted: Callable[[Progress], bool]) -> Callable[[Progress], None]:
    def stop(progress: Progress) -> None:
        if wanted(progress):
            raise Cancelled

    return stop


@pytest.mark.parametrize("events", [True, False])
def test_cancel_while_it_draws_stops_that_run(
    engine: ComfyUIEngine, server: ComfyDouble, events: bool
) -> None:
    server.step_s, server.speaks_events = 0.2, events
    started = time.monotonic()
    with pytest.raises(Cancelled):
        engine.generate(
            request(steps=100), stop_when(lambda p: p.step >= 2 if events else time.monotonic() - started > 1)
        )
    assert time.monotonic() - started < 10
    assert server.interrupted == list(server.graphs)
    until = time.monotonic() + 5
    while server.running and time.monotonic() < until:
        time.sleep(0.02)
    assert server.running == []
    assert server.history == {}  # nor does anything of the prompt stay there
    server.step_s = 0.0
    assert engine.generate(request(), ignore_progress).size == (256, 320)


def test_cancel_while_it_waits_takes_it_out_of_the_queue_and_stops_nobody_else(
    engine: ComfyUIEngine, server: ComfyDouble
) -> None:
    server.keep_in_queue = True
    server.running, server.pending = ["somebody"], ["else"]
    told: list[str] = []

    def stop(progress: Progress) -> None:
        told.append(progress.stage)
        if "queue" in progress.stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.generate(request(), stop)
    assert told[-1] == "Waiting in ComfyUI's queue (2 before it)"
    assert (server.running, server.pending, server.interrupted) == (["somebody"], ["else"], [])


def test_cancel_while_the_server_does_not_answer(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.overrides["POST /prompt"] = lambda handler: handler.server.double.let_go.wait(20)  # type: ignore[attr-defined]
    started = time.monotonic()
    with pytest.raises(Cancelled):
        engine.generate(request(), stop_when(lambda p: time.monotonic() - started > 0.4))
    assert time.monotonic() - started < 10


# --- what is missing, what goes wrong ---


def test_missing_nodes_are_named(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.nodes.remove("FluxGuidance")
    with pytest.raises(PartsMissing, match="no node “FluxGuidance”"):
        engine.generate(request(), ignore_progress)


def test_missing_models_are_named_with_where_they_belong(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.files["unet_name"] = server.files["lora_name"] = set()
    with pytest.raises(PartsMissing) as caught:
        engine.generate(request(loras=(LoraUse(name="ink"),)), ignore_progress)
    assert caught.value.message == (
        "This ComfyUI lacks “flux1-dev.safetensors” in its folder models/diffusion_models, “ink.safetensors” in its "
        "folder models/loras. Put it there, or name another in the preset."
    )


def refuses(error: Any, nodes: Any = None, status: int = 400) -> Route:
    return lambda handler: handler.send_json({"error": error, "node_errors": nodes or {}}, status)


@pytest.mark.parametrize(
    ("route", "error", "words"),
    [
        (
            refuses({"message": "Cannot execute because node FluxGuidance does not exist."}),
            PartsMissing,
            "FluxGuidance",
        ),
        (refuses("no prompt"), RequestRefused, "no prompt"),
        (refuses({"message": 3, "extra_info": []}, nodes=[1]), RequestRefused, "refuses the workflow"),
        (
            refuses(
                {}, {"a": {"class_type": "KSampler", "errors": [{"details": "steps: 0\x07", "type": "x"}, 3]}}
            ),
            RequestRefused,
            "KSampler: steps: 0",
        ),
        (refuses({}, {"a": 1, "b": {"errors": 3}}), RequestRefused, "refuses"),
        (lambda handler: handler.send(b"", status=500), ServiceTrouble, "trouble"),
        (
            lambda handler: handler.send(b"", status=302, Location="http://192.0.2.1/"),
            EngineUnavailable,
            "not follow",
        ),
        (lambda handler: handler.send(b"", status=403), EngineUnavailable, "403"),
        (lambda handler: handler.send(b"<html>"), AnswerRefused, "does not speak like ComfyUI"),
        (lambda handler: handler.send(b"[" * 100_000), AnswerRefused, "does not speak"),
        (lambda handler: handler.send_json({"prompt_id": "../../x"}), AnswerRefused, "no number"),
    ],
)
def test_every_answer_to_a_workflow_has_its_sentence(
    engine: ComfyUIEngine, server: ComfyDouble, route: Route, error: type[PipelineError], words: str
) -> None:
    server.overrides["POST /prompt"] = route
    with pytest.raises(error, match=words) as caught:
        engine.generate(request(), ignore_progress)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"node_type": "KSampler", "exception_message": "shapes differ"}, "at KSampler: shapes differ"),
        ({"exception_type": "torch.OutOfMemoryError", "exception_message": ""}, "out of GPU memory"),
        ({}, "stopped"),
    ],
)
def test_an_error_while_it_draws_is_told(
    engine: ComfyUIEngine, server: ComfyDouble, data: dict[str, Any], words: str, events: bool
) -> None:
    server.fails_with, server.speaks_events = data, events
    with pytest.raises(RunFailed, match=words):
        engine.generate(request(), ignore_progress)


def test_a_run_that_vanishes_is_given_up(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    server.overrides["GET /history"] = lambda handler: handler.send_json({})
    with pytest.raises(RunFailed, match="no longer knows"):
        engine.generate(request(), ignore_progress)


@pytest.mark.parametrize(
    "images",
    [
        None,
        [],
        [{"filename": "../../secret.png", "subfolder": "", "type": "temp"}],
        [{"filename": "a.png", "subfolder": "../..", "type": "temp"}],
        [{"filename": "a.png", "subfolder": "", "type": "input"}],
        [{"filename": 3}],
        ["a.png"],
    ],
)
def test_a_history_without_a_plain_picture_is_refused(
    engine: ComfyUIEngine, server: ComfyDouble, images: Any
) -> None:
    server.overrides["GET /history"] = lambda handler: handler.send_json(
        {handler.path.rsplit("/", 1)[1]: {"outputs": {"picture": {"images": images}}, "status": {}}}
    )
    with pytest.raises(AnswerRefused, match="without a picture"):
        engine.generate(request(), ignore_progress)
    assert not any("/view" in path for _, path, _, _ in server.asked)


@pytest.mark.parametrize("data", [b"", b"<html>", picture_bytes(256, 256), picture_bytes(256, 320)[:300]])
def test_pictures_that_are_none_are_refused(engine: ComfyUIEngine, server: ComfyDouble, data: bytes) -> None:
    server.overrides["GET /view"] = lambda handler: handler.send(data, "image/png")
    with pytest.raises(AnswerRefused):
        engine.generate(request(), ignore_progress)


@pytest.mark.parametrize(
    "told", [{"name": "../x.png"}, {"name": 3}, {"name": "a.png", "subfolder": "../.."}, []]
)
def test_odd_names_of_uploads_are_refused(engine: ComfyUIEngine, server: ComfyDouble, told: Any) -> None:
    server.overrides["POST /upload/image"] = lambda handler: handler.send_json(told)
    inputs = EngineInputs(controls={"pose": picture(1)})
    with pytest.raises(AnswerRefused):
        engine.generate(request(controls=(ControlSpec(kind="pose"),)), ignore_progress, inputs)


def test_a_server_that_is_not_there(engine: ComfyUIEngine) -> None:
    with ComfyDouble() as gone:
        url = gone.url
    engine.allow(url=url)
    with pytest.raises(ComfyUnreachable, match="Start it"):
        engine.generate(request(), ignore_progress)


# --- events that lie ---


@pytest.mark.parametrize(
    "noise",
    [
        frame(b"not json", TEXT),
        frame(b"[" * 50_000, TEXT),
        frame(b'{"type": "progress", "data": {"value": 9, "max": 3}}', TEXT),
        frame(b'{"type": "execution_error", "data": {"prompt_id": "somebody else\'s"}}', TEXT),
        frame(b'{"type": "progress", "data": 3}', TEXT),
        frame(b"\x00\x00\x00\x01\x00\x00\x00\x01no picture", BINARY),
        frame(b"\x00", BINARY),
        frame(b"", CLOSE),
        frame(b"a part without a beginning", 0),
        b"\x81\xff" + b"\x00" * 8,
        b"\x82\x7f" + b"\xff" * 8,
        b"\x89\x05hello" * 20,
    ],
)
def test_noise_on_the_socket_does_not_stop_a_picture(
    engine: ComfyUIEngine, server: ComfyDouble, noise: bytes
) -> None:
    server.before_end = noise
    assert engine.generate(request(), ignore_progress).size == (256, 320)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 101 X\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
        b"x" * 20_000,
        b"",
    ],
)
def test_a_handshake_that_is_none_is_left(server: ComfyDouble, answer: bytes) -> None:
    def speak(handler: Any) -> None:
        handler.wfile.write(answer)
        handler.close_connection = True

    server.overrides["GET /ws"] = speak
    with pytest.raises(EventsClosed), open_events(server.url, "me", 2.0):
        pass


def test_the_socket_may_be_absent_altogether() -> None:
    with pytest.raises(EventsClosed), open_events("http://127.0.0.1:9", "me", 2.0):
        pass


def test_of_several_servers_the_least_busy_draws(server: ComfyDouble) -> None:
    with ComfyDouble() as other:
        server.running, other.pending = ["somebody"], []
        several = ComfyUIEngine()
        several.allow(url=f"http://127.0.0.1:9, {server.url}, {other.url}")  # nobody is at the first
        several.load(PRESET, ignore_progress)
        told: list[str] = []
        assert several.generate(request(), lambda now: told.append(now.stage)).size == (256, 320)
        assert (len(server.graphs), len(other.graphs)) == (0, 1)
        assert "Sending to ComfyUI; no answer at http://127.0.0.1:9" in told
        server.running = []
        several.generate(request(), ignore_progress)
        assert (len(server.graphs), len(other.graphs)) == (1, 1)  # of equal ones the first
    alone = ComfyUIEngine()
    alone.allow(url="http://127.0.0.1:9, http://127.0.0.1:9/comfy")
    alone.load(PRESET, ignore_progress)
    with pytest.raises(ComfyUnreachable, match="None of 2"):
        alone.generate(request(), ignore_progress)


def test_a_server_that_goes_away_is_passed_over(server: ComfyDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    with ComfyDouble() as other:
        upload = ComfyServer.upload

        def leave(asked: ComfyServer, sent: Image.Image) -> str:
            if asked.url == server.url:
                raise ComfyUnreachable
            return upload(asked, sent)

        monkeypatch.setattr(ComfyServer, "upload", leave)
        several = ComfyUIEngine()
        several.allow(url=f"{server.url},{other.url}")
        several.load(PRESET, ignore_progress)
        told: list[str] = []
        inputs = EngineInputs(controls={"pose": picture(1)})
        asked = request(controls=(ControlSpec(kind="pose"),))
        assert several.generate(asked, lambda now: told.append(now.stage), inputs).size == (256, 320)
        assert (len(server.graphs), len(other.graphs)) == (0, 1)
        assert f"Sending to ComfyUI; no answer at {server.url}" in told


def test_the_shipped_preset_draws_with_the_files_it_names(engine: ComfyUIEngine, server: ComfyDouble) -> None:
    preset = PresetShelf().find("comfyui")
    engine.load(preset, ignore_progress)
    pose = ControlSpec(kind="pose", strength=preset.control_strength["pose"], end=preset.control_end["pose"])
    inputs = EngineInputs(controls={"pose": picture(1)})
    assert engine.generate(request(controls=(pose,)), ignore_progress, inputs).size == (256, 320)
