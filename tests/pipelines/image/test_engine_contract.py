"""One contract over every engine: what the studio may rely on, whoever draws."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import Cancelled, RequestRefused
from pipelines.image.spec import EngineInputs
from pipelines.progress import Progress, ignore_progress
from pipelines.types import CONTROL_KINDS, ControlSpec, FacePass, LoraUse, Reference, SecondPass
from tests.pipelines.image.cases import (
    STEPS,
    EngineCase,
    Opened,
    cancel_when,
    controls,
    live_tensors,
    noise_picture,
    over,
    references,
)


def here(case: EngineCase) -> bool:
    return case.draws_by_weights


def is_model(case: EngineCase) -> bool:
    """Not the draft engine, which draws the body itself and looks at nothing but the scene."""
    return case.capabilities.pose != "draws"


@over()
def test_equal_requests_give_equal_pixels_on_this_engine_and_on_a_fresh_one(opened: Opened) -> None:
    first = opened.draw()
    assert np.array_equal(opened.draw(), first)
    assert np.array_equal(opened.again().draw(), first)


@over()
def test_another_seed_gives_another_picture(opened: Opened) -> None:
    assert np.array_equal(opened.draw(seed=1), opened.draw(seed=2)) != opened.case.seeded


@over(is_model)
def test_another_prompt_and_other_steps_give_another_picture(opened: Opened) -> None:
    pictures = [opened.draw(), opened.draw(prompt="red hair"), opened.draw(steps=STEPS - 1)]
    assert len({picture.tobytes() for picture in pictures}) == 3


@over()
@pytest.mark.parametrize("shape", [(1.0, 1.5), (2.0, 1.0)])
def test_the_picture_has_the_size_asked_for(opened: Opened, shape: tuple[float, float]) -> None:
    width, height = (round(opened.case.width * side) for side in shape)
    assert opened.draw(width=width, height=height).shape == (height, width, 3)


@over()
def test_progress_never_goes_back_and_knows_its_end(opened: Opened) -> None:
    seen = opened.watch()
    assert seen
    done = [progress.step for progress in seen]
    assert done == sorted(done)
    assert {progress.total for progress in seen} == {seen[-1].total}
    assert done[-1] == seen[-1].total or not opened.case.shows_steps


@over(lambda case: case.shows_steps)
def test_every_step_is_told_and_shown(opened: Opened) -> None:
    seen = opened.watch()
    assert len({progress.stage for progress in seen}) >= 4
    assert seen[-1].step == seen[-1].total == STEPS
    shown = [progress for progress in seen if progress.preview]
    assert sorted({progress.step for progress in shown}) == list(range(1, STEPS + 1))
    for progress in shown:
        with Image.open(io.BytesIO(progress.preview or b"")) as small:
            assert small.format == "WEBP"


@over()
def test_cancelled_at_any_moment_the_engine_frees_and_goes_on(opened: Opened) -> None:
    wanted = opened.draw()
    before = live_tensors() if here(opened.case) else 0
    for moment in opened.moments():
        with pytest.raises(Cancelled):
            opened.engine.generate(opened.request(), cancel_when(moment), EngineInputs())
    if here(opened.case):
        assert live_tensors() <= before
    assert np.array_equal(opened.draw(), wanted)


@over(lambda case: case.serve is None)
def test_cancelled_while_opening_nothing_is_left_and_it_opens_again(opened: Opened) -> None:
    engine: Any = opened.make_engine()
    seen: list[Progress] = []
    engine.load(opened.preset, seen.append)
    for progress in (seen[0], seen[-1]):
        engine = opened.make_engine()
        with pytest.raises(Cancelled):
            engine.load(opened.preset, cancel_when((progress.stage, progress.step)))
        if here(opened.case):
            assert engine._residents.bytes_held == 0
    engine.load(opened.preset, ignore_progress)
    assert engine.generate(opened.request(), ignore_progress).size == (opened.case.width, opened.case.height)


@over()
def test_it_refuses_sizes_that_it_does_not_make(opened: Opened) -> None:
    info = opened.info
    wrong = [info.max_side + info.side_multiple, info.min_side - info.side_multiple]
    if info.side_multiple > 1:
        wrong.append(opened.case.width + 1)
    for side in wrong:
        with pytest.raises(RequestRefused):
            opened.draw(width=side)


@over(is_model)
def test_it_refuses_what_it_does_not_support(opened: Opened) -> None:
    info = opened.info
    wrong: list[tuple[dict[str, Any], EngineInputs]] = [
        ({"controls": (ControlSpec(kind=kind),)}, controls(kind))
        for kind in CONTROL_KINDS
        if kind not in info.controls
    ]
    wrong.append(({"controls": (ControlSpec(kind="pose"),)}, EngineInputs()))  # no map came along
    wrong.append(({"controls": (ControlSpec(kind="pose"),) * 2}, controls("pose")))
    wrong.append(({"controls": (ControlSpec(kind="pose", start=0.5, end=0.5),)}, controls("pose")))
    many = references(*["person"] * (info.max_references + 1))
    wrong.append(({"references": tuple(one for one, _ in many)}, EngineInputs(references=many)))
    wrong.append(({"references": (Reference(role="person", sha256="0" * 64),)}, EngineInputs()))
    wrong.append(({"loras": (LoraUse(name="tiny", weight=float("nan")),)}, EngineInputs()))
    wrong.append(({"loras": (LoraUse(name="tiny"),) * 2}, EngineInputs()))
    wrong.append(({"steps": 0}, EngineInputs()))
    start = EngineInputs() if info.starts_from_draft else EngineInputs(draft=noise_picture(1))
    wrong.append(({"draft_strength": 0.5}, start))
    second, face = SecondPass(scale=2.0, strength=0.5, steps=4), FacePass(strength=0.5, steps=4)
    wrong.append(({"second_pass": replace(second, scale=0.5)}, EngineInputs()))
    wrong.append(({"second_pass": replace(second, scale=4.0)}, EngineInputs()))  # begins with too small a one
    wrong.append(
        ({"second_pass": replace(second, strength=0.0 if info.second_pass else 0.5)}, EngineInputs())
    )
    wrong.append(({"face_pass": replace(face, steps=0 if info.face_pass else 4)}, EngineInputs()))
    asked = len(opened.double.asked) if opened.double else 0
    for changes, inputs in wrong:
        with pytest.raises(RequestRefused):
            opened.draw(inputs, **changes)
    assert opened.double is None or len(opened.double.asked) == asked  # nothing of it left this machine


@over(lambda case: bool(case.capabilities.controls))
def test_control_maps_change_the_picture_and_end_where_told(opened: Opened) -> None:
    plain = opened.draw()
    for kind in opened.info.controls:
        whole = opened.draw(controls(kind), controls=(ControlSpec(kind=kind),))
        assert not np.array_equal(whole, plain)
        other = EngineInputs(controls={kind: noise_picture(99)})
        assert not np.array_equal(opened.draw(other, controls=(ControlSpec(kind=kind),)), whole)
        if opened.info.pose != "lock":
            continue
        half = opened.draw(controls(kind), controls=(ControlSpec(kind=kind, end=0.5),))
        assert not np.array_equal(half, whole)
        assert not np.array_equal(half, plain)
        silent = (ControlSpec(kind=kind, strength=0.0),)
        assert np.array_equal(opened.draw(controls(kind), controls=silent), plain)
        if here(opened.case):
            early = (ControlSpec(kind=kind, end=0.1),)
            assert np.array_equal(opened.draw(controls(kind), controls=early), plain)


@over(lambda case: case.capabilities.loras)
def test_a_lora_of_weight_0_is_none(opened: Opened) -> None:
    plain = opened.draw()
    used = opened.draw(loras=(LoraUse(name="tiny", weight=1.0),))
    assert not np.array_equal(used, plain)
    assert not np.array_equal(opened.draw(loras=(LoraUse(name="tiny", weight=0.5),)), used)
    assert np.array_equal(opened.draw(loras=(LoraUse(name="tiny", weight=0.0),)), plain)
    assert np.array_equal(opened.draw(loras=(LoraUse(name="tiny", weight=1.0),)), used)
    assert np.array_equal(opened.draw(), plain)


@over(here)
def test_a_lora_that_nobody_has_is_refused(opened: Opened) -> None:
    with pytest.raises(RequestRefused, match="no LoRA called “nobody”"):
        opened.draw(loras=(LoraUse(name="nobody"),))


@over(lambda case: case.capabilities.max_references > 0)
def test_every_reference_counts(opened: Opened) -> None:
    pictures = [opened.draw()]
    for number in range(1, min(opened.info.max_references, 2) + 1):
        given = references(*["person", "garment"][:number])
        pictures.append(
            opened.draw(EngineInputs(references=given), references=tuple(one for one, _ in given))
        )
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    assert np.array_equal(opened.draw(), pictures[0])  # and leaves nothing behind


@over(lambda case: case.capabilities.starts_from_draft)
def test_a_start_picture_counts_by_its_strength(opened: Opened) -> None:
    start = Image.new("RGB", (opened.case.width, opened.case.height), (200, 40, 40))
    drawn = {
        strength: opened.draw(EngineInputs(draft=start), draft_strength=strength) for strength in (0.25, 1)
    }
    assert np.array_equal(drawn[1], opened.draw())
    assert not np.array_equal(drawn[0.25], drawn[1])
    assert not np.array_equal(
        opened.draw(EngineInputs(draft=noise_picture(1)), draft_strength=0.25), drawn[0.25]
    )
    steps = [progress.step for progress in opened.watch(EngineInputs(draft=start), draft_strength=0.25)]
    assert steps == sorted(steps)
    assert steps[-1] == STEPS  # the spared steps count as done


@over()
def test_a_batch_gives_what_singles_give(opened: Opened) -> None:
    wide = opened.case.width + opened.case.width // 2
    changes: list[dict[str, Any]] = [
        {"seed": 1},
        {"seed": 2, "prompt": "red hair"},
        {"seed": 1, "width": wide},
    ]
    batch = [opened.draw(**change) for change in changes]
    singles = [opened.again().draw(**change) for change in changes]
    assert all(np.array_equal(one, other) for one, other in zip(batch, singles, strict=True))
