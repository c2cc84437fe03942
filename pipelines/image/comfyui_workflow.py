"""ComfyUI workflows: from a request and a preset's model files to the graph that ComfyUI takes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.image.sampling import DRAWING_ELSEWHERE
from pipelines.image.spec import EnginePreset
from pipelines.types import ControlKind, GenerationRequest

Node = dict[str, Any]
Graph = dict[str, Node]
Link = tuple[str, int]  # a node's name and the number of its output

OUTPUT = "picture"  # the node whose picture is ours
SAMPLER = "sampler"
TRUE_CFG = "true_cfg"  # option: above 1 the negative prompt counts

# What ComfyUI's union ControlNets call our control kinds.
UNION_TYPES: Mapping[ControlKind, str] = {
    "pose": "openpose",
    "depth": "depth",
    "normal": "normal",
    "edges": "canny/lineart/anime_lineart/mlsd",
    "gray": "auto",  # it has no name for it there
}
# Option of a preset -> the file it names unless the preset says otherwise, as ComfyUI's own guide calls it.
MODEL_FILES: Mapping[str, str] = {
    "unet": "flux1-dev.safetensors",
    "clip_l": "clip_l.safetensors",
    "t5": "t5xxl_fp16.safetensors",
    "vae": "ae.safetensors",
    "controlnet": "FLUX.1-dev-ControlNet-Union-Pro-2.0.safetensors",
}
# ComfyUI's input -> where that file lies in ComfyUI's folder, for the sentence about a missing one.
MODEL_FOLDERS: Mapping[str, str] = {
    "unet_name": "models/diffusion_models",
    "clip_name1": "models/text_encoders",
    "clip_name2": "models/text_encoders",
    "vae_name": "models/vae",
    "control_net_name": "models/controlnet",
    "lora_name": "models/loras",
}
# What a person reads while a node works.
STAGES: Mapping[str, str] = {
    "UNETLoader": "Opening the model in ComfyUI",
    "DualCLIPLoader": "Opening the text encoders in ComfyUI",
    "VAELoader": "Opening the picture decoder in ComfyUI",
    "ControlNetLoader": "Opening the ControlNet in ComfyUI",
    "LoraLoaderModelOnly": "Opening a LoRA in ComfyUI",
    "CLIPTextEncode": "Reading the prompt in ComfyUI",
    "VAEEncode": "Reading the start picture in ComfyUI",
    "KSampler": DRAWING_ELSEWHERE,
    "VAEDecode": "Finishing in ComfyUI",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """The names under which ComfyUI keeps the pictures that belong to a request."""

    controls: Mapping[ControlKind, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    draft: str = ""


def build_workflow(
    preset: EnginePreset, request: GenerationRequest, uploads: Uploads, lora_files: Mapping[str, str]
) -> Graph:
    """The graph of one FLUX picture. lora_files: a LoRA's name -> its file in ComfyUI's folder.

    Text -> guidance -> control maps one after the other -> sampler -> decoder; node names are our own words.
    """
    graph: Graph = {}
    model = _add_models(graph, preset, request, lora_files)
    prompt = " ".join(part for part in (preset.instruction, request.prompt) if part)
    graph["positive"] = node("CLIPTextEncode", clip=("clip", 0), text=prompt)
    graph["negative"] = node("CLIPTextEncode", clip=("clip", 0), text=request.negative_prompt)
    graph["guidance"] = node("FluxGuidance", conditioning=("positive", 0), guidance=request.guidance)
    positive, negative = _add_references(graph, ("guidance", 0), uploads), ("negative", 0)
    positive, negative = _add_controls(graph, preset, request, uploads, positive, negative)
    graph[SAMPLER] = node(
        "KSampler",
        model=model,
        seed=request.seed,
        steps=request.steps,
        cfg=max(1.0, float(preset.options.get(TRUE_CFG, 1.0))),
        sampler_name=str(preset.options.get("sampler", "euler")),
        scheduler=str(preset.options.get("scheduler", "simple")),
        positive=positive,
        negative=negative,
        latent_image=_add_start(graph, request, uploads),
        denoise=1.0 if request.draft_strength is None else float(request.draft_strength),
    )
    graph["decoder"] = node("VAEDecode", samples=(SAMPLER, 0), vae=("vae", 0))
    graph[OUTPUT] = node("PreviewImage", images=("decoder", 0))  # in ComfyUI's folder for passing pictures
    return graph


def node(kind: str, **inputs: Any) -> Node:
    """A node; a link is written as ComfyUI's two-item list."""
    written = {name: list(value) if isinstance(value, tuple) else value for name, value in inputs.items()}
    return {"class_type": kind, "inputs": written}


