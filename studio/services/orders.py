"""From a person's order to exact requests: words, seed, body, scenes, controls, references, size."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from pipelines.errors import RequestRefused
from pipelines.image.capabilities import narrow_info, suggest_controls
from pipelines.image.engines import engine_class
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES, plan_generation
from pipelines.image.presets import PresetShelf, loras_for
from pipelines.image.spec import EngineInfo, EnginePreset
from pipelines.prompt.adults import refuse_minors
from pipelines.prompt.persona import check_persona
from pipelines.prompt.styles import find_style, with_style
from pipelines.prompt.write import write_negative_prompt, write_prompt
from pipelines.types import BodyParameters, BodyScene, ControlSpec, GenerationRequest, Reference
from store.store import Store
from studio.vocabulary.codec import from_json
from studio.vocabulary.views import MOST_PROMPTS, GenerationOrder
from studio.worker.scenes import make_scenes

LONGEST_PROMPT = 8000  # characters
MOST_POSES = 32


def plan_order(
    store: Store,
    presets: PresetShelf,
    owner: str,
    order: GenerationOrder,
    *,
    recipe_wanted: bool = False,
) -> tuple[GenerationOrder, tuple[GenerationRequest, ...]]:
    """The order with its seed chosen and its words written, and its requests, one per picture.

    Raises NotFound, UnknownName, PersonaRefused, RequestRefused.
    """
    check_persona(order.persona)
    _refuse_numbers(order)
    preset = presets.find(order.preset)
    if preset.engine != order.engine:
        raise RequestRefused(f"The preset “{order.preset}” belongs to the engine “{preset.engine}”.")
    info = narrow_info(engine_class(order.engine).info, preset)
    order = _write_words(order, recipe_wanted=recipe_wanted)
    assert order.seed is not None
    hd = order.quality == "hd"
    scale = _scale_of(order, preset, info) if hd else 1.0
    width, height = (_scale_side(side, scale, info.side_multiple) for side in (order.width, order.height))
    make_own_scenes = partial(
        make_scenes,
        order.persona,
        body=_body_of(store, owner, order),
        poses=order.poses,
        views=order.views,
        framing=order.framing,
        finish=order.look,
        style=order.picture_style,
    )
    scenes = {prompt: [scene for _, scene in make_own_scenes(words=prompt)] for prompt in order.prompts}
    _refuse_sameness(info, order, scenes)
    plan = partial(
        plan_generation,
        info,
        preset,
        negative_prompt=order.negative_prompt or "",
        seed=order.seed,
        count=order.count,
        width=width,
        height=height,
        controls=_choose_controls(order, info, preset),
        references=_find_references(store, owner, order),
        loras=loras_for(preset, order.picture_style) if order.loras is None else order.loras,
        steps=preset.hd_steps or None if hd and order.steps is None else order.steps,
        guidance=order.guidance,
        draft_strength=order.draft_strength,
        hd=hd,
        second_pass=order.second_pass,
        face_pass=order.face_pass,
    )
    return order, tuple(
        request for prompt in order.prompts for request in plan(prompt=prompt, scenes=scenes[prompt])
    )


def _refuse_numbers(order: GenerationOrder) -> None:
    if len(order.poses) > MOST_POSES or len(set(order.views)) != len(order.views):
        raise RequestRefused(f"One order can hold {MOST_POSES} poses and each view once.")
    if len(order.prompts) > MOST_PROMPTS:
        raise RequestRefused(f"One order can hold {MOST_PROMPTS} prompts; this one has {len(order.prompts)}.")
    if order.count > 0 and order.pictures > MOST_PICTURES:
        raise RequestRefused(
            f"One order can hold 1 to {MOST_PICTURES} pictures; this one has {order.pictures}."
        )


def _refuse_sameness(
    info: EngineInfo, order: GenerationOrder, scenes: Mapping[str, Sequence[BodyScene]]
) -> None:
    """An engine that draws the scene itself knows no seed: the same scene twice would be the same picture twice."""
    if info.pose != "draws":
        return
    if order.count > 1:
        raise RequestRefused(
            f"{info.title} makes the same picture whatever the seed: order one of each pose and view."
        )
    if any(
        scenes[prompt] in (scenes[other] for other in order.prompts[:i])
        for i, prompt in enumerate(order.prompts)
    ):
        raise RequestRefused(
            f"{info.title} draws nothing that differs between two of the prompts: "
            "name other clothes or colours in one of them, or leave it out."
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


def written_words(order: GenerationOrder) -> tuple[str, str]:
    """The prompt and the negative prompt as they are written from the persona and the style. Raises UnknownName."""
    style = find_style(order.picture_style)
    realism = style.key == "realistic"
    return with_style(
        write_prompt(order.persona, realism=realism),
        write_negative_prompt(order.persona, realism=realism),
        style,
    )


def is_edited(order: GenerationOrder) -> bool:
    """Whether its words are a person's own. Raises UnknownName for its style."""
    prompt, negative = written_words(order)
    return (order.prompt or prompt, order.negative_prompt or negative) != (prompt, negative)


def _body_of(store: Store, owner: str, order: GenerationOrder) -> BodyParameters | None:
    """The avatar's measured body; None where the persona's own is meant. Raises NotFound."""
    if order.avatar_id is None:
        return None
    kept = store.avatars.get(owner, order.avatar_id).body
    return from_json(BodyParameters, kept["parameters"]) if kept else None


def _choose_controls(
    order: GenerationOrder, info: EngineInfo, preset: EnginePreset
) -> tuple[ControlSpec, ...]:
    """What the person chose, or what suits the preset, with the preset's strengths."""
    kinds = suggest_controls(info, preset) if order.controls is None else order.controls
    plain = ControlSpec(kind="pose")
    return tuple(
        ControlSpec(
            kind=kind,
            strength=preset.control_strength.get(kind, plain.strength),
            end=preset.control_end.get(kind, plain.end),
        )
        for kind in kinds
    )


def _find_references(store: Store, owner: str, order: GenerationOrder) -> tuple[Reference, ...]:
    """The photos' hashes by which the request names them. Raises NotFound for a photo that is not the owner's."""
    found = []
    for reference in order.references:
        photo = store.photos.get(owner, reference.photo_id)
        found.append(Reference(role=reference.role, sha256=store.files.get(owner, photo.file_id).sha256))
    return tuple(found)


def _scale_of(order: GenerationOrder, preset: EnginePreset, info: EngineInfo) -> float:
    """How much larger an "hd" picture is: as the preset says, up to the largest that the engine makes."""
    return max(1.0, min(preset.hd_scale, info.max_side / max(order.width, order.height, 1)))


def _scale_side(side: int, scale: float, multiple: int) -> int:
    return side if scale == 1.0 else round(side * scale / multiple) * multiple
