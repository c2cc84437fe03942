"""The Body tab's tables: measures with their ±, left and right, what follows from them, and clothing sizes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from pipelines.body.derived import DERIVED_TITLES, DerivedMeasure
from pipelines.options import TAPE_RANGES_CM
from pipelines.types import Measurement
from studio.ui.units import CM_PER_INCH, KG_PER_POUND
from studio.vocabulary.avatar import LengthUnit, MeasuredBody

CM: LengthUnit = "cm"
INCHES: LengthUnit = "in"
MAIN_MEASURES = {"height", *TAPE_RANGES_CM}  # the others are in a fold
ALIKE_CM = 0.05  # sides that differ by less are the same in the table
ALIKE = "Both sides are alike: a body that is fitted to a photo has one measure for both."


def per_unit(unit: str) -> float:
    """Centimetres in the unit."""
    return CM_PER_INCH if unit == INCHES else 1.0


def title_of(name: str) -> str:
    """How a measure is called in a table."""
    return name.replace("_", " ").capitalize()


def tables_html(name: str, body: MeasuredBody, unit: str) -> str:
    """The main measures; in folds the others, left and right, and what follows."""
    main = [one for one in body.measurements if one.name in MAIN_MEASURES]
    more = [one for one in body.measurements if one.name not in MAIN_MEASURES]
    folds = [
        (f"{len(more)} more measures", _table(more, f"More measurements of {name}", unit) if more else ""),
        ("Left and right", _sides_table(body.measurements, name, unit)),
        ("Volume, weight and ratios", _derived_table(body.derived, name, unit)),
    ]
    return _table(main, f"Measurements of {name}", unit) + "".join(
        f'<details class="more-measures"><summary class="link-button">{title}</summary>{table}</details>'
        for title, table in folds
        if table
    )


def _table(measurements: Sequence[Measurement], caption: str, unit: str) -> str:
    return _frame(caption, ("Measure", unit, "±"), "".join(_row(one, unit) for one in measurements))


def _frame(caption: str, heads: Sequence[str], rows: str) -> str:
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<table class="measures"><caption class="sr-only">{html.escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(measurement: Measurement, unit: str) -> str:
    per = per_unit(unit)
    name = title_of(measurement.name)
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


def _sides_table(measurements: Sequence[Measurement], name: str, unit: str) -> str:
    """Both sides of what there are two of; "" of a body whose sides nobody took."""
    per = per_unit(unit)
    rows, alike = "", True
    for one in measurements:
        if one.left_cm is None or one.right_cm is None:
            continue
        alike = alike and abs(one.left_cm - one.right_cm) < ALIKE_CM
        rows += (
            f'<tr><th scope="row">{html.escape(title_of(one.name))}</th>'
            f"<td>{one.left_cm / per:.1f}</td><td>{one.right_cm / per:.1f}</td></tr>"
        )
    if not rows:
        return ""
    table = _frame(f"Left and right of {name}, {unit}", ("Measure", "Left", "Right"), rows)
    return table + (f'<p class="quiet">{ALIKE}</p>' if alike else "")


def _derived_table(derived: Sequence[DerivedMeasure], name: str, unit: str) -> str:
    if not derived:
        return ""
    rows = "".join(_derived_row(one, unit) for one in derived)
    return _frame(f"Volume, weight and ratios of {name}", ("What", "", "±"), rows)


def _derived_row(one: DerivedMeasure, unit: str) -> str:
    in_pounds = one.unit == "kg" and unit == INCHES
    per, of = (KG_PER_POUND, "lb") if in_pounds else (1.0, one.unit)
    digits = 1 if of else 2
    within = f"{one.plus_minus / per:.{digits}f}" if one.plus_minus else "–"
    shown = f"{one.value / per:.{digits}f}" + (f" {html.escape(of)}" if of else "")
    return (
        f'<tr title="{html.escape(one.method)}"><th scope="row">{DERIVED_TITLES[one.name]}</th>'
        f"<td>{shown}</td><td>{within}</td></tr>"
    )


def sizes_html(body: MeasuredBody, unit: str) -> str:
    """What the size charts say; "" where none reaches so far."""
    per = per_unit(unit)
    said = []
    for size in body.sizes:
        whose = " for women" if size.gender == "female" else " for men" if size.gender == "male" else ""
        perhaps = f", perhaps {' or '.join(map(html.escape, size.perhaps))}" if size.perhaps else ""
        said.append(
            f"<b>{html.escape(size.size)}</b>{perhaps} <span class=quiet>{html.escape(size.chart)}{whose}, "
            f"{size.measure} {size.from_cm / per:.0f}–{size.to_cm / per:.0f} {unit}</span>"
        )
    return f'<p class="sizes">Size {"; ".join(said)}</p>' if said else ""
