"""What a hub says that a repository holds, read strictly; and which of those files a component needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any

from pipelines.weights.errors import ListingRefused, WeightsGone

WEIGHTS_SUFFIX = ".safetensors"
CHAT_TEMPLATE = "chat_template.jinja"  # a tokenizer's text; transformers runs it in a sandbox
PLAIN_SUFFIXES = (".json", ".txt", ".model")  # settings, word lists, SentencePiece tables
MODEL_INDEX = "model_index.json"
DEFAULT_REVISION = "main"

MAX_FILES = 20_000  # in a repository
MAX_CHOSEN_FILES = 400  # of one component
MAX_WEIGHTS_BYTES = 100_000_000_000  # of one file
MAX_PLAIN_BYTES = 64_000_000  # of one settings or tokenizer file
MAX_PATH_CHARS = 200
MAX_DEPTH = 5

COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
REPO = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
REVISION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,95}")
PATH_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+ -]*")
# Windows opens devices under these names, whatever the suffix.
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}
# The names under which diffusers and transformers look for a model's weights; anything between them and the
# suffix ("model.fp16.safetensors") is a variant that is not loaded.
USUAL_WEIGHTS = re.compile(r"(model|diffusion_pytorch_model|adapter_model)(-\d{5}-of-\d{5})?\.safetensors")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """One file of a repository. A large file has a sha256, a small one git's own digest of a blob (sha1)."""

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Files of a repository at one commit: all of them as the hub lists them, or those that were chosen."""

    repo: str
    revision: str  # the commit, 40 hexadecimal digits
    files: tuple[HubFile, ...]

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size for file in self.files)


def check_names(repo: str, revision: str) -> None:
    """Raises ListingRefused unless these can stand in a hub's address."""
    if not REPO.fullmatch(repo) or ".." in repo:
        raise ListingRefused(f"“{repo[:80]}” is not the name of a repository (“owner/name”).")
    if revision and (not REVISION.fullmatch(revision) or ".." in revision):
        raise ListingRefused(f"“{revision[:80]}” is not a revision.")


def parse_listing(repo: str, revision: str, answer: Any) -> Listing:
    """The hub's answer about a repository at a revision. Raises ListingRefused where it is not what it should be."""
    commit = answer.get("sha") if isinstance(answer, dict) else None
    rows = answer.get("siblings") if isinstance(answer, dict) else None
    if not isinstance(commit, str) or not COMMIT.fullmatch(commit) or not isinstance(rows, list):
        raise ListingRefused
    if COMMIT.fullmatch(revision) and commit != revision:
        raise ListingRefused(f"The hub answers for another revision of {repo} than the preset asks for.")
    if len(rows) > MAX_FILES:
        raise ListingRefused(f"{repo} holds more than {MAX_FILES} files.")
    return Listing(repo=repo, revision=commit, files=tuple(_parse_row(repo, row) for row in rows))


def _parse_row(repo: str, row: Any) -> HubFile:
    lfs = row.get("lfs") if isinstance(row, dict) else None
    large = lfs if isinstance(lfs, dict) else {}
    file = {
        "path": row.get("rfilename") if isinstance(row, dict) else None,
        "size": large.get("size", row.get("size") if isinstance(row, dict) else None),
        "sha256": large.get("sha256", ""),
        "git_sha1": "" if large else (row.get("blobId", "") if isinstance(row, dict) else ""),
    }
    return parse_file(repo, file)


def parse_file(repo: str, file: Any) -> HubFile:
    """One file from {path, size, sha256, git_sha1}. Raises ListingRefused; paths are judged when they are chosen."""
    path, size = (file.get("path"), file.get("size")) if isinstance(file, dict) else (None, None)
    if not isinstance(path, str) or not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ListingRefused(f"The hub's list of {repo} has a file without a name or a size.")
    sha256, git_sha1 = file.get("sha256") or "", file.get("git_sha1") or ""
    if (sha256 and not (isinstance(sha256, str) and SHA256.fullmatch(sha256))) or (
        git_sha1 and not (isinstance(git_sha1, str) and COMMIT.fullmatch(git_sha1))
    ):
        raise ListingRefused(f"The hub's list of {repo} has a file with a malformed checksum.")
    return HubFile(path=path, size=size, sha256=sha256, git_sha1=git_sha1)


