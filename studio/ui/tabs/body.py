"""The Body tab: the mesh in a viewer, the measurements beside it, and the files to take along."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import asdict
from typing import Any

import gradio as gr

from pipelines.body.definitions import DEFINITIONS
from pipelines.body.export import MESH_MEDIA_TYPES
from pipelines.types import Measurement
from studio.studio import Studio
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.shared import Shared, person_of, persona_updates, read_persona
from studio.ui.tray import button
from studio.vocabulary.avatar import MeasuredBody
from studio.vocabulary.job import Job

NOTHING, YOUR_PERSONA = "", "persona"
CM, INCHES = "cm", "in"
CM_PER_INCH = 2.54
ANY_BYTES = "application/octet-stream"
OTHER_FILES = {  # what `bodies.file` writes, and what it is for
    "ply": "3D scan programs",
    "stl": "3D printing",
    "bvh": "skeleton for animation",
    "npz": "all numbers, for NumPy",
}
VIEWER = """
<div class="viewer" data-state="empty">
  <canvas class="viewer-canvas" tabindex="0" role="img"
    aria-label="The body in three dimensions. Arrow keys turn it."></canvas>
  <p class="viewer-notice quiet" role="status" hidden></p>
  <div class="viewer-bar" role="group" aria-label="Look at it from">
    <button type="button" class="chip" data-turn="0">Front</button>
    <button type="button" class="chip" data-turn="90">Side</button>
    <button type="button" class="chip" data-turn="180">Back</button>
    <button type="button" class="chip" data-wire aria-pressed="false">Wire</button>
  </div>
  <p class="viewer-said quiet" role="status"></p>
