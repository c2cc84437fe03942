"""ComfyUIEngine: pictures by a ComfyUI server that the person already runs; what is asked leaves this program."""

from __future__ import annotations

import json
import logging
import struct
import time
import uuid
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any, ClassVar

from PIL import Image

from pipelines.errors import EngineUnavailable, PipelineError
from pipelines.image.capabilities import refuse_unsupported
from pipelines.image.comfyui_api import (
    ComfyServer,
    ComfyUnreachable,
    RunFailed,
    explain_failure,
    find_output,
    rank_servers,
)
from pipelines.image.comfyui_events import Events, EventsClosed, open_events
from pipelines.image.comfyui_workflow import SAMPLER, STAGES, Graph, Uploads, build_workflow
from pipelines.image.remote import check_address, open_client, open_picture, shrink_preview
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.network import TICK_S
from pipelines.progress import OnProgress, Progress
from pipelines.types import GenerationRequest

log = logging.getLogger(__name__)

SENDING = "Sending to ComfyUI"
SOCKET_TIMEOUT_S = 10.0
LOOK_EVERY_S = 5.0  # into the queue and the history, in case an event was lost
LOOK_WITHOUT_EVENTS_S = 1.0
LEAVE_WITHIN_S = 10.0
PREVIEW_IMAGE = 1  # the event number of a preview: then the kind of picture (4 bytes), then the picture
PREVIEW_HEAD_BYTES = 8
LOST_AFTER_LOOKS = 3  # neither queued, running nor done
LARGEST_COUNT = 100_000


class ComfyUIEngine:
    """Builds a FLUX workflow from the request, queues it at the person's ComfyUI and fetches the picture.

    Off until `allow` is called with an address. Preset options name that server's model files (see
    comfyui_workflow); `references = true` where its model looks at reference pictures.
    """

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="comfyui",
        title="Your ComfyUI",
        pose="lock",
        identity="weak",
        controls=("pose", "depth", "normal", "edges", "gray"),
        max_references=2,
        loras=True,
        negative_prompt=True,
        starts_from_draft=True,
        references_need="references",
        min_side=256,
        max_side=2048,
        side_multiple=16,
        needs_gpu=False,
        sends_data_out=True,
        consent={"comfyui_url": "url"},
    )

    def __init__(self) -> None:
        self._urls: tuple[str, ...] = ()
        self._preset: EnginePreset | None = None

    def allow(self, *, url: str) -> None:
        """The person agrees that what they ask for is sent to that address, or to one of several with commas between
        them. Raises EngineUnavailable for an odd one."""
        self._urls = tuple(check_address(part, "ComfyUI") for part in url.split(","))

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Remember the preset; nothing is sent. Raises EngineUnavailable until the person has allowed it."""
        if not self._urls:
            raise EngineUnavailable(
                "ComfyUI is off. It sends your prompt and your pictures to the ComfyUI server that you name. To use "
                "it, start ComfyUI and set its address in the settings, for example http://127.0.0.1:8188."
            )
        self._preset = preset

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        """One picture of the asked size.

        1. Upload the control maps, references and the draft.  2. Queue the workflow.  3. Watch it.  4. Fetch.
        Raises RequestRefused, EngineUnavailable and its children, RunFailed, ServiceTrouble, AnswerRefused;
        Cancelled through on_progress, which takes the workflow out of the queue or stops it.
        """
        preset = self._preset
        if preset is None or not self._urls:
            raise EngineUnavailable("ComfyUI is off. Set its address in the settings.")
        refuse_unsupported(self.info, preset, request, inputs)
        watch = _Watch(on_progress, request.steps)
        ranked = list(self._urls) if len(self._urls) == 1 else rank_servers(self._urls, watch.tick)
        silent = [url for url in self._urls if url not in ranked]
        while True:
            url = ranked.pop(0)
            watch.pass_over(silent)
            try:
                return self._draw_at(url, preset, request, inputs, watch)
            except ComfyUnreachable:
                if not ranked:
                    raise
                silent.append(url)

    def _draw_at(
        self, url: str, preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs, watch: _Watch
    ) -> Image.Image:
        """The picture of one server. Raises ComfyUnreachable where it does not answer, or no longer."""
        with ExitStack() as stack:
            server = ComfyServer(url, stack.enter_context(open_client(url)), watch.tick)
            client_id = uuid.uuid4().hex
            uploads = _upload(server, request, inputs)
            lora_files = {use.name: _lora_file(use.name, inputs) for use in request.loras}
            graph = build_workflow(preset, request, uploads, lora_files)
            events: Events | None = None
            with suppress(EventsClosed):  # without events, the history says when it is done
                events = stack.enter_context(open_events(url, client_id, SOCKET_TIMEOUT_S))
            data = _run(server, graph, client_id, events, watch)
        return open_picture(data, request.width, request.height)

    def unload(self) -> None:
        """Forget the preset. The permission stays."""
        self._preset = None


BEFOREHAND = ("Opening ", "Waiting ")  # stages that begin so are no part of drawing


class _Watch:
    """What a person sees of a run: its stage, its steps, the picture in the making."""

    def __init__(self, on_progress: OnProgress, steps: int) -> None:
        self._on_progress = on_progress
        self.now = Progress(stage=SENDING, total=steps, counts=False)

    def tick(self) -> None:
        """May raise Cancelled."""
        self._on_progress(self.now)

    def pass_over(self, silent: Sequence[str]) -> None:
        """Say to which of the person's servers nothing is sent, because they do not answer. May raise Cancelled."""
        said = f"; no answer at {', '.join(silent)}" if silent else ""
        if silent:
            log.warning("ComfyUI does not answer at %s", ", ".join(silent))
        self.now = replace(self.now, stage=SENDING + said, counts=False)
        self.tick()

    def tell(self, stage: str, **changes: Any) -> None:
        """Something changed; steps that are done stay done. May raise Cancelled."""
        self.now = replace(self.now, stage=stage, counts=not stage.startswith(BEFOREHAND), **changes)
        self.tick()


