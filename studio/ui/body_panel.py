"""The Body tab's panel: measures with their ±, sizes, remarks, downloads, and what can be done with a kept avatar."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from dataclasses import asdict

from pipelines.options import LONGEST_NAME, TAPE_RANGES_CM
from pipelines.types import Measurement
from studio.ui.tray import button
from studio.vocabulary.avatar import LONGEST_LICENCE, MeasuredBody
from studio.vocabulary.job import Job

CM, INCHES = "cm", "in"
CM_PER_INCH = 2.54
MAIN_MEASURES = {"height", *TAPE_RANGES_CM}  # the others are in a fold
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
    main = [one for one in body.measurements if one.name in MAIN_MEASURES]
    more = [one for one in body.measurements if one.name not in MAIN_MEASURES]
    remarks = "".join(f"<li>{html.escape(remark)}</li>" for remark in body.remarks)
    csv_url = data_url(measurements_csv(body.measurements).encode(), "text/csv")
    json_url = data_url(body_json(body).encode(), "application/json")
    stem = html.escape(file_stem(name))
    fit = f" · {body.confidence:.0%} of the silhouette agrees" if body.confidence is not None else ""
    note = NOTE if any(measurement.plus_minus_cm for measurement in body.measurements) else EXACT_NOTE
    return (
        f'<h2>{html.escape(name)}</h2><p class="quiet">{html.escape(body.source)}{fit}</p>'
        f"{_table(main, f'Measurements of {name}', unit)}{_more_measures(more, name, unit)}"
        f'{sizes_html(body, unit)}<p class="quiet">{note}</p>'
        f"{f'<ul class=remarks>{remarks}</ul>' if remarks else ''}"
        '<div class="downloads" role="group" aria-label="Downloads">'
        '<button type="button" class="button" data-act="mesh" data-id="glb">GLB</button>'
        '<button type="button" class="button" data-act="mesh" data-id="obj">OBJ</button>'
        f'<a class="button" download="{stem}.csv" href="{csv_url}">CSV</a>'
        f'<a class="button" download="{stem}.json" href="{json_url}">JSON</a></div>{MORE_FILES}{DRESSED_FILES}'
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


def _avatar_actions(name: str, avatar_id: str) -> str:
    stand = button(
        "stand", avatar_id, "Put on the stage", f"Put {name} on the stage", "button button-primary"
    )
    forget = button("forget", avatar_id, "Delete for good", f"Delete {name} for good", "button")
    return (
        f'<div class="avatar-actions">{stand}<details class="confirm"><summary class="link-button">Delete this avatar'
        f'</summary><p class="quiet">Its pictures stay in History.</p>{forget}</details></div>'
    )


def _table(measurements: Sequence[Measurement], caption: str, unit: str) -> str:
    rows = "".join(_row(measurement, unit) for measurement in measurements)
    return (
        f'<table class="measures"><caption class="sr-only">{html.escape(caption)}</caption><thead><tr>'
        f'<th scope="col">Measure</th><th scope="col">{unit}</th><th scope="col">±</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _more_measures(measurements: Sequence[Measurement], name: str, unit: str) -> str:
    if not measurements:
        return ""
    table = _table(measurements, f"More measurements of {name}", unit)
    return (
        f'<details class="more-measures"><summary class="link-button">{len(measurements)} more measures</summary>'
        f"{table}</details>"
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
