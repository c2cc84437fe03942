"""A character sheet: what its pictures show, as a table. Eight turns of the whole figure, four faces."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.options import EXPRESSIONS
from pipelines.types import Framing, View

COLUMNS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCell:
    """One picture of the sheet."""

    name: str  # of its file
    label: str  # under it
    words: str  # in its prompt
    view: View
    more_yaw_deg: float = 0.0  # beyond that view's
    framing: Framing = "full"
    expression: str = ""  # "": the persona's own


def _turn(yaw: int, label: str, words: str, view: View, more: float = 0.0) -> SheetCell:
    return SheetCell(name=f"turn-{yaw:03d}", label=label, words=words, view=view, more_yaw_deg=more)


def _face(expression: str) -> SheetCell:
    option = next(one for one in EXPRESSIONS if one.key == expression)
    return SheetCell(
        name=f"face-{expression}",
        label=option.label,
        words=f"{option.words}, portrait",
        view="front",
        framing="portrait",
        expression=expression,
    )


# The body is turned to its own left, which is the right side of the picture.
CELLS = (
    _turn(0, "Front", "seen from the front", "front"),
    _turn(45, "45°", "three-quarter view facing right", "front", 45),
    _turn(90, "90°", "profile facing right", "side"),
    _turn(135, "135°", "seen from behind, turned to the right", "back", -45),
    _turn(180, "Back", "seen from behind", "back"),
    _turn(225, "225°", "seen from behind, turned to the left", "back", 45),
    _turn(270, "270°", "profile facing left", "side", 180),
    _turn(315, "315°", "three-quarter view facing left", "front", -45),
    *map(_face, ("neutral", "smile", "angry", "surprised")),
)


def prompt_of(prompt: str, cell: SheetCell) -> str:
    """An order's prompt with the words of one picture; of another face's, those of the order's own are left out."""
    own = {option.words for option in EXPRESSIONS} if cell.expression else set()
    parts = [part for part in prompt.split(", ") if part and part.removeprefix("slightly ") not in own]
    return ", ".join((*parts, cell.words))