def is_wanted(path: str) -> bool:
    """Whether it is a kind of file that is ever fetched: safetensors, settings, tokenizers; no code, no pickles."""
    name = PurePosixPath(path).name
    return name.endswith((WEIGHTS_SUFFIX, *PLAIN_SUFFIXES)) or name == CHAT_TEMPLATE


def is_safe_path(path: str) -> bool:
    """Whether a listed path is a plain relative one on every system: no way up, no device, no odd character."""
    parts = path.split("/")
    return (
        len(path) <= MAX_PATH_CHARS
        and len(parts) <= MAX_DEPTH
        and all(
            PATH_PART.fullmatch(part)
            and not part.endswith((".", " "))
            and part.split(".")[0].lower() not in DEVICES
            for part in parts
        )
    )


def choose_files(listing: Listing, patterns: tuple[str, ...], layout: tuple[str, ...] | None) -> Listing:
    """The files that a component needs: those its patterns name, else those that the diffusers layout names.

    layout: the folders that model_index.json names; None for a repository that is one model, without one.
    Raises WeightsGone where a pattern finds nothing, ListingRefused where what is needed is unsafe or too large.
    """
    wanted = [file for file in listing.files if is_wanted(file.path)]
    if patterns:
        chosen = _match_patterns(listing, wanted, patterns)
    elif layout is None:
        chosen = _drop_variants(file for file in wanted if "/" not in file.path)
    else:
        inside = [file for file in wanted if file.path.count("/") == 1 and file.path.split("/")[0] in layout]
        chosen = [file for file in wanted if file.path == MODEL_INDEX] + _drop_variants(inside)
    if not any(file.path.endswith(WEIGHTS_SUFFIX) for file in chosen):
        raise WeightsGone(f"{listing.repo} holds no safetensors file that fits, and nothing else is loaded.")
    _refuse_unsafe(listing.repo, chosen)
    return Listing(repo=listing.repo, revision=listing.revision, files=tuple(chosen))


def _match_patterns(listing: Listing, wanted: list[HubFile], patterns: tuple[str, ...]) -> list[HubFile]:
    chosen: dict[str, HubFile] = {}
    for pattern in patterns:
        found = {file.path: file for file in wanted if fnmatchcase(file.path, pattern)}
        if not found:
            raise WeightsGone(
                f"{listing.repo} has no usable file “{pattern}” in the revision that is asked for."
            )
        chosen |= found
    return list(chosen.values())


def _drop_variants(files: Iterable[HubFile]) -> list[HubFile]:
    """Without the second copies of weights: where a folder has weights under the usual name, only those."""
    files = list(files)
    folders = {
        PurePosixPath(file.path).parent
        for file in files
        if USUAL_WEIGHTS.fullmatch(PurePosixPath(file.path).name)
    }

    def is_copy(path: PurePosixPath) -> bool:
        return (
            path.suffix == WEIGHTS_SUFFIX
            and path.parent in folders
            and not USUAL_WEIGHTS.fullmatch(path.name)
        )

    return [file for file in files if not is_copy(PurePosixPath(file.path))]


def _refuse_unsafe(repo: str, chosen: list[HubFile]) -> None:
    if len(chosen) > MAX_CHOSEN_FILES:
        raise ListingRefused(f"{repo} would need {len(chosen)} files, more than any model does.")
    if len({file.path.lower() for file in chosen}) != len(chosen):
        raise ListingRefused(f"The hub's list of {repo} names a file twice.")
    for file in chosen:
        if not is_safe_path(file.path):
            raise ListingRefused(f"The hub's list of {repo} has a file name that is not a plain one.")
        if file.size > (MAX_WEIGHTS_BYTES if file.path.endswith(WEIGHTS_SUFFIX) else MAX_PLAIN_BYTES):
            raise ListingRefused(f"{file.path} of {repo} is larger than any file of its kind should be.")
        if not (file.sha256 or file.git_sha1):
            raise ListingRefused(f"The hub does not say the checksum of {file.path} of {repo}.")


def read_layout(repo: str, data: bytes) -> tuple[str, ...]:
    """The folders that a model_index.json names. Raises ListingRefused."""
    try:
        index = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ListingRefused(f"{MODEL_INDEX} of {repo} is not JSON.") from error
    if not isinstance(index, dict):
        raise ListingRefused(f"{MODEL_INDEX} of {repo} is not a table.")
    return tuple(
        name
        for name, value in index.items()
        if isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value)
    )
