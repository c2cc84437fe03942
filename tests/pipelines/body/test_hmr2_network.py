"""HMR2's network: the published names and shapes, the same numbers as torch's own layers, and its crop and camera."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.body.hmr2_crop import MEAN, SPREAD, CropSquare, cut_crop, place_camera, square_around
from pipelines.body.hmr2_network import Hmr2Config, Hmr2Network, parameter_shapes, rotations_from_six

TINY = Hmr2Config(
    crop_height=64, crop_width=48, width=32, depth=2, heads=4, head_width=24, head_depth=2, head_heads=2,
    head_heads_width=8, head_mlp=40,
)  # fmt: skip


def random_parameters(config: Hmr2Config, seed: int = 3) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: 0.3 * torch.randn(shape, generator=generator)
        for name, shape in parameter_shapes(config).items()
    }


def test_the_whole_network_has_the_published_names_and_shapes() -> None:
    shapes = parameter_shapes(Hmr2Config())
    assert shapes["backbone.pos_embed"] == (1, 193, 1280)
    assert shapes["backbone.patch_embed.proj.weight"] == (1280, 3, 16, 16)
    assert shapes["backbone.blocks.31.attn.qkv.weight"] == (3840, 1280)
    assert shapes["backbone.blocks.0.mlp.fc1.weight"] == (5120, 1280)
    assert shapes["smpl_head.transformer.transformer.layers.5.0.fn.to_qkv.weight"] == (1536, 1024)
    assert shapes["smpl_head.transformer.transformer.layers.5.1.fn.to_kv.weight"] == (1024, 1280)
    assert shapes["smpl_head.transformer.transformer.layers.5.1.fn.to_q.weight"] == (512, 1024)
    assert shapes["smpl_head.transformer.transformer.layers.5.2.fn.net.3.bias"] == (1024,)
    assert shapes["smpl_head.decpose.weight"] == (144, 1024)
    assert (shapes["smpl_head.init_body_pose"], shapes["smpl_head.init_cam"]) == ((1, 144), (1, 3))
    backbone = [name for name in shapes if name.startswith("backbone.")]
    assert (len(backbone), len(shapes) - len(backbone)) == (3 + 32 * 12 + 2, 3 + 6 * 17 + 9)
    # 631 million in the backbone: ViT-H/16
    assert sum(int(np.prod(shapes[name])) for name in backbone) == 630_912_000


def test_the_whole_network_runs_on_the_meta_device() -> None:
    with torch.device("meta"):
        parameters = {name: torch.empty(shape) for name, shape in parameter_shapes(Hmr2Config()).items()}
        said = Hmr2Network(parameters)(torch.empty(2, 3, 256, 192))
    assert said.rotations.shape == (2, 24, 3, 3)
    assert (said.betas.shape, said.camera.shape) == ((2, 10), (2, 3))


def test_parameters_of_another_network_are_refused() -> None:
    parameters = random_parameters(TINY)
    for change in (
        {"smpl_head.deccam.bias": torch.zeros(4)},  # another shape
        {"smpl_head.decpose.extra": torch.zeros(4)},  # a name that nobody knows
    ):
        with pytest.raises(ValueError, match=next(iter(change)).replace(".", r"\.")):
            Hmr2Network(parameters | change, TINY)
    del parameters["backbone.last_norm.bias"]
    with pytest.raises(ValueError, match="last_norm"):
        Hmr2Network(parameters, TINY)


def test_a_tiny_network_says_what_torchs_own_layers_say() -> None:
    parameters, config = random_parameters(TINY), TINY
    crops = torch.randn((2, 3, 64, 48), generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        said = Hmr2Network(parameters, config)(crops)
        tokens = _torchs_backbone(parameters, config, crops)
        token = _torchs_decoder(parameters, config, tokens)
        betas = token @ parameters["smpl_head.decshape.weight"].T + parameters["smpl_head.decshape.bias"]
        torch.testing.assert_close(
            said.betas, betas + parameters["smpl_head.init_betas"], rtol=1e-4, atol=1e-4
        )
        camera = token @ parameters["smpl_head.deccam.weight"].T + parameters["smpl_head.deccam.bias"]
        torch.testing.assert_close(
            said.camera, camera + parameters["smpl_head.init_cam"], rtol=1e-4, atol=1e-4
        )
    identity = torch.eye(3).expand(2, 24, 3, 3)
    torch.testing.assert_close(said.rotations @ said.rotations.mT, identity, rtol=0, atol=1e-5)
    assert torch.allclose(torch.linalg.det(said.rotations), torch.ones(2, 24), atol=1e-5)


def _torchs_backbone(
    parameters: dict[str, torch.Tensor], config: Hmr2Config, crops: torch.Tensor
) -> torch.Tensor:
    """The same by torch.nn's convolution and pre-norm encoder layers."""
    conv = torch.nn.Conv2d(3, config.width, config.patch, config.patch, config.patch_padding)
    conv.weight.data = parameters["backbone.patch_embed.proj.weight"]
    conv.bias.data = parameters["backbone.patch_embed.proj.bias"]
    places = parameters["backbone.pos_embed"]
    tokens = conv(crops).flatten(2).mT + places[:, 1:] + places[:, :1]
    renamed = {
        "self_attn.in_proj_": "attn.qkv.",
        "self_attn.out_proj.": "attn.proj.",
        "linear1.": "mlp.fc1.",
        "linear2.": "mlp.fc2.",
        "norm1.": "norm1.",
        "norm2.": "norm2.",
    }
    for number in range(config.depth):
        layer = torch.nn.TransformerEncoderLayer(
            config.width, config.heads, config.width * config.mlp_factor, 0.0, "gelu", 1e-6,
            batch_first=True, norm_first=True,
        ).train()  # fmt: skip
        layer.load_state_dict(
            {
                theirs + kind: parameters[f"backbone.blocks.{number}.{ours}{kind}"]
                for theirs, ours in renamed.items()
                for kind in ("weight", "bias")
            }
        )
        tokens = layer(tokens)
    return torch.nn.functional.layer_norm(
        tokens,
        (config.width,),
        parameters["backbone.last_norm.weight"],
        parameters["backbone.last_norm.bias"],
        1e-6,
    )


