"""The pose editor's place in the Poses tab: the HTML that assets/theme/editor.js brings to life."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Sequence
from dataclasses import replace

import gradio as gr

from pipelines.errors import RequestRefused
from pipelines.options import EXPRESSIONS, LENS_MM, TILT_DEG
from pipelines.pose.hands import HAND_SHAPES
from pipelines.pose.template import template_to_json
from pipelines.pose.vocabulary import CATEGORIES, TAGS
from pipelines.render.camera import lens_of, tilt_of
from pipelines.types import FRAMINGS, CameraSpec
from studio.vocabulary.pose import LONGEST_POSE_NAME
from studio.vocabulary.pose_edit import HIGHEST_JUMP_M

JS = "avatarStudio.poseEditor(element, trigger, 'use');"
USED_ONCE = "edited-"  # how the slug of a pose begins that is on the stage and not kept
SIDES = (("L", "Left"), ("R", "Right"))
FINGERS = ("index", "middle", "ring", "little")


def build_pose_editor() -> gr.HTML:
    """The editor, closed; it opens over the gallery."""
    return gr.HTML(editor_html(), elem_id="pose-editor", js_on_load=JS, apply_default_css=False)


def editor_html() -> str:
    """Everything that the editor shows, as a template: it is made when the editor is first opened."""
    return f"""
<template data-editor-template><section class="editor" aria-label="Pose editor" data-editor hidden>
  <div class="editor-head">
    <h2 data-title>Edit pose</h2>
    <div class="editor-tools">
      {_button("undo", "Undo", "Ctrl Z")}{_button("redo", "Redo", "Ctrl Shift Z")}{_button("once", "Use once")}
      {_button("over", "Save", primary=True)}{_button("save", "Save pose", primary=True)}{_button("close", "Close")}
    </div>
  </div>
  <p class="problem" data-problem role="alert" hidden></p>
  <div class="editor-desk">
    <div class="editor-left">
      <div class="editor-canvas" data-box>
        <canvas data-body aria-hidden="true"></canvas>
        <canvas data-over tabindex="0" role="img"
          aria-label="The body. Drag a handle to move it; drag beside it, or use arrow keys, to look around."></canvas>
      </div>
      <div class="editor-bar">
        {_button("look:0", "Front")}{_button("look:-90", "Side")}{_button("look:180", "Back")}
        {_button("nearer", "+", name="Nearer")}{_button("farther", "−", name="Farther")}
      </div>
      <ul class="editor-says" data-says role="status" aria-label="What the studio says of this pose"></ul>
    </div>
    <form class="editor-panel" data-panel>
      {_joint()}{_sides()}{_hands()}{_face()}{_picture()}{_keep()}
    </form>
  </div>
