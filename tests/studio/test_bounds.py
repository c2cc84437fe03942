"""One statement for each bound: the vocabulary's, REST's description, the command line's and the window's agree."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import gradio as gr
import pytest

from pipelines.appearance import Backdrop, Light
from pipelines.body.definitions import MEASURE_NAMES
from pipelines.bounds import Between, Numbers, NumbersOf, Several, Text, find_bound
from pipelines.errors import RequestRefused
from pipelines.image.plan import LARGEST_SEED
from pipelines.options import (
    HEIGHT_RANGE_CM,
    LONGEST_NAME,
    MOST_LORA_WEIGHT,
    SIDE_PX,
    TAPE_RANGES_CM,
    WEIGHT_RANGE_KG,
)
from pipelines.prompt.persona import EXAMPLE_PERSONA, check_persona
from pipelines.types import CONTROL_KINDS, FRAMINGS, KnownMeasures, LoraUse, Persona, View
from studio.api.persona_words import NOUN_OF
from studio.api.rest import build_api
from studio.api.schemas import StageSceneIn
from studio.arguments import build_parser
from studio.commands.order import split_weight
from studio.services.bodies import check_known
from studio.settings import read_settings
from studio.studio import Studio, open_studio
from studio.ui.prompts import MORE_FIELDS
from studio.ui.shell import build_window
from studio.ui.stage import LARGEST_ROLLED_SEED
from studio.ui.stage_fields import LARGEST_COUNT, SIZE_CHOICES, read_size
from studio.ui.tabs.upload import read_known
from studio.vocabulary.order import MOST_OF_ONE, MOST_PROMPTS, GenerationOrder
from studio.vocabulary.person import YOU
from studio.vocabulary.stage import StageScene

REST_NAMES = {  # a class of the vocabulary, and what REST calls it where that is another name
    GenerationOrder: "GenerationOrderIn",
    Persona: "Persona",
    LoraUse: "LoraUse",
    KnownMeasures: "BodyOfPhoto",
}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    opened = open_studio(read_settings({"data": tmp_path_factory.mktemp("data")}, {}), inline=True)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def schemas(studio: Studio) -> dict[str, Any]:
    """What REST takes and answers, by name."""
    described: dict[str, Any] = build_api(studio).openapi()["components"]["schemas"]
    return described


def limits_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The bounds of a described field, also of one that may be null."""
    found = dict(schema)
    for choice in schema.get("anyOf", ()):
        found |= choice
    for name, field in found.pop("properties", {}).items():
        found[name] = {word: field[word] for word in ("minimum", "maximum")}
    others = found.pop("additionalProperties", {})
    return found | found.pop("propertyNames", {}) | (others or {"additionalProperties": others})


def described_as(bound: Any) -> dict[str, Any]:
    """How a bound of the vocabulary stands in a description."""
    if isinstance(bound, Between):
        limits = {"minimum": bound.least, "maximum": bound.most, "exclusiveMinimum": bound.above}
    elif isinstance(bound, Text):
        limits = {"maxLength": bound.most, "minLength": bound.least or None}
    elif isinstance(bound, Several):
        limits = {"maxItems": bound.most, "minItems": bound.least or None}
    elif isinstance(bound, Numbers):
        limits = {"enum": list(bound.keys), "minimum": bound.least, "maximum": bound.most}
    elif isinstance(bound, NumbersOf):
        limits = {"additionalProperties": False} | {
            key: {"minimum": least, "maximum": most} for key, least, most in bound.ranges
        }
    else:
        limits = {"enum": list(bound.keys)}
    return {name: limit for name, limit in limits.items() if limit is not None}


@pytest.mark.parametrize("kind", REST_NAMES, ids=lambda kind: kind.__name__)
def test_rest_describes_the_bounds_of_the_vocabulary(kind: type, schemas: dict[str, Any]) -> None:
    compare_bounds(kind, schemas[REST_NAMES[kind]])


def test_the_stages_own_route_takes_the_bounds_of_its_scene() -> None:
    compare_bounds(StageScene, StageSceneIn.model_json_schema())


