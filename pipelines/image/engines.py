"""The table of engines, each imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module

from pipelines.errors import UnknownName
from pipelines.image.spec import ImageEngine

ENGINES = {
    "draft": "pipelines.image.draft:DraftEngine",
    "flux1": "pipelines.image.flux1:Flux1Engine",
    "flux1-fill": "pipelines.image.flux1_fill:FillEngine",
    "flux1-kontext": "pipelines.image.flux1_kontext:KontextEngine",
    "flux1-redux": "pipelines.image.flux1_redux:ReduxEngine",
    "flux2-klein": "pipelines.image.flux2_klein:KleinEngine",
    "flux2-klein-kv": "pipelines.image.flux2_klein_kv:KleinKVEngine",
    "qwen-image-edit": "pipelines.image.qwen_edit:QwenEditEngine",
    "z-image": "pipelines.image.z_image:ZImageEngine",
    "hf-inference": "pipelines.image.hf_inference:HfInferenceEngine",
    "comfyui": "pipelines.image.comfyui:ComfyUIEngine",
}


def engine_class(name: str) -> type[ImageEngine]:
    """The class of that engine, imported when first asked for. Raises UnknownName."""
    if name not in ENGINES:
        raise UnknownName(f"There is no engine called “{name}”. Known: {', '.join(ENGINES)}.")
    module, attribute = ENGINES[name].split(":")
    return getattr(import_module(module), attribute)
