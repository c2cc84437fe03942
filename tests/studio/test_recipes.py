"""A picture's own metadata becomes its order again, and nothing that is not ours or not the owner's comes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines.errors import PersonaRefused, RequestRefused, UnknownName
from pipelines.image.provenance import sign_picture
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.types import LoraUse
from studio.errors import NoRecipe
from studio.services.orders import written_words
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.generation import Generation
from studio.vocabulary.order import GenerationOrder, OrderReference
from studio.vocabulary.person import YOU, Person
from tests.studio.test_services import wait_for

ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, views=("front", "side"), width=96, height=128, recipe=True, picture_style="clay"
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


def draw(studio: Studio, order: GenerationOrder) -> Generation:
    job = wait_for(studio, studio.for_person(YOU).generations.order(order))
    assert job.state == "succeeded", job.error
    return studio.for_person(YOU).generations.get(str(job.result["generation_id"]))


def signed(order: Any) -> bytes:
    return sign_picture(Image.new("RGB", (8, 8)), "algorithmicMedia", recipe={"order": order, "seed": 1})


def test_a_picture_makes_itself_again(studio: Studio) -> None:
    made = draw(studio, ORDER)
    data = studio.for_person(YOU).files.path(made.pictures[1].file_id).read_bytes()
    recipe = studio.for_person(YOU).recipes.read(data)
    assert (recipe.order, recipe.missing, recipe.says) == (made.order, (), "")
    again = draw(studio, recipe.order)
    assert again.requests == made.requests
    assert [picture.file_id for picture in again.pictures] == [picture.file_id for picture in made.pictures]


def test_pictures_carry_no_recipe_unless_it_was_wanted(studio: Studio) -> None:
    made = draw(studio, replace(ORDER, recipe=None))
    data = studio.for_person(YOU).files.path(made.pictures[0].file_id).read_bytes()
    for foreign in (data, b"no picture", signed("no order")):
        with pytest.raises(NoRecipe, match="carries no settings"):
            studio.for_person(YOU).recipes.read(foreign)


def test_what_is_anothers_is_left_out(studio: Studio) -> None:
    avatar = studio.for_person(YOU).avatars.keep(EXAMPLE_PERSONA)
    photo = studio.for_person(YOU).photos.add(studio.poses.example_photo())
    mine = OrderReference(role="person", photo_id=photo.id)
    foreign = OrderReference(role="style", photo_id="somebody-elses")
    order = replace(ORDER, avatar_id=avatar.id, references=(foreign, mine))
    data = signed(to_json(order))
    recipe = studio.for_person(YOU).recipes.read(data)
    assert recipe.order == replace(order, references=(mine,))
    assert recipe.says == "The settings are back, but a reference photo is not here any more."
    recipe = studio.for_person(Person(id="somebody else")).recipes.read(data)
    assert recipe.order == replace(order, avatar_id=None, references=())
    assert recipe.missing == ("the avatar", "2 reference photos")
    assert recipe.says.endswith("the avatar and 2 reference photos are not here any more.")


def test_what_is_not_known_here_is_said_by_name(studio: Studio) -> None:
    loras = (LoraUse(name="ink-3f"), LoraUse(name="oil-4a"))
    order = replace(ORDER, poses=("relaxed-stand", "moonwalk"), engine="flux1", preset="gone", loras=loras)
    recipe = studio.for_person(YOU).recipes.judge(order)
    assert recipe.order == order  # what is ordered again is refused by its name
    assert recipe.missing == (
        "the pose “moonwalk”",
        "the model “gone”",
        "the LoRA “ink-3f”",
        "the LoRA “oil-4a”",
    )
    assert "the LoRA “ink-3f” and the LoRA “oil-4a”" in recipe.says
    with pytest.raises(UnknownName, match="gone"):
        studio.for_person(YOU).generations.order(recipe.order)


def test_words_that_are_written_from_the_persona_are_known_again(studio: Studio) -> None:
    made = draw(studio, ORDER)
    assert not studio.for_person(YOU).recipes.judge(made.order).is_edited
    prompt, negative = written_words(made.order, earlier=True)
    assert (prompt, negative) != (made.order.prompt, made.order.negative_prompt)
    of_before = replace(made.order, prompt=prompt, negative_prompt=negative)
    assert not studio.for_person(YOU).recipes.judge(of_before).is_edited  # by the wording of its day
    assert studio.for_person(YOU).recipes.judge(replace(made.order, prompt="my own words")).is_edited
    assert studio.for_person(YOU).recipes.judge(replace(made.order, negative_prompt="hats")).is_edited


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"persona": {"age": 12}}, PersonaRefused),
        ({"persona": {"hair_style": "beehive"}}, RequestRefused),
        ({"persona": None}, RequestRefused),
        ({"width": "wide"}, RequestRefused),
        ({"views": ["top"]}, RequestRefused),
        ({"loras": [{"weight": 1}]}, RequestRefused),
        ({"references": [{"role": "boss", "photo_id": "1"}]}, RequestRefused),
    ],
)
def test_settings_that_cannot_be_are_refused_with_the_reason(
    studio: Studio, change: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        studio.for_person(YOU).recipes.read(signed(to_json(ORDER) | change))