</div>
"""
VIEWER_JS = "avatarStudio.viewer(element, props, watch);"
PANEL_JS = "avatarStudio.actions(element, trigger, 'mesh', 'photo', 'mine', 'stand', 'forget', 'measure');"
TAPE_JS = "avatarStudio.tape(props, watch);"
COURIER_JS = "avatarStudio.courier(element, props, watch);"
NOTE = "± is what we expect to be wrong by; a tape is better. Press a measure to see where it is taken."
EXACT_NOTE = (
    "This body was drawn, not measured: its numbers are exact. Press a measure to see where it is taken."
)


class BodyTab:
    """One body at a time: a kept avatar's, or the one that the persona stands for."""

    label, id = "Body", "body"

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the choice of body, the viewer and the panel."""
        with gr.Row(elem_classes="tab-head", elem_id="body-head"):
            self.chosen = gr.Dropdown(
                [("Choose a body", NOTHING), ("Your persona", YOUR_PERSONA)],
                value=NOTHING,
                label="Body",
                elem_id="chosen-body",
                min_width=0,
            )
            self.unit = gr.Radio(
                [("cm", CM), ("in", INCHES)],
                value=CM,
                label="Unit",
                elem_id="body-unit",
                elem_classes="segments",
                min_width=0,
                scale=0,
            )
        with gr.Row(elem_classes="body"):
            self.viewer = gr.HTML(
                "", html_template=VIEWER, js_on_load=VIEWER_JS, elem_id="viewer", apply_default_css=False
            )
            self.panel = gr.HTML(EMPTY, js_on_load=PANEL_JS, elem_id="body-panel", apply_default_css=False)
        self.tape = gr.HTML(
            "", html_template="", js_on_load=TAPE_JS, elem_id="tape-line", apply_default_css=False
        )
        self.courier = gr.HTML(
            "", html_template="", js_on_load=COURIER_JS, elem_id="courier", apply_default_css=False
        )

    def wire(self, shared: Shared) -> None:
        """Show what is chosen; take over the body that was waited for."""
        body = {"chosen": self.chosen, "unit": self.unit, "awaited": shared.awaited}
        shows = {"inputs_kwargs": shared.persona | body, "outputs": [self.viewer, self.panel]} | QUIET
        gr.on([self.chosen.change, shared.awaited.change], self.show, trigger_mode="always_last", **shows)
        # A job that fails or is cancelled changes neither: what was waited for is looked at with every news of jobs.
        shared.revision.change(self.show_awaited, **shows)
        self.unit.change(self.show_again, **{**shows, "outputs": [self.panel]})
        gr.on(
            [shared.revision.change, shared.avatar.change, shared.fronts[self.id].select],
            self.arrive,
            [shared.awaited, self.chosen],
            [self.chosen, shared.awaited],
            **QUIET,
        )
        self.panel.photo(
            lambda: (gr.Tabs(selected="upload"), ""), outputs=[shared.tabs, shared.awaited], **QUIET
        )
        self.panel.mine(lambda: (YOUR_PERSONA, ""), outputs=[self.chosen, shared.awaited], **QUIET)
        self.panel.stand(
            self.put_on_stage,
            outputs=[*shared.persona.values(), shared.avatar, shared.tabs],
            **QUIET,
        )
        self.panel.forget(
            self.forget, [shared.avatar], [self.chosen, shared.avatar, shared.revision, shared.toast], **QUIET
        )
        one = {"inputs_kwargs": shared.persona | {"chosen": self.chosen}} | QUIET
        self.panel.mesh(self.carry_mesh, outputs=[self.courier], **one)
        self.panel.measure(self.lay_tape, outputs=[self.tape], **one)

    @shows_errors
    def arrive(self, awaited: str, chosen: str, request: gr.Request) -> tuple[Any, Any]:
        """The bodies to choose from; the one that was waited for is chosen when its job is done."""
        mine = self.studio.for_person(person_of(request))
        if awaited:
            job = mine.jobs.get(awaited)
            if job.state == "succeeded":
                awaited, chosen = "", str(job.result["avatar_id"])
        avatars = [avatar for avatar in mine.avatars.list_recent() if avatar.body is not None]
        known = {avatar.id for avatar in avatars}
        if chosen not in known and chosen != YOUR_PERSONA:
            chosen = avatars[0].id if avatars else NOTHING
        kept = [(avatar.name, avatar.id) for avatar in avatars]
        choices = [("Choose a body", NOTHING), ("Your persona", YOUR_PERSONA), *kept]
        return gr.Dropdown(choices=choices, value=chosen), awaited

    @shows_errors
    def show(
        self, request: gr.Request, *, chosen: str, unit: str, awaited: str, **persona: Any
    ) -> tuple[str, str]:
        """The mesh for the viewer and the panel beside it, of what is chosen or waited for."""
        mine = self.studio.for_person(person_of(request))
        if awaited:
            job = mine.jobs.get(awaited)
            if job.state != "succeeded":
                return json.dumps({"state": "waiting" if job.is_open else "empty"}), waiting_html(job)
        if chosen == NOTHING:
            return json.dumps({"state": "empty"}), EMPTY
        if chosen == YOUR_PERSONA:
            wanted = read_persona(persona)
            mesh = data_url(mine.bodies.mesh(None, wanted, "glb"), MESH_MEDIA_TYPES["glb"])
            panel = panel_html(wanted.name or "Your persona", self.studio.personas.measure(wanted), unit)
            return json.dumps({"state": "full", "mesh": mesh, "name": wanted.name}), panel
        avatar = mine.avatars.get(chosen)
        if avatar.body is None:
            return json.dumps({"state": "empty"}), EMPTY
        if avatar.body.glb_id:
            mesh = f"/api/v1/files/{avatar.body.glb_id}"
        else:  # kept by an earlier version, or its file was lost: the numbers make it anew
            mesh = data_url(
                mine.bodies.mesh(avatar.id, avatar.persona, "glb"),
                MESH_MEDIA_TYPES["glb"],
            )
        viewer = json.dumps({"state": "full", "mesh": mesh, "name": avatar.name})
        return viewer, panel_html(avatar.name, avatar.body, unit, avatar.id)

    @shows_errors
    def show_awaited(self, request: gr.Request, *, awaited: str, **_: Any) -> tuple[Any, Any]:
        """Why a measuring that was waited for came to nothing. `arrive` chooses one that succeeded."""
        if not awaited:
            return gr.skip(), gr.skip()
        job = self.studio.for_person(person_of(request)).jobs.get(awaited)
        if job.is_open or job.state == "succeeded":
            return gr.skip(), gr.skip()
        return json.dumps({"state": "empty"}), waiting_html(job)

    def show_again(self, request: gr.Request, **values: Any) -> str:
        """The panel alone, in the other unit: the mesh stays."""
        return self.show(request, **values)[1]

    @shows_errors
    def put_on_stage(self, event: gr.EventData, request: gr.Request) -> list[Any]:
        """The avatar's persona in the form, its body on the stage, the poses in front."""
        avatar = self.studio.for_person(person_of(request)).avatars.get(read_action(event)[1])
        return [*persona_updates(avatar.persona), avatar.id, gr.Tabs(selected="poses")]

    @shows_errors
    def forget(self, on_stage: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Delete an avatar for good; where it stood on the stage, its persona stays there without it."""
        mine, avatar_id = self.studio.for_person(person_of(request)), read_action(event)[1]
        name = mine.avatars.get(avatar_id).name
        mine.avatars.delete(avatar_id, purge=True)
        staying = "" if on_stage == avatar_id else on_stage
        return NOTHING, staying, f"without {avatar_id}", f"<p>Deleted: {html.escape(name)}.</p>"

    @shows_errors
    def carry_mesh(self, event: gr.EventData, request: gr.Request, *, chosen: str, **persona: Any) -> str:
        """A file of the body for the browser to save."""
        kind = read_action(event)[1]
        mine = self.studio.for_person(person_of(request))
        avatar_id = None if chosen in (NOTHING, YOUR_PERSONA) else chosen
        wanted = read_persona(persona)
        name = mine.avatars.get(avatar_id).name if avatar_id else wanted.name
        write = mine.bodies.mesh if kind in MESH_MEDIA_TYPES else mine.bodies.file
        url = data_url(write(avatar_id, wanted, kind), MESH_MEDIA_TYPES.get(kind, ANY_BYTES))
        return json.dumps({"name": f"{file_stem(name)}.{kind}", "url": url})

    @shows_errors
    def lay_tape(self, event: gr.EventData, request: gr.Request, *, chosen: str, **persona: Any) -> str:
        """Where the pressed measure is taken, for the viewer to draw, and how."""
        name = read_action(event)[1]
        avatar_id = None if chosen in (NOTHING, YOUR_PERSONA) else chosen
        line = self.studio.for_person(person_of(request)).bodies.tape_line(
            avatar_id, read_persona(persona), name
        )
        (row,) = (row for row in DEFINITIONS if row.name == name)
        return json.dumps({"name": name, "said": f"{row.title}: {row.method}", "line": line})


EMPTY = (
    '<div class="empty-state"><p>No body yet. Measure one from a photo, or look at your persona’s.</p>'
    '<button type="button" class="button button-primary" data-act="photo" data-id="">Measure from a photo</button> '
    '<button type="button" class="button" data-act="mine" data-id="">Your persona’s body</button></div>'
)


def waiting_html(job: Job) -> str:
    """The panel while a body is measured, or why it could not be."""
    if job.is_open:
        rows = '<div class="skeleton skeleton-row"></div>' * 8
        return (
            f'<div role="status"><h2>Measuring</h2><p class="quiet">It takes a few seconds.</p>{rows}</div>'
        )
    sentence = job.error or "The measuring was cancelled."
    return (
        f'<div class="empty-state"><p class="problem" role="alert"><span class="sign" aria-hidden="true">!</span> '
        f"{html.escape(sentence)}</p>"
        '<button type="button" class="button" data-act="photo" data-id="">Back to the photo</button></div>'
    )


def panel_html(name: str, body: MeasuredBody, unit: str, avatar_id: str = "") -> str:
    """Name, source, measurements with their ±, remarks, downloads; what can be done with a kept avatar."""
    rows = "".join(_row(measurement, unit) for measurement in body.measurements)
    remarks = "".join(f"<li>{html.escape(remark)}</li>" for remark in body.remarks)
    csv_url = data_url(measurements_csv(body.measurements).encode(), "text/csv")
    json_url = data_url(body_json(body).encode(), "application/json")
    stem = html.escape(file_stem(name))
    fit = f" · {body.confidence:.0%} of the silhouette agrees" if body.confidence is not None else ""
    note = NOTE if any(measurement.plus_minus_cm for measurement in body.measurements) else EXACT_NOTE
    return (
        f'<h2>{html.escape(name)}</h2><p class="quiet">{html.escape(body.source)}{fit}</p>'
        f'<table class="measures"><caption class="sr-only">Measurements of {html.escape(name)}</caption><thead><tr>'
        f'<th scope="col">Measure</th><th scope="col">{unit}</th><th scope="col">±</th></tr></thead>'
        f'<tbody>{rows}</tbody></table>{sizes_html(body, unit)}<p class="quiet">{note}</p>'
        f"{f'<ul class=remarks>{remarks}</ul>' if remarks else ''}"
        '<div class="downloads" role="group" aria-label="Downloads">'
        '<button type="button" class="button" data-act="mesh" data-id="glb">GLB</button>'
        '<button type="button" class="button" data-act="mesh" data-id="obj">OBJ</button>'
        f'<a class="button" download="{stem}.csv" href="{csv_url}">CSV</a>'
        f'<a class="button" download="{stem}.json" href="{json_url}">JSON</a></div>{MORE_FILES}'
        f"{_avatar_actions(name, avatar_id) if avatar_id else ''}"
    )


MORE_FILES = (
    '<details class="confirm"><summary class="link-button">More files</summary><ul class="more-files">'
    + "".join(
        f'<li><button type="button" class="link-button" data-act="mesh" data-id="{kind}">{kind.upper()}</button> '
        f'<span class="quiet">{purpose}</span></li>'
        for kind, purpose in OTHER_FILES.items()
    )
    + "</ul></details>"
)


def _avatar_actions(name: str, avatar_id: str) -> str:
    stand = button(
        "stand", avatar_id, "Put on the stage", f"Put {name} on the stage", "button button-primary"
    )
    forget = button("forget", avatar_id, "Delete for good", f"Delete {name} for good", "button")
    return (
        f'<div class="avatar-actions">{stand}<details class="confirm"><summary class="link-button">Delete this avatar'
        f'</summary><p class="quiet">Its pictures stay in History.</p>{forget}</details></div>'
    )


def _row(measurement: Measurement, unit: str) -> str:
    per = CM_PER_INCH if unit == INCHES else 1.0
    name = measurement.name.replace("_", " ").capitalize()
    error = f"{measurement.plus_minus_cm / per:.1f}" if measurement.plus_minus_cm else "–"
    told = (
        ""
        if measurement.told_cm is None
        else f' <span class="told">told {measurement.told_cm / per:.1f}</span>'
    )
    press = (
        f'<button type="button" class="measure-name" data-act="measure" data-id="{html.escape(measurement.name)}">'
        f"{html.escape(name)}</button>"
    )
    return (
        f'<tr title="{html.escape(measurement.method)}"><th scope="row">{press}{told}</th>'
        f"<td>{measurement.cm / per:.1f}</td><td>{error}</td></tr>"
    )


def sizes_html(body: MeasuredBody, unit: str) -> str:
    """What the size charts say; "" where none reaches so far."""
    per = CM_PER_INCH if unit == INCHES else 1.0
    said = []
    for size in body.sizes:
        whose = " for women" if size.gender == "female" else " for men" if size.gender == "male" else ""
        perhaps = f", perhaps {' or '.join(map(html.escape, size.perhaps))}" if size.perhaps else ""
        said.append(
            f"<b>{html.escape(size.size)}</b>{perhaps} <span class=quiet>{html.escape(size.chart)}{whose}, "
            f"{size.measure} {size.from_cm / per:.0f}–{size.to_cm / per:.0f} {unit}</span>"
        )
    return f'<p class="sizes">Size {"; ".join(said)}</p>' if said else ""


def measurements_csv(measurements: tuple[Measurement, ...]) -> str:
    """One line a measurement, centimetres."""
    lines = ["name,cm,plus_minus_cm,method"]
    lines += [f'{m.name},{m.cm:.1f},{m.plus_minus_cm:.1f},"{m.method}"' for m in measurements]
    return "\n".join(lines) + "\n"


def body_json(body: MeasuredBody) -> str:
    """The body's numbers: what rebuilds it, and what was measured."""
    kept = {
        "parameters": {"model": body.parameters.model, "shape": dict(body.parameters.shape)},
        "measurements": [asdict(measurement) for measurement in body.measurements],
        "remarks": list(body.remarks),
        "confidence": body.confidence,
        "source": body.source,
    }
    return json.dumps(kept, indent=2, ensure_ascii=False)


def data_url(data: bytes, media_type: str) -> str:
    """The bytes as an address of their own."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def file_stem(name: str) -> str:
    """A file name that every system takes."""
    words = "".join(letter if letter.isalnum() else "-" for letter in (name or "body").lower())
    return words.strip("-") or "body"
