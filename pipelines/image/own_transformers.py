"""A person's own file of FLUX.1 as a choice: the shipped presets of that model, with the file as their transformer.

The files lie in one folder, or links to them do. A preset made so is named by what the file holds: a recipe made with
one file is never made again with another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.image.spec import BASE, TRANSFORMER, Component, EnginePreset
from pipelines.image.tiers import EIGHT_BIT, FOUR_BIT, FULL, OFFLOAD
from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.transformer import SUFFIXES, TransformerFacts, read_transformer

# Of the base everything but the weights of the transformer.
BASE_FILES = (
    "model_index.json",
    "scheduler/*",
    "tokenizer/*",
    "tokenizer_2/*",
    "text_encoder/*",
    "text_encoder_2/*",
    "vae/*",
    "transformer/config.json",
)
MARK = "--"  # between the name of the shipped preset and the beginning of the file's fingerprint
FINGERPRINT_CHARS = 12
MOST_TITLE = 80
MOST_FILES = 64
ODD = frozenset("*?[]")  # in a file name; they mean patterns elsewhere
GB = 1_000_000_000
# Bytes a weight of the transformer takes of the shipped plan in each tier, or fewer.
LEAST_BYTES = {FULL: 2.0, OFFLOAD: 2.0, EIGHT_BIT: 1.0, FOUR_BIT: 0.5}
UNPACK_GB = 0.4  # the largest layer while it is used: 66 million weights, in float32 and bf16
T5_GB = 9.6  # the next largest part in bf16: 4.76 billion weights


def own_presets(
    folder: Path, shipped: Mapping[str, EnginePreset], problems: list[PipelineError]
) -> list[EnginePreset]:
    """The presets that the files of a folder make; why a file makes none goes into `problems`. No folder: none."""
    if not folder.is_dir():
        return []
    presets: dict[str, EnginePreset] = {}
    for file in _list_files(folder, problems):
        try:
            facts = read_transformer(file)
        except FileRefused as error:
            problems.append(error)
            continue
        for base in shipped.values():
            if base.own_file == facts.model:
                made = with_transformer(base, file, facts)
                presets.setdefault(made.name, made)
    return list(presets.values())


def with_transformer(base: EnginePreset, file: Path, facts: TransformerFacts) -> EnginePreset:
    """The preset with that file in place of the base's transformer, its memory plan and download reckoned anew."""
    own = Component(
        role=TRANSFORMER, repo="", folder=file.parent, files=(file.name,), fingerprint=facts.fingerprint
    )
    stem = "".join(letter for letter in file.stem if letter.isprintable())
    memory, ram = (
        (_card_gb(base.memory_gb, facts), _ram_gb(base.ram_gb, facts))
        if facts.is_packed
        else (base.memory_gb, base.ram_gb)
    )
    return replace(
        base,
        name=f"{base.name}{MARK}{facts.fingerprint[:FINGERPRINT_CHARS]}",
        title=f"{base.title}, your file {stem}"[:MOST_TITLE],
        components=(*(_without_transformer(part, facts) for part in base.components), own),
        memory_gb=memory,
        ram_gb=ram,
        preferred=False,
    )


def _list_files(folder: Path, problems: list[PipelineError]) -> Iterable[Path]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    for file in [file for file in files if ODD & set(file.name) or file.suffix != file.suffix.lower()]:
        files.remove(file)
        problems.append(
            FileRefused(f"{file.name}: give it a name without * ? [ ] and an ending in small letters.")
        )
    if len(files) > MOST_FILES:
        problems.append(
            FileRefused(f"{folder.name} holds more than {MOST_FILES} files; the first are taken.")
        )
    return files[:MOST_FILES]


def _without_transformer(part: Component, facts: TransformerFacts) -> Component:
    if part.role != BASE:
        return part
    rest = max(0, part.size_bytes - 2 * facts.weights)
    return replace(part, files=BASE_FILES, size_bytes=rest, size_estimated=True)


def _card_gb(shipped: Mapping[str, float], facts: TransformerFacts) -> dict[str, float]:
    """tier -> GB of the card: the shipped plan with the file's bytes in place of the transformer's own."""
    own = facts.size_bytes / GB + UNPACK_GB
    held = {tier: max(own, T5_GB) if tier == OFFLOAD else own for tier in shipped}  # one part at a time there
    return {tier: _up(needed - _taken_gb(tier, facts) + held[tier]) for tier, needed in shipped.items()}


def _ram_gb(shipped: Mapping[str, float], facts: TransformerFacts) -> dict[str, float]:
    """tier -> GB of the main memory: where all waits there the file's bytes too, else the largest part."""
    own = facts.size_bytes / GB
    held = {tier: own if tier == OFFLOAD else max(own, T5_GB) for tier in shipped}
    return {tier: _up(needed - _taken_gb(FULL, facts) + held[tier]) for tier, needed in shipped.items()}


def _taken_gb(tier: str, facts: TransformerFacts) -> float:
    return LEAST_BYTES[tier] * facts.weights / GB


def _up(gb: float) -> float:
    return math.ceil(gb * 10) / 10
