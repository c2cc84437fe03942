"""LoRA files that a person brings: safetensors only, small, and really a LoRA."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.tensor_files.errors import FileRefused, LoraRefused
from pipelines.tensor_files.header import HeaderLimits, TensorHeader, read_header

LORA_LIMITS = HeaderLimits(
    header_bytes=4_000_000, tensors=10_000, metadata_bytes=1_000_000, file_bytes=4_000_000_000
)
# The low-rank halves as diffusers/PEFT, kohya and XLabs name them; the first group's tensor has rank rows.
DOWN = re.compile(r"(lora_A|lora_down|lora\.down|proj_lora\d*\.down|qkv_lora\d*\.down)(\.default)?\.weight$")
UP = re.compile(r"(lora_B|lora_up|lora\.up|proj_lora\d*\.up|qkv_lora\d*\.up)(\.default)?\.weight$")
NOTES_OF_BASE = ("modelspec.architecture", "ss_base_model_version", "base_model")
MAX_NOTE_CHARS = 80
LARGEST_RANK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraFacts:
    """What is known of a LoRA file without loading it. rank 0: its layers differ; base: its maker's word, or ""."""

    sha256: str
    size_bytes: int
    tensors: int
    layers: int
    rank: int
    base: str


def check_lora(path: Path) -> LoraFacts:
    """Look at a file and say what it is; no tensor is loaded. Raises LoraRefused with the reason."""
    if path.suffix.lower() != ".safetensors":
        raise LoraRefused(
            "A LoRA must be a .safetensors file: other formats can carry programs. Ask its maker for that format."
        )
    header, down = read_lora(path)
    ranks = {shape[0] for shape in down.values() if shape}
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return LoraFacts(
        sha256=digest,
        size_bytes=header.file_bytes,
        tensors=len(header.shapes),
        layers=len(down),
        rank=ranks.pop() if len(ranks) == 1 else 0,
        base=_read_base(header),
    )


def read_lora(path: Path) -> tuple[TensorHeader, dict[str, tuple[int, ...]]]:
    """A LoRA's header, and layer -> shape of its first half; the one check that every LoRA passes before its tensors
    are read. Raises LoraRefused with the reason."""
    try:
        header = read_header(path, LORA_LIMITS)
    except FileRefused as error:
        raise LoraRefused(error.message) from error
    except OSError as error:
        raise LoraRefused(f"{path.name} cannot be read.") from error
    down, up = _halves(header, DOWN), _halves(header, UP)
    if not down or set(down) != set(up):
        raise LoraRefused(f"{path.name} holds no LoRA: its tensors do not come in low-rank pairs.")
    if max((shape[0] for shape in down.values() if shape), default=0) > LARGEST_RANK:
        raise LoraRefused(f"{path.name} has a rank over {LARGEST_RANK}: it is no LoRA, or a broken one.")
    return header, down


def _halves(header: TensorHeader, pattern: re.Pattern[str]) -> dict[str, tuple[int, ...]]:
    """Layer -> shape of the half that the pattern names; the layer keeps what tells two processors apart."""
    found = {}
    for name, shape in header.shapes.items():
        match = pattern.search(name)
        if match:
            half = match[1].replace("down", "").replace("up", "").removesuffix("A").removesuffix("B")
            found[name[: match.start()] + half] = shape
    return found


def _read_base(header: TensorHeader) -> str:
    for note in NOTES_OF_BASE:
        words = header.metadata.get(note, "")
        if words:
            return "".join(c for c in words[:MAX_NOTE_CHARS] if c.isprintable())
    return ""
