"""ComfyUI's API as its server documents it: upload, queue, watch, fetch, cancel; every answer is checked."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as quote_url
from urllib.parse import urlencode

from PIL import Image

from pipelines.errors import EngineUnavailable, PipelineError, RequestRefused
from pipelines.image.comfyui_workflow import MODEL_FOLDERS, OUTPUT, Graph
from pipelines.image.remote import (
    MAX_PICTURE_BYTES,
    AnswerRefused,
    OnTick,
    ServiceAnswer,
    ServiceTrouble,
    ServiceUnreachable,
    ask,
    open_client,
    quote,
    to_png,
)
from pipelines.network import TICK_S

if TYPE_CHECKING:
    import httpx

MAX_ANSWER_BYTES = 20_000_000  # a queue or a history entry carries whole workflows
UPLOAD_FOLDER = "avatar-studio"
PLAIN_NAME = re.compile(r"[A-Za-z0-9][\w .()-]{0,180}", re.ASCII)
PLAIN_FOLDER = re.compile(r"(?:[A-Za-z0-9_][\w .()-]{0,80}/?){0,4}", re.ASCII)
PROMPT_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
VIEW_TYPES = ("temp", "output")
PREVIEW_METHOD = (
    "auto"  # small pictures of each step, whatever the server was started with; older ones ignore it
)
ASKED_WITHIN_S = 3.0  # how long one of several servers may take to say how busy it is
ENDED_WITHIN_S = 3.0  # how long an interrupted run may take to end, and to be forgotten then


class ComfyUnreachable(ServiceUnreachable):
    """ComfyUI does not answer. Start it, and check its address in the settings."""

    code = "comfyui-unreachable"


class PartsMissing(EngineUnavailable):
    """This ComfyUI lacks something that the workflow needs."""

    code = "comfyui-parts-missing"


class RunFailed(PipelineError):
    """ComfyUI stopped with an error while it drew. Its own window says more."""

    code = "comfyui-run-failed"


@dataclass(frozen=True, slots=True)
class PictureName:
    """Where ComfyUI keeps a picture that it made."""

    filename: str
    subfolder: str
    type: str


class ComfyServer:
    """One ComfyUI server, spoken to by one client; on_tick is asked while an answer is awaited."""

    def __init__(self, url: str, client: httpx.Client, on_tick: OnTick) -> None:
        self.url, self._client, self._on_tick = url, client, on_tick

    def hurry(self, within_s: float) -> ComfyServer:
        """The same server for a last word: whoever asked to stop does not wait longer than that."""
        until = time.monotonic() + within_s

        def tick() -> None:
            if time.monotonic() > until:
                raise ServiceTrouble

        return ComfyServer(self.url, self._client, tick)

    def upload(self, picture: Image.Image) -> str:
        """Hand over a picture, named by its bytes; the name that a LoadImage node takes."""
        data = to_png(picture)
        name = hashlib.sha256(data).hexdigest()[:32] + ".png"
        answer = self._ask(
            "POST",
            "/upload/image",
            files={"image": (name, data, "image/png")},
            data={"overwrite": "true", "subfolder": UPLOAD_FOLDER},
        )
        told = _read_table(answer)
        kept, folder = told.get("name"), told.get("subfolder", "")
        if not _is_plain(kept, PLAIN_NAME) or not _is_plain(folder, PLAIN_FOLDER):
            raise AnswerRefused("ComfyUI did not say under which name it keeps the uploaded picture.")
        return f"{folder}/{kept}" if folder else str(kept)

    def queue(self, graph: Graph, client_id: str, prompt_id: str) -> str:
        """Put a workflow into the queue; its id, the wished one where the server heeds it.

        Raises PartsMissing, RequestRefused with what ComfyUI lacks.
        """
        asked = {
            "prompt": graph,
            "client_id": client_id,
            "prompt_id": prompt_id,
            "extra_data": {"preview_method": PREVIEW_METHOD},
        }
        answer = self._ask("POST", "/prompt", json=asked, refusals=(400,))
        table = _read_table(answer)
        if answer.status == 400:
            raise explain_refusal(table)
        given = table.get("prompt_id")
        if not _is_plain(given, PROMPT_ID):
            raise AnswerRefused("ComfyUI took the workflow but gave it no number.")
        return str(given)

    def history(self, prompt_id: str) -> Mapping[str, Any] | None:
        """What became of a workflow; None while it waits or runs."""
        entry = _read_table(self._ask("GET", f"/history/{quote_url(prompt_id)}")).get(prompt_id)
        return entry if isinstance(entry, dict) else None

    def place_in_queue(self, prompt_id: str) -> int | None:
        """0 while it runs, else how many are before it; None where it is not in the queue."""
        queue = _read_table(self._ask("GET", "/queue"))
        running, pending = _ids(queue.get("queue_running")), _ids(queue.get("queue_pending"))
        if prompt_id in running:
            return 0
        return len(running) + pending.index(prompt_id) if prompt_id in pending else None

    def count_waiting(self) -> int:
        """How many workflows run and wait there."""
        queue = _read_table(self._ask("GET", "/queue"))
        return len(_ids(queue.get("queue_running"))) + len(_ids(queue.get("queue_pending")))

    def fetch(self, name: PictureName) -> bytes:
        """The bytes of a picture that it made."""
        asked = {"filename": name.filename, "subfolder": name.subfolder, "type": name.type}
        return self._ask("GET", f"/view?{urlencode(asked)}", limit=MAX_PICTURE_BYTES).body

    def forget(self, prompt_id: str) -> None:
        """Take a finished workflow, and with it the prompt, out of its history."""
        self._ask("POST", "/history", json={"delete": [prompt_id]})

    def cancel(self, prompt_id: str) -> None:
        """Take it out of the queue, stop it where it runs, and out of the history. Somebody else's run is not
        touched."""
        with suppress(PipelineError):  # we are leaving anyway
            self._ask("POST", "/queue", json={"delete": [prompt_id]})
            if self.place_in_queue(prompt_id) == 0:
                # Newer servers stop that run only; older ones stop the one at work, which was ours just now.
                self._ask("POST", "/interrupt", json={"prompt_id": prompt_id}, refusals=(404,))
                until = time.monotonic() + ENDED_WITHIN_S
                while self.history(prompt_id) is None and time.monotonic() < until:
                    time.sleep(TICK_S)
            self.forget(prompt_id)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        limit: int = MAX_ANSWER_BYTES,
        refusals: tuple[int, ...] = (),
        **content: Any,
    ) -> ServiceAnswer:
        try:
            answer = ask(self._client, method, self.url + path, self._on_tick, limit=limit, **content)
        except ServiceUnreachable as error:
            raise ComfyUnreachable(
                f"ComfyUI does not answer at {self.url}. Start it, or correct its address."
            ) from error
        if answer.status == 200 or answer.status in refusals:
            return answer
        if answer.status >= 500 or answer.status == 429:
            raise ServiceTrouble("ComfyUI has trouble. Look at its own window, then try again.")
        if 300 <= answer.status < 400:
            raise EngineUnavailable("What answers there sends us to another address; we do not follow.")
        raise EngineUnavailable(
            f"What answers at {self.url} is no ComfyUI that we may use (status {answer.status} for "
            f"{path.split('?')[0]})."
        )


def rank_servers(urls: Sequence[str], on_tick: OnTick) -> list[str]:
    """Those of several servers that answer within ASKED_WITHIN_S, the one with the shortest queue first; of equal ones
    the first. Raises ComfyUnreachable where none answers, Cancelled through on_tick."""
    waiting: dict[str, int] = {}
    for url in urls:
        on_tick()
        with suppress(PipelineError), open_client(url) as client:
            waiting[url] = ComfyServer(url, client, on_tick).hurry(ASKED_WITHIN_S).count_waiting()
    if not waiting:
        raise ComfyUnreachable(
            f"None of {len(urls)} ComfyUI servers answers. Start one, or correct the addresses."
        )
    return sorted(waiting, key=lambda url: waiting[url])


def find_output(entry: Mapping[str, Any]) -> PictureName:
    """The picture in a finished workflow's history. Raises RunFailed, AnswerRefused."""
    status = entry.get("status")
    if isinstance(status, dict) and status.get("status_str") == "error":
        raise explain_failure(_last_error(status.get("messages")))
    outputs = entry.get("outputs")
    ours = outputs.get(OUTPUT) if isinstance(outputs, dict) else None
    images = ours.get("images") if isinstance(ours, dict) else None
    first = images[0] if isinstance(images, list) and images and isinstance(images[0], dict) else {}
    filename, folder, kind = first.get("filename"), first.get("subfolder", ""), first.get("type")
    if not _is_plain(filename, PLAIN_NAME) or not _is_plain(folder, PLAIN_FOLDER) or kind not in VIEW_TYPES:
        raise AnswerRefused("ComfyUI finished without a picture.")
    return PictureName(str(filename), str(folder), str(kind))


