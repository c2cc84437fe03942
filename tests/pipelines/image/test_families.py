"""What is special about each family, held against the library's own pipelines where they can do the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.errors import EngineUnavailable, PictureRefused, RequestRefused, WeightsMissing
from pipelines.image.engines import engine_class
from pipelines.image.flux1 import MODES
from pipelines.image.latents import Preview, make_noise, mix_start, start_step
from pipelines.image.loading import SINGLE_FILE_CONFIGS
from pipelines.image.picture import to_picture, to_tensor
from pipelines.image.roles import list_pictures
from pipelines.image.spec import EngineInputs
from pipelines.progress import ignore_progress
from pipelines.tensor_files.errors import LoraRefused
from pipelines.types import ControlSpec, LoraUse
from tests.pipelines.image.cases import (
    PROMPT,
    SIDE,
    STEPS,
    Opened,
    find_case,
    flux1_preset,
    klein_preset,
    noise_picture,
    references,
    z_image_preset,
)


@pytest.fixture(scope="module")
def flux1(tiny: Path) -> Opened:
    return Opened(find_case("flux1"), flux1_preset(tiny))


@pytest.fixture(scope="module")
def klein(tiny: Path) -> Opened:
    return Opened(find_case("flux2-klein"), klein_preset(tiny))


def pixels(image: Any) -> np.ndarray:
    return np.asarray(image).astype(int)


def packed_noise(seed: int) -> torch.Tensor:
    """FLUX.1's noise for a square picture, in tokens."""
    from diffusers import FluxPipeline

    noise = make_noise(seed, (1, 16, SIDE // 8, SIDE // 8))
    return FluxPipeline._pack_latents(noise, 1, 16, SIDE // 8, SIDE // 8)


def test_flux1_draws_what_the_library_draws(flux1: Opened, tiny: Path) -> None:
    from diffusers import FluxPipeline

    pipe = FluxPipeline.from_pretrained(tiny / "flux1", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    common = {"num_inference_steps": STEPS, "guidance_scale": 3.5, "width": SIDE, "height": SIDE}
    plain = pipe(PROMPT, latents=packed_noise(3), **common).images[0]
    assert np.abs(pixels(plain) - flux1.draw()).max() <= 1
    pushed = pipe(
        PROMPT, latents=packed_noise(3), negative_prompt="blue", true_cfg_scale=3.0, **common
    ).images[0]
    assert np.abs(pixels(pushed) - flux1.draw(negative_prompt="blue")).max() <= 1


def test_flux1_starts_from_a_picture_as_the_library_does(flux1: Opened, tiny: Path) -> None:
    from diffusers import FluxImg2ImgPipeline

    pipe = FluxImg2ImgPipeline.from_pretrained(tiny / "flux1", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    start = noise_picture(5)
    vae = pipe.vae
    with torch.no_grad():
        middle = vae.encode(to_tensor(start, SIDE, SIDE)).latent_dist.mode()
    middle = (middle - vae.config.shift_factor) * vae.config.scaling_factor
    flux1.draw(EngineInputs(draft=start), draft_strength=0.5)
    sigma = float(flux1.engine._plain.scheduler.sigmas[0])  # type: ignore[attr-defined]
    latents = pipe._pack_latents(
        mix_start(middle, make_noise(3, tuple(middle.shape)), sigma), 1, 16, SIDE // 8, SIDE // 8
    )
    wanted = pipe(
        PROMPT,
        image=start,
        strength=0.5,
        latents=latents,
        num_inference_steps=STEPS,
        guidance_scale=3.5,
        width=SIDE,
        height=SIDE,
    ).images[0]
    assert np.abs(pixels(wanted) - flux1.draw(EngineInputs(draft=start), draft_strength=0.5)).max() <= 1
    assert start_step(STEPS, 0.5) == 2
    assert [start_step(28, strength) for strength in (1.0, 0.6, 0.01)] == [0, 11, 27]


def test_flux1_takes_everything_at_once(flux1: Opened) -> None:
    inputs = EngineInputs(
        controls={"pose": noise_picture(1), "depth": noise_picture(2)},
        references=references("person"),
        draft=noise_picture(3),
    )
    specs = (ControlSpec(kind="pose", end=0.5), ControlSpec(kind="depth", strength=0.8))
    everything: dict[str, Any] = {
        "controls": specs,
        "references": (inputs.references[0][0],),
        "loras": (LoraUse(name="tiny"),),
        "negative_prompt": "blue",
        "draft_strength": 0.75,
    }
    whole = flux1.draw(inputs, **everything)
    for left_out, value in (
        ("controls", specs[:1]),
        ("controls", ()),
        ("loras", ()),
        ("negative_prompt", ""),
        ("draft_strength", 1.0),
    ):
        assert not np.array_equal(flux1.draw(inputs, **{**everything, left_out: value}), whole), left_out
    alone = replace(inputs, references=())
    assert not np.array_equal(flux1.draw(alone, **{**everything, "references": ()}), whole)


def test_a_control_works_no_longer_than_it_acts(flux1: Opened, tiny: Path) -> None:
    for opened in (flux1, Opened(find_case("z-image"), z_image_preset(tiny))):
        net = opened.engine._parts["controlnet"]  # type: ignore[attr-defined]
        block = (net.transformer_blocks if hasattr(net, "transformer_blocks") else net.control_layers)[0]
        taken: list[int] = []
        hook = block.register_forward_hook(lambda *given, taken=taken: taken.append(1))
        inputs = EngineInputs(controls={"pose": noise_picture(1)})
        opened.draw(inputs, controls=(ControlSpec(kind="pose", end=0.5),))
        hook.remove()
        assert len(taken) == STEPS // 2


def test_a_control_map_is_encoded_without_the_pictures_noise(flux1: Opened) -> None:
    net = flux1.engine._parts["controlnet"]  # type: ignore[attr-defined]
    seen: list[torch.Tensor] = []
    hook = net.register_forward_pre_hook(
        lambda module, given, named: seen.append(named["controlnet_cond"].clone()), with_kwargs=True
    )
    for seed in (3, 9):
        flux1.draw(
            EngineInputs(controls={"pose": noise_picture(1)}), controls=(ControlSpec(kind="pose"),), seed=seed
        )
    hook.remove()
    assert torch.equal(seen[0], seen[-1])


def test_each_of_two_controls_works_no_longer_than_it_acts(flux1: Opened) -> None:
    block = flux1.engine._parts["controlnet"].transformer_blocks[0]  # type: ignore[attr-defined]
    taken: list[int] = []
    hook = block.register_forward_hook(lambda *given: taken.append(1))
    inputs = EngineInputs(controls={"pose": noise_picture(1), "depth": noise_picture(2)})
    flux1.draw(inputs, controls=(ControlSpec(kind="pose", end=0.5), ControlSpec(kind="depth")))
    hook.remove()
    assert len(taken) == STEPS // 2 + STEPS


def test_union_pro_is_told_which_map_it_sees(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = noise_picture(1)
    drawn = {}
    for union in ("union1", "union2"):
        opened = Opened(find_case("flux1"), flux1_preset(tiny, union=union))
        for kind in ("pose", "depth"):
            inputs = EngineInputs(controls={kind: one})  # type: ignore[dict-item]
            drawn[union, kind] = opened.draw(inputs, controls=(ControlSpec(kind=kind),))  # type: ignore[arg-type]
    assert not np.array_equal(drawn["union1", "pose"], drawn["union1", "depth"])
    assert np.array_equal(drawn["union2", "pose"], drawn["union2", "depth"])  # version 2.0 sees for itself
    assert MODES == {"pose": 4, "depth": 2, "edges": 0, "gray": 5}


def test_schnell_has_no_guidance_and_no_controls_of_its_own(tiny: Path) -> None:
    preset = flux1_preset(tiny, base="schnell")
    preset = replace(preset, components=preset.components[:1], guidance=0.0, options={"device": "cpu"})
    opened = Opened(find_case("flux1"), preset)
    plain = opened.draw()
    assert np.array_equal(opened.draw(guidance=7.0), plain)
    assert np.array_equal(opened.draw(negative_prompt="blue"), plain)
    with pytest.raises(RequestRefused, match="pose map"):
        opened.draw(EngineInputs(controls={"pose": noise_picture(1)}), controls=(ControlSpec(kind="pose"),))


def test_schnell_holds_a_pose_by_a_controlnet_that_was_made_for_dev(tiny: Path) -> None:
    base = flux1_preset(tiny, base="schnell")
    preset = replace(base, components=base.components[:2], guidance=3.5, options={"device": "cpu"})
    opened = Opened(find_case("flux1"), preset)
    assert (opened.info.pose, opened.info.identity) == ("lock", "no")
    inputs = EngineInputs(controls={"pose": noise_picture(1)})
    plain = opened.draw()
    held = opened.draw(inputs, controls=(ControlSpec(kind="pose", end=0.65),))
    assert not np.array_equal(held, plain)
    assert np.array_equal(opened.draw(guidance=0.0), plain)  # schnell reads no guidance …
    other = opened.draw(inputs, controls=(ControlSpec(kind="pose", end=0.65),), guidance=0.0)
    assert not np.array_equal(other, held)  # … its ControlNet does
    alone = replace(base, components=base.components[:1], options={"device": "cpu"})
    assert Opened(find_case("flux1"), alone).info.controls == ()


def test_klein_draws_what_the_library_draws(klein: Opened, tiny: Path) -> None:
    from diffusers import Flux2KleinPipeline

    pipe = Flux2KleinPipeline.from_pretrained(tiny / "klein", local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    given = references("person")
    skeleton = noise_picture(1)
    wanted = pipe(
        image=[skeleton, given[0][1]],
        prompt=f"Match the pose in image 1. Keep the person from image 2. {PROMPT}",
        latents=make_noise(3, (1, 128, SIDE // 16, 96 // 16)),
        num_inference_steps=STEPS,
        guidance_scale=1.0,
        width=96,
        height=SIDE,
    ).images[0]
    drawn = klein.draw(
        EngineInputs(controls={"pose": skeleton}, references=given),
        controls=(ControlSpec(kind="pose"),),
        references=(given[0][0],),
        width=96,
    )
    assert np.abs(pixels(wanted) - drawn).max() <= 1


def test_klein_refuses_a_guidance_that_it_would_not_read(tiny: Path) -> None:
    opened = Opened(find_case("flux2-klein"), klein_preset(tiny, takes_guidance=False))
    with pytest.raises(RequestRefused, match="draws without guidance"):
        opened.draw(guidance=4.0)


def test_klein_binds_each_picture_to_its_role_in_the_presets_order(klein: Opened) -> None:
    engine: Any = klein.engine
    request = klein.request(
        controls=(ControlSpec(kind="pose"),),
        references=tuple(reference for reference, _ in references("style", "person")),
    )
    inputs = EngineInputs(controls={"pose": noise_picture(1)}, references=references("style", "person"))
    assert engine.compose_prompt(request).startswith(
        "Match the pose in image 1. Keep the person from image 2. "
    )
    order = [picture.tobytes() for picture in list_pictures(klein.preset, request, inputs)]
    assert order == [
        inputs.controls["pose"].tobytes(),
        inputs.references[1][1].tobytes(),
        inputs.references[0][1].tobytes(),
    ]
    only = klein.request(references=(references("person")[0][0],))
    assert engine.compose_prompt(only).startswith("Keep the person from image 1. ")
    five = references("person", "garment", "style", "style")
    with pytest.raises(RequestRefused, match="4 pictures"):
        klein.draw(
            EngineInputs(controls={"pose": noise_picture(1)}, references=five),
            controls=(ControlSpec(kind="pose"),),
            references=tuple(reference for reference, _ in five),
        )


def test_z_image_opens_its_controlnet_from_the_one_file_by_the_shipped_description(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = EngineInputs(controls={"pose": noise_picture(1)})
    specs = (ControlSpec(kind="pose"),)
    wanted = Opened(find_case("z-image"), z_image_preset(tiny)).draw(inputs, controls=specs)
    from diffusers import ZImageControlNetModel

    config = SINGLE_FILE_CONFIGS / "z-image-controlnet-union-2.1"
    with torch.device("meta"):
        true_size = ZImageControlNetModel.from_config(ZImageControlNetModel.load_config(config))
    size = sum(parameter.numel() for parameter in true_size.parameters()) * 2
    assert 6.6e9 < size < 6.8e9  # the published file: 6.7 GB in bf16
    small = tmp_path / config.name
    small.mkdir()
    (small / "config.json").write_text((tiny / "z-union" / "config.json").read_text(encoding="utf-8"))
    monkeypatch.setattr("pipelines.image.loading.SINGLE_FILE_CONFIGS", tmp_path)
    opened = Opened(find_case("z-image"), z_image_preset(tiny, union="z-union-file"))
    assert np.array_equal(opened.draw(inputs, controls=specs), wanted)


def test_weights_that_are_missing_or_broken_are_named(tiny: Path, tmp_path: Path) -> None:
    preset = klein_preset(tiny)
    engine = engine_class("flux2-klein")()
    gone = replace(preset, components=(replace(preset.components[0], folder=None),))
    with pytest.raises(WeightsMissing):
        engine.load(gone, ignore_progress)
    copy = tmp_path / "klein"
    for file in (tiny / "klein").rglob("*"):
        if file.is_file():
            target = copy / file.relative_to(tiny / "klein")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    broken = replace(preset, components=(replace(preset.components[0], folder=copy),))
    weights = copy / "transformer" / "diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    for data in (whole[:-1000], b"", b"\x80\x04junk"):
        weights.write_bytes(data)
        with pytest.raises(EngineUnavailable, match="transformer"):
            engine.load(broken, ignore_progress)
    weights.write_bytes(whole)
    config = copy / "transformer" / "config.json"
    wider = {**json.loads(config.read_text(encoding="utf-8")), "num_layers": 2}
    config.write_text(json.dumps(wider), encoding="utf-8")  # asks for layers that the file does not hold
    with pytest.raises(EngineUnavailable, match="transformer"):
        engine.load(broken, ignore_progress)


def test_a_lora_for_another_model_is_refused_and_leaves_nothing_behind(
    flux1: Opened, tiny: Path, tmp_path: Path
) -> None:
    plain = flux1.draw()
    with pytest.raises(RequestRefused, match="another model"):
        flux1.draw(
            EngineInputs(loras={"odd": tiny / "loras" / "z-image.safetensors"}), loras=(LoraUse(name="odd"),)
        )
    assert np.array_equal(flux1.draw(), plain)
    hostile = tmp_path / "hostile.safetensors"
    hostile.write_bytes(b"\xff" * 64)
    with pytest.raises(LoraRefused):
        flux1.draw(EngineInputs(loras={"odd": hostile}), loras=(LoraUse(name="odd"),))
    with pytest.raises(RequestRefused, match="not there"):
        flux1.draw(EngineInputs(loras={"odd": tmp_path / "gone"}), loras=(LoraUse(name="odd"),))
    assert np.array_equal(flux1.draw(), plain)


def test_a_lora_of_the_transformer_leaves_what_was_read(
    flux1: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    encode = type(flux1.engine).encode_words  # type: ignore[attr-defined]

    def counted(self: Any, pipe: Any, prompt: str, *given: Any) -> Any:
        read.append(prompt)
        return encode(self, pipe, prompt, *given)

    monkeypatch.setattr(type(flux1.engine), "encode_words", counted)
    plain = flux1.draw(prompt="words of this test")
    with_lora = flux1.draw(prompt="words of this test", loras=(LoraUse(name="tiny"),))
    weaker = flux1.draw(prompt="words of this test", loras=(LoraUse(name="tiny", weight=0.5),))
    assert not np.array_equal(with_lora, weaker)
    assert np.array_equal(flux1.draw(prompt="words of this test"), plain)
    assert read == ["words of this test"]
    shelf: Any = flux1.engine._loras  # type: ignore[attr-defined]
    both = {"transformer": ["lora1", "lora2"], "text_encoder": ["lora2"]}
    pipe: Any = SimpleNamespace(get_list_adapters=lambda: both)
    assert shelf._reading(pipe, [("lora1", 1.0), ("lora2", 0.5)]) == [("lora2", 0.5)]


def test_two_loras_add_up_and_old_ones_go(flux1: Opened, tiny: Path, tmp_path: Path) -> None:
    source = (tiny / "loras" / "flux1.safetensors").read_bytes()
    files = {}
    for number in range(6):
        files[f"l{number}"] = tmp_path / f"l{number}.safetensors"
        files[f"l{number}"].write_bytes(source)
    one = flux1.draw(EngineInputs(loras=files), loras=(LoraUse(name="l0", weight=1.0),))
    halves = (LoraUse(name="l1", weight=0.5), LoraUse(name="l2", weight=0.5))
    assert np.abs(flux1.draw(EngineInputs(loras=files), loras=halves) - one).max() <= 1
    for name in files:
        flux1.draw(EngineInputs(loras=files), loras=(LoraUse(name=name),))
    held = flux1.engine._plain.get_list_adapters()["transformer"]  # type: ignore[attr-defined]
    assert len(held) == 4


@pytest.mark.parametrize("fill", [float("nan"), -1.0, 0.3])
def test_a_broken_black_or_even_picture_is_no_result(fill: float) -> None:
    with pytest.raises(PictureRefused):
        to_picture(torch.full((1, 3, 64, 64), fill), 64, 64)


def test_a_picture_of_another_size_is_no_result() -> None:
    with pytest.raises(PictureRefused, match="64 × 32"):
        to_picture(torch.rand(1, 3, 32, 64), 64, 64)
    there_and_back = to_picture(to_tensor(noise_picture(1), SIDE, SIDE), SIDE, SIDE)
    assert there_and_back.tobytes() == noise_picture(1).tobytes()


def test_the_preview_finds_the_colours_that_an_encoder_hides() -> None:
    torch.manual_seed(0)
    mixing = torch.randn(16, 3)

    def encode(pictures: torch.Tensor) -> torch.Tensor:
        small = torch.nn.functional.avg_pool2d(pictures, 8)
        return torch.einsum("ck,bkhw->bchw", mixing, small) + 0.3

    preview = Preview(encode, 8)
    picture = Image.new("RGB", (64, 32), (220, 120, 40))
    colors = preview.colors(encode(to_tensor(picture, 64, 32))[0])
    assert np.abs(colors * 255 - (220, 120, 40)).max() < 3
    assert len(preview.draw(encode(to_tensor(picture, 64, 32))[0])) < 3000


def test_a_seed_means_the_same_noise_everywhere() -> None:
    assert torch.equal(make_noise(5, (1, 16, 8, 8)), make_noise(5, (1, 16, 8, 8)))
    assert not torch.equal(make_noise(5, (1, 16, 8, 8)), make_noise(6, (1, 16, 8, 8)))
    assert make_noise(5, (2,)).tolist() == pytest.approx(make_noise(5, (2,)).tolist())
