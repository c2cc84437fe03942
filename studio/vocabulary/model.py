"""Model: a preset of an image engine, as a person must know it before the click."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.types import ControlKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A preset as a person must know it before the click. Sizes in bytes."""

    name: str
    engine: str
    title: str
    about: str
    pose: str  # "draws", "lock", "follow", "none"
    identity: str  # "draws", "keeps", "weak", "no"
    controls: tuple[ControlKind, ...]
    max_references: int
    takes_loras: bool
    takes_negative_prompt: bool
    starts_from_draft: bool
    sends_data_out: bool
    licence: str
    licence_url: str
    licence_accepted: bool
    gated: bool
    bytes_on_disk: int
    bytes_to_download: int
    disk_free: int
    tier: str
    memory_needed_gb: float
    expected_seconds: float | None  # a picture in sd, from this machine's own past runs
    expected_hd_seconds: float | None = None
    can_run: bool
    is_downloadable: bool
    may_ask_token: bool = False  # open by its licence, yet the hub's page may ask for a token
    size_estimated: bool = False  # bytes_to_download is reckoned, not listed
    memory_estimated: bool = False  # memory_needed_gb is reckoned, not measured
    second_pass: bool = False  # hd: draws smaller first, then over the enlarged picture
    face_pass: bool = False  # hd: draws over the face by itself, where its place is known
    runs_here: bool = True  # this machine can run it, be its weights here yet or not
    preferred: bool = False  # what a page opens on where it runs
    says: str  # what is here, what is missing and what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModels:
    """Whether what Hugging Face's own tools keep on this computer is used; `says` is for a person."""

    folder: str  # of the Hub's own tools, as a person writes it
    is_allowed: bool  # the choice that settings.toml keeps
    is_used: bool  # now; without the choice: because the settings say so, or until the next start
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsFinding:
    """A downloaded file that is not as it should be, and what to do."""

    subject: str
    advice: str
