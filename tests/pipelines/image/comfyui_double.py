"""A ComfyUI on this machine that speaks the routes and events its own documentation names, and runs no model.

It checks a workflow as ComfyUI does (unknown nodes, model files that are not in its folders, links that lead
nowhere), and its picture depends on every input of every node that the picture hangs on.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import threading
import time
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.pipelines.image.service_double import Route, ServiceDouble, ServiceHandler, picture_bytes

NODES = {
    "UNETLoader", "DualCLIPLoader", "VAELoader", "LoraLoaderModelOnly", "CLIPTextEncode", "FluxGuidance",
    "ControlNetLoader", "SetUnionControlNetType", "ControlNetApplyAdvanced", "LoadImage", "VAEEncode",
    "ReferenceLatent", "EmptySD3LatentImage", "KSampler", "VAEDecode", "PreviewImage",
}  # fmt: skip
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


def frame(payload: bytes, kind: int, final: bool = True) -> bytes:
    """One frame as a server sends it."""
    head = bytes([(0x80 if final else 0) | kind])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    if len(payload) < 65536:
        return head + b"\x7e" + struct.pack(">H", len(payload)) + payload
    return head + b"\x7f" + struct.pack(">Q", len(payload)) + payload


class ComfyDouble(ServiceDouble):
    """One run at a time, on a thread of its own, as long as `steps_s` a step."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes = set(NODES)
        self.files = {
            "unet_name": {"flux1-dev.safetensors"},
            "clip_name1": {"t5xxl_fp16.safetensors"},
            "clip_name2": {"clip_l.safetensors"},
            "vae_name": {"ae.safetensors"},
            "control_net_name": {"FLUX.1-dev-ControlNet-Union-Pro-2.0.safetensors"},
            "lora_name": {"ink.safetensors"},
        }
        self.uploads: dict[str, bytes] = {}
        self.graphs: dict[str, Any] = {}
        self.history: dict[str, Any] = {}
        self.pictures: dict[str, bytes] = {}
        self.running: list[str] = []
        self.pending: list[str] = []
        self.interrupted: list[str] = []
        self.previewed: set[str] = set()  # started without a preview method: only those that ask get pictures
        self.sockets: dict[str, Any] = {}
        self.overrides: dict[str, Route] = {}  # "POST /prompt" -> who answers instead
        self.step_s = 0.0
        self.speaks_events = True
        self.fails_with: dict[str, Any] | None = None
        self.keep_in_queue = False
        self.before_end: bytes = b""  # raw bytes sent on the socket in the middle of a run
        self._stop: set[str] = set()

    def route(self, method: str, path: str) -> Route:
        plain = urlsplit(path).path
        for pattern, route in self.overrides.items():
            if f"{method} {plain}".startswith(pattern):
                return route
        name = re.sub(
            r"\W+", "_", f"{method} {'/'.join(plain.split('/')[: 3 if 'upload' in plain else 2])}"
        ).lower()
        return getattr(self, name, lambda handler: handler.send(b"", status=404))

    # --- routes ---

    def post_upload_image(self, handler: ServiceHandler) -> None:
        head = f"Content-Type: {handler.headers['Content-Type']}\r\n\r\n".encode()
        parts = {
            part.get_param("name", header="content-disposition"): part
            for part in BytesParser(policy=HTTP).parsebytes(head + handler.body).iter_parts()  # type: ignore[attr-defined]
        }
        folder = parts["subfolder"].get_content().strip()
        name = parts["image"].get_filename()
        self.uploads[f"{folder}/{name}"] = parts["image"].get_payload(decode=True)
        handler.send_json({"name": name, "subfolder": folder, "type": "input"})

    def post_prompt(self, handler: ServiceHandler) -> None:
        asked = json.loads(handler.body)
        refusal = self.refuse(asked["prompt"])
        if refusal:
            return handler.send_json(refusal, 400)
        prompt_id = asked["prompt_id"]
        self.graphs[prompt_id] = asked["prompt"]
        if asked.get("extra_data", {}).get("preview_method") in ("auto", "latent2rgb", "taesd"):
            self.previewed.add(prompt_id)
        self.pending.append(prompt_id)
        handler.send_json({"prompt_id": prompt_id, "number": 1, "node_errors": {}})
        if not self.keep_in_queue:
            threading.Thread(target=self.run, args=(prompt_id, asked["client_id"]), daemon=True).start()
        return None

    def get_history(self, handler: ServiceHandler) -> None:
        prompt_id = handler.path.rsplit("/", 1)[1]
        handler.send_json({prompt_id: self.history[prompt_id]} if prompt_id in self.history else {})

    def post_history(self, handler: ServiceHandler) -> None:
        for prompt_id in json.loads(handler.body)["delete"]:
            self.history.pop(prompt_id, None)
        handler.send(b"")

    def get_queue(self, handler: ServiceHandler) -> None:
        rows = {"queue_running": self.running, "queue_pending": self.pending}
        handler.send_json({key: [[n, i, {}, {}, []] for n, i in enumerate(ids)] for key, ids in rows.items()})

    def post_queue(self, handler: ServiceHandler) -> None:
        gone = json.loads(handler.body)["delete"]
        self.pending = [prompt_id for prompt_id in self.pending if prompt_id not in gone]
        handler.send(b"")

    def post_interrupt(self, handler: ServiceHandler) -> None:
        prompt_id = json.loads(handler.body)["prompt_id"]
        self.interrupted.append(prompt_id)
        self._stop.add(prompt_id)
        handler.send(b"")

    def get_view(self, handler: ServiceHandler) -> None:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(handler.path).query).items()}
        data = self.pictures.get(asked["filename"])
        handler.send(data or b"", "image/png", 200 if data and asked["type"] == "temp" else 404)

    def get_ws(self, handler: ServiceHandler) -> None:
        if not self.speaks_events:
            return handler.send(b"", status=404)
        key = handler.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        handler.send_response(101)
        handler.send_header("Upgrade", "websocket")
        handler.send_header("Connection", "Upgrade")
        handler.send_header(
            "Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        )
        handler.end_headers()
        client_id = parse_qs(urlsplit(handler.path).query)["clientId"][0]
        self.sockets[client_id] = handler.connection
        self.say(client_id, "status", {"status": {"exec_info": {"queue_remaining": 0}}, "sid": client_id})
        handler.connection.settimeout(30)
        while True:  # until the client says goodbye: a masked close frame
            head = handler.rfile.read(2)
            if len(head) < 2 or head[0] & 0x0F == CLOSE:
                break
            assert head[1] & 0x80, "a client must mask"
            handler.rfile.read(4 + (head[1] & 0x7F))
        self.sockets.pop(client_id, None)
        handler.close_connection = True
        return None

    # --- a run ---

    def say(self, client_id: str, kind: str, data: dict[str, Any]) -> None:
        self.send_raw(client_id, frame(json.dumps({"type": kind, "data": data}).encode(), TEXT))

    def send_raw(self, client_id: str, data: bytes) -> None:
        connection = self.sockets.get(client_id)
        if connection is not None:
            try:
                connection.sendall(data)
            except OSError:
                self.sockets.pop(client_id, None)

    def refuse(self, graph: dict[str, Any]) -> dict[str, Any] | None:
        for name, node in graph.items():
            if node["class_type"] not in self.nodes:
                message = f"Node '{node['class_type']}' not found. The custom node may not be installed."
                extra = {"node_id": name, "class_type": node["class_type"], "node_title": name}
                return {
                    "error": {
                        "type": "missing_node_type",
                        "message": message,
                        "details": "",
                        "extra_info": extra,
                    },
                    "node_errors": {},
                }
        wrong = {}
        for name, node in graph.items():
            errors = [
                {
                    "type": "value_not_in_list",
                    "message": "Value not in list",
                    "details": f"{key}: '{value}' not in []",
                    "extra_info": {"input_name": key, "received_value": value},
                }
                for key, value in node["inputs"].items()
                if (key in self.files and value not in self.files[key])
                or (node["class_type"] == "LoadImage" and value not in self.uploads)
            ]
            assert all(value[0] in graph for value in node["inputs"].values() if isinstance(value, list))
            if errors:
                wrong[name] = {
                    "errors": errors,
                    "dependent_outputs": ["picture"],
                    "class_type": node["class_type"],
                }
        if not wrong:
            return None
        told = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
        return {"error": {**told, "details": "", "extra_info": {}}, "node_errors": wrong}

    def run(self, prompt_id: str, client_id: str) -> None:
        graph = self.graphs[prompt_id]
        time.sleep(0.02)
        if prompt_id not in self.pending:
            return None
        self.pending.remove(prompt_id)
        self.running.append(prompt_id)
        self.say(client_id, "execution_start", {"prompt_id": prompt_id})
        for name, node in graph.items():
            self.say(client_id, "executing", {"node": name, "prompt_id": prompt_id})
            if node["class_type"] == "KSampler" and not self.sample(prompt_id, client_id, node):
                return self.end(prompt_id, client_id, "execution_interrupted", {})
        if self.fails_with is not None:
            return self.end(prompt_id, client_id, "execution_error", self.fails_with)
        start = graph["start"]["inputs"]
        seed = int(hashlib.sha256(self.fingerprint(graph, "picture")).hexdigest()[:8], 16)
        filename = f"ComfyUI_temp_{len(self.pictures):05}_.png"
        self.pictures[filename] = picture_bytes(start.get("width", 256), start.get("height", 256), seed=seed)
        picture = {"filename": filename, "subfolder": "", "type": "temp"}
        entry = {
            "outputs": {"picture": {"images": [picture]}},
            "status": {"status_str": "success", "messages": []},
        }
        self.history.setdefault(prompt_id, entry)
        return self.end(prompt_id, client_id, "execution_success", {})

    def sample(self, prompt_id: str, client_id: str, node: dict[str, Any]) -> bool:
        """The steps with their previews; False: it was stopped."""
        total = node["inputs"]["steps"]
        for step in range(1, total + 1):
            time.sleep(self.step_s)
            if prompt_id in self._stop or self.let_go.is_set():
                return False
            told = {"value": step, "max": total, "prompt_id": prompt_id, "node": "sampler"}
            self.say(client_id, "progress", told)
            if prompt_id not in self.previewed:
                continue
            preview = struct.pack(">II", 1, 1) + picture_bytes(64, 64, "JPEG", seed=step)
            data = (
                frame(preview[:100], BINARY, final=False)
                + frame(b"are you there", PING)
                + frame(preview[100:], 0)
            )
            self.send_raw(client_id, data)
            if self.before_end:
                self.send_raw(client_id, self.before_end)
        return True

    def end(self, prompt_id: str, client_id: str, kind: str, data: dict[str, Any]) -> None:
        failed = kind != "execution_success"
        if failed:
            messages = [[kind, {"prompt_id": prompt_id, **data}]]
            status = {"status_str": "error", "completed": False, "messages": messages}
            self.history.setdefault(prompt_id, {"outputs": {}, "status": status})
        self.say(client_id, kind, {"prompt_id": prompt_id, **data})
        self.running.remove(prompt_id)
        self.say(client_id, "executing", {"node": None, "prompt_id": prompt_id})

    def fingerprint(self, graph: dict[str, Any], name: str) -> bytes:
        """A digest of a node, of all that it hangs on, and of the pictures that were uploaded for it."""
        digest = hashlib.sha256(graph[name]["class_type"].encode())
        for key, value in sorted(graph[name]["inputs"].items()):
            digest.update(key.encode())
            digest.update(
                self.fingerprint(graph, value[0]) + bytes([value[1]]) if isinstance(value, list) else b""
            )
            digest.update(repr(value).encode() if not isinstance(value, list) else b"")
            if graph[name]["class_type"] == "LoadImage":
                digest.update(self.uploads[value])
        return digest.digest()
