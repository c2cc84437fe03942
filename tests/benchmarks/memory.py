"""What each preset needs of memory, computed on torch's meta device: python -m tests.benchmarks.memory

Weights by the published shapes, whole and packed; the largest layer while it is unpacked; the live tensors of one step
of the transformer and of the autoencoder's decode, by a run without numbers. Nothing is allocated.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from pipelines.devices import Device
from pipelines.image.engines import engine_class
from pipelines.image.flux1 import IMAGE_ENCODER_PART
from pipelines.image.loading import ModelPart, PartKey
from pipelines.image.presets import PresetShelf
from pipelines.image.quantize import is_packed, packed_bytes
from pipelines.image.spec import EnginePreset
from pipelines.image.tiers import EIGHT_BIT, FOUR_BIT, FULL, OFFLOAD, QUANTISED
from tests.benchmarks.gpu_models import PRESETS, make_network

META = Device(kind="meta", name="meta", dtype="bfloat16")
UNPACKING_BYTES = {
    EIGHT_BIT: 4,
    FOUR_BIT: 8,
}  # a weight while its layer is unpacked: its copies in this file's tier
GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Bytes of one preset in one tier: on the card (weights, and what unpacking takes), and in the main memory."""

    card: int
    ram: int


@lru_cache(4)
def networks(name: str) -> Mapping[str, Any]:
    """The networks of a preset at their published sizes, without numbers."""
    from pathlib import Path

    preset = PresetShelf().find(name)
    parts = engine_class(preset.engine)().list_parts(preset)  # type: ignore[attr-defined]
    made = {}
    for part in parts:
        if part.network and part != IMAGE_ENCODER_PART:
            made[part.name] = make_network(name, PartKey(part, Path(), (), "", "meta"), META)
    return made


def large(preset: EnginePreset) -> set[str]:
    """The parts that the packed tiers pack."""
    parts: list[ModelPart] = engine_class(preset.engine)().list_parts(preset)  # type: ignore[attr-defined]
    return {part.name for part in parts if part.large}


def compute_needs(preset: EnginePreset, tier: str) -> Needs:
    """What the weights of a preset take in a tier."""
    parts = networks(preset.name)
    whole = {name: packed_bytes(part) for name, part in parts.items()}
    if tier == FULL:
        return Needs(card=sum(whole.values()), ram=max(whole.values()))
    if tier == OFFLOAD:
        drawing = whole["transformer"] + whole.get("controlnet", 0)
        return Needs(card=max(drawing, *whole.values()), ram=sum(whole.values()))
    bits = 8 if tier == EIGHT_BIT else 4
    card, unpacked = 0, 0
    for name, part in parts.items():
        if name not in large(preset):
            card += whole[name]
            continue
        card += _packed_size(preset.name, name, bits)
        layers = [layer for key, layer in part.named_modules() if is_packed(key, layer, bits)]
        unpacked = max(unpacked, *(layer.weight.numel() for layer in layers))
    return Needs(card=card + unpacked * UNPACKING_BYTES[tier], ram=max(whole.values()))


@lru_cache(64)
def _packed_size(preset: str, name: str, bits: int) -> int:
    """Bytes of a part in so many bits: what `quantize` makes of it, counted layer by layer."""
    total = 0
    part = networks(preset)[name]
    packed = {id(layer.weight): layer for key, layer in part.named_modules() if is_packed(key, layer, bits)}
    for tensor in [*part.parameters(), *part.buffers()]:
        if id(tensor) in packed:
            rows = tensor.shape[0] if bits == 8 else tensor.numel() // 64
            total += tensor.numel() * bits // 8 + rows * 2
        else:
            total += tensor.numel() * tensor.element_size()
    return total


class LiveBytes(TorchDispatchMode):
    """The most bytes of tensors that were alive at once while it is on."""

    def __init__(self, network: Any) -> None:
        """network: its own weights do not count."""
        super().__init__()
        self.now = self.peak = 0
        weights = [*network.parameters(), *network.buffers()]
        self._known: set[int] = {tensor.untyped_storage()._cdata for tensor in weights}

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = function(*args, **(kwargs or {}))
        for tensor in made if isinstance(made, tuple | list) else (made,):
            if isinstance(tensor, torch.Tensor):
                self._count(tensor)
        return made

    def _count(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        size = storage.nbytes()
        self._known.add(key)
        self.now += size
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._forget, key, size)

    def _forget(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size


def main() -> None:
    """Print everything."""
    for name in PRESETS:
        preset = PresetShelf().find(name)
        sizes = {part: packed_bytes(network) / GB for part, network in networks(name).items()}
        print(name, {part: round(size, 2) for part, size in sizes.items()})
        for tier in (FULL, OFFLOAD, *QUANTISED):
            needs = compute_needs(preset, tier)
            stated = preset.memory_gb.get(tier, 0)
            print(
                f"  {tier:8} weights {needs.card / GB:5.1f} GB, RAM {needs.ram / GB:5.1f} GB; stated {stated:5.1f}"
            )


if __name__ == "__main__":
    main()
