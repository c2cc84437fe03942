"""The Storage page: what takes how much space, the trash, the last backup; opened from the foot of the window."""

from __future__ import annotations

import html

import gradio as gr

from pipelines.errors import PipelineError
from studio.personal_studio import PersonalStudio
from studio.studio import Studio
from studio.ui.handlers import QUIET, read_action, read_text, shows_errors
from studio.ui.model_words import write_size
from studio.ui.models import note_html
from studio.ui.shared import Shared, person_of
from studio.ui.tray import button
from studio.vocabulary.erasure import Erasure
from studio.vocabulary.storage import BackupState, Share, StorageReport

ACTS = ("empty", "backup", "erase")
LONGEST_FOLDER = 1000
PAGE = """
<section class="storage" aria-labelledby="storage-title">
  <div class="models-head"><h2 id="storage-title" tabindex="-1">Storage and backups</h2>
  <button type="button" class="button" data-storage-close>Back to the studio</button></div>
  <div data-list><p class="quiet">Looking at this machine.</p></div>
</section>
"""
JS = (
    "avatarStudio.storage(element, props, watch, () => trigger('look', { act: 'look' }));"
    "avatarStudio.actions(element, trigger, 'empty', 'backup', 'erase');"
    "avatarStudio.backupFolder(element, trigger, 'choose');"
)
WORDS = {
    "pictures": ("Pictures", "Made here, with their small copies"),
    "photos": ("Photos", "That you gave"),
    "meshes": ("Avatars", "Meshes and faces"),
    "trash": ("Trash", "Deleted; can be brought back for {days} days"),
    "models": ("Models", "Weights of image models; the Models page removes them"),
    "quarantine": ("Quarantine", "Damaged and unknown files, kept for 30 days"),
    "copies": ("Copies", "From before repairs and updates; yours to delete from the data folder"),
    "database": ("Database", ""),
    "logs": ("Logs", "Without words or pictures of yours"),
    "backups": ("Backups", "In the backup folder"),
}
ERASE_SURE = (
    "Erase everything of yours: photos, avatars, pictures, poses, projects and jobs, the trash too? "
    "There is no way back."
)


