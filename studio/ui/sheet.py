"""The sheet of one generation: its pictures large, its facts in plain words, the full request, what can be done."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.image.engines import engine_class
from pipelines.image.presets import PresetShelf
from pipelines.prompt.styles import STYLES
from studio.ui.about import about_html
from studio.ui.model_words import DRAFT
from studio.ui.stage_fields import FRAMING_CHOICES
from studio.ui.tray import button, title_html
from studio.vocabulary.generation import Generation, Picture
from studio.vocabulary.order import GenerationOrder
from studio.vocabulary.project import Project

Facts = list[tuple[str, str]]

FRAMING_NAMES = {key: label for label, key in FRAMING_CHOICES}
STYLE_NAMES = {style.key: style.label for style in STYLES}
CONTROL_WORDS = {"pose": "the skeleton", "depth": "depth", "normal": "the surface", "edges": "edges"}
LOST = (
    '<div class="sheet-lost" role="note"><p class="problem"><span class="sign" aria-hidden="true">!</span> '
    "<span>The file of this picture was damaged on the disk, and no backup that is here holds it. It was put aside "
    "into the folder “quarantine”.</span></p><p>Connect the drive with your backups and look again after an hour: "
    "it comes back by itself. Or press Make again: the same settings and the same seed are used.</p></div>"
)
STEPS = (
    '<p class="sheet-steps"><button type="button" class="icon-button" data-step="-1" aria-label="The one before" '
    'title="The one before (←)">‹</button><button type="button" class="icon-button" data-step="1" '
    'aria-label="The one after" title="The one after (→)">›</button></p>'
)
ROLE_WORDS = {
    "person": "your photo, for who it is",
    "style": "a picture, for the style",
    "garment": "a picture, for the clothes",
    "init": "a picture to start from",
}


def sheet_html(
    item: Generation,
    pose_names: Mapping[str, str],
    presets: PresetShelf,
    projects: Sequence[Project] = (),
) -> str:
    """The whole sheet."""
    pictures = "".join(_figure(item, picture) for picture in item.pictures)
    if not pictures and item.state == "cancelled":
        pictures = '<p class="quiet">It was cancelled before there was a picture.</p>'
    elif not pictures:
        sentence = item.error or "No picture was made."
        pictures = (
            f'<p class="problem"><span class="sign" aria-hidden="true">!</span> {html.escape(sentence)}</p>'
        )
    count = {0: "none", 1: "one"}.get(len(item.pictures), "many")
    return (
        f'<div class="sheet-pictures" data-count="{count}">{pictures}</div><div class="sheet-facts">'
        f'<button type="button" class="icon-button sheet-close" data-close aria-label="Close">×</button>'
        f'<h2 data-open="{html.escape(item.id)}">{title_html(item.title)}</h2>{STEPS}'
        f"{_unreadable(item)}{_buttons(item)}{about_html(item, projects)}"
        f"{_list(facts_of(item, pose_names, presets))}"
        f"<details><summary>The prompt</summary>{_prompts(item, presets)}</details>"
        f"<details><summary>The full request</summary>{_request(item)}</details></div>"
    )


def _unreadable(item: Generation) -> str:
    """Why the order is not shown; "" where it is."""
    if not item.unreadable:
        return ""
    sign = '<span class="sign" aria-hidden="true">!</span>'
    return f'<p class="problem">{sign} {html.escape(item.unreadable)}</p>'


def _figure(item: Generation, picture: Picture) -> str:
    name = picture.view.capitalize()
    if item.order.more_prompts:
        name += f" · Prompt {_prompt_number(item, picture)}"
    if picture.is_lost:
        return f"<figure>{LOST}<figcaption><span>{html.escape(name)}</span></figcaption></figure>"
    return (
        f'<figure><img src="api/v1/files/{html.escape(picture.file_id)}" alt="{html.escape(picture.alt)}" '
        f'width="{picture.width}" height="{picture.height}" decoding="async">'
        f'<figcaption><span>{html.escape(name)}</span><a class="link-button" '
        f'href="api/v1/files/{html.escape(picture.file_id)}" download="{_file_name(item, picture)}" '
        f'aria-label="Download: {html.escape(picture.alt)}">Download</a></figcaption></figure>'
    )


def _prompt_number(item: Generation, picture: Picture) -> int:
    """Which of the order's prompts made it, from 1: pictures are made prompt by prompt."""
    return list(dict.fromkeys(other.prompt for other in item.pictures)).index(picture.prompt) + 1


def _list(facts: Facts) -> str:
    rows = "".join(
        f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
        for name, value in facts
        if value
    )
    return f"<dl>{rows}</dl>"


def _buttons(item: Generation) -> str:
    again = (
        button("retry", item.id, "Retry", "Retry", "button button-primary")
        if item.state in ("failed", "cancelled")
        else button("again", item.id, "Make again", "Make again", "button button-primary")
    )
    use = button("use", item.id, "Use these settings", "Use these settings", "button")
    star = (
        ("★ Favourite", "No favourite any more") if item.favourite else ("☆ Favourite", "Make it a favourite")
    )
    keep = button("star", item.id, *star, "button")
    onward = button("onward", item.id, "More from this", "More from this", "button")
    remove = button("remove", item.id, "Delete", "Delete", "button")
    if item.unreadable:  # what is asked of it would be refused
        again = use = onward = ""
    if item.hold != "own":
        remove = ""
    if item.hold == "read":
        again = keep = onward = ""
    return f'<div class="sheet-actions">{again}{onward}{use}{keep}{remove}</div>'


