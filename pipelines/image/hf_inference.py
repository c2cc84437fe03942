"""HfInferenceEngine: pictures by Hugging Face Inference, with the person's token; what is asked leaves this machine."""

from __future__ import annotations

import base64
import json
import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from PIL import Image

from pipelines.errors import EngineUnavailable, PipelineError, RequestRefused, TokenRefused
from pipelines.image.capabilities import narrow_info, refuse_unsupported
from pipelines.image.remote import (
    MAX_PICTURE_BYTES,
    AnswerRefused,
    ServiceAnswer,
    ServiceTrouble,
    ask,
    check_address,
    open_client,
    open_picture,
    quote,
    to_png,
)
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.network import is_loopback, retry_passing
from pipelines.progress import OnProgress, Progress
from pipelines.types import GenerationRequest

ROUTER = "https://router.huggingface.co/hf-inference"
TOKEN_PAGE = "https://huggingface.co/settings/tokens"
STAGE = "Waiting for Hugging Face Inference"
PAUSES_S = (2.0, 8.0)  # the job itself is tried again later, too
MODEL = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
TOKEN = re.compile(r"[\x21-\x7e]{8,200}")
REFERENCE_SIDE_PX = 1024  # a larger reference would be shrunk there anyway


class AccessRefused(EngineUnavailable):
    """The token is good, but may not do this."""

    code = "access-refused"


class CreditsSpent(EngineUnavailable):
    """Your Hugging Face account has no credits left this month. Add some there, or draw on this machine."""

    code = "credits-spent"


class ModelNotServed(EngineUnavailable):
    """Hugging Face Inference does not serve the model of this preset now. Choose another preset."""

    code = "model-not-served"


class HfInferenceEngine:
    """Sends prompt, size, seed and reference to Hugging Face Inference and checks the picture that comes back.

    Off until `allow` is called with a token. Preset options: `model` (text to picture), `edit_model` (reference and
    text to picture; without it references are refused).
    """

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="hf-inference",
        title="Hugging Face Inference",
        pose="none",
        identity="weak",
        max_references=1,
        references_need="edit_model",
        negative_prompt=True,
        min_side=256,
        max_side=2048,
        side_multiple=16,
        needs_gpu=False,
        sends_data_out=True,
        consent={"hf_inference": "", "hf_token": "token"},
    )

    def __init__(self) -> None:
        self._token, self._url = "", ROUTER
        self._preset: EnginePreset | None = None
        self.pauses_s = PAUSES_S

    def allow(self, *, token: str, url: str = ROUTER) -> None:
        """The person agrees that what they ask for is sent to that service, under their token.

        url: the service's, or that of an inference endpoint of their own. Raises EngineUnavailable, TokenRefused.
        """
        if not TOKEN.fullmatch(token.strip()):
            raise TokenRefused
        address = check_address(url, "Hugging Face Inference")
        parts = urlsplit(address)
        if parts.scheme != "https" and not is_loopback(parts.hostname):
            raise EngineUnavailable(
                "The token would travel unencrypted: the address must begin with https://."
            )
        self._token, self._url = token.strip(), address

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Remember the preset; nothing is sent. Raises EngineUnavailable until the person has allowed it."""
        if not self._token:
            raise EngineUnavailable(
                "Hugging Face Inference is off. It sends your prompt, and your reference picture where you give one, "
                f"to Hugging Face. To use it, switch it on in the settings with a token from {TOKEN_PAGE}."
            )
        _model_of(preset, "model")
        self._preset = preset

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        """One picture of the asked size. What can pass (busy, overloaded, a broken line) is tried again, twice.

        Raises RequestRefused, EngineUnavailable and its children above, ServiceTrouble, AnswerRefused, Cancelled.
        """
        preset = self._preset
        if preset is None or not self._token:
            raise EngineUnavailable("Hugging Face Inference is off. Switch it on in the settings.")
        refuse_unsupported(self.info, preset, request, inputs)
        model = _model_of(preset, "edit_model" if inputs.references else "model")
        asked = _write_question(preset, request, inputs)

        def tick() -> None:
            on_progress(Progress(stage=STAGE))

        headers = {"Authorization": f"Bearer {self._token}", "Accept": "image/png"}
        with open_client(self._url, headers) as client:
            url = f"{self._url}/models/{model}"

            def attempt() -> bytes:
                answer = ask(client, "POST", url, tick, limit=MAX_PICTURE_BYTES, json=asked)
                return _read_picture(answer, model)

            data = retry_passing(attempt, self.pauses_s, tick)
        return open_picture(data, request.width, request.height)

    def unload(self) -> None:
        """Forget the preset. The permission stays."""
        self._preset = None


def _model_of(preset: EnginePreset, option: str) -> str:
    model = preset.options.get(option, "")
    if not isinstance(model, str) or not MODEL.fullmatch(model) or ".." in model:
        raise EngineUnavailable(f"The preset “{preset.name}” names no model (option “{option}”: owner/name).")
    return model


def _write_question(preset: EnginePreset, request: GenerationRequest, inputs: EngineInputs) -> dict[str, Any]:
    """The question in the service's words (its text-to-image and image-to-image tasks)."""
    prompt = " ".join(part for part in (preset.instruction, request.prompt) if part)
    parameters: dict[str, Any] = {
        "num_inference_steps": request.steps,
        "guidance_scale": request.guidance,
        "seed": request.seed,
    }
    if narrow_info(HfInferenceEngine.info, preset).negative_prompt and request.negative_prompt:
        parameters["negative_prompt"] = request.negative_prompt
    size = {"width": request.width, "height": request.height}
    if not inputs.references:
        return {"inputs": prompt, "parameters": {**parameters, **size}}
    _, picture = inputs.references[0]
    small = picture.copy()
    small.thumbnail((REFERENCE_SIDE_PX, REFERENCE_SIDE_PX))
    encoded = base64.b64encode(to_png(small)).decode("ascii")
    return {"inputs": encoded, "parameters": {**parameters, "prompt": prompt, "target_size": size}}


def _read_picture(answer: ServiceAnswer, model: str) -> bytes:
    """The picture's bytes. Raises what the status stands for."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if answer.status == 200:
        if not kind.startswith("image/"):
            raise AnswerRefused
        return answer.body
    raise _refusal(answer, model)


def _refusal(answer: ServiceAnswer, model: str) -> PipelineError:
    status, said = answer.status, _read_words(answer)
    if status == 401:
        return TokenRefused()
    if status == 402:
        return CreditsSpent()
    if status == 403:
        return AccessRefused(
            f"Your token is good, but may not use {model} there. Give it the right to call Inference Providers at "
            f"{TOKEN_PAGE}, and accept the model's terms at https://huggingface.co/{model}."
        )
    if status in (404, 410):
        return ModelNotServed(f"Hugging Face Inference does not serve {model} now. Choose another preset.")
    if status in (408, 425, 429) or status >= 500:
        return ServiceTrouble("Hugging Face Inference is busy or has trouble. Try again in a while.")
    if 300 <= status < 400:
        return EngineUnavailable("Hugging Face Inference sends us to another address; we do not follow.")
    return RequestRefused(
        f"Hugging Face Inference refuses this{f': “{said}”' if said else ''} (status {status}). Change the "
        "prompt, the size or the steps."
    )


def _read_words(answer: ServiceAnswer) -> str:
    """The service's own sentence, where it gave one."""
    try:
        table = json.loads(answer.body[:10_000])
    except (ValueError, RecursionError):
        return ""
    words = table.get("error") if isinstance(table, dict) else ""
    return quote(words[0] if isinstance(words, list) and words else words)
