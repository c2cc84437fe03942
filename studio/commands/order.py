"""From the words of `generate` to a GenerationOrder: persona, poses, preset, references, LoRAs; or from a picture."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pipelines.appearance import Expression
from pipelines.errors import RequestRefused
from pipelines.options import MOST_LORA_WEIGHT
from pipelines.prompt.persona import persona_from_json
from pipelines.types import VIEWS, LoraUse, Persona
from studio.commands.body import read_photo
from studio.commands.console import Console, FileUnreadable
from studio.errors import PoseUnknown
from studio.studio import Studio
from studio.vocabulary.order import ORDER_FIELDS, GenerationOrder, OrderReference, Recipe, ReferenceRole
from studio.vocabulary.person import YOU

ALL_VIEWS = "all"
ROLES = get_args(ReferenceRole)  # the first is meant where none is said
PRESET_SUFFIX, LORA_SUFFIX = ".toml", ".safetensors"
# Fields of an order that `generate` asks for in another way; every other option of a field's name is that field.
ASKED_OTHERWISE = frozenset({"persona", "prompt", "sheet", "engine", "preset", "recipe"})
PLAIN_OPTIONS = tuple(name for name in ORDER_FIELDS if name not in ASKED_OTHERWISE)


WRITTEN: dict[str, Any] = {"prompt": None, "more_prompts": ()}  # from the persona


def build_order(studio: Studio, asked: Namespace, console: Console) -> GenerationOrder:
    """What is asked for, on top of a picture's recipe or of a template where one is given.

    Raises what cannot be understood or read.
    """
    preset = take_preset(studio, asked.preset)  # before the recipe, which may name it
    order = GenerationOrder(persona=Persona())
    if asked.recipe:
        recipe = read_recipe(studio, asked.recipe)
        order = recipe.order
        if recipe.says:
            console.note(recipe.says)
    changes: dict[str, Any] = {
        name: value for name in PLAIN_OPTIONS if (value := getattr(asked, name, None)) is not None
    }
    if asked.persona or asked.avatar:
        changes |= {"persona": read_persona(studio, asked), "avatar_id": asked.avatar} | WRITTEN
    if asked.style:
        changes |= {"picture_style": asked.style, "negative_prompt": asked.negative_prompt} | WRITTEN
    if asked.prompt:
        changes |= {"prompt": asked.prompt[0], "more_prompts": tuple(asked.prompt[1:])}
    if asked.pose:
        changes["poses"] = tuple(find_pose(studio, name) for name in asked.pose)
    if asked.view:
        changes["views"] = VIEWS if asked.view == ALL_VIEWS else (asked.view,)
    if asked.expression:
        changes["expression"] = Expression(name=asked.expression)
    if asked.from_draft is not None:
        changes["draft_strength"] = asked.from_draft
    if asked.sheet:
        changes["sheet"] = True
    if asked.with_recipe:
        changes["recipe"] = True
    changes |= choose_preset(studio, asked, preset)
    if asked.reference:
        changes["references"] = tuple(keep_reference(studio, text) for text in asked.reference)
    if asked.person_picture:
        changes["person_pictures"] = tuple(asked.person_picture)
    if asked.lora:
        changes["loras"] = tuple(choose_lora(studio, text) for text in asked.lora)
    if asked.template:
        said = replace(order, **changes)
        return studio.for_person(YOU).templates.fill(asked.template, said, changes.keys())
    return replace(order, **changes)


def take_preset(studio: Studio, name: str | None) -> str | None:
    """The preset's name; one in a person's own file stands beside the others from now on. Raises PresetRefused."""
    if name is not None and name.lower().endswith(PRESET_SUFFIX):
        return studio.presets.take(Path(name)).name
    return name


def choose_preset(studio: Studio, asked: Namespace, name: str | None) -> dict[str, Any]:
    """Engine, preset and size, as far as they are asked for. Raises UnknownName."""
    size = dict(zip(("width", "height"), asked.size, strict=True)) if asked.size else {}
    if name is None and asked.engine is None:
        return size
    engine, name = studio.presets.choose(asked.engine, name)
    preset = studio.presets.find(name)
    return {"engine": engine, "preset": name, "width": preset.width, "height": preset.height} | size


def read_recipe(studio: Studio, picture: Path) -> Recipe:
    """The settings that a picture carries. Raises FileUnreadable, NoRecipe, and what its settings are refused for."""
    return studio.for_person(YOU).recipes.read(read_photo(picture, studio.settings.max_upload_mb))


def read_persona(studio: Studio, asked: Namespace) -> Persona:
    """The persona of a file, or of a kept avatar. Raises FileUnreadable, RequestRefused."""
    if asked.persona is None:
        return studio.for_person(YOU).avatars.get(asked.avatar).persona
    return load_persona(asked.persona)


def load_persona(path: Path) -> Persona:
    """The persona of a file. Raises FileUnreadable, RequestRefused."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileUnreadable(f"“{path}” cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(f"“{path}” is not JSON.") from error
    if not isinstance(stored, dict):
        raise RequestRefused(f"“{path}” holds no persona: it has to be one JSON object.")
    return persona_from_json(stored)


def find_pose(studio: Studio, name: str) -> str:
    """The slug of a pose by its slug or its name. Raises PoseUnknown, with the nearest names."""
    try:
        return studio.for_person(YOU).poses.find_slug(name)
    except PoseUnknown as error:
        raise PoseUnknown(f"{error.message} All of them: python app.py poses") from error


def keep_reference(studio: Studio, text: str) -> OrderReference:
    """FILE or FILE:role, kept as a photo. Raises FileUnreadable, PhotoRefused."""
    path, colon, role = text.rpartition(":")
    if not colon or role not in ROLES:
        path, role = text, ROLES[0]
    file = Path(path)
    kind: ReferenceRole = role  # type: ignore[assignment]
    data = read_photo(file, studio.settings.max_upload_mb)
    photo = studio.for_person(YOU).photos.add(data, file.name, role=kind)
    return OrderReference(role=kind, photo_id=photo.id)


def choose_lora(studio: Studio, text: str) -> LoraUse:
    """NAME, FILE, NAME:weight or FILE:weight; a file is copied into the data folder. Raises LoraRefused."""
    what, weight = split_weight(text)
    if what not in studio.weights.list_loras() and (
        what.lower().endswith(LORA_SUFFIX) or Path(what).exists()
    ):
        what = studio.weights.add_lora(Path(what))
    return LoraUse(name=what, weight=weight)


def split_weight(text: str) -> tuple[str, float]:
    """ "sketch:0.8" in its two parts; without a weight it is 1. Raises RequestRefused for one out of range."""
    what, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else 1.0
    except ValueError:  # the colon of C:\\sketch.safetensors
        what, colon, weight = text, "", 1.0
    if not math.isfinite(weight) or abs(weight) > MOST_LORA_WEIGHT:
        raise RequestRefused(f"A LoRA's weight can be -{MOST_LORA_WEIGHT:.0f} to {MOST_LORA_WEIGHT:.0f}.")
    return (what, weight) if colon else (text, weight)
