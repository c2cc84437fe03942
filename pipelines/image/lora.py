"""LoRAs: files checked before anything reads them, laid beside the weights, and weighed for each picture."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.devices import is_out_of_memory
from pipelines.errors import RequestRefused
from pipelines.tensor_files.lora import read_lora

KEPT_LORAS = 4  # loaded at most; the one used longest ago goes first


class LoraShelf:
    """The LoRAs that lie beside the weights of one pipeline family. Weight 0 is the same as none."""

    def __init__(self) -> None:
        # file, its size and time -> adapter; the one used longest ago first
        self._names: dict[tuple[Path, int, int], str] = {}
        self._count = 0
        self._read_with: list[
            tuple[str, float]
        ] = []  # the adapters, with weights, that change how words are read
        self._active: (
            tuple[tuple[str, float], ...] | None
        ) = ()  # None: not known, something was laid down since

    def apply(self, pipe: Any, uses: Sequence[tuple[str, Path, float]]) -> bool:
        """Make (name, file, weight) the LoRAs in force; whether prompts have to be read anew, as the text encoders
        changed.

        Raises LoraRefused for a file that is no LoRA in plain safetensors, RequestRefused for one for another model.
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
        elif pipe.get_list_adapters():
            pipe.disable_lora()
        self._active = tuple(wanted)
        before, self._read_with = self._read_with, self._reading(pipe, wanted)
        self._make_room(pipe)
        return before != self._read_with

    def _reading(self, pipe: Any, uses: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """Of the adapters in use, those that change how a text encoder reads."""
        changed = {
            adapter
            for part, adapters in pipe.get_list_adapters().items()
            if part != "transformer"
            for adapter in adapters
        }
        return [use for use in uses if use[0] in changed]

    def lacks(self, uses: Sequence[tuple[str, Path, float]]) -> bool:
        """Whether one of them would have to be read from its file."""
        return any(weight and _identify(name, file) not in self._names for name, file, weight in uses)

    def _open(self, pipe: Any, name: str, file: Path) -> str:
        key = _identify(name, file)
        if key in self._names:
            self._names[key] = self._names.pop(key)  # used last
            return self._names[key]
        read_lora(file.resolve())  # in a Hub cache the name is a link
        self._active = None  # the library puts a new one in force at once
        self._count += 1
        adapter = f"lora{self._count}"
        _lay_beside(pipe, name, file, adapter)
        self._names[key] = adapter
        return adapter

    def _make_room(self, pipe: Any) -> None:
        active = {adapter for adapter, _ in self._active or ()}
        for key, adapter in list(self._names.items()):
            if len(self._names) > KEPT_LORAS and adapter not in active:
                pipe.delete_adapters(adapter)
                del self._names[key]


def _identify(name: str, file: Path) -> tuple[Path, int, int]:
    """What tells whether a file is the one that was read. Raises RequestRefused where there is none."""
    if not file.is_file():
        raise RequestRefused(f"The file of the LoRA “{name}” is not there. Choose it again.")
    facts = file.stat()
    return (file, facts.st_size, facts.st_mtime_ns)


def _lay_beside(pipe: Any, name: str, file: Path, adapter: str) -> None:
    """Raises RequestRefused where the file's layers are not those of the weights."""
    from diffusers.utils.import_utils import is_peft_available

    if not is_peft_available():
        raise RequestRefused("LoRAs need the package “peft”. Install it, then try again.")
    before = set(pipe.get_list_adapters().get("transformer", ()))
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Already found a `peft_config`")  # several are what is meant
            pipe.load_lora_weights(
                str(file.parent),
                weight_name=file.name,
                adapter_name=adapter,
                local_files_only=True,
                use_safetensors=True,
            )
    except (ValueError, KeyError, RuntimeError, OSError, IndexError, AttributeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        if adapter in set(pipe.get_list_adapters().get("transformer", ())) - before:
            pipe.delete_adapters(adapter)
        raise _another_model(name) from error
    if adapter not in pipe.get_list_adapters().get("transformer", ()):
        raise _another_model(name)


def _another_model(name: str) -> RequestRefused:
    return RequestRefused(
        f"The LoRA “{name}” was made for another model. Choose one that is made for this one."
    )
