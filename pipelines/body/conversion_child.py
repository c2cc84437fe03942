"""The conversion child: a process of its own that takes the arrays out of a body model's file, or refuses it.

Run by path, never imported by the studio: `python conversion_child.py`, with one JSON object on its standard input and
its answer, another, on its standard output: {"kept": true} or {"refused": sentence}. Such files are pickles, or hold
them: whoever made one could have hidden a program in it. Nothing of a file is run here: a name that the file asks for
is looked up in a table of inert things, and any other ends the reading. Only then do names, shapes and numbers count.
"""

from __future__ import annotations

import json
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

MOST_BYTES_UNPACKED = 3 << 30
KEPT_BETAS = 10  # of the shape components; what a regressor says, and what is kept
AXES = 3
NO_PARENT = -1


class FileUnfit(Exception):
    """Carries the sentence that says why a file is not taken."""


# --- SMPL's files --------------------------------------------------------------------------------


class InertArray:
    """Stands for chumpy's arrays, which compute: this one only holds what was stored of it."""

    def __init__(self, *_values: Any, **_named: Any) -> None:
        self.stored: dict[str, Any] = {}

    def __setstate__(self, state: Any) -> None:
        self.stored = state if isinstance(state, dict) else {}

    def plain(self) -> Any:
        """The numbers: of an array, or of a choice of another's elements."""
        stored = self.stored if "stored" in vars(self) else {}
        if isinstance(stored.get("x"), np.ndarray):
            return stored["x"]
        source, chosen = stored.get("a"), stored.get("idxs")
        if isinstance(source, InertArray):
            source = source.plain()
        if not isinstance(source, np.ndarray) or not isinstance(chosen, np.ndarray):
            raise FileUnfit("It holds numbers that are still to be computed.")
        picked = source.reshape(-1)[chosen.astype(np.int64)]
        shape = stored.get("preferred_shape")
        return picked if shape is None else picked.reshape(shape)


class InertMatrix(InertArray):
    """Stands for SciPy's sparse matrices (compressed by columns or by rows): it holds data, indices and shape."""

    by_column = True

    def plain(self) -> Any:
        """(rows, columns) with its zeros."""
        stored = self.stored if "stored" in vars(self) else {}
        names = ("data", "indices", "indptr")
        data, places, starts = (np.asarray(stored.get(name)) for name in names)
        rows, columns = (int(side) for side in stored.get("_shape", (0, 0)))
        lines = columns if self.by_column else rows
        if starts.shape != (lines + 1,) or data.shape != places.shape or rows * columns > 10_000_000:
            raise FileUnfit("It holds a sparse matrix whose parts do not fit.")
        line = np.repeat(np.arange(lines), np.diff(starts))
        whole = np.zeros((rows, columns))
        np.add.at(whole, (places, line) if self.by_column else (line, places), data)
        return whole


class InertRowMatrix(InertMatrix):
    """The same, compressed by rows."""

    by_column = False


def encode_latin(text: str, encoding: str) -> bytes:
    """What a pickle of an older Python needs for its bytes."""
    if encoding not in ("latin1", "latin-1"):
        raise FileUnfit("It asks for an encoding that no array needs.")
    return text.encode("latin1")


def make_number(kind: np.dtype[Any], data: Any) -> Any:
    """One number of an array's format."""
    if not isinstance(kind, np.dtype) or kind.hasobject:
        raise FileUnfit("It holds a number that is none.")
    return np.frombuffer(data.encode("latin1") if isinstance(data, str) else data, kind)[0]


def make_inert(kind: type, base: type, _state: Any) -> Any:
    """What an older pickle asks for to make an object: only of the inert kinds."""
    if base is not object or kind not in (InertArray, InertMatrix, InertRowMatrix):
        raise FileUnfit("It asks for an object that no array needs.")
    return kind()