def _prompts(item: Generation, presets: PresetShelf) -> str:
    prompts = (item.prompt, *item.order.more_prompts)
    written = "".join(
        f"<p>{f'<b>Prompt {number}</b><br>' if len(prompts) > 1 else ''}{html.escape(words)}</p>"
        for number, words in enumerate(prompts, start=1)
    )
    unwanted = f'<p class="quiet">Not in the picture: {html.escape(item.negative_prompt)}</p>'
    return written + (unwanted if item.negative_prompt and _is_unwanted_read(item, presets) else "")


def _is_unwanted_read(item: Generation, presets: PresetShelf) -> bool:
    """Whether the engine looked at the negative prompt at all: it is written with every prompt."""
    preset = presets.get(item.order.preset)
    can = preset is None or engine_class(preset.engine).info.negative_prompt
    return can and any(request.get("negative_prompt") for request in item.requests)


def _request(item: Generation) -> str:
    raw = json.dumps([dict(request) for request in item.requests], indent=2, ensure_ascii=False)
    facts = [] if item.unreadable else request_facts(item)
    return (
        f"{_list(facts)}<pre tabindex='0' aria-label='The request for programs'>{html.escape(raw)}</pre>"
        '<p><button type="button" class="button" data-copy>Copy for programs</button></p>'
    )


def facts_of(item: Generation, pose_names: Mapping[str, str], presets: PresetShelf) -> Facts:
    """What a person looks for first; of an order that cannot be read, what its pictures say themselves."""
    order = item.order
    if item.unreadable:
        return [
            ("Pose", _each_once(pose_names.get(picture.pose, picture.pose) for picture in item.pictures)),
            ("View", _each_once(picture.view for picture in item.pictures)),
            *_picture_facts(item),
        ]
    return [
        ("Pose", ", ".join(pose_names.get(pose, pose) for pose in order.poses)),
        ("View", ", ".join(order.views)),
        ("Prompts", str(len(order.prompts)) if order.more_prompts else ""),
        ("Framing", FRAMING_NAMES.get(order.framing or "", "")),
        ("Look", order.look.capitalize()),
        ("Quality", order.quality.upper() if _reads_words(order) else ""),
        ("Style", STYLE_NAMES.get(order.picture_style, order.picture_style)),
        ("Light", "" if _reads_words(order) else order.light.capitalize()),
        ("Behind", "" if _reads_words(order) else order.set.capitalize()),
        ("Drawn by", presets[order.preset].title if order.preset in presets else order.engine),
        *_picture_facts(item),
    ]


def _each_once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def _picture_facts(item: Generation) -> Facts:
    """What the pictures show of how they were made, or what was asked for where there is none yet."""
    order, made = item.order, item.created_at.astimezone()
    seeds = sorted({picture.seed for picture in item.pictures}) or (
        [order.seed] if order.seed is not None else []
    )
    asked = set() if item.unreadable else {(order.width, order.height)}
    sides = {(picture.width, picture.height) for picture in item.pictures} or asked
    return [
        ("Size", ", ".join(f"{width} × {height}" for width, height in sorted(sides))),
        ("Seed", ", ".join(str(seed) for seed in seeds)),
        ("Took", f"{item.seconds:.1f} s" if item.seconds is not None else ""),
        ("Made", f"{made.day} {made.strftime('%B %Y, %H:%M')}"),
    ]


def _reads_words(order: GenerationOrder) -> bool:
    return order.preset != DRAFT


def request_facts(item: Generation) -> Facts:
    """All that was asked of the engine, in words: what the requests of one order share."""
    order, request = item.order, (item.requests[0] if item.requests else {})
    draft = request.get("draft_strength")
    return [
        ("Engine", str(request.get("engine", order.engine))),
        ("Preset", str(request.get("preset", order.preset))),
        ("Quality", order.quality.upper()),
        ("Style", STYLE_NAMES.get(order.picture_style, order.picture_style)),
        ("Steps", _number(request.get("steps"))),
        ("Guidance, how closely the words are followed", _number(request.get("guidance"))),
        ("Steered by", "; ".join(_control(one) for one in request.get("controls") or ())),
        (
            "Looked at",
            "; ".join(ROLE_WORDS.get(one["role"], one["role"]) for one in request.get("references") or ()),
        ),
        (
            "LoRAs",
            ", ".join(f"{one['name']} × {one['weight']:g}" for one in request.get("loras") or ()),
        ),
        ("Begun with", f"the draft, {100 * (1 - draft):.0f} % of it kept" if draft is not None else ""),
        ("Second pass", _pass(request.get("second_pass")) if order.quality == "hd" else ""),
        ("Face pass", _pass(request.get("face_pass")) if order.quality == "hd" else ""),
        ("Settings in the pictures", "yes" if order.recipe else "no"),
    ]


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else ""


def _control(control: Mapping[str, Any]) -> str:
    """One control map: "depth, strength 0.8, for the first 80 % of the steps"."""
    words = f"{CONTROL_WORDS.get(control['kind'], control['kind'])}, strength {control['strength']:g}"
    start, end = control.get("start", 0.0), control.get("end", 1.0)
    if start > 0:
        return f"{words}, from {100 * start:.0f} % to {100 * end:.0f} % of the steps"
    return words if end >= 1 else f"{words}, for the first {100 * end:.0f} % of the steps"


def _pass(made: Mapping[str, Any] | None) -> str:
    """A pass of hd: "yes, 40 % drawn anew"."""
    if not made:
        return "no"
    strength = made.get("strength")
    return f"yes, {100 * strength:.0f} % drawn anew" if isinstance(strength, float) else "yes"


def _file_name(item: Generation, picture: Picture) -> str:
    number = f"-prompt-{_prompt_number(item, picture)}" if item.order.more_prompts else ""
    who = item.order.persona.name or "avatar"
    words = f"{who}-{picture.pose}-{picture.view}{number}-{picture.seed}".lower()
    return "".join(letter if letter.isalnum() else "-" for letter in words) + ".png"