def _upload(server: ComfyServer, request: GenerationRequest, inputs: EngineInputs) -> Uploads:
    size = (request.width, request.height)

    def fit(picture: Image.Image) -> Image.Image:
        rgb = picture.convert("RGB")
        return rgb if rgb.size == size else rgb.resize(size, Image.Resampling.LANCZOS)

    init = [picture for reference, picture in inputs.references if reference.role == "init"]
    start = init[0] if init else inputs.draft
    counts = request.draft_strength is not None and request.draft_strength < 1  # at 1 all of it is changed
    return Uploads(
        controls={
            c.kind: server.upload(fit(inputs.controls[c.kind])) for c in request.controls if c.strength
        },
        references=tuple(
            server.upload(picture) for reference, picture in inputs.references if reference.role != "init"
        ),
        draft=server.upload(fit(start)) if start is not None and counts else "",
    )


def _lora_file(name: str, inputs: EngineInputs) -> str:
    """The file's name in ComfyUI's folder: as it is called here, or the LoRA's own name."""
    return inputs.loras[name].name if name in inputs.loras else f"{name}.safetensors"


def _run(server: ComfyServer, graph: Graph, client_id: str, events: Events | None, watch: _Watch) -> bytes:
    """Queue the workflow, watch it and fetch its picture; leaving early takes it back."""
    prompt_id = str(uuid.uuid4())  # older servers choose another
    fetched = False
    try:
        prompt_id = server.queue(graph, client_id, prompt_id)
        name = find_output(_await_end(server, prompt_id, graph, events, watch))
        data = server.fetch(name)
        fetched = True
    finally:
        if not fetched:
            server.hurry(LEAVE_WITHIN_S).cancel(prompt_id)
    with suppress(PipelineError):  # the picture is here; its trace there is a courtesy
        server.forget(prompt_id)
    return data


def _await_end(
    server: ComfyServer, prompt_id: str, graph: Graph, events: Events | None, watch: _Watch
) -> Any:
    """The finished workflow's history. Raises RunFailed, Cancelled and what the server raises."""
    reader = _EventReader(prompt_id, graph, watch)
    looked_at, lost = 0.0, 0
    while True:
        watch.tick()
        try:
            message = events.next(TICK_S) if events is not None else None
            if message is not None:
                reader.read(message)
        except EventsClosed:
            events = None
        if events is None:
            time.sleep(TICK_S)
        pause_s = LOOK_EVERY_S if events is not None else LOOK_WITHOUT_EVENTS_S
        if reader.ended or time.monotonic() - looked_at >= pause_s:
            entry = server.history(prompt_id)
            if entry is not None:
                return entry
            place = server.place_in_queue(prompt_id)
            if place:
                watch.tell(f"Waiting in ComfyUI's queue ({place} before it)")
            lost = lost + 1 if place is None else 0
            if lost >= LOST_AFTER_LOOKS:
                raise RunFailed(
                    "ComfyUI no longer knows of this picture. It may have been restarted: try again."
                )
            looked_at = time.monotonic()


class _EventReader:
    """Reads the server's events about one workflow."""

    def __init__(self, prompt_id: str, graph: Graph, watch: _Watch) -> None:
        self._prompt_id, self._graph, self._watch = prompt_id, graph, watch
        self.ended = False

    def read(self, message: str | bytes) -> None:
        """One event. Raises RunFailed where it tells of an error; Cancelled through the watch."""
        if isinstance(message, bytes):
            self._read_preview(message)
            return
        try:
            event = json.loads(message)
        except (ValueError, RecursionError):
            return
        data = event.get("data") if isinstance(event, dict) else None
        if not isinstance(data, dict) or data.get("prompt_id") != self._prompt_id:
            return
        kind = event.get("type")
        if kind == "progress":
            self._read_steps(data)
        elif kind == "executing" and data.get("node") is None:
            self.ended = True
        elif kind == "executing":
            node = self._graph.get(str(data["node"]), {})
            self._watch.tell(STAGES.get(node.get("class_type", ""), "Working in ComfyUI"))
        elif kind == "execution_success":
            self.ended = True
        elif kind == "execution_error":
            raise explain_failure(data)
        elif kind == "execution_interrupted":
            raise RunFailed("The run was stopped in ComfyUI. Try again.")

    def _read_steps(self, data: dict[str, Any]) -> None:
        step, total = data.get("value"), data.get("max")
        if data.get("node") not in (SAMPLER, None) or type(step) is not int or type(total) is not int:
            return
        if 0 <= step <= total <= LARGEST_COUNT:
            self._watch.tell(STAGES["KSampler"], step=step, total=total)

    def _read_preview(self, message: bytes) -> None:
        if len(message) <= PREVIEW_HEAD_BYTES or struct.unpack(">I", message[:4])[0] != PREVIEW_IMAGE:
            return
        preview = shrink_preview(message[PREVIEW_HEAD_BYTES:])
        if preview is not None:
            self._watch.tell(self._watch.now.stage, preview=preview)
