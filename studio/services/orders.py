"""What a person orders: checked, its seed chosen and its words written. The worker makes the scenes."""

from __future__ import annotations

import secrets
from dataclasses import replace

from pipelines.errors import RequestRefused
from pipelines.image.engines import engine_class
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES
from pipelines.image.presets import PresetShelf
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.own_words import find_undrawn_words
from pipelines.prompt.persona import check_persona
from pipelines.prompt.styles import find_style, with_style
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import Persona
from store.store import Store
from studio.services.likeness import name_own_pictures
from studio.vocabulary.order import LONGEST_PROMPT, MOST_POSES, MOST_PROMPTS, GenerationOrder
from studio.worker.planning import check_order, find_body, find_references
from studio.worker.redraws import find_redrawn


def plan_order(
    store: Store,
    presets: PresetShelf,
    owner: str,
    order: GenerationOrder,
    *,
    recipe_wanted: bool = False,
) -> GenerationOrder:
    """The order with its seed chosen and its words written, when it can be drawn; no pose is solved for that.

    Raises NotFound, UnknownName, PersonaRefused, RequestRefused.
    """
    check_persona(order.persona)
    _refuse_numbers(order)
    order = name_own_pictures(store, presets, owner, order)
    order = _write_words(order, recipe_wanted=recipe_wanted)
    find_body(store, owner, order)
    check_order(
        order,
        presets,
        references=find_references(store, owner, order),
        redrawn=find_redrawn(store, owner, order),
    )
    return order


def _refuse_numbers(order: GenerationOrder) -> None:
    if order.sheet and (len(order.poses), len(order.prompts), order.count, len(order.views)) != (1, 1, 1, 1):
        raise RequestRefused(
            "A character sheet has its own views, of one pose and one prompt: order one of each."
        )
    refuse_several_redrawn(order)
    if len(order.poses) > MOST_POSES or len(set(order.views)) != len(order.views):
        raise RequestRefused(f"One order can hold {MOST_POSES} poses and each view once.")
    if len(order.prompts) > MOST_PROMPTS:
        raise RequestRefused(f"One order can hold {MOST_PROMPTS} prompts; this one has {len(order.prompts)}.")
    if order.count > 0 and order.pictures > MOST_PICTURES:
        raise RequestRefused(
            f"One order can hold 1 to {MOST_PICTURES} pictures; this one has {order.pictures}."
        )


def refuse_several_redrawn(order: GenerationOrder) -> None:
    """Refuse a part that is drawn anew in several pictures. Raises RequestRefused, naming the fields."""
    if order.redraw is None:
        return
    asked = {
        "views": len(order.views),
        "poses": len(order.poses),
        "prompts": len(order.prompts),
        "count": order.count,
        "sheet": 1 + order.sheet,
    }
    if many := [f"“{name}”" for name, number in asked.items() if number > 1]:
        raise RequestRefused(
            f"{', '.join(many)}: a part is drawn anew in one picture at a time. Send one view, pose and prompt."
        )


def _write_words(order: GenerationOrder, *, recipe_wanted: bool) -> GenerationOrder:
    """The order with its seed chosen, its words written, and whether they go into the pictures."""
    written = written_words(order)
    prompt = written[0] if order.prompt is None else order.prompt.strip()
    negative = written[1] if order.negative_prompt is None else order.negative_prompt.strip()
    more = tuple(words.strip() for words in order.more_prompts)
    refuse_minors(prompt, *more)
    if max(map(len, (prompt, negative, *more))) > LONGEST_PROMPT:
        raise RequestRefused(f"A prompt can be {LONGEST_PROMPT} characters long.")
    if "" in more or len({prompt, *more}) <= len(more):
        raise RequestRefused("Two of the prompts are the same, or one is empty: change it, or leave it out.")
    return replace(
        order,
        seed=secrets.randbelow(LARGEST_SEED // 2) if order.seed is None else order.seed,
        prompt=prompt,
        more_prompts=more,
        negative_prompt=negative,
        recipe=recipe_wanted if order.recipe is None else order.recipe,
    )


def written_words(order: GenerationOrder, *, earlier: bool = False) -> tuple[str, str]:
    """The prompt and the negative prompt as they are written from the persona and the style; `earlier`: as the first
    wording had them. Raises UnknownName."""
    style = find_style(order.picture_style)
    realism = style.key == "realistic"
    persona = _who_is_shown(order)
    return with_style(
        write_prompt(persona, realism=realism, earlier=earlier),
        write_negative_prompt(order.persona, realism=realism, earlier=earlier),
        style,
        earlier=earlier,
    )


def is_edited(order: GenerationOrder) -> bool:
    """Whether its words are a person's own. Raises UnknownName for its style."""
    wordings = (written_words(order), written_words(order, earlier=True))
    return all(
        (order.prompt or prompt, order.negative_prompt or negative) != (prompt, negative)
        for prompt, negative in wordings
    )


def find_undrawn(order: GenerationOrder) -> tuple[str, ...]:
    """The person's own words, as written, that the chosen engine will not draw: none of one that reads prompts."""
    if engine_class(order.engine).info.pose != "draws":
        return ()
    persona = _who_is_shown(order)
    words = [word for prompt in order.prompts for word in find_undrawn_words(persona, prompt)]
    return tuple(dict.fromkeys(words))


def _who_is_shown(order: GenerationOrder) -> Persona:
    """The persona with the order's own expression, where it has one."""
    return replace(order.persona, expression=order.expression or order.persona.expression)
