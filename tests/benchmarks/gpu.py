"""Each family once at its published size, with random weights: opening, steps, peak memory a tier, hd, cancel, free.

Run, where a card is:   python -m tests.benchmarks.gpu [--preset klein-4b] [--tier bf16] [--json FILE]
Run on any processor:   python -m tests.benchmarks.gpu --tiny
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from pipelines import devices
from pipelines.errors import Cancelled, EngineUnavailable, PictureRefused
from pipelines.image import diffusion, loading
from pipelines.image.capabilities import narrow_info
from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.image.sampling import DRAWING
from pipelines.image.spec import EngineInputs, EnginePreset
from pipelines.image.tiers import FULL, QUANTISED, tiers_of
from pipelines.progress import Progress, ignore_progress
from pipelines.types import ControlSpec, FacePass, GenerationRequest, SecondPass
from tests.benchmarks.gpu_models import PRESETS, make_network
from tests.pipelines.image import tiny_repos
from tests.pipelines.image.cases import (
    fill_preset,
    flux1_preset,
    klein_preset,
    kontext_preset,
    noise_picture,
    qwen_preset,
    references,
    z_image_preset,
)

MILLI = 1000.0
TINY_PX = 256
BASES = {  # engine -> tiny repository
    "flux1": "flux1",
    "flux1-fill": "fill",
    "flux1-kontext": "kontext",
    "flux1-redux": "flux1",
    "flux2-klein": "klein",
    "flux2-klein-kv": "klein",
    "qwen-image-edit": "qwen-edit",
    "z-image": "z-image",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One preset in one tier on one card. Seconds, milliseconds, GB (10^9 bytes); `note` where it did not work."""

    card: str
    preset: str
    tier: str
    size_px: int
    steps: int
    open_s: float = 0.0
    first_s: float = 0.0
    next_s: float = 0.0
    step_ms: float = 0.0
    peak_gb: float = 0.0
    stated_gb: float = 0.0
    cancel_ms: float = 0.0
    left_gb: float = 0.0
    hd_px: int = 0
    hd_s: float = 0.0  # with the second pass and the face's, where the preset has them
    hd_steps: int = 0  # of all passes
    hd_peak_gb: float = 0.0
    note: str = ""


class Watch:
    """Notes when each step ends, and ends the run at one of them where told to."""

    def __init__(self, end_at: int | None = None) -> None:
        self.ends: list[float] = []
        self.ended_at = 0.0
        self.total = 0
        self._end_at = end_at

    def __call__(self, progress: Progress) -> None:
        self.total = progress.total
        if progress.stage == DRAWING:
            self.ends.append(time.perf_counter())
            if progress.step == self._end_at:
                self.ended_at = time.perf_counter()
                raise Cancelled

    @property
    def step_ms(self) -> float:
        """The mean time of a step, without the first, which warms up."""
        whole = self.ends[1:]
        return (whole[-1] - whole[0]) / max(len(whole) - 1, 1) * MILLI if len(whole) > 1 else 0.0


def measure(preset: EnginePreset, tier: str, card: str) -> Measured:
    """Open, draw twice, once in hd, cancel once, free."""
    row = Measured(
        card=card,
        preset=preset.name,
        tier=tier,
        size_px=preset.width,
        steps=preset.steps,
        stated_gb=preset.memory_gb.get(tier, 0.0),
    )
    engine: Any = engine_class(preset.engine)()
    request, inputs = make_request(preset)
    devices.forget_peak()
    try:
        open_s = timed(lambda: engine.load(replace(preset, tier=tier), ignore_progress))
        devices.forget_peak()
        first_s = timed(lambda: draw(engine, request, Watch(), inputs))
        watch = Watch()
        next_s = timed(lambda: draw(engine, replace(request, seed=2), watch, inputs))
        peak_gb = devices.peak_gb()
        hd = make_hd(preset, request)
        hd_watch, hd_inputs = Watch(), replace(inputs, face_box=face_of(hd.width))
        devices.forget_peak()
        with any_picture():
            hd_s = timed(lambda: draw(engine, hd, hd_watch, hd_inputs))
        hd_peak_gb = devices.peak_gb()
        end = Watch(end_at=1)
        try:
            engine.generate(request, end, inputs)
        except Cancelled:
            cancel_ms = (time.perf_counter() - end.ended_at) * MILLI
    except EngineUnavailable as error:
        engine.unload()
        return replace(row, note=error.message)
    engine.unload()
    devices.forget_peak()
    return replace(
        row,
        open_s=open_s,
        first_s=first_s,
        next_s=next_s,
        step_ms=watch.step_ms,
        peak_gb=peak_gb,
        cancel_ms=cancel_ms,
        left_gb=devices.peak_gb(),
        hd_px=hd.width,
        hd_s=hd_s,
        hd_steps=hd_watch.total,
        hd_peak_gb=hd_peak_gb,
    )


