"""A person's own file of FLUX.1: drawn with as the library would, a choice of its own, and hostile files refused."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import EngineUnavailable
from pipelines.image.latents import encode_by_mode
from pipelines.image.own_transformers import with_transformer
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import EngineInputs
from pipelines.image.tiers import TIERS
from pipelines.tensor_files import gguf_header
from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.transformer import read_transformer
from pipelines.types import ControlSpec, LoraUse
from tests.pipelines.image.cases import (
    PROMPT,
    SIDE,
    Opened,
    controls,
    draw_by_library,
    fill_preset,
    find_case,
    flux1_preset,
    references,
)

WIDTH = 32


def write_miniature(tiny: Path, file: Path, base: str = "flux1") -> tuple[dict, dict]:
    """The file, and the weights of the library's model that it means: by their published names and the library's."""
    from diffusers import FluxTransformer2DModel

    from tests.pipelines.image import flux_files

    state = FluxTransformer2DModel.from_pretrained(tiny / base / "transformer").state_dict()
    write = flux_files.write_gguf if file.suffix == ".gguf" else flux_files.write_fp8
    meant = write(file, flux_files.published_names(state))
    with flux_files.converter_of_width(WIDTH) as convert:
        return meant, convert(dict(meant))


def ask_library(tiny: Path, weights: dict) -> np.ndarray:
    from diffusers import FluxPipeline

    pipe = FluxPipeline.from_pretrained(tiny / "flux1", local_files_only=True)
    pipe.transformer.load_state_dict(weights)
    return draw_by_library(pipe, prompt=PROMPT, guidance_scale=3.5)


@pytest.mark.parametrize("name", ["flux1-dev-Q8_0.gguf", "flux1-dev-fp8.safetensors"])
def test_it_draws_what_the_library_draws_with_what_the_file_means(
    tiny: Path, tmp_path: Path, name: str
) -> None:
    from tests.pipelines.image import flux_files

    file = tmp_path / name
    _, weights = write_miniature(tiny, file)
    preset = with_transformer(flux1_preset(tiny), file, read_transformer(file))
    with flux_files.converter_of_width(WIDTH):
        opened = Opened(find_case("flux1"), preset)
        plain = opened.draw()
    assert np.abs(plain - ask_library(tiny, weights)).max() <= 1
    face = references("person")
    steered = opened.draw(
        EngineInputs(controls=controls("pose").controls, references=face),
        controls=(ControlSpec(kind="pose"),),
        references=(face[0][0],),
        loras=(LoraUse(name="tiny", weight=1.0),),
    )
    assert not np.array_equal(plain, steered)
    assert np.array_equal(plain, opened.draw())
    packed = [p for p in opened.engine._parts["transformer"].parameters() if hasattr(p, "quant_type")]
    assert bool(packed) == file.suffix.endswith("gguf")
    opened.engine.unload()


def test_a_file_of_fill_fills_as_the_library_does(tiny: Path, tmp_path: Path) -> None:
    from diffusers import FluxFillPipeline

    from tests.pipelines.image import flux_files

    file = tmp_path / "flux1-fill-dev-Q8_0.gguf"
    _, weights = write_miniature(tiny, file, "fill")
    facts = read_transformer(file)
    assert [name for name, preset in PresetShelf().items() if preset.own_file == facts.model] == [
        "flux1-fill"
    ]
    with flux_files.converter_of_width(WIDTH):
        opened = Opened(find_case("flux1-fill"), with_transformer(fill_preset(tiny), file, facts))
        drawn = opened.draw()
    pipe = FluxFillPipeline.from_pretrained(tiny / "fill", local_files_only=True)
    pipe.transformer.load_state_dict(weights)
    encode_by_mode(pipe.vae)
    shown = {"image": Image.new("RGB", (SIDE, SIDE)), "mask_image": Image.new("L", (SIDE, SIDE), 255)}
    assert np.abs(drawn - draw_by_library(pipe, prompt=PROMPT, guidance_scale=30.0, **shown)).max() <= 1
    opened.engine.unload()


def test_a_file_that_changed_is_not_drawn_with(tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "flux1-dev-Q8_0.gguf"
    write_miniature(tiny, file)
    preset = with_transformer(flux1_preset(tiny), file, read_transformer(file))
    raw = bytearray(file.read_bytes())
    raw[-40] ^= 1
    file.write_bytes(raw)
    with pytest.raises(EngineUnavailable, match="another file than when the studio started"):
        Opened(find_case("flux1"), preset)


def test_files_in_the_folder_are_choices_and_the_broken_are_named(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "transformers"
    write_miniature(tiny, tmp_path / "elsewhere" / "flux1-dev-Q8_0.gguf")
    folder.mkdir()
    (folder / "flux1-dev-Q8_0.gguf").symlink_to(tmp_path / "elsewhere" / "flux1-dev-Q8_0.gguf")
    (folder / "broken.gguf").write_bytes(b"GGUF and nothing more")
    (folder / "program.gguf.py").write_text("raise SystemExit")
    shelf = PresetShelf(transformers=folder)
    facts = read_transformer(folder / "flux1-dev-Q8_0.gguf")
    own = shelf.find(f"flux1-dev-union--{facts.fingerprint[:12]}")
    shipped = shelf["flux1-dev-union"]
    assert own.title == f"{shipped.title}, your file flux1-dev-Q8_0"
    assert own.non_commercial
    assert own.licence == shipped.licence
    assert {name.partition("--")[0] for name in set(shelf) - set(PresetShelf())} == {
        "flux1-dev-union",
        "flux1-redux",
    }
    assert [problem.message for problem in shelf.problems] == [
        "broken.gguf is of a version of GGUF that is not read here."
    ]


def test_the_plan_counts_the_files_own_bytes() -> None:
    from pipelines.tensor_files.transformer import TransformerFacts

    facts = TransformerFacts(  # of the published flux1-dev-Q4_K_S.gguf: 6.81 GB for 11.9 billion weights
        model="dev", weights=11_901_408_320, size_bytes=6_806_000_000, is_packed=True, fingerprint="0" * 64
    )
    shipped = PresetShelf()["flux1-dev-union"]
    own = with_transformer(shipped, Path("flux1-dev-Q4_K_S.gguf"), facts)
    assert own.memory_gb == {"bf16": 25.2, "offload": 17.6, "8bit": 18.8, "4bit": 16.2}
    assert own.ram_gb == {"bf16": 10.6, "offload": 23.8, "8bit": 10.6, "4bit": 10.6}
    assert own.download_bytes == shipped.download_bytes - 2 * facts.weights
    whole = with_transformer(
        shipped,
        Path("flux1-dev-fp8.safetensors"),
        TransformerFacts(model="dev", weights=1, size_bytes=1, is_packed=False, fingerprint="0" * 64),
    )
    assert {tier: whole.memory_gb[tier] for tier in TIERS} == {
        tier: shipped.memory_gb[tier] for tier in TIERS
    }


def test_the_formats_are_those_of_the_library() -> None:
    from diffusers.quantizers.gguf.utils import SUPPORTED_GGUF_QUANT_TYPES
    from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

    for number, (name, weights, size) in gguf_header.FORMATS.items():
        kind = GGMLQuantizationType(number)
        assert (kind.name, GGML_QUANT_SIZES[kind]) == (name, (weights, size))
        assert kind in SUPPORTED_GGUF_QUANT_TYPES or name in ("F32", "F16")


def text(words: str) -> bytes:
    return struct.pack("<Q", len(words)) + words.encode()


def gguf_bytes(
    tensors: bytes = b"", count: int = 0, notes: bytes = b"", note_count: int = 0, version: int = 3
) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, count, note_count) + notes + tensors


def tensor(name: str, *shape: int, kind: int = 0, offset: int = 0, dimensions: int | None = None) -> bytes:
    sizes = struct.pack(f"<{len(shape)}Q", *shape)
    return (
        text(name)
        + struct.pack("<I", len(shape) if dimensions is None else dimensions)
        + sizes
        + struct.pack("<IQ", kind, offset)
    )


HUGE = 2**63
HOSTILE = {
    "cut off": b"GGUF\x03",
    "another magic": b"GGML" + bytes(60),
    "big-endian": b"GGUF" + struct.pack(">IQQ", 3, 0, 0),
    "tensors without end": gguf_bytes(count=HUGE),
    "notes without end": gguf_bytes(note_count=HUGE),
    "a text without end": gguf_bytes(struct.pack("<Q", HUGE) + b"a", 1),
    "a list without end": gguf_bytes(notes=text("a") + struct.pack("<IIQ", 9, 0, HUGE), note_count=1),
    "lists in lists": gguf_bytes(notes=text("a") + struct.pack("<IIQ", 9, 9, 1) + bytes(99), note_count=1),
    "an odd note": gguf_bytes(notes=text("a") + struct.pack("<I", 77), note_count=1),
    "no alignment": gguf_bytes(notes=text("general.alignment") + struct.pack("<II", 4, 0), note_count=1),
    "a dunder name": gguf_bytes(tensor("a.__class__.b", 8), 1) + bytes(99),
    "a path": gguf_bytes(tensor("../../a", 8), 1) + bytes(99),
    "many dimensions": gguf_bytes(tensor("a", 8, dimensions=2**32 - 1), 1) + bytes(99),
    "a shape without end": gguf_bytes(tensor("a", HUGE, HUGE), 1) + bytes(99),
    "an empty shape": gguf_bytes(tensor("a", 0, 8), 1) + bytes(99),
    "half a block": gguf_bytes(tensor("a", 8, kind=8), 1) + bytes(99),
    "an unknown format": gguf_bytes(tensor("a", 8, kind=99), 1) + bytes(99),
    "twice": gguf_bytes(tensor("a", 8) + tensor("a", 8, offset=32), 2) + bytes(99),
    "over each other": gguf_bytes(tensor("a", 8) + tensor("b", 8), 2) + bytes(99),
    "far away": gguf_bytes(tensor("a", 8, offset=HUGE), 1) + bytes(99),
    "more behind": gguf_bytes(tensor("a", 8), 1) + bytes(999),
    "no FLUX": gguf_bytes(tensor("a", 8), 1) + bytes(7) + bytes(32),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.gguf"
    file.write_bytes(data)
    with pytest.raises(FileRefused, match=r"a\.gguf .*\.$"):
        read_transformer(file)


def test_a_damaged_header_is_refused_or_harmless(tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "flux1-dev-Q8_0.gguf"
    write_miniature(tiny, file)
    whole, chance = file.read_bytes(), random.Random(1)
    end = min(
        start for start, _ in gguf_header.read_gguf_header(file, gguf_header.HeaderLimits()).spans.values()
    )
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        damaged[chance.randrange(end)] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged if chance.random() < 0.8 else damaged[: chance.randrange(end)])
        try:
            read_transformer(file)
        except FileRefused:
            refused += 1
    assert refused > 75


def test_what_would_be_read_wrongly_is_refused(tiny: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    file = tmp_path / "flux1-dev-fp8.safetensors"
    meant, _ = write_miniature(tiny, file)
    assert read_transformer(file).model == "dev"
    save_file({**meant, "scaled_fp8": torch.zeros(2)}, file)
    with pytest.raises(FileRefused, match="scales of their own"):
        read_transformer(file)
    save_file({**meant, "img_in.weight": torch.zeros(WIDTH, 128)}, file)
    with pytest.raises(FileRefused, match="Depth or Canny"):
        read_transformer(file)
    schnell = {name: one for name, one in meant.items() if not name.startswith("guidance")}
    save_file(schnell, file)
    assert read_transformer(file).model == "schnell"
    kontext = file.with_name("flux1-kontext-dev.safetensors")
    save_file(meant, kontext)
    assert read_transformer(kontext).model == "kontext"
