"""WeightsManager: says what a preset needs, finds it on this machine, downloads it when asked to, removes it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.errors import EngineUnavailable, WeightsMissing
from pipelines.image.spec import BASE, Component, EnginePreset
from pipelines.image.tiers import fitting_tier, lacking_ram
from pipelines.network import retry_passing
from pipelines.progress import OnProgress
from pipelines.weights.doctor import DoctorFinding, examine
from pipelines.weights.errors import (
    DiskFull,
    DownloadBusy,
    HubOffline,
    LicenceNotAccepted,
    ListingRefused,
    TokenNeeded,
)
from pipelines.weights.fetch import Meter, fetch_files
from pipelines.weights.folder import WeightsFolder, key_of, read_json, write_json
from pipelines.weights.hub import HUB_URL, Hub
from pipelines.weights.line import PATIENCE, Patience
from pipelines.weights.listing import Listing, choose_files
from pipelines.weights.local import find_in_cache, find_problem
from pipelines.weights.state import (
    SPARE_BYTES,
    ComponentState,
    PresetState,
    write_sentence,
    write_size,
)


class WeightsManager:
    """The weights folder of a studio. Only `download` uses the network, and only when a person called it."""

    def __init__(
        self,
        root: Path,
        *,
        hub_url: str = HUB_URL,
        token: str | None = None,
        offline: bool = False,
        hub_cache: Path | Callable[[], Path | None] | None = None,
        patience: Patience = PATIENCE,
        free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        """Opens nothing. hub_cache: a folder of the hub's own tools, to be read; None: none is looked at. A function
        is asked each time, as a person may allow it later."""
        self._folder = WeightsFolder(root)
        self._hub_url, self._token, self._offline = hub_url, token, offline
        self._hub_cache, self._patience, self._free_bytes = hub_cache, patience, free_bytes

    # --- look ---

    def state(
        self,
        preset: EnginePreset,
        *,
        free_gb: float | None = None,
        free_ram_gb: float | None = None,
        size: tuple[int, int] | None = None,
    ) -> PresetState:
        """What is here, what a download would bring, and what stands in its way.

        free_gb: of the GPU's memory; free_ram_gb: of the main one; size: of the picture, where another is meant than
        the preset's own.
        """
        components = tuple(self._look(component) for component in preset.components)
        tier, memory = fitting_tier(preset, free_gb, free_ram_gb=free_ram_gb, size=size)
        accepted, free = self.licence_accepted(preset), self._free()
        return PresetState(
            preset=preset.name,
            components=components,
            bytes_on_disk=sum(component.bytes_here for component in components),
            bytes_to_download=sum(component.bytes_to_get for component in components),
            size_known=all(component.is_here or component.bytes_to_get for component in components),
            size_estimated=any(component.size_estimated for component in components),
            disk_free=free,
            licence=preset.licence,
            licence_url=preset.licence_url,
            licence_accepted=accepted,
            gated=any(component.gated for component in preset.components),
            tier=tier,
            memory_needed_gb=memory,
            says=self._say(preset, components, free_gb, free_ram_gb),
        )

    def resolve(
        self,
        preset: EnginePreset,
        *,
        free_gb: float | None = None,
        free_ram_gb: float | None = None,
        size: tuple[int, int] | None = None,
    ) -> EnginePreset:
        """The preset with its components' folders and, where free_gb is told, its memory tier.

        Raises LicenceNotAccepted, WeightsMissing, EngineUnavailable (no tier fits), each saying what to do.
        """
        self._refuse_unaccepted(preset)
        state = self.state(preset, free_gb=free_gb, free_ram_gb=free_ram_gb, size=size)
        if not state.is_ready:
            can_come = not (self._offline or any(component.problem for component in state.components))
            facts = self._say(preset, state.components, free_gb, free_ram_gb, with_step=False)
            raise WeightsMissing(f"{preset.title}: {facts}", preset=preset.name if can_come else "")
        if free_gb is not None and preset.memory_gb and not state.tier:
            if state.memory_needed_gb <= free_gb:
                raise EngineUnavailable(lacking_ram(preset, free_ram_gb or 0.0))
            raise EngineUnavailable(
                f"{preset.title} needs {state.memory_needed_gb:.0f} GB of free GPU memory; {free_gb:.0f} GB are "
                "free. Close what else uses the GPU, or choose a smaller model."
            )
        found = zip(preset.components, state.components, strict=True)
        components = tuple(replace(component, folder=seen.folder) for component, seen in found)
        return replace(preset, components=components, tier=state.tier or preset.tier)

    def doctor(self) -> list[DoctorFinding]:
        """Read every downloaded byte again and compare; nothing is changed."""
        return examine(self._folder)

    # --- licences ---

    def licence_accepted(self, preset: EnginePreset) -> bool:
        """Whether the licence needs no acceptance or has been accepted on this machine."""
        return not preset.non_commercial or _licence_key(preset) in self._accepted()

    def accept_licence(self, preset: EnginePreset) -> None:
        """Record that the person accepts the licence of a preset; once is enough for all presets under it."""
        if not self.licence_accepted(preset):
            accepted = {**self._accepted(), _licence_key(preset): datetime.now(UTC).isoformat("T", "seconds")}
            write_json(self._folder.licences_file, accepted)

    def _accepted(self) -> dict[str, str]:
        try:
            record = read_json(self._folder.licences_file)
        except ListingRefused:
            record = None  # what cannot be read accepts nothing
        return record if isinstance(record, dict) else {}

    def _refuse_unaccepted(self, preset: EnginePreset) -> None:
        if not self.licence_accepted(preset):
            raise LicenceNotAccepted(
                f"{preset.title} is under {preset.licence} ({preset.licence_url}), which allows no commercial use.",
                preset=preset.name,
            )

    # --- change ---

    def check_download(self, preset: EnginePreset) -> None:
        """What stands in the way of a download before it begins; nothing is asked of the hub.

        Raises LicenceNotAccepted, WeightsMissing (a person's own folder lacks something), HubOffline, TokenNeeded.
        """
        self._refuse_unaccepted(preset)
        self._refuse_unreachable(preset, self._missing(preset))

    def download(self, preset: EnginePreset, on_progress: OnProgress, *, wait_s: float = 0.0) -> PresetState:
        """Bring what is missing: list, check the room on the disk, fetch, check, make ready one by one.

        Goes on where an earlier call was cut off. wait_s: how long to wait for another download to end.
        Raises LicenceNotAccepted, HubOffline, TokenNeeded, DownloadBusy, DiskFull, FileRefused, WrongBytes and the
        hub's errors; Cancelled through on_progress. What was ready before stays ready.
        """
        self.check_download(preset)
        missing = self._missing(preset)
        if missing:
            with self._alone(wait_s), Hub(self._hub_url, self._token, self._patience) as hub:
                self._bring(hub, missing, on_progress)
        return self.state(preset)

    def remove(
        self,
        preset: EnginePreset,
        *,
        role: str | None = None,
        among: Iterable[EnginePreset] = (),
        forget: bool = False,
    ) -> int:
        """Delete a preset's downloads, or one component's; the bytes freed. Own folders and caches are not touched.

        among: all presets; what another of them needs too stays, where that one is ready. forget: the pin goes as
        well, so that the next download takes what the hub lists then. Raises DownloadBusy.
        """
        others = [other for other in among if other.name != preset.name and self.state(other).is_ready]
        shared = {key_of(component) for other in others for component in other.components}
        freed = 0
        with self._alone(0.0):
            for component in preset.components:
                if role not in (None, component.role) or key_of(component) in shared:
                    continue
                freed += self._folder.discard(self._folder.ready(component))
                freed += self._folder.discard(self._folder.staging(component))
                if forget:
                    self._folder.pin_file(component).unlink(missing_ok=True)
        return freed

    # --- inside ---

    def _say(
        self,
        preset: EnginePreset,
        components: tuple[ComponentState, ...],
        free_gb: float | None,
        free_ram_gb: float | None = None,
        *,
        with_step: bool = True,
    ) -> str:
        return write_sentence(
            preset,
            components,
            disk_free=self._free(),
            licence_accepted=self.licence_accepted(preset),
            has_token=bool(self._token),
            offline=self._offline,
            free_gb=free_gb,
            free_ram_gb=free_ram_gb,
            with_step=with_step,
        )

    def _missing(self, preset: EnginePreset) -> list[Component]:
        return [component for component in preset.components if not self._look(component).is_here]

    def _look(self, component: Component) -> ComponentState:
        seen = partial(
            ComponentState,
            role=component.role,
            repo=component.repo,
            gated=component.gated,
            may_ask_token=component.may_ask_token,
        )
        if component.folder is not None:
            problem = find_problem(component.folder, component)
            folder = None if problem else component.folder
            return seen(where="local", folder=folder, problem=problem)
        ready = self._ready(component)
        if ready is not None:
            folder = self._folder.ready(ready)
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            return seen(where="ready", folder=folder, bytes_here=size)
        try:
            pin = self._folder.read_pin(component)
        except ListingRefused as error:
            return seen(where="missing", folder=None, problem=error.message)
        cache = self._hub_cache() if callable(self._hub_cache) else self._hub_cache
        cached = find_in_cache(cache, component, pin) if cache else None
        if cached is not None:
            return seen(where="hub-cache", folder=cached)
        size = pin.size_bytes if pin else component.size_bytes
        begun = self._folder.staged_bytes(component)
        return seen(
            where="partial" if begun else "missing",
            folder=None,
            bytes_here=begun,
            bytes_to_get=max(0, size - begun),
            size_estimated=pin is None and component.size_estimated,
        )

    def _ready(self, component: Component) -> Component | None:
        """The download that holds it: its own, or the whole repository where a part of the base is asked for."""
        whole = replace(component, files=()) if component.role == BASE else component
        return next((one for one in (component, whole) if self._folder.is_ready(one)), None)

    def _bring(self, hub: Hub, missing: list[Component], on_progress: OnProgress) -> None:
        asking = Meter(0, on_progress)
        listings = {}  # by key: a preset may name a component twice
        for component in missing:
            listings[key_of(component)] = component, self._pin(hub, component, asking)
        total = sum(listing.size_bytes for _, listing in listings.values())
        here = sum(self._folder.staged_bytes(component) for component, _ in listings.values())
        self._refuse_full_disk(total - here)
        meter = Meter(total, on_progress)
        for component, listing in listings.values():
            staging = self._folder.staging(component)
            staging.mkdir(parents=True, exist_ok=True)
            fetch_files(hub, listing, staging, meter)
            self._folder.publish(component, listing)

    def _pin(self, hub: Hub, component: Component, meter: Meter) -> Listing:
        """What the component consists of: as pinned, or as the hub lists it now, which is pinned from then on."""
        pin = self._folder.read_pin(component)
        if pin is None:

            def ask() -> Listing:
                listing = hub.list_files(component.repo, component.revision, meter.tick)
                layout = None if component.files else hub.read_layout(listing, meter.tick)
                return choose_files(listing, component.files, layout)

            pin = retry_passing(ask, self._patience.pauses_s, meter.tick)
            self._folder.write_pin(component, pin)
        return pin

    def _refuse_unreachable(self, preset: EnginePreset, missing: list[Component]) -> None:
        for component in missing:
            if component.folder is not None:
                raise WeightsMissing(find_problem(component.folder, component))
        if self._offline and missing:
            raise HubOffline(
                f"{preset.title} is not on this machine, and downloads are switched off. Switch them on, or point "
                "the preset to a folder that has it."
            )
        gated = [component.repo for component in missing if component.gated]
        if gated and not self._token:
            raise TokenNeeded(
                f"{gated[0]} is given out to known people only. Ask for access at {self._hub_url}/{gated[0]}, make "
                f"a token at {self._hub_url}/settings/tokens and set it here."
            )

    def _refuse_full_disk(self, needed: int) -> None:
        free = self._free()
        if needed + SPARE_BYTES > free:
            raise DiskFull(
                f"The download needs {write_size(needed)} and the disk has {write_size(free)} free, of which "
                f"{write_size(SPARE_BYTES)} are kept for other things. Free some, or move the weights folder."
            )

    def _free(self) -> int:
        """Free bytes where the weights folder is, or will be."""
        folder = self._folder.root
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return self._free_bytes(folder)

    @contextmanager
    def _alone(self, wait_s: float) -> Iterator[None]:
        """Nobody else changes the weights folder meanwhile, in no process. The system frees a killed one's lock."""
        self._folder.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder.lock_file, timeout=wait_s):
                yield
        except Timeout as error:
            raise DownloadBusy from error


def _licence_key(preset: EnginePreset) -> str:
    return f"{preset.licence} {preset.licence_url}"
