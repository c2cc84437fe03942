"""The window as a whole: header, five tabs, stage, tray, foot. `build_window` makes it, `mount_window` serves it."""

from __future__ import annotations

import os
from typing import Any

import gradio as gr

from pipelines.appearance import BACKDROPS, LIGHTS
from pipelines.errors import PipelineError, RequestRefused
from pipelines.prompt.persona import EXAMPLE_PERSONA, persona_from_json, read_expression
from pipelines.types import FRAMINGS, VIEWS
from studio.errors import NotFound
from studio.services.credits import prices_of
from studio.studio import Studio
from studio.ui.collection.page import CollectionPage
from studio.ui.desk import Desk
from studio.ui.frame import KEYS, foot_of, header_of
from studio.ui.handlers import DIRECT, EACH, QUIET, read_action, shows_errors
from studio.ui.lean_gradio import skip_unserved_apps
from studio.ui.models import ModelsPage
from studio.ui.pose_editor import give_edited
from studio.ui.restore import Restorer
from studio.ui.shared import FIRST_POSE, Shared, person_of, persona_updates
from studio.ui.sheet import STYLE_NAMES
from studio.ui.stage import StagePanel
from studio.ui.stage_fields import AS_THE_POSE, FIRST_LIGHT, FIRST_SET, FIRST_STYLE, put_face
from studio.ui.storage import StoragePage
from studio.ui.tabs.body import BodyTab
from studio.ui.tabs.history import HistoryTab
from studio.ui.tabs.persona import PersonaTab
from studio.ui.tabs.poses import PosesTab
from studio.ui.tabs.upload import UploadTab
from studio.ui.theme import mount_options
from studio.ui.tray import Tray

TITLE = "Avatar Studio"
FIRST_TAB = PosesTab.id
NO_STATISTICS = (
    10**9
)  # events between two of the tables that Gradio makes of its own events: none, they cost time
CACHE_LOOK_SECONDS, CACHE_KEPT_SECONDS = 3600, 86400  # Gradio's own temporary files
TOAST_JS = "avatarStudio.toast(element, watch); avatarStudio.actions(element, trigger, 'undo', 'purge');"
HEADER_JS = "avatarStudio.header(element); avatarStudio.startAddresses();"
READ_PRESSED = "(_, ...scene) => [avatarStudio.pressed('put'), ...scene]"
READ_CHOSEN = "(_, ...order) => [avatarStudio.orderedPoses(), ...order]"
READ_EDITED = "(_, ...scene) => [avatarStudio.edited(), ...scene]"


