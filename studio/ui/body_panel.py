"""The Body tab's panel: measures with their ±, sizes, remarks, downloads, and what can be done with a kept avatar."""

from __future__ import annotations

import base64
import html
import json

from pipelines.figure.export.choices import FORMATS, AvatarFormat, ClipName
from pipelines.options import LONGEST_NAME
from studio.services.body_words import describe_body, measurements_csv
from studio.ui.body_tables import sizes_html, tables_html
from studio.ui.tray import button
from studio.vocabulary.avatar import LONGEST_LICENCE, MeasuredBody
from studio.vocabulary.job import Job

OTHER_FILES = {  # what `bodies.file` writes, and what it is for
    "ply": "3D scan programs",
    "stl": "3D printing",
    "bvh": "skeleton for animation",
    "npz": "all numbers, for NumPy",
}
NOTE = "± is what we expect to be wrong by; a tape is better. Press a measure to see where it is taken."
EXACT_NOTE = (
    "This body was drawn, not measured: its numbers are exact. Press a measure to see where it is taken."
)

EMPTY = (
    '<div class="empty-state"><p>No body yet. Measure one from a photo, or look at your persona’s.</p>'
    '<button type="button" class="button button-primary" data-act="photo" data-id="">Measure from a photo</button> '
    '<button type="button" class="button" data-act="mine" data-id="">Your persona’s body</button></div>'
)


BACK_TO_THE_BODY = (
    ' <button type="button" class="button" data-act="shown" data-id="">Back to the body</button>'
)


def waiting_html(job: Job, chosen: str = "") -> str:
    """The panel while a body is measured, or why it could not be; `chosen` is the avatar that was looked at before."""
    if job.is_open:
        rows = '<div class="skeleton skeleton-row"></div>' * 8
        return (
            f'<div role="status"><h2>Measuring</h2><p class="quiet">It takes a few seconds.</p>{rows}</div>'
        )
    sentence = job.error or "The measuring was cancelled."
    return (
        f'<div class="empty-state"><p class="problem" role="alert"><span class="sign" aria-hidden="true">!</span> '
        f"{html.escape(sentence)}</p>"
        '<button type="button" class="button" data-act="photo" data-id="">Back to the photo</button>'
        f"{BACK_TO_THE_BODY if chosen else ''}</div>"
    )


def panel_html(name: str, body: MeasuredBody, unit: str, avatar_id: str = "", again: str = "") -> str:
    """Name, source, measurements with their ±, remarks, downloads; what can be done with a kept avatar.

    `again` is the form to measure it anew.
    """
    remarks = "".join(f"<li>{html.escape(remark)}</li>" for remark in body.remarks)
    csv_url = data_url(measurements_csv(body).encode(), "text/csv")
    json_url = data_url(
        json.dumps(describe_body(body), indent=2, ensure_ascii=False).encode(), "application/json"
    )
    stem = html.escape(file_stem(name))
    fit = f" · {body.confidence:.0%} of the silhouette agrees" if body.confidence is not None else ""
    note = NOTE if any(measurement.plus_minus_cm for measurement in body.measurements) else EXACT_NOTE
    return (
        f'<h2>{html.escape(name)}</h2><p class="quiet">{html.escape(body.source)}{fit}</p>'
        f"{tables_html(name, body, unit)}"
        f'{sizes_html(body, unit)}<p class="quiet">{note}</p>'
        f"{f'<ul class=remarks>{remarks}</ul>' if remarks else ''}"
        '<div class="downloads" role="group" aria-label="Downloads">'
        '<button type="button" class="button" data-act="mesh" data-id="glb">GLB</button>'
        '<button type="button" class="button" data-act="mesh" data-id="obj">OBJ</button>'
        f'<a class="button" download="{stem}.csv" href="{csv_url}">CSV</a>'
        f'<a class="button" download="{stem}.json" href="{json_url}">JSON</a>'
        f"{_sheet(avatar_id, unit)}</div>{MORE_FILES}{DRESSED_FILES}{DRAWN_CLIPS}{again}"
        f"{_avatar_actions(name, avatar_id) if avatar_id else ''}"
    )


