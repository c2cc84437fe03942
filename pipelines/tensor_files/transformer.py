"""A transformer of FLUX.1 in one file, as people keep it for other programs: safetensors or GGUF, looked at only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Literal, get_args

from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.gguf_header import read_gguf_header
from pipelines.tensor_files.header import HeaderLimits, TensorHeader, read_header

SUFFIXES = (".gguf", ".safetensors")
LIMITS = HeaderLimits()
PREFIX = "model.diffusion_model."  # where text encoders and autoencoder lie in the same file
# Names of the published file flux1-dev.safetensors; a file that lacks one of them is another model's.
NAMES = (
    "img_in.weight",
    "txt_in.weight",
    "time_in.in_layer.weight",
    "vector_in.in_layer.weight",
    "double_blocks.0.img_attn.qkv.weight",
    "single_blocks.0.linear1.weight",
    "final_layer.linear.weight",
)
GUIDANCE = "guidance_in.in_layer.weight"  # [dev] and Kontext have it, [schnell] has not
KONTEXT = "kontext"  # of the same layout as [dev]: only its name tells it
INPUTS = 64  # 16 channels of 2 x 2 latents
FILL_INPUTS = (
    2 * INPUTS + 16 * 16
)  # and the picture around the part, and the part; Depth and Canny take others
Model = Literal["dev", "schnell", "kontext", "fill"]
MODELS = get_args(Model)
OWN_SCALES = ("scaled_fp8", "scale_weight", "weight_scale", "scale_input", "absmax", "quant_state")
WHOLE_FORMATS = ("F32", "F16", "BF16", "F8_E4M3", "F8_E5M2")  # of safetensors: read as they are
SAMPLES, SAMPLE_BYTES = 256, 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformerFacts:
    """What is known of such a file without loading it."""

    model: Model
    weights: int  # how many
    size_bytes: int  # of the transformer's own tensors
    is_packed: bool  # a GGUF, which stays as it is
    fingerprint: str  # 64 hexadecimal digits


def read_transformer(path: Path) -> TransformerFacts:
    """Look at a file; no tensor is loaded. Raises FileRefused: malformed, another model, or numbers that the library
    would read wrongly."""
    is_packed = path.suffix.lower() == ".gguf"
    try:
        real = path.resolve(strict=True)  # in a Hub cache, or beside another program, the name is a link
        header = read_gguf_header(real, LIMITS) if is_packed else read_header(real, LIMITS)
        names = _own_names(header)
        model = _find_model(path, header, names)
        if not is_packed:
            _refuse_own_scales(path.name, header, names)
        fingerprint = _fingerprint(real, header)
    except (OSError, RuntimeError) as error:
        raise FileRefused(f"{path.name} cannot be read.") from error
    spans = [header.spans[name] for name in names.values()]
    return TransformerFacts(
        model=model,
        weights=sum(prod(header.shapes[name]) for name in names.values()),
        size_bytes=sum(stop - start for start, stop in spans),
        is_packed=is_packed,
        fingerprint=fingerprint,
    )


def _own_names(header: TensorHeader) -> dict[str, str]:
    """The transformer's own tensors: name as published -> name in the file."""
    inside = {name.removeprefix(PREFIX): name for name in header.shapes if name.startswith(PREFIX)}
    return inside or {name: name for name in header.shapes}


def _find_model(path: Path, header: TensorHeader, names: dict[str, str]) -> Model:
    if not all(name in names for name in NAMES):
        raise FileRefused(f"{path.name} is no transformer of FLUX.1: it lacks what every one of them has.")
    inputs = header.shapes[names["img_in.weight"]][-1:]
    if inputs == (FILL_INPUTS,):
        return "fill"
    if inputs != (INPUTS,):
        raise FileRefused(
            f"{path.name} is a FLUX.1 for other inputs (Depth or Canny). Only dev, schnell, Kontext and Fill are drawn "
            "with."
        )
    if GUIDANCE not in names:
        return "schnell"
    return "kontext" if KONTEXT in path.stem.lower() else "dev"


def _refuse_own_scales(file: str, header: TensorHeader, names: dict[str, str]) -> None:
    scaled = any(part in OWN_SCALES for name in header.shapes for part in name.split("."))
    if scaled or any(header.formats[name] not in WHOLE_FORMATS for name in names.values()):
        raise FileRefused(
            f"{file} holds weights packed with scales of their own, which would be read wrongly. "
            "Bring a plain fp8 or bf16 file, or a GGUF."
        )


def _fingerprint(path: Path, header: TensorHeader) -> str:
    """SHA-256 of all names, shapes, formats and places, and of 4 KB out of the middle of up to 256 tensors: reading
    all of 12 GB would take a minute, and another training or another packing changes nearly every tensor."""
    rows = sorted(
        (header.spans[name], name, shape, header.formats[name]) for name, shape in header.shapes.items()
    )
    digest = hashlib.sha256(repr((header.file_bytes, rows)).encode())
    places = [row[0] for row in rows]
    with path.open("rb") as stream:
        for start, stop in places[:: -(-len(places) // SAMPLES)]:
            stream.seek(max(start, (start + stop - SAMPLE_BYTES) // 2))
            digest.update(stream.read(min(SAMPLE_BYTES, stop - start)))
    return digest.hexdigest()