class Window:
    """The parts of one window and what happens between them."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.stage, self.tray = StagePanel(studio), Tray(studio)
        self.upload, self.poses, self.persona = UploadTab(studio), PosesTab(studio), PersonaTab(studio)
        self.history, self.body = HistoryTab(studio), BodyTab(studio)
        self.models, self.desk = ModelsPage(studio), Desk()
        self.storage, self.collection = StoragePage(studio), CollectionPage(studio)
        self.history.restorer = self.collection.restorer = Restorer(studio, self.stage.choices)
        self.stage.tray_now = self.tray.now
        self.collection.stage = self.stage
        self.models.tray_now = self.tray.now
        self.upload.tray_now = self.tray.now
        self.history.tray_now = self.tray.now
        self.history.follow_ups.tray_now = self.tray.now
        self.body.tray_now = self.tray.now

    def build(self) -> gr.Blocks:
        """Make every part, then bind the events of every part."""
        blocks = gr.Blocks(
            title=TITLE,
            analytics_enabled=False,
            fill_width=True,
            delete_cache=(CACHE_LOOK_SECONDS, CACHE_KEPT_SECONDS),
        )
        parts = (self.upload, self.poses, self.persona, self.history, self.body)
        with blocks:
            gr.HTML(
                header_of(self.studio.settings),
                elem_id="header",
                js_on_load=HEADER_JS,
                apply_default_css=False,
            )
            shared = Shared(
                tabs=gr.Tabs(selected=FIRST_TAB, elem_id="tabs", render=False),
                pose=gr.State(FIRST_POSE),
                given=gr.State(""),
                avatar=gr.State(""),
                photo=gr.State(""),
                awaited=gr.State(""),
                revision=gr.State(""),
                remembered=gr.BrowserState({}, storage_key="avatar-studio-desk", secret="not-a-secret"),
                put_away=gr.BrowserState([], storage_key="avatar-studio-put-away", secret="not-a-secret"),
                toast=gr.HTML(
                    "", elem_id="toast", js_on_load=TOAST_JS, apply_default_css=False, render=False
                ),
            )
            self.desk.build()
            with gr.Row(elem_id="desk"):
                with gr.Column(elem_id="work", min_width=0):
                    shared.tabs.render()
                    with shared.tabs:
                        for tab in parts:
                            with gr.Tab(tab.label, id=tab.id, elem_id=f"tab-{tab.id}") as shared.fronts[
                                tab.id
                            ]:
                                tab.build(shared)
                with gr.Column(elem_id="stage", min_width=0):
                    self.stage.build(shared)
            self.models.build(shared)
            self.storage.build(shared)
            self.collection.build(shared)
            gr.HTML(foot_of(self.studio.settings), elem_id="foot", apply_default_css=False)
            self.tray.build(shared)
            shared.toast.render()
            self.history.build_detail()
            gr.HTML(KEYS, elem_id="keys", apply_default_css=False)
            for part in (*parts, self.stage, self.tray, self.models, self.storage, self.collection):
                part.wire(shared)
            self.wire(blocks, shared)
        return blocks

    def wire(self, blocks: gr.Blocks, shared: Shared) -> None:
        """What a load brings back, a pose for the stage, Show in the tray."""
        scene = self.stage.scene_inputs(shared)
        form = self.upload.form
        restored = blocks.load(
            self.restore,
            [shared.remembered, self.desk.kept],
            [*scene.values(), *self.desk.outputs(shared, form)],
            **QUIET,
        )
        self.desk.wire(shared, form)
        shown = restored.then(
            self.stage.show, inputs_kwargs=scene, outputs=self.stage.outputs(shared), **QUIET
        )
        # The first look at the machine takes a moment: the draft does not wait for it.
        choices = self.stage.choices
        chosen = shown.then(choices.load, [choices.kept], [shared.model["preset"]], **QUIET)
        # What hangs on who asks cannot be in the page: what it costs, and in which unit they read.
        if prices_of(self.studio.settings) is not None:
            priced = chosen.then(self.stage.tell, **self.stage.cost_event(shared), **QUIET)
            priced.then(self.body.load_unit, outputs=[self.body.unit], **QUIET)
        self.poses.gallery.put(
            self.put_pose,
            inputs_kwargs={"pressed": self.poses.gallery, "given": shared.given} | scene,
            js=READ_PRESSED,
            outputs=[shared.pose, *self.stage.outputs(shared)],
            trigger_mode="always_last",  # of several quick clicks the last counts, however slow the answer
            **DIRECT,
        )
        self.poses.gallery.order(
            self.stage.order,
            inputs_kwargs={"chosen": self.poses.gallery} | self.stage.order_inputs(shared),
            js=READ_CHOSEN,
            outputs=[*shared.tray, self.stage.refusal],
            **EACH,
        )
        self.poses.editor.use(
            self.use_pose,
            inputs_kwargs={"edited": self.poses.editor} | scene,
            js=READ_EDITED,
            outputs=[shared.given, shared.pose, *self.stage.outputs(shared)],
            trigger_mode="always_last",
            **DIRECT,
        )
        self.tray.strip.show(self.show, outputs=[shared.tabs, self.history.detail, self.body.chosen], **QUIET)

    @shows_errors
    def restore(self, remembered: Any, typed: Any, request: gr.Request) -> list[Any]:
        """What was on the stage when the page was left: persona, view or all four, look, framing, pose, avatar, photo;
        and what was typed. In one answer: a prompt of the person's own has to be there before another is written.

        What the browser kept is not trusted: anything that does not read as a scene gives the example persona.
        """
        kept = remembered if isinstance(remembered, dict) else {}
        try:
            persona = (
                persona_from_json(kept["persona"])
                if isinstance(kept.get("persona"), dict)
                else EXAMPLE_PERSONA
            )
        except (PipelineError, TypeError):
            persona = EXAMPLE_PERSONA
        try:
            face = read_expression(kept.get("expression"))
        except RequestRefused:
            face = None
        mine = self.studio.for_person(person_of(request))
        view, look, framing = kept.get("view"), kept.get("look"), kept.get("framing")
        style, light, behind = (kept.get(name) for name in ("picture_style", "light", "set"))
        return [
            *persona_updates(persona),
            view if view in (*VIEWS, "designed") else VIEWS[0],
            look if look in ("clay", "coloured") else "coloured",
            framing if framing in FRAMINGS else AS_THE_POSE,
            put_face(face),
            style if style in STYLE_NAMES else FIRST_STYLE,
            light if light in LIGHTS else FIRST_LIGHT,
            behind if behind in BACKDROPS else FIRST_SET,
            kept.get("pose") if self.poses.is_there(kept.get("pose"), mine.person) else FIRST_POSE,
            self._present(mine.avatars.get, kept.get("avatar_id")),
            self._present(mine.photos.get, kept.get("photo_id")),
            kept.get("all_views") is True,
            *self.desk.restore(typed),
        ]

    @staticmethod
    def _present(get: Any, key: Any) -> str:
        try:
            return get(key).id if isinstance(key, str) and key else ""
        except NotFound:
            return ""

    @shows_errors
    def put_pose(self, request: gr.Request, *, pressed: Any, pose: str, **scene: Any) -> tuple[Any, ...]:
        """The pressed pose, or the one before where there is none of that name, and the scene with it: one round trip
        instead of two."""
        wanted = pressed if self.poses.is_there(pressed, person_of(request)) else pose
        return wanted, *self.stage.show(pose=wanted, **scene)

    @shows_errors
    def use_pose(self, *, edited: str, pose: str, **scene: Any) -> tuple[Any, ...]:
        """A pose as the editor has it, on the stage without being kept. Raises RequestRefused."""
        slug, given = give_edited(edited)
        return given, slug, *self.stage.show(pose=slug, given=given, **scene)

    @shows_errors
    def show(self, event: gr.EventData, request: gr.Request) -> tuple[Any, Any, Any]:
        """Open what a finished job made: its pictures in History, or its body in the Body tab. Raises NotFound."""
        _, job_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        job = mine.jobs.get(job_id)
        if job.kind == "body":
            avatar = mine.avatars.get(str(job.result["avatar_id"]))
            return gr.Tabs(selected=BodyTab.id), gr.skip(), avatar.id
        detail = self.history.detail_of(mine, str(job.result["generation_id"]))
        return gr.Tabs(selected=HistoryTab.id), detail, gr.skip()


def build_window(studio: Studio) -> gr.Blocks:
    """The whole window over these use cases. Nothing is served yet."""
    with skip_unserved_apps():
        return Window(studio).build()


def mount_window(app: Any, studio: Studio) -> Any:
    """Serve the window at "/" of a FastAPI application that has its other routes already; the application."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(NO_STATISTICS)
    blocks = build_window(studio)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        root_path=studio.settings.root_path or None,
        max_file_size=f"{studio.settings.max_upload_mb}mb",
        **mount_options(),
    )
    blocks.app = next(
        route.app for route in app.routes if isinstance(getattr(route, "app", None), gr.routes.App)
    )
    return app
