"""More photos of the same person for their body: one from the side, one from behind. Both can be left out."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from pipelines.photo.errors import PhotoRefused, refuse
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.drawings import landmarks_svg
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.shared import person_of
from studio.vocabulary.photo import Photo

SIDES = {"side": "From the side", "back": "From behind"}
BYTES_PER_MB = 1_000_000
PHOTO_KINDS = "image/jpeg,image/png,image/webp,image/avif"
JS = (
    "avatarStudio.upload(element, props, watch, trigger, 'chosen', 'looked');"
    "avatarStudio.actions(element, trigger, 'leave');"
)
WHY = (
    '<p class="quiet">The same person, the same clothes, standing the same way. A photo from the side tells how deep '
    "the body is, which no photo from the front can.</p>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One more photo: from which side, what its zone says, and the id of the one that is there."""

    side: str
    zone: Any  # gr.HTML
    photo: gr.State


class MorePhotos:
    """The fold with the two slots; `photos` are their states by the name of the order's field."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Make the fold."""
        with gr.Accordion("A photo from the side", open=False, elem_id="more-photos"):
            gr.HTML(WHY, apply_default_css=False)
            with gr.Row(elem_classes="more-photos"):
                self.slots = [
                    Slot(side=side, zone=self._zone(side, title), photo=gr.State(""))
                    for side, title in SIDES.items()
                ]
        self.photos = {f"{slot.side}_photo": slot.photo for slot in self.slots}

    def _zone(self, side: str, title: str) -> Any:
        template = small_zone_html(side, title, self.studio.settings.max_upload_mb)
        return gr.HTML(
            "", html_template=template, js_on_load=JS, elem_id=f"drop-{side}", apply_default_css=False
        )

    def wire(self) -> None:
        """Take a photo that came, and show what was found in it."""
        for slot in self.slots:
            side = gr.State(slot.side)
            slot.zone.chosen(lambda: "", outputs=[slot.photo], **QUIET)
            slot.zone.leave(lambda: "", outputs=[slot.photo], **QUIET)
            slot.zone.looked(self.take, outputs=[slot.photo], **QUIET)
            slot.photo.change(self.show, [slot.photo, side], [slot.zone], **QUIET)

    @shows_errors
    def take(self, event: gr.EventData, request: gr.Request) -> str:
        """The photo that the browser says was kept, if it is this person's own."""
        return self.studio.for_person(person_of(request)).photos.get(read_action(event)[1]).id

    @shows_errors
    def show(self, photo: str, side: str, request: gr.Request) -> str:
        """The photo with what was found drawn over it, or why it will not do."""
        if not photo:
            return ""
        mine = self.studio.for_person(person_of(request))
        return picture_html(mine.photos.get(photo), said=problem_of(mine, photo, side))


def problem_of(
    mine: PersonalStudio,
    photo_id: str,
    side: str,
    person: int | None = None,
    passes: frozenset[str] = frozenset(),
) -> str:
    """Why nobody can be measured in this photo, but for codes of `passes`; "" where somebody can."""
    try:
        mine.bodies.check_photo(photo_id, side=side, person=person, passes=passes)
    except PhotoRefused as error:
        return error.message
    return ""


def picture_html(photo: Photo, *, said: str) -> str:
    """A small photo with the person that was found, or the reason why it will not do; and a way to leave it out."""
    drawn = "" if said else landmarks_svg(photo)
    problem = f'<p class="problem" role="alert">{html.escape(said)}</p>' if said else ""
    return (
        f'<div class="photo" style="aspect-ratio:{photo.width}/{photo.height}">'
        f'<img src="api/v1/files/{html.escape(photo.file_id)}" alt="One more photo" '
        f'width="{photo.width}" height="{photo.height}">{drawn}</div>{problem}'
        '<button type="button" class="link-button" data-act="leave" data-id="">Leave it out</button>'
    )


def limits_of(largest_mb: int) -> str:
    """What the browser script has to know of a zone before it sends anything, as attributes."""
    too_large = html.escape(refuse("too-many-bytes", limit=largest_mb).message)
    return f'data-most-bytes="{largest_mb * BYTES_PER_MB}" data-too-large="{too_large}"'


def small_zone_html(side: str, title: str, largest_mb: int) -> str:
    """The slot itself; the browser script moves it between its states, as it does the large one."""
    return f"""
<div class="drop drop-small" data-state="empty" data-side="{side}" {limits_of(largest_mb)}>
  <label class="drop-zone">
    <input type="file" class="sr-only" accept="{PHOTO_KINDS}" data-file>
    <b>{html.escape(title)}</b>
    <span class="quiet">Drop or choose</span>
  </label>
  <div class="drop-local" hidden><img alt="Your photo" data-local></div>
  <div class="drop-found" data-found></div>
  <p class="problem" role="alert" data-problem hidden></p>
  <p class="drop-wait quiet" role="status" data-wait hidden>Looking at it</p>
  <p class="drop-links">
    <button type="button" class="link-button" data-another hidden>Choose another</button>
    <button type="button" class="link-button" data-camera>Take one</button>
  </p>
</div>
"""
