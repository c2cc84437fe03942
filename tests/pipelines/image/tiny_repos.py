"""Miniature repositories of every image family: real classes, random weights, the real layout on disk, no network.

Numbers that look odd are what the real classes ask of each other: CLIP's end token is the last id; T5 is a Unigram
list with pad 0, end 1, unknown 2; rope axes add up to the head's width; a packed latent has four times the channels
of an unpacked one; klein reads the 9th, 18th and 27th layer of its text encoder side by side.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

SENTENCES = (
    "a portrait photo of a person, studio lighting, sharp focus",
    "match the pose in image 1, keep the person, face and clothes from image 2",
    "red hair, blue eyes, green jacket, leather boots, plain grey background",
)
FLUX_SHAPE: Mapping[str, Any] = {
    "patch_size": 1,
    "in_channels": 64,
    "num_layers": 1,
    "num_single_layers": 1,
    "attention_head_dim": 16,
    "num_attention_heads": 2,
    "joint_attention_dim": 32,
    "pooled_projection_dim": 32,
    "axes_dims_rope": (4, 4, 8),
}
Z_IMAGE_WIDTH, Z_IMAGE_HEADS = 48, 2
CLIP_VISION_WIDTH = 16


# --- words ---------------------------------------------------------------------------------------


def _trained_pairs(suffix: str | None) -> tuple[list[str], dict[str, int], list[tuple[str, str]]]:
    """The byte alphabet, and vocabulary and merges of a byte-pair encoding trained on SENTENCES."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    options = {"end_of_word_suffix": suffix} if suffix else {}
    raw = Tokenizer(models.BPE(**options))
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=700 if suffix else 400, initial_alphabet=alphabet, show_progress=False, **options
    )
    raw.train_from_iterator(SENTENCES, trainer)
    model = json.loads(raw.to_str())["model"]
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" ")) for pair in model["merges"]]
    return alphabet, model["vocab"], merges


def make_clip_tokenizer() -> Any:
    """CLIP's: bytes, bytes that end a word, merges, then the two specials."""
    from transformers import CLIPTokenizer

    alphabet, _, merges = _trained_pairs("</w>")
    vocabulary: dict[str, int] = {}
    pieces = [*alphabet, *(letter + "</w>" for letter in alphabet), *("".join(pair) for pair in merges)]
    for piece in [*pieces, "<|startoftext|>", "<|endoftext|>"]:
        vocabulary.setdefault(piece, len(vocabulary))
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77)


def make_t5_tokenizer() -> Any:
    """T5's: whole words and single letters with their log-likelihoods."""
    from transformers import T5TokenizerFast

    words = sorted({"▁" + word for sentence in SENTENCES for word in sentence.split()})
    letters = sorted(set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?'\"()-/"))
    scored = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    scored += [(word, -4.0) for word in words] + [(letter, -8.0) for letter in letters]
    scored += [(f"<extra_id_{number}>", 0.0) for number in reversed(range(4))]
    return T5TokenizerFast(vocab=scored, extra_ids=4, model_max_length=512)


def make_qwen_tokenizer() -> Any:
    """Qwen's: byte pairs, chat markers and a chat template."""
    from tokenizers import AddedToken
    from transformers import Qwen2TokenizerFast

    _, vocabulary, merges = _trained_pairs(None)
    tokenizer = Qwen2TokenizerFast(
        vocab=vocabulary,
        merges=merges,
        model_max_length=1024,
        unk_token="<|endoftext|>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
    )
    markers = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>")
    tokenizer.add_special_tokens(
        {"additional_special_tokens": [AddedToken(marker, special=True) for marker in markers]}
    )
    tokenizer.chat_template = (
        "{%- for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{%- endfor %}"
        "{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{%- endif %}"
    )
    return tokenizer


def make_clip_text(tokenizer: Any) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel

    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=32,
        max_position_embeddings=77,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config).eval()


def make_t5(tokenizer: Any) -> Any:
    from transformers import T5Config, T5EncoderModel

    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
        is_encoder_decoder=False,
        use_cache=False,
    )
    return T5EncoderModel(config).eval()


def make_qwen(tokenizer: Any, layers: int) -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=len(tokenizer) + 8,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen3ForCausalLM(config).eval()


# --- pictures ------------------------------------------------------------------------------------