def explain_failure(data: Any) -> PipelineError:
    """The error for an `execution_error` message, or for none."""
    if not isinstance(data, dict):
        return RunFailed()
    words = quote(data.get("exception_message"))
    if "out of memory" in words.lower() or "OutOfMemory" in str(data.get("exception_type")):
        return RunFailed("ComfyUI ran out of GPU memory. Choose a smaller size, or a smaller model there.")
    where = quote(data.get("node_type"))
    return RunFailed(f"ComfyUI stopped{f' at {where}' if where else ''}{f': {words}' if words else '.'}")


def explain_refusal(table: Mapping[str, Any]) -> PipelineError:
    """What a refused workflow lacks: nodes, model files, or a value that this ComfyUI does not take."""
    error = table.get("error")
    facts = error if isinstance(error, dict) else {}
    extra = facts.get("extra_info")
    kind = quote(extra.get("class_type")) if isinstance(extra, dict) else ""
    if not kind:
        found = re.search(r"node ['\"]?(\w+)['\"]? (?:does not exist|not found)", str(facts.get("message")))
        kind = found[1] if found else ""
    if kind:
        return PartsMissing(f"This ComfyUI has no node “{kind}”. Update ComfyUI, then try again.")
    missing, others = _read_node_errors(table.get("node_errors"))
    if missing:
        return PartsMissing(
            f"This ComfyUI lacks {', '.join(missing)}. Put it there, or name another in the preset."
        )
    said = "; ".join(others) or quote(facts.get("message")) or quote(error)
    return RequestRefused(f"ComfyUI refuses the workflow{f': {said}' if said else ''}.")


