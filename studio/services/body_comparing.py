"""Compares two measured bodies: what differs, what the ± makes of it, and what else was different."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.body.comparison import MeasureChange, compare_derived, compare_measures
from studio.vocabulary.avatar import MeasuredBody
from studio.vocabulary.body_comparison import BodyComparison, ComparedBody

NO_CHANGE = "Nothing changed by more than two photos of the same person differ by."
CHANGED = "{changed} of {all} measures changed by clearly more than two photos of the same person differ by: {names}."
UNSURE = (
    "{unsure} differ by a little more than two photos do, which also happens where nothing changed: {names}."
)
OTHER_HEIGHT = (
    "The height was told as {before:.1f} cm then and {after:.1f} cm now; all other centimetres follow it."
)
OTHER_WEIGHT = (
    "A weight was told for one of the two only. That alone moves girths; measure the other one again with it."
)
OTHER_TAPE = "A tape was told for one of the two only ({names}). That alone moves measures."
OTHER_EXTRACTOR = "The two were measured by different extractors, whose centimetres differ by themselves."
DRAWN = "“{name}” was drawn, not measured: its numbers are exact, and nobody’s."
NAMED_AT_MOST = 6
SAME_HEIGHT_CM = 0.5


def compare_bodies(
    before: ComparedBody, body_before: MeasuredBody, after: ComparedBody, body_after: MeasuredBody
) -> BodyComparison:
    """The comparison of two bodies that are described."""
    measures = compare_measures(body_before.measurements, body_after.measurements)
    return BodyComparison(
        before=before,
        after=after,
        measures=measures,
        derived=compare_derived(body_before.derived, body_after.derived),
        summary=summarize(measures),
        remarks=(
            *_remark(body_before, body_after),
            *_remark_on_drawn(before, body_before, after, body_after),
        ),
    )


def summarize(changes: Sequence[MeasureChange]) -> str:
    """What the ± makes of the differences, in a sentence or two."""
    changed = [one for one in changes if one.verdict == "changed"]
    unsure = [one for one in changes if one.verdict == "unsure"]
    said = [NO_CHANGE] if not changed else []
    if changed:
        said.append(CHANGED.format(changed=len(changed), all=len(changes), names=_name(changed)))
    if unsure:
        said.append(UNSURE.format(unsure=len(unsure), names=_name(unsure)))
    return " ".join(said)


def _name(changes: Sequence[MeasureChange]) -> str:
    """The largest of them first, by how far they are beyond their ±."""
    most = sorted(changes, key=lambda one: abs(one.change) / (one.plus_minus or 1e-3), reverse=True)
    names = [f"{one.name.replace('_', ' ')} {one.change:+.1f} {one.unit}" for one in most[:NAMED_AT_MOST]]
    return ", ".join(names) + (" and others" if len(most) > NAMED_AT_MOST else "")


def _remark(before: MeasuredBody, after: MeasuredBody) -> Iterator[str]:
    heights = [one.cm for body in (before, after) for one in body.measurements if one.name == "height"]
    if len(heights) == 2 and abs(heights[0] - heights[1]) > SAME_HEIGHT_CM:
        yield OTHER_HEIGHT.format(before=heights[0], after=heights[1])
    if before.measured_at is None or after.measured_at is None:
        return  # what was told of them was not kept
    if (before.known.weight_kg is None) != (after.known.weight_kg is None):
        yield OTHER_WEIGHT
    if odd := set(before.known.tape) ^ set(after.known.tape):
        yield OTHER_TAPE.format(names=", ".join(sorted(odd)).replace("_", " "))
    if before.extractor != after.extractor:
        yield OTHER_EXTRACTOR


def _remark_on_drawn(
    before: ComparedBody, body_before: MeasuredBody, after: ComparedBody, body_after: MeasuredBody
) -> Iterator[str]:
    for one, body in ((before, body_before), (after, body_after)):
        if not any(measure.plus_minus_cm for measure in body.measurements):
            yield DRAWN.format(name=one.name)
