"""The Storage page: what takes how much space, the trash, the last backup; opened from the foot of the window."""

from __future__ import annotations

import html

import gradio as gr

from pipelines.errors import PipelineError
from studio.studio import PersonalStudio, Studio
from studio.ui.handlers import QUIET, read_action, shows_errors
from studio.ui.model_words import write_size
from studio.ui.models import note_html
from studio.ui.shared import Shared, person_of
from studio.ui.tray import button
from studio.vocabulary.storage import BackupState, Share, StorageReport

ACTS = ("empty", "backup")
PAGE = """
<section class="storage" aria-labelledby="storage-title">
  <div class="models-head"><h2 id="storage-title" tabindex="-1">Storage and backups</h2>
  <button type="button" class="button" data-storage-close>Back to the studio</button></div>
  <div data-list><p class="quiet">Looking at this machine.</p></div>
</section>
"""
JS = (
    "avatarStudio.storage(element, props, watch, () => trigger('look', { act: 'look' }));"
    "avatarStudio.actions(element, trigger, 'empty', 'backup');"
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
HOW_TO_CHOOSE = (
    '<p class="quiet">To have one made every night, make a folder on another disk and write its name into '
    '<code>settings.toml</code> in the data folder: <code>backup_folder = "/that/folder"</code>. '
    "Then start again.</p>"
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

    def _do(self, mine: PersonalStudio, action: str) -> str:
        if action == "empty":
            gone = mine.storage.empty_trash()
            return f"{_things(gone)} deleted for good."
        if action == "backup":
            self.studio.backups.start()
            return "The backup is under way."
        return ""

    def _report(self, mine: PersonalStudio, note: str = "") -> str:
        return storage_html(mine.storage.look(), self.studio.settings.deleted_kept_days, note)


def storage_html(report: StorageReport, kept_days: int, note: str = "") -> str:
    """The shares, then the trash, then backups."""
    largest = max((share.bytes for share in report.shares), default=0) or 1
    rows = "".join(_row(share, largest, kept_days) for share in report.shares if share.files)
    trash = next((share.bytes for share in report.shares if share.name == "trash"), 0)
    return (
        f'{note}<p class="models-intro">{write_size(report.free_bytes)} are free on this disk.</p>'
        f'<div class="storage-parts"><table class="shares"><thead class="sr-only"><tr><th>What</th><th>Size</th>'
        f"<th>Files</th></tr></thead><tbody>{rows}</tbody></table>"
        f'<div class="storage-side">{_trash(report.in_trash, trash)}{_backup(report.backup)}</div></div>'
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


def _backup(state: BackupState) -> str:
    sign = "…" if state.is_running else "✓" if state.ok else "!"
    when = f"Last made {_write_time(state)}. " if state.at else ""
    words = html.escape(f"{when}{state.says}")
    now = (
        ""
        if state.is_running or not state.folder
        else button("backup", "", "Back up now", "Back up now", "button")
    )
    where = f'<p class="quiet">Into {html.escape(state.folder)}</p>' if state.folder else HOW_TO_CHOOSE
    running = " data-running" if state.is_running else ""
    how = "" if state.ok or state.is_running else ' data-state="missing"'
    return (
        f'<section{running}><h3>Backups</h3><p class="model-says"{how}>'
        f'<span class="sign" aria-hidden="true">{sign}</span>'
        f'<span role="status">{words}</span></p>{where}<p>{now}</p></section>'
    )


def _write_time(state: BackupState) -> str:
    at = state.at.astimezone() if state.at else None
    return f"{at.day} {at.strftime('%B, %H:%M')}" if at else ""


def _things(count: int) -> str:
    return "1 thing" if count == 1 else f"{count} things"
