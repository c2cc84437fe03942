"""A person's own LoRA files in the data folder: checked as a copy, named by what their bytes are."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from pathlib import Path

from pipelines.tensor_files.errors import LoraRefused
from pipelines.tensor_files.lora import LORA_LIMITS, LoraFacts, check_lora
from studio.settings import Settings
from studio.weights import LORA_SUFFIX, LORAS_FOLDER

LORA_DIGITS = 12  # of the SHA-256 of its bytes, in its name
LONGEST_STEM = 40
COPY_BYTES = 1 << 20

log = logging.getLogger(__name__)


def keep_lora(settings: Settings, file: Path) -> str:
    """Copy a LoRA into the data folder under a name that says what its bytes are; the name. Twice is once.

    What is checked is the copy, so that nobody can change it in between. Raises LoraRefused; nothing stays then.
    """
    if file.suffix.lower() != LORA_SUFFIX or not file.is_file():
        check_lora(file)  # says why
        raise LoraRefused(f"{file.name} is not a plain file.")
    folder = settings.data / LORAS_FOLDER
    copy = folder / f".{secrets.token_hex(8)}{LORA_SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _copy_at_most(file, copy, LORA_LIMITS.file_bytes)
        facts = _check_copy(copy, file.name)
        name = f"{_plain_stem(file.stem)}-{facts.sha256[:LORA_DIGITS]}"
        kept = folder / f"{name}{LORA_SUFFIX}"
        if not _holds(kept, facts.sha256):
            copy.replace(kept)
    except OSError as error:
        raise LoraRefused(f"{file.name} cannot be copied into the data folder: {error.strerror}.") from error
    finally:
        copy.unlink(missing_ok=True)
    log.info("LoRA kept: %d bytes", facts.size_bytes)
    return name


def _copy_at_most(source: Path, target: Path, limit: int) -> None:
    with source.open("rb") as reader, target.open("xb") as writer:
        left = limit + 1
        while left > 0 and (chunk := reader.read(min(left, COPY_BYTES))):
            writer.write(chunk)
            left -= len(chunk)
        writer.flush()
        os.fsync(writer.fileno())


def _check_copy(copy: Path, name: str) -> LoraFacts:
    try:
        return check_lora(copy)
    except LoraRefused as error:
        raise LoraRefused(error.message.replace(copy.name, name)) from error


def _plain_stem(stem: str) -> str:
    """What of a file's name may stand in a LoRA's."""
    return re.sub(r"[^a-z0-9]+", "-", stem.casefold())[:LONGEST_STEM].strip("-") or "lora"


def _holds(path: Path, sha256: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == sha256
