"""The Body tab's viewer: what it is made of, and who has the avatar dressed for it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import gradio as gr

from studio.errors import NotFound
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.handlers import EACH, QUIET, read_action, shows_errors
from studio.ui.shared import Shared, person_of, read_persona
from studio.vocabulary.avatar_export import AvatarExport, AvatarExportOrder
from studio.vocabulary.codec import to_json

SEEN_TRIANGLES = 30_000  # what a window shows without effort
CLIP_WORDS = {"stand": "Stand", "idle": "Idle", "walk": "Walk", "wave": "Wave", "turntable": "Turntable"}
EXPRESSIONS = {  # a slider's word, and the units of the face that it moves
    "Smile": ("mouthSmileLeft", "mouthSmileRight"),
    "Open mouth": ("jawOpen",),
    "Closed eyes": ("eyeBlinkLeft", "eyeBlinkRight"),
    "Raised brows": ("browInnerUp", "browOuterUpLeft", "browOuterUpRight"),
    "Frown": ("browDownLeft", "browDownRight", "mouthFrownLeft", "mouthFrownRight"),
}


def _chips(name: str, words: Mapping[str, str], pressed: str = "") -> str:
    return "".join(
        f'<button type="button" class="chip" data-{name}="{key}" aria-pressed="{str(key == pressed).lower()}">{word}'
        "</button>"
        for key, word in words.items()
    )


VIEWER = (
    """
<div class="viewer" data-state="empty" data-shown="body">
  <canvas class="viewer-canvas" tabindex="0" role="img"
    aria-label="The body in three dimensions. Arrow keys turn it."></canvas>
  <p class="viewer-notice quiet" role="status" hidden></p>
  <div class="viewer-bar" role="group" aria-label="Show">"""
    + _chips("shows", {"body": "Measured body", "avatar": "Dressed avatar"}, "body")
    + """</div>
  <div class="viewer-bar" role="group" aria-label="Look at it from">
    <button type="button" class="chip" data-turn="0">Front</button>
    <button type="button" class="chip" data-turn="90">Side</button>
    <button type="button" class="chip" data-turn="180">Back</button>
    <button type="button" class="chip" data-wire aria-pressed="false">Wire</button>
    <button type="button" class="chip" data-face aria-pressed="false">Face</button>
  </div>
  <div class="viewer-dressed" hidden>
    <div class="viewer-bar" role="group" aria-label="Movement">"""
    + _chips("clip", CLIP_WORDS, "stand")
    + """</div>
    <div class="viewer-sliders" role="group" aria-label="Expression">"""
    + "".join(
        f'<label>{word} <input type="range" min="0" max="1" step="0.01" value="0" '
        f'data-units="{" ".join(units)}"></label>'
        for word, units in EXPRESSIONS.items()
    )
    + """</div>
  </div>
  <p class="viewer-said quiet" role="status"></p>
</div>
"""
)
VIEWER_JS = "avatarStudio.viewer(element, props, watch, trigger, 'dress');"
ANSWER_JS = "avatarStudio.dressedAnswer(props, watch);"
NOTHING, YOUR_PERSONA = "", "persona"  # choices of a body that is no kept avatar's
ANY_PRESS = "*"


class DressedAvatar:
    """Orders the avatar of the Body tab, dressed, as the file that the viewer shows, and tells when it is there."""

    tray_now: Any  # set by the shell, through the tab

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Make what the viewer hears from; nothing of it is seen."""
        self.asked = gr.State("")  # which press of the viewer's button waits, and for which export, as JSON
        self.answer = gr.HTML(
            "", html_template="", js_on_load=ANSWER_JS, elem_id="dressed-answer", apply_default_css=False
        )

    def wire(self, shared: Shared, viewer: Any, chosen: Any) -> None:
        """Order what the viewer asks for; look again whenever a job ended."""
        told = {"inputs_kwargs": shared.persona | {"chosen": chosen, "asked": self.asked}}
        told["inputs_kwargs"]["put_away"] = shared.put_away
        ordered = viewer.dress(
            self.dress, outputs=[*shared.tray, self.asked, self.answer], **{**EACH, **told}
        )
        ordered.failure(lambda: _refuse(), outputs=[self.answer], **QUIET)
        shared.revision.change(self.follow, [self.asked], [self.answer], **QUIET)

    @shows_errors
    def dress(
        self,
        event: gr.EventData,
        request: gr.Request,
        *,
        chosen: str,
        asked: str,
        put_away: Any,
        **persona: Any,
    ) -> tuple[Any, ...]:
        """Have the avatar's file made, unless it is there from before."""
        mine = self.studio.for_person(person_of(request))
        kept = mine.avatars.get(chosen) if chosen not in (NOTHING, YOUR_PERSONA) else None
        order = AvatarExportOrder(
            avatar_id=kept.id if kept else None,
            persona=None if kept else read_persona(persona),
            triangles=SEEN_TRIANGLES,
        )
        whole = json.dumps([to_json(order), str(kept.updated_at) if kept else ""], sort_keys=True)
        before = json.loads(asked) if asked else {}
        wanted = {"press": read_action(event)[1], "of": hashlib.sha256(whole.encode()).hexdigest()}
        export = _find(mine, before["export"]) if before.get("of") == wanted["of"] else None
        if export is None:
            export = mine.avatar_exports.start(order)
        wanted["export"] = export.id
        return *self.tray_now(mine, put_away), json.dumps(wanted), _say(wanted["press"], export)

    @shows_errors
    def follow(self, asked: str, request: gr.Request) -> Any:
        """How far the file is that was asked for."""
        if not asked:
            return gr.skip()
        wanted = json.loads(asked)
        export = _find(self.studio.for_person(person_of(request)), wanted["export"])
        return _say(wanted["press"], export)


def _find(mine: PersonalStudio, export_id: str) -> AvatarExport | None:
    """An export that is on its way or whose file is there."""
    try:
        export = mine.avatar_exports.get(export_id)
    except NotFound:
        return None
    return export if export.state in ("queued", "running") or export.file_id else None


def _say(press: str, export: AvatarExport | None) -> str:
    """What the viewer hears of the press that it waits for."""
    if export is None:
        return _refuse(press)
    if export.file_id:
        return json.dumps({"press": press, "state": "full", "url": f"api/v1/files/{export.file_id}"})
    return json.dumps({"press": press, "state": "waiting"})


def _refuse(press: str = ANY_PRESS) -> str:
    """That nothing comes; never the same twice, or the page would not hear it."""
    told = {"press": press, "state": "failed", "said": "The avatar could not be dressed."}
    return json.dumps(told | {"told": secrets.token_hex(4)})