def compare_bounds(kind: type, schema: dict[str, Any]) -> None:
    """Every bound of the class stands in the description of it, for the fields that it takes."""
    described = schema["properties"]
    compared = 0
    for name in kind.__dataclass_fields__:  # type: ignore[attr-defined]
        bound = find_bound(kind, name)
        if (
            bound is None or name not in described or (kind is Persona and name in NOUN_OF)
        ):  # free words there
            continue
        limits = limits_of(described[name])
        for word, limit in described_as(bound).items():
            assert limits.get(word) == limit, f"{kind.__name__}.{name}: {word}"
            compared += 1
    assert compared


def test_no_description_states_another_bound_for_the_same_field(schemas: dict[str, Any]) -> None:
    """Whatever body takes a height, a weight, a seed …: its bounds are the vocabulary's."""
    owners = {
        "height_cm": KnownMeasures,
        "weight_kg": KnownMeasures,
        "seed": GenerationOrder,
        "steps": GenerationOrder,
        "guidance": GenerationOrder,
        "poses": GenerationOrder,
        "prompt": GenerationOrder,
        "negative_prompt": GenerationOrder,
    }
    found = 0
    for schema_name, schema in schemas.items():
        for name, kind in owners.items():
            limits = limits_of(schema.get("properties", {}).get(name, {}))
            said = {
                word: limits[word]
                for word in ("minimum", "maximum", "maxLength", "maxItems")
                if word in limits
            }
            if said:
                expected = described_as(find_bound(kind, name))
                assert said.items() <= expected.items(), f"{schema_name}.{name}"
                found += 1
    assert found >= len(owners)
    assert limits_of(schemas["GenerationOrderIn"]["properties"]["prompts"])["maxItems"] == MOST_PROMPTS


def test_a_height_is_the_same_of_a_persona_a_measured_person_and_in_the_window() -> None:
    assert (
        find_bound(Persona, "height_cm")
        == find_bound(KnownMeasures, "height_cm")
        == Between(*HEIGHT_RANGE_CM)
    )
    assert find_bound(KnownMeasures, "weight_kg") == Between(*WEIGHT_RANGE_KG)
    for cm in HEIGHT_RANGE_CM:
        check_known(KnownMeasures(height_cm=cm))
        check_persona(replace(EXAMPLE_PERSONA, height_cm=cm))
        assert read_known({"height": f"{cm} cm", "weight": "", "gender": ""}).height_cm == cm
    for cm in (HEIGHT_RANGE_CM[0] - 1, HEIGHT_RANGE_CM[1] + 1):
        with pytest.raises(RequestRefused):
            check_known(KnownMeasures(height_cm=cm))
        with pytest.raises(RequestRefused):
            check_persona(replace(EXAMPLE_PERSONA, height_cm=cm))
        with pytest.raises(RequestRefused):
            read_known({"height": f"{cm} cm", "weight": "", "gender": ""})
    assert set(TAPE_RANGES_CM) < set(MEASURE_NAMES) - {"height"}
    for name, (least_cm, most_cm) in TAPE_RANGES_CM.items():
        check_known(KnownMeasures(tape={name: least_cm}))
        for cm in (least_cm - 1, most_cm + 1):
            with pytest.raises(RequestRefused, match=name):
                check_known(KnownMeasures(tape={name: cm}))
    with pytest.raises(RequestRefused, match=r"waists.*Known: chest, waist"):
        check_known(KnownMeasures(tape={"waists": 82.0}))
    for kg in (WEIGHT_RANGE_KG[0] - 1, WEIGHT_RANGE_KG[1] + 1):
        with pytest.raises(RequestRefused):
            read_known({"height": "180 cm", "weight": f"{kg} kg", "gender": ""})


def test_a_measured_person_of_220_cm_can_be_ordered(studio: Studio) -> None:
    mine = studio.for_person(YOU)
    tall = replace(EXAMPLE_PERSONA, height_cm=220.0)
    avatar = mine.avatars.keep(tall)
    ordered = mine.generations.order(
        GenerationOrder(persona=tall, avatar_id=avatar.id, width=64, height=64, seed=1)
    )
    assert mine.generations.get(ordered.generation_id).order.persona.height_cm == 220


