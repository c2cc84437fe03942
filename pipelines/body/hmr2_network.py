"""HMR2's network in plain torch: a crop of a person to SMPL's rotations, betas and a camera.

After Goel et al., "Humans in 4D: Reconstructing and Tracking Humans with Transformers" (ICCV 2023): a vision
transformer (ViT-H/16, Dosovitskiy et al. 2021) sees the crop; one query token reads its tokens through six layers of
self-attention, cross-attention and a feed-forward net; three linear layers say what is added to the mean person. The
names and shapes of the parameters are those of the published checkpoint; `parameter_shapes` lists them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # torch takes seconds: it is imported when a network runs
    from torch import Tensor

VIT_NORM_EPSILON, HEAD_NORM_EPSILON = 1e-6, 1e-5
NUMBERS_A_ROTATION = 6  # Zhou et al., "On the continuity of rotation representations" (CVPR 2019)
CAMERA_NUMBERS = 3  # scale, x and y of a weak perspective over the crop


@dataclass(frozen=True, slots=True, kw_only=True)
class Hmr2Config:
    """The sizes of a network; as they are here, those of the published one."""

    crop_height: int = 256
    crop_width: int = 192
    patch: int = 16
    patch_padding: int = 2
    width: int = 1280
    depth: int = 32
    heads: int = 16
    mlp_factor: int = 4
    head_width: int = 1024
    head_depth: int = 6
    head_heads: int = 8
    head_heads_width: int = 64  # of one head
    head_mlp: int = 1024
    rotations: int = 24
    betas: int = 10

    @property
    def tokens(self) -> int:
        """How many patches of the crop the backbone sees."""
        padded = (side + 2 * self.patch_padding for side in (self.crop_height, self.crop_width))
        rows, columns = ((side - self.patch) // self.patch + 1 for side in padded)
        return rows * columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hmr2Output:
    """What the network says of N crops: rotations (N, 24, 3, 3), each relative to its parent's, the first the whole
    body's in the camera's frame; betas (N, 10); camera (N, 3): scale, x, y."""

    rotations: Tensor
    betas: Tensor
    camera: Tensor


def parameter_shapes(config: Hmr2Config) -> dict[str, tuple[int, ...]]:
    """Every parameter's name and shape, as the published checkpoint has them."""
    shapes = _backbone_shapes(config)
    width, inner = config.head_width, config.head_heads * config.head_heads_width
    decoder = "smpl_head.transformer"
    shapes |= _linear(f"{decoder}.to_token_embedding", 1, width)
    shapes[f"{decoder}.pos_embedding"] = (1, 1, width)
    for number in range(config.head_depth):
        layer = f"{decoder}.transformer.layers.{number}"
        for part in range(3):
            shapes |= _norm(f"{layer}.{part}.norm", width)
        shapes[f"{layer}.0.fn.to_qkv.weight"] = (3 * inner, width)
        shapes[f"{layer}.1.fn.to_kv.weight"] = (2 * inner, config.width)
        shapes[f"{layer}.1.fn.to_q.weight"] = (inner, width)
        for part in range(2):
            shapes |= _linear(f"{layer}.{part}.fn.to_out.0", inner, width)
        shapes |= _linear(f"{layer}.2.fn.net.0", width, config.head_mlp)
        shapes |= _linear(f"{layer}.2.fn.net.3", config.head_mlp, width)
    pose = NUMBERS_A_ROTATION * config.rotations
    for said, mean, size in (
        ("decpose", "init_body_pose", pose),
        ("decshape", "init_betas", config.betas),
        ("deccam", "init_cam", CAMERA_NUMBERS),
    ):
        shapes |= _linear(f"smpl_head.{said}", width, size)
        shapes[f"smpl_head.{mean}"] = (1, size)
    return shapes


