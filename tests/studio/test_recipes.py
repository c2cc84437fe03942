"""A picture's own metadata becomes its order again, and nothing that is not ours or not the owner's comes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipelines.errors import PersonaRefused, RequestRefused
from pipelines.image.provenance import sign_picture
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.codec import to_json
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.views import GenerationOrder, GenerationView, OrderReference
from tests.studio.test_walks import YOU, wait_for

ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, views=("front", "side"), width=96, height=128, recipe=True, picture_style="clay"
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": tmp_path}, {}), inline=True)
    yield opened
    opened.close()


def draw(studio: Studio, order: GenerationOrder) -> GenerationView:
    job = wait_for(studio, studio.order_generation(YOU, order))
    assert job.state == "succeeded", job.error
    return studio.get_generation(YOU, str(job.result["generation_id"]))


def signed(order: Any) -> bytes:
    return sign_picture(Image.new("RGB", (8, 8)), "algorithmicMedia", recipe={"order": order, "seed": 1})


def test_a_picture_makes_itself_again(studio: Studio) -> None:
    made = draw(studio, ORDER)
    data = Path(studio.get_file(YOU, made.pictures[1].file_id).path).read_bytes()
    order = studio.read_recipe(YOU, data)
    assert order == made.order
    again = draw(studio, order)
    assert again.requests == made.requests
    assert [picture.file_id for picture in again.pictures] == [picture.file_id for picture in made.pictures]


def test_pictures_carry_no_recipe_unless_it_was_wanted(studio: Studio) -> None:
    made = draw(studio, replace(ORDER, recipe=None))
    data = Path(studio.get_file(YOU, made.pictures[0].file_id).path).read_bytes()
    assert studio.read_recipe(YOU, data) is None
    assert studio.read_recipe(YOU, b"no picture") is None
    assert studio.read_recipe(YOU, signed("no order")) is None


def test_what_is_anothers_is_left_out(studio: Studio) -> None:
    avatar = studio.keep_avatar(YOU, EXAMPLE_PERSONA)
    photo = studio.add_photo(YOU, studio.example_photo())
    mine = OrderReference(role="person", photo_id=photo.id)
    foreign = OrderReference(role="style", photo_id="somebody-elses")
    order = replace(ORDER, avatar_id=avatar.id, references=(foreign, mine))
    data = signed(to_json(order))
    assert studio.read_recipe(YOU, data) == replace(order, references=(mine,))
    assert studio.read_recipe("somebody else", data) == replace(order, avatar_id=None, references=())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"persona": {"age": 12}}, PersonaRefused),
        ({"persona": {"hair_style": "mohawk"}}, RequestRefused),
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
        studio.read_recipe(YOU, signed(to_json(ORDER) | change))