def allowed_names() -> dict[tuple[str, str], Any]:
    """Everything that a file may ask for by name, and what it gets."""
    from numpy.core.multiarray import _reconstruct  # type: ignore[attr-defined]

    table: dict[tuple[str, str], Any] = {
        ("numpy", "ndarray"): np.ndarray,
        ("numpy", "dtype"): np.dtype,
        ("_codecs", "encode"): encode_latin,
    }
    for module in ("numpy.core.multiarray", "numpy._core.multiarray"):
        table[module, "_reconstruct"] = _reconstruct
        table[module, "scalar"] = make_number
    for module in ("chumpy.ch", "chumpy"):
        table[module, "Ch"] = InertArray
    table["chumpy.reordering", "Select"] = InertArray
    for kind, stand_in in (("csc", InertMatrix), ("csr", InertRowMatrix)):
        for module in (f"scipy.sparse.{kind}", f"scipy.sparse._{kind}"):
            table[module, f"{kind}_matrix"] = stand_in
    for module in ("__builtin__", "builtins"):
        table[module, "object"] = object
        table[module, "set"] = set  # chumpy's arrays list what changed in them
    for module in ("copy_reg", "copyreg"):
        table[module, "_reconstructor"] = make_inert
    return table


class InertUnpickler(pickle.Unpickler):
    """Reads a pickle with nothing but the table's things."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream, encoding="latin1")
        self._table = allowed_names()

    def find_class(self, module: str, name: str) -> Any:
        """The table's; anything else ends the reading."""
        if (module, name) not in self._table:
            raise FileUnfit(f"It asks for “{module[:60]}.{name[:60]}”, which no body model needs.")
        return self._table[module, name]

    def persistent_load(self, _name: Any) -> Any:
        """Nothing outside the file is looked for."""
        raise FileUnfit("It asks for something outside itself.")


def read_npz(path: Path, names: list[str]) -> dict[str, Any]:
    """The named arrays of an NPZ; no pickle in it is read, and no more is unpacked than a body model has."""
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if member.filename.removesuffix(".npy") in names]
        if sum(member.file_size for member in members) > MOST_BYTES_UNPACKED:
            raise FileUnfit("It would unpack to more than any body model has.")
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name] for name in names if name in stored.files}