def make_vae() -> Any:
    """FLUX.1's: four blocks (8 pixels a latent), no quantising convolutions."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        latent_channels=16,
        layers_per_block=1,
        norm_num_groups=4,
        block_out_channels=(8, 16, 16, 16),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        use_quant_conv=False,
        use_post_quant_conv=False,
        scaling_factor=0.3611,
        shift_factor=0.1159,
        force_upcast=True,
        sample_size=256,
    ).eval()


def make_scheduler(*, dynamic: bool, **changes: Any) -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler

    settings: dict[str, Any] = {
        "shift": 3.0,
        "use_dynamic_shifting": dynamic,
        "base_shift": 0.5,
        "max_shift": 1.15,
        "base_image_seq_len": 256,
        "max_image_seq_len": 4096,
    }
    return FlowMatchEulerDiscreteScheduler(**{**settings, **changes})


def fill(module: nn.Module, std: float) -> None:
    """Weights in place of zeros and of memory that was never written: else a fresh control has no effect."""
    with torch.no_grad():
        for parameter in module.parameters():
            if not torch.isfinite(parameter).all() or not parameter.any():
                parameter.normal_(std=std)


def build_flux1(folder: Path, *, guidance: bool = True) -> Path:
    """FLUX.1-dev with a guidance input, -schnell without."""
    from diffusers import FluxPipeline, FluxTransformer2DModel

    torch.manual_seed(0)
    clip_words, t5_words = make_clip_tokenizer(), make_t5_tokenizer()
    FluxPipeline(
        scheduler=make_scheduler(dynamic=True),
        vae=make_vae(),
        text_encoder=make_clip_text(clip_words),
        tokenizer=clip_words,
        text_encoder_2=make_t5(t5_words),
        tokenizer_2=t5_words,
        transformer=FluxTransformer2DModel(**FLUX_SHAPE, guidance_embeds=guidance).eval(),
    ).save_pretrained(folder)
    return folder


def build_kontext(folder: Path) -> Path:
    """The same parts as FLUX.1-dev under another pipeline, with weights of its own."""
    from diffusers import FluxKontextPipeline

    pipe = FluxKontextPipeline.from_pretrained(folder.parent / "flux1", local_files_only=True)
    amplify(pipe.transformer, 2.0)
    pipe.save_pretrained(folder)
    return folder


def build_fill(folder: Path) -> Path:
    """FLUX.1-dev, whose transformer sees beside each token that of the picture and 16 x 16 pixels of its mask."""
    from diffusers import FluxFillPipeline, FluxTransformer2DModel

    torch.manual_seed(9)
    shape = {**FLUX_SHAPE, "in_channels": 64 + 64 + 16 * 16, "out_channels": 64}
    transformer = FluxTransformer2DModel(**shape, guidance_embeds=True).eval()
    amplify(transformer, 2.0)
    FluxFillPipeline.from_pretrained(
        folder.parent / "flux1", transformer=transformer, local_files_only=True
    ).save_pretrained(folder)
    return folder


def build_flux1_controlnet(folder: Path, *, modes: int | None = None) -> Path:
    """Union-Pro-2.0, which knows no modes, or Union-Pro with its mode numbers."""
    from diffusers import FluxControlNetModel

    torch.manual_seed(1)
    with warnings.catch_warnings():  # of the library's own import
        warnings.filterwarnings("ignore", "`FluxPosEmbed` is deprecated", FutureWarning)
        net = FluxControlNetModel(**FLUX_SHAPE, guidance_embeds=True, num_mode=modes)
    fill(net, 0.2)
    net.save_pretrained(folder)
    return folder


def build_flux1_ip_adapter(folder: Path) -> Path:
    """XLabs' layout: one projection, and keys and values for every double block."""
    from safetensors.torch import save_file

    torch.manual_seed(5)
    width = FLUX_SHAPE["attention_head_dim"] * FLUX_SHAPE["num_attention_heads"]
    text = FLUX_SHAPE["joint_attention_dim"]
    tensors = {
        "ip_adapter_proj_model.proj.weight": torch.randn(4 * text, CLIP_VISION_WIDTH),
        "ip_adapter_proj_model.proj.bias": torch.randn(4 * text),
        "ip_adapter_proj_model.norm.weight": torch.ones(text),
        "ip_adapter_proj_model.norm.bias": torch.zeros(text),
    }
    for side in ("k", "v"):
        key = f"double_blocks.0.processor.ip_adapter_double_stream_{side}_proj"
        tensors |= {f"{key}.weight": torch.randn(width, text), f"{key}.bias": torch.randn(width)}
    folder.mkdir(parents=True)
    save_file(tensors, folder / "ip_adapter.safetensors")
    return folder


def build_clip_vision(folder: Path) -> Path:
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(6)
    config = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        projection_dim=CLIP_VISION_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    return folder


