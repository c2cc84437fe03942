"""The Body tab: the mesh in a viewer, the measurements beside it, and the files to take along."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from typing import Any

import gradio as gr

from pipelines.body.definitions import DEFINITIONS
from pipelines.body.export import MESH_MEDIA_TYPES
from pipelines.options import LONGEST_NAME
from studio.studio import Studio
from studio.ui.body_again import FIELDS, GENDERS, LONGEST_NUMBER, again_html
from studio.ui.body_compare import comparison_html, moment_key, nothing_html, read_moment
from studio.ui.body_panel import EMPTY, data_url, file_stem, panel_html, waiting_html
from studio.ui.body_tables import CM, INCHES
from studio.ui.body_viewer import (
    NOTHING,
    SEEN_TRIANGLES,
    VIEWER,
    VIEWER_JS,
    YOUR_PERSONA,
    DressedAvatar,
)
from studio.ui.handlers import EACH, LONGEST_ID, QUIET, read_action, read_data, read_text, shows_errors
from studio.ui.shared import Shared, person_of, persona_updates, read_persona
from studio.ui.tabs.upload import read_known
from studio.vocabulary.avatar import LONGEST_LICENCE, SHEET_TYPE
from studio.vocabulary.avatar_export import AvatarExportOrder
from studio.vocabulary.body_comparison import BodyMoment
from studio.vocabulary.codec import from_json

SHEET = "html"
ANY_BYTES = "application/octet-stream"
PANEL_JS = (
    "avatarStudio.actions(element, trigger, 'mesh', 'dressed', 'photo', 'mine', 'stand', 'forget', 'measure',"
    " 'compare', 'measures', 'remeasure', 'shown');"
)
TAPE_JS = "avatarStudio.tape(props, watch);"
DOWNLOAD_JS = "avatarStudio.downloader(element, props, watch);"


class BodyTab:
    """One body at a time: a kept avatar's, or the one that the persona stands for."""

    label, id = "Body", "body"
    tray_now: Any  # set by the shell

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.dressed = DressedAvatar(studio)

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
        self.dressed.build()
        self.downloader = gr.HTML(
            "", html_template="", js_on_load=DOWNLOAD_JS, elem_id="downloader", apply_default_css=False
        )

    @shows_errors
    def load_unit(self, request: gr.Request) -> str:
        """The unit of the person's profile."""
        mine = self.studio.for_person(person_of(request))
        return INCHES if mine.account.get().profile.units == "imperial" else CM

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
        files = {"inputs_kwargs": {**one["inputs_kwargs"], "unit": self.unit}} | QUIET
        self.panel.mesh(self.carry_mesh, outputs=[self.downloader], **files)
        told = {"inputs_kwargs": {**one["inputs_kwargs"], "put_away": shared.put_away}}
        self.panel.dressed(self.send_out, outputs=shared.tray, **{**EACH, **told})
        self.dressed.tray_now = self.tray_now
        self.dressed.wire(shared, self.viewer, self.chosen)
        self.panel.measure(self.lay_tape, outputs=[self.tape], **one)
        sides = {"chosen": self.chosen, "unit": self.unit}
        self.panel.compare(self.compare, inputs_kwargs=sides, outputs=[self.panel], **QUIET)
        waits = {"inputs_kwargs": {"put_away": shared.put_away}, "outputs": [*shared.tray, shared.awaited]}
        self.panel.remeasure(self.measure_again, **{**EACH, **waits})
        self.panel.shown(lambda: "", outputs=[shared.awaited], **QUIET)
        self.panel.measures(self.show_again, **{**shows, "outputs": [self.panel]})

    @shows_errors
    def arrive(self, awaited: str, chosen: str, request: gr.Request) -> tuple[Any, Any]:
        """The bodies to choose from; the one that was waited for is chosen when its job is done.

        What is chosen and stays so is not said again: by the time the answer is there, the person may have chosen
        something else.
        """
        mine, before = self.studio.for_person(person_of(request)), chosen
        if awaited:
            job = mine.jobs.get(awaited)
            if job.state == "succeeded":
                awaited, chosen = "", str(job.result["avatar_id"])
        avatars = [avatar for avatar in mine.avatars.list_usable() if avatar.body is not None]
        known = {avatar.id for avatar in avatars}
        if chosen not in known and chosen != YOUR_PERSONA:
            chosen = avatars[0].id if avatars else NOTHING
        kept = [(avatar.full_name, avatar.id) for avatar in avatars]
        choices = [("Choose a body", NOTHING), ("Your persona", YOUR_PERSONA), *kept]
        changed = {} if chosen == before else {"value": chosen}
        return gr.Dropdown(choices=choices, **changed), awaited

    @shows_errors
    def show(
        self, request: gr.Request, *, chosen: str, unit: str, awaited: str, **persona: Any
    ) -> tuple[str, str]:
        """The mesh for the viewer and the panel beside it, of what is chosen or waited for."""
        mine = self.studio.for_person(person_of(request))
        if awaited:
            job = mine.jobs.get(awaited)
            if job.state != "succeeded":
                return json.dumps({"state": "waiting" if job.is_open else "empty"}), waiting_html(job, chosen)
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
            mesh = f"api/v1/files/{avatar.body.glb_id}"
        else:  # kept by an earlier version, or its file was lost: the numbers make it anew
            mesh = data_url(
                mine.bodies.mesh(avatar.id, avatar.persona, "glb"),
                MESH_MEDIA_TYPES["glb"],
            )
        viewer = json.dumps({"state": "full", "mesh": mesh, "name": avatar.name})
        return viewer, panel_html(avatar.name, avatar.body, unit, avatar.id, again_html(avatar, unit))

    @shows_errors
    def show_awaited(
        self, request: gr.Request, *, awaited: str, chosen: str = NOTHING, **_: Any
    ) -> tuple[Any, Any]:
        """Why a measuring that was waited for came to nothing. `arrive` chooses one that succeeded."""
        if not awaited:
            return gr.skip(), gr.skip()
        job = self.studio.for_person(person_of(request)).jobs.get(awaited)
        if job.is_open or job.state == "succeeded":
            return gr.skip(), gr.skip()
        return json.dumps({"state": "empty"}), waiting_html(job, chosen)

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
    def carry_mesh(
        self, event: gr.EventData, request: gr.Request, *, chosen: str, unit: str = CM, **persona: Any
    ) -> str:
        """A file of the body for the browser to save."""
        kind = read_action(event)[1]
        mine = self.studio.for_person(person_of(request))
        avatar_id = None if chosen in (NOTHING, YOUR_PERSONA) else chosen
        wanted = read_persona(persona)
        name = mine.avatars.get(avatar_id).name if avatar_id else wanted.name
        if kind == SHEET:
            page = mine.bodies.sheet(avatar_id, wanted, INCHES if unit == INCHES else CM)
            url = data_url(page.encode(), SHEET_TYPE)
        else:
            write = mine.bodies.mesh if kind in MESH_MEDIA_TYPES else mine.bodies.file
            url = data_url(write(avatar_id, wanted, kind), MESH_MEDIA_TYPES.get(kind, ANY_BYTES))
        return json.dumps({"name": f"{file_stem(name)}.{kind}", "url": url})

    @shows_errors
    def send_out(
        self, event: gr.EventData, request: gr.Request, *, chosen: str, put_away: Any, **persona: Any
    ) -> tuple[Any, ...]:
        """Have the person made into a file for other programs, or into a clip; the tray says when it is there."""
        said = read_data(event)
        mine = self.studio.for_person(person_of(request))
        kept = None if chosen in (NOTHING, YOUR_PERSONA) else chosen
        asked = {
            "format": read_action(event)[1],
            "clip": read_text(event, "clip", most=LONGEST_ID) or None,
            "author": read_text(event, "author", most=LONGEST_NAME),
            "licence": read_text(event, "licence", most=LONGEST_LICENCE),
        }
        order = from_json(AvatarExportOrder, asked | {"suit": said.get("suit") is True})
        mine.avatar_exports.start(
            replace(
                order,
                avatar_id=kept,
                persona=None if kept else read_persona(persona),
                triangles=SEEN_TRIANGLES if said.get("light") is True else None,
            )
        )
        return (*self.tray_now(mine, put_away),)

    @shows_errors
    def compare(self, event: gr.EventData, request: gr.Request, *, chosen: str, unit: str) -> str:
        """The panel with what differs between the chosen avatar's body and another one; first its own earlier one, or
        the latest that was measured."""
        mine, before = self.studio.for_person(person_of(request)), read_text(event, "before", most=LONGEST_ID)
        others = mine.bodies.moments(chosen)
        if not (before or others):
            return nothing_html(mine.avatars.get(chosen).full_name)
        found = mine.bodies.compare(
            BodyMoment(avatar_id=chosen), read_moment(before or moment_key(others[0]))
        )
        return comparison_html(found, others, unit)

    @shows_errors
    def measure_again(self, event: gr.EventData, request: gr.Request, *, put_away: Any) -> tuple[Any, ...]:
        """Order the body once more, with what the form says now; the tab waits for it."""
        mine = self.studio.for_person(person_of(request))
        form = {name: read_text(event, name, most=LONGEST_NUMBER) for name in FIELDS}
        form["gender"] = form["gender"] if form["gender"] in GENDERS else ""
        job = mine.bodies.measure_again(read_action(event)[1], read_known(form))
        return *self.tray_now(mine, put_away), job

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