class Hmr2Network:
    """The network over its parameters, by name. Nothing is trained: call it under `torch.inference_mode`."""

    def __init__(self, parameters: Mapping[str, Tensor], config: Hmr2Config | None = None) -> None:
        """Raises ValueError where a name is missing or unknown, or a shape is not what it has to be."""
        self.config = config or Hmr2Config()
        wanted = parameter_shapes(self.config)
        given = {name: tuple(values.shape) for name, values in parameters.items()}
        wrong = sorted(name for name in wanted.keys() | given.keys() if wanted.get(name) != given.get(name))
        if wrong:
            raise ValueError(f"{len(wrong)} parameters are not the network's own, the first: {wrong[0]}")
        self._parameters = parameters

    def __call__(self, crops: Tensor) -> Hmr2Output:
        """crops (N, 3, 256, 192): normalised as in `pipelines.body.hmr2_crop`."""
        seen = self._read_crop(crops)
        token = self._ask(seen)
        pose = self._apply("smpl_head.decpose", token) + self._parameters["smpl_head.init_body_pose"]
        return Hmr2Output(
            rotations=rotations_from_six(pose.reshape(len(pose), -1, NUMBERS_A_ROTATION)),
            betas=self._apply("smpl_head.decshape", token) + self._parameters["smpl_head.init_betas"],
            camera=self._apply("smpl_head.deccam", token) + self._parameters["smpl_head.init_cam"],
        )

    def _read_crop(self, crops: Tensor) -> Tensor:
        """(N, tokens, width): what the backbone says of each patch."""
        from torch.nn import functional

        config, weights = self.config, self._parameters
        patches = functional.conv2d(
            crops,
            weights["backbone.patch_embed.proj.weight"],
            weights["backbone.patch_embed.proj.bias"],
            stride=config.patch,
            padding=config.patch_padding,
        )
        places = weights["backbone.pos_embed"]  # the first is of a class token that is not there: all get it
        tokens = patches.flatten(2).transpose(1, 2) + places[:, 1:] + places[:, :1]
        for number in range(config.depth):
            block = f"backbone.blocks.{number}"
            mixed = self._apply(f"{block}.attn.qkv", self._norm(f"{block}.norm1", tokens))
            attended = _attend(*mixed.chunk(3, dim=-1), heads=config.heads)
            tokens = tokens + self._apply(f"{block}.attn.proj", attended)
            widened = self._apply(f"{block}.mlp.fc1", self._norm(f"{block}.norm2", tokens))
            tokens = tokens + self._apply(f"{block}.mlp.fc2", functional.gelu(widened))
        return self._norm("backbone.last_norm", tokens)

    def _ask(self, seen: Tensor) -> Tensor:
        """(N, head width): one query token after it has read what was seen (N, tokens, width)."""
        from torch.nn import functional

        heads, decoder = self.config.head_heads, "smpl_head.transformer"
        empty = seen.new_zeros(len(seen), 1, 1)
        token = (
            self._apply(f"{decoder}.to_token_embedding", empty) + self._parameters[f"{decoder}.pos_embedding"]
        )
        for number in range(self.config.head_depth):
            own, across, forward = (f"{decoder}.transformer.layers.{number}.{part}" for part in range(3))
            mixed = self._apply(f"{own}.fn.to_qkv", self._norm(f"{own}.norm", token))
            attended = _attend(*mixed.chunk(3, dim=-1), heads=heads)
            token = self._apply(f"{own}.fn.to_out.0", attended) + token
            query = self._apply(f"{across}.fn.to_q", self._norm(f"{across}.norm", token))
            read = self._apply(f"{across}.fn.to_kv", seen).chunk(2, dim=-1)
            token = self._apply(f"{across}.fn.to_out.0", _attend(query, *read, heads=heads)) + token
            widened = self._apply(f"{forward}.fn.net.0", self._norm(f"{forward}.norm", token))
            token = self._apply(f"{forward}.fn.net.3", functional.gelu(widened)) + token
        return token[:, 0]

    def _apply(self, name: str, values: Tensor) -> Tensor:
        """A linear layer, with its bias where it has one."""
        from torch.nn import functional

        return functional.linear(
            values, self._parameters[f"{name}.weight"], self._parameters.get(f"{name}.bias")
        )

    def _norm(self, name: str, values: Tensor) -> Tensor:
        from torch.nn import functional

        return functional.layer_norm(
            values,
            values.shape[-1:],
            self._parameters[f"{name}.weight"],
            self._parameters[f"{name}.bias"],
            VIT_NORM_EPSILON if name.startswith("backbone.") else HEAD_NORM_EPSILON,
        )


def rotations_from_six(numbers: Tensor) -> Tensor:
    """Rotation matrices (…, 3, 3) of six numbers each (…, 6): the first two columns, made upright to one another."""
    import torch
    from torch.nn import functional

    columns = numbers.reshape(*numbers.shape[:-1], 2, 3)
    first = functional.normalize(columns[..., 0, :], dim=-1)
    second = columns[..., 1, :]
    second = functional.normalize(second - (first * second).sum(-1, keepdim=True) * first, dim=-1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=-1)


def _attend(query: Tensor, key: Tensor, value: Tensor, *, heads: int) -> Tensor:
    """Scaled dot-product attention (N, tokens, width) with so many heads side by side in the width."""
    from torch.nn import functional

    split = (one.unflatten(-1, (heads, -1)).transpose(1, 2) for one in (query, key, value))
    return functional.scaled_dot_product_attention(*split).transpose(1, 2).flatten(2)


def _backbone_shapes(config: Hmr2Config) -> dict[str, tuple[int, ...]]:
    width = config.width
    shapes: dict[str, tuple[int, ...]] = {
        "backbone.pos_embed": (1, config.tokens + 1, width),
        "backbone.patch_embed.proj.weight": (width, 3, config.patch, config.patch),
        "backbone.patch_embed.proj.bias": (width,),
    }
    for number in range(config.depth):
        block = f"backbone.blocks.{number}"
        shapes |= _norm(f"{block}.norm1", width) | _norm(f"{block}.norm2", width)
        shapes |= _linear(f"{block}.attn.qkv", width, 3 * width)
        shapes |= _linear(f"{block}.attn.proj", width, width)
        shapes |= _linear(f"{block}.mlp.fc1", width, config.mlp_factor * width)
        shapes |= _linear(f"{block}.mlp.fc2", config.mlp_factor * width, width)
    return shapes | _norm("backbone.last_norm", width)


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}
