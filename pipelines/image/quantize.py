"""Weights in 8 or 4 bits: the linear layers of a model packed in place, unpacked one at a time while they are used.

Weight-only, in plain torch, so that it needs no further package and runs wherever torch does. A layer stays a
`torch.nn.Linear` whose weight is computed (torch's parametrization), so LoRA and offloading work on it unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.devices import CPU

if TYPE_CHECKING:
    import torch

LEAST_WEIGHTS = 4096  # smaller layers are not worth it
BLOCK = 64  # weights that share a scale in 4 bits
# What comes in and goes out, at the top of a model: small, and the picture is sensitive to it. Inside a block the
# same names stand for large layers (single_transformer_blocks.N.proj_out of FLUX.1 holds 1.8 billion weights).
KEPT = ("proj_out", "x_embedder", "context_embedder", "time", "norm_out", "final_layer", "lm_head", "vision")
# The 4-bit "normal float": quantiles of a normal distribution scaled to -1..1 (QLoRA, arXiv 2305.14314, appendix E).
NORMAL_FLOAT = (
    -1.0,
    -0.6961928,
    -0.52507305,
    -0.3949175,
    -0.28444138,
    -0.18477343,
    -0.09105004,
    0.0,
    0.0795803,
    0.1609302,
    0.2461123,
    0.33791524,
    0.44070983,
    0.562617,
    0.72295684,
    1.0,
)


def quantize(model: Any, bits: int, device: Any) -> int:
    """Pack the large linear layers of a model into 8 or 4 bits, each on `device`; how many were packed."""
    from torch import nn
    from torch.nn.utils.parametrize import register_parametrization

    packing = _packings()[bits]
    count = 0
    for name, layer in list(model.named_modules()):
        if not is_packed(name, layer, bits):
            continue
        weight = layer.weight.detach().to(device)
        layer.weight = nn.Parameter(weight, requires_grad=False)
        register_parametrization(layer, "weight", packing(weight), unsafe=True)
        count += 1
    return count


def is_packed(name: str, layer: Any, bits: int) -> bool:
    """Whether `quantize` packs the layer of that name: a large linear one that is not among KEPT."""
    from torch import nn

    if not isinstance(layer, nn.Linear) or layer.weight.numel() < LEAST_WEIGHTS:
        return False
    top = name.split(".")[0]
    return not any(word in top for word in KEPT) and not (bits == 4 and layer.weight.numel() % BLOCK)


def packed_bytes(model: Any, *, on_card: bool = False) -> int:
    """Bytes of a model's weights as they lie in memory; `on_card`: only those that lie on an accelerator."""
    tensors = [*model.parameters(), *model.buffers()]
    return sum(
        tensor.numel() * tensor.element_size()
        for tensor in tensors
        if not (on_card and tensor.device.type == CPU)
    )


def _packings() -> dict[int, Any]:
    """The two ways of packing, by bits. Made here because torch is imported only when an engine is opened."""
    import torch
    from torch import nn

    class EightBit(nn.Module):
        """One scale a row: weight = packed * scale."""

        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.dtype = weight.dtype

        def right_inverse(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            scale = (weight.abs().amax(dim=1, keepdim=True).float() / 127).clamp_min(1e-12).to(weight.dtype)
            packed = (weight.float() / scale.float()).round().clamp(-127, 127)
            return packed.to(torch.int8), scale

        def forward(self, packed: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
            return packed.to(self.dtype) * scale.to(self.dtype)

    class FourBit(nn.Module):
        """One scale a block of 64, two weights a byte, each an index into NORMAL_FLOAT."""

        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.shape, self.dtype = weight.shape, weight.dtype
            self.register_buffer(
                "levels",
                torch.tensor(NORMAL_FLOAT, dtype=weight.dtype, device=weight.device),
                persistent=False,
            )

        def right_inverse(self, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            blocks = weight.reshape(-1, BLOCK).float()
            scale = blocks.abs().amax(dim=1, keepdim=True).clamp_min(1e-12).to(weight.dtype)
            levels = torch.tensor(NORMAL_FLOAT, device=weight.device)
            middles = (levels[1:] + levels[:-1]) / 2
            index = torch.bucketize(blocks / scale.float(), middles).to(torch.uint8).reshape(-1, 2)
            return index[:, 0] << 4 | index[:, 1], scale

        def forward(self, packed: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
            index = torch.stack((packed >> 4, packed & 15), dim=1)
            blocks = self.levels.to(self.dtype)[index.int()].reshape(-1, BLOCK)
            return (blocks * scale.to(self.dtype)).reshape(self.shape)

    return {8: EightBit, 4: FourBit}
