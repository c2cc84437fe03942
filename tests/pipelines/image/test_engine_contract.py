"""One contract over every engine: what the studio may rely on, whoever draws."""

from __future__ import annotations

import gc
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import Cancelled, RequestRefused
from pipelines.image.engine import EngineInputs, engine_class
from pipelines.image.honours import narrow_info
from pipelines.image.sampling import DRAWING, DRAWING_FACE, DRAWING_LARGER
from pipelines.types import (
    ControlSpec,
    FacePass,
    LoraUse,
    Progress,
    Reference,
    SecondPass,
    ignore_progress,
)
from tests.pipelines.image.cases import (
    CASES,
    LIBRARY_NOISE,
    SIDE,
    STEPS,
    EngineCase,
    Opened,
    noise_picture,
    references,
)

SECOND = SecondPass(scale=2.0, strength=0.5, steps=STEPS)
FACE = FacePass(strength=0.5, steps=STEPS)
FACE_BOX = (40, 20, 56, 40)
FACE_CUT = (28, 10, 68, 50)  # the square of 40 around it

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
    with counted_steps(opened) as taken:
        opened.draw(steps=steps)
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
        wrong.append(
            ({"second_pass": replace(SECOND, strength=0.0 if info.second_pass else 0.5)}, EngineInputs())
        )
        wrong.append(({"second_pass": replace(SECOND, scale=0.5)}, EngineInputs()))
        wrong.append(({"second_pass": replace(SECOND, scale=4.0)}, EngineInputs()))  # begins with 16 x 16
        wrong.append(({"face_pass": replace(FACE, steps=0 if info.face_pass else 4)}, EngineInputs()))
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


def by_hand(
    opened: Opened, inputs: EngineInputs, settings: SecondPass | FacePass, **changes: Any
) -> np.ndarray:
    """What a pass should draw over a picture: the same as an order to start from it."""
    return opened.draw(inputs, steps=settings.steps, draft_strength=settings.strength, **changes)


def test_a_second_pass_draws_over_the_enlarged_first(opened: Opened) -> None:
    info = narrow_info(opened.info, opened.preset)
    if not info.second_pass:
        return
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


def test_a_face_pass_changes_the_face_alone(opened: Opened) -> None:
    info = narrow_info(opened.info, opened.preset)
    if not info.face_pass:
        return
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


def test_all_passes_are_counted_shown_and_can_be_ended(opened: Opened) -> None:
    info = narrow_info(opened.info, opened.preset)
    if not info.face_pass:
        return
    inputs = EngineInputs(face_box=FACE_BOX)
    order: dict[str, Any] = {"width": 128, "height": 128, "second_pass": SECOND, "face_pass": FACE}
    wanted = opened.draw(inputs, **order)
    with counted_steps(opened) as taken:
        seen = opened.watch(inputs, **order)
    assert len(taken) == STEPS + 2 + 2
    assert {progress.total for progress in seen} == {STEPS + 2 + 2}
    done = [progress.step for progress in seen]
    assert done == sorted(done)
    assert done[-1] == STEPS + 2 + 2
    assert [progress.step for progress in seen if progress.preview] == list(range(1, STEPS + 2 + 2 + 1))
    assert {DRAWING, DRAWING_LARGER, DRAWING_FACE} < {progress.stage for progress in seen}
    before, request = live_tensors(), opened.request(**order)
    for place in range(len(seen)):
        with pytest.raises(Cancelled):
            opened.engine.generate(request, cancel_at(place), inputs)
    assert live_tensors() <= before
    assert np.array_equal(opened.draw(inputs, **order), wanted)


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
    import torch._dynamo.utils

    engine: Any = opened.engine
    info = narrow_info(opened.info, opened.preset)
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