def _sheet(avatar_id: str, unit: str) -> str:
    """A kept body's sheet opens beside the window, to be printed; another one's is saved."""
    if not avatar_id:
        return '<button type="button" class="button" data-act="mesh" data-id="html">Sheet to print</button>'
    address = f"api/v1/avatars/{html.escape(avatar_id)}/sheet?unit={html.escape(unit)}"
    return f'<a class="button" target="_blank" rel="noopener" href="{address}">Sheet to print</a>'


MORE_FILES = (
    '<details class="confirm"><summary class="link-button">More files</summary><ul class="more-files">'
    + "".join(
        f'<li><button type="button" class="link-button" data-act="mesh" data-id="{kind}">{kind.upper()}</button> '
        f'<span class="quiet">{purpose}</span></li>'
        for kind, purpose in OTHER_FILES.items()
    )
    + "</ul></details>"
)

DRESSED_KINDS = {"glb": "with clips", "vrm": "humanoid, with expressions", "obj": "at rest, a ZIP"}
DRESSED_FILES = (
    '<details class="confirm dressed-files"><summary class="link-button">Dressed and rigged, for other programs'
    '</summary><div data-fields><ul class="more-files">'
    + "".join(
        f'<li><button type="button" class="link-button" data-act="dressed" data-id="{kind}" '
        f'aria-label="Make {kind.upper()}, dressed and rigged">{kind.upper()}</button> '
        f'<span class="quiet">{purpose}</span></li>'
        for kind, purpose in DRESSED_KINDS.items()
    )
    + '</ul><p><label><input type="checkbox" name="light"> Lighter: 30,000 triangles</label></p>'
    '<p><label><input type="checkbox" name="suit"> In a neutral body suit</label></p>'
    f'<p><label>Author, of a VRM <input type="text" name="author" maxlength="{LONGEST_NAME}"></label></p>'
    f'<p><label>What may be done with it <input type="text" name="licence" maxlength="{LONGEST_LICENCE}"></label></p>'
    '<p class="quiet">It is made in some seconds; “Save” stands in the strip below then.</p></div></details>'
)


CLIP_WORDS: dict[ClipName, str] = {
    "turntable": "Turntable: once round",
    "walk": "Walk",
    "idle": "Idle: stands and breathes",
    "wave": "Wave",
}
CLIP_KINDS: dict[AvatarFormat, str] = {
    "webp": "drawn, all colours, small",
    "gif": "drawn, 256 colours, opens everywhere",
    "mp4": "a video, plays once",
    "bvh": "its joints, for animation programs",
}
DRAWN_CLIPS = (
    '<details class="confirm dressed-files"><summary class="link-button">A short clip</summary>'
    '<div data-fields><p><label>What it shows <select name="clip">'
    + "".join(f'<option value="{clip}">{word}</option>' for clip, word in CLIP_WORDS.items())
    + '</select></label></p><ul class="more-files">'
    + "".join(
        f'<li><button type="button" class="link-button" data-act="dressed" data-id="{kind}" '
        f'aria-label="Make the clip as {FORMATS[kind].word}">{FORMATS[kind].word}</button> '
        f'<span class="quiet">{purpose}</span></li>'
        for kind, purpose in CLIP_KINDS.items()
    )
    + '</ul><p class="quiet">A WebP or GIF goes on for ever. It takes some seconds; “Save” stands in the strip below '
    "then.</p>"
    "</div></details>"
)


def _avatar_actions(name: str, avatar_id: str) -> str:
    stand = button(
        "stand", avatar_id, "Put on the stage", f"Put {name} on the stage", "button button-primary"
    )
    forget = button("forget", avatar_id, "Delete for good", f"Delete {name} for good", "button")
    compare = button("compare", avatar_id, "Compare", f"Compare {name} with another body", "button")
    return (
        f'<div class="avatar-actions">{stand}{compare}<details class="confirm"><summary class="link-button">'
        f'Delete this avatar</summary><p class="quiet">Its pictures stay in History.</p>{forget}</details></div>'
    )


def data_url(data: bytes, media_type: str) -> str:
    """The bytes as an address of their own."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}"


def file_stem(name: str) -> str:
    """A file name that every system takes."""
    words = "".join(letter if letter.isalnum() else "-" for letter in (name or "body").lower())
    return words.strip("-") or "body"
