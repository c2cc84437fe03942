"""Files of body models that a person brings, each converted once by a child process into plain arrays.

The studio itself reads none of them: they are pickles, or hold them. What the child keeps (NPZ without pickles, or
safetensors) lies beside the person's files in `converted`, and is made anew when a file changes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import PipelineError

CONVERTED = "converted"
KEPT_ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "HOME",
    "USERPROFILE",
    "LANG",
)
GB = 1_000_000_000


class BodyModelMissing(PipelineError):
    """A file that this extractor needs is not on this machine. Fetch it: its licence is yours to accept."""

    code = "body-model-missing"
    http_status = 409


class BodyModelRefused(PipelineError):
    """A body model's file cannot be used. Nothing of it was run. Fetch it anew from whom it comes from."""

    code = "body-model-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionLimits:
    """What one conversion may take."""

    source_bytes: int
    target_bytes: int
    memory_bytes: int
    cpu_s: int = 300
    wall_s: float = 900.0


def convert_file(source: Path, ending: str, asked: Mapping[str, Any], limits: ConversionLimits) -> Path:
    """The converted form of a file, made now where it is not there; `asked` is what the child is told to keep.

    Raises BodyModelRefused: no file, too large, other contents, no room to write beside it.
    """
    if not source.is_file() or source.stat().st_size > limits.source_bytes:
        raise BodyModelRefused(
            f"“{source.name}” is not a file of at most {limits.source_bytes / GB:.1f} GB. Fetch it anew."
        )
    stamp = source.stat()
    folder = source.parent / CONVERTED
    target = folder / f"{source.stem}-{stamp.st_size:x}-{stamp.st_mtime_ns:x}.{ending}"
    if target.is_file():
        return target
    try:
        folder.mkdir(exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        os.close(handle)
    except OSError as error:
        raise BodyModelRefused(
            f"“{folder}” cannot be written: {error.strerror}. The studio keeps its own form of “{source.name}” there."
        ) from error
    part = Path(name)
    try:
        refused = _ask_child(source, part, asked, limits)
        if refused:
            raise BodyModelRefused(f"“{source.name}” cannot be used, and nothing of it was run. {refused}")
        for old in folder.glob(f"{source.stem}-*.{ending}"):
            old.unlink(missing_ok=True)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _ask_child(source: Path, part: Path, asked: Mapping[str, Any], limits: ConversionLimits) -> str:
    """Why a file is refused; "" where it was converted."""
    request = dict(asked) | {
        "source": str(source.resolve()),
        "target": str(part.resolve()),
        "memory_bytes": limits.memory_bytes,
        "cpu_s": limits.cpu_s,
        "file_bytes": limits.target_bytes,
    }
    environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(
            # -P: the folder of the script stays off the import path
            [sys.executable, "-P", str(Path(__file__).with_name("conversion_child.py"))],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=limits.wall_s,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return "Reading it took too long."
    except ValueError:  # it ended, or was ended, before it answered
        return "Reading it took more than a body model may take."
    return str(answer.get("refused", "")) if answer.get("kept") is not True else ""
