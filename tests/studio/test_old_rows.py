"""Rows of other versions: what cannot be read is one card that says so, with its pictures; the page stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from pipelines.errors import RequestRefused
from pipelines.prompt.persona import EXAMPLE_PERSONA
from studio.services.models import expected_seconds
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.ui.sheet import sheet_html
from studio.ui.tiles import days_html
from studio.vocabulary.generation import Generation
from studio.vocabulary.order import VERSION, GenerationOrder
from studio.vocabulary.person import YOU
from tests.studio.test_services import wait_for

ORDER = GenerationOrder(persona=EXAMPLE_PERSONA, width=96, height=128, seed=5, views=("front", "back"))
UNREADABLE = "The settings of these pictures cannot be read here."


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": tmp_path_factory.mktemp("data")}, {}), inline=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def made(studio: Studio) -> Generation:
    """A generation of two pictures, beside another that stays as it is."""
    generations = studio.for_person(YOU).generations
    orders = [generations.order(order) for order in (ORDER, replace(ORDER, seed=1, views=("side",)))]
    for ordered in orders:
        assert wait_for(studio, ordered).state == "succeeded"
    return generations.get(orders[0].generation_id)


def change_stored(order: Mapping[str, Any], **change: Any) -> dict[str, Any]:
    """The stored order with fields changed; None takes a field away. Persona's own by their names."""
    stored: dict[str, Any] = json.loads(json.dumps(order))
    for name, value in change.items():
        place = stored["persona"] if name in stored["persona"] else stored
        if value is None:
            place.pop(name)
        else:
            place[name] = value
    return stored


def store(studio: Studio, generation_id: str, order: Any) -> None:
    with studio.resources.store.begin() as transaction:
        transaction.connection.execute(
            text('UPDATE generations SET "order" = :order WHERE id = :id'),
            {"order": json.dumps(order), "id": generation_id},
        )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": None, "hair_style": "beehive"}, "“persona.hair_style” does not fit"),
        ({"version": None, "picture_style": "baroque"}, "“picture_style” does not fit"),
        ({"version": None, "age": 12}, "18 or more"),
        ({"version": VERSION + 1}, "another version of the studio"),
        ({"version": "new"}, "another version of the studio"),
        ({"persona": None}, "“persona” does not fit: it is missing"),
        ({"sparkles": True}, "“sparkles” does not fit: it is not a field"),
        ({"version": None, "wings": 2}, "“wings” does not fit: it is not a field"),
    ],
)
def test_a_row_that_cannot_be_read_is_one_card_that_says_so(
    studio: Studio, made: Generation, change: dict[str, Any], why: str
) -> None:
    stored = change_stored(made.stored_order, **change)
    store(studio, made.id, stored)
    mine = studio.for_person(YOU)
    other, old = mine.generations.list_page().items
    assert not other.unreadable
    without_words = tuple(replace(picture, prompt="") for picture in made.pictures)
    assert (old.id, old.pictures, old.stored_order) == (made.id, without_words, stored)
    assert old.unreadable.startswith(UNREADABLE)
    assert why in old.unreadable
    assert old.unreadable.endswith(".")
    assert mine.generations.get(made.id).unreadable == old.unreadable
    with pytest.raises(RequestRefused, match="cannot be made again"):
        mine.generations.again(made.id)
    assert expected_seconds(studio.resources.store, YOU.id)  # read from the other's run
    page = days_html((other, old), date(2030, 1, 1), {"relaxed-stand": "Relaxed stand"})
    assert page.count('class="tile"') == 2
    assert page.count("settings not readable") == 1
    sheet = sheet_html(mine.generations.get(made.id), {"relaxed-stand": "Relaxed stand"}, studio.presets)
    for picture in made.pictures:
        assert picture.thumbnail_id in page
        assert picture.file_id in sheet
    assert UNREADABLE in sheet
    assert "<dd>96 × 128</dd>" in sheet
    assert "<dd>front, back</dd>" in sheet
    assert 'data-act="remove"' in sheet
    assert 'data-act="again"' not in sheet
    assert 'data-act="use"' not in sheet


@pytest.mark.parametrize(
    "left_out", [("version",), ("version", "count", "look", "face_pass", "more_prompts")]
)
def test_a_row_of_before_is_read_with_what_it_lacks(
    studio: Studio, made: Generation, left_out: tuple[str, ...]
) -> None:
    store(studio, made.id, change_stored(made.stored_order, **dict.fromkeys(left_out)))
    old = studio.for_person(YOU).generations.get(made.id)
    assert (old.unreadable, old.order, old.pictures) == ("", made.order, made.pictures)
    page = days_html((old,), date(2030, 1, 1), {})
    assert "settings not readable" not in page


@pytest.mark.parametrize("stored", [[], "draft", None])
def test_a_row_that_holds_no_order_at_all_is_a_card_too(
    studio: Studio, made: Generation, stored: Any
) -> None:
    store(studio, made.id, stored)
    old = studio.for_person(YOU).generations.list_page().items[1]
    assert old.unreadable.startswith(UNREADABLE)
    assert len(old.pictures) == 2


@pytest.mark.parametrize(
    ("column", "stored"), [("persona", {"hair_style": "beehive"}), ("body", {"shape": 3})]
)
def test_an_avatar_that_cannot_be_read_leaves_the_others_in_the_list(
    studio: Studio, column: str, stored: dict[str, Any]
) -> None:
    avatars = studio.for_person(YOU).avatars
    kept, other = (avatars.keep(replace(EXAMPLE_PERSONA, name=name)) for name in ("Old", "New"))
    with studio.resources.store.begin() as transaction:
        transaction.connection.execute(
            text(f"UPDATE avatars SET {column} = :stored WHERE id = :id"),
            {"stored": json.dumps(stored), "id": kept.id},
        )
    listed = {avatar.id: avatar for avatar in avatars.list_recent()}
    assert listed[other.id].unreadable == ""
    assert (listed[kept.id].name, listed[kept.id].body) == ("Old", None)
    assert listed[kept.id].unreadable.startswith("The avatar “Old” cannot be read here.")
    with pytest.raises(RequestRefused, match="“Old” cannot be read"):
        avatars.get(kept.id)
    mended = avatars.update(kept.id, replace(EXAMPLE_PERSONA, name="Old"))
    assert mended.unreadable == ""
    avatars.delete(kept.id, purge=True)
