"""Networks of the published sizes with random weights, in place of the published weights, for measuring a card."""

from __future__ import annotations

from typing import Any

from pipelines.devices import CPU, Device, torch_dtype
from pipelines.image.loading import PartKey
from pipelines.image.tiers import OFFLOAD
from tests.pipelines.image.tiny_repos import make_qwen_vl_tokenizer, number_markers

PRESETS = (
    "klein-4b",
    "klein-4b-depth",
    "z-image-turbo-pose",
    "flux1-dev-union",
    "flux1-schnell",
    "flux1-schnell-pose",
    "klein-9b",
    "klein-9b-kv",
    "flux1-kontext",
    "flux1-fill",
    "flux1-redux",
    "qwen-image-edit",
    "qwen-image-edit-lightning",
)
FLUX_VAE = {
    "latent_channels": 16,
    "block_out_channels": (128, 256, 512, 512),
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "layers_per_block": 2,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
    "scaling_factor": 0.3611,
    "shift_factor": 0.1159,
}
# The sizes that make 7.8, 18.2, 12.3, 23.8 and 4.3 GB in bf16, as the published files have.
KLEIN = {
    "klein-4b": {
        "num_layers": 5,
        "num_single_layers": 20,
        "num_attention_heads": 24,
        "joint_attention_dim": 7680,
    },
    "klein-9b": {
        "num_layers": 8,
        "num_single_layers": 24,
        "num_attention_heads": 32,
        "joint_attention_dim": 12288,
    },
}
QWEN = {
    "klein-4b": {"hidden_size": 2560, "intermediate_size": 9728, "tie_word_embeddings": True},
    "klein-9b": {"hidden_size": 4096, "intermediate_size": 12288, "tie_word_embeddings": False},
}
KLEIN["klein-9b-kv"], QWEN["klein-9b-kv"] = KLEIN["klein-9b"], QWEN["klein-9b"]
KLEIN["klein-4b-depth"], QWEN["klein-4b-depth"] = KLEIN["klein-4b"], QWEN["klein-4b"]
QWEN["z-image-turbo-pose"] = QWEN["klein-4b"]
QWEN_EDIT = ("qwen-image-edit", "qwen-image-edit-lightning")


def make_network(preset: str, key: PartKey, device: Device) -> Any:
    """One part of a preset at its published size, on the card, or beside it where the tier offloads."""
    import torch

    place = CPU if key.tier == OFFLOAD else device.kind
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch_dtype(device))
    try:
        with torch.device(place):
            network = _build(preset, key.part.name)
    finally:
        torch.set_default_dtype(before)
    for name, parameter in network.named_parameters():
        if "pad_token" in name:  # allocated by the library without being written
            parameter.data.normal_(std=0.02)
    return network


def _build(preset: str, name: str) -> Any:
    import diffusers
    import transformers
    from diffusers.pipelines.flux import modeling_flux

    if preset in QWEN_EDIT:
        return _qwen_edit(name)
    if name == "transformer":
        if preset in KLEIN:
            return diffusers.Flux2Transformer2DModel(**KLEIN[preset], guidance_embeds=False)
        if preset == "z-image-turbo-pose":
            return diffusers.ZImageTransformer2DModel()
        if preset == "flux1-fill":  # sees the picture's tokens and 16 x 16 of the mask beside its own
            return diffusers.FluxTransformer2DModel(
                in_channels=64 + 64 + 16 * 16, out_channels=64, guidance_embeds=True
            )
        return diffusers.FluxTransformer2DModel(
            guidance_embeds=preset in ("flux1-dev-union", "flux1-redux", "flux1-kontext")
        )
    if name == "vae":
        return diffusers.AutoencoderKLFlux2() if preset in KLEIN else diffusers.AutoencoderKL(**FLUX_VAE)
    if name == "controlnet":
        if preset == "z-image-turbo-pose":
            return _z_image_controlnet()
        return diffusers.FluxControlNetModel(num_layers=6, num_single_layers=0, guidance_embeds=True)
    if name == "image_encoder":
        return transformers.SiglipVisionModel(_siglip())
    if name == "image_embedder":
        return modeling_flux.ReduxImageEncoder()
    if name == "text_encoder_2":
        return transformers.T5EncoderModel(_t5())
    if preset in QWEN:
        language = transformers.Qwen3ForCausalLM(_qwen(preset))
        return language.model if preset == "z-image-turbo-pose" else language
    return transformers.CLIPTextModel(_clip())


def _qwen_edit(name: str) -> Any:
    """Qwen-Image-Edit-2511: 40.9 GB transformer, 16.6 GB Qwen2.5-VL-7B."""
    import diffusers
    import transformers

    if name == "transformer":
        return diffusers.QwenImageTransformer2DModel(zero_cond_t=True)
    if name == "vae":
        return diffusers.AutoencoderKLQwenImage()
    config = transformers.Qwen2_5_VLConfig(
        text_config={
            "vocab_size": 152064,
            "hidden_size": 3584,
            "intermediate_size": 18944,
            "num_hidden_layers": 28,
            "num_attention_heads": 28,
            "num_key_value_heads": 4,
            "rope_parameters": {"rope_type": "default", "mrope_section": [16, 24, 24], "rope_theta": 1e6},
        },
        vision_config={
            "depth": 32,
            "hidden_size": 1280,
            "intermediate_size": 3420,
            "num_heads": 16,
            "out_hidden_size": 3584,
        },
        **number_markers(make_qwen_vl_tokenizer()),  # words are read by the tiny repository's tokenizer
    )
    return transformers.Qwen2_5_VLForConditionalGeneration(config)


def _z_image_controlnet() -> Any:
    from diffusers import ZImageControlNetModel

    from pipelines.image.loading import SINGLE_FILE_CONFIGS

    config = ZImageControlNetModel.load_config(SINGLE_FILE_CONFIGS / "z-image-controlnet-union-2.1")
    return ZImageControlNetModel.from_config(config)


def _qwen(preset: str) -> Any:
    from transformers import Qwen3Config

    return Qwen3Config(
        **QWEN[preset],
        num_hidden_layers=36,
        num_attention_heads=32,
        num_key_value_heads=8,
        head_dim=128,
        vocab_size=151936,
        max_position_embeddings=40960,
    )


def _t5() -> Any:
    from transformers import T5Config

    return T5Config(
        d_model=4096,
        d_kv=64,
        d_ff=10240,
        num_layers=24,
        num_heads=64,
        vocab_size=32128,
        feed_forward_proj="gated-gelu",
        is_encoder_decoder=False,
        use_cache=False,
    )


def _clip() -> Any:
    from transformers import CLIPTextConfig

    return CLIPTextConfig(
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        vocab_size=49408,
        projection_dim=768,
        eos_token_id=2,  # the older configuration's way: the largest id in the text ends it
    )


def _siglip() -> Any:
    """SigLIP so400m at 384 pixels: 857 MB, as Redux publishes it."""
    from transformers import SiglipVisionConfig

    return SiglipVisionConfig(
        hidden_size=1152,
        intermediate_size=4304,
        num_hidden_layers=27,
        num_attention_heads=16,
        image_size=384,
        patch_size=14,
    )