class StoragePage:
    """A page in place of the desk."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, shared: Shared) -> None:
        """Make the page, closed."""
        self.page = gr.HTML("", html_template=PAGE, js_on_load=JS, elem_id="storage", apply_default_css=False)

    def wire(self, shared: Shared) -> None:
        """Measure when the page opens; act on what is pressed."""
        self.page.look(self.look, outputs=[self.page], **QUIET)
        for name in ACTS:
            getattr(self.page, name)(self.act, outputs=[self.page], **QUIET)
        self.page.choose(self.choose, outputs=[self.page], **QUIET)

    @shows_errors
    def look(self, request: gr.Request) -> str:
        """The page as of now."""
        return self._report(self.studio.for_person(person_of(request)))

    @shows_errors
    def act(self, event: gr.EventData, request: gr.Request) -> str:
        """Do what was pressed; what cannot be done is said on the page."""
        action, _ = read_action(event)
        mine = self.studio.for_person(person_of(request))
        try:
            said, wrong = self._do(mine, action), False
        except PipelineError as error:
            said, wrong = error.message, True
        return self._report(mine, note_html(said, wrong) if said else "")

    @shows_errors
    def choose(self, event: gr.EventData, request: gr.Request) -> str:
        """Keep the folder for backups. A refusal stands at its field, and what was typed stays."""
        folder, problem = read_text(event, "folder", most=LONGEST_FOLDER), ""
        try:
            self.studio.for_person(person_of(request)).require("house")
            self.studio.backups.choose(folder)
        except PipelineError as error:
            problem = error.message
        return self._report(self.studio.for_person(person_of(request)), folder=folder, problem=problem)

    def _do(self, mine: PersonalStudio, action: str) -> str:
        if action == "empty":
            gone = mine.storage.empty_trash()
            return f"{_things(gone)} deleted for good."
        if action == "backup":
            mine.require("house")
            self.studio.backups.start()
            return "The backup is under way."
        if action == "erase":
            return say_erased(mine.erasing.erase_everything())
        return ""

    def _report(self, mine: PersonalStudio, note: str = "", *, folder: str = "", problem: str = "") -> str:
        report = mine.storage.look()
        typed = folder if problem else report.backup.next_folder or report.backup.folder
        field = folder_html(typed, problem)
        return storage_html(report, self.studio.settings.deleted_kept_days, note, field)


def say_erased(gone: Erasure) -> str:
    """What went, and what lies elsewhere."""
    went = (gone.generations, "order"), (gone.avatars, "avatar"), (gone.photos, "photo"), (gone.poses, "pose")
    words = ", ".join(f"{number:,} {noun}{'' if number == 1 else 's'}" for number, noun in went)
    return " ".join((f"Everything is erased: {words}.", *gone.left))


def folder_html(typed: str, problem: str = "") -> str:
    """The field for the folder of backups, and why what was typed is none."""
    refused = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
    return (
        '<form class="storage-folder" data-folder><label>Folder for backups, on another disk'
        f'<input name="folder" dir="ltr" maxlength="{LONGEST_FOLDER}" autocomplete="off" spellcheck="false" '
        f'placeholder="/the/whole/name" value="{html.escape(typed)}"></label>'
        f'<button class="button">Use this folder</button>{refused}</form>'
    )


def storage_html(report: StorageReport, kept_days: int, note: str = "", folder_field: str = "") -> str:
    """The shares, then the trash, then backups, then the way out."""
    largest = max((share.bytes for share in report.shares), default=0) or 1
    rows = "".join(_row(share, largest, kept_days) for share in report.shares if share.files)
    trash = next((share.bytes for share in report.shares if share.name == "trash"), 0)
    return (
        f'{note}<p class="models-intro">{write_size(report.free_bytes)} are free on this disk.</p>'
        f"{_unknown(report.unknown_files)}"
        f'<div class="storage-parts"><table class="shares"><thead class="sr-only"><tr><th>What</th><th>Size</th>'
        f"<th>Files</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<div class="storage-side">{_trash(report.in_trash, trash)}{_backup(report.backup, folder_field)}'
        f"{ERASE}</div></div>"
    )


ERASE = (
    '<section><h3>Erase everything</h3><p class="quiet">Photos, avatars, pictures, poses, projects and jobs, for good. '
    "Image models and the studio’s settings stay.</p><p><button type='button' class='button' data-act='erase' "
    f"data-id='' data-sure='{ERASE_SURE}' data-yes='Erase everything' data-no='Keep everything'>Erase everything"
    "</button></p></section>"
)


def _row(share: Share, largest: int, kept_days: int) -> str:
    name, words = WORDS[share.name]
    part = f"{100 * share.bytes / largest:.1f}"
    about = f'<span class="quiet">{words.format(days=kept_days)}</span>' if words else ""
    files = f"{share.files:,} file" + ("" if share.files == 1 else "s")
    return (
        f'<tr><th scope="row">{name}{about}<span class="share-bar" aria-hidden="true">'
        f'<i style="width: {part}%"></i></span></th><td>{write_size(share.bytes)}</td>'
        f'<td class="quiet">{files}</td></tr>'
    )


def _unknown(files: int) -> str:
    if not files:
        return ""
    words = (
        f"{files:,} files are unknown to the database: too many at once to be put aside, so they stay where they are. "
        "docs/data.md says what to do."
    )
    return (
        '<p class="model-says" data-state="missing"><span class="sign" aria-hidden="true">!</span>'
        f'<span role="status">{words}</span></p>'
    )


def _trash(things: int, size: int) -> str:
    if not things:
        return '<section><h3>Trash</h3><p class="quiet">The trash is empty.</p></section>'
    confirm = button("empty", "", "Delete for good", "Delete for good", "button button-primary")
    return (
        f"<section><h3>Trash</h3><p>{_things(things)}, {write_size(size)}. This works on a full disk, too.</p>"
        '<p><button type="button" class="button" data-ask aria-expanded="false">Empty the trash</button></p>'
        f'<div class="storage-ask" data-asked hidden><p role="status">Delete {_things(things)} for good? '
        f'That cannot be undone.</p><p class="model-actions">{confirm}'
        '<button type="button" class="button" data-keep>Keep</button></p></div></section>'
    )


def _backup(state: BackupState, folder_field: str) -> str:
    sign = "…" if state.is_running else "✓" if state.ok else "!"
    when = f"Last made {_write_time(state)}. " if state.at else ""
    words = html.escape(f"{when}{state.says}")
    now = (
        ""
        if state.is_running or not state.folder
        else button("backup", "", "Back up now", "Back up now", "button")
    )
    where = f'<p class="quiet">Into <bdi>{html.escape(state.folder)}</bdi></p>' if state.folder else ""
    if state.next_folder:
        then = html.escape(state.next_folder)
        where += f'<p class="quiet">From the next start on every night into <bdi>{then}</bdi></p>'
    running = " data-running" if state.is_running else ""
    how = "" if state.ok or state.is_running else ' data-state="missing"'
    return (
        f'<section{running}><h3>Backups</h3><p class="model-says"{how}>'
        f'<span class="sign" aria-hidden="true">{sign}</span>'
        f'<span role="status">{words}</span></p>{where}{folder_field}<p>{now}</p></section>'
    )


def _write_time(state: BackupState) -> str:
    at = state.at.astimezone() if state.at else None
    return f"{at.day} {at.strftime('%B, %H:%M')}" if at else ""


def _things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"
