"""Object stores: what keeps bytes under the name of their SHA-256. A folder is one; a bucket can be another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes that are kept: their SHA-256 in hexadecimal, their number."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBlob(Blob):
    """Bytes that were put, and are still at hand: put again where somebody deleted them for good in between."""

    data: bytes


class ObjectStore(Protocol):
    """Keeps bytes durably. `put` answers when they survive a power cut; nothing is ever written in place."""

    def put(self, data: bytes) -> Blob:
        """Keep bytes; the same bytes again are a no-op. Raises StorageFull."""

    def open(self, sha256: str, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to before `stop` (None: to the end), in pieces. Raises FileNotFoundError at once."""

    def read(self, sha256: str) -> bytes:
        """All the bytes. Raises FileNotFoundError."""

    def holds(self, blob: Blob) -> bool:
        """Whether the bytes are there and whole."""

    def has_size(self, sha256: str, size: int) -> bool:
        """Whether so many bytes are there under that name: a quick look."""

    def delete(self, sha256: str) -> None:
        """Remove bytes, if they are there."""

    def list(self) -> Iterator[str]:
        """The names of all bytes that are kept, in their order."""

    def presign(self, sha256: str, seconds: int) -> str | None:
        """An address where whoever has it can read the bytes for so long; None where there are no addresses."""
