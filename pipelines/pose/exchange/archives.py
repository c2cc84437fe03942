"""ZIP archives and the arrays of an NPZ, read member by member: sizes are counted, nothing is unpacked or executed."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from pipelines.pose.exchange.limits import MEGA, MOST_FILE_BYTES, PoseFileRefused

MOST_MEMBERS = 400
MOST_UNPACKED_BYTES = 60 * MEGA
LONGEST_PATH = 200
NUMBERS = "fiu"  # kinds of dtype
MOST_ITEM_BYTES = 8


class Archive:
    """The members of a ZIP. Raises PoseFileRefused for one that is broken, encrypted or too large."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_FILE_BYTES:
            raise PoseFileRefused(f"The archive is larger than {MOST_FILE_BYTES // MEGA} MB.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
            raise PoseFileRefused("The archive is broken.") from error
        self._left = MOST_UNPACKED_BYTES
        self._infos: dict[str, zipfile.ZipInfo] = {}
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise PoseFileRefused(f"The archive has more than {MOST_MEMBERS} members.")
        for info in self._zip.infolist():
            if not info.is_dir():
                self._take(info)

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, in the archive's order."""
        return tuple(self._infos)

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a member, counted as they come. Raises PoseFileRefused."""
        try:
            with self._zip.open(self._infos[name]) as member:
                data = member.read(min(most, self._left) + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise PoseFileRefused(f"“{name}” in the archive is broken.") from error
        self._left -= len(data)
        if len(data) > most or self._left < 0:
            raise PoseFileRefused(f"“{name}” in the archive is too large.")
        return data

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        parts = name.replace("\\", "/").split("/")
        if len(name) > LONGEST_PATH or not name.isprintable():
            raise PoseFileRefused("A member of the archive has a name that cannot be used.")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
            raise PoseFileRefused(f"“{name}” in the archive points outside of it.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise PoseFileRefused(f"“{name}” in the archive is a link.")
        if info.flag_bits & 1:
            raise PoseFileRefused(f"“{name}” in the archive is encrypted.")
        if name in self._infos:
            raise PoseFileRefused(f"“{name}” comes twice in the archive.")
        self._infos[name] = info


def read_arrays(data: bytes, wanted: Iterator[str] | tuple[str, ...]) -> dict[str, np.ndarray]:
    """The wanted arrays of an NPZ that are there, as float64. Objects are refused, never unpickled."""
    archive = Archive(data)
    return {
        name: read_array(archive.read(name + ".npy", MOST_UNPACKED_BYTES), name)
        for name in wanted
        if name + ".npy" in archive.names
    }


def read_array(data: bytes, name: str) -> np.ndarray:
    """One array of numbers in NumPy's format, its size known before it is made. Raises PoseFileRefused."""
    stream = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        if version == (1, 0):
            shape, by_columns, dtype = np.lib.format.read_array_header_1_0(stream)
        else:
            shape, by_columns, dtype = np.lib.format.read_array_header_2_0(stream)
    except (ValueError, KeyError, EOFError, SyntaxError, TypeError) as error:
        raise PoseFileRefused(f"The array “{name}” is broken.") from error
    if dtype.kind not in NUMBERS or dtype.itemsize > MOST_ITEM_BYTES or len(shape) > 4:
        raise PoseFileRefused(f"The array “{name}” does not hold numbers.")
    rest = data[stream.tell() :]
    count = 1
    for side in shape:
        count *= side
    if min(shape, default=0) < 0 or count * dtype.itemsize != len(rest):
        raise PoseFileRefused(f"The array “{name}” is not as large as it says.")
    values = np.frombuffer(rest, dtype).astype(np.float64)
    if not np.isfinite(values).all():
        raise PoseFileRefused(f"The array “{name}” holds something that is no number.")
    return values.reshape(shape[::-1]).T if by_columns else values.reshape(shape)
