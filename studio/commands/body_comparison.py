"""`avatars compare`: what differs between two bodies, as a table."""

from __future__ import annotations

from pipelines.body.comparison import ChangeVerdict, MeasureChange
from studio.commands.console import Console
from studio.personal_studio import PersonalStudio
from studio.vocabulary.body_comparison import BodyMoment, ComparedBody
from studio.vocabulary.codec import to_json

SAID: dict[ChangeVerdict, str] = {
    "changed": "changed",
    "unsure": "a little more than two photos differ by",
    "within": "within what two photos differ by",
    "unknown": "its ± is not known",
}


def compare_bodies(
    mine: PersonalStudio, after: BodyMoment, before: BodyMoment | None, console: Console, *, as_json: bool
) -> None:
    """Say what differs; without `before` from the body that the avatar had until then."""
    found = mine.bodies.compare(after, before)
    if as_json:
        console.say_json(to_json(found))
        return
    console.say(f"{_describe(found.before)} → {_describe(found.after)}")
    console.say(found.summary)
    for remark in found.remarks:
        console.say(remark)
    for change in (*found.measures, *found.derived):
        console.say(_line(change))


def _describe(body: ComparedBody) -> str:
    version = "" if body.version is None else f", version {body.version}"
    when = "" if body.measured_at is None else f", {body.measured_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{body.name}{version}{when}"


def _line(change: MeasureChange) -> str:
    digits = 1 if change.unit else 2
    within = "" if change.plus_minus is None else f"± {change.plus_minus:.{digits}f}"
    change_by = round(change.change, digits) + 0.0  # no “-0.0”
    numbers = f"{change.before:8.{digits}f} {change.after:8.{digits}f} {change_by:+8.{digits}f} {within:<7}"
    return f"{change.name:<20}{numbers} {change.unit:<6} {SAID[change.verdict]}"
