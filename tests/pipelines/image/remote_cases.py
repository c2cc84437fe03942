"""The machines elsewhere under contract: what they draw depends on all that was asked, and on nothing else."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tests.pipelines.image.comfyui_double import ComfyDouble
from tests.pipelines.image.service_double import Route, ServiceDouble, ServiceHandler, picture_bytes


class FaithfulHf(ServiceDouble):
    """A Hugging Face Inference that draws every question as a picture of its own, of the size asked for."""

    @property
    def permission(self) -> dict[str, str]:
        """What the person says to allow it."""
        return {"token": "hf_abcdefgh12345", "url": self.url}

    def route(self, method: str, path: str) -> Route:
        return self.draw

    def draw(self, handler: ServiceHandler) -> None:
        parameters: dict[str, Any] = json.loads(handler.body)["parameters"]
        size = parameters.get("target_size", parameters)
        seed = int(hashlib.sha256(handler.path.encode() + handler.body).hexdigest()[:8], 16)
        handler.send(picture_bytes(size["width"], size["height"], seed=seed), "image/png")


class FaithfulComfy(ComfyDouble):
    """A ComfyUI that has the contract's LoRA."""

    def __init__(self) -> None:
        super().__init__()
        self.files["lora_name"] = {"tiny.safetensors"}

    @property
    def permission(self) -> dict[str, str]:
        """What the person says to allow it."""
        return {"url": self.url}
