"""One contract over every engine: what the studio may rely on, whoever draws."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import Cancelled, RequestRefused
from pipelines.image.engine import EngineInputs, engine_class
from pipelines.image.honours import narrow_info
from pipelines.types import ControlSpec, LoraUse, Progress, Reference, ignore_progress
from tests.pipelines.image.cases import (
    CASES,
    LIBRARY_NOISE,
    SIDE,
    EngineCase,
    Opened,
    noise_picture,
    references,
)

pytestmark = pytest.mark.filterwarnings(LIBRARY_NOISE)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def opened(request: pytest.FixtureRequest, tiny: Path) -> Iterator[Opened]:
    case: EngineCase = request.param
    made = Opened(case, case.make_preset(tiny))
    yield made
    made.engine.unload()


def controls(*kinds: str) -> EngineInputs:
    return EngineInputs(controls={kind: noise_picture(number) for number, kind in enumerate(kinds)})  # type: ignore[misc]


def diffusion(opened: Opened) -> bool:
    return hasattr(opened.engine, "bytes_moved")


def cancel_at(place: int) -> Callable[[Progress], None]:
    """An on_progress that ends the run when it is called for that time, counted from 0."""
    calls = iter(range(10_000))

    def on_progress(progress: Progress) -> None:
        if next(calls) == place:
            raise Cancelled

    return on_progress


def live_tensors() -> int:
    import torch

    gc.collect()
    return sum(1 for thing in gc.get_objects() if issubclass(type(thing), torch.Tensor))


def test_equal_requests_give_equal_pixels_on_this_engine_and_on_a_fresh_one(opened: Opened) -> None:
    first = opened.draw()
    assert np.array_equal(opened.draw(), first)
    assert np.array_equal(Opened(opened.case, opened.preset).draw(), first)


def test_another_seed_gives_another_picture(opened: Opened) -> None:
    assert np.array_equal(opened.draw(seed=1), opened.draw(seed=2)) != opened.case.seeded


@pytest.mark.parametrize(("width", "height"), [(64, 96), (128, 64)])
def test_the_picture_has_the_size_asked_for(opened: Opened, width: int, height: int) -> None:
    assert opened.draw(width=width, height=height).shape == (height, width, 3)


def test_progress_goes_through_every_step_to_the_end(opened: Opened) -> None:
    seen = opened.watch()
    done = [progress.step for progress in seen]
    assert done == sorted(done)
    assert {progress.total for progress in seen} == {seen[-1].total}
    assert len({progress.stage for progress in seen}) >= 4
    if diffusion(opened):
        assert [progress.step for progress in seen if progress.preview] == [1, 2, 3, 4]
        assert seen[-1].step == seen[-1].total == 4
        with Image.open(io.BytesIO(seen[3].preview or b"")) as small:
            assert small.format == "WEBP"


@pytest.mark.parametrize("steps", [1, 3])
def test_the_steps_asked_for_are_the_steps_taken(opened: Opened, steps: int) -> None:
    if not diffusion(opened):
        return
    taken: list[int] = []
    transformer = opened.engine._parts["transformer"]  # type: ignore[attr-defined]
    hook = transformer.register_forward_hook(lambda *given: taken.append(1))
    opened.draw(steps=steps)
    hook.remove()
    assert len(taken) == steps


def test_cancelled_at_any_moment_the_engine_frees_and_goes_on(opened: Opened) -> None:
    wanted = opened.draw()
    moments = len(opened.watch())
    before = live_tensors() if diffusion(opened) else 0
    for place in range(moments):
        with pytest.raises(Cancelled):
            opened.engine.generate(opened.request(), cancel_at(place), EngineInputs())
    if diffusion(opened):
        assert live_tensors() <= before
    assert np.array_equal(opened.draw(), wanted)


def test_cancelled_while_opening_nothing_is_left_and_it_opens_again(opened: Opened) -> None:
    engine = engine_class(opened.case.name)()
    seen: list[Progress] = []
    engine.load(opened.preset, seen.append)
    for place in {0, len(seen) - 1}:
        engine = engine_class(opened.case.name)()
        with pytest.raises(Cancelled):
            engine.load(opened.preset, cancel_at(place))
        if diffusion(opened):
            assert engine._residents.bytes_held == 0  # type: ignore[attr-defined]
    engine.load(opened.preset, ignore_progress)
    assert engine.generate(opened.request(), ignore_progress).size == (opened.case.width, opened.case.height)


def test_it_refuses_what_it_does_not_honour(opened: Opened) -> None:
    info = narrow_info(opened.info, opened.preset)
    wrong: list[tuple[dict[str, Any], EngineInputs]] = [({"width": info.max_side + 16}, EngineInputs())]
    if info.side_multiple > 1:
        wrong.append(({"width": SIDE + 1}, EngineInputs()))
    if diffusion(opened):
        wrong.append(({"controls": (ControlSpec(kind="normal"),)}, controls("normal")))
        wrong.append(({"controls": (ControlSpec(kind="pose"),)}, EngineInputs()))  # no map came along
        wrong.append(({"controls": (ControlSpec(kind="pose"),) * 2}, controls("pose")))
        wrong.append(({"controls": (ControlSpec(kind="pose", start=0.5, end=0.5),)}, controls("pose")))
        many = references(*["person"] * (info.max_references + 1))
        wrong.append(({"references": tuple(one for one, _ in many)}, EngineInputs(references=many)))
        wrong.append(({"references": (Reference(role="person", sha256="0" * 64),)}, EngineInputs()))
        wrong.append(({"loras": (LoraUse(name="nobody"),)}, EngineInputs()))
        wrong.append(({"loras": (LoraUse(name="tiny", weight=float("nan")),)}, EngineInputs()))
        wrong.append(({"steps": 0}, EngineInputs()))
        start = EngineInputs() if info.starts_from_draft else EngineInputs(draft=noise_picture(1))
        wrong.append(({"draft_strength": 0.5}, start))
    for changes, inputs in wrong:
        with pytest.raises(RequestRefused):
            opened.draw(inputs, **changes)


def test_control_maps_change_the_picture_and_end_where_told(opened: Opened) -> None:
    info = narrow_info(opened.info, opened.preset)
    plain = opened.draw()
    for kind in info.controls:
        whole = opened.draw(controls(kind), controls=(ControlSpec(kind=kind),))
        assert not np.array_equal(whole, plain)
        other = EngineInputs(controls={kind: noise_picture(99)})
        assert not np.array_equal(opened.draw(other, controls=(ControlSpec(kind=kind),)), whole)
        if info.pose != "lock":
            continue
        half = opened.draw(controls(kind), controls=(ControlSpec(kind=kind, end=0.5),))
        assert not np.array_equal(half, whole)
        assert not np.array_equal(half, plain)
        assert np.array_equal(opened.draw(controls(kind), controls=(ControlSpec(kind=kind, end=0.1),)), plain)
        silent = (ControlSpec(kind=kind, strength=0.0),)
        assert np.array_equal(opened.draw(controls(kind), controls=silent), plain)


def test_a_lora_of_weight_0_is_none(opened: Opened) -> None:
    if not opened.info.loras:
        return
    plain = opened.draw()
    used = opened.draw(loras=(LoraUse(name="tiny", weight=1.0),))
    assert not np.array_equal(used, plain)
    assert np.array_equal(opened.draw(loras=(LoraUse(name="tiny", weight=0.0),)), plain)
    assert np.array_equal(opened.draw(loras=(LoraUse(name="tiny", weight=1.0),)), used)
    assert np.array_equal(opened.draw(), plain)


def test_every_reference_counts(opened: Opened) -> None:
    count = narrow_info(opened.info, opened.preset).max_references
    pictures = [opened.draw()]
    for number in range(1, min(count, 2) + 1):
        given = references(*["person", "garment"][:number])
        pictures.append(
            opened.draw(EngineInputs(references=given), references=tuple(one for one, _ in given))
        )
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    assert np.array_equal(opened.draw(), pictures[0])  # and leaves nothing behind


def test_a_start_picture_counts_by_its_strength(opened: Opened) -> None:
    if not opened.info.starts_from_draft:
        return
    start = Image.new("RGB", (SIDE, SIDE), (200, 40, 40))
    drawn = {
        strength: opened.draw(EngineInputs(draft=start), draft_strength=strength) for strength in (0.25, 1)
    }
    assert np.array_equal(drawn[1], opened.draw())
    assert not np.array_equal(drawn[0.25], drawn[1])
    steps = [progress.step for progress in opened.watch(EngineInputs(draft=start), draft_strength=0.25)]
    assert steps[-3:] == [3, 4, 4]  # the spared steps count as done


def test_a_batch_gives_what_singles_give(opened: Opened) -> None:
    changes: list[dict[str, Any]] = [{"seed": 1}, {"seed": 2, "prompt": "red hair"}, {"seed": 1, "width": 96}]
    batch = [opened.draw(**change) for change in changes]
    singles = [Opened(opened.case, opened.preset).draw(**change) for change in changes]
    assert all(np.array_equal(one, other) for one, other in zip(batch, singles, strict=True))


def weight_places(engine: Any) -> set[int]:
    """Where the weights lie. LoRA layers come and go beside them and are not counted."""
    return {
        parameter.data_ptr()
        for part in engine._parts.values()
        if hasattr(part, "named_parameters")
        for name, parameter in part.named_parameters()
        if "lora" not in name
    }


def test_nothing_of_the_weights_moves_between_pictures(opened: Opened) -> None:
    if not diffusion(opened):
        return
    engine: Any = opened.engine
    info = narrow_info(opened.info, opened.preset)
    opened.draw()
    moved = engine.bytes_moved
    places = weight_places(engine)
    opened.draw(prompt="green jacket", seed=9)
    opened.draw(loras=(LoraUse(name="tiny", weight=0.5),))
    for kind in info.controls:
        opened.draw(controls(kind), controls=(ControlSpec(kind=kind),))
    engine.load(replace(opened.preset, instruction="Look closely."), ignore_progress)
    opened.draw()
    engine.load(opened.preset, ignore_progress)
    assert engine.bytes_moved == moved
    assert places <= weight_places(engine)
