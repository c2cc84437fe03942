"""A negative prompt doubles the time of FLUX.1 dev: it counts only where a person wrote one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.image.presets import PresetShelf
from pipelines.prompt.persona import EXAMPLE_PERSONA
from pipelines.prompt.styles import STYLES
from pipelines.prompt.write import write_negative_prompt
from store.store import Store, open_store
from studio.services.orders import plan_order
from studio.vocabulary.order import GenerationOrder
from studio.worker.planning import plan_requests

ORDER = GenerationOrder(
    persona=EXAMPLE_PERSONA, engine="flux1", preset="flux1-dev-union", poses=("relaxed-stand",), seed=5
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def negative_of(store: Store, order: GenerationOrder) -> str:
    """The request's, as the app and then the worker plan it."""
    planned = plan_order(store, PresetShelf(), "you", order)
    (request,) = plan_requests(
        planned, PresetShelf(), body=None, references=(), on_progress=lambda progress: None
    )
    return request.negative_prompt


def test_a_plain_order_has_one_call_a_step(store: Store) -> None:
    assert negative_of(store, ORDER) == ""
    planned = plan_order(store, PresetShelf(), "you", ORDER)
    assert planned.negative_prompt  # what is written is kept with the order, and shown
    assert negative_of(store, planned) == ""


@pytest.mark.parametrize("style", [style.key for style in STYLES])
def test_an_own_prompt_beside_the_written_negative_has_one_too(store: Store, style: str) -> None:
    order = replace(
        ORDER,
        prompt="my own words",
        negative_prompt=write_negative_prompt(EXAMPLE_PERSONA),
        picture_style=style,
    )
    assert negative_of(store, order) == ""


def test_what_a_person_writes_counts(store: Store) -> None:
    assert negative_of(store, replace(ORDER, negative_prompt="hats")) == "hats"