def _torchs_decoder(
    parameters: dict[str, torch.Tensor], config: Hmr2Config, seen: torch.Tensor
) -> torch.Tensor:
    """The query token's way, with attention written out: softmax of products, head by head."""

    def attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        parts = []
        for head in range(config.head_heads):
            part = slice(head * config.head_heads_width, (head + 1) * config.head_heads_width)
            scores = query[..., part] @ key[..., part].mT / config.head_heads_width**0.5
            parts.append(scores.softmax(-1) @ value[..., part])
        return torch.cat(parts, -1)

    def norm(name: str, values: torch.Tensor) -> torch.Tensor:
        centred = values - values.mean(-1, keepdim=True)
        scaled = centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
        return scaled * parameters[name + ".weight"] + parameters[name + ".bias"]

    def linear(name: str, values: torch.Tensor) -> torch.Tensor:
        return values @ parameters[name + ".weight"].T + parameters.get(name + ".bias", torch.zeros(()))

    whole = "smpl_head.transformer"
    token = parameters[f"{whole}.to_token_embedding.bias"] + parameters[f"{whole}.pos_embedding"]
    token = token.expand(len(seen), 1, -1)
    inner = config.head_heads * config.head_heads_width
    for number in range(config.head_depth):
        layer = f"{whole}.transformer.layers.{number}"
        mixed = linear(f"{layer}.0.fn.to_qkv", norm(f"{layer}.0.norm", token)).split(inner, -1)
        token = token + linear(f"{layer}.0.fn.to_out.0", attention(*mixed))
        query = linear(f"{layer}.1.fn.to_q", norm(f"{layer}.1.norm", token))
        read = linear(f"{layer}.1.fn.to_kv", seen).split(inner, -1)
        token = token + linear(f"{layer}.1.fn.to_out.0", attention(query, *read))
        wide = torch.nn.functional.gelu(linear(f"{layer}.2.fn.net.0", norm(f"{layer}.2.norm", token)))
        token = token + linear(f"{layer}.2.fn.net.3", wide)
    return token[:, 0]


def test_six_numbers_are_the_first_two_columns_of_a_rotation() -> None:
    turn = torch.linalg.qr(torch.randn((5, 3, 3), generator=torch.Generator().manual_seed(5)))[0]
    turn = turn * torch.linalg.det(turn)[:, None, None]
    columns = turn[:, :, :2].mT.reshape(5, 6)
    torch.testing.assert_close(rotations_from_six(2.0 * columns), turn, rtol=0, atol=1e-5)
    skewed = columns.clone()
    skewed[:, 3:] += 0.7 * skewed[:, :3]  # the second column is made upright to the first
    torch.testing.assert_close(rotations_from_six(skewed), turn, rtol=0, atol=1e-5)


def test_a_crop_is_the_middle_of_the_square_around_the_person() -> None:
    photo = np.zeros((600, 500, 3), np.uint8)
    photo[100:500, 200:260] = (255, 0, 0)
    square = square_around((200, 100, 60, 400))
    assert square == CropSquare(center_px=(230, 300), side_px=400)
    assert square_around((0, 0, 300, 100)).side_px == 400  # wide people are held by three quarters of it
    crop = cut_crop(photo, square)
    assert (crop.shape, crop.dtype) == ((3, 256, 192), np.float32)
    colors = crop * SPREAD[:, None, None] + MEAN[:, None, None]
    assert colors[:, 128, 96] == pytest.approx([1, 0, 0], abs=1e-3)
    assert colors[:, 128, 10] == pytest.approx([0, 0, 0], abs=1e-3)
    red = np.flatnonzero(colors[0, 128] > 0.5)
    assert (red.min(), red.max()) == (77, 114)  # 60 pixels of 400 are 38 of 256, around column 96


def test_a_crop_outside_of_the_photo_is_black() -> None:
    photo = np.full((40, 40, 3), 255, np.uint8)
    crop = cut_crop(photo, CropSquare(center_px=(500, 500), side_px=50))
    assert crop == pytest.approx(np.broadcast_to((-MEAN / SPREAD)[:, None, None], crop.shape), abs=1e-5)


def test_the_camera_of_the_square_puts_the_body_where_the_square_is() -> None:
    square = CropSquare(center_px=(150.0, 420.0), side_px=300.0)
    camera, place = place_camera(np.array([0.9, 0.05, -0.1]), square, width=500, height=800)
    assert camera.focal_px == pytest.approx(5000 / 256 * 800)
    in_photo = place[:2] / place[2] * camera.focal_px + camera.center_px
    # a weak perspective: half the square's side is 1 / 0.9 metres
    expected = np.array([150.0, 420.0]) + np.array([0.05, -0.1]) * 0.9 * 150
    assert in_photo == pytest.approx(expected, abs=0.01)
