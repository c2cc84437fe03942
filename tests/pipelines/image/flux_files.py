"""Miniature single files of FLUX.1 with the names of the published ones, written by the formats' own writers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

PUBLISHED_WIDTH = 3072


def published_names(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The weights of a FluxTransformer2DModel with one block of each kind, as the makers of FLUX.1 lay them out."""

    def both(new: str, old: str) -> dict[str, torch.Tensor]:
        return {f"{new}.{half}": state[f"{old}.{half}"] for half in ("weight", "bias")}

    def joined(new: str, *old: str) -> dict[str, torch.Tensor]:
        return {
            f"{new}.{half}": torch.cat([state[f"{name}.{half}"] for name in old])
            for half in ("weight", "bias")
        }

    double, single = "transformer_blocks.0", "single_transformer_blocks.0"
    tensors = {}
    for new, old in (("time", "timestep"), ("vector", "text"), ("guidance", "guidance")):
        for place, half in (("in", "linear_1"), ("out", "linear_2")):
            if f"time_text_embed.{old}_embedder.{half}.weight" in state:
                tensors |= both(f"{new}_in.{place}_layer", f"time_text_embed.{old}_embedder.{half}")
    tensors |= both("img_in", "x_embedder") | both("txt_in", "context_embedder")
    for stream, norm, names, out, feed in (
        ("img", "norm1", ("to_q", "to_k", "to_v"), "to_out.0", "ff"),
        ("txt", "norm1_context", ("add_q_proj", "add_k_proj", "add_v_proj"), "to_add_out", "ff_context"),
    ):
        new = f"double_blocks.0.{stream}"
        tensors |= both(f"{new}_mod.lin", f"{double}.{norm}.linear")
        tensors |= joined(f"{new}_attn.qkv", *(f"{double}.attn.{name}" for name in names))
        tensors |= both(f"{new}_attn.proj", f"{double}.attn.{out}")
        tensors |= both(f"{new}_mlp.0", f"{double}.{feed}.net.0.proj")
        tensors |= both(f"{new}_mlp.2", f"{double}.{feed}.net.2")
        for what, letter in (("query", "q"), ("key", "k")):
            old = f"norm_{'added_' if stream == 'txt' else ''}{letter}"
            tensors[f"{new}_attn.norm.{what}_norm.scale"] = state[f"{double}.attn.{old}.weight"]
    tensors |= both("single_blocks.0.modulation.lin", f"{single}.norm.linear")
    parts = (*(f"{single}.attn.to_{letter}" for letter in "qkv"), f"{single}.proj_mlp")
    tensors |= joined("single_blocks.0.linear1", *parts) | both(
        "single_blocks.0.linear2", f"{single}.proj_out"
    )
    for what, letter in (("query", "q"), ("key", "k")):
        tensors[f"single_blocks.0.norm.{what}_norm.scale"] = state[f"{single}.attn.norm_{letter}.weight"]
    tensors |= both("final_layer.linear", "proj_out")
    for half in ("weight", "bias"):  # the makers' order is shift, scale
        scale, shift = state[f"norm_out.linear.{half}"].chunk(2)
        tensors[f"final_layer.adaLN_modulation.1.{half}"] = torch.cat([shift, scale])
    return tensors


def write_gguf(file: Path, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """A GGUF as ComfyUI-GGUF makes them: large weights packed, what comes in and goes out and all biases whole; what
    the packed weights mean, by the writer's own package."""
    from gguf import GGMLQuantizationType as Format
    from gguf import GGUFWriter, dequantize, quantize

    file.parent.mkdir(parents=True, exist_ok=True)
    writer = GGUFWriter(str(file), "flux")
    writer.add_quantization_version(2)
    writer.add_file_type(7)
    writer.add_array("studio.test", ["a", "b"])
    meant = {}
    for name, tensor in tensors.items():
        values = tensor.float().numpy()
        if tensor.ndim == 1 or name.startswith(("img_in", "final_layer")):
            kind = Format.F32
        else:
            kind = Format.BF16 if name.startswith("txt_in") else Format.Q8_0
        packed = quantize(values, kind)
        writer.add_tensor(name, packed, raw_dtype=kind)
        meant[name] = torch.from_numpy(np.array(dequantize(packed, kind)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return meant


def write_fp8(file: Path, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """All weights in 8 bits, under the prefix of files that hold the rest too; what they mean."""
    from safetensors.torch import save_file

    file.parent.mkdir(parents=True, exist_ok=True)
    small = {name: tensor.to(torch.float8_e4m3fn) for name, tensor in tensors.items()}
    rest = {"vae.decoder.conv_in.weight": torch.zeros(4, 4)}
    save_file({f"model.diffusion_model.{name}": tensor for name, tensor in small.items()} | rest, file)
    return {name: tensor.float() for name, tensor in small.items()}


@contextmanager
def converter_of_width(width: int) -> Iterator[Any]:
    """The library's converter for a miniature: it splits one layer by the published width, a constant in it."""
    from diffusers.loaders.single_file_utils import (
        convert_flux_transformer_checkpoint_to_diffusers as convert,
    )

    code = convert.__code__
    constants = tuple(width if one == PUBLISHED_WIDTH else one for one in code.co_consts)
    convert.__code__ = code.replace(co_consts=constants)
    try:
        yield convert
    finally:
        convert.__code__ = code
