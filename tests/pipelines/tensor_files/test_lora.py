"""LoRA files and safetensors headers: what is taken, and every hostile file that is not."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.tensor_files.errors import LoraRefused
from pipelines.tensor_files.lora import check_lora
from tests.pipelines.weights.hub_double import safetensors_bytes

PAIRS = {"transformer.single.0.lora_A.weight": (4, 8), "transformer.single.0.lora_B.weight": (8, 4)}


def file_of(header: Any, data: bytes = b"", *, length: int | None = None) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def row(start: int, stop: int, **facts: Any) -> dict[str, Any]:
    return {"dtype": "F16", "shape": [(stop - start) // 2], "data_offsets": [start, stop], **facts}


def pair(**facts: Any) -> dict[str, Any]:
    return {"a.lora_A.weight": row(0, 8, **facts), "a.lora_B.weight": row(8, 16)}


@pytest.mark.parametrize(
    ("names", "rank"),
    [
        (PAIRS, 4),
        (
            {
                "lora_unet_x.lora_down.weight": (16, 8),
                "lora_unet_x.lora_up.weight": (8, 16),
                "lora_unet_x.alpha": (),
            },
            16,
        ),
        (
            {
                "double_blocks.0.processor.proj_lora1.down.weight": (2, 8),
                "double_blocks.0.processor.proj_lora1.up.weight": (8, 2),
                "double_blocks.0.processor.proj_lora2.down.weight": (2, 8),
                "double_blocks.0.processor.proj_lora2.up.weight": (8, 2),
            },
            2,
        ),
        ({**PAIRS, "b.lora_A.weight": (2, 8), "b.lora_B.weight": (8, 2)}, 0),
    ],
    ids=["diffusers", "kohya", "xlabs", "mixed-ranks"],
)
def test_the_usual_ways_of_naming_are_known(
    tmp_path: Path, names: dict[str, tuple[int, ...]], rank: int
) -> None:
    path = tmp_path / "style.safetensors"
    path.write_bytes(safetensors_bytes(names, {"ss_base_model_version": "flux1\x07"}))
    facts = check_lora(path)
    assert (facts.rank, facts.tensors, facts.base) == (rank, len(names), "flux1")
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert facts.size_bytes == path.stat().st_size


def test_the_library_reads_what_is_taken(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    path = tmp_path / "style.safetensors"
    path.write_bytes(safetensors_bytes(PAIRS))
    assert {name: array.shape for name, array in load_file(path).items()} == PAIRS


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cut off"),
        (b"\x80\x04\x95abc", "cut off"),
        (b"PK\x03\x04" + bytes(2000), "safetensors"),
        (file_of(pair(), bytes(15)), "cut off"),
        (file_of(pair(), bytes(17)), "more follows"),
        (file_of(pair(), bytes(16), length=10**9), "cut off"),
        (file_of(b" " * 5_000_000), "cut off"),
        (file_of(b'{"a": 1, "a": 1}'), "twice"),
        (file_of(b'{"__metadata__": {"a": "1", "a": "2"}}'), "twice"),
        (file_of(b'{"a.lora_A.weight": ' + b"[" * 100_000 + b"}"), "well-formed"),
        (file_of(b"{\xff\xfe}"), "well-formed"),
        (file_of({**pair(), "__class__": row(0, 0)}, bytes(16)), "no model uses"),
        (file_of({**pair(), "a.__init__.b": row(0, 0)}, bytes(16)), "no model uses"),
        (file_of({**pair(), "../../etc": row(0, 0)}, bytes(16)), "no model uses"),
        (file_of({**pair(), "a" * 300: row(0, 0)}, bytes(16)), "no model uses"),
        (file_of({**pair(), "bell\x07": row(0, 0)}, bytes(16)), "no model uses"),
        (file_of(pair(dtype="OBJECT"), bytes(16)), "unknown format"),
        (file_of(pair(dtype=["F16"]), bytes(16)), "unknown format"),
        (file_of(pair(shape=[-4]), bytes(16)), "impossible shape"),
        (file_of(pair(shape=[4.0]), bytes(16)), "impossible shape"),
        (file_of(pair(shape=[True]), bytes(16)), "impossible shape"),
        (file_of(pair(shape=[1] * 20), bytes(16)), "impossible shape"),
        (file_of(pair(shape=[2**40, 2**40]), bytes(16)), "does not fit"),
        (file_of(pair(data_offsets=[0, 4]), bytes(16)), "does not fit"),
        (file_of(pair(extra=1), bytes(16)), "does not know"),
        (file_of({"a.lora_A.weight": row(0, 8), "a.lora_B.weight": row(4, 12)}, bytes(12)), "overlap"),
        (file_of({"a.lora_A.weight": row(0, 8), "a.lora_B.weight": row(10, 18)}, bytes(18)), "gaps"),
        (file_of({**pair(), "__metadata__": {"a": 1}}, bytes(16)), "plain text"),
        (file_of({**pair(), "__metadata__": {"a": "x" * 1_500_000}}, bytes(16)), "too long"),
        (file_of({f"t{n}": row(0, 0) for n in range(10_001)}), "more than 10000 tensors"),
        (safetensors_bytes({"transformer.weight": (4, 4)}), "no LoRA"),
        (safetensors_bytes({"a.lora_A.weight": (4, 8)}), "pairs"),
        (safetensors_bytes({"a.lora_A.weight": (1025, 1), "a.lora_B.weight": (1, 1025)}), "rank"),
    ],
)
def test_hostile_files_are_refused_with_a_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(data)
    with pytest.raises(LoraRefused, match=words):
        check_lora(path)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path.with_suffix(".pt"),
        lambda path: path.with_name("none.safetensors"),
        lambda path: path.parent,
    ],
)
def test_other_files_are_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors_bytes(PAIRS))
    path.with_suffix(".pt").write_bytes(b"pickle")
    with pytest.raises(LoraRefused):
        check_lora(make(path))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=64), st.integers(0, 200), st.integers(0, 255))
def test_no_bytes_do_anything_but_pass_or_be_refused(
    tmp_path: Path, noise: bytes, at: int, value: int
) -> None:
    data = bytearray(safetensors_bytes(PAIRS))
    data[at % len(data)] = value
    path = tmp_path / "noise.safetensors"
    for candidate in (noise, bytes(data), bytes(data[:at])):
        path.write_bytes(candidate)
        try:
            assert check_lora(path).layers == 1
        except LoraRefused:
            continue
