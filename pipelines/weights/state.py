"""What a preset's weights cost and lack, as numbers for programs and one sentence for a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.image.spec import EnginePreset
from pipelines.image.tiers import fitting_tier, lacking_ram

Where = Literal["missing", "partial", "ready", "hub-cache", "local"]

BYTES_PER_GB = 1_000_000_000
BYTES_PER_MB = 1_000_000
SPARE_BYTES = 1_000_000_000  # kept free on the disk for everything else


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentState:
    """One component: where it lies, what of it is here, what a download would bring."""

    role: str
    repo: str
    where: Where
    folder: Path | None  # None unless it can be loaded from there
    bytes_here: int = 0  # in our own folder
    bytes_to_get: int = 0
    size_estimated: bool = False  # bytes_to_get is no listing's, but reckoned
    gated: bool = False
    may_ask_token: bool = False
    problem: str = ""  # a sentence, where the person's own folder lacks something

    @property
    def is_here(self) -> bool:
        """Whether it can be loaded."""
        return self.folder is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetState:
    """All that a person must know of a preset before the click. Sizes in bytes."""

    preset: str
    components: tuple[ComponentState, ...]
    bytes_on_disk: int
    bytes_to_download: int  # as the hub listed it, or else as the preset's author stated it
    size_known: bool  # False: something is missing whose size nobody stated
    size_estimated: bool  # True: of what is missing, something's size is reckoned
    disk_free: int
    licence: str
    licence_url: str
    licence_accepted: bool  # True also where nothing has to be accepted
    gated: bool
    tier: str  # "": none fits, or memory was not asked about
    memory_needed_gb: float  # of the tier; of the smallest one where none fits
    says: str  # one or a few sentences: what is here, what is needed, what to do

    @property
    def is_ready(self) -> bool:
        """Whether everything is here and may be used."""
        return self.licence_accepted and all(component.is_here for component in self.components)


def write_sentence(
    preset: EnginePreset,
    components: tuple[ComponentState, ...],
    *,
    disk_free: int,
    licence_accepted: bool,
    has_token: bool,
    offline: bool,
    free_gb: float | None,
    free_ram_gb: float | None = None,
    with_step: bool = True,
) -> str:
    """What is here, what is needed and what to do; without the step, what to do about a download is left out."""
    said = [component.problem for component in components if component.problem]
    missing = [component for component in components if not component.is_here and not component.problem]
    if missing:
        said.append(_write_cost(missing, disk_free))
        if with_step and licence_accepted:
            said.append(f"Press Download, or run “models pull {preset.name}”.")
        if offline:
            said.append("Downloads are switched off here: point the preset to a folder, or switch them on.")
        elif any(component.gated for component in missing) and not has_token:
            pages = " and ".join(dict.fromkeys(c.repo for c in missing if c.gated))
            said.append(
                f"{pages} is given out to known people only: ask for access there and set your token."
            )
        elif any(component.may_ask_token for component in missing) and not has_token:
            said.append("Its page may ask for a token: if the download is refused, set yours.")
    elif components and not said:
        here = sum(component.bytes_here for component in components)
        said.append(
            f"Ready on this machine ({write_size(here)})." if here else "Ready, in folders of this machine."
        )
    elif not components:
        said.append("Needs no weights.")
    if not licence_accepted:
        said.append(f"Its licence has to be accepted first: {preset.licence} ({preset.licence_url}).")
    tier, needed = fitting_tier(preset, free_gb, free_ram_gb=free_ram_gb)
    if free_gb is not None and needed and not tier and needed <= free_gb:
        said.append(lacking_ram(preset, free_ram_gb or 0.0))
    elif free_gb is not None and needed and not tier:
        said.append(f"It needs {needed:.0f} GB of free GPU memory; {free_gb:.0f} GB are free.")
    return " ".join(said)


def _write_cost(missing: list[ComponentState], disk_free: int) -> str:
    to_get = sum(component.bytes_to_get for component in missing)
    begun = sum(component.bytes_here for component in missing)
    about = "about " if any(component.size_estimated for component in missing) else ""
    size = (
        f"a download of {about}{write_size(to_get)}" if to_get else "a download whose size the hub will say"
    )
    more = f" ({write_size(begun)} are here already)" if begun else ""
    room = f"{write_size(disk_free)} are free on the disk"
    if to_get + SPARE_BYTES > disk_free:
        room += ", which is not enough: free some first"
    return f"Needs {size}{more}; {room}."


def write_size(count: int) -> str:
    """Bytes in words."""
    if count >= BYTES_PER_GB:
        return f"{count / BYTES_PER_GB:.1f} GB"
    return f"{max(1, round(count / BYTES_PER_MB))} MB"