@pytest.mark.parametrize(
    "change",
    [
        {"seed": LARGEST_SEED - 1},
        {"seed": -1},
        {"width": SIDE_PX[0] - 1},
        {"height": SIDE_PX[1] + 1},
        {"steps": 100_000},
        {"guidance": -1.0},
        {"draft_strength": 0.0},
        {"loras": tuple(LoraUse(name=f"l{number}") for number in range(9))},
        {"count": MOST_OF_ONE + 1},
    ],
    ids=str,
)
def test_what_is_stored_can_be_read_again(studio: Studio, change: dict[str, Any]) -> None:
    """What a class of the vocabulary would not take back is refused, from wherever it comes."""
    before = len(studio.for_person(YOU).generations.list_page().items)
    with pytest.raises(Exception, match=r"\w+") as refused:
        studio.for_person(YOU).generations.order(
            replace(GenerationOrder(persona=EXAMPLE_PERSONA, width=64, height=64), **change)
        )
    assert refused.value.code in ("request-refused", "unknown-name")  # type: ignore[attr-defined]
    assert len(studio.for_person(YOU).generations.list_page().items) == before


def options_of(command: str) -> dict[str, argparse.Action]:
    """A command's options by their names."""
    parser = build_parser()
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {action.dest: action for action in commands.choices[command]._actions}


def test_the_command_line_takes_what_the_vocabulary_does() -> None:
    generate, control = options_of("generate"), options_of("control")
    assert tuple(generate["view"].choices or ()) == (*get_args(View), "all")
    assert tuple(generate["framing"].choices or ()) == FRAMINGS
    assert tuple(generate["light"].choices or ()) == get_args(Light)
    assert tuple(generate["set"].choices or ()) == get_args(Backdrop)
    assert tuple(control["kind"].choices or ()) == CONTROL_KINDS
    assert tuple(control["view"].choices or ()) == get_args(View)
    least, most = SIDE_PX
    for option in (generate["size"], control["size"]):
        assert callable(option.type)
        assert option.type(f"{least}x{most}") == SIDE_PX
        for side in (least - 1, most + 1):
            with pytest.raises(argparse.ArgumentTypeError, match=f"{least} to {most} pixels"):
                option.type(f"{side}x{side}")
    assert split_weight(f"ink:{MOST_LORA_WEIGHT}") == ("ink", MOST_LORA_WEIGHT)
    with pytest.raises(RequestRefused):
        split_weight(f"ink:{MOST_LORA_WEIGHT + 0.1}")


def test_the_windows_fields_take_what_the_vocabulary_does(studio: Studio) -> None:

    async def build() -> gr.Blocks:  # outside of a running loop the library opens loops and leaves them open
        return build_window(studio)

    window = asyncio.run(build())
    fields = {block.elem_id or getattr(block, "label", ""): block for block in window.blocks.values()}
    weight = fields["LoRA weight"]
    assert isinstance(weight, gr.Number)
    assert weight.maximum == MOST_LORA_WEIGHT == find_bound(LoraUse, "weight").most
    name = next(
        block for block in window.blocks.values() if isinstance(block, gr.Textbox) and block.label == "Name"
    )
    assert name.max_length == LONGEST_NAME == find_bound(Persona, "name").most
    assert len(MORE_FIELDS) == find_bound(GenerationOrder, "more_prompts").most
    assert find_bound(GenerationOrder, "seed").most >= LARGEST_ROLLED_SEED
    assert find_bound(GenerationOrder, "count").most >= LARGEST_COUNT
    for _, size in SIZE_CHOICES:
        for side, field in zip(read_size(size), ("width", "height"), strict=True):
            bound = find_bound(GenerationOrder, field)
            assert bound.least <= side <= bound.most


def test_a_side_is_the_same_of_an_order_a_control_map_and_the_command_line() -> None:
    assert find_bound(GenerationOrder, "width") == find_bound(GenerationOrder, "height") == Between(*SIDE_PX)
    assert find_bound(StageScene, "width").most <= SIDE_PX[1]