</section></template>"""


def give_edited(text: str) -> tuple[str, str]:
    """The pose that the editor sends: a slug of its own, and all of it as JSON. Raises RequestRefused."""
    from studio.services.own_poses import read_pose

    try:
        stored = json.loads(text)
    except (TypeError, ValueError) as error:
        raise RequestRefused("The pose did not arrive. Move it once more.") from error
    template = read_pose(stored if isinstance(stored, dict) else {})
    number = hashlib.sha256(text.encode()).hexdigest()[:8]
    slug = f"{USED_ONCE}{number}"
    whole = template_to_json(replace(template, slug=slug, name=f"{template.name}, edited"))
    return slug, json.dumps(whole)


def _button(act: str, words: str, key: str = "", *, name: str = "", primary: bool = False) -> str:
    title = f' title="{key}"' if key else ""
    label = f' aria-label="{name}"' if name else ""
    kind = "button button-primary" if primary else "button"
    return f'<button type="button" class="{kind}" data-do="{act}"{title}{label}>{words}</button>'


def _select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f'<option value="{value}">{html.escape(words)}</option>' for value, words in options)
    return (
        f'<label class="editor-field"><span>{label}</span><select data-field="{name}">{rows}</select></label>'
    )


def _range(name: str, label: str, low: float, high: float, step: float, *, says: bool = False) -> str:
    said = "<output></output>" if says else ""
    return (
        f'<label class="editor-field"><span>{label}</span><input type="range" data-field="{name}" '
        f'min="{low:g}" max="{high:g}" step="{step:g}">{said}</label>'
    )


def _joint() -> str:
    return (
        '<fieldset><legend>Joint</legend><label class="editor-field"><span>Which</span>'
        "<select data-joint></select></label><div data-angles></div>"
        f'<div class="editor-row">{_button("reset", "Reset joint")}'
        '<button type="button" class="button" data-do="pin" aria-pressed="false">Hold in place</button>'
        "</div></fieldset>"
    )


def _sides() -> str:
    return (
        '<fieldset><legend>Sides</legend><label class="editor-check">'
        '<input type="checkbox" data-field="alike"> Both sides alike</label>'
        f'<div class="editor-row">{_button("mirror", "Mirror")}{_button("copy:.L", "Left to right")}'
        f"{_button('copy:.R', 'Right to left')}</div></fieldset>"
    )


def _hands() -> str:
    shapes = [(name, name.replace("-", " ").capitalize()) for name in HAND_SHAPES]
    hands = "".join(
        _select(f"hand.{side}", f"{word} hand", shapes) + _range(f"spread.{side}", "Spread", -12, 14, 1)
        for side, word in SIDES
    )
    fingers = "".join(
        _range(f"curl.{side}.{finger}", f"{word} {finger}", 0, 1, 0.01)
        for side, word in SIDES
        for finger in FINGERS
    )
    return (
        f"<fieldset><legend>Hands</legend>{hands}"
        f'<details class="editor-more"><summary>Each finger</summary>{fingers}</details></fieldset>'
    )


def _face() -> str:
    expressions = [("", "As its tags say"), *((option.key, option.label) for option in EXPRESSIONS)]
    return (
        f"<fieldset><legend>Face</legend>{_select('expression', 'Expression', expressions)}"
        f"{_range('strength', 'Strength', 0, 1, 0.05, says=True)}</fieldset>"
    )


def _picture() -> str:
    framings = [(name, name.replace("-", " ").capitalize()) for name in FRAMINGS]
    return (
        f"<fieldset data-usual='{_usual_cameras()}'><legend>Picture</legend>"
        f"{_select('framing', 'Framing', framings)}"
        f"{_range('tilt', 'Camera looks', *TILT_DEG, 1, says=True)}"
        f"{_range('lens', 'Lens', *LENS_MM, 1, says=True)}"
        f"{_range('airborne', 'Above the floor', 0, HIGHEST_JUMP_M, 0.05)}"
        f'<div class="editor-row">{_button("face", "Show it from here")}{_button("usual", "Usual camera")}</div>'
        "</fieldset>"
    )


def _usual_cameras() -> str:
    """Framing -> (degrees that its camera looks down, its lens in mm), JSON."""
    usual = {name: CameraSpec(framing=name) for name in FRAMINGS}
    return json.dumps({name: (tilt_of(spec), round(lens_of(spec), 1)) for name, spec in usual.items()})


def _keep() -> str:
    tags = "".join(
        f'<label class="editor-check"><input type="checkbox" data-tag="{tag}"> {tag}</label>' for tag in TAGS
    )
    categories = [(name, name.capitalize()) for name in CATEGORIES]
    return (
        '<fieldset><legend>Kept as</legend><label class="editor-field"><span>Pose name</span>'
        f'<input type="text" data-field="name" maxlength="{LONGEST_POSE_NAME}" autocomplete="off"></label>'
        f"{_select('category', 'Category', categories)}"
        f'<details class="editor-more"><summary>Tags</summary><div class="editor-tags">{tags}</div></details>'
        "</fieldset>"
    )
