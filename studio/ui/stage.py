"""The stage: the live draft beside the tabs, what it shows, and Generate."""

from __future__ import annotations

import html
import json
import math
import secrets
import time
from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from pipelines.errors import PipelineError
from pipelines.image.plan import LARGEST_SEED, MOST_PICTURES
from pipelines.pose.expression import expression_of_personality
from pipelines.prompt.persona import persona_to_json
from pipelines.types import VIEWS, Persona, View
from studio.studio import Studio
from studio.ui.choices import ModelChoices
from studio.ui.credit_words import credits_html
from studio.ui.handlers import DIRECT, QUIET, shows_errors
from studio.ui.model_words import DRAFT, cost_html, reads_words, style_hint, undrawn_html
from studio.ui.prompts import MORE_FIELDS, read_more
from studio.ui.shared import FIRST_POSE, Shared, person_of, read_persona
from studio.ui.stage_fields import (
    AS_THE_PERSONA,
    AS_THE_POSE,
    FIRST_LIGHT,
    FIRST_SET,
    FIRST_SIZE,
    FIRST_STYLE,
    PLAIN_FIELDS,
    SCENE_FIELDS,
    build_appearance,
    build_frame,
    build_priority,
    build_sheet,
    build_views,
    read_chosen,
    read_face,
    read_framing,
    read_size,
)
from studio.vocabulary.character_sheet import CELLS
from studio.vocabulary.order import GenerationOrder

STAGE_WIDTH, STAGE_HEIGHT = 576, 768  # pixels of the live draft
DRAFT_SECONDS_PER_MEGAPIXEL = 0.9  # one thread, full figure
CLOSE_FRAMINGS = ("bust", "portrait")
CLOSE_UP_FACTOR = 1.7  # a close-up fills the frame with detail
LARGEST_ROLLED_SEED = 99_999  # short enough to be read and noted down
# What no draft shows: left out of what is asked for, so that typing it draws nothing anew.
UNSEEN: dict[str, Any] = {"name": "", "background": "", "ethnicity": ""}
SCENE = """
<figure class="scene" aria-live="off">
  <div class="scene-frame" data-state="waiting">
    <img class="scene-picture" alt="" width="576" height="768" hidden>
    <div class="scene-skeleton skeleton" aria-hidden="true"></div>
    <p class="scene-notice" role="status" hidden></p>
  </div>
</figure>
"""
COST_JS = "avatarStudio.chosen(element, watch);"
REFUSAL_JS = "document.addEventListener('avatar-studio-scene', () => element.replaceChildren());"
SCENE_JS = "avatarStudio.stage(element, props, watch);"
BAR_THUMBNAIL = '<a class="stage-mini" href="#stage" aria-label="To the stage"><img alt="" hidden></a>'