def draw(engine: Any, request: GenerationRequest, watch: Watch, inputs: EngineInputs) -> None:
    """One picture; random weights of the published size may well make one that is refused, after the same work."""
    with suppress(PictureRefused):
        engine.generate(request, watch, inputs)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make_request(preset: EnginePreset) -> tuple[GenerationRequest, EngineInputs]:
    """A picture with a pose map where the preset takes one, and a person where it looks at one."""
    info = narrow_info(engine_class(preset.engine).info, preset)
    kinds = info.controls[:1]
    given = references("person") if info.max_references else ()
    request = GenerationRequest(
        engine=preset.engine,
        preset=preset.name,
        prompt="a portrait photo of a person, studio lighting",
        seed=1,
        steps=preset.steps,
        guidance=preset.guidance,
        width=preset.width,
        height=preset.height,
        controls=tuple(ControlSpec(kind=kind) for kind in kinds),
        references=tuple(reference for reference, _ in given),
    )
    pictures = {kind: noise_picture(1, preset.width, preset.height) for kind in kinds}
    return request, EngineInputs(
        controls=pictures,
        references=tuple((one, picture.resize((preset.width, preset.height))) for one, picture in given),
    )


def make_hd(preset: EnginePreset, request: GenerationRequest) -> GenerationRequest:
    """The same as an hd picture, with the passes that the preset has."""
    multiple = engine_class(preset.engine).info.side_multiple
    width, height = (
        round(side * preset.hd_scale / multiple) * multiple for side in (preset.width, preset.height)
    )
    return replace(
        request,
        width=width,
        height=height,
        steps=preset.hd_steps or preset.steps,
        second_pass=preset.second_pass,
        face_pass=preset.face_pass,
    )


def face_of(side: int) -> tuple[int, int, int, int]:
    """A face of a sixteenth of the picture's side, as a whole figure has it."""
    return (7 * side // 16, side // 8, 8 * side // 16, 3 * side // 16)


@contextmanager
def any_picture() -> Iterator[None]:
    """Random weights may draw what is refused as no picture, and the passes after it would not be measured."""
    real = diffusion.to_picture

    def forgive(pixels: Any, width: int, height: int) -> Image.Image:
        with suppress(PictureRefused):
            return real(pixels, width, height)
        return noise_picture(1, width, height)

    diffusion.to_picture = forgive
    try:
        yield
    finally:
        diffusion.to_picture = real


@contextmanager
def random_weights(preset: str) -> Iterator[None]:
    """Networks of the published size instead of files, through the same packing and placing."""
    published = loading._read_network
    loading._read_network = lambda key, device: make_network(preset, key, device)  # type: ignore[assignment]
    try:
        yield
    finally:
        loading._read_network = published


def true_preset(name: str, tiny: Path) -> EnginePreset:
    """A shipped preset whose words are read by the tiny repository's tokenizers; no identity adapter, no LoRA."""
    preset = PresetShelf().find(name)
    folder = tiny / BASES[preset.engine]
    roles = ("base", "controlnet")
    kept = [replace(part, folder=folder) for part in preset.components if part.role in roles]
    return replace(preset, components=tuple(kept), loras=())


def tiny_presets(folder: Path) -> list[EnginePreset]:
    """The tiny families on this processor, in the tiers that it can run."""
    memory = {FULL: 3.0, **dict.fromkeys(QUANTISED, 1.0)}
    both = {
        "second_pass": SecondPass(scale=1.5, strength=0.5, steps=4),
        "face_pass": FacePass(strength=0.5, steps=4),
    }
    return [
        make(folder, memory_gb=memory, width=TINY_PX, height=TINY_PX, hd_scale=1.5, **passes)
        for make, passes in (
            (klein_preset, {}),
            (z_image_preset, both),
            (flux1_preset, both),
            (kontext_preset, {}),
            (fill_preset, {}),
            (qwen_preset, {}),
        )
    ]


def format_rows(rows: list[Measured]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| card | preset | tier | picture | opened | first | next | a step | peak (stated) | cancel | left "
        "| hd, all passes | hd peak | note |",
        "| --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in rows:
        lines.append(
            f"| {row.card} | {row.preset} | {row.tier} | {row.size_px}², {row.steps} steps | {row.open_s:.1f} s "
            f"| {row.first_s:.2f} s | {row.next_s:.2f} s | {row.step_ms:.0f} ms "
            f"| {row.peak_gb:.1f} ({row.stated_gb:.1f}) GB | {row.cancel_ms:.0f} ms | {row.left_gb:.2f} GB "
            f"| {row.hd_px}², {row.hd_steps} steps, {row.hd_s:.2f} s | {row.hd_peak_gb:.1f} GB | {row.note} |"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure and print; 1 where there is no card and --tiny was not said."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tiny", action="store_true", help="tiny networks on this processor")
    parser.add_argument("--preset", action="append", choices=PRESETS, help="only this one")
    parser.add_argument("--tier", action="append", help="only this one")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)  # the library's own
    device = devices.PROCESSOR if chosen.tiny else devices.find_device()
    if not device.is_gpu and not chosen.tiny:
        print(
            "torch finds no GPU on this machine: not measured. --tiny runs small networks on the processor."
        )
        return 1
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        tiny = Path(folder)
        tiny_repos.build_all(tiny)
        names = chosen.preset or PRESETS
        presets = tiny_presets(tiny) if chosen.tiny else [true_preset(name, tiny) for name in names]
        for preset in presets:
            for tier in chosen.tier or tiers_of(preset):
                if chosen.tiny:
                    rows.append(measure(preset, tier, device.name))
                else:
                    with random_weights(preset.name):
                        rows.append(measure(preset, tier, device.name))
                print(format_rows(rows[-1:]).splitlines()[-1], flush=True)
    print(format_rows(rows))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
