"""The contract of the engines that open weights: their steps, the passes of one picture, and what stays where it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import Cancelled
from pipelines.image import diffusion
from pipelines.image.latents import make_noise, mix_start
from pipelines.image.passes import cut_around, lay_over
from pipelines.image.sampling import DRAWING, DRAWING_FACE, DRAWING_LARGER
from pipelines.image.spec import EngineInputs
from pipelines.progress import ignore_progress
from pipelines.types import ControlSpec, FacePass, LoraUse, SecondPass
from tests.pipelines.image.cases import (
    STEPS,
    Opened,
    cancel_when,
    controls,
    live_tensors,
    noise_picture,
    over,
)

SECOND = SecondPass(scale=2.0, strength=0.5, steps=STEPS)
FACE = FacePass(strength=0.5, steps=STEPS)
LATER = 2 + 2  # the steps that both leave of theirs
FACE_BOX = (40, 20, 56, 40)
FACE_CUT = (28, 10, 68, 50)  # the square of 40 around it


@contextmanager
def counted_steps(opened: Opened) -> Iterator[list[int]]:
    """One item for each time that the transformer is called meanwhile."""
    taken: list[int] = []
    transformer = opened.engine._parts["transformer"]  # type: ignore[attr-defined]
    hook = transformer.register_forward_hook(lambda *given: taken.append(1))
    yield taken
    hook.remove()


def to_image(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels.astype(np.uint8))


@over(lambda case: case.draws_by_weights)
@pytest.mark.parametrize("steps", [1, 3])
def test_the_steps_asked_for_are_the_steps_taken(opened: Opened, steps: int) -> None:
    with counted_steps(opened) as taken:
        assert opened.draw(steps=steps).std() > 0
    assert len(taken) == steps * opened.case.looks


def by_hand(
    opened: Opened, inputs: EngineInputs, settings: SecondPass | FacePass, **changes: Any
) -> np.ndarray:
    """What a pass should draw over a picture: the same as an order to start from it, were such a one taken."""
    engine: Any = opened.engine
    request = opened.request(steps=settings.steps, draft_strength=settings.strength, **changes)
    return np.asarray(engine._walk(request, inputs, ignore_progress)).astype(int)


@over(lambda case: case.capabilities.second_pass)
def test_a_second_pass_draws_over_the_enlarged_first(opened: Opened) -> None:
    once = opened.draw(width=128, height=192)
    twice = opened.draw(width=128, height=192, second_pass=SECOND)
    assert twice.shape == once.shape == (192, 128, 3)
    assert not np.array_equal(twice, once)
    assert np.array_equal(opened.draw(width=128, height=192, second_pass=SECOND), twice)
    first = to_image(opened.draw(width=64, height=96))
    assert np.array_equal(by_hand(opened, EngineInputs(draft=first), SECOND, width=128, height=192), twice)
    pose = {"controls": (ControlSpec(kind="pose"),)}
    held = opened.draw(controls("pose"), width=128, height=192, second_pass=SECOND, **pose)
    first = to_image(opened.draw(controls("pose"), width=64, height=96, **pose))
    again = replace(controls("pose"), draft=first)
    assert np.array_equal(by_hand(opened, again, SECOND, width=128, height=192, **pose), held)


@over(lambda case: case.capabilities.second_pass)
def test_a_pass_begins_where_the_schedule_does_with_what_the_encoder_saw(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine: Any = opened.engine
    mixed: list[float] = []

    def mix(picture: Any, noise: Any, sigma: float) -> Any:
        mixed.append(sigma)
        return mix_start(picture, noise, sigma)

    monkeypatch.setattr(diffusion, "mix_start", mix)
    opened.draw(width=128, height=192, second_pass=SECOND)
    assert mixed == [pytest.approx(float(engine._pipe.scheduler.sigmas[0]))]
    vae = engine._parts["vae"].config
    raw = make_noise(1, (1, vae.latent_channels, 96 // 8, 64 // 8))
    assert np.allclose(engine.to_vae(engine.pack(engine.from_vae(raw)), 64, 96), raw, atol=1e-4)


@over(lambda case: case.capabilities.face_pass)
def test_a_face_pass_changes_the_face_alone(opened: Opened) -> None:
    size = {"width": 128, "height": 96}
    inputs = EngineInputs(face_box=FACE_BOX)
    plain, drawn = opened.draw(**size), opened.draw(inputs, **size, face_pass=FACE)
    assert np.array_equal(opened.draw(inputs, **size, face_pass=FACE), drawn)
    left, top, right, bottom = FACE_CUT
    inside = np.zeros(plain.shape[:2], bool)
    inside[top:bottom, left:right] = True
    assert np.array_equal(drawn[~inside], plain[~inside])
    assert (drawn != plain)[inside].any(axis=-1).mean() > 0.5
    cut = EngineInputs(draft=to_image(plain).crop(FACE_CUT))
    face = to_image(by_hand(opened, cut, FACE)).resize((40, 40), Image.Resampling.LANCZOS)
    middle = np.asarray(face).astype(int)[8:-8, 8:-8]
    assert np.array_equal(drawn[top + 8 : bottom - 8, left + 8 : right - 8], middle)
    for nothing_to_do in (None, (4, 4, 60, 60)):  # no face, and one that is drawn large enough
        assert np.array_equal(
            opened.draw(EngineInputs(face_box=nothing_to_do), **size, face_pass=FACE), plain
        )


@over(lambda case: case.capabilities.face_pass)
def test_all_passes_are_counted_shown_and_can_be_ended(opened: Opened) -> None:
    inputs = EngineInputs(face_box=FACE_BOX)
    order: dict[str, Any] = {"width": 128, "height": 128, "second_pass": SECOND, "face_pass": FACE}
    wanted = opened.draw(inputs, **order)
    with counted_steps(opened) as taken:
        seen = opened.watch(inputs, **order)
    assert len(taken) == STEPS + LATER
    assert {progress.total for progress in seen} == {STEPS + LATER}
    done = [progress.step for progress in seen]
    assert done == sorted(done)
    assert done[-1] == STEPS + LATER
    assert [progress.step for progress in seen if progress.preview] == list(range(1, STEPS + LATER + 1))
    assert {DRAWING, DRAWING_LARGER, DRAWING_FACE} < {progress.stage for progress in seen}
    before, request = live_tensors(), opened.request(**order)
    for moment in opened.moments(inputs, **order):
        with pytest.raises(Cancelled):
            opened.engine.generate(request, cancel_when(moment), inputs)
    assert live_tensors() <= before
    assert np.array_equal(opened.draw(inputs, **order), wanted)


def weight_places(engine: Any) -> set[int]:
    """Where the weights lie. What is laid beside them comes and goes and is not counted: LoRAs, and the identity
    adapter, which is read anew with another preset."""
    return {
        parameter.data_ptr()
        for part in engine._parts.values()
        if hasattr(part, "named_parameters")
        for name, parameter in part.named_parameters()
        if not any(word in name for word in ("lora", "encoder_hid_proj", "processor"))
    }


@over(lambda case: case.draws_by_weights)
def test_nothing_of_the_weights_moves_between_pictures(opened: Opened) -> None:
    import torch._dynamo.utils

    engine: Any = opened.engine
    info = opened.info
    opened.draw()
    torch._dynamo.utils.counters.clear()
    moved = engine.bytes_moved
    places = weight_places(engine)
    opened.draw(prompt="green jacket", seed=9)
    opened.draw(loras=(LoraUse(name="tiny", weight=0.5),))
    for kind in info.controls:
        opened.draw(controls(kind), controls=(ControlSpec(kind=kind),))
    if info.face_pass:
        opened.draw(
            EngineInputs(face_box=FACE_BOX), width=128, height=128, second_pass=SECOND, face_pass=FACE
        )
    engine.load(replace(opened.preset, instruction="Look closely."), ignore_progress)
    opened.draw()
    engine.load(opened.preset, ignore_progress)
    assert engine.bytes_moved == moved
    assert not torch._dynamo.utils.counters["stats"]  # nothing was compiled, so nothing can be again
    assert places <= weight_places(engine)


def test_what_is_cut_out_lies_within_the_picture() -> None:
    assert cut_around(FACE_BOX, 128, 96) == FACE_CUT
    assert cut_around((0, 0, 10, 10), 128, 96) == (0, 0, 20, 20)
    assert cut_around((110, 80, 130, 110), 128, 96) == (68, 36, 128, 96)
    assert cut_around((-40, 0, -10, 20), 128, 96) is None


def test_what_is_put_back_fades_into_what_was_there() -> None:
    there = Image.new("RGB", (128, 96), (10, 20, 30))
    drawn = noise_picture(1)
    assert lay_over(None, drawn, None) is drawn
    assert lay_over(there, drawn, None) is drawn
    put = np.asarray(lay_over(there, Image.new("RGB", (64, 64), (210, 20, 30)), FACE_CUT)).astype(int)
    row = put[30, 28:68, 0]
    assert row[0] == 10
    assert row[20] == 210
    assert np.array_equal(row, row[::-1])
    assert (np.diff(row[:20]) >= 0).all()
