"""The header of a safetensors file, read by our own limits: the library accepts more than a model ever needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from pipelines.tensor_files.errors import FileRefused

LENGTH_BYTES = 8  # the header's length, little-endian, at the start (safetensors format)
METADATA = "__metadata__"
BYTES_PER_VALUE = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 8),
}
TENSOR_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
MAX_NAME_CHARS = 250
MAX_DIMENSIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderLimits:
    """How much a header may hold."""

    header_bytes: int = 8_000_000  # the largest models in use need under 1 MB
    tensors: int = 20_000
    metadata_bytes: int = 2_000_000
    file_bytes: int = 100_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorHeader:
    """What a safetensors or GGUF file says of itself, by tensor name: sizes, number format, where its bytes lie."""

    shapes: Mapping[str, tuple[int, ...]]
    metadata: Mapping[str, str]
    file_bytes: int
    formats: Mapping[str, str]
    spans: Mapping[str, tuple[int, int]]  # first byte in the file, and the one after the last


def read_header(path: Path, limits: HeaderLimits) -> TensorHeader:
    """Read and check the header; no tensor is read.

    Raises FileRefused: not a plain file, too large, cut off, malformed JSON, a name twice, an odd or dunder name,
    an unknown number format, tensors that overlap, leave gaps or do not fill the file to its end.
    """
    size = check_plain_file(path, limits)
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(LENGTH_BYTES), "little")
        if size < LENGTH_BYTES or not 2 <= length <= min(limits.header_bytes, size - LENGTH_BYTES):
            raise FileRefused(f"{path.name} is not a safetensors file, or it is cut off.")
        raw = stream.read(length)
    table = _parse(path.name, raw)
    metadata = _check_metadata(path.name, table.pop(METADATA, {}), limits)
    if len(table) > limits.tensors:
        raise FileRefused(f"{path.name} holds more than {limits.tensors} tensors.")
    _check_tensors(path.name, table, size - LENGTH_BYTES - length)
    data = LENGTH_BYTES + length
    return TensorHeader(
        shapes={name: tuple(row["shape"]) for name, row in table.items()},
        metadata=metadata,
        file_bytes=size,
        formats={name: row["dtype"] for name, row in table.items()},
        spans={
            name: (data + row["data_offsets"][0], data + row["data_offsets"][1])
            for name, row in table.items()
        },
    )


def check_plain_file(path: Path, limits: HeaderLimits) -> int:
    """The size of a file. Raises FileRefused for what is no plain file, or too large a one."""
    if path.is_symlink() or not path.is_file():
        raise FileRefused(f"{path.name} is not a plain file.")
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise FileRefused(f"{path.name} is larger than {limits.file_bytes // 1_000_000} MB.")
    return size


def check_name(file_name: str, tensor: str) -> None:
    """Raises FileRefused for a tensor's name that no model uses."""
    if (
        len(tensor) > MAX_NAME_CHARS
        or not TENSOR_NAME.fullmatch(tensor)
        or any(part.startswith("__") or part.endswith("__") for part in re.split(r"[./:]", tensor))
    ):
        raise FileRefused(f"{file_name} holds a tensor with a name that no model uses.")


def _parse(name: str, raw: bytes) -> dict[str, Any]:
    def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise FileRefused(f"{name} holds the same name twice.")
        return table

    if not raw.startswith(b"{"):
        raise FileRefused(f"{name} is not a safetensors file.")
    try:
        table = json.loads(raw.decode("utf-8"), object_pairs_hook=refuse_twice)
    except (ValueError, RecursionError) as error:
        raise FileRefused(f"The header of {name} is not well-formed.") from error
    if not isinstance(table, dict):
        raise FileRefused(f"The header of {name} is not a table.")
    return table


def _check_metadata(name: str, metadata: Any, limits: HeaderLimits) -> dict[str, str]:
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise FileRefused(f"The notes in the header of {name} are not plain text.")
    if sum(len(key) + len(value) for key, value in metadata.items()) > limits.metadata_bytes:
        raise FileRefused(f"The notes in the header of {name} are too long.")
    return metadata


def _check_tensors(name: str, table: dict[str, Any], data_bytes: int) -> None:
    spans = []
    for tensor, row in table.items():
        check_name(name, tensor)
        if not isinstance(row, dict) or set(row) != {"dtype", "shape", "data_offsets"}:
            raise FileRefused(f"{name} describes a tensor in a way that safetensors does not know.")
        spans.append(_check_span(name, row))
    end = 0
    for start, stop in sorted(spans):
        if start != end:
            raise FileRefused(f"The tensors of {name} overlap or leave gaps.")
        end = stop
    if end != data_bytes:
        raise FileRefused(f"{name} is cut off, or more follows after its last tensor.")


def _check_span(name: str, row: dict[str, Any]) -> tuple[int, int]:
    width = BYTES_PER_VALUE.get(row["dtype"]) if isinstance(row["dtype"], str) else None
    shape, offsets = row["shape"], row["data_offsets"]
    if width is None:
        raise FileRefused(f"{name} holds numbers in an unknown format.")
    if not _are_counts(shape) or len(shape) > MAX_DIMENSIONS or not _are_counts(offsets) or len(offsets) != 2:
        raise FileRefused(f"{name} holds a tensor of an impossible shape.")
    if offsets[1] - offsets[0] != prod(shape) * width:
        raise FileRefused(f"{name} holds a tensor whose shape does not fit its bytes.")
    return offsets[0], offsets[1]


def _are_counts(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)
