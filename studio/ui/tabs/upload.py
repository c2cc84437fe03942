"""The Upload tab: one drop zone, what was found in the photo and who of several is meant, what the person knows of the
body, more photos, a tape, and Measure."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from pipelines.appearance import Gender
from pipelines.body.conversion import BodyModelMissing
from pipelines.body.extractor import USUAL_EXTRACTOR, list_extractors
from pipelines.errors import RequestRefused
from pipelines.options import HEIGHT_RANGE_CM, MOST_PEOPLE, WEIGHT_RANGE_KG
from pipelines.photo.errors import PhotoRefused
from pipelines.types import KnownMeasures
from studio.studio import Studio
from studio.ui.camera import build_camera
from studio.ui.drawings import GOOD_PHOTO, landmarks_svg, outline_svg
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.more_photos import PHOTO_KINDS, SIDES, MorePhotos, limits_of, problem_of
from studio.ui.shared import Shared, person_of
from studio.ui.tape import TapeFields, read_tape
from studio.ui.units import KG_PER_POUND, read_height, read_weight, write_feet
from studio.vocabulary.photo import Photo

COST = '<p class="cost">a few seconds · no download</p>'
NO_PHOTO = '<p class="cost">Choose a photo first.</p>'
LARGEST = ""  # whom of several, where nobody was chosen; else a number from the left
NUMBERS = tuple(str(number) for number in range(1, MOST_PEOPLE + 1))
WHY_WEIGHT = "It makes every girth about twice as sure: cloth hides a body, not its weight."
NO_BODY = '<p class="cost">This photo does not show a whole body.</p>'
# Fired by avatarStudio.upload: "chosen" when a new photo is on its way, so that nobody measures the one before it;
# "looked" when the server has kept it.
JS = (
    "avatarStudio.upload(element, props, watch, trigger, 'chosen', 'looked');"
    "avatarStudio.actions(element, trigger, 'example', 'describe', 'who');"
)


class UploadTab:
    """A photo goes to REST as bytes, never as a path; what comes back here is its id."""

    label, id = "Upload", "upload"
    tray_now: Any  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.more, self.tape = MorePhotos(studio), TapeFields()
        # Others than the usual one need a person's own files: without a folder of them there is no choice.
        infos = list_extractors() if studio.settings.smpl_folder else {}
        self.extractors = [(info.title, name) for name, info in infos.items()]
        self.passes = frozenset(code for info in infos.values() for code in info.passes)

    def build(self, shared: Shared) -> None:
        """Make the drop zone and the form beside it."""
        with gr.Row(elem_classes="upload"):
            with gr.Column(elem_id="upload-photo", min_width=0, scale=3):
                self.drop = gr.HTML(
                    "",
                    html_template=drop_zone_html(self.studio.settings.max_upload_mb),
                    js_on_load=JS,
                    elem_id="drop",
                    apply_default_css=False,
                )
            with gr.Column(elem_id="upload-form", min_width=0, scale=2):
                gr.HTML("<h2>What you know</h2>", apply_default_css=False)
                height = gr.Textbox(
                    label="Height",
                    placeholder="172 cm or 5 ft 8 in",
                    elem_id="known-height",
                    min_width=0,
                    max_lines=1,
                )
                gender = gr.Radio(
                    [("Woman", "female"), ("Man", "male"), ("Neutral", "neutral"), ("Not said", "")],
                    value="",
                    label="Gender",
                    elem_id="known-gender",
                    elem_classes="chips",
                )
                weight = gr.Textbox(
                    label="Weight, if you know it",
                    info=WHY_WEIGHT,
                    placeholder="70 kg or 154 lb",
                    elem_id="known-weight",
                    min_width=0,
                    max_lines=1,
                )
                self.more.build()
                self.tape.build()
                self.extractor = gr.Radio(
                    self.extractors,
                    value=USUAL_EXTRACTOR if self.extractors else None,
                    label="Measured by",
                    visible=bool(self.extractors),
                    elem_id="known-extractor",
                    elem_classes="chips",
                )
                self.measure_button = gr.Button(
                    "Measure this body", variant="primary", interactive=False, elem_id="measure", min_width=0
                )
                self.problem = gr.HTML(elem_id="measure-problem", apply_default_css=False)
                self.cost = gr.HTML(NO_PHOTO, elem_id="measure-cost", apply_default_css=False)
        build_camera()
        self.person = gr.State(LARGEST)
        self.form = {"height": height, "gender": gender, "weight": weight} | self.tape.fields

    def wire(self, shared: Shared) -> None:
        """Show what was found whenever the photo changes; order the body."""
        photos = [shared.photo, *self.more.photos.values()]
        self.drop.chosen(self.disarm, photos, photos, **QUIET)  # whatever becomes of the new photo
        self.drop.looked(self.take, [shared.photo], [shared.photo], **QUIET)
        self.drop.example(self.take_example, outputs=photos, **QUIET)
        self.drop.describe(lambda: gr.Tabs(selected="persona"), outputs=[shared.tabs], **QUIET)
        shows = [self.drop, self.measure_button, self.cost]
        shared.photo.change(self.show_first, [shared.photo], [self.person, *shows], **QUIET)
        self.drop.who(self.choose, [shared.photo], [self.person, *shows], **QUIET)
        self.more.wire()
        self.measure_button.click(
            self.measure,
            inputs_kwargs=self.form
            | self.more.photos
            | {"photo": shared.photo, "person": self.person, "put_away": shared.put_away}
            | {"extractor": self.extractor},
            outputs=[*shared.tray, shared.awaited, shared.tabs, self.problem],
            **QUIET,
        )

    @shows_errors
    def take(self, photo: str, event: gr.EventData, request: gr.Request) -> str:
        """The photo that the browser says was kept, if it is this person's own."""
        _, photo_id = read_action(event)
        return self.studio.for_person(person_of(request)).photos.get(photo_id).id

    def disarm(self, photo: str, *more: str) -> list[str]:
        """Another photo is on its way: the one before it goes, and what belonged to it. Photos from other sides that
        came first stay."""
        return ["", *("" if photo else one for one in more)]

    @shows_errors
    def take_example(self, request: gr.Request) -> list[str]:
        """A photo to try with; those of somebody else from other sides go."""
        mine = self.studio.for_person(person_of(request))
        photo = mine.photos.add(self.studio.poses.example_photo(), "example.png")
        return [photo.id, *("" for _ in SIDES)]

    @shows_errors
    def show_first(self, photo: str, request: gr.Request) -> tuple[Any, ...]:
        """Another photo: the largest person in it."""
        return LARGEST, *self.show(photo, LARGEST, request)

    @shows_errors
    def choose(self, photo: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Whom of several the person pressed."""
        number = read_action(event)[1]
        person = number if number in NUMBERS else LARGEST
        return person, *self.show(photo, person, request)

    def show(self, photo: str, person: str, request: gr.Request) -> tuple[str, Any, str]:
        """The photo with what was found drawn over it, whether its body can be measured, and what that takes."""
        if not photo:
            return "", gr.Button(interactive=False), NO_PHOTO
        mine = self.studio.for_person(person_of(request))
        view = mine.photos.get(photo)
        number = int(person) if person else None
        problem = problem_of(mine, photo, "", number)
        refused = problem and problem_of(mine, photo, "", number, self.passes)  # by every extractor
        usable = not refused and not view.is_lost
        cost = COST if usable else NO_PHOTO if view.is_lost else NO_BODY
        return photo_html(view, person, problem), gr.Button(interactive=usable), cost

    @shows_errors
    def measure(
        self,
        request: gr.Request,
        *,
        photo: str,
        put_away: Any,
        person: str = LARGEST,
        side_photo: str = "",
        back_photo: str = "",
        extractor: str | None = None,
        **form: Any,
    ) -> tuple[Any, ...]:
        """Order the body; the Body tab waits for it in front. What cannot be meant is said beside the form."""
        mine = self.studio.for_person(person_of(request))
        try:
            job = mine.bodies.order(
                photo,
                read_known(form),
                extractor=extractor or USUAL_EXTRACTOR,
                person=int(person) if person else None,
                side_photo_id=side_photo or None,
                back_photo_id=back_photo or None,
            )
        except (RequestRefused, PhotoRefused, BodyModelMissing) as error:
            said = f'<p class="problem" role="alert">{html.escape(error.message)}</p>'
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), said
        return *self.tray_now(mine, put_away), job, gr.Tabs(selected="body"), ""


def read_known(form: Mapping[str, str]) -> KnownMeasures:
    """What the person told. Raises RequestRefused where the height is missing or a number cannot be meant."""
    height, weight = read_height(form["height"]), read_weight(form["weight"])
    if height is None:
        raise RequestRefused("Say how tall the person is: without a height there are no centimetres.")
    least, most = HEIGHT_RANGE_CM
    if not least <= height <= most:
        feet = f"{write_feet(least)} to {write_feet(most)}"
        raise RequestRefused(f"The height can be {least:.0f} to {most:.0f} cm ({feet}). Look at the unit.")
    least, most = WEIGHT_RANGE_KG
    if weight is not None and not least <= weight <= most:
        pounds = f"{least / KG_PER_POUND:.0f} to {most / KG_PER_POUND:.0f} lb"
        raise RequestRefused(f"The weight can be {least:.0f} to {most:.0f} kg ({pounds}). Look at the unit.")
    gender: Gender | None = form["gender"] or None  # type: ignore[assignment]
    return KnownMeasures(height_cm=height, weight_kg=weight, gender=gender, tape=read_tape(form))


def drop_zone_html(largest_mb: int) -> str:
    """The zone itself; the browser script moves it between its states."""
    return f"""
<div class="drop" data-state="empty" {limits_of(largest_mb)}>
  <label class="drop-zone">
    <input type="file" class="sr-only" accept="{PHOTO_KINDS}" data-file>
    {GOOD_PHOTO}
    <b>Drop a photo, or choose one</b>
    <span class="quiet">Head to feet in the picture, arms a little away from the body, clothes that fit.</span>
    <span class="quiet">JPEG, PNG, WEBP or AVIF, up to {largest_mb} MB</span>
  </label>
  <div class="drop-local" hidden><img alt="Your photo" data-local></div>
  <div class="drop-found" data-found></div>
  <p class="problem" role="alert" data-problem hidden></p>
  <p class="drop-wait quiet" role="status" data-wait hidden>Looking at your photo</p>
  <p class="drop-links">
    <button type="button" class="link-button" data-another hidden>Choose another photo</button>
    <button type="button" class="link-button" data-camera>Take a photo</button>
    <button type="button" class="link-button" data-act="example" data-id="">Use an example photo</button>
    <button type="button" class="link-button" data-act="describe" data-id="">No photo? Describe someone</button>
    <button type="button" class="link-button" data-collection="photos">Your photos</button>
  </p>
</div>
"""


LOST = (
    '<div class="photo-lost" role="note"><p class="problem"><span class="sign" aria-hidden="true">!</span> '
    "<span>The file of this photo was damaged on the disk, and no backup that is here holds it. It was put aside into "
    "the folder “quarantine”.</span></p><p>Connect the drive with your backups and look again after an hour: it comes "
    "back by itself. Or choose the photo once more from where you have it.</p></div>"
)


def photo_html(photo: Photo, person: str = LARGEST, problem: str = "") -> str:
    """The kept photo, what was found over it, and what is to be said about it; or that its file is lost.

    `person` is whom the body is to be of: a number from the left, or the largest; `problem` why that cannot be.
    """
    if photo.is_lost:
        return LOST
    boxes = photo.landmarks.get("boxes") or []
    chosen = int(person) if person else largest_of(photo)
    is_another = chosen != largest_of(photo) and chosen <= len(boxes)
    drawn = outline_svg(photo, boxes[chosen - 1]) if is_another else landmarks_svg(photo)
    picture = (
        f'<div class="photo" style="aspect-ratio:{photo.width}/{photo.height}">'
        f'<img src="api/v1/files/{html.escape(photo.file_id)}" alt="Your photo" '
        f'width="{photo.width}" height="{photo.height}">{drawn}{people_html(photo, boxes, chosen)}</div>'
    )
    sentences = "".join(f"<li>{html.escape(remark)}</li>" for remark in photo.remarks)
    remarks = f'<ul class="remarks">{sentences}</ul>' if sentences else ""
    if problem:
        sign = f'<p class="problem" role="alert">{html.escape(problem)}</p>'
    elif len(boxes) > 1:
        who = f"{len(boxes)} people found. Person {chosen} from the left will be measured: press another to change."
        sign = f'<p class="found"><span class="sign" aria-hidden="true">✓</span> {who}</p>'
    else:
        sign = '<p class="found"><span class="sign" aria-hidden="true">✓</span> One whole person found.</p>'
    return picture + sign + remarks


def largest_of(photo: Photo) -> int:
    """The number of the person that was looked at closer, from the left; 0 where nobody was."""
    boxes, person = photo.landmarks.get("boxes") or [], photo.landmarks.get("person")
    return boxes.index(person["box"]) + 1 if person and person["box"] in boxes else 0


def people_html(photo: Photo, boxes: Sequence[Sequence[float]], chosen: int) -> str:
    """A frame to press for each of several people, at its place over the photo; "" where there is no choice."""
    if len(boxes) < 2:
        return ""
    return "".join(
        f'<button type="button" class="who" data-act="who" data-id="{number}" '
        f'aria-label="Person {number} from the left" aria-pressed="{str(number == chosen).lower()}" '
        f'style="left:{100 * x / photo.width:.2f}%;top:{100 * y / photo.height:.2f}%;'
        f'width:{100 * width / photo.width:.2f}%;height:{100 * height / photo.height:.2f}%">'
        f"<span>{number}</span></button>"
        for number, (x, y, width, height) in enumerate(boxes, 1)
    )
