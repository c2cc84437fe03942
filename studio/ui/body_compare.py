"""The Body tab's comparison: two bodies side by side, grouped by what the ± makes of each difference."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from pipelines.body.comparison import ChangeVerdict, MeasureChange
from pipelines.body.derived import DERIVED_TITLES
from studio.ui.body_tables import INCHES, per_unit, title_of
from studio.ui.units import KG_PER_POUND
from studio.vocabulary.body_comparison import BodyComparison, BodyMoment, ComparedBody

GROUPS: dict[ChangeVerdict, str] = {
    "changed": "Changed",
    "unsure": "A little more than two photos differ by",
    "within": "Within what two photos differ by",
    "unknown": "The ± is not known",
}
NOTHING_YET = (
    "There is no other body to compare with yet. Measure this person again from another photo, or with what you know "
    "now; the body before is kept."
)
WHAT_THE_SPREAD_HOLDS = (
    "The ± is that of the difference. It holds two thirds of what two photos of an unchanged person differ by; twice "
    "as much holds nearly all."
)
BACK = '<p><button type="button" class="link-button" data-act="measures" data-id="">Back to the measures</button></p>'


def moment_key(moment: ComparedBody | BodyMoment) -> str:
    """A body's place in the choice: the avatar's id, and its version behind a point."""
    return moment.avatar_id if moment.version is None else f"{moment.avatar_id}.{moment.version}"


def read_moment(key: str) -> BodyMoment:
    """Which body a place in the choice is. What nobody offered is an avatar that is not there."""
    found = re.fullmatch(r"(\w+)\.(\d{1,9})", key, re.ASCII)
    return BodyMoment(avatar_id=found[1], version=int(found[2])) if found else BodyMoment(avatar_id=key)


def comparison_html(found: BodyComparison, others: Sequence[ComparedBody], unit: str) -> str:
    """The panel with what differs between an avatar's body and the chosen other one."""
    remarks = "".join(f"<li>{html.escape(remark)}</li>" for remark in found.remarks)
    return (
        f"<h2>{html.escape(found.after.name)}</h2>{BACK}{_choice(others, moment_key(found.before))}"
        f'<p class="compared-summary">{html.escape(found.summary)}</p>'
        f"{f'<ul class=remarks>{remarks}</ul>' if remarks else ''}"
        f"{_table([*found.measures, *found.derived], unit)}"
        f'<p class="quiet">{WHAT_THE_SPREAD_HOLDS}</p>'
    )


def nothing_html(name: str) -> str:
    """The panel where there is nothing to compare with."""
    return f'<h2>{html.escape(name)}</h2>{BACK}<p class="quiet">{NOTHING_YET}</p>'


def _choice(others: Sequence[ComparedBody], chosen: str) -> str:
    options = "".join(
        f'<option value="{html.escape(moment_key(one))}"{" selected" if moment_key(one) == chosen else ""}>'
        f"{html.escape(_label(one))}</option>"
        for one in others
    )
    return (
        f'<p class="compared-choice" data-fields><label>Compare with <select name="before">{options}</select></label> '
        '<button type="button" class="button" data-act="compare" data-id="">Compare</button></p>'
    )


def _label(one: ComparedBody) -> str:
    when = (
        f"measured {one.measured_at.astimezone():%Y-%m-%d %H:%M}" if one.measured_at else one.source.lower()
    )
    version = "" if one.version is None else f", version {one.version}"
    return f"{one.name}{version} ({when})"


def _table(changes: Sequence[MeasureChange], unit: str) -> str:
    groups = ""
    for verdict, title in GROUPS.items():
        rows = "".join(_row(one, unit) for one in changes if one.verdict == verdict)
        if rows:
            groups += f'<tbody><tr><th colspan="5" scope="rowgroup">{title}</th></tr>{rows}</tbody>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Measure", "Then", "Now", "Change", "±"))
    return (
        '<table class="measures compared"><caption class="sr-only">What differs</caption>'
        f"<thead><tr>{heads}</tr></thead>{groups}</table>"
    )


def _row(one: MeasureChange, unit: str) -> str:
    per, of = per_unit(unit) if one.unit == "cm" else 1.0, one.unit
    if one.unit == "cm":
        of = unit
    elif one.unit == "kg" and unit == INCHES:
        per, of = KG_PER_POUND, "lb"
    digits = 1 if of else 2
    title = DERIVED_TITLES.get(one.name) or title_of(one.name)
    named = html.escape(title + (f", {of}" if of and of != unit else ""))
    within = "–" if one.plus_minus is None else f"{one.plus_minus / per:.{digits}f}"
    rounded = round(one.change / per, digits)
    change = f"{rounded:+.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"
    return (
        f'<tr><th scope="row">{named}</th><td>{one.before / per:.{digits}f}</td><td>{one.after / per:.{digits}f}</td>'
        f"<td>{change}</td><td>{within}</td></tr>"
    )