def read_smpl(path: Path, asked: dict[str, Any]) -> dict[str, np.ndarray]:
    """The arrays of an SMPL or SMPL-X file with so many vertices, joints and faces; float32 and int32."""
    vertices, joints, faces = asked["vertices"], asked["joints"], asked["faces"]
    names = ["v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "f"]
    if path.suffix == ".npz":
        found = read_npz(path, names)
    else:
        with path.open("rb") as stream:
            found = InertUnpickler(stream).load()
        if not isinstance(found, dict):
            raise FileUnfit("It is no table of arrays.")
    arrays = {name: _plain(found, name) for name in names}
    shapes = {
        "v_template": (vertices, AXES),
        "posedirs": (vertices, AXES, 9 * (joints - 1)),
        "J_regressor": (joints, vertices),
        "weights": (vertices, joints),
        "kintree_table": (2, joints),
        "f": (faces, AXES),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise FileUnfit(f"“{name}” is {arrays[name].shape}, not {shape}.")
    directions = arrays["shapedirs"]
    if directions.ndim != 3 or directions.shape[:2] != (vertices, AXES) or directions.shape[2] < KEPT_BETAS:
        raise FileUnfit(f"“shapedirs” is {directions.shape}, not ({vertices}, {AXES}, {KEPT_BETAS} or more).")
    arrays["shapedirs"] = directions[:, :, :KEPT_BETAS]
    return _check_numbers(arrays, vertices, joints)


def _plain(found: dict[str, Any], name: str) -> np.ndarray:
    if name not in found:
        raise FileUnfit(f"It holds no “{name}”.")
    values = found[name]
    values = values.plain() if isinstance(values, InertArray) else values
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "fiu":
        raise FileUnfit(f"“{name}” does not hold numbers.")
    return values


def _check_numbers(arrays: dict[str, np.ndarray], vertices: int, joints: int) -> dict[str, np.ndarray]:
    """The same in the formats that are kept, with parents for the table of the kinematic tree."""
    tree, faces = arrays.pop("kintree_table")[0].astype(np.int64), arrays.pop("f").astype(np.int64)
    parents = np.where((tree < 0) | (tree >= joints), NO_PARENT, tree)
    if parents[0] != NO_PARENT or any(not 0 <= parents[child] < child for child in range(1, joints)):
        raise FileUnfit("Its joints do not hang on one another.")
    if faces.min() < 0 or faces.max() >= vertices:
        raise FileUnfit("Its faces name vertices that are not there.")
    kept = {name: np.ascontiguousarray(values, np.float32) for name, values in arrays.items()}
    if not all(np.isfinite(values).all() for values in kept.values()):
        raise FileUnfit("It holds numbers that are none.")
    if np.abs(kept["weights"].sum(1) - 1).max() > 0.01:
        raise FileUnfit("Its skinning weights do not sum to one.")
    return kept | {"parents": parents.astype(np.int32), "faces": faces.astype(np.int32)}


# --- the network's checkpoint --------------------------------------------------------------------


def inert_names() -> list[Any]:
    """What a checkpoint of a trainer may name beside tensors: its settings, which are thrown away."""
    from collections import OrderedDict

    def stand_in(name: str) -> tuple[Any, str]:
        """A kind of its own for each name, whose objects are plain tables: torch fills no other."""
        made = type("InertSetting", (), {"__new__": lambda _kind, *_values: OrderedDict()})
        return made, name

    return [
        stand_in(name)
        for name in (
            "yacs.config.CfgNode",
            "omegaconf.dictconfig.DictConfig",
            "omegaconf.listconfig.ListConfig",
            "omegaconf.base.ContainerMetadata",
            "omegaconf.base.Metadata",
            *(
                f"omegaconf.nodes.{kind}Node"
                for kind in ("Any", "String", "Integer", "Float", "Boolean", "Path")
            ),
            "pathlib.PosixPath",
            "typing.Any",
            "collections.defaultdict",
            "builtins.dict",
            "builtins.list",
            "builtins.int",
        )
    ]


def convert_checkpoint(source: Path, target: BinaryIO, asked: dict[str, Any]) -> None:
    """Write the tensors of these names and shapes as safetensors, float32; what else a checkpoint holds is left."""
    import torch

    shapes = {name: tuple(shape) for name, shape in asked["shapes"].items()}
    try:
        with torch.serialization.safe_globals(inert_names()):
            held = torch.load(source, map_location="cpu", weights_only=True, mmap=True)
    except pickle.UnpicklingError as error:
        name = str(error).partition("GLOBAL ")[2].partition(" ")[0][:120]
        raise FileUnfit(
            f"It asks for “{name}”, which no weights need." if name else "Its pickle is broken."
        ) from error
    tensors = held.get("state_dict", held) if isinstance(held, dict) else {}
    for name, shape in shapes.items():
        values = tensors.get(name)
        if not isinstance(values, torch.Tensor) or tuple(values.shape) != shape:
            raise FileUnfit(f"“{name}” is missing or not {shape}.")
        if not values.dtype.is_floating_point or values.layout != torch.strided:
            raise FileUnfit(f"“{name}” does not hold numbers.")
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    target.write(len(text).to_bytes(8, "little") + text)
    for name in shapes:
        values = tensors[name].to(torch.float32).contiguous()
        if not torch.isfinite(values).all():
            raise FileUnfit(f"“{name}” holds numbers that are none.")
        target.write(values.numpy().astype("<f4", copy=False).tobytes())


# --- the child itself ----------------------------------------------------------------------------


def limit_process(memory_bytes: int, cpu_s: int, file_bytes: int) -> None:
    """Cap this process: memory, seconds, size of what it writes, no core left. Windows has no such call: there the
    parent's clock and the caps on sizes are what bounds it."""
    try:
        import resource
    except ImportError:
        return
    limits = (
        ("RLIMIT_AS", memory_bytes),
        ("RLIMIT_CPU", cpu_s),
        ("RLIMIT_FSIZE", file_bytes),
        ("RLIMIT_CORE", 0),
    )
    for name, limit in limits:
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (AttributeError, ValueError, OSError):  # macOS knows RLIMIT_AS and does not always take it
            continue


def main() -> None:
    """One conversion."""
    asked = json.loads(sys.stdin.buffer.read())
    limit_process(asked["memory_bytes"], asked["cpu_s"], asked["file_bytes"])
    source = Path(asked["source"])
    try:
        with Path(asked["target"]).open("wb") as target:
            if "shapes" in asked:
                convert_checkpoint(source, target, asked)
            else:
                np.savez(target, **read_smpl(source, asked))
        answer: dict[str, Any] = {"kept": True}
    except FileUnfit as unfit:
        answer = {"refused": str(unfit)}
    except MemoryError:
        answer = {"refused": "Reading it takes more memory than there is for it."}
    except Exception:  # noqa: BLE001  hostile bytes raise anything
        answer = {"refused": "It is damaged, or another kind of file."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
