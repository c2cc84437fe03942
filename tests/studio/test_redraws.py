"""A part of a finished picture, drawn anew: by the draft, over all ways that there are to ask for it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import RequestRefused
from pipelines.image.provenance import find_mark
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio import cli
from studio.errors import NotFound
from studio.settings import Settings, read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.generation import Generation, Ordered
from studio.vocabulary.order import GenerationOrder, RedrawWanted
from studio.vocabulary.person import YOU
from tests.fake_pictures import encode

ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, width=96, height=160, seed=5)


def no_window(settings: Settings) -> int:
    raise AssertionError("the window was opened")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": tmp_path_factory.mktemp("redraws")}, {}), inline=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def before(studio: Studio) -> Generation:
    return made(studio, studio.for_person(YOU).generations.order(ORDER))


def made(studio: Studio, ordered: Ordered) -> Generation:
    mine, until = studio.for_person(YOU), time.monotonic() + 60
    while mine.jobs.get(ordered.job_id).is_open and time.monotonic() < until:
        time.sleep(0.02)
    found = mine.generations.get(ordered.generation_id)
    assert found.state == "succeeded", found.error
    return found


def pixels(studio: Studio, generation: Generation) -> np.ndarray:
    with Image.open(studio.for_person(YOU).files.path(generation.pictures[0].file_id)) as opened:
        return np.asarray(opened.convert("RGB")).astype(int)


def test_the_clothes_alone_are_drawn_anew_and_again_alike(studio: Studio, before: Generation) -> None:
    mine = studio.for_person(YOU)
    wanted = RedrawWanted(parts=("clothes",))
    after = made(studio, mine.variations.redraw(before.id, wanted, prompt="a long red dress"))
    was, now = pixels(studio, before), pixels(studio, after)
    changed = (was != now).any(-1)
    assert 0.03 < changed.mean() < 0.6
    assert not changed[:20].any()  # head and what is above it
    path = mine.files.path(after.pictures[0].file_id)
    assert find_mark(path.read_bytes()) == "algorithmicMedia"
    again = made(studio, mine.generations.again(after.id))
    assert (again.requests, np.array_equal(pixels(studio, again), now)) == (after.requests, True)
    twice = made(
        studio,
        mine.variations.redraw(after.id, RedrawWanted(parts=("hair",)), prompt="red hair, a red dress"),
    )
    assert (pixels(studio, twice) == now).all(-1).mean() > 0.8  # the dress of before is still there


def test_a_mask_of_ones_own_says_what_is_drawn_anew(studio: Studio, before: Generation) -> None:
    mine = studio.for_person(YOU)
    mask = Image.new("RGB", (480, 800))
    mask.paste("white", (0, 400, 480, 800))
    photo = mine.photos.add(encode(mask, "PNG"), role="init")
    wanted = RedrawWanted(mask_photo_id=photo.id)
    after = made(studio, mine.variations.redraw(before.id, wanted, prompt="a green dress"))
    changed = (pixels(studio, before) != pixels(studio, after)).any(-1)
    assert changed[90:].any()
    assert not changed[:75].any()


def test_what_cannot_be_redrawn_says_so(studio: Studio, before: Generation) -> None:
    mine = studio.for_person(YOU)
    with pytest.raises(RequestRefused, match="Choose what is to be drawn anew"):
        mine.variations.redraw(before.id, RedrawWanted())
    with pytest.raises(RequestRefused, match="does not draw a part"):
        mine.variations.redraw(before.id, RedrawWanted(parts=("hair",)), preset="qwen-image-edit")
    with pytest.raises(NotFound):
        mine.variations.redraw(before.id, RedrawWanted(parts=("hair",), picture_id="0" * 26))
    one = made(studio, mine.variations.redraw(before.id, RedrawWanted(parts=("hair",)))).order
    with pytest.raises(RequestRefused, match="one picture at a time"):
        mine.generations.order(replace(one, views=("front", "back")))


def test_the_command_line_redraws(
    studio: Studio,
    before: Generation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("studio.studio.open_studio", lambda settings, inline: studio)
    monkeypatch.setattr(type(studio), "close", lambda self: None)
    run: Callable[..., int] = lambda *words: cli.main(["redraw", before.id, *words], serve=no_window)  # noqa: E731
    out = tmp_path / "out"
    assert run("--part", "hair", "--prompt", "red hair", "--out", str(out)) == 0
    facts = json.loads((out / "generation.json").read_text(encoding="utf-8"))
    assert facts["request"]["redraw"]["parts"] == ["hair"]
    assert run("--part", "hair", "--picture", "2", "--out", str(out)) == 2
    assert "say 1 to 1" in capsys.readouterr().err