def build_redux(folder: Path) -> Path:
    """SigLIP, which sees 4 x 4 patches, and what makes tokens of words' width of them."""
    from diffusers import FluxPriorReduxPipeline
    from diffusers.pipelines.flux.modeling_flux import ReduxImageEncoder
    from transformers import SiglipImageProcessorPil, SiglipVisionConfig, SiglipVisionModel

    torch.manual_seed(10)
    config = SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=32,
        patch_size=8,
    )
    embedder = ReduxImageEncoder(redux_dim=16, txt_in_features=FLUX_SHAPE["joint_attention_dim"])
    amplify(embedder, 4.0)
    FluxPriorReduxPipeline(
        image_encoder=SiglipVisionModel(config).eval(),
        feature_extractor=SiglipImageProcessorPil(size={"height": 32, "width": 32}),
        image_embedder=embedder.eval(),
    ).save_pretrained(folder)
    return folder


def amplify(module: nn.Module, factor: float) -> None:
    """Larger weights, so that what a small random network looks at shows in what it makes."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.mul_(factor)


def build_klein(folder: Path) -> Path:
    from diffusers import AutoencoderKLFlux2, Flux2KleinPipeline, Flux2Transformer2DModel

    torch.manual_seed(2)
    words = make_qwen_tokenizer()
    vae = AutoencoderKLFlux2(
        latent_channels=32,
        layers_per_block=1,
        norm_num_groups=4,
        block_out_channels=(8, 16, 16, 16),
        sample_size=256,
    )
    transformer = Flux2Transformer2DModel(
        patch_size=1,
        in_channels=128,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=96,
        timestep_guidance_channels=32,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )
    amplify(transformer, 2.0)
    Flux2KleinPipeline(
        scheduler=make_scheduler(dynamic=True),
        vae=vae.eval(),
        text_encoder=make_qwen(words, layers=28),
        tokenizer=words,
        transformer=transformer.eval(),
        is_distilled=True,
    ).save_pretrained(folder)
    return folder


def build_klein_control_lora(file: Path, rank: int = 4) -> Path:
    """A LoRA under the names of klein's makers, as ai-toolkit writes it: all linear layers of the blocks."""
    from safetensors.torch import save_file

    torch.manual_seed(11)
    wide, hidden = 32, 96
    double = {"attn.qkv": (wide, 3 * wide), "attn.proj": (wide, wide)}
    double |= {"mlp.0": (wide, 2 * hidden), "mlp.2": (hidden, wide)}
    layers = {
        f"double_blocks.0.{of}_{name}": shape for of in ("img", "txt") for name, shape in double.items()
    }
    layers["single_blocks.0.linear1"] = (wide, 3 * wide + 2 * hidden)
    layers["single_blocks.0.linear2"] = (wide + hidden, wide)
    tensors = {}
    for layer, (takes, gives) in layers.items():
        tensors[f"diffusion_model.{layer}.lora_A.weight"] = torch.randn(rank, takes) * 0.2
        tensors[f"diffusion_model.{layer}.lora_B.weight"] = torch.randn(gives, rank) * 0.2
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, file)
    return file


def build_z_image(folder: Path) -> Path:
    from diffusers import ZImagePipeline, ZImageTransformer2DModel

    torch.manual_seed(3)
    words = make_qwen_tokenizer()
    transformer = ZImageTransformer2DModel(
        in_channels=16,
        dim=Z_IMAGE_WIDTH,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=Z_IMAGE_HEADS,
        n_kv_heads=Z_IMAGE_HEADS,
        cap_feat_dim=32,
        axes_dims=[8, 8, 8],
        axes_lens=[1024, 512, 512],
    )
    transformer.x_pad_token.data.normal_(std=0.02)  # allocated by the library without being written
    transformer.cap_pad_token.data.normal_(std=0.02)
    ZImagePipeline(
        scheduler=make_scheduler(dynamic=False),
        vae=make_vae(),
        text_encoder=make_qwen(words, layers=3).model,
        tokenizer=words,
        transformer=transformer.eval(),
    ).save_pretrained(folder)
    return folder


def build_z_image_controlnet(folder: Path, *, single_file: bool = False) -> Path:
    """In the diffusers layout, or as the one file that its authors publish, which names no shape."""
    from diffusers import ZImageControlNetModel
    from safetensors.torch import save_file

    torch.manual_seed(7)
    net = ZImageControlNetModel(
        control_layers_places=[0],
        control_refiner_layers_places=[0],
        control_in_dim=33,
        add_control_noise_refiner="control_noise_refiner",
        dim=Z_IMAGE_WIDTH,
        n_refiner_layers=1,
        n_heads=Z_IMAGE_HEADS,
        n_kv_heads=Z_IMAGE_HEADS,
    )
    fill(net, 0.2)
    if single_file:
        folder.mkdir(parents=True)
        save_file(net.state_dict(), folder / "union.safetensors")
    else:
        net.save_pretrained(folder)
    return folder


QWEN_MARKERS = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")