class StagePanel:
    """The panel beside the tabs Upload, Poses and Persona."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.poses = {pose.slug: pose for pose in studio.poses.list_all()}
        self.choices = ModelChoices(studio)

    def build(self, shared: Shared) -> None:
        """Make the widgets; the layout is the style sheet's."""
        self.scene = gr.HTML(
            "", html_template=SCENE, js_on_load=SCENE_JS, elem_id="scene", apply_default_css=False
        )
        build_views(shared)
        with gr.Row(elem_id="about"):
            self.caption = gr.HTML(elem_id="caption", apply_default_css=False)
            all_views = gr.Checkbox(
                False, label="All four views", elem_id="all-views", min_width=0, container=False
            )
        self.choices.build_picker(shared)
        self.reroll = build_frame(shared)
        build_appearance(shared)
        build_sheet(shared)
        self.choices.build_options(shared)
        with gr.Row(elem_id="order-bar"):
            self.mini = gr.HTML(BAR_THUMBNAIL, elem_id="mini", apply_default_css=False)
            self.generate = gr.Button("Generate", variant="primary", elem_id="generate", min_width=0)
            build_priority(shared, self.studio.settings)
            first_cost = self.tell_cost(framing=AS_THE_POSE, size=FIRST_SIZE, pictures=1)
            self.cost = gr.HTML(first_cost, elem_id="cost", js_on_load=COST_JS, apply_default_css=False)
            self.refusal = gr.HTML("", elem_id="refusal", js_on_load=REFUSAL_JS, apply_default_css=False)
        shared.stage["all_views"] = all_views

    def wire(self, shared: Shared) -> None:
        """Draw on every change; order on Generate."""
        scene_inputs = self.scene_inputs(shared)
        shown = scene_inputs | {name: shared.prompt[name] for name in ("prompt", "edited")}
        gr.on(
            [component.change for component in shown.values()],
            self.show,
            inputs_kwargs=shown | {"given": shared.given},
            outputs=self.outputs(shared),
            trigger_mode="always_last",
            **DIRECT,
        )
        cost = self.cost_event(shared)
        changes = [component.change for component in (*cost["inputs_kwargs"].values(), shared.revision)]
        gr.on(changes, self.tell, trigger_mode="always_last", **cost, **DIRECT)
        self.reroll.click(self.roll_seed, outputs=shared.stage["seed"], **QUIET)
        self.generate.click(
            self.order,
            inputs_kwargs=self.order_inputs(shared),
            outputs=[*shared.tray, self.refusal],
            **QUIET,
        )
        self.choices.wire(shared)

    def cost_event(self, shared: Shared) -> dict[str, Any]:
        """What `tell` takes and writes to."""
        counted = ["framing", "size", "count", "all_views", "picture_style", "priority", "sheet"]
        inputs = {name: shared.stage[name] for name in counted if name in shared.stage}
        inputs |= {name: shared.model[name] for name in ("preset", "quality")}
        inputs |= {name: shared.prompt[name] for name in (*MORE_FIELDS, "prompt", "edited")}
        inputs |= {name: shared.persona[name] for name in ("clothing", "own_words")}
        return {"inputs_kwargs": inputs, "outputs": [self.cost, self.generate]}

    def order_inputs(self, shared: Shared) -> dict[str, Any]:
        """What an order is made of, by parameter name of `order`."""
        put = {"pose": shared.pose, "given": shared.given, "avatar": shared.avatar, "photo": shared.photo}
        return (
            shared.persona | shared.stage | shared.prompt | shared.model | put | {"put_away": shared.put_away}
        )

    def scene_inputs(self, shared: Shared) -> dict[str, Any]:
        """What a reload brings back of what decides the live draft, by parameter name of `show`."""
        drawn = {name: shared.stage[name] for name in SCENE_FIELDS}
        put = {"pose": shared.pose, "avatar": shared.avatar, "photo": shared.photo}
        return shared.persona | drawn | put | {"all_views": shared.stage["all_views"]}

    def outputs(self, shared: Shared) -> list[Any]:
        """What `show` writes to."""
        return [self.scene, self.caption, shared.remembered]

    @shows_errors
    def show(
        self,
        *,
        pose: str,
        avatar: str,
        photo: str,
        view: View,
        look: str,
        framing: str,
        face: str | None = AS_THE_PERSONA,
        picture_style: str = FIRST_STYLE,
        light: str = FIRST_LIGHT,
        set: str = FIRST_SET,
        prompt: str = "",
        edited: bool = False,
        all_views: bool = False,
        given: str = "",
        **persona: Any,
    ) -> tuple[Any, Any, Any]:
        """The scene for the browser to ask for, and the line under it.

        A persona that cannot be drawn is said on the stage itself, not in a toast: the last picture stays.
        """
        try:
            drawn, ordered = read_persona(persona), read_face(face)
        except PipelineError as error:
            return json.dumps({"problem": error.message}), gr.skip(), gr.skip()
        kept = persona_to_json(drawn)
        shows = expression_of_personality(drawn.personality) is not None
        scene = {
            "persona": kept | UNSEEN | ({} if shows else {"personality": []}),
            "avatar_id": avatar or None,
            "pose": pose,
            "view": view,
            "framing": framing or None,
            "expression": asdict(ordered) if ordered else None,
            "look": look,
            "picture_style": picture_style,
            "light": light,
            "set": set,
            "words": prompt if edited else "",
            "width": STAGE_WIDTH,
            "height": STAGE_HEIGHT,
        }
        carried = carry_given(pose, given)
        name = carried[pose]["name"] if carried else self.pose_name(pose)
        seen = json.dumps(
            {"scene": scene | {"given_poses": carried}, "alt": self.describe(drawn, name, view)}
        )
        remembered = scene | {"persona": kept, "photo_id": photo, "all_views": all_views}
        return seen, self.caption_of(drawn, name), remembered

    def describe(self, persona: Persona, pose_name: str, view: str) -> str:
        """The alt text of the live draft."""
        return f"Draft of {persona.name or 'your avatar'}, {pose_name.lower()}, {view} view"

    def pose_name(self, slug: str) -> str:
        """What the pose is called; the slug of one that is gone."""
        return self.poses[slug].name if slug in self.poses else slug.replace("-", " ").capitalize()

    def caption_of(self, persona: Persona, pose_name: str) -> str:
        """Who stands there and how."""
        name = html.escape(persona.name or "Your avatar")
        return f'<p class="scene-caption"><b>{name}</b><span>{html.escape(pose_name)}</span></p>'

    @shows_errors
    def tell(
        self,
        request: gr.Request,
        *,
        preset: str,
        framing: str,
        size: str,
        count: int,
        all_views: bool,
        quality: str = "sd",
        picture_style: str = "",
        prompt: str = "",
        edited: bool = False,
        clothing: str | None = "",
        own_words: str | None = "",
        priority: bool = False,
        sheet: bool = False,
        **more: str,
    ) -> tuple[str, Any]:
        """What Generate will take or why it cannot, and Generate itself: off while it cannot."""
        model = self.choices.find(request, preset or DRAFT)
        pictures = len(CELLS) if sheet else len(VIEWS) if all_views else 1
        mine = self.studio.for_person(person_of(request))
        if not reads_words(model):
            cost = self.tell_cost(framing=framing, size=size, pictures=pictures)
            named = cost.replace("<p ", f'<p data-model="{html.escape(model.title)}" ', 1)
            worn = Persona(clothing=clothing or "", own_words=own_words or "")
            undrawn = self.studio.personas.find_undrawn(worn, prompt if edited else "")
            return named + credits_html(mine, pictures, "sd", priority) + undrawn_html(undrawn), gr.Button(
                interactive=model.can_run
            )
        pictures *= 1 if sheet else int(count) * (1 + len(read_more(more)))
        can_run = model.can_run and pictures <= MOST_PICTURES
        costs = cost_html(model, pictures, quality) + credits_html(mine, pictures, quality, priority)
        hint = style_hint(self.studio.presets, model.name, picture_style)
        return costs + hint, gr.Button(interactive=can_run)

    def tell_cost(self, *, framing: str, size: str, pictures: int) -> str:
        """What Generate will take for drafts, before it is pressed."""
        width, height = read_size(size)
        factor = CLOSE_UP_FACTOR if framing in CLOSE_FRAMINGS else 1.0
        seconds = pictures * factor * DRAFT_SECONDS_PER_MEGAPIXEL * width * height / 1e6
        noun = "" if pictures == 1 else f"{pictures} pictures · "
        return f'<p class="cost">{noun}about {max(1, math.ceil(seconds - 0.25))} s · no download</p>'

    def roll_seed(self) -> int:
        """Another seed."""
        return secrets.randbelow(min(LARGEST_SEED, LARGEST_ROLLED_SEED))

    @shows_errors
    def order(self, request: gr.Request, *, put_away: Any, **fields: Any) -> tuple[Any, Any, str]:
        """Order what the stage shows; the tray takes it from there. A refusal stands under Generate, where it was
        pressed, until something on the stage changes."""
        mine = self.studio.for_person(person_of(request))
        try:
            mine.generations.order(self.read_order(request, **fields))
        except PipelineError as error:
            return gr.skip(), gr.skip(), refusal_html(error.message)
        return *self.tray_now(mine, put_away), ""

    def read_order(
        self,
        request: gr.Request,
        *,
        pose: str,
        avatar: str,
        view: View,
        all_views: bool,
        framing: str,
        size: str,
        recipe: bool,
        seed: float | None,
        prompt: str,
        negative: str,
        edited: bool,
        given: str = "",
        chosen: str = "",
        priority: bool = False,
        sheet: bool = False,
        face: str | None = AS_THE_PERSONA,
        **values: Any,
    ) -> GenerationOrder:
        """What the stage shows, from the chosen model. Raises RequestRefused, PersonaRefused.

        `chosen`: several poses of the gallery, a JSON list of their ids, in place of the one on the stage.
        """
        width, height = read_size(size)
        order = GenerationOrder(
            persona=read_persona(values),
            avatar_id=avatar or None,
            prompt=prompt if edited else None,
            negative_prompt=negative if edited else None,
            poses=read_chosen(chosen) or (pose or FIRST_POSE,),
            given_poses={} if chosen else carry_given(pose, given),
            views=VIEWS if all_views and not sheet else (view,),
            sheet=bool(sheet),
            framing=read_framing(framing),
            expression=read_face(face),
            seed=None if seed is None else int(seed),
            width=width,
            height=height,
            recipe=bool(recipe),
            priority=bool(priority),
            **{name: values[name] for name in PLAIN_FIELDS},
        )
        fields = self.choices.order_fields(request, values, avatar)
        if sheet:
            fields |= {"count": 1, "more_prompts": ()}
        return replace(order, **fields)

    tray_now: Any  # set by the shell: the tray's own reading of the jobs


def refusal_html(sentence: str) -> str:
    """Why nothing was ordered; said anew each time, also where it is the same."""
    return f'<p class="problem" role="alert" data-at="{time.monotonic_ns()}">{html.escape(sentence)}</p>'


def carry_given(pose: str, given: str) -> dict[str, Any]:
    """The pose itself by its slug, where it is the one that is used once; nothing for a kept one."""
    whole = json.loads(given) if given else {}
    return {pose: whole} if whole.get("slug") == pose else {}
