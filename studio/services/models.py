"""Image models: what each costs before the click, and the download of its weights."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from pipelines.devices import card_remark, free_gpu_gb, free_ram_gb, may_have_gpu
from pipelines.errors import PipelineError
from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.image.spec import EnginePreset
from pipelines.weights.manager import WeightsManager
from store.store import Store
from studio.errors import DraftUnavailable, NothingToDownload
from studio.services.service import PersonalService
from studio.settings import Settings
from studio.vocabulary.model import Model
from studio.vocabulary.order import read_order
from studio.weights import consent_for, open_weights, write_off

RUNS_LOOKED_AT = 200  # generations, for the expected time
RUNS_ENOUGH = 1
MEMORY_TIMEOUT_S = 3.0


class Models(PersonalService, needs="models"):
    """The image models, with the times that this person's own runs took."""

    def list_all(self) -> Sequence[Model]:
        """Every preset with what it supports, what it costs and whether it can run here."""
        weights, free_gb = open_weights(self._settings), free_gpu_gb() + self._held_gb()
        seconds = expected_seconds(self._store, self._owner)
        return [
            _view_model(
                weights,
                self._settings,
                preset,
                free_gb,
                (seconds.get((name, "sd")), seconds.get((name, "hd"))),
            )
            for name, preset in self._presets.items()
        ]

    def download(self, name: str, *, idempotency_key: str | None = None) -> str:
        """Order the weights of a preset; the job's id. What can be refused without asking the hub is refused now.

        Raises UnknownName, NothingToDownload, LicenceNotAccepted, WeightsMissing, HubOffline, TokenNeeded.
        """
        preset = self._presets.find(name)
        if not preset.components:
            raise NothingToDownload(f"{preset.title} needs no download.")
        open_weights(self._settings).check_download(preset)
        with self._store.begin() as transaction:
            job_id, _ = self._submit_job(
                transaction,
                kind="download",
                title=f"{preset.title}, weights",
                payload={"preset": name},
                lane="download",
                idempotency_key=idempotency_key,
            )
        self._notifier.notify(job_id)
        return job_id

    def _held_gb(self) -> float:
        """What the worker's own engines hold of the GPU: they make room for the next one. Where it is too busy to say,
        nothing."""
        if self._channel is None or not may_have_gpu():
            return 0.0
        try:
            memory = self._channel.call("memory", timeout=MEMORY_TIMEOUT_S)
            return float(memory.values["held_gb"]) if memory else 0.0
        except DraftUnavailable:
            return 0.0


def _view_model(
    weights: WeightsManager,
    settings: Settings,
    preset: EnginePreset,
    free_gb: float,
    seconds: tuple[float | None, float | None],
) -> Model:
    info = engine_class(preset.engine).info
    capabilities = narrow_info(info, preset)
    on_gpu = info.needs_gpu and preset.options.get("device") != "cpu"
    state = weights.state(preset, free_gb=free_gb if on_gpu else None, free_ram_gb=free_ram_gb())
    is_open = not info.sends_data_out or consent_for(settings, info) is not None
    says, runs_here = state.says, is_open
    if not is_open:
        says = write_off(info)
    elif on_gpu and free_gb <= 0:
        says, runs_here = f"{says} There is no GPU here that it could use.", False
    elif on_gpu and preset.memory_gb and not state.tier:
        runs_here = False
    elif not preset.components:
        says = preset.about
    elif on_gpu and (remark := card_remark()):
        says = f"{says} {remark}"
    return Model(
        name=preset.name,
        engine=preset.engine,
        title=preset.title,
        about=preset.about,
        pose=capabilities.pose,
        identity=capabilities.identity,
        controls=capabilities.controls,
        max_references=capabilities.max_references,
        takes_loras=capabilities.loras,
        takes_negative_prompt=capabilities.negative_prompt,
        starts_from_draft=capabilities.starts_from_draft,
        sends_data_out=info.sends_data_out,
        licence=preset.licence,
        licence_url=preset.licence_url,
        licence_accepted=state.licence_accepted,
        gated=state.gated,
        bytes_on_disk=state.bytes_on_disk,
        bytes_to_download=state.bytes_to_download,
        disk_free=state.disk_free,
        tier=state.tier,
        memory_needed_gb=state.memory_needed_gb if on_gpu else 0.0,
        expected_seconds=seconds[0],
        expected_hd_seconds=seconds[1],
        can_run=state.is_ready and runs_here,
        runs_here=runs_here,
        is_downloadable=bool(preset.components) and not all(part.is_here for part in state.components),
        may_ask_token=any(part.may_ask_token for part in state.components),
        size_estimated=state.size_estimated,
        memory_estimated=preset.memory_estimated,
        preferred=preset.preferred,
        second_pass=capabilities.second_pass and preset.second_pass is not None,
        face_pass=capabilities.face_pass and preset.face_pass is not None,
        says=says,
    )


def expected_seconds(store: Store, owner: str) -> dict[tuple[str, str], float]:
    """Seconds a picture by preset and quality, from this machine's own past runs: the median."""
    times: dict[tuple[str, str], list[float]] = {}
    for entry in store.generations.list_page(owner, None, RUNS_LOOKED_AT).entries:
        row = entry.generation
        if row.state == "succeeded" and row.started_at and row.finished_at and entry.pictures:
            try:
                order = read_order(row.order)
            except PipelineError:  # of another version: its time says nothing about this one
                continue
            seconds = (row.finished_at - row.started_at).total_seconds() / len(entry.pictures)
            times.setdefault((order.preset, order.quality), []).append(seconds)
    return {key: statistics.median(seen) for key, seen in times.items() if len(seen) >= RUNS_ENOUGH}
