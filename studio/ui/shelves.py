"""The dialog of projects: begin one, rename it, put it out of the way and back."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import gradio as gr

from pipelines.errors import PipelineError
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.handlers import EACH, read_action, read_text, shows_errors
from studio.ui.shared import person_of
from studio.ui.together import Together, count_html, share_html, theirs_html
from studio.ui.tray import button
from studio.vocabulary.avatar import Avatar
from studio.vocabulary.project import LONGEST_PROJECT_NAME, Access, Project

NO_PROJECT = ""  # the choice that stands for an avatar that is in none
ACTS = ("look", "begin", "rename", "archive", "unarchive", "discard", "restore", "share_with", "unshare")
DIALOG = f"""
<dialog class="shelves" aria-labelledby="shelves-title"><h2 id="shelves-title">Projects</h2>
  <p class="quiet">A project keeps avatars and pictures together. What is in none is under Everything.</p>
  <form data-add><label>New project<input name="name" dir="auto" maxlength="{LONGEST_PROJECT_NAME}"
    autocomplete="off" aria-describedby="shelves-problem"></label>
    <button class="button button-primary">Create</button></form>
  <p class="problem" id="shelves-problem" role="alert" data-refusal hidden></p>
  <div data-list></div>
  <form method="dialog"><button class="button">Close</button></form></dialog>
"""
JS = (
    "avatarStudio.shelves(element, props, watch, trigger, 'look', 'begin', 'rename', 'share_with', 'unshare');"
    "avatarStudio.actions(element, trigger, 'archive', 'unarchive', 'discard', 'restore');"
)


class Shelves:
    """The dialog, over whichever tab is in front."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """Make the dialog, closed."""
        self.dialog = gr.HTML(
            "", html_template=DIALOG, elem_id="shelves", js_on_load=JS, apply_default_css=False
        )

    def wire(self) -> None:
        """Act on what is pressed; the list as it is then."""
        for name in ACTS:
            getattr(self.dialog, name)(self.act, outputs=[self.dialog], **EACH)

    @shows_errors
    def act(self, event: gr.EventData, request: gr.Request) -> str:
        """Do what was pressed. What cannot be done is said at the field, and what was typed stays."""
        action, project_id = read_action(event)
        mine = self.studio.for_person(person_of(request))
        name, problem, made = read_text(event, "name", most=4 * LONGEST_PROJECT_NAME).strip(), "", ""
        access = read_text(event, "access", most=20)
        try:
            made = _do(mine, action, project_id, name, access)
        except PipelineError as error:
            problem = error.message
        projects = mine.projects.list_recent()
        is_shown = action in ("share_with", "unshare") and project_id in {one.id for one in projects}
        together = self._list_together(mine, projects)
        if is_shown and together.can_share:  # said where the names are
            together = replace(together, opened=project_id, problem=problem, typed=name if problem else "")
            problem = ""
        shown = _say_gone(project_id) if action == "discard" and not problem else ""
        shown += list_html(projects, together)
        return json.dumps({"html": shown, "problem": problem, "made": made, "id": project_id})

    def _list_together(self, mine: PersonalStudio, projects: Sequence[Project]) -> Together:
        """What the list says of sharing: nothing where nobody else is, or for whom it is not theirs to do."""
        if self.studio.settings.mode != "shared":
            return Together()
        can_share = mine.person.may("send")
        shared = [one.id for one in projects if one.is_shared] if can_share else []
        members = {one: mine.project_people.list_all(one) for one in shared}
        return Together(can_share=can_share, name=mine.person.name, members=members)


def _do(mine: PersonalStudio, action: str, project_id: str, name: str, access: str) -> str:
    """Do it; the id of a project that was begun."""
    projects = mine.projects
    if action == "begin":
        return projects.add(name).id
    acts: dict[str, Callable[[], object]] = {
        "rename": lambda: projects.update(project_id, name=name),
        "archive": lambda: projects.update(project_id, archived=True),
        "discard": lambda: projects.delete(project_id),
        "restore": lambda: projects.restore(project_id),
        "unarchive": lambda: projects.update(project_id, archived=False),
        "share_with": lambda: mine.project_people.share(project_id, name, cast(Access, access)),
        "unshare": lambda: mine.project_people.unshare(project_id, name),
    }
    acts.get(action, lambda: None)()
    return ""


def _say_gone(project_id: str) -> str:
    """That it went, with what is in it, and the way back."""
    back = button("restore", project_id, "Undo", "Undo the delete of the project", "link-button")
    return f'<p role="status">It is in the trash, with what is in it. {back}</p>'


def project_chooser(mine: PersonalStudio, avatar: Avatar | None) -> Any:
    """The projects that a person's own avatar may be in, and the one that it is in; hidden where none can be chosen."""
    if avatar is None or avatar.owner:
        return gr.Dropdown(visible=False)
    choices = [
        (one.name, one.id)
        for one in mine.projects.list_recent()
        if not one.owner and (not one.is_archived or one.id == avatar.project_id)
    ]
    value = avatar.project_id if avatar.project_id in {key for _, key in choices} else NO_PROJECT
    return gr.Dropdown(choices=[("No project", NO_PROJECT), *choices], value=value, visible=bool(choices))


def list_html(projects: Sequence[Project], together: Together) -> str:
    """The projects in use, those that others share, then those out of the way."""
    if not projects:
        return '<p class="quiet">There is no project yet.</p>'
    used = [one for one in projects if not one.is_archived and not one.owner]
    away = [one for one in projects if one.is_archived]
    theirs = [one for one in projects if one.owner]
    shown = _list(used, together)
    if theirs:
        shown += '<h3 class="quiet">Shared with you</h3>' + _list(theirs, together)
    if away:
        shown += '<h3 class="quiet">Archived</h3>' + _list(away, together)
    return shown


def _list(projects: Sequence[Project], together: Together) -> str:
    rows = "".join(theirs_html(one, together) if one.owner else _row(one, together) for one in projects)
    return f'<ul class="shelf-list">{rows}</ul>' if rows else ""


def _row(project: Project, together: Together) -> str:
    name, count = html.escape(project.name), count_html(project)
    put = (
        button("unarchive", project.id, "Bring back", f"Bring back: {project.name}", "link-button")
        if project.is_archived
        else button("archive", project.id, "Archive", f"Archive: {project.name}", "link-button")
    )
    return (
        f'<li><input data-rename="{html.escape(project.id)}" dir="auto" maxlength="{LONGEST_PROJECT_NAME}" '
        f'autocomplete="off" aria-label="Name of the project {name}" value="{name}">'
        f'<span class="quiet tabular">{count}</span>{put}'
        f'<button type="button" class="link-button" data-act="discard" data-id="{html.escape(project.id)}" '
        f'aria-label="Delete: {name}" data-sure="Delete “{name}” and what is in it ({count})? It stays in the trash '
        f'for a while." data-yes="Delete" data-no="Keep it">Delete</button>{share_html(project, together)}</li>'
    )
