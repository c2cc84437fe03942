"""The Body tab's form to measure again: the same photos, with what is known now."""

from __future__ import annotations

import html

from pipelines.options import TAPE_RANGES_CM
from studio.ui.body_tables import INCHES, per_unit, title_of
from studio.ui.units import KG_PER_POUND
from studio.vocabulary.avatar import Avatar, known_of

LONGEST_NUMBER = 20  # characters
FIELDS = ("height", "weight", "gender", *(f"tape_{name}" for name in TAPE_RANGES_CM))
GENDERS = {"": "Not said", "female": "Woman", "male": "Man", "neutral": "Neutral"}


def again_html(avatar: Avatar, unit: str) -> str:
    """The fold with the form, filled in with what was told; "" of a body that no photo of one's own is behind."""
    has_photos = avatar.body is not None and avatar.body.photos is not None
    if avatar.owner or not (has_photos or avatar.photo_id):
        return ""
    known, in_inches = known_of(avatar), unit == INCHES
    per, of_weight = per_unit(unit), (KG_PER_POUND, "lb") if in_inches else (1.0, "kg")
    height = "" if known.height_cm is None else f"{known.height_cm / per:.1f} {unit}"
    weight = "" if known.weight_kg is None else f"{known.weight_kg / of_weight[0]:.1f} {of_weight[1]}"
    genders = "".join(
        f'<option value="{value}"{" selected" if value == (known.gender or "") else ""}>{label}</option>'
        for value, label in GENDERS.items()
    )
    tape = "".join(
        _field(
            f"tape_{name}",
            title_of(name),
            f"{known.tape[name] / per:.1f} {unit}" if name in known.tape else "",
        )
        for name in TAPE_RANGES_CM
    )
    return (
        '<details class="confirm again"><summary class="link-button">Measure again</summary><div data-fields>'
        '<p class="quiet">From the same photos, with what you know now. The body before is kept, and can be compared '
        f'with.</p><div class="again-fields">{_field("height", "Height", height)}{_field("weight", "Weight", weight)}'
        f'<label>Gender <select name="gender">{genders}</select></label></div>'
        f'<details><summary class="link-button">Measured with a tape</summary><div class="again-fields">{tape}</div>'
        '</details><p><button type="button" class="button" data-act="remeasure" '
        f'data-id="{html.escape(avatar.id)}">Measure again</button></p></div></details>'
    )


def _field(name: str, label: str, value: str) -> str:
    return (
        f'<label>{label} <input type="text" name="{name}" value="{html.escape(value)}" '
        f'maxlength="{LONGEST_NUMBER}"></label>'
    )
