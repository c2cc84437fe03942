"""Image models: what each costs before the click, download, licence, remove, doctor; and LoRA files."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import statistics
from collections.abc import Sequence
from pathlib import Path

from pipelines.devices import card_remark, free_gpu_gb, free_ram_gb
from pipelines.errors import EngineUnavailable, PresetUnready, UnknownName
from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.image.tiers import choose_device
from pipelines.tensor_files.errors import LoraRefused
from pipelines.tensor_files.lora import LORA_LIMITS, LoraFacts, check_lora
from pipelines.weights.manager import WeightsManager
from store.store import Store
from studio.errors import NothingToDownload
from studio.settings import Settings
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import GenerationOrder, ModelView, WeightsFinding
from studio.weights import LORA_SUFFIX, LORAS_FOLDER, consent_for, list_loras, open_weights, write_off
from studio.worker.jobs import JobNotifier

LORA_DIGITS = 12  # of the SHA-256 of its bytes, in its name
LONGEST_STEM = 40
COPY_BYTES = 1 << 20
RUNS_LOOKED_AT = 200  # generations, for the expected time
RUNS_ENOUGH = 1

log = logging.getLogger(__name__)


def list_models(
    store: Store, settings: Settings, presets: PresetShelf, owner: str, *, held_gb: float = 0.0
) -> Sequence[ModelView]:
    """Every preset with what it supports, what it costs and whether it can run here.

    `held_gb` is what the worker's own engines hold of the GPU: they make room for the next one.
    """
    weights, free_gb, seconds = (
        open_weights(settings),
        free_gpu_gb() + held_gb,
        expected_seconds(store, owner),
    )
    return [
        _view_model(
            weights, settings, preset, free_gb, (seconds.get((name, "sd")), seconds.get((name, "hd")))
        )
        for name, preset in presets.items()
    ]


def _view_model(
    weights: WeightsManager,
    settings: Settings,
    preset: EnginePreset,
    free_gb: float,
    seconds: tuple[float | None, float | None],
) -> ModelView:
    info = engine_class(preset.engine).info
    capabilities = narrow_info(info, preset)
    on_gpu = info.needs_gpu and preset.options.get("device") != "cpu"
    state = weights.state(preset, free_gb=free_gb if on_gpu else None, free_ram_gb=free_ram_gb())
    is_open = not info.sends_data_out or consent_for(settings, info) is not None
    says, can_run = state.says, state.is_ready and is_open
    if not is_open:
        says = write_off(info)
    elif on_gpu and free_gb <= 0:
        says, can_run = f"{says} There is no GPU here that it could use.", False
    elif on_gpu and preset.memory_gb and not state.tier:
        can_run = False
    elif not preset.components:
        says = preset.about
    elif on_gpu and (remark := card_remark()):
        says = f"{says} {remark}"
    return ModelView(
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
        can_run=can_run,
        is_downloadable=bool(preset.components) and not all(part.is_here for part in state.components),
        may_ask_token=any(part.may_ask_token for part in state.components),
        size_estimated=state.size_estimated,
        memory_estimated=preset.memory_estimated,
        preferred=preset.preferred,
        second_pass=capabilities.second_pass and preset.second_pass is not None,
        face_pass=capabilities.face_pass and preset.face_pass is not None,
        says=says,
    )


def refuse_unready(settings: Settings, preset: EnginePreset) -> None:
    """What would end a job of this preset before its first step, said before there is a job; nothing is hashed.

    How much memory is free is left to the worker: what it has loaded itself takes no more.
    Raises EngineUnavailable (off, or no GPU), LicenceNotAccepted, WeightsMissing.
    """
    info = engine_class(preset.engine).info
    if info.sends_data_out and consent_for(settings, info) is None:
        raise EngineUnavailable(write_off(info))
    lacking = _lacks_gpu(info, preset)
    try:
        open_weights(settings).resolve(preset)
    except PresetUnready as error:
        raise error.with_more(lacking) from error
    if lacking:
        raise EngineUnavailable(lacking)


def _lacks_gpu(info: EngineInfo, preset: EnginePreset) -> str:
    """A sentence where the preset needs a GPU and there is none."""
    if info.needs_gpu:
        try:
            choose_device(preset)
        except EngineUnavailable as error:
            return error.message
        except ImportError:  # no torch: the worker says so
            return ""
    return ""


def expected_seconds(store: Store, owner: str) -> dict[tuple[str, str], float]:
    """Seconds a picture by preset and quality, from this machine's own past runs: the median."""
    times: dict[tuple[str, str], list[float]] = {}
    for entry in store.generations.list_page(owner, None, RUNS_LOOKED_AT).entries:
        row = entry.generation
        if row.state == "succeeded" and row.started_at and row.finished_at and entry.pictures:
            order = from_json(GenerationOrder, row.order)
            seconds = (row.finished_at - row.started_at).total_seconds() / len(entry.pictures)
            times.setdefault((order.preset, order.quality), []).append(seconds)
    return {key: statistics.median(seen) for key, seen in times.items() if len(seen) >= RUNS_ENOUGH}


def order_download(
    store: Store,
    notifier: JobNotifier,
    settings: Settings,
    presets: PresetShelf,
    owner: str,
    name: str,
    *,
    idempotency_key: str | None = None,
) -> str:
    """Order the weights of a preset; the job's id. What can be refused without asking the hub is refused now.

    Raises UnknownName, NothingToDownload, LicenceNotAccepted, WeightsMissing, HubOffline, TokenNeeded.
    """
    preset = presets.find(name)
    if not preset.components:
        raise NothingToDownload(f"{preset.title} needs no download.")
    open_weights(settings).check_download(preset)
    with store.begin() as transaction:
        job_id, _ = store.jobs.submit(
            transaction,
            owner=owner,
            kind="download",
            title=f"{preset.title}, weights",
            payload={"preset": name},
            idempotency_key=idempotency_key,
        )
    notifier.notify(job_id)
    return job_id


def accept_licence(settings: Settings, preset: EnginePreset) -> None:
    """Record once that the person accepts a preset's licence."""
    open_weights(settings).accept_licence(preset)


def remove_weights(settings: Settings, presets: PresetShelf, name: str) -> int:
    """Delete a preset's downloads, save what another preset needs too; the bytes freed."""
    return open_weights(settings).remove(presets.find(name), among=tuple(presets.values()))


def examine_weights(settings: Settings) -> Sequence[WeightsFinding]:
    """Read every downloaded byte again and compare."""
    return [
        WeightsFinding(subject=finding.subject, advice=finding.advice)
        for finding in open_weights(settings).doctor()
    ]


def refuse_unknown_loras(settings: Settings, presets: PresetShelf, order: GenerationOrder) -> None:
    """Raises UnknownName for a LoRA that is neither in the data folder nor of the order's preset."""
    presets.find(order.preset)  # the preset is what is said to be missing first
    for name in missing_loras(settings, presets, order):
        own = ", ".join(list_loras(settings)) or "none"
        raise UnknownName(f"There is no LoRA called “{name}”. In the data folder: {own}.")


def missing_loras(settings: Settings, presets: PresetShelf, order: GenerationOrder) -> tuple[str, ...]:
    """The names of an order's LoRAs that are neither in the data folder nor of its preset."""
    preset = presets.get(order.preset)
    components = preset.components if preset is not None else ()
    known = {*list_loras(settings), *(component.role for component in components)}
    return tuple(lora.name for lora in order.loras or () if lora.name not in known)


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
