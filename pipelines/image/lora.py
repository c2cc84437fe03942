"""LoRAs: files checked before anything reads them, laid beside the weights, and weighed for each picture."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.errors import RequestRefused

MOST_HEADER_BYTES = 2_000_000
MOST_TENSORS = 20_000
MOST_BYTES = 4_000_000_000
MOST_METADATA_CHARACTERS = 200_000
KEPT_LORAS = 4  # loaded at most; the one used longest ago goes first
NUMBER_FORMATS = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I64", "I32"}
TENSOR_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,250}", re.ASCII)
LENGTH_BYTES = 8  # of the header's length, at the start of a safetensors file


class LoraShelf:
    """The LoRAs that lie beside the weights of one pipeline family. Weight 0 is the same as none."""

    def __init__(self) -> None:
        self._names: dict[
            tuple[Path, int, int], str
        ] = {}  # file, its size and time -> adapter; oldest use first
        self._count = 0
        self._active: tuple[tuple[str, float], ...] = ()

    def apply(self, pipe: Any, uses: Sequence[tuple[str, Path, float]]) -> bool:
        """Make (name, file, weight) the LoRAs in force; whether that changed anything.

        Raises RequestRefused for a file that is no LoRA, or one for another model.
        """
        wanted = []
        for name, file, weight in uses:
            if weight:
                wanted.append((self._open(pipe, name, file), weight))
        if tuple(wanted) == self._active:
            return False
        if wanted:
            pipe.enable_lora()
            pipe.set_adapters([adapter for adapter, _ in wanted], [weight for _, weight in wanted])
        elif self._names:
            pipe.disable_lora()
        self._active = tuple(wanted)
        self._make_room(pipe)
        return True

    def _open(self, pipe: Any, name: str, file: Path) -> str:
        check_lora(file)
        facts = file.stat()
        key = (file, facts.st_size, facts.st_mtime_ns)
        if key in self._names:
            self._names[key] = self._names.pop(key)  # used last
            return self._names[key]
        self._count += 1
        adapter = f"lora{self._count}"
        _lay_beside(pipe, name, file, adapter)
        self._names[key] = adapter
        return adapter

    def _make_room(self, pipe: Any) -> None:
        active = {adapter for adapter, _ in self._active}
        for key, adapter in list(self._names.items()):
            if len(self._names) > KEPT_LORAS and adapter not in active:
                pipe.delete_adapters(adapter)
                del self._names[key]


def _lay_beside(pipe: Any, name: str, file: Path, adapter: str) -> None:
    """Raises RequestRefused where the file's layers are not those of the weights."""
    from diffusers.utils.import_utils import is_peft_available

    if not is_peft_available():
        raise RequestRefused("LoRAs need the package “peft”. Install it, then try again.")
    before = set(pipe.get_list_adapters().get("transformer", ()))
    try:
        pipe.load_lora_weights(
            str(file.parent),
            weight_name=file.name,
            adapter_name=adapter,
            local_files_only=True,
            use_safetensors=True,
        )
    except (ValueError, KeyError, RuntimeError, OSError, IndexError, AttributeError, TypeError) as error:
        if adapter in set(pipe.get_list_adapters().get("transformer", ())) - before:
            pipe.delete_adapters(adapter)
        raise _another_model(name) from error
    if adapter not in pipe.get_list_adapters().get("transformer", ()):
        raise _another_model(name)


def _another_model(name: str) -> RequestRefused:
    return RequestRefused(
        f"The LoRA “{name}” was made for another model. Choose one that is made for this one."
    )


def check_lora(file: Path) -> None:
    """Raises RequestRefused unless the file is a safetensors file of a size and with names that a LoRA has.

    The library's reader accepts doubled names, any number of tensors and any amount of metadata; this one does not.
    """
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(LENGTH_BYTES))
            if (
                file.suffix != ".safetensors"
                or length > MOST_HEADER_BYTES
                or file.stat().st_size > MOST_BYTES
            ):
                raise _refuse(file)
            header = json.loads(stream.read(length), object_pairs_hook=_no_doubles)
    except FileNotFoundError as error:
        raise RequestRefused(f"The LoRA file “{file.name}” is not there. Choose it again.") from error
    except (OSError, ValueError, RecursionError, struct.error) as error:
        raise _refuse(file) from error
    _check_header(file, header)


def _check_header(file: Path, header: Any) -> None:
    if not isinstance(header, dict):
        raise _refuse(file)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or len(json.dumps(metadata)) > MOST_METADATA_CHARACTERS:
        raise _refuse(file)
    if not 0 < len(header) <= MOST_TENSORS:
        raise _refuse(file)
    for name, tensor in header.items():
        if not TENSOR_NAME.fullmatch(name) or "__" in name or not isinstance(tensor, dict):
            raise _refuse(file)
        if tensor.get("dtype") not in NUMBER_FORMATS:
            raise _refuse(file)


def _no_doubles(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _refuse(file: Path) -> RequestRefused:
    return RequestRefused(
        f"“{file.name}” is not a LoRA that the studio reads. Choose a .safetensors file of one."
    )