def make_qwen_vl_tokenizer() -> Any:
    """Qwen's, with what stands around pictures and for them."""
    from tokenizers import AddedToken

    tokenizer = make_qwen_tokenizer()
    tokenizer.add_special_tokens(
        {"additional_special_tokens": [AddedToken(marker, special=True) for marker in QWEN_MARKERS]}
    )
    return tokenizer


def number_markers(tokenizer: Any) -> dict[str, int]:
    """The numbers of these markers, as Qwen2.5-VL's settings name them."""
    names = ("vision_start_token_id", "vision_end_token_id", "image_token_id", "video_token_id")
    return {
        name: tokenizer.convert_tokens_to_ids(marker)
        for name, marker in zip(names, QWEN_MARKERS, strict=True)
    }


def make_qwen_vl(tokenizer: Any) -> Any:
    """Qwen2.5-VL: a reader of patches of 14 pixels, four of which make one token, before one of words."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer) + 8,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1e6},
            "max_position_embeddings": 4096,
            "bos_token_id": None,
            "eos_token_id": tokenizer.eos_token_id,
        },
        vision_config={
            "depth": 2,
            "hidden_size": 16,
            "intermediate_size": 32,
            "num_heads": 2,
            "out_hidden_size": 32,
            "window_size": 112,
            "fullatt_block_indexes": [1],
        },
        **number_markers(tokenizer),
    )
    return Qwen2_5_VLForConditionalGeneration(config).eval()


def build_qwen_edit(folder: Path) -> Path:
    """Qwen-Image-Edit-2511, whose transformer knows a time of zero for what it looks at."""
    from diffusers import AutoencoderKLQwenImage, QwenImageEditPlusPipeline, QwenImageTransformer2DModel
    from transformers import Qwen2VLImageProcessorPil

    torch.manual_seed(8)
    words = make_qwen_vl_tokenizer()
    vae = AutoencoderKLQwenImage(base_dim=8, dim_mult=[1, 1, 1, 1], num_res_blocks=1)
    transformer = QwenImageTransformer2DModel(
        num_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=32,
        axes_dims_rope=(4, 6, 6),
        zero_cond_t=True,
    )
    amplify(transformer, 2.0)
    scheduler = make_scheduler(dynamic=True, base_shift=0.5, max_shift=0.9, shift_terminal=0.02)
    QwenImageEditPlusPipeline(
        scheduler=scheduler,
        vae=vae.eval(),
        text_encoder=make_qwen_vl(words),
        tokenizer=words,
        processor=None,  # the library's needs torchvision
        transformer=transformer.eval(),
    ).save_pretrained(folder)
    Qwen2VLImageProcessorPil(min_pixels=28 * 28, max_pixels=56 * 56).save_pretrained(folder / "processor")
    return folder


def build_lora(
    file: Path, transformer: Path, class_name: str, pipeline_name: str, targets: list[str]
) -> Path:
    """A LoRA of rank 4 with an effect, for the transformer in that folder, under PEFT's key names."""
    import diffusers
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(4)
    model = getattr(diffusers, class_name).from_pretrained(transformer)
    model.add_adapter(LoraConfig(r=4, lora_alpha=4, init_lora_weights=False, target_modules=targets))
    file.parent.mkdir(parents=True, exist_ok=True)
    getattr(diffusers, pipeline_name).save_lora_weights(
        file.parent, transformer_lora_layers=get_peft_model_state_dict(model), weight_name=file.name
    )
    return file


def build_all(folder: Path) -> None:
    """Every repository that the tests name, under its short name."""
    build_flux1(folder / "flux1")
    build_flux1(folder / "schnell", guidance=False)
    build_kontext(folder / "kontext")
    build_fill(folder / "fill")
    build_flux1_controlnet(folder / "union2")
    build_flux1_controlnet(folder / "union1", modes=7)
    build_flux1_ip_adapter(folder / "ip")
    build_clip_vision(folder / "clip-vision")
    build_redux(folder / "redux")
    build_klein(folder / "klein")
    build_qwen_edit(folder / "qwen-edit")
    build_z_image(folder / "z-image")
    build_z_image_controlnet(folder / "z-union")
    build_z_image_controlnet(folder / "z-union-file", single_file=True)
    build_klein_control_lora(folder / "loras" / "klein-depth.safetensors")
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    for name, class_name, pipeline_name in (
        ("flux1", "FluxTransformer2DModel", "FluxPipeline"),
        ("klein", "Flux2Transformer2DModel", "Flux2KleinPipeline"),
        ("qwen-edit", "QwenImageTransformer2DModel", "QwenImageEditPlusPipeline"),
        ("z-image", "ZImageTransformer2DModel", "ZImagePipeline"),
    ):
        file = folder / "loras" / f"{name}.safetensors"
        build_lora(file, folder / name / "transformer", class_name, pipeline_name, targets)
