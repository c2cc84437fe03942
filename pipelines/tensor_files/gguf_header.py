"""The header of a GGUF file, read by our own limits; no tensor is read, and nothing in it is a program.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path

from pipelines.tensor_files.errors import FileRefused
from pipelines.tensor_files.header import HeaderLimits, TensorHeader, check_name, check_plain_file

MAGIC = b"GGUF"
VERSIONS = (2, 3)
ALIGNMENT_NOTE = "general.alignment"
ALIGNMENT = 32  # bytes, where the file states no other
MAX_ALIGNMENT = 65_536
MAX_NOTES = 1_000
MAX_ITEMS = 100_000  # of a list in the notes
MAX_DIMENSIONS = 4  # ggml's own
# Number of the format -> its name, weights in a block, bytes of a block: those that diffusers reads.
FORMATS: Mapping[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    20: ("IQ4_NL", 32, 18),
    23: ("IQ4_XS", 256, 136),
    30: ("BF16", 1, 2),
}
# Kinds of notes: bytes of one value; text and lists have lengths of their own.
UINT32, TEXT, LIST = 4, 8, 9
NOTE_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


def read_gguf_header(path: Path, limits: HeaderLimits) -> TensorHeader:
    """Read and check the header; no tensor is read. The notes are passed over: nothing here needs them.

    Raises FileRefused: not a plain file, too large, cut off, of another version, a name twice or an odd one, an
    unknown number format, tensors that overlap, leave gaps or do not lie within the file.
    """
    size = check_plain_file(path, limits)
    with path.open("rb") as stream:
        reader = _HeaderReader(path.name, stream.read(limits.header_bytes))
    if reader.take(len(MAGIC)) != MAGIC:
        raise FileRefused(f"{path.name} is not a GGUF file.")
    if reader.number(4) not in VERSIONS:
        raise FileRefused(f"{path.name} is of a version of GGUF that is not read here.")
    tensors, notes = reader.number(8), reader.number(8)
    if tensors > limits.tensors or notes > MAX_NOTES:
        raise FileRefused(f"{path.name} holds more tensors or notes than a model has.")
    alignment = ALIGNMENT
    for _ in range(notes):
        alignment = reader.note() or alignment
    shapes: dict[str, tuple[int, ...]] = {}
    formats: dict[str, str] = {}
    begins: dict[str, tuple[int, int]] = {}  # from where the data begins, and how long
    for _ in range(tensors):
        name, shape, number_format, offset, length = reader.tensor()
        if name in shapes:
            raise FileRefused(f"{path.name} holds the same name twice.")
        shapes[name], formats[name], begins[name] = shape, number_format, (offset, length)
    data = -(-reader.at // alignment) * alignment
    spans = {name: (data + offset, data + offset + length) for name, (offset, length) in begins.items()}
    _check_spans(path.name, list(spans.values()), data, size, alignment)
    return TensorHeader(shapes=shapes, metadata={}, file_bytes=size, formats=formats, spans=spans)


class _HeaderReader:
    """Walks over the first bytes of a file; whatever would lead outside of them is refused."""

    def __init__(self, name: str, raw: bytes) -> None:
        self._name, self._raw = name, raw
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next so many bytes."""
        if count > len(self._raw) - self.at:
            raise FileRefused(f"{self._name} is not a GGUF file, it is cut off, or its header is too long.")
        self.at += count
        return self._raw[self.at - count : self.at]

    def number(self, width: int) -> int:
        """A whole number of 4 or 8 bytes."""
        return int(struct.unpack("<I" if width == 4 else "<Q", self.take(width))[0])

    def text(self) -> bytes:
        """A text, as it is written."""
        return self.take(self.number(8))

    def note(self) -> int:
        """Pass over a note; the alignment where it is that one, else 0."""
        name, kind = self.text(), self.number(4)
        if name == ALIGNMENT_NOTE.encode():
            value = self.number(4) if kind == UINT32 else 0
            if not 8 <= value <= MAX_ALIGNMENT or value & (value - 1):
                raise FileRefused(f"{self._name} lays its tensors out in a way that no model uses.")
            return value
        if kind == LIST:
            kind, count = self.number(4), self.number(8)
            if count > MAX_ITEMS:
                raise FileRefused(f"The notes in the header of {self._name} are too long.")
        else:
            count = 1
        if kind == TEXT:
            for _ in range(count):
                self.text()
        elif kind in NOTE_BYTES:
            self.take(NOTE_BYTES[kind] * count)
        else:
            raise FileRefused(f"{self._name} holds a note of an unknown kind.")
        return 0

    def tensor(self) -> tuple[str, tuple[int, ...], str, int, int]:
        """Name, shape with rows first, format, where it begins in the data, and its bytes."""
        name = self.text().decode("latin-1")  # any odd byte becomes an odd letter, which is refused
        check_name(self._name, name)
        dimensions = self.number(4)
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise FileRefused(f"{self._name} holds a tensor of an impossible shape.")
        shape = tuple(self.number(8) for _ in range(dimensions))
        found = FORMATS.get(self.number(4))
        if found is None:
            raise FileRefused(f"{self._name} holds numbers in a format that is not read here.")
        number_format, weights, size = found
        if not all(shape) or shape[0] % weights:
            raise FileRefused(f"{self._name} holds a tensor whose shape does not fit its bytes.")
        return name, shape[::-1], number_format, self.number(8), prod(shape) // weights * size


def _check_spans(name: str, spans: list[tuple[int, int]], data: int, size: int, alignment: int) -> None:
    """Each tensor begins at the next aligned place after the one before, and the last ends with the file."""
    end = data
    for start, stop in sorted(spans):
        if start != -(-end // alignment) * alignment:
            raise FileRefused(f"The tensors of {name} overlap or leave gaps.")
        end = stop
    if not end <= size <= -(-end // alignment) * alignment:
        raise FileRefused(f"{name} is cut off, or more follows after its last tensor.")
