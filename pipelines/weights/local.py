"""Weights that are on this machine already: a person's own folder, or a Hub cache. Both are only read."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from pipelines.image.spec import BASE, Component
from pipelines.weights.errors import ListingRefused
from pipelines.weights.listing import (
    COMMIT,
    DEFAULT_REVISION,
    MAX_PLAIN_BYTES,
    MODEL_INDEX,
    USUAL_WEIGHTS,
    WEIGHTS_SUFFIX,
    Listing,
    is_safe_path,
    read_layout,
)

MODEL_SETTINGS = (
    "config.json"  # of a folder that has weights; tokenizers and schedulers call theirs otherwise
)
INDEX_SUFFIX = ".safetensors.index.json"


def find_problem(folder: Path, component: Component) -> str:
    """What a folder lacks to serve as that component, in a sentence; "" when nothing."""
    if not folder.is_dir():
        return f"There is no folder {folder}."
    if component.files:
        return _find_missing_pattern(folder, component.files)
    index = folder / MODEL_INDEX
    if not index.is_file():
        return _find_missing_model(folder, component)
    try:
        names = read_layout(folder.name, _read_small(index))
    except ListingRefused as error:
        return error.message
    for name in names:
        inside = folder / name
        if not is_safe_path(name) or not inside.is_dir() or not any(inside.iterdir()):
            return f"The folder {folder.name} lacks its part “{name}”."
        problem = _find_missing_weights(inside) if (inside / MODEL_SETTINGS).is_file() else ""
        if problem:
            return problem
    return ""


def _find_missing_pattern(folder: Path, patterns: tuple[str, ...]) -> str:
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    for pattern in patterns:
        if not any(fnmatchcase(path, pattern) for path in there):
            return f"The folder {folder.name} lacks “{pattern}”."
    return ""


def _find_missing_model(folder: Path, component: Component) -> str:
    """What lacks in a folder without a diffusers layout: only one model alone may lie so, described and named as it
    is looked for. A single file of a whole repository (flux1-dev.safetensors) is not one."""
    if component.role == BASE:
        return f"The folder {folder.name} lacks “{MODEL_INDEX}”: it is not a whole repository."
    if not (folder / MODEL_SETTINGS).is_file():
        return f"The folder {folder.name} lacks “{MODEL_SETTINGS}”."
    weights = [path.name for path in folder.glob(f"*{WEIGHTS_SUFFIX}")]
    if weights and not any(USUAL_WEIGHTS.fullmatch(name) for name in weights):
        return f"The folder {folder.name} lacks “diffusion_pytorch_model{WEIGHTS_SUFFIX}”."
    return _find_missing_weights(folder)


def _find_missing_weights(folder: Path) -> str:
    """What lacks in a folder that holds one model."""
    for index in folder.glob(f"*{INDEX_SUFFIX}"):
        for name in _read_shards(index):
            if not (folder / name).is_file():
                return f"The folder {folder.name} lacks “{name}”."
        return ""
    if not any(folder.glob(f"*{WEIGHTS_SUFFIX}")):
        return f"The folder {folder.name} has no safetensors file; other weights are not loaded."
    return ""


def _read_shards(index: Path) -> set[str]:
    """The files that a sharded model's index names."""
    try:
        table = json.loads(_read_small(index))
        names = table["weight_map"].values()
        return {name for name in names if is_safe_path(name)}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {f"a readable {index.name}"}


def _read_small(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAX_PLAIN_BYTES)


def find_in_cache(cache: Path, component: Component, pin: Listing | None) -> Path | None:
    """The snapshot of a Hub cache that holds the component whole, None without one.

    Its revision is the pinned one, the preset's, or the cache's own note of the default one.
    """
    name = "models--" + component.repo.replace("/", "--")
    # The hub's own tools keep it in HF_HOME/hub: whoever points to HF_HOME means the same.
    home = next((place / name for place in (cache, cache / "hub") if (place / name).is_dir()), cache / name)
    commit = _find_commit(home, component.revision) if pin is None else pin.revision
    if commit is None:
        return None
    snapshot = home / "snapshots" / commit
    if pin is not None:
        whole = all(_lies_in(home, snapshot / file.path, file.size) for file in pin.files)
    else:
        whole = not find_problem(snapshot, component) and all(
            _lies_in(home, path) for path in snapshot.rglob("*") if not path.is_dir()
        )
    return snapshot if whole else None


def _find_commit(home: Path, revision: str) -> str | None:
    if COMMIT.fullmatch(revision):
        return revision
    note = home / "refs" / PurePosixPath(revision or DEFAULT_REVISION)
    try:
        words = note.read_text("ascii").strip() if note.stat().st_size < 100 else ""
    except (OSError, UnicodeDecodeError):
        return None
    return words if COMMIT.fullmatch(words) else None


def _lies_in(home: Path, path: Path, size: int | None = None) -> bool:
    """Whether a file is there whole and, followed through its link, lies inside the cache's own repository."""
    try:
        real = path.resolve(strict=True)
        return (
            real.is_file()
            and real.is_relative_to(home.resolve())
            and (size is None or real.stat().st_size == size)
        )
    except (OSError, RuntimeError):  # a link to nowhere, or in a circle
        return False


def default_hub_cache() -> Path:
    """Where the hub's own tools keep what they downloaded on this machine."""
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def stored_token() -> str | None:
    """The token that the person gave the hub's own tools (`hf auth login`, HF_TOKEN); None without one."""
    from huggingface_hub import get_token

    return get_token()
