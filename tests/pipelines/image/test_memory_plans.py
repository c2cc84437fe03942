"""The memory that presets state is no less than what their published shapes take: weights, drawing, decoding, RAM."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from pipelines.image.engines import engine_class
from pipelines.image.latents import set_tiles
from pipelines.image.presets import PresetShelf
from pipelines.image.tiers import TIERS, drawing_gb, fitting_tier, needed_gb, tiers_of
from tests.benchmarks.gpu_models import PRESETS
from tests.benchmarks.memory import GB, LiveBytes, compute_needs, networks

pytestmark = pytest.mark.filterwarnings("ignore:`FluxPosEmbed` is deprecated:FutureWarning")
LOOKS_ONCE = ("klein-9b-kv",)
TOKENS = 4096  # of a picture of a megapixel
SIZES = ((768, 1024), (1024, 1024), (1280, 1280), (1536, 1536), (2048, 2048))


def without_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attention that keeps no table of all pairs, as on a card."""

    def attend(query: torch.Tensor, *given: Any, **named: Any) -> torch.Tensor:
        return torch.empty_like(query)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", attend)


def remembered_bytes(name: str) -> int:
    """Keys and values in bf16 of the pictures that a model looks at once, a megapixel each; of others nothing."""
    if name not in LOOKS_ONCE:
        return 0
    settings = networks(name)["transformer"].config
    blocks = settings.num_layers + settings.num_single_layers
    wide = settings.num_attention_heads * settings.attention_head_dim
    pictures = engine_class(PresetShelf().find(name).engine).info.max_pictures
    return int(pictures * TOKENS * blocks * 2 * wide * 2)


@pytest.mark.parametrize("name", PRESETS)
def test_every_tier_states_what_the_weights_take(name: str) -> None:
    preset = PresetShelf().find(name)
    assert tiers_of(preset) == TIERS
    kept = remembered_bytes(name)
    for tier in TIERS:
        needs = compute_needs(preset, tier)
        for size in SIZES:
            assert needed_gb(preset, tier, size) * GB >= needs.card + kept + drawing_gb(*size) * GB, (
                tier,
                size,
            )
        assert preset.memory_gb[tier] * GB < needs.card * 1.3 + kept + 2.5 * GB, tier  # nor much more
        assert preset.ram_gb[tier] * GB >= needs.ram, tier
    networks.cache_clear()


def test_every_preset_that_takes_a_card_is_held_to_its_shapes() -> None:
    assert {name for name, preset in PresetShelf().items() if preset.memory_gb} == set(PRESETS)


@pytest.mark.parametrize("name", ["flux1-schnell", "klein-4b", "qwen-image-edit"])
def test_decoding_takes_no_more_than_is_planned(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a run without numbers; 2048 x 2048 whole would take 6.5 GB."""
    without_tables(monkeypatch)
    preset, whole = PresetShelf().find(name), compute_needs(PresetShelf().find(name), "bf16")
    vae = networks(name)["vae"]
    knows_time = "z_dim" in vae.config
    shape = (1, vae.config.z_dim, 1) if knows_time else (1, vae.config.latent_channels)
    networks.cache_clear()
    for width, height in SIZES:
        set_tiles(vae, width, height)
        latents = torch.empty(*shape, height // 8, width // 8, device="meta", dtype=torch.bfloat16)
        with torch.no_grad(), LiveBytes(vae) as live:
            vae.decode(latents, return_dict=False)
        assert live.peak <= needed_gb(preset, "bf16", (width, height)) * GB - whole.card, (width, height)
        assert live.peak < (3.7 if knows_time else 2.6) * GB
    assert vae.use_tiling


def test_a_step_takes_no_more_than_is_planned(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step of FLUX.1 at 1024 x 1024, with an attention that keeps no table of all pairs, as on a card."""
    without_tables(monkeypatch)
    transformer = networks("flux1-schnell")["transformer"]
    networks.cache_clear()

    def made(*shape: int) -> Any:
        return torch.empty(*shape, device="meta", dtype=torch.bfloat16)

    with torch.no_grad(), LiveBytes(transformer) as live:
        transformer(
            hidden_states=made(1, 4096, 64),
            encoder_hidden_states=made(1, 512, 4096),
            pooled_projections=made(1, 768),
            timestep=made(1),
            img_ids=made(4096, 3),
            txt_ids=made(512, 3),
        )
    assert 0.1 * GB < live.peak < 0.5 * GB


def test_a_step_that_looks_at_three_pictures_takes_no_more_than_is_planned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Qwen-Image-Edit at 1024 x 1024: 4,096 tokens of its own and as many for each picture."""
    without_tables(monkeypatch)
    preset = PresetShelf().find("qwen-image-edit")
    whole = compute_needs(preset, "bf16")
    transformer = networks("qwen-image-edit")["transformer"]
    networks.cache_clear()

    def made(*shape: int) -> Any:
        return torch.empty(*shape, device="meta", dtype=torch.bfloat16)

    with torch.no_grad(), LiveBytes(transformer) as live:
        transformer(
            hidden_states=made(1, 4 * 4096, 64),
            encoder_hidden_states=made(1, 1024, 3584),
            timestep=made(1),
            img_shapes=[[(1, 64, 64)] * 4],
        )
    assert live.peak <= needed_gb(preset, "bf16") * GB - whole.card


def test_a_larger_picture_may_need_a_lower_tier() -> None:
    klein = PresetShelf().find("klein-4b")
    assert fitting_tier(klein, 18.2)[0] == "bf16"
    assert fitting_tier(klein, 18.2, size=(1280, 1280))[0] == "offload"
    assert fitting_tier(klein, 18.2, size=(512, 512))[0] == "bf16"


def test_the_main_memory_counts_too() -> None:
    dev = PresetShelf().find("flux1-dev-union")
    assert fitting_tier(dev, 32.0, free_ram_gb=64.0)[0] == "offload"
    assert fitting_tier(dev, 32.0, free_ram_gb=30.0)[0] == "8bit"  # 40 GB cannot wait in 30
    tier, least = fitting_tier(dev, 32.0, free_ram_gb=16.0)
    assert (tier, least < 32.0) == ("", True)


@pytest.mark.parametrize("name", PRESETS)
def test_a_download_states_what_is_published(name: str) -> None:
    """Weights in bf16, but for Z-Image's transformer, whose files hold float32."""
    preset = PresetShelf().find(name)
    sizes = {
        part: sum(weight.numel() * 2 for weight in net.parameters()) for part, net in networks(name).items()
    }
    networks.cache_clear()
    controlnet = sizes.pop("controlnet", 0)
    redux = sizes.pop("image_encoder", 0) + sizes.pop("image_embedder", 0)
    if preset.engine == "z-image":
        sizes["transformer"] *= 2
    stated = {component.role: component.size_bytes for component in preset.components}
    assert stated["base"] == pytest.approx(sum(sizes.values()), rel=0.02)
    assert stated.get("controlnet", 0) == pytest.approx(controlnet, rel=0.02)
    assert stated.get("redux", 0) == pytest.approx(redux, rel=0.02)