def _read_node_errors(nodes: Any) -> tuple[list[str], list[str]]:
    """Model files that are not there, and other complaints, each once."""
    missing: dict[str, None] = {}
    others: dict[str, None] = {}
    for complaint in nodes.values() if isinstance(nodes, dict) else ():
        errors = complaint.get("errors") if isinstance(complaint, dict) else None
        for error in errors if isinstance(errors, list) else ():
            if not isinstance(error, dict):
                continue
            extra = error.get("extra_info")
            told = extra if isinstance(extra, dict) else {}
            folder = MODEL_FOLDERS.get(str(told.get("input_name")))
            if error.get("type") == "value_not_in_list" and folder:
                missing[f"“{quote(told.get('received_value'))}” in its folder {folder}"] = None
            else:
                words = quote(error.get("details")) or quote(error.get("message"))
                others[f"{quote(complaint.get('class_type'))}: {words}"] = None
    return list(missing), list(others)[:3]


def _last_error(messages: Any) -> Any:
    for message in reversed(messages) if isinstance(messages, list) else ():
        if isinstance(message, list) and len(message) == 2 and message[0] == "execution_error":
            return message[1]
    return None


def _ids(rows: Any) -> list[str]:
    """The workflow ids of a queue's rows: [number, id, …]."""
    rows = rows if isinstance(rows, list) else []
    return [row[1] for row in rows if isinstance(row, list) and len(row) > 1 and isinstance(row[1], str)]


def _is_plain(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and bool(pattern.fullmatch(value)) and ".." not in value


def _read_table(answer: ServiceAnswer) -> dict[str, Any]:
    try:
        table = json.loads(answer.body)
    except (ValueError, RecursionError):
        table = None
    if not isinstance(table, dict):
        raise AnswerRefused("What answers there does not speak like ComfyUI. Check the address.")
    return table