def model_file(preset: EnginePreset, option: str) -> str:
    """The model file that a preset names."""
    return str(preset.options.get(option, MODEL_FILES[option]))


def _add_models(
    graph: Graph, preset: EnginePreset, request: GenerationRequest, lora_files: Mapping[str, str]
) -> Link:
    """The loaders; the link to the model with its LoRAs."""
    weight_format = str(preset.options.get("weight_dtype", "default"))
    graph["model"] = node("UNETLoader", unet_name=model_file(preset, "unet"), weight_dtype=weight_format)
    graph["clip"] = node(
        "DualCLIPLoader",
        clip_name1=model_file(preset, "t5"),
        clip_name2=model_file(preset, "clip_l"),
        type="flux",
    )
    graph["vae"] = node("VAELoader", vae_name=model_file(preset, "vae"))
    link: Link = ("model", 0)
    for number, use in enumerate(use for use in request.loras if use.weight):
        name = f"lora{number}"
        graph[name] = node(
            "LoraLoaderModelOnly", model=link, lora_name=lora_files[use.name], strength_model=use.weight
        )
        link = (name, 0)
    return link


def _add_references(graph: Graph, link: Link, uploads: Uploads) -> Link:
    """Reference pictures as latents beside the text, for models that look at them (Kontext, FLUX.2)."""
    for number, name in enumerate(uploads.references):
        graph[f"reference{number}"] = node("LoadImage", image=name)
        graph[f"reference{number}_latent"] = node(
            "VAEEncode", pixels=(f"reference{number}", 0), vae=("vae", 0)
        )
        graph[f"reference{number}_seen"] = node(
            "ReferenceLatent", conditioning=link, latent=(f"reference{number}_latent", 0)
        )
        link = (f"reference{number}_seen", 0)
    return link


def _add_controls(
    graph: Graph,
    preset: EnginePreset,
    request: GenerationRequest,
    uploads: Uploads,
    positive: Link,
    negative: Link,
) -> tuple[Link, Link]:
    """One ControlNet for all kinds, applied once for each map."""
    acting = [control for control in request.controls if control.strength]
    if acting:
        graph["controlnet"] = node("ControlNetLoader", control_net_name=model_file(preset, "controlnet"))
    for control in acting:
        net: Link = ("controlnet", 0)
        if preset.options.get("union_type", False):
            graph[f"{control.kind}_net"] = node(
                "SetUnionControlNetType", control_net=net, type=UNION_TYPES[control.kind]
            )
            net = (f"{control.kind}_net", 0)
        graph[f"{control.kind}_map"] = node("LoadImage", image=uploads.controls[control.kind])
        name = f"{control.kind}_control"
        graph[name] = node(
            "ControlNetApplyAdvanced",
            positive=positive,
            negative=negative,
            control_net=net,
            image=(f"{control.kind}_map", 0),
            strength=control.strength,
            start_percent=control.start,
            end_percent=control.end,
            vae=("vae", 0),  # FLUX ControlNets look at latents
        )
        positive, negative = (name, 0), (name, 1)
    return positive, negative


def _add_start(graph: Graph, request: GenerationRequest, uploads: Uploads) -> Link:
    """Where the sampler begins: noise alone, or the draft picture."""
    if uploads.draft:
        graph["draft"] = node("LoadImage", image=uploads.draft)
        graph["start"] = node("VAEEncode", pixels=("draft", 0), vae=("vae", 0))
    else:
        graph["start"] = node("EmptySD3LatentImage", width=request.width, height=request.height, batch_size=1)
    return ("start", 0)
