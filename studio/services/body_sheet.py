"""A body as a sheet to print: the drawing with its numbered measures, their ±, sizes and the date.

One file of HTML that needs nothing else, two sides of A4 at most.
"""

from __future__ import annotations

import html
from datetime import datetime

from pipelines.body.anny import open_anny
from pipelines.body.definitions import DEFINITIONS
from pipelines.body.derived import DERIVED_TITLES, DerivedMeasure
from pipelines.body.sheet_drawing import draw_sheet
from pipelines.types import Measurement
from studio.vocabulary.avatar import LengthUnit, MeasuredBody

CM_PER: dict[LengthUnit, float] = {"cm": 1.0, "in": 2.54}
SIDES_DIFFER_CM = 0.05
STYLE = """
@page{size:A4;margin:12mm}
*{box-sizing:border-box}
body{max-width:186mm;margin:0 auto;padding:6mm 0;color:#1c1b19;background:#fff;font:10.5pt/1.35 system-ui,sans-serif}
h1{margin:0;font-size:18pt}h2{margin:4mm 0 1mm;font-size:11pt}p{margin:1mm 0}.quiet,small{color:#5c5954}
svg{display:block;width:100%;max-height:118mm;margin:3mm auto}
.columns{columns:2;column-gap:9mm}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
tr{break-inside:avoid}
th,td{padding:.9mm 0;border-bottom:.2mm solid #d8d5ce;font-weight:400;text-align:left;vertical-align:baseline}
td{width:17mm;text-align:right;white-space:nowrap}th small{padding-left:1.5mm}
.number{display:inline-block;width:7mm;color:#1f5fbf}
thead th,thead td{color:#5c5954;font-size:9pt}
h2,footer{break-after:avoid}section{break-inside:avoid}
footer{margin-top:5mm;padding-top:2mm;border-top:.2mm solid #d8d5ce;font-size:9pt;color:#5c5954}
@media print{body{padding:0}}
"""
SPREAD = "± is what we expect to be wrong by: two thirds of errors are smaller. A tape is better."
EXACT = "This body was drawn, not measured: its numbers are exact, and nobody’s."


def write_sheet(name: str, body: MeasuredBody, unit: LengthUnit, now: datetime) -> str:
    """The whole page. Everything that a person wrote is escaped in it."""
    title = html.escape(name or "Body")
    model = open_anny()
    drawing = draw_sheet(model, model.build(body.parameters))
    when = body.measured_at or now
    day = when.astimezone().strftime("%d %B %Y").lstrip("0")
    what = " on" if body.measured_at else ", printed"
    is_measured = any(one.plus_minus_cm for one in body.measurements)
    derived = "".join(map(_derived_row, body.derived))
    sizes = "".join(f"<li>{line}</li>" for line in _sizes(body, unit))
    remarks = "".join(f"<li>{html.escape(remark)}</li>" for remark in body.remarks)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · measures</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body>'
        f'<header><h1>{title}</h1><p class="quiet">{html.escape(body.source)}{what} {day}'
        f"{_agreement(body)} · all lengths in {'inches' if unit == 'in' else 'centimetres'}</p></header>"
        f'{drawing}<div class="columns">{_measures(body.measurements, unit)}</div>'
        f"<section><h2>What follows</h2><table><tbody>{derived}</tbody></table></section>"
        f"{f'<section><h2>Clothing sizes</h2><ul>{sizes}</ul></section>' if sizes else ''}"
        f"{f'<section><h2>Remarks</h2><ul>{remarks}</ul></section>' if remarks else ''}"
        f"<footer>{SPREAD if is_measured else EXACT} The numbers are those of the drawing. "
        f"Avatar Studio, {now.astimezone():%Y-%m-%d}.</footer></body></html>"
    )


def _agreement(body: MeasuredBody) -> str:
    return "" if body.confidence is None else f" · {body.confidence:.0%} of the silhouette agrees"


def _measures(measurements: tuple[Measurement, ...], unit: LengthUnit) -> str:
    titles = {row.name: (number, row.title) for number, row in enumerate(DEFINITIONS, 1)}
    rows = "".join(_row(one, *titles[one.name], CM_PER[unit]) for one in measurements if one.name in titles)
    return f"<table><thead><tr><th>Measure</th><td>{unit}</td><td>±</td></tr></thead><tbody>{rows}</tbody></table>"


def _row(one: Measurement, number: int, title: str, per: float) -> str:
    said = "" if one.told_cm is None else f"<small>told {one.told_cm / per:.1f}</small>"
    left, right = one.left_cm, one.right_cm
    if left is not None and right is not None and abs(left - right) >= SIDES_DIFFER_CM:
        said += f"<small>left {left / per:.1f}, right {right / per:.1f}</small>"
    within = f"{one.plus_minus_cm / per:.1f}" if one.plus_minus_cm else "–"
    return (
        f'<tr><th><span class="number">{number}</span>{html.escape(title)}{said}</th>'
        f"<td>{one.cm / per:.1f}</td><td>{within}</td></tr>"
    )


def _derived_row(one: DerivedMeasure) -> str:
    digits = 1 if one.unit else 2
    within = f"{one.plus_minus:.{digits}f}" if one.plus_minus else "–"
    return (
        f"<tr><th>{DERIVED_TITLES[one.name]}<small>{html.escape(one.method)}</small></th>"
        f"<td>{one.value:.{digits}f} {html.escape(one.unit)}</td><td>{within}</td></tr>"
    )


def _sizes(body: MeasuredBody, unit: LengthUnit) -> list[str]:
    per, said = CM_PER[unit], []
    for size in body.sizes:
        perhaps = f", perhaps {' or '.join(map(html.escape, size.perhaps))}" if size.perhaps else ""
        said.append(
            f"<b>{html.escape(size.size)}</b>{perhaps}: {html.escape(size.chart)}, {html.escape(size.measure)} "
            f"{size.from_cm / per:.0f} to {size.to_cm / per:.0f} {unit}"
        )
    return said
