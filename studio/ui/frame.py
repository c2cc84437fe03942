"""The window's frame: header, foot and the list of keys, as HTML."""

from __future__ import annotations

from studio.settings import Settings

FIGURE = '<circle cx="12" cy="7" r="4"/><path d="M4 22c0-5.5 3.4-9 8-9s8 3.5 8 9z"/></svg>'
MARK = f'<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">{FIGURE}'
MOON = (
    '<svg class="moon" viewBox="0 0 24 24" aria-hidden="true"><path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 '
    '10.5 10.5z"/></svg>'
)
DOWN = '<svg viewBox="0 0 10 6" aria-hidden="true"><path d="m1 1 4 4 4-4"/></svg>'
HEADER = (
    f'<header class="header"><a class="brand" href="#tabs">{MARK}<h1>Avatar Studio</h1></a>'
    '<span class="header-space"></span>'
    '<button type="button" class="engine" data-models aria-expanded="false" title="What draws the pictures: models">'
    f"<span data-engine>Draft on this CPU</span>{DOWN}</button>"
    '<span class="jobs" data-jobs role="status" hidden></span>'
    f'<button type="button" class="icon-button" data-theme-toggle aria-label="Dark or light">{MOON}</button>'
    '<button type="button" class="icon-button" data-keys aria-label="List of keys">?</button></header>'
)
ACCOUNT = (
    '<a class="icon-button account" href="account" aria-label="Your account" title="Your account">'
    f'<svg viewBox="0 0 24 24" aria-hidden="true">{FIGURE}</a>'
)
# Of a Space: what becomes of what is made, and the way to end it now.
DEMO = (
    '<div class="demo" role="note"><span>A demo: nobody else sees what you make here, and it is erased within '
    '{kept}.</span><form method="post" action="sign-out">'
    '<button class="link-button">Erase it now</button></form></div>'
)
SHARED_HEADER = HEADER.replace("</header>", f"{ACCOUNT}</header>")
LIBRARY = '<button type="button" class="link-button" data-collection="avatars">Library</button>'
FOOT = (
    '<div class="foot-row"><footer class="foot">Everything stays on this computer.</footer>'
    f'<span class="foot-ways">{LIBRARY}<button type="button" class="link-button" data-storage aria-expanded="false">'
    "Storage and backups</button></span></div>"
)
SPACE_FOOT = (
    '<div class="foot-row"><footer class="foot">A demo of Avatar Studio. Nothing is kept.</footer>'
    f"{LIBRARY}</div>"
)
KEY_ROWS = (
    ("← ↑ → ↓", "Move in a gallery"),
    ("Enter", "Put on the stage, or open"),
    ("G", "Generate"),
    ("/", "Search"),
    ("X", "History: choose one; Shift and a press choose all between"),
    ("F", "Favourite: the order in History, or the pose"),
    ("C", "History: compare what is chosen"),
    ("Del", "History: delete, with undo"),
    ("← →", "Details: the one before and after"),
    ("Z", "Details: at its own size, and back"),
    ("Esc", "Close, choose none"),
    ("?", "This list"),
)


def header_of(settings: Settings) -> str:
    """The header of a studio of one creator, of people with accounts, of visitors."""
    if settings.mode == "space":
        minutes = -(-settings.visitor_kept_seconds // 60)
        kept = {1: "a minute", 60: "an hour"}.get(minutes, f"{minutes} minutes")
        return HEADER + DEMO.format(kept=kept)
    return HEADER if settings.mode == "single" else SHARED_HEADER


def foot_of(settings: Settings) -> str:
    """The foot: of visitors without the house's storage."""
    return SPACE_FOOT if settings.mode == "space" else FOOT


KEYS = (
    '<dialog class="keys" aria-labelledby="keys-title"><h2 id="keys-title">Keys</h2><dl>'
    + "".join(f"<div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>" for key, does in KEY_ROWS)
    + '</dl><fieldset class="news"><legend>When a job ends while you are elsewhere</legend>'
    '<label><input type="checkbox" data-news="sound"> A short sound</label>'
    '<label><input type="checkbox" data-news="message"> A message of the browser</label></fieldset>'
    '<form method="dialog"><button class="button">Close</button></form></dialog>'
)
