"""Several views of one pose: where the engine keeps a person, each further view looks at the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

from pipelines.errors import RequestRefused
from pipelines.image import engines
from pipelines.image.spec import NO_INPUTS, EngineInfo, EngineInputs, EnginePreset
from pipelines.progress import OnProgress
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import GenerationRequest
from studio.errors import NotFound
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.generation import Generation, Ordered
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU

ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA,
    engine="keeper",
    preset="keeper",
    views=("front", "back", "side"),
    width=96,
    height=128,
    seed=5,
)


class Keeper:
    """Draws noise of its own; over it, where it is shown a person, that picture's upper half."""

    held_gb = 0.0
    info: ClassVar[EngineInfo] = EngineInfo(
        name="keeper", title="Keeper", pose="none", identity="keeps", max_references=2, needs_gpu=False
    )
    seen: ClassVar[list[tuple[str, ...]]] = []

    def load(self, preset: EnginePreset, on_progress: OnProgress) -> None:
        """Nothing is needed."""

    def generate(
        self, request: GenerationRequest, on_progress: OnProgress, inputs: EngineInputs = NO_INPUTS
    ) -> Image.Image:
        Keeper.seen.append(tuple(reference.sha256 for reference in request.references))
        chance = np.random.default_rng(len(Keeper.seen))
        picture = Image.fromarray(chance.integers(0, 256, (request.height, request.width, 3), np.uint8))
        for _, person in inputs.references:
            picture.paste(person.crop((0, 0, request.width, request.height // 2)))
        return picture

    def unload(self) -> None:
        """Nothing is held."""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setitem(engines.ENGINES, "keeper", f"{__name__}:Keeper")
    Keeper.seen.clear()
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "keeper.toml").write_text(
        'name = "keeper"\nengine = "keeper"\ntitle = "Keeper"\ncomponents = []\n'
        '[role_sentences]\ngarment = "Dress them in the clothes from image {n}."\n',
        encoding="utf-8",
    )
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


def made(studio: Studio, ordered: Ordered) -> Generation:
    until = time.monotonic() + 60
    while studio.for_person(YOU).jobs.get(ordered.job_id).is_open and time.monotonic() < until:
        time.sleep(0.02)
    job = studio.for_person(YOU).jobs.get(ordered.job_id)
    assert job.state == "succeeded", job.error
    return studio.for_person(YOU).generations.get(str(job.result["generation_id"]))


def upper_halves(studio: Studio, generation: Generation) -> list[bytes]:
    halves = []
    for picture in generation.pictures:
        with Image.open(studio.for_person(YOU).files.path(picture.file_id)) as opened:
            halves.append(opened.convert("RGB").crop((0, 0, 96, 64)).tobytes())
    return halves


def test_further_views_show_the_person_of_the_first_and_so_they_do_made_again(studio: Studio) -> None:
    first = made(studio, studio.for_person(YOU).generations.order(ORDER))
    assert len(set(upper_halves(studio, first))) == 1
    assert [len(names) for names in Keeper.seen] == [0, 1, 1]
    assert Keeper.seen[1] == Keeper.seen[2]
    assert [[one["pictures_back"] for one in stored["references"]] for stored in first.requests] == [
        [],
        [1],
        [2],
    ]
    again = made(studio, studio.for_person(YOU).generations.again(first.id))
    assert again.requests == first.requests
    assert len(set(upper_halves(studio, again))) == 1
    assert Keeper.seen[4] == Keeper.seen[5]
    assert Keeper.seen[4] != Keeper.seen[1]  # its own first view, not the one of before


def test_further_views_of_a_photos_person_wear_what_the_first_shows(studio: Studio) -> None:
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    with_photo = replace(ORDER, references=(OrderReference(role="person", photo_id=photo.id),))
    shown = studio.for_person(YOU).files.get(photo.file_id).sha256
    first = made(studio, studio.for_person(YOU).generations.order(with_photo))
    front = studio.for_person(YOU).files.get(first.pictures[0].file_id).sha256
    assert Keeper.seen == [(shown,), (shown, front), (shown, front)]
    assert [
        [(one["role"], one["pictures_back"]) for one in stored["references"]] for stored in first.requests
    ] == [
        [("person", 0)],
        [("person", 0), ("garment", 1)],
        [("person", 0), ("garment", 2)],
    ]
    again = made(studio, studio.for_person(YOU).generations.again(first.id))
    front_again = studio.for_person(YOU).files.get(again.pictures[0].file_id).sha256
    assert again.requests == first.requests
    assert front_again != front
    assert Keeper.seen[3:] == [(shown,), (shown, front_again), (shown, front_again)]


def test_an_avatars_own_pictures_are_chosen_looked_at_and_named_in_the_order(studio: Studio) -> None:
    mine = studio.for_person(YOU)
    photo = mine.photos.add(studio.poses.example_photo())
    avatar = mine.avatars.keep(EXAMPLE_PERSONA, photo_id=photo.id)
    of_it = replace(ORDER, avatar_id=avatar.id, views=("back", "front"))
    drawn = made(studio, mine.generations.order(of_it))
    made(studio, mine.generations.order(replace(of_it, engine="draft", preset="draft")))
    offered = [one.file_id for one in mine.avatars.list_pictures(avatar.id)]
    assert offered == [photo.file_id, drawn.pictures[1].file_id]  # no back, no draft
    Keeper.seen.clear()
    looked = made(studio, mine.generations.order(replace(of_it, views=("front",), avatar_pictures=3)))
    shown = tuple(mine.files.get(file_id).sha256 for file_id in offered)
    assert Keeper.seen == [shown]  # no more than it looks at, though three were asked for
    assert (looked.order.avatar_pictures, looked.order.person_pictures) == (0, tuple(offered))
    again = made(studio, mine.generations.again(looked.id))
    assert again.requests == looked.requests
    assert Keeper.seen == [shown, shown]


def test_pictures_of_the_person_can_be_picked(studio: Studio) -> None:
    mine = studio.for_person(YOU)
    first = made(studio, mine.generations.order(replace(ORDER, views=("side",))))
    [picture] = first.pictures
    picked = replace(ORDER, views=("front",), person_pictures=(picture.file_id,))
    made(studio, mine.generations.order(picked))
    assert Keeper.seen[-1] == (mine.files.get(picture.file_id).sha256,)
    mine.generations.delete(first.id)
    with pytest.raises(NotFound):
        mine.generations.order(picked)
    kept = mine.recipes.judge(picked)
    assert (kept.order.person_pictures, kept.missing) == ((), ("a picture of the person",))


def test_without_pictures_of_its_own_an_avatar_has_none_to_look_at(studio: Studio) -> None:
    mine = studio.for_person(YOU)
    avatar = mine.avatars.keep(EXAMPLE_PERSONA)
    with pytest.raises(RequestRefused, match="Make one first"):
        mine.generations.order(replace(ORDER, avatar_id=avatar.id, avatar_pictures=1))
    with pytest.raises(RequestRefused, match="Choose a kept avatar"):
        mine.generations.order(replace(ORDER, avatar_pictures=1))
    mesh = avatar.body.glb_id if avatar.body else None
    with pytest.raises(RequestRefused, match="no picture"):
        mine.generations.order(replace(ORDER, person_pictures=(mesh or "",)))
